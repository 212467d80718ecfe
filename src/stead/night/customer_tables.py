"""Lets the practices' functions work: for a night, and for each side of a night that is replayed."""

from collections.abc import Callable, Mapping

from ibis.expr.types import Table

from stead.core.working_days import Calendar
from stead.engagement import book as engagement
from stead.engagement import policy
from stead.handbook.content.book import Handbook
from stead.night.plan import Plan
from stead.night.published_rows import consenting
from stead.practice.night import FEATURES, CustomerTable, Given, PublishedRows

Keep = Callable[[str, Table], Table]


def rows_of(
    table: CustomerTable, tables: Mapping[str, Table], handbook: Handbook, calendar: Calendar, keep: Keep
) -> Table:
    """The rows of a customer table; it sees no other table and no other rule than it has declared."""
    read = {name: tables[name] for name in table.reads}
    return table.work(Given(handbook.only(table.rules), calendar, read, keep))


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
