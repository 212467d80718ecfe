"""FEEL's functions on dates, times and durations (DMN 1.5, 10.3.4.1, 10.3.4.7)."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import ibis

from stead.dmn.errors import FeelError
from stead.dmn.feel import beyond, temporal, zoned
from stead.dmn.feel import operators as op
from stead.dmn.feel.arithmetic import arithmetic
from stead.dmn.feel.calling import typed, whole
from stead.dmn.feel.values import (
    DATE,
    DATE_TIME,
    DAYS,
    MONTHS,
    NUMBER,
    STRING,
    TIME,
    Duration,
    FunctionValue,
    Scalar,
    Value,
    column_of,
    constant,
    refuse_beyond,
    wall_clock,
    whole_number,
)

_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


_DATE_TEXT = "[0-9]{4}-[0-9]{2}-[0-9]{2}"


def _read(kind: str, value: Any) -> Scalar:
    return op.null_of(kind) if value is None else constant(value)


def date(*parts: Value) -> Value:
    """A date from a text, from a date and time, or from year, month and day."""
    if len(parts) == 3:
        numbers = [typed(part, {NUMBER}, "date") for part in parts]
        if any(number.is_null for number in numbers):
            return op.null_of(DATE)
        if all(number.known for number in numbers):
            year, month, day = (int(number.constant) for number in numbers)
            return _read(DATE, beyond.day_from(year, month, day))
        texts = [whole_number(column_of(number)).cast("string") for number in numbers]
        padded = [text.lpad(width, "0") for text, width in zip(texts, (4, 2, 2), strict=True)]
        # A day that the month does not have is null, where making a date of numbers would be an error.
        return Scalar(DATE, column=(padded[0] + "-" + padded[1] + "-" + padded[2]).try_cast("date"))
    value = typed(_only(parts, "date"), {STRING, DATE, DATE_TIME}, "date")
    if value.known:
        known = value.constant
        if known is None or isinstance(known, str):
            return _read(DATE, temporal.date_from(known or ""))
        return _read(DATE, beyond.day_of(known))
    if value.kind == DATE_TIME:
        column = zoned.clock_of(value).cast("date")
    else:
        column = column_of(value)
        column = _written(column, _DATE_TEXT, "date") if value.kind == STRING else column
    return Scalar(DATE, column=column)


def _written(column: Any, pattern: str, dtype: str) -> Any:
    """Texts of one form as dates or dates and times; databases read more forms, such as 2023-2-3, infinity
    and, in the zone of their session, one with an offset."""
    return ibis.ifelse(column.re_search(f"^{pattern}$"), column.try_cast(dtype), ibis.null(dtype))


def _only(parts: tuple[Value, ...], name: str) -> Value:
    if len(parts) != 1:
        raise FeelError(
            "{name}() takes another number of arguments than {parts}", name=name, parts=len(parts)
        )
    return parts[0]


def _constant_text(value: Scalar, name: str) -> str:
    if not value.known:
        raise FeelError(
            "{name}() of a column of texts is not supported; give the column that type instead",
            kind="columns",
            name=name,
        )
    return value.constant or ""


def duration(from_: Value) -> Value:
    """A duration from its text."""
    text = _constant_text(typed(from_, {STRING}, "duration"), "duration")
    return _read(DAYS, temporal.duration_from(text))


def time(*parts: Value) -> Value:
    """A time from its text, of a date and time, or from hour, minute, second and offset."""
    if len(parts) in {3, 4}:
        hour, minute, second = whole(parts[0], "time"), whole(parts[1], "time"), op.one(parts[2]).constant
        if hour is None or minute is None or not isinstance(second, Decimal) or not 0 <= second < 60:
            return op.null_of(TIME)
        fraction = f"{second % 1:.9f}"[1:]
        found = temporal.time_from(f"{hour:02d}:{minute:02d}:{int(second):02d}{fraction}")
        offset = op.one(parts[3]).constant if len(parts) == 4 else None
        if found is not None and isinstance(offset, dt.timedelta):
            found = beyond.in_zone(found, offset)
        return _read(TIME, found)
    value = typed(_only(parts, "time"), {STRING, DATE_TIME, DATE, TIME}, "time")
    if value.known:
        known = value.constant
        if known is None or isinstance(known, str):
            return _read(TIME, temporal.time_from(known or ""))
        return _read(TIME, beyond.clock_of(known))
    if value.kind == STRING:
        return _read(TIME, temporal.time_from(_constant_text(value, "time")))
    return Scalar(TIME, column=wall_clock(column_of(value)).time()) if value.kind == DATE_TIME else value


def date_and_time(*parts: Value) -> Value:
    """A date and time from its text, or from a date and a time."""
    if len(parts) == 2:
        day = typed(parts[0], {DATE, DATE_TIME}, "date and time")
        clock = typed(parts[1], {TIME}, "date and time")
        return op.null_of(DATE_TIME) if day.is_null or clock.is_null else _moment(day, clock)
    value = typed(_only(parts, "date and time"), {STRING, DATE_TIME, DATE}, "date and time")
    if value.known:
        known = value.constant
        if known is None or isinstance(known, str):
            return _read(DATE_TIME, temporal.date_time_from(known or ""))
        return value if value.kind == DATE_TIME else _read(DATE_TIME, beyond.joined(known, dt.time(0)))
    column = column_of(value)
    if value.kind == DATE_TIME:
        return value
    if value.kind != STRING:
        return Scalar(DATE_TIME, column=column.cast("timestamp"))
    return zoned.from_texts(column)


def _moment(day: Scalar, clock: Scalar) -> Scalar:
    """The date and time of a day and a time; a column keeps no zone and no part of a second."""
    if day.known and clock.known:
        return _read(DATE_TIME, beyond.joined(day.constant, clock.constant))
    if clock.known:
        refuse_beyond(clock.constant)
        if clock.constant.tzinfo is not None:
            raise FeelError(
                "a column keeps no offset and no zone; give date and time() a time without one",
                kind="columns",
            )
        since = clock.constant.hour * 3600 + clock.constant.minute * 60 + clock.constant.second
        seconds = ibis.literal(since, "int64")
    else:
        column = column_of(clock)
        parts = (column.hour().cast("int64"), column.minute().cast("int64"), column.second().cast("int64"))
        seconds = parts[0] * 3600 + parts[1] * 60 + parts[2]
    midnight = column_of(day).cast("date").cast("timestamp")
    return op.one(arithmetic("+", Scalar(DATE_TIME, column=midnight), Scalar(DAYS, column=seconds)))


def months_between(from_: Value, to: Value) -> Value:
    """The whole months between two dates as a years and months duration; negative when `to` is earlier."""
    name = "years and months duration"
    a, b = typed(from_, {DATE, DATE_TIME}, name), typed(to, {DATE, DATE_TIME}, name)
    if a.is_null or b.is_null:
        return op.null_of(MONTHS)
    if a.known and b.known:
        first, last = a.constant, b.constant
        months = (last.year - first.year) * 12 + last.month - first.month
        if months > 0 and last.day < first.day:
            months -= 1
        elif months < 0 and last.day > first.day:
            months += 1
        return constant(Duration(months))
    x, y = column_of(a), column_of(b)
    between = (y.year().cast("int64") - x.year()) * 12 + y.month() - x.month()
    short = ibis.cases(
        ((between > 0) & (y.day() < x.day()), -1), ((between < 0) & (y.day() > x.day()), 1), else_=0
    )
    return Scalar(MONTHS, column=(between + short).cast("int64"))


def _of_day(
    name: str, kind: str, known: Callable[[dt.date], Any], column: Callable[[Any], Any]
) -> FunctionValue:
    def near(value: Any) -> dt.date:
        """The same day of a year that Python has."""
        return value if isinstance(value, dt.date) else value.near

    def apply(date: Value) -> Value:
        value = typed(date, {DATE, DATE_TIME}, name)
        if value.is_null:
            return op.null_of(kind)
        return (
            constant(known(near(value.constant)))
            if value.known
            else Scalar(kind, column=column(column_of(value)))
        )

    return FunctionValue(name, ("date",), apply)


def weekday_of(column: Any) -> Any:
    """The day of the week of a column, Monday as 1."""
    return column.day_of_week.index().cast("int64") + 1


def _named(names: tuple[str, ...], position: Any) -> Any:
    return position.cases(*((i, name) for i, name in enumerate(names, start=1)), else_=ibis.null("string"))


def _clock(name: str) -> FunctionValue:
    def apply() -> Value:
        raise FeelError(
            "{name}() would make the result depend on the clock; give the date as an input",
            kind="columns",
            name=name,
        )

    return FunctionValue(name, (), apply)


def _named_ways(name: str, apply: Callable[..., Value], *ways: tuple[str, ...]) -> FunctionValue:
    """A function whose arguments by name may be one of several lists."""
    return FunctionValue(name, ways[0], apply, tuple(FunctionValue(name, names, apply) for names in ways))


FUNCTIONS: tuple[FunctionValue, ...] = (
    _named_ways("date", date, ("from",), ("year", "month", "day")),
    _named_ways(
        "time", time, ("from",), ("hour", "minute", "second"), ("hour", "minute", "second", "offset")
    ),
    _named_ways("date and time", date_and_time, ("from",), ("date", "time")),
    FunctionValue("duration", ("from",), duration),
    FunctionValue("years and months duration", ("from", "to"), months_between),
    _of_day(
        "day of year",
        NUMBER,
        lambda d: Decimal(d.timetuple().tm_yday),
        lambda c: c.day_of_year().cast("int64"),
    ),
    _of_day(
        "week of year",
        NUMBER,
        lambda d: Decimal(d.isocalendar()[1]),
        lambda c: c.week_of_year().cast("int64"),
    ),
    _of_day(
        "day of week", STRING, lambda d: _DAY_NAMES[d.weekday()], lambda c: _named(_DAY_NAMES, weekday_of(c))
    ),
    _of_day(
        "month of year",
        STRING,
        lambda d: _MONTH_NAMES[d.month - 1],
        lambda c: _named(_MONTH_NAMES, c.month()),
    ),
    _clock("now"),
    _clock("today"),
)
