"""The calendar of balance dates: which balances stand for which days, and with what weight."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from stead.customers.kept_dates import in_year

MONTHS = 25  # the current month and the 24 before: what twelve-month sums of thirteen months need
# Up to so many balance dates each becomes a column; beyond (daily balances), each measure becomes one.
SLOTS_MAX = 60


@dataclass(frozen=True)
class Measure:
    """A figure as a weighted sum over slots divided by `days`; `days` 0 means that nothing is known."""

    parts: tuple[tuple[int, int], ...]  # slot, weight
    days: int


@dataclass(frozen=True)
class Calendar:
    """The balance dates of an extract, turned into slots (columns) and the measures over them.

    slots: for each column the balance dates that it sums, with their weights.
    measures: now, ago_30, ago_90, average_30, average_90, month_01 to month_25, end_01 to end_24.
    months: first day of the months 01 to 25. rate_dates: per slot, where it stands for one date.
    """

    day: date
    slots: tuple[tuple[tuple[date, int], ...], ...]
    measures: dict[str, Measure]
    months: tuple[date, ...]
    single: bool  # every slot is one balance date with weight 1

    @property
    def now(self) -> int:
        """The slot of the latest balances."""
        return self.measures["now"].parts[0][0]


def months_back(day: date, months: int) -> date:
    """The same day `months` earlier; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return in_year(month + 1, day.day, year)


def standing(dates: list[date], on: date) -> date:
    """The balance date that stands for `on`: the first that is not before it, else the last one."""
    return next((each for each in dates if each >= on), dates[-1])


def ago(dates: list[date], day: date, days: int) -> date:
    """The balance date to compare with for a change over `days`.

    It stands for the day, but never is the latest itself: month-end balances would then show no change
    on the 31st. Where history is shorter, the first balance date.
    """
    earlier = dates[:-1] or dates
    return standing(earlier, day - timedelta(days=days))


def weights(dates: list[date], first: date, last: date) -> list[tuple[date, int]]:
    """Days from `first` to `last` for which each balance date stands: those after the date before it."""
    found = []
    for before, on in zip([dates[0] - timedelta(days=1), *dates[:-1]], dates, strict=True):
        days = (min(on, last) - max(before + timedelta(days=1), first)).days + 1
        if days > 0:
            found.append((on, days))
    return found


def _windows(dates: list[date], day: date) -> dict[str, list[tuple[date, int]]]:
    """The balance dates and weights of every measure."""
    windows = {
        "now": [(dates[-1], 1)],
        "ago_30": [(ago(dates, day, 30), 1)],
        "ago_90": [(ago(dates, day, 90), 1)],
        "average_30": weights(dates, day - timedelta(days=29), day),
        "average_90": weights(dates, day - timedelta(days=89), day),
    }
    first_of_month = day.replace(day=1)
    for number in range(1, MONTHS + 1):
        first = months_back(first_of_month, number - 1)
        last = min(first.replace(day=calendar.monthrange(first.year, first.month)[1]), day)
        windows[f"month_{number:02d}"] = weights(dates, first, last)
        if number < MONTHS:
            # Before the first balance there is nothing to show.
            windows[f"end_{number:02d}"] = [(standing(dates, last), 1)] if last >= dates[0] else []
    return windows


def calendar_of(dates: Iterable[date], day: date) -> Calendar:
    """The calendar of an extract's balance dates; dates after the book date `day` do not count.

    Raises ValueError when no balance date is left.
    """
    known = sorted({on for on in dates if on <= day})
    if not known:
        raise ValueError(f"balances: there is no balance on or before {day}; the book needs at least one")
    windows = _windows(known, day)
    used = sorted({on for window in windows.values() for on, _ in window})
    single = len(used) <= SLOTS_MAX
    slots: list[tuple[tuple[date, int], ...]]
    if single:
        place = {on: index for index, on in enumerate(used)}
        slots = [((on, 1),) for on in used]
        parts = {n: tuple((place[on], weight) for on, weight in window) for n, window in windows.items()}
    else:
        slots = [tuple(window) for window in windows.values()]
        parts = {n: ((index, 1),) if window else () for index, (n, window) in enumerate(windows.items())}
    measures = {n: Measure(parts[n], sum(days for _, days in window)) for n, window in windows.items()}
    months = tuple(months_back(day.replace(day=1), number) for number in range(MONTHS))
    return Calendar(day, tuple(slots), measures, months, single)
