"""Dates and times that FEEL has and neither columns nor Python's own types: of years before 1 and after 9999,
and with parts of a second below a millionth. They are worked out as constants; a column refuses them."""

import datetime as dt
from dataclasses import dataclass

# The calendar repeats itself, days of the week included, after so many years.
_ERA_YEARS = 400
_ERA_DAYS = 146_097
_NEAR = 2000
_YEAR_MAX = 999_999_999


@dataclass(frozen=True)
class Beyond:
    """A date, time or date and time: the same one in the years 2000 to 2399, so many eras away.

    near: a date, time or datetime; eras: of 400 years, 0 for a time; billionths: of a second, below 1,000.
    """

    near: dt.date | dt.time
    eras: int = 0
    billionths: int = 0

    @property
    def year(self) -> int:
        """The year; there is a year 0, as in ISO 8601."""
        return self._day.year + _ERA_YEARS * self.eras

    @property
    def month(self) -> int:
        """The month."""
        return self._day.month

    @property
    def day(self) -> int:
        """The day of the month."""
        return self._day.day

    @property
    def hour(self) -> int:
        """The hour."""
        return self._clock.hour

    @property
    def minute(self) -> int:
        """The minute."""
        return self._clock.minute

    @property
    def second(self) -> int:
        """The whole second."""
        return self._clock.second

    @property
    def tzinfo(self) -> dt.tzinfo | None:
        """The zone or offset, if there is one."""
        return getattr(self.near, "tzinfo", None)

    def isoweekday(self) -> int:
        """The day of the week, Monday as 1."""
        return self._day.isoweekday()

    def utcoffset(self) -> dt.timedelta | None:
        """The offset; that of a zone is the one of its first and its last known rule."""
        if isinstance(self.near, dt.datetime) and self.eras:
            # Both are leap years, as the year may be.
            return self.near.replace(year=9996 if self.eras > 0 else 4).utcoffset()
        return self.near.utcoffset() if isinstance(self.near, dt.time | dt.datetime) else None

    def isoformat(self) -> str:
        """The value as FEEL writes it, with an offset and without the name of a zone."""
        near = self.near
        if not isinstance(near, dt.datetime | dt.time):
            return self._written_year() + near.isoformat()[4:]
        text = near.replace(microsecond=0).isoformat()
        seconds_end = 19 if isinstance(near, dt.datetime) else 8
        parts = near.microsecond * 1_000 + self.billionths
        fraction = f".{parts:09d}".rstrip("0") if parts else ""
        text = text[:seconds_end] + fraction + text[seconds_end:]
        return self._written_year() + text[4:] if isinstance(near, dt.datetime) else text

    __str__ = isoformat

    def _written_year(self) -> str:
        return f"{'-' if self.year < 0 else ''}{abs(self.year):04d}"

    @property
    def _day(self) -> dt.date:
        assert isinstance(self.near, dt.date)  # noqa: S101 - who asks knows the kind
        return self.near

    @property
    def _clock(self) -> dt.time | dt.datetime:
        assert isinstance(self.near, dt.time | dt.datetime)  # noqa: S101 - who asks knows the kind
        return self.near


# What a constant of these kinds is: Python's own type where that holds it.
Moment = dt.date | dt.time | Beyond


def parts_of(value: Moment) -> tuple[dt.date | dt.time, int, int]:
    """Near date or time, eras and billionths of any of them."""
    if isinstance(value, Beyond):
        return value.near, value.eras, value.billionths
    if isinstance(value, dt.time):
        return value, 0, 0
    eras, years = divmod(value.year - _NEAR, _ERA_YEARS)
    return value.replace(year=_NEAR + years), eras, 0


def settled(near: dt.date | dt.time, eras: int = 0, billionths: int = 0) -> Moment | None:
    """The date or time in the plainest type that holds it; None beyond the years of FEEL."""
    if isinstance(near, dt.time):
        return Beyond(near, 0, billionths) if billionths else near
    more, years = divmod(near.year - _NEAR, _ERA_YEARS)
    near, eras = near.replace(year=_NEAR + years), eras + more
    year = near.year + _ERA_YEARS * eras
    if abs(year) > _YEAR_MAX:
        return None
    if 1 <= year <= dt.MAXYEAR and not billionths:
        return near.replace(year=year)
    return Beyond(near, eras, billionths)


def day_from(year: int, month: int, day: int) -> Moment | None:
    """The date of three numbers, in any year; None for a day that there is not."""
    eras, years = divmod(year - _NEAR, _ERA_YEARS)
    try:
        return settled(dt.date(_NEAR + years, month, day), eras)
    except (ValueError, OverflowError):
        return None


def day_of(value: Moment) -> Moment | None:
    """The date of a date and time."""
    near, eras, _ = parts_of(value)
    return settled(near.date(), eras) if isinstance(near, dt.datetime) else value


def clock_of(value: Moment) -> Moment | None:
    """The time of a date and time; a date is its midnight in UTC."""
    near, _, billionths = parts_of(value)
    if isinstance(near, dt.datetime):
        return settled(near.timetz(), 0, billionths)
    return dt.time(0, tzinfo=dt.UTC) if isinstance(near, dt.date) else value


def in_zone(clock: Moment, offset: dt.timedelta) -> Moment | None:
    """The time with an offset; None for one of a day or more."""
    near, _, billionths = parts_of(clock)
    if abs(offset) >= dt.timedelta(days=1) or not isinstance(near, dt.time):
        return None
    return settled(near.replace(tzinfo=dt.timezone(offset)), 0, billionths)


def joined(day: Moment, clock: Moment) -> Moment | None:
    """The date and time of a day and a time."""
    near, eras, _ = parts_of(day)
    time, _, billionths = parts_of(clock)
    if not isinstance(near, dt.date) or not isinstance(time, dt.time):
        raise TypeError(f"{day!r} is no day, or {clock!r} no time")
    return settled(dt.datetime.combine(near, time), eras, billionths)


def moved(value: Moment, span: dt.timedelta) -> Moment | None:
    """The date, or date and time, so much later on the clock of its zone."""
    near, eras, billionths = parts_of(value)
    if isinstance(near, dt.time):
        raise TypeError("a time has no day to be moved from")
    more, days = divmod(span.days, _ERA_DAYS)
    rest = dt.timedelta(days, span.seconds, span.microseconds)
    return settled(near + rest, eras + more, billionths)


def months_added(value: Moment, months: int) -> Moment | None:
    """The date so many months later; a day that the month does not have becomes its last."""
    near, eras, billionths = parts_of(value)
    if isinstance(near, dt.time):
        raise TypeError("a time has no month")
    more, rest = divmod(months, 12 * _ERA_YEARS)
    year, month = divmod(near.year * 12 + near.month - 1 + rest, 12)
    following = dt.date(year + month // 11, (month + 1) % 12 + 1, 1)
    last = (following - dt.timedelta(days=1)).day
    later = near.replace(year=year, month=month + 1, day=min(near.day, last))
    return settled(later, eras + more, billionths)


Key = tuple[bool, int, dt.date | dt.time, int]


def key_of(value: Moment) -> Key:
    """What values of one kind are ordered by: an instant by its date and time in UTC, and first whether it is
    one, since instants and local times have no order among them."""
    near, eras, billionths = parts_of(value)
    offset = None if isinstance(value, dt.date) and not isinstance(value, dt.datetime) else value.utcoffset()
    if offset is None:
        return False, eras, near, billionths
    if not isinstance(near, dt.datetime):
        return True, 0, near, billionths
    utc = near.replace(tzinfo=None) - offset
    more, years = divmod(utc.year - _NEAR, _ERA_YEARS)
    return True, eras + more, utc.replace(year=_NEAR + years), billionths


def to_the_second(value: Moment) -> Moment | None:
    """The value without parts of a second."""
    near, eras, _ = parts_of(value)
    if isinstance(near, dt.datetime | dt.time):
        near = near.replace(microsecond=0)
    return settled(near, eras)


def apart(left: Moment, right: Moment) -> dt.timedelta | None:
    """left - right, both instants or both local dates and times; None where a duration does not hold it."""
    _, eras, first, billionths = key_of(left)
    _, others, second, more = key_of(right)
    if isinstance(first, dt.time) or isinstance(second, dt.time) or billionths != more:
        return None
    try:
        return dt.timedelta(days=_ERA_DAYS * (eras - others)) + (first - second)
    except OverflowError:
        return None
