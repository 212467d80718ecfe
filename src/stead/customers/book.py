"""What happens in a customer's life with the bank: the occasions that the golden record itself shows."""

from collections.abc import Iterable
from typing import Any

import ibis
from ibis.expr.types import Table

from stead.customers.amounts import bounded_quotient
from stead.practice.night import FEATURES, ActionKind, Ask, Given, Practice
from stead.practice.occasions import OCCASION, horizon_days, is_near, least_asked, occasion, reaches


def _asked(people: Table, given: Given) -> Iterable[Table]:
    """Maturities, inflows, birthdays, anniversaries and welcomes.

    The filters only leave out who has no such event, or one below the smallest that the occasion table asks
    for, so that it is asked about few.
    """
    yield _maturity(people, given)
    yield _large_inflow(people, given)
    yield _birthday(people, given)
    yield _anniversary(people, given)
    yield _welcome(people, given)


def _maturity(people: Table, given: Given) -> Table:
    smallest = least_asked(given, "maturity", "amount", "maturity_least")
    near = is_near(people.maturity_next_on, given.calendar, ahead=horizon_days(given.params))
    due = people.filter(near & reaches(people.maturity_next_amount, smallest))
    amount = due.maturity_next_amount
    numbers = {
        "event_on": due.maturity_next_on,
        "amount": amount,
        "share": _share(amount, due.assets_now),
        "assets_now": due.assets_now,
        "risk_grade": due.risk_grade,
    }
    return occasion(due, "maturity", due.maturity_next_on, amount=amount, value=amount, numbers=numbers)


def _large_inflow(people: Table, given: Given) -> Table:
    smallest = least_asked(given, "large_inflow", "amount", "large_inflow_least")
    near = is_near(people.inflow_largest_30d_on, given.calendar, back=horizon_days(given.params))
    came = people.filter(near & reaches(people.inflow_largest_30d, smallest))
    amount = came.inflow_largest_30d
    numbers = {
        "event_on": came.inflow_largest_30d_on,
        "amount": amount,
        "share": _share(amount, came.assets_now),
        "assets_now": came.assets_now,
        "risk_grade": came.risk_grade,
    }
    return occasion(
        came, "large_inflow", came.inflow_largest_30d_on, amount=amount, value=amount, numbers=numbers
    )


def _share(amount: Any, whole: Any) -> Any:
    """A part of the assets, at most all of them; null where there are none."""
    return bounded_quotient(amount, whole, 1).cast("decimal(18,4)")


def _birthday(people: Table, given: Given) -> Table:
    # An organisation has a day of foundation; nobody congratulates it.
    near = is_near(people.birthday_next_on, given.calendar, ahead=horizon_days(given.params))
    born = people.filter(near & (people.kind == "person"))
    is_lunar = born.birthday_next_is_lunar.fill_null(False)
    numbers = {
        "event_on": born.birthday_next_on,
        "age_then": born.birthday_next_years,
        "assets_now": born.assets_now,
    }
    # The name of the calendar goes in in both languages; the text picks the reader's.
    calendar_name = ibis.ifelse(is_lunar, '{"zh":"农历","en":"lunar"}', '{"zh":"公历","en":"solar"}')
    return occasion(
        born, "birthday", born.birthday_next_on, value=born.assets_now, numbers=numbers,
        written={"calendar": calendar_name},
    )  # fmt: skip


def _anniversary(people: Table, given: Given) -> Table:
    near = is_near(people.anniversary_next_on, given.calendar, ahead=horizon_days(given.params))
    kept = people.filter(near)
    numbers = {
        "event_on": kept.anniversary_next_on,
        "years": kept.anniversary_years,
        "opened_on": kept.opened_on,
        "assets_now": kept.assets_now,
    }
    return occasion(
        kept, "anniversary", kept.anniversary_next_on,
        amount=kept.anniversary_years, value=kept.assets_now, numbers=numbers,
    )  # fmt: skip


def _welcome(people: Table, given: Given) -> Table:
    new = people.filter(is_near(people.opened_on, given.calendar, back=horizon_days(given.params)))
    numbers = {"opened_on": new.opened_on, "assets_now": new.assets_now}
    return occasion(new, "new_customer_welcome", new.opened_on, value=new.assets_now, numbers=numbers)


PRACTICE = Practice(
    name="customers",
    clauses=("2.3",),
    asks=(
        Ask(
            kinds=(
                ActionKind("maturity", is_ahead=True),
                ActionKind("large_inflow"),
                ActionKind("birthday", is_ahead=True),
                ActionKind("anniversary", is_ahead=True),
                ActionKind("new_customer_welcome"),
            ),
            columns={
                FEATURES: (
                    "opened_on", "risk_grade", "assets_now", "maturity_next_on", "maturity_next_amount",
                    "inflow_largest_30d", "inflow_largest_30d_on", "birthday_next_on",
                    "birthday_next_is_lunar", "birthday_next_years", "anniversary_next_on",
                    "anniversary_years",
                ),
            },
            rows=_asked,
            rules=(f"{OCCASION}.dmn", "params.csv"),
        ),
    ),
)  # fmt: skip
