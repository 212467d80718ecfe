"""Lunar birthdays: which solar day a birthday by the Chinese calendar next falls on."""

from bisect import bisect_right
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import ibis
import pyarrow as pa
from ibis.expr.types import Table
from lunar_python.util import ShouXingUtil

FIRST_YEAR, LAST_YEAR = 1900, 2101
EPOCH = date(2000, 1, 1)  # the almanac counts days from the noon of this day


class LunarMonth(NamedTuple):
    """A month of the Chinese calendar: its first solar day, its number (-6: leap sixth), days, and year."""

    first: date
    number: int
    days: int
    year: int  # that in which the lunar year begins: the twelfth month of 2025 lies in early 2026


class LunarDay(NamedTuple):
    """A day of the Chinese calendar; a leap month counts as the ordinary one."""

    year: int
    month: int
    day: int


@cache
def lunar_months() -> tuple[LunarMonth, ...]:
    """Every lunar month that touches 1900 to 2100, in their order.

    The almanac's new moons and solar terms are lunar-python's. Its own year objects also compute the
    minutes of every solar term, which nobody needs here and which takes seconds.
    """
    months: list[LunarMonth] = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        months += _months_of(year)
    return tuple(months)


def _months_of(year: int) -> list[LunarMonth]:
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
    number, leapt = 10, count == 12
    months: list[LunarMonth] = []
    for first, after in pairwise(starts):
        leap = not leapt and not any(first <= term < after for term in terms)
        leapt = leapt or leap
        number = number if leap else number % 12 + 1
        day = EPOCH + timedelta(days=round(first))
        belongs_to = year - 1 if number >= 11 else year
        months.append(LunarMonth(day, -number if leap else number, round(after - first), belongs_to))
    return months


def _solstice(year: int) -> float:
    """The day of the winter solstice of a year."""
    day: float = ShouXingUtil.calcQi((date(year, 12, 21) - EPOCH).days)
    return day


def _new_moon(on: float) -> float:
    """The day of the last new moon on or before a day."""
    found: float = ShouXingUtil.calcShuo(on)
    return found if found <= on else ShouXingUtil.calcShuo(found - 29.5306)


def lunar_day(on: date) -> LunarDay:
    """The day of the Chinese calendar on a solar date of 1900 to 2100. Raises ValueError for any other."""
    months = lunar_months()
    place = bisect_right(months, on, key=lambda month: month.first) - 1
    if not (place >= 0 and 1900 <= on.year <= 2100):
        raise ValueError(f"{on}: the lunar calendar is known from 1900-01-01 to 2100-12-31")
    month = months[place]
    return LunarDay(month.year, abs(month.number), (on - month.first).days + 1)


@cache
def _ordinary_months() -> dict[tuple[int, int], LunarMonth]:
    """Every month but the leap ones by lunar year and number."""
    return {(month.year, month.number): month for month in lunar_months() if month.number > 0}


def lunar_in_year(month: int, day: int, year: int) -> date:
    """The solar date on which a lunar day is kept in a lunar year; day 30 of a short month on its 29th.

    Raises ValueError for a month that is none, or a year for which the calendar is not known.
    """
    found = _ordinary_months().get((year, month))
    if found is None or not 1 <= day <= 30:
        raise ValueError(
            f"lunar {year}-{month}-{day}: the months are 1 to 12 of 1900 to 2100, the days 1 to 30"
        )
    return found.first + timedelta(days=min(day, found.days) - 1)


def next_birthdays(day: date) -> dict[tuple[int, int], date]:
    """For every month and day of the lunar year the first solar date after `day` on which it is kept.

    Kept in the ordinary month even if the birth fell in a leap month; day 30 in a month of 29 days is kept
    on the 29th.
    """
    found: dict[tuple[int, int], date] = {}
    for month in lunar_months():
        first, number = month.first, month.number
        if number < 0 or first + timedelta(days=30) <= day or first > day + timedelta(days=400):
            continue
        for number_of_day in range(1, 31):
            on = lunar_in_year(number, number_of_day, month.year)
            if on > day:
                found.setdefault((number, number_of_day), on)
    return found


@cache
def solar_to_lunar() -> dict[date, tuple[int, int]]:
    """Lunar month (a leap month counts as the ordinary one) and day of every solar date of 1900 to 2100."""
    return {on: (lunar.month, lunar.day) for on, lunar in _lunar_days().items()}


@cache
def _lunar_days() -> dict[date, LunarDay]:
    """The lunar day of every solar date of 1900 to 2100."""
    found = {}
    for month in lunar_months():
        for passed in range(month.days):
            on = month.first + timedelta(days=passed)
            found[on] = LunarDay(month.year, abs(month.number), passed + 1)
    return {on: lunar for on, lunar in found.items() if 1900 <= on.year <= 2100}


def lunar_birthdays(day: date) -> Table:
    """For every birth date of 1900 to 2100 the first lunar birthday after `day`, when it was born by then.

    Columns: birth_date, lunar_next_on, lunar_next_years (the lunar years that are full on it).
    """
    coming = next_birthdays(day)
    births = _lunar_days()
    next_on = [coming[lunar.month, lunar.day] for lunar in births.values()]
    years = {on: lunar_day(on).year for on in set(next_on)}
    columns = {
        "birth_date": pa.array(list(births), pa.date32()),
        "lunar_next_on": pa.array(next_on, pa.date32()),
        "lunar_next_years": pa.array(
            [years[on] - lunar.year for on, lunar in zip(next_on, births.values(), strict=True)], pa.int32()
        ),
    }
    return ibis.memtable(pa.table(columns))
