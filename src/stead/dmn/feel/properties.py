"""What a value has after a dot: parts of dates, times, durations and ranges; and the steps of a range."""

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from stead.dmn.errors import FeelError, LimitError
from stead.dmn.feel import operators as op
from stead.dmn.feel.dates import weekday_of
from stead.dmn.feel.values import (
    DATE,
    DATE_TIME,
    DAYS,
    ITEMS_MAX,
    MONTHS,
    NOTHING,
    NUMBER,
    STRING,
    TIME,
    ContextValue,
    RangeValue,
    Scalar,
    Value,
    column_of,
    constant,
    described,
    refuse_beyond,
)

_DAY = ("year", "month", "day", "weekday")
_CLOCK = ("hour", "minute", "second")
_ZONE = ("time offset", "timezone")
_PARTS = {DATE: _DAY, DATE_TIME: (*_DAY, *_CLOCK, *_ZONE), TIME: (*_CLOCK, *_ZONE)}
# How many of the column's units (seconds or months) one is, and how many of it make the next larger.
_COUNTS = {
    DAYS: {"days": (86_400, 0), "hours": (3_600, 24), "minutes": (60, 60), "seconds": (1, 60)},
    MONTHS: {"years": (12, 0), "months": (1, 12)},
}


def property_of(base: Value, name: str) -> Value:
    """The entry of a context or a property of a date, time, duration or range (DMN 1.5, 10.3.2.15)."""
    if isinstance(base, ContextValue):
        return base.get(name) or NOTHING
    if isinstance(base, RangeValue):
        return _of_range(base, name)
    scalar = op.one(base)
    if scalar.is_null:
        return NOTHING
    if name in _PARTS.get(scalar.kind, ()):
        return _zone_part(scalar, name) if name in _ZONE else _part(scalar, name)
    counts = _COUNTS.get(scalar.kind, {})
    if name not in counts:
        raise FeelError("a {base} has no {name}", base=described(base), name=repr(name))
    size, next_size = counts[name]
    if scalar.known:
        return constant(_known_count(scalar.constant, size, next_size))
    column = scalar.column
    whole = column.abs() // size
    count = whole % next_size if next_size else whole
    return Scalar(NUMBER, column=count * column.sign().cast("int64"))


def _of_range(ends: RangeValue, name: str) -> Value:
    found: dict[str, Value | None] = {
        "start": ends.low, "end": ends.high,
        "start included": constant(ends.low_closed), "end included": constant(ends.high_closed),
    }  # fmt: skip
    if name not in found:
        raise FeelError(
            "a range has no {name}; it has start, end, start included and end included", name=repr(name)
        )
    return found[name] or NOTHING


def _part(value: Scalar, name: str) -> Scalar:
    """A part of a date or time; weekdays count from Monday as 1."""
    if value.known:
        known = value.constant.isoweekday() if name == "weekday" else getattr(value.constant, name)
        return constant(Decimal(known))
    column = value.zoned[0] if value.zoned is not None else column_of(value)
    if name == "weekday":
        return Scalar(NUMBER, column=weekday_of(column))
    return Scalar(NUMBER, column=getattr(column, name)().cast("int64"))


def _zone_part(value: Scalar, name: str) -> Scalar:
    """The offset or the zone of a time; columns keep neither."""
    if value.zoned is not None and name == "time offset":
        return Scalar(DAYS, column=value.zoned[1])
    if not value.known:
        raise FeelError("a column keeps no {name}", kind="columns", name=repr(name))
    zone = value.constant.tzinfo
    if name == "timezone":
        return Scalar(STRING, zone.key if isinstance(zone, ZoneInfo) else None)
    return Scalar(DAYS, value.constant.utcoffset())


def _known_count(value: Any, size: int, next_size: int) -> Decimal:
    units = int(value.total_seconds()) if isinstance(value, dt.timedelta) else value.months
    whole = abs(units) // size
    count = whole % next_size if next_size else whole
    return Decimal(-count if units < 0 else count)


def steps_of(ends: RangeValue) -> list[Value]:
    """The whole numbers or days that an iteration goes through, downwards when the first is the larger."""
    if ends.low is None or ends.high is None or not (ends.low.known and ends.high.known):
        raise FeelError("an iteration needs constants on both sides of '..'", kind="columns")
    first, last = ends.low.constant, ends.high.constant
    refuse_beyond(first)
    refuse_beyond(last)
    if not ends.is_count and op.compared("<=", ends.low, ends.high).constant is not True:
        raise FeelError("the ends of a range go downwards; write 3..1 without brackets to count down")
    if type(first) is not type(last) or not isinstance(first, Decimal | dt.date):
        raise FeelError("an iteration goes from number to number or from date to date")
    if isinstance(first, dt.date) and not isinstance(first, dt.datetime):
        numbers = _between(first.toordinal(), last.toordinal(), ends)
        return [constant(dt.date.fromordinal(number)) for number in numbers]
    if not isinstance(first, Decimal):
        raise FeelError("an iteration goes from number to number or from date to date")
    return [constant(Decimal(number)) for number in _between(int(first), int(last), ends)]


def _between(low: int, high: int, ends: RangeValue) -> range:
    if abs(high - low) > ITEMS_MAX:
        raise LimitError("the iteration has more than {items_max} steps", items_max=f"{ITEMS_MAX:,}")
    step = 1 if low <= high else -1
    start = low if ends.low_closed else low + step
    return range(start, high + step if ends.high_closed else high, step)
