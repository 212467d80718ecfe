"""Lets the practices' functions work: for a night, and for each side of a night that is replayed."""

from collections.abc import Callable, Mapping
from functools import reduce
from pathlib import Path

import ibis
from ibis.expr.types import Table

from stead.core.working_days import Calendar
from stead.engagement import book as engagement
from stead.engagement import policy
from stead.extracts.contract import DUCKDB_TYPES
from stead.extracts.delivery import Delivery
from stead.handbook.content.book import Handbook
from stead.night.plan import Plan
from stead.night.published_rows import consenting
from stead.practice.night import FEATURES, CustomerTable, Given, Measure, PublishedRows

Keep = Callable[[str, Table], Table]


def rows_of(
    table: CustomerTable, tables: Mapping[str, Table], handbook: Handbook, calendar: Calendar, keep: Keep
) -> Table:
    """The rows of a customer table; it sees no other table and no other rule than it has declared."""
    read = {name: tables[name] for name in table.reads}
    return table.work(Given(handbook.only(table.rules), calendar, read, keep))


def delivered(
    plan: Plan, delivery: Delivery, read: Callable[[Path, str], Table], none: Callable[[str], Table]
) -> dict[str, Table]:
    """What the bank delivers for single practices. read: a file, by name; none: what a query gives.

    A delivery that was made before the practice came has no such table, as if nothing had been in it.
    """
    found = {}
    for extract in plan.extracts:
        if delivery.has(extract.name):
            found[extract.name] = read(delivery.path(extract.name), extract.name)
            continue
        columns = (f'NULL::{DUCKDB_TYPES[one.kind]} AS "{one.name}"' for one in extract.columns)
        found[extract.name] = none(f"SELECT {', '.join(columns)} WHERE FALSE")
    return found


def published_of(
    rows: PublishedRows, tables: Mapping[str, Table], handbook: Handbook, calendar: Calendar, keep: Keep
) -> Table:
    """The rows that a practice publishes."""
    read = {name: tables[name] for name in rows.reads}
    return rows.work(Given(handbook.only(()), calendar, read, keep))


def wanted(
    plan: Plan,
    tables: Mapping[str, Table],
    states: Table,
    handbook: Handbook,
    calendar: Calendar,
    keep: Keep,
) -> Table:
    """All that the practices ask for, each with what the contact policy says of it.

    tables: the features of everybody and the practices' customer tables. states: what became of actions.
    """
    found = engagement.candidates(plan.asks, tables, states, handbook, calendar, keep)
    found = keep("candidates", found)
    return policy.apply(found, consenting(tables[FEATURES]), handbook, calendar.day, calendar.work_date)


def measured(plan: Plan, tables: Mapping[str, Table]) -> Table:
    """What the practices count: measure, branch_id, banker_id, tier, value, and a key of the four.

    tables: the features of those who are customers, and the customer tables. Counts of nothing are left out.
    """
    people = tables[FEATURES].select("customer_id", "branch_id", "banker_id")
    people = people.join(tables["standings"].select("customer_id", "tier"), "customer_id")
    found = [_counted(measure, people, tables) for measure in plan.measures]
    rows = reduce(lambda left, right: left.union(right), found)
    key = ibis.literal("/").join([rows.measure, rows.branch_id, rows.banker_id, rows.tier.cast("string")])
    return rows.filter(rows.value != 0).mutate(key=key)


def _counted(measure: Measure, people: Table, tables: Mapping[str, Table]) -> Table:
    named = [name for name in tables[measure.table].columns if name not in {"branch_id", "banker_id", "tier"}]
    rows = people.join(tables[measure.table].select(named), "customer_id")
    place = {"branch_id": rows.branch_id, "banker_id": rows.banker_id.fill_null("")}
    sums = rows.group_by(**place, tier=rows.tier.cast("int16")).aggregate(value=measure.value(rows))
    value = sums.value.fill_null(0).cast("decimal(18, 2)")
    return sums.select("branch_id", "banker_id", "tier", measure=ibis.literal(measure.name), value=value)
