"""FEEL's written dates, times and durations to Python values and back."""

import datetime as dt
import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from stead.dmn.feel.values import Duration

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_TIME = re.compile(r"(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2}(?::\d{2})?|@.+)?", re.ASCII)
_DAYS = re.compile(r"(-)?P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{0,9}))?S)?)?")
_MONTHS = re.compile(r"(-)?P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?")
_OTHER_YEAR = re.compile(r"-\d{4}(?!\d)|-?[1-9]\d{4,8}(?!\d)", re.ASCII)
_FRACTION = re.compile(r":\d\d\.\d{6}\d*[1-9]", re.ASCII)
# Longer ones are beyond what columns of 64 bits, and anybody's patience, hold.
_DURATION_MAX = 40
_MONTHS_MAX = 10**12

Temporal = dt.date | dt.time | dt.datetime | dt.timedelta | Duration


def date_from(text: str) -> dt.date | None:
    """The date written as YYYY-MM-DD, or None; years 0001 to 9999, as columns hold them."""
    found = _DATE.fullmatch(text)
    if not found:
        return None
    try:
        return dt.date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def time_from(text: str) -> dt.time | None:
    """The time written as hh:mm:ss with an optional fraction and offset or zone, or None."""
    found = _TIME.fullmatch(text)
    if not found:
        return None
    hour, minute, second, fraction, zone = found.groups()
    try:
        zoned = _zone(zone)
        microsecond = int((fraction or "0").ljust(6, "0")[:6])
        return dt.time(int(hour), int(minute), int(second), microsecond, tzinfo=zoned)
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


def date_time_from(text: str) -> dt.datetime | None:
    """The date and time written as date, T and time, or None; a date alone is its midnight."""
    day, separator, clock = text.partition("T")
    date = date_from(day)
    # The end of a day is the beginning of the next, as in XML Schema.
    is_end = re.match(r"24:00:00(?:\.0+)?(?!\d)", clock) is not None
    time = time_from("00" + clock[2:] if is_end else clock) if separator else dt.time(0)
    if date is None or time is None:
        return None
    try:
        return dt.datetime.combine(date, time) + dt.timedelta(days=int(is_end))
    except OverflowError:
        return None


def beyond_columns(text: str) -> bool:
    """Whether a text is a date or time of FEEL that columns do not hold: of a year before 1 or after 9999, or
    with parts of a second below a millionth."""
    year = _OTHER_YEAR.match(text)
    if year:
        rest = text[year.end() :]
        return any(
            reader(f"{leap}{rest}") for leap in ("2023", "2024") for reader in (date_from, date_time_from)
        )
    fraction = _FRACTION.search(text)
    return fraction is not None and bool(time_from(text) or date_time_from(text))


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


def months_added(day: dt.date, months: int) -> dt.date:
    """The date so many months later; a day that the month does not have becomes its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (
        (dt.date(year + month // 11, (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
        if year < 9999
        else 31
    )
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def written(value: dt.date | dt.time | dt.timedelta | Duration) -> str:
    """The value as FEEL's string() writes it."""
    if isinstance(value, Duration):
        sign, months = ("-" if value.months < 0 else ""), abs(value.months)
        years, rest = divmod(months, 12)
        return f"{sign}P" + ((f"{years}Y" if years else "") + (f"{rest}M" if rest else "") or "0M")
    if isinstance(value, dt.timedelta):
        return _written_span(value)
    text = re.sub(r"(\.\d*?)0+(?!\d)", r"\1", value.isoformat())
    zone = getattr(value, "tzinfo", None)
    if isinstance(zone, ZoneInfo):
        return re.sub(r"[+-]\d{2}:\d{2}$", "", text) + f"@{zone.key}"
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
