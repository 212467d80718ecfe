"""Balances that are not known: which figures of which customers must not be told (docs/decisions/0010).

The sums themselves are computed as if nothing were there, which costs nothing. A figure is then left empty
where one of the balances that it is made of is unknown: each customer has a set of such slots of the
calendar, as the bits of a whole number.
"""

from dataclasses import dataclass

import ibis
from ibis.expr.types import BooleanValue, IntegerValue, Table, Value

from stead.customers.amounts import Vocabulary
from stead.customers.book_dates import Calendar, Measure

ACCOUNTS_TOLD_MAX = 200  # characters of the accounts' numbers that a page names


@dataclass(frozen=True)
class Unknown:
    """What is not known: accounts now (account_id), and customers with their slots as bits.

    customers: customer_id, unknown_assets and unknown_any (bits of slots: of assets, of all accounts),
    unknown_owed (whether what is owed now is unknown), unknown_accounts (their numbers as text).
    """

    accounts_now: Table
    customers: Table


def unknown_of(
    unknown: Table, accounts: Table, products: Table, when: Calendar, words: Vocabulary
) -> Unknown:
    """What the unknown balances of a delivery leave open.

    unknown: account_id, customer_id (an owner), on_date; null there means that nothing of the account is
    known, so that all of its customer's figures are open.
    """
    rows = [(on, 1 << index) for index, dates in enumerate(when.slots) for on, _ in dates]
    schema = {"on_date": "date", "bit": "int64"}
    plan = ibis.memtable([dict(zip(schema, row, strict=True)) for row in rows], schema=schema)
    plan = plan.group_by("on_date").aggregate(bits=plan.bit.sum().cast("int64"))
    dated = unknown.join(plan, "on_date").select("account_id", "customer_id", "bits")
    everything = ibis.literal((1 << len(when.slots)) - 1, "int64")
    whole = unknown.filter(unknown.on_date.isnull()).select("account_id", "customer_id", bits=everything)
    kinds = accounts.join(products, "product_id").select("account_id", kind=products.kind)
    told = dated.union(whole).left_join(kinds, "account_id").drop("account_id_right")
    is_asset = told.kind.isnull() | told.kind.isin(words.assets)
    is_owed = told.kind.isnull() | told.kind.isin(words.liabilities)
    now = ibis.literal(1 << when.now, "int64")
    customers = told.group_by("customer_id").aggregate(
        unknown_assets=told.bits.bit_or(where=is_asset).cast("int64"),
        unknown_any=told.bits.bit_or().cast("int64"),
        unknown_owed=(is_owed & ((told.bits & now) != 0)).any(),
    )
    named = told.select("customer_id", "account_id").distinct()
    numbers = named.group_by("customer_id").aggregate(
        unknown_accounts=named.account_id.group_concat(", ", order_by=named.account_id).left(
            ACCOUNTS_TOLD_MAX
        )
    )
    customers = customers.join(numbers, "customer_id")
    today = ibis.literal(when.slots[when.now][0][0])
    accounts_now = unknown.filter(unknown.on_date == today).select("account_id").distinct()
    return Unknown(accounts_now, customers)


def slots_of(*measures: Measure) -> int:
    """The slots that measures are made of, as bits."""
    bits = 0
    for measure in measures:
        for index, _ in measure.parts:
            bits |= 1 << index
    return bits


def is_known(unknown: IntegerValue, bits: int) -> BooleanValue:
    """Whether none of the slots is among the unknown ones (null: nothing is unknown)."""
    return ((unknown & ibis.literal(bits, "int64")) == 0).fill_null(True)


def known(value: Value, unknown: IntegerValue, bits: int) -> Value:
    """The value, null where it is made of what is unknown."""
    return ibis.ifelse(is_known(unknown, bits), value, None)
