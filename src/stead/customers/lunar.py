"""Lunar birthdays: which solar day a birthday by the Chinese calendar next falls on."""

from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import ibis
import pyarrow as pa
from ibis.expr.types import Table
from lunar_python.util import ShouXingUtil

FIRST_YEAR, LAST_YEAR = 1900, 2101
EPOCH = date(2000, 1, 1)  # the almanac counts days from the noon of this day


@cache
def lunar_months() -> tuple[tuple[date, int, int], ...]:
    """Every lunar month that touches 1900 to 2100: its first solar day, number (-6: leap sixth) and days.

    The almanac's new moons and solar terms are lunar-python's. Its own year objects also compute the
    minutes of every solar term, which nobody needs here and which takes seconds.
    """
    months: list[tuple[date, int, int]] = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        months += _months_of(year)
    return tuple(months)


def _months_of(year: int) -> list[tuple[date, int, int]]:
    """The months from that of the winter solstice of the year before up to that of this year's.

    Where 13 new moons lie between them, the first month without a principal solar term is the leap month
    (GB/T 33661-2017, section 4).
    """
    solstice = _solstice(year - 1)
    terms = [ShouXingUtil.calcQi(solstice + 30.4368 * number) for number in range(14)]
    starts = [_new_moon(solstice)]
    end = _new_moon(_solstice(year))
    while starts[-1] < end:
        starts.append(ShouXingUtil.calcShuo(starts[-1] + 29.5306))
    count = len(starts) - 1
    number, leapt, months = 10, count == 12, []
    for first, after in pairwise(starts):
        leap = not leapt and not any(first <= term < after for term in terms)
        leapt = leapt or leap
        number = number if leap else number % 12 + 1
        day = EPOCH + timedelta(days=round(first))
        months.append((day, -number if leap else number, round(after - first)))
    return months


def _solstice(year: int) -> float:
    """The day of the winter solstice of a year."""
    day: float = ShouXingUtil.calcQi((date(year, 12, 21) - EPOCH).days)
    return day


def _new_moon(on: float) -> float:
    """The day of the last new moon on or before a day."""
    found: float = ShouXingUtil.calcShuo(on)
    return found if found <= on else ShouXingUtil.calcShuo(found - 29.5306)


def next_birthdays(day: date) -> dict[tuple[int, int], date]:
    """For every month and day of the lunar year the first solar date after `day` on which it is kept.

    Kept in the ordinary month even if the birth fell in a leap month; day 30 in a month of 29 days is kept
    on the 29th.
    """
    found: dict[tuple[int, int], date] = {}
    for first, number, days in lunar_months():
        if number < 0 or first + timedelta(days=30) <= day or first > day + timedelta(days=400):
            continue
        for number_of_day in range(1, 31):
            on = first + timedelta(days=min(number_of_day, days) - 1)
            if on > day:
                found.setdefault((number, number_of_day), on)
    return found


@cache
def solar_to_lunar() -> dict[date, tuple[int, int]]:
    """Lunar month (a leap month counts as the ordinary one) and day of every solar date of 1900 to 2100."""
    found = {}
    for first, number, days in lunar_months():
        for passed in range(days):
            found[first + timedelta(days=passed)] = (abs(number), passed + 1)
    return {on: lunar for on, lunar in found.items() if 1900 <= on.year <= 2100}


def lunar_birthdays(day: date) -> Table:
    """birth_date, lunar_next_on: for every birth date of 1900 to 2100 the next lunar birthday after `day`."""
    coming = next_birthdays(day)
    births = solar_to_lunar()
    columns = {
        "birth_date": pa.array(list(births), pa.date32()),
        "lunar_next_on": pa.array([coming[lunar] for lunar in births.values()], pa.date32()),
    }
    return ibis.memtable(pa.table(columns))
