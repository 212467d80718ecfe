"""FEEL's written dates, times and durations to Python values and back."""

import datetime as dt
import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from stead.dmn.feel import beyond
from stead.dmn.feel.beyond import Beyond, Moment
from stead.dmn.feel.values import Duration

_DATE = re.compile(r"(-?(?:\d{4}|[1-9]\d{4,8}))-(\d{2})-(\d{2})", re.ASCII)
_TIME = re.compile(r"(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2}(?::\d{2})?|@.+)?", re.ASCII)
_DAYS = re.compile(r"(-)?P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{0,9}))?S)?)?")
_MONTHS = re.compile(r"(-)?P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?")
_OFFSET = re.compile(r"[+-]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$")
# Longer ones are beyond what columns of 64 bits, and anybody's patience, hold.
_DURATION_MAX = 40
_MONTHS_MAX = 10**12

Temporal = Moment | dt.timedelta | Duration


def date_from(text: str) -> Moment | None:
    """The date written as YYYY-MM-DD, or None; a year may be negative and have up to nine digits."""
    found = _DATE.fullmatch(text)
    if not found or text.startswith("-0000"):
        return None
    return beyond.day_from(*(int(part) for part in found.groups()))


def time_from(text: str) -> Moment | None:
    """The time written as hh:mm:ss with an optional fraction and offset or zone, or None."""
    found = _TIME.fullmatch(text)
    if not found:
        return None
    hour, minute, second, fraction, zone = found.groups()
    try:
        zoned = _zone(zone)
        microsecond, billionths = divmod(int((fraction or "0").ljust(9, "0")), 1_000)
        clock = dt.time(int(hour), int(minute), int(second), microsecond, tzinfo=zoned)
        return beyond.settled(clock, billionths=billionths)
    except (ValueError, ZoneInfoNotFoundError):
        return None


def _zone(text: str | None) -> dt.tzinfo | None:
    if not text:
        return None
    if text == "Z":
        return dt.UTC
    if text.startswith("@"):
        return ZoneInfo(text[1:])
    hours, minutes, seconds = int(text[1:3]), int(text[4:6]), int(text[7:9] or 0)
    if hours > 14 or minutes > 59 or seconds > 59:
        raise ValueError(text)
    offset = dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return dt.timezone(-offset if text[0] == "-" else offset)


def date_time_from(text: str) -> Moment | None:
    """The date and time written as date, T and time, or None; a date alone is its midnight."""
    day, separator, clock = text.partition("T")
    date = date_from(day)
    # The end of a day is the beginning of the next, as in XML Schema.
    is_end = re.match(r"24:00:00(?:\.0+)?(?!\d)", clock) is not None
    time = time_from("00" + clock[2:] if is_end else clock) if separator else dt.time(0)
    if date is None or time is None:
        return None
    moment = beyond.joined(date, time)
    return beyond.moved(moment, dt.timedelta(days=1)) if is_end and moment is not None else moment


def duration_from(text: str) -> dt.timedelta | Duration | None:
    """The duration in ISO 8601, or None: years and months, or days and time, never both."""
    if (found := _MONTHS.fullmatch(text)) and len(text) <= _DURATION_MAX:
        sign, years, months = found.groups()
        if years or months:
            total = int(years or 0) * 12 + int(months or 0)
            return Duration(-total if sign else total) if total < _MONTHS_MAX else None
    found = _DAYS.fullmatch(text)
    if not found or not any(found.groups()[1:5]) or len(text) > _DURATION_MAX:
        return None
    sign, days, hours, minutes, seconds, fraction = found.groups()
    try:
        span = dt.timedelta(
            days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0), seconds=int(seconds or 0),
            microseconds=int((fraction or "0").ljust(6, "0")[:6]),
        )  # fmt: skip
    except OverflowError:
        return None
    return -span if sign else span


def temporal_from(text: str) -> Temporal | None:
    """What @"text" stands for, or None."""
    readers = (date_from, duration_from, time_from, date_time_from)
    return next((value for reader in readers if (value := reader(text)) is not None), None)


def written(value: Temporal) -> str:
    """The value as FEEL's string() writes it."""
    if isinstance(value, Duration):
        sign, months = ("-" if value.months < 0 else ""), abs(value.months)
        years, rest = divmod(months, 12)
        return f"{sign}P" + ((f"{years}Y" if years else "") + (f"{rest}M" if rest else "") or "0M")
    if isinstance(value, dt.timedelta):
        return _written_span(value)
    text = value.isoformat()
    if not isinstance(value, Beyond):
        text = re.sub(r"(\.\d*?)0+(?!\d)", r"\1", text)
    zone = getattr(value, "tzinfo", None)
    if isinstance(zone, ZoneInfo):
        return _OFFSET.sub("", text) + f"@{zone.key}"
    return text.replace("+00:00", "Z")


def _written_span(value: dt.timedelta) -> str:
    sign, span = ("-", -value) if value < dt.timedelta(0) else ("", value)
    hours, rest = divmod(span.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    second = (
        f"{seconds}.{span.microseconds:06d}".rstrip("0").rstrip(".") if span.microseconds else str(seconds)
    )
    clock = "".join(
        f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (second, "S")) if str(n) != "0"
    )
    days = f"{span.days}D" if span.days else ""
    return f"{sign}P{days}" + (f"T{clock}" if clock else "") if days or clock else "PT0S"
