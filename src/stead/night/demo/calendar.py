"""The months of the demo bank's history: ends, days of bonuses, prices of funds, rates."""

import calendar
import hashlib
import math
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from lunar_python import Lunar

MONTH_ENDS = 24
# Yearly growth and monthly swing of the four funds: money market, bonds, mixed, shares.
FUNDS = ((0.019, 0.0002), (0.032, 0.004), (0.05, 0.02), (0.06, 0.045))
BONUS_DAYS_BEFORE_SPRING_FESTIVAL = 12


@dataclass(frozen=True)
class Month:
    """A month of the history; the last one ends with the day of the extract."""

    m: int
    first_day: date
    last_day: date
    bonus_on: date | None
    nav: tuple[float, ...]


def months(day: date, seed: int, *, lunar: bool) -> list[Month]:
    """24 month-ends up to `day`, and the month begun, when `day` is no month-end.

    lunar: bonuses are paid before Spring Festival; otherwise on 10 December.
    """
    result: list[Month] = []
    nav = [1.0] * len(FUNDS)
    count = MONTH_ENDS + (0 if day == month_end(day) else 1)
    first = add_months(day.replace(day=1), 1 - count)
    for m in range(count):
        start = add_months(first, m)
        result.append(Month(m, start, min(month_end(start), day), _bonus(start, lunar=lunar), tuple(nav)))
        nav = [
            price * math.exp(growth / 12 + swing * _swing(seed, fund, start))
            for fund, (price, (growth, swing)) in enumerate(zip(nav, FUNDS, strict=True))
        ]
    return result


def month_end(day: date) -> date:
    """The last day of the month of `day`."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_months(first: date, count: int) -> date:
    """The first day of the month `count` months after that of `first`."""
    number = first.year * 12 + first.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def rates(history: list[Month], seed: int, locale: str) -> list[tuple[str, date, Decimal]]:
    """Rates of each currency to the book currency from the first day of each month; the book's own is 1."""
    base = {
        "zh": {"CNY": 1.0, "USD": 7.12, "HKD": 0.912, "EUR": 7.74},
        "cz": {"CZK": 1.0, "USD": 22.6, "HKD": 2.9, "EUR": 24.9},
    }[locale]
    result = []
    for number, (currency, rate) in enumerate(sorted(base.items())):
        for month in history:
            drift = 0.0 if rate == 1.0 else 0.004 * _swing(seed, 50 + number, month.first_day)
            result.append((currency, month.first_day, Decimal(f"{rate * (1 + drift):.8f}")))
    return result


def _bonus(first: date, *, lunar: bool) -> date | None:
    """The day in the month that begins on `first` on which the yearly bonus is paid, if it is in this one."""
    if lunar:
        festival = Lunar.fromYmd(first.year, 1, 1).getSolar()
        paid = date(festival.getYear(), festival.getMonth(), festival.getDay())
        paid -= timedelta(days=BONUS_DAYS_BEFORE_SPRING_FESTIVAL)
    else:
        paid = date(first.year, 12, 10)
    return paid if (paid.year, paid.month) == (first.year, first.month) else None


def _swing(seed: int, series: int, first: date) -> float:
    """A number between -1 and 1 that depends on nothing but its arguments."""
    text = f"{seed}/{series}/{first.isoformat()}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big") / 2**63 - 1
