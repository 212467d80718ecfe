"""Lunar dates and birthdays."""

import random
from datetime import date

import pytest
from lunar_python import Solar

from stead.customers.lunar import next_birthdays, solar_to_lunar


def test_dates_agree_with_the_library() -> None:
    table = solar_to_lunar()
    for on in random.Random(8).sample(sorted(table), 60):
        lunar = Solar.fromYmd(on.year, on.month, on.day).getLunar()
        assert table[on] == (abs(lunar.getMonth()), lunar.getDay()), on


def test_every_day_of_two_centuries_is_there() -> None:
    assert len(solar_to_lunar()) == (date(2100, 12, 31) - date(1900, 1, 1)).days + 1


@pytest.mark.parametrize(
    ("on", "lunar"),
    [
        (date(2025, 1, 29), (1, 1)),
        (date(2025, 7, 25), (6, 1)),  # the first day of the leap sixth month counts as the sixth
        (date(2033, 12, 22), (11, 1)),  # the leap eleventh month, which simple rules get wrong
        (date(2034, 2, 19), (1, 1)),
    ],
)
def test_known_days(on: date, lunar: tuple[int, int]) -> None:
    assert solar_to_lunar()[on] == lunar


def test_the_thirtieth_is_kept_on_the_last_day_of_a_short_month() -> None:
    # The twelfth month of the year of the snake, in February 2026, has 29 days.
    assert next_birthdays(date(2026, 2, 1))[12, 30] == date(2026, 2, 16)


def test_a_birthday_today_is_next_kept_in_a_year() -> None:
    assert next_birthdays(date(2026, 2, 17))[1, 1] == date(2027, 2, 6)
    assert next_birthdays(date(2026, 2, 16))[1, 1] == date(2026, 2, 17)


def test_every_lunar_day_comes_again() -> None:
    assert len(next_birthdays(date(2026, 11, 22))) == 360
