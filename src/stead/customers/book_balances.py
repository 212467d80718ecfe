"""Balances and ownership: each customer's part in every account, in whole cents of the book currency."""

from datetime import date

import ibis
from ibis.expr.types import Table

from stead.customers.amounts import MONEY, converted, or_zero, times_ratio, to_cents, to_millionths, wide_sum
from stead.customers.book_dates import Calendar


def slot(index: int) -> str:
    """The column of a slot of the calendar."""
    return f"s{index:02d}"


def slot_names(when: Calendar) -> list[str]:
    """The columns of all slots."""
    return [slot(index) for index in range(len(when.slots))]


def rate_on(rates: Table, on: date) -> ibis.Value:
    """The rate that holds on a date: the last known by then, else the first known."""
    last = rates.rate.argmax(rates.on_date, where=rates.on_date <= ibis.literal(on))
    return ibis.coalesce(last, rates.rate.argmin(rates.on_date))


def account_slots(balances: Table, accounts: Table, rates: Table, when: Calendar, currency: str) -> Table:
    """One row an account that has balances: `account_id`, the slots in cents of the book currency, `own_now`.

    own_now: the latest balance in the account's own currency; null where the account has none on that day.
    Amounts in other currencies are converted balance by balance and rounded to cents.
    """
    if when.single:
        return _book(_one_date_a_slot(balances, when), accounts, rates, when, currency)
    return _many_dates_a_slot(balances, accounts, rates, when, currency)


def _one_date_a_slot(balances: Table, when: Calendar) -> Table:
    """Balances laid out by date, in the account's own currency; one pass, no join.

    There is one balance an account and date by the contract's key, so that the highest is the only one. The
    groups are of a fixed size and can be spilled, which lists of dates and amounts cannot.
    """
    none = ibis.null("decimal(18, 2)")
    amounts = {
        slot(index): ibis.ifelse(balances.on_date == ibis.literal(dates[0][0]), balances.balance, none).max()
        for index, dates in enumerate(when.slots)
    }
    return balances.group_by("account_id").aggregate(**amounts)


def _book(laid: Table, accounts: Table, rates: Table, when: Calendar, currency: str) -> Table:
    """Slots in the book currency. Few accounts are foreign, so that only those are multiplied."""
    by_date = rates.group_by("currency").aggregate(
        **{f"r{index:02d}": rate_on(rates, dates[0][0]) for index, dates in enumerate(when.slots)}
    )
    foreign = accounts.filter(accounts.currency != currency).select("account_id", "currency")
    foreign = foreign.join(by_date, "currency").drop("currency")
    joined = laid.left_join(foreign, "account_id").drop("account_id_right")
    booked = {}
    for index, name in enumerate(slot_names(when)):
        own = joined[name].cast(MONEY)
        rate = joined[f"r{index:02d}"]
        booked[name] = ibis.ifelse(rate.isnull(), to_cents(own), to_cents(converted(own, rate)))
    return joined.select(
        "account_id",
        own_now=joined[slot(when.now)],
        **{name: or_zero(value) for name, value in booked.items()},
    )


def _many_dates_a_slot(
    balances: Table, accounts: Table, rates: Table, when: Calendar, currency: str
) -> Table:
    """Daily balances: each is converted, then weighted into every slot that it belongs to."""
    rows = [(index, on, weight) for index, dates in enumerate(when.slots) for on, weight in dates]
    schema = {"slot": "int32", "on_date": "date", "weight": "int64"}
    plan = ibis.memtable([dict(zip(schema, row, strict=True)) for row in rows], schema=schema)
    days = plan.select("on_date").distinct()
    by_day = rates.join(days, rates.on_date <= days.on_date, rname="day_{name}")
    by_day = by_day.group_by(["currency", "day_on_date"]).agg(rate=by_day.rate.argmax(by_day.on_date))
    first = rates.group_by("currency").agg(first_rate=rates.rate.argmin(rates.on_date))
    foreign = accounts.filter(accounts.currency != currency).select("account_id", "currency")
    joined = balances.semi_join(days, "on_date").left_join(foreign, "account_id").drop("account_id_right")
    joined = joined.left_join(
        by_day, [joined.currency == by_day.currency, joined.on_date == by_day.day_on_date]
    )
    joined = joined.select("account_id", "currency", "on_date", "balance", "rate")
    joined = joined.left_join(first, "currency")
    rate = ibis.coalesce(joined.rate, joined.first_rate)
    cents = ibis.ifelse(rate.isnull(), to_cents(joined.balance), to_cents(converted(joined.balance, rate)))
    booked = joined.select("account_id", "on_date", "balance", cents=cents).join(plan, "on_date")
    weighted = booked.cents * booked.weight
    sums = {
        name: or_zero(wide_sum(weighted, where=booked.slot == index).cast("int64"))
        for index, name in enumerate(slot_names(when))
    }
    own_now = booked.balance.max(where=booked.slot == when.now)
    return booked.group_by("account_id").aggregate(own_now=own_now, **sums)


def account_book(accounts: Table, products: Table, slots: Table, when: Calendar, day: date) -> Table:
    """One row an account opened by `day`: its product, own_now and slots; 0 where it has no balance."""
    kinds = products.select(
        "product_id", kind="kind", product_name="name", margin=to_millionths(products.yearly_margin)
    )
    known = accounts.filter(accounts.opened_on <= ibis.literal(day))
    joined = known.join(kinds, "product_id").left_join(slots, "account_id")
    return joined.select(
        "account_id", "product_id", "kind", "margin", "closed_on", "matures_on", "own_now",
        **{name: or_zero(joined[name]) for name in slot_names(when)},
    )  # fmt: skip


def parts(book: Table, holders: Table, when: Calendar) -> Table:
    """Each customer's part in each account that the customer owns (authorised holders own nothing).

    A part is the share of each balance rounded half up to cents; the holder of the largest share (the
    smallest customer_id among equals) takes what rounding leaves. So parts always add to the balance.
    """
    names = slot_names(when)
    own = holders.filter(holders.role != "authorised", holders.share > 0)
    own = own.select("account_id", "customer_id", ppm=to_millionths(own.share))
    sole = own.filter(own.ppm == 1_000_000).join(book, "account_id").drop("ppm")
    joint = own.filter(own.ppm != 1_000_000)
    order = ibis.window(group_by=joint.account_id, order_by=[joint.ppm.desc(), joint.customer_id])
    joint = joint.mutate(leads=ibis.row_number().over(order) == 0).join(book, "account_id")
    joint = joint.mutate(**{f"p{n}": times_ratio(joint[n], joint.ppm) for n in names})
    account = ibis.window(group_by=joint.account_id)
    divided = {
        n: ibis.ifelse(
            joint.leads,
            joint[n] - or_zero(wide_sum(joint[f"p{n}"], where=~joint.leads).over(account).cast("int64")),
            joint[f"p{n}"],
        )
        for n in names
    }
    columns = [name for name in sole.columns if name not in names]
    return sole.select(*columns, *names).union(joint.select(*columns, **divided))
