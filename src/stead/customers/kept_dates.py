"""The one definition of when a date comes again: birthdays, anniversaries, festivals, in both calendars.

A day that a year or a month does not have (29 February, 30 February, the 30th of a short lunar month) is kept
on the last day of that month. The columns of the night (`book_person`) say the same; a test compares them.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from stead.customers.lunar import LunarDay, lunar_day, lunar_in_year


@dataclass(frozen=True)
class Kept:
    """A date that comes again: `on` which day, and after how many `years` of its own calendar."""

    on: date
    years: int


def in_year(month: int, day: int, year: int) -> date:
    """The day of a year on which a solar date is kept."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def next_kept(of: date, earliest: date, *, lunar: bool = False) -> Kept:
    """The first return of a date on or after `earliest`; the day itself is no return.

    lunar: the date is kept by the Chinese calendar, in the ordinary month if it fell in a leap month.
    """
    earliest = max(earliest, of + timedelta(days=1))
    born = lunar_day(of) if lunar else LunarDay(of.year, of.month, of.day)
    kept_in = lunar_in_year if lunar else in_year
    # The lunar year begins after the solar one, so that the year before may have days to come.
    first = max(earliest.year - 1, born.year + 1)
    for year in range(first, first + 4):
        on = kept_in(born.month, born.day, year)
        if on >= earliest:
            return Kept(on, year - born.year)
    raise ValueError(f"{of} does not come again within four years of {earliest}")


def full_years(since: date, day: date) -> int:
    """Full years from a date to `day`. Who was born on 29 February is a year older on 1 March.

    So the law counts, though the birthday is kept on 28 February: a year is over when its last day is.
    """
    return day.year - since.year - ((day.month, day.day) < (since.month, since.day))
