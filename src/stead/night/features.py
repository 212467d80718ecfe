"""Puts the parts of the book together: one row of features a customer, and the tables behind it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import ibis
from ibis.backends import BaseBackend
from ibis.expr.types import Table

from stead.customers import book_assets, book_balances, book_flows
from stead.customers.amounts import MONEY, Vocabulary, to_money
from stead.customers.book_dates import Calendar, calendar_of
from stead.customers.book_person import person_figures
from stead.customers.book_unknown import Unknown, unknown_of
from stead.customers.lunar import lunar_birthdays
from stead.engagement.book_contacts import (
    consents_known,
    contact_features,
    contact_figures,
    contacts_known,
)  # fmt: skip
from stead.engagement.counting import OLDER, Counting
from stead.extracts.contract import ASSET_KINDS, BANK_BOOKED_KINDS, INTERNAL_KINDS, LIABILITY_KINDS

WORDS = Vocabulary(ASSET_KINDS, LIABILITY_KINDS, INTERNAL_KINDS, BANK_BOOKED_KINDS)
Tables = Mapping[str, Table]


@dataclass(frozen=True)
class Settings:
    """What all parts of one run share."""

    day: date
    work_date: date
    book_currency: str
    time_zone: str
    when: Calendar
    unknown: Unknown | None  # None: every balance is known


def tables(
    con: BaseBackend,
    given: Tables,
    day: date,
    *,
    work_date: date,
    book_currency: str,
    time_zone: str,
    counts: Counting = OLDER,
    notable_from: Decimal = Decimal(50000),
) -> Iterator[tuple[str, Table]]:
    """The features of every customer at the end of the book date `day`, and the tables behind them.

    con: the DuckDB connection that holds `given`; intermediate results become temporary tables of it.
    given: the extracts by the names of the contract (all twelve; optional ones may be empty), the balances
    that are not known as `unknown_balances` (see `customers.book_unknown`; may be left out), and of the
    ledger `ledger_contacts` (customer_id, at, channel, message_class, direction, outcome) and `assignments`
    (customer_id, banker_id, branch_id); those two may be left out.
    work_date: the day that the night prepares, at which the windows of contacts end.
    counts: which contacts count for what.
    book_currency, time_zone: as the delivery tells them. notable_from: an amount in the book currency.
    Raises ValueError when there is no balance on or before `day`.

    Yields names and expressions, none of them ordered (order by the key when writing). Each comes as soon as
    what it needs is there, so that its reader can begin while the later ones are still computed:
    - `notabletransaction`: as customers.NotableTransaction, key transaction_id
    - `holding`: as customers.Holding, key account_id/customer_id
    - `assethistory`: customer_id, months (JSON text as customers.AssetHistory holds it)
    - `features`: one row a customer, key customer_id
    """
    run = settings(con, given, day, work_date=work_date, book_currency=book_currency, time_zone=time_zone)
    foreign = book_flows.foreign_rates(given["accounts"], given["rates"], book_currency, day)
    yield (
        "notabletransaction",
        book_flows.notable(
            given["transactions"], foreign, given["accounts"], given["holders"], day, notable_from
        ),
    )
    book = _book(con, given, run)
    yield "holding", holdings(given, book, run)
    part, several = _parts(con, book, given, run)
    customers = run.unknown.customers if run.unknown else None
    months = _kept(
        con, "book_asset_months", book_assets.asset_months(part, several, run.when, WORDS, customers)
    )
    yield "assethistory", book_assets.asset_history(months, several, run.when, WORDS)
    _forget(con, "book_asset_months")
    known = _lasting(con, given, part, several, run)
    yield "features", told(con, known, given, day, work_date=work_date, time_zone=time_zone, counts=counts)


def settings(
    con: BaseBackend, tables: Tables, day: date, *, work_date: date, book_currency: str, time_zone: str
) -> Settings:
    """What all parts of a run share. Raises ValueError when there is no balance on or before `day`."""
    when = balance_calendar(con, tables["balances"], day)
    unknown = None
    # Nearly always everything is known; the figures are then as they are computed, without a look at it.
    listed = tables.get("unknown_balances")
    if listed is not None and con.to_pyarrow(listed.count()).as_py():
        found = unknown_of(listed, tables["accounts"], tables["products"], when, WORDS)
        unknown = Unknown(
            _kept(con, "book_unknown_now", found.accounts_now),
            _kept(con, "book_unknown_customers", found.customers),
        )
    return Settings(day, work_date, book_currency, time_zone, when, unknown)


def lasting(con: BaseBackend, tables: Tables, run: Settings) -> Table:
    """The features that no contact and no assignment changes: all but those that `told` adds.

    Nearly all of the time goes into them. One row a customer; `banker_id` and `branch_id` are the delivery's.
    """
    part, several = _parts(con, _book(con, tables, run), tables, run)
    return _lasting(con, tables, part, several, run)


def _book(con: BaseBackend, tables: Tables, run: Settings) -> Table:
    """Every account with its balances over time."""
    slots = book_balances.account_slots(
        tables["balances"], tables["accounts"], tables["rates"], run.when, run.book_currency
    )
    book = book_balances.account_book(tables["accounts"], tables["products"], slots, run.when, run.day)
    return _kept(con, "book_accounts", book)


def _parts(con: BaseBackend, book: Table, tables: Tables, run: Settings) -> tuple[Table, Table]:
    """Every holder's part in every account, and who has several parts. The accounts are no longer kept."""
    part = _kept(con, "book_parts", book_balances.parts(book.drop("own_now"), tables["holders"], run.when))
    _forget(con, "book_accounts")
    return part, _kept(con, "book_several", book_assets.several_parts(part))


def balance_calendar(con: BaseBackend, balances: Table, day: date) -> Calendar:
    """The calendar of the balance dates that the extract holds."""
    dates = con.to_pyarrow(balances.select("on_date").distinct())["on_date"].to_pylist()
    return calendar_of(dates, day)


def _kept(con: BaseBackend, name: str, table: Table) -> Table:
    """A table that several results read: computed once, kept in the connection's temporary storage."""
    return con.create_table(name, table, temp=True)


def _forget(con: BaseBackend, *names: str) -> None:
    """Give back the memory of tables that nothing reads any more."""
    for name in names:
        con.raw_sql(f"DROP TABLE {name}")


def _lasting(con: BaseBackend, tables: Tables, part: Table, several: Table, run: Settings) -> Table:
    """One row a customer. part, several: from `_parts`; neither is kept afterwards."""
    when, day = run.when, run.day
    foreign = book_flows.foreign_rates(tables["accounts"], tables["rates"], run.book_currency, day)
    booked, holders = tables["transactions"], tables["holders"]
    now = book_balances.slot(when.now)
    recent = _kept(con, "book_recent", book_flows.recent_bookings(booked, foreign, holders, day))
    known = {
        "sums": book_assets.customer_sums(part, several, when, WORDS),
        "products": book_assets.products_held(part, day),
        "flows": book_flows.flows(recent, WORDS),
        "own": book_flows.own_transactions(booked, holders, day),
        "fees": book_flows.fees(booked, foreign, holders, day),
        "maturities": book_flows.maturities_next(
            part, now, day, WORDS, run.unknown.accounts_now if run.unknown else None
        ),
        "idle": book_flows.unreinvested(recent, day),
    }
    row = _people(con, tables, run)
    for name, table in known.items():
        row = row.left_join(_kept(con, f"book_{name}", table), "customer_id").drop("customer_id_right")
    # At ten million customers these would fill the memory that the rows below need.
    _forget(con, "book_parts", "book_several", "book_recent")
    is_any_unknown = run.unknown is not None
    if run.unknown is not None:
        row = row.left_join(run.unknown.customers, "customer_id").drop("customer_id_right")
    # A step of its own: each measure stands in several figures and is worked out once.
    row = row.mutate(**book_assets.asset_measures(row, when, is_any_unknown=is_any_unknown))
    return row.select(
        "customer_id",
        **person_figures(row, day),
        **book_assets.asset_figures(row, when, WORDS, is_any_unknown=is_any_unknown),
        **book_flows.flow_figures(row, day),
    )


def _people(con: BaseBackend, tables: Tables, run: Settings) -> Table:
    """Customers with the next return of a lunar birthday, as `person_figures` wants it."""
    people = tables["customers"]
    lunar = people.lunar_birthday.fill_null(False)
    people = people.mutate(lunar_birth=ibis.ifelse(lunar, people.birth_date, ibis.null("date")))
    births = _kept(con, "book_lunar", lunar_birthdays(run.day)).rename(lunar_birth="birth_date")
    return people.left_join(births, "lunar_birth").drop("lunar_birth_right")


def told(
    con: BaseBackend,
    known: Table,
    tables: Tables,
    day: date,
    *,
    work_date: date,
    time_zone: str,
    counts: Counting,
) -> Table:
    """The features, whole: `known` (from `lasting`) with what contacts, consents and assignments say."""
    contacts = contacts_known(tables["contacts"], tables.get("ledger_contacts"), day, work_date, time_zone)
    said = consents_known(tables["consents"], contacts, day)
    row = known.left_join(said, "customer_id").drop("customer_id_right")
    made = _kept(con, "book_contacts", contact_features(contacts, work_date, counts))
    row = row.left_join(made, "customer_id").drop("customer_id_right")
    charge = {}
    if "assignments" in tables:
        given = tables["assignments"].select(
            "customer_id", banker_id_new="banker_id", branch_id_new="branch_id"
        )
        row = row.left_join(given, "customer_id").drop("customer_id_right")
        charge = {
            "banker_id": ibis.coalesce(row.banker_id_new, row.banker_id),
            "branch_id": ibis.coalesce(row.branch_id_new, row.branch_id),
        }
    lasting_columns = [name for name in known.columns if name not in charge]
    return row.select(
        *lasting_columns,
        **charge,
        marketing_consent=ibis.coalesce(row.marketing_consent, "unknown"),
        **contact_figures(row),
    )


def holdings(tables: Tables, book: Table, run: Settings) -> Table:
    """Every holder of every account, as customers.Holding. Amounts are the whole account's, now.

    Of an account whose balance is unknown both amounts are null.
    """
    goods = tables["products"].select(
        "product_id", product_name="name", product_kind="kind", product_risk="risk_grade"
    )
    booked = book.select("account_id", "own_now", cents=book[book_balances.slot(run.when.now)])
    accounts = tables["accounts"].join(booked, "account_id").join(goods, "product_id")
    held = tables["holders"].join(accounts, "account_id")
    balance = ibis.coalesce(held.own_now, ibis.literal(0).cast(MONEY))
    balance_book = to_money(held.cents)
    if run.unknown is not None:
        marks = run.unknown.accounts_now.select(unknown_id="account_id")
        held = held.left_join(marks, held.account_id == marks.unknown_id)
        balance, balance_book = (
            ibis.ifelse(held.unknown_id.isnull(), value, None)
            for value in (ibis.coalesce(held.own_now, ibis.literal(0).cast(MONEY)), to_money(held.cents))
        )
    return held.select(
        "customer_id", "account_id", "product_name", "product_kind", "role", "share", "currency",
        "opened_on", "closed_on", "matures_on",
        key=held.account_id + "/" + held.customer_id,
        product_risk=ibis.coalesce(held.product_risk, ""),
        balance=balance,
        balance_book=balance_book,
    )  # fmt: skip
