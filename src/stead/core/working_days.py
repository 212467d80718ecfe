"""Working days of a country, as plain dates and as column expressions."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import holidays
import ibis

# How far around the book date columns can be moved; older dates stand still, since no rule looks at them.
DAYS_BACK, DAYS_AHEAD = 1_200, 500


class CalendarError(Exception):
    """A country or a day that cannot be placed in a calendar."""


@dataclass(frozen=True)
class Calendar:
    """The working days of a country around a book date.

    Weekends and public holidays are off; China's make-up days on weekends are worked (source: the
    `holidays` package). Raises CalendarError for a country that it does not know.
    """

    country: str
    day: date

    @cached_property
    def first(self) -> date:
        """The first date that column expressions know."""
        return self.day - timedelta(days=DAYS_BACK)

    @cached_property
    def _public(self) -> holidays.HolidayBase:
        # A make-up day belongs to the year of its holiday, so the years around are needed too.
        last = self.day + timedelta(days=DAYS_AHEAD)
        try:
            return holidays.country_holidays(self.country, years=range(self.first.year - 1, last.year + 2))
        except NotImplementedError:
            raise CalendarError(
                f"country {self.country!r} has no calendar of holidays; use an ISO 3166 code such as CN or CZ"
            ) from None

    @cached_property
    def _days(self) -> list[bool]:
        """For each date from `first` on, whether it is worked."""
        count = DAYS_BACK + DAYS_AHEAD
        return [self._public.is_working_day(self.first + timedelta(days=i)) for i in range(count)]

    def is_working(self, day: date) -> bool:
        """Whether a date is a working day."""
        return bool(self._public.is_working_day(day))

    def next(self, day: date) -> date:
        """The first working day after a date."""
        day += timedelta(days=1)
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    @cached_property
    def work_date(self) -> date:
        """The working day that the night of the book date prepares."""
        return self.next(self.day)

    @cached_property
    def _worked(self) -> list[int]:
        """Offsets of all working days, in order."""
        return [offset for offset, is_worked in enumerate(self._days) if is_worked]

    @cached_property
    def _until(self) -> list[int]:
        """For each date, how many working days there are up to and including it."""
        counts, count = [], 0
        for is_worked in self._days:
            count += is_worked
            counts.append(count)
        return counts

    def _date(self, position: Any) -> Any:
        """The date of the working day at a position (0 is the first)."""
        offset = _looked_up(self._worked, position)
        return days_later(ibis.literal(self.first), offset)

    def _count(self, column: Any) -> Any:
        """Working days from `first` up to and including the date; beyond the calendar as at its ends."""
        return _looked_up(self._until, column.delta(ibis.literal(self.first), unit="day").cast("int32"))

    def _known(self, column: Any, moved: Any) -> Any:
        """The moved date; a date before the calendar stands where it is, and no date stays none."""
        return ibis.ifelse(column.isnull() | (column < ibis.literal(self.first)), column, moved)

    def after(self, column: Any) -> Any:
        """The first working day after a date."""
        return self._known(column, self._date(self._count(column)))

    def before(self, column: Any) -> Any:
        """The last working day on or before a date."""
        return self._known(column, self._date(self._count(column) - 1))

    def plus(self, column: Any, days: Any) -> Any:
        """A working day so many working days later; `days` a whole number, 0 for the same day."""
        return self._known(column, self._date(self._count(column) - 1 + days.cast("int32")))

    def waited(self, column: Any) -> Any:
        """Working days from a date to the work date; 0 when the date is not in the past."""
        until = self._until[(self.work_date - self.first).days]
        return ibis.greatest(until - self._count(column), 0)


def days_later(column: Any, days: Any) -> Any:
    """A date so many days later, as a date."""
    # DuckDB makes a timestamp of a date and an interval where Ibis says date, so both are told.
    return (column + days.cast("int32").as_interval("D")).cast("timestamp").cast("date")


_DIGITS = 4


def _looked_up(values: list[int], position: Any) -> Any:
    """The value of a constant list at a position, at its ends for positions beyond them.

    The list goes into the query as one text of numbers of equal length, of which a part is cut out: a list of
    a thousand numbers is a thousand expressions to a planner, a text is one.
    """
    text = ibis.literal("".join(f"{value:0{_DIGITS}d}" for value in values))
    inside = ibis.least(ibis.greatest(position, 0), len(values) - 1)
    return text.substr(inside * _DIGITS, _DIGITS).cast("int32")
