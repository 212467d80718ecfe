"""Clause 2.4 in the night: warnings of leaving, with the day from which the time to react runs."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import ibis
from ibis.expr.types import Table

from stead.core.working_days import Calendar, days_later
from stead.handbook.content.book import Handbook
from stead.handbook.content.night_words import COLOUR_MOST, HOURS_MOST, YEAR_DAYS
from stead.handbook.content.record import Recorded
from stead.handbook.content.table_numbers import login_days
from stead.practice.night import FEATURES, ActionKind, Ask, CustomerTable, Given, Measure, Practice
from stead.practice.occasions import date_after, occasion
from stead.practice.promises import columns, row_a_customer

# The kind of action that each colour asks for, the gravest first.
KINDS = {3: "warning_red", 2: "warning_orange", 1: "warning_yellow"}
WARNING = Recorded(
    "2.4/warning",
    "warning_rule",
    {
        name: name
        for name in (
            "tier", "assets_30d_ago", "assets_change_30d_ratio", "outflow_largest_own_30d_ratio",
            "maturity_past_7d_unreinvested", "login_days",
        )
    },
    {"colour": "warning", "respond_days": "respond_days"},
    volatile=("login_days",),
    days=("login_days",),
)  # fmt: skip


def warnings(features: Table, standings: Table, handbook: Handbook, calendar: Calendar, day: date) -> Table:
    """One row a customer: warning (0 none to 3 red), warned_on, warning_due_on, due_by, warning_rule.

    features: assets, outflows of 30 days, `login_days`, `maturity_past_7d_unreinvested`; standings: `tier`.
    warned_on is the day of what happened to the customer (the largest outflow, the maturity, the day that
    filled the days without a login for which the table asks), the same on every night; warning_anchor names
    it ("open" where it is not known).
    The working days to react are counted from the next working day on. Who has an account whose balance now
    or 30 days ago is unknown (assets null) is not warned: it may be a row that is missing.
    """
    names = [
        "customer_id", "assets_now", "assets_30d_ago", "assets_change_30d_ratio",
        "outflow_largest_own_30d_ratio",
        "maturity_past_7d_unreinvested", "login_days", "outflow_largest_30d_on",
        "outflow_largest_own_30d_on", "maturity_past_7d_on",
    ]  # fmt: skip
    table = features.select(names).join(standings.select("customer_id", "tier"), "customer_id")
    table = handbook.decide(table, "2.4/warning")
    is_known = table.assets_now.notnull() & table.assets_30d_ago.notnull()
    table = table.mutate(
        colour=ibis.ifelse(is_known, table.colour, None),
        warning_rule=ibis.ifelse(is_known, table.warning_rule, None),
        respond_days=ibis.ifelse(is_known, table.respond_days, None),
        respond_hours=ibis.ifelse(is_known, table.respond_hours, None),
    )
    params = handbook.params(day)
    happened_on = _happened_on(table, day, _login_full_days(handbook, params))
    # A fall without any outflow (of prices, say) has no day of its own. The Sunday before stands for it: a
    # date that moved on with every night would never let the warning become overdue.
    sunday = ibis.literal(day - timedelta(days=day.isoweekday() % 7))
    table = table.select(
        "customer_id", "warning_rule", "respond_days", "respond_hours",
        warning=table.colour.fill_null(0).clip(0, COLOUR_MOST).cast("int8"),
        warned_on=ibis.ifelse(table.colour > 0, happened_on.coalesce(sunday), ibis.null("date")),
        warning_anchor=happened_on.cast("string").fill_null("open"),
    )  # fmt: skip
    table = table.mutate(starts_on=calendar.after(table.warned_on))
    # The hours to react are counted from the beginning of the contact hours.
    starts = int(params["contact_hours_start"])
    # A number that a cell works out is kept within what a day and the calendar hold.
    hours = table.respond_hours.cast("float64").clip(0, HOURS_MOST).cast("int32")
    hour = (hours + starts).clip(upper=23).cast("string").lpad(2, "0")
    return table.mutate(
        warning_due_on=calendar.plus(table.starts_on, table.respond_days.fill_null(0).clip(0, YEAR_DAYS)),
        due_by=ibis.ifelse(table.respond_hours.notnull(), hour + ":00", ""),
    ).drop("starts_on")


def _happened_on(table: Table, day: date, login_full_days: int | None) -> Any:
    """The day of the event that the rule names as the one from which the time runs; null if not known."""
    book_date = ibis.literal(day)
    login_full = (
        ibis.null("date")
        if login_full_days is None
        else days_later(book_date, login_full_days - table.login_days.cast("int32"))
    )
    return ibis.cases(
        (table.counts_from == "outflow", table.outflow_largest_30d_on),
        (table.counts_from == "outflow_own", table.outflow_largest_own_30d_on),
        (table.counts_from == "maturity", table.maturity_past_7d_on),
        (table.counts_from == "login", login_full),
        else_=ibis.null("date"),
    )


def _login_full_days(handbook: Handbook, params: Mapping[str, Decimal]) -> int | None:
    """The days without a login at whose end a warning of it begins; None where the table does not tell."""
    # Editions from before name the number in params.csv as well; where the row holds, it decides.
    days = params.get("warning_login_days", login_days(handbook))
    return None if days is None else int(days)


def _warnings(given: Given) -> Table:
    features, standings = given.tables[FEATURES], given.tables["standings"]
    return warnings(features, standings, given.handbook, given.calendar, given.day)


def _asked(people: Table, given: Given) -> Iterable[Table]:
    """A call or visit for everybody who is warned, by the colour."""
    days = _login_full_days(given.handbook, given.params)
    return [_warning(people, colour, days) for colour in KINDS]


def _warning(people: Table, colour: int, login_full_days: int | None) -> Table:
    warned = people.filter(people.warning == colour)
    numbers = {
        "assets_now": warned.assets_now,
        "assets_30d_ago": warned.assets_30d_ago,
        "assets_change_30d_ratio": warned.assets_change_30d_ratio,
        "drop_ratio": -warned.assets_change_30d_ratio,
        "outflow_30d": warned.outflow_30d,
        "outflow_largest_own_30d": warned.outflow_largest_own_30d,
        "outflow_largest_own_30d_on": warned.outflow_largest_own_30d_on,
        "outflow_largest_own_30d_ratio": warned.outflow_largest_own_30d_ratio,
        "maturity_past_7d_unreinvested": warned.maturity_past_7d_unreinvested,
        "login_last_on": date_after(warned.warned_on, None if login_full_days is None else -login_full_days),
    }
    at_stake = ibis.greatest(warned.assets_now, warned.assets_30d_ago)
    return occasion(
        warned, KINDS[colour], warned.warned_on, amount=at_stake, value=at_stake, numbers=numbers,
        # Where the day of the event is not known, the need keeps its name from night to night all the same.
        anchor=warned.warning_anchor,
        respond_days=warned.respond_days, due_by=warned.due_by,
        # A warning cites its own table: that is where the customer's numbers are judged.
        cites=WARNING.table, rule_id=warned.warning_rule,
    )  # fmt: skip


def _with(colour: int, table: Table) -> Any:
    """How many customers have a warning of a colour."""
    return (table.warning == colour).sum()


PRACTICE = Practice(
    name="retention",
    clauses=("2.4",),
    tables=(
        CustomerTable(
            name="warnings",
            reads=(FEATURES, "standings"),
            work=_warnings,
            rules=("2.4/warning.dmn", "params.csv"),
            decisions=(WARNING,),
            promise=row_a_customer("warnings", columns("warning", "TINYINT")),
        ),
    ),
    measures=(
        Measure("warned_red", "warnings", partial(_with, 3), "customers", "lower"),
        Measure("warned_orange", "warnings", partial(_with, 2), "customers", "lower"),
        Measure("warned_yellow", "warnings", partial(_with, 1), "customers", "lower"),
    ),
    asks=(
        Ask(
            kinds=tuple(ActionKind(kind) for kind in KINDS.values()),
            columns={
                FEATURES: (
                    "assets_now", "assets_30d_ago", "assets_change_30d_ratio", "outflow_30d",
                    "outflow_largest_own_30d", "outflow_largest_own_30d_on", "outflow_largest_own_30d_ratio",
                    "maturity_past_7d_unreinvested",
                ),
                "warnings": (
                    "warning", "warned_on", "warning_anchor", "respond_days", "due_by", "warning_rule",
                ),
            },
            rows=_asked,
            cites=WARNING.table,
            # The time of a silence is told in the numbers of an action.
            rules=("2.4/warning.dmn", "params.csv"),
        ),
    ),
)  # fmt: skip
