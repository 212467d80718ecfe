"""Dates and times that a column writes as texts, with an offset or without: their clocks and their offsets.

A column of dates and times keeps no offset, so such a text is null there. Beside it stand the clock and the
offset for what can use them: comparisons, date(), string(), the parts, and the result.
"""

import datetime as dt
from typing import Any

import ibis
import ibis.expr.datatypes as idt

from stead.dmn.feel.beyond import joined
from stead.dmn.feel.values import DATE_TIME, Scalar, column_of, wall_clock

_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?"
_LOCAL = f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(T{_CLOCK})?"
_OFFSET = "(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"
_SECONDS = "%Y-%m-%dT%H:%M:%S"


def from_texts(column: Any) -> Scalar:
    """The dates and times of a column of texts; null for what is none, or has the name of a zone."""
    nothing = ibis.null("timestamp")
    is_local = column.re_search(f"^{_LOCAL}$")
    is_instant = column.re_search(f"^{_LOCAL}{_OFFSET}$") & column.contains("T")
    clock = column.re_replace(f"{_OFFSET}$", "").try_cast("timestamp")
    clock = ibis.ifelse(is_local | is_instant, clock, nothing)
    return Scalar(
        DATE_TIME,
        column=ibis.ifelse(is_local, column.try_cast("timestamp"), nothing),
        zoned=(clock, ibis.ifelse(is_instant, _offset(column), ibis.null("int64"))),
    )


def _offset(column: Any) -> Any:
    """The seconds that a text's clock is ahead of UTC; 0 for Z, and anything where there is no offset."""
    written = column.re_extract(f"{_OFFSET}$", 1)
    hours, minutes = (written.substr(at, 2).try_cast("int64").fill_null(0) for at in (1, 4))
    seconds = hours * 3600 + minutes * 60
    return ibis.ifelse(written.startswith("-"), -seconds, seconds)


def clock_of(value: Scalar) -> Any:
    """The date and time as it stands on the clock of its offset, or in UTC for an instant of a column."""
    return value.zoned[0] if value.zoned is not None else wall_clock(column_of(value))


def moment_of(value: Scalar) -> tuple[Any, Any]:
    """The date and time in UTC where it is an instant, else as it is; and whether it is an instant."""
    if value.zoned is not None:
        clock, offset = value.zoned
        shift = offset.fill_null(0).as_interval("s")
        return (clock - shift).cast("timestamp"), offset.notnull()
    known = value.constant if value.known else None
    if isinstance(known, dt.datetime) and known.tzinfo is not None:
        utc = known.astimezone(dt.UTC).replace(tzinfo=None)
        return ibis.literal(utc, idt.timestamp), ibis.literal(value=True)
    column = column_of(value)
    is_instant = getattr(column.type(), "timezone", None) is not None
    return wall_clock(column), ibis.literal(is_instant)


def written(value: tuple[Any, Any]) -> Any:
    """The texts as string() writes them: the clock to the second, and the offset where there is one."""
    clock, offset = value
    minutes = offset.abs() // 60
    hour, minute = (part.cast("string").lpad(2, "0") for part in (minutes // 60, minutes % 60))
    sign = ibis.ifelse(offset < 0, "-", "+")
    zone = ibis.cases((offset.isnull(), ""), (offset == 0, "Z"), else_=sign + hour + ":" + minute)
    return clock.strftime(_SECONDS) + zone


def of_row(clock: dt.datetime | None, offset: int | None) -> dt.datetime | None:
    """The value of one row."""
    if clock is None or offset is None:
        return clock
    return clock.replace(tzinfo=dt.timezone(dt.timedelta(seconds=offset)) if offset else dt.UTC)


def midnight(day: Scalar) -> Scalar:
    """The midnight in UTC of a date, which a date is where a date and time is declared."""
    if day.known:
        known = day.constant
        return Scalar(DATE_TIME, None if known is None else joined(known, dt.time(0, tzinfo=dt.UTC)))
    first = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - the clock of UTC
    seconds = day.column.cast("timestamp").delta(ibis.literal(first, idt.timestamp), unit="second")
    start = ibis.literal(first.replace(tzinfo=dt.UTC), idt.Timestamp("UTC"))
    return Scalar(DATE_TIME, column=start + seconds.as_interval("s"))
