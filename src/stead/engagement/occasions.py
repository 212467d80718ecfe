"""Reasons to be in touch with a customer: one table of the same columns for each kind.

Nothing here says whether an occasion is wanted: `2.3/occasion.dmn` does. The filters only leave out who has
no such event, or one below the smallest that the table asks for, so that it is asked about few.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import reduce
from typing import Any

import ibis
from ibis.expr.types import Table

from stead.customers.book import bounded_quotient
from stead.engagement.bounds import Bounds
from stead.engagement.calendar import Calendar, Festival, days_later
from stead.handbook.content.record import numbers_text

WARNINGS = {3: "warning_red", 2: "warning_orange", 1: "warning_yellow"}
# These happen on a day that is known before; all others have happened.
AHEAD = ("maturity", "birthday", "anniversary", "festival")
COMMON = ("customer_id", "banker_id", "branch_id", "tier", "stage", "contact_last_on", "ended")
_MONEY = "decimal(18,2)"


def occasions(people: Table, kept: list[Festival], calendar: Calendar, bounds: Bounds) -> Table:
    """All occasions of all customers (people: features, standing, warning and what is owed, one row each).

    Columns: those of COMMON, occasion, event_on, days (to the event), amount (or years), value (book
    currency at stake), anchor (names the need), respond_days, due_by, table, rule_id, numbers (JSON text).
    """
    parts = [
        *(_warning(people, colour, bounds) for colour in WARNINGS),
        _maturity(people, calendar, bounds),
        _large_inflow(people, calendar, bounds),
        _birthday(people, calendar, bounds),
        _anniversary(people, calendar, bounds),
        _tier_watch(people, bounds),
        _welcome(people, calendar, bounds),
        *(_festival(people, festival, bounds) for festival in kept),
    ]
    union = reduce(lambda left, right: left.union(right), parts)
    return union.mutate(days=union.event_on.delta(ibis.literal(calendar.day), unit="day").cast("int32"))


def _row(
    people: Table,
    occasion: str,
    event_on: Any,
    amount: Any,
    value: Any,
    numbers: Mapping[str, Any],
    **more: Any,
) -> Table:
    """The columns of an occasion, in one order and of one type for every kind."""
    given: dict[str, Any] = {
        "anchor": event_on.cast("string"),
        "respond_days": ibis.null("int32"),
        "due_by": ibis.literal(""),
        "rule_id": ibis.null("string"),
        "written": {},
        **more,
    }
    return people.select(
        *COMMON,
        occasion=ibis.literal(occasion),
        event_on=event_on.cast("date"),
        amount=amount.cast(_MONEY),
        value=ibis.greatest(value.cast(_MONEY), ibis.literal(Decimal(0)).cast(_MONEY)),
        numbers=numbers_text({"tier": people.tier, **numbers}, given["written"]),
        anchor=given["anchor"],
        respond_days=given["respond_days"].cast("int32"),
        due_by=given["due_by"],
        rule_id=given["rule_id"],
    )


def _after(column: Any, days: int | None) -> Any:
    """A date so many days later; null where no number of days is told."""
    return ibis.null("date") if days is None else days_later(column, ibis.literal(days))


def _reaches(column: Any, least: Decimal | None) -> Any:
    """Whether a number is known and not below the smallest that is asked for."""
    return column.notnull() if least is None else column >= least


def _between(column: Any, calendar: Calendar, back: int, ahead: int) -> Any:
    """Whether a date lies within so many days around the book date."""
    days = column.delta(ibis.literal(calendar.day), unit="day")
    return days.between(-back, ahead)


def _warning(people: Table, colour: int, bounds: Bounds) -> Table:
    warned = people.filter(people.warning == colour)
    login_on = _after(warned.warned_on, None if bounds.login_days is None else -bounds.login_days)
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
        "login_last_on": login_on,
    }
    at_stake = ibis.greatest(warned.assets_now, warned.assets_30d_ago)
    return _row(
        warned, WARNINGS[colour], warned.warned_on, at_stake, at_stake, numbers,
        # Where the day of the event is not known, the need keeps its name from night to night all the same.
        anchor=warned.warning_anchor,
        respond_days=warned.respond_days, due_by=warned.due_by, rule_id=warned.warning_rule,
    )  # fmt: skip


def _maturity(people: Table, calendar: Calendar, bounds: Bounds) -> Table:
    near = _between(people.maturity_next_on, calendar, 0, bounds.horizon_days)
    due = people.filter(near & _reaches(people.maturity_next_amount, bounds.maturity_least))
    amount = due.maturity_next_amount
    numbers = {
        "event_on": due.maturity_next_on,
        "amount": amount,
        "share": _share(amount, due.assets_now),
        "assets_now": due.assets_now,
        "risk_grade": due.risk_grade,
    }
    return _row(due, "maturity", due.maturity_next_on, amount, amount, numbers)


def _large_inflow(people: Table, calendar: Calendar, bounds: Bounds) -> Table:
    near = _between(people.inflow_largest_30d_on, calendar, bounds.horizon_days, 0)
    came = people.filter(near & _reaches(people.inflow_largest_30d, bounds.inflow_least))
    amount = came.inflow_largest_30d
    numbers = {
        "event_on": came.inflow_largest_30d_on,
        "amount": amount,
        "share": _share(amount, came.assets_now),
        "assets_now": came.assets_now,
        "risk_grade": came.risk_grade,
    }
    return _row(came, "large_inflow", came.inflow_largest_30d_on, amount, amount, numbers)


def _share(amount: Any, whole: Any) -> Any:
    """A part of the assets, at most all of them; null where there are none."""
    return bounded_quotient(amount, whole, 1).cast("decimal(18,4)")


def _birthday(people: Table, calendar: Calendar, bounds: Bounds) -> Table:
    # An organisation has a day of foundation; nobody congratulates it.
    near = _between(people.birthday_next_on, calendar, 0, bounds.horizon_days)
    born = people.filter(near & (people.kind == "person"))
    is_lunar = born.birthday_next_is_lunar.fill_null(False)
    numbers = {
        "event_on": born.birthday_next_on,
        "age_then": born.birthday_next_years,
        "assets_now": born.assets_now,
    }
    # The name of the calendar goes in in both languages; the text picks the reader's.
    calendar_name = ibis.ifelse(is_lunar, '{"zh":"农历","en":"lunar"}', '{"zh":"公历","en":"solar"}')
    return _row(
        born, "birthday", born.birthday_next_on, ibis.null(_MONEY), born.assets_now, numbers,
        written={"calendar": calendar_name},
    )  # fmt: skip


def _anniversary(people: Table, calendar: Calendar, bounds: Bounds) -> Table:
    kept = people.filter(_between(people.anniversary_next_on, calendar, 0, bounds.horizon_days))
    numbers = {
        "event_on": kept.anniversary_next_on,
        "years": kept.anniversary_years,
        "opened_on": kept.opened_on,
        "assets_now": kept.assets_now,
    }
    return _row(
        kept, "anniversary", kept.anniversary_next_on, kept.anniversary_years, kept.assets_now, numbers
    )


def _tier_watch(people: Table, bounds: Bounds) -> Table:
    watched = people.filter(
        _reaches(people.watch_months, bounds.watch_months_least) & people.watched_on.notnull()
    )
    numbers = {
        "watch_months": watched.watch_months,
        "watched_on": watched.watched_on,
        "down_on": _after(watched.watched_on, bounds.watch_days),
        "assets_average": watched.assets_month_01,
        "assets_now": watched.assets_now,
    }
    return _row(
        watched, "tier_watch", watched.watched_on, watched.watch_months, watched.assets_peak_12m, numbers
    )


def _welcome(people: Table, calendar: Calendar, bounds: Bounds) -> Table:
    new = people.filter(_between(people.opened_on, calendar, bounds.horizon_days, 0))
    numbers = {"opened_on": new.opened_on, "assets_now": new.assets_now}
    return _row(new, "new_customer_welcome", new.opened_on, ibis.null(_MONEY), new.assets_now, numbers)


def _festival(people: Table, festival: Festival, bounds: Bounds) -> Table:
    kept = people.filter((people.kind == "person") & _reaches(people.tier, bounds.festival_tier_least))
    anchor = ibis.literal(f"{festival.name}-{festival.on_date:%Y}")
    event_on = ibis.literal(festival.on_date)
    names = ibis.literal(json.dumps(dict(festival.names), ensure_ascii=False))
    return _row(
        kept, "festival", event_on, ibis.null(_MONEY), kept.assets_now, {"event_on": event_on},
        anchor=anchor, written={"festival": names},
    )  # fmt: skip
