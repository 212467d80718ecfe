"""The days to remember on the customer page: none is past, and the years are those of the day."""

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override
from tests import factories

from stead.customers.models import Customer
from stead.desk.customer_page import important_dates


def said(today: date, **values: Any) -> dict[str, tuple[int, str]]:
    known: dict[str, Any] = factories.CUSTOMER | {"risk_grade": "", "opened_on": None} | values
    with override("en"):
        rows = important_dates(Customer(customer_id="C1", name="An", **known), None, today, "en")
    return {row.label: (row.days, row.note) for row in rows}


@pytest.mark.parametrize(
    ("today", "days", "years"),
    [
        (date(2023, 2, 27), 1, 23),
        (date(2023, 2, 28), 0, 23),
        (date(2023, 3, 1), 365, 24),
        (date(2023, 12, 31), 60, 24),
        (date(2024, 2, 28), 1, 24),
        (date(2024, 2, 29), 0, 24),
        (date(2024, 3, 1), 364, 25),
    ],
)
def test_days_until_a_birthday_on_29_february(today: date, days: int, years: int) -> None:
    # The night before stored the day that it found; on this day that one may be past.
    leap = {"birth_date": date(2000, 2, 29), "birthday_next": date(2023, 2, 28)}
    assert said(today, **leap) == {"Birthday": (days, f"turns {years}")}


def test_the_first_year_is_one_year() -> None:
    opened = said(date(2026, 11, 22), birth_date=None, opened_on=date(2025, 11, 29))
    assert opened == {"Anniversary": (7, "1 year with us")}


def test_an_anniversary_on_29_february_is_today_on_the_28th() -> None:
    opened: dict[str, Any] = {"birth_date": None, "opened_on": date(2000, 2, 29)}
    assert said(date(2023, 2, 28), **opened) == {"Anniversary": (0, "23 years with us")}
    assert said(date(2023, 3, 1), **opened) == {"Anniversary": (365, "24 years with us")}


def test_a_lunar_birthday_turns_lunar_years() -> None:
    born: dict[str, Any] = {"birth_date": date(1990, 12, 31), "lunar_birthday": True}
    assert said(date(2026, 1, 3), **born) == {"Birthday": (0, "lunar calendar · turns 35")}
    assert said(date(2026, 1, 4), **born) == {"Birthday": (353, "lunar calendar · turns 36")}
