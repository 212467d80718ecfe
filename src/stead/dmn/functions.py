"""FEEL's built-in functions on compiled values."""

import datetime as dt
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import ibis

from stead.dmn import operators as op
from stead.dmn import temporal
from stead.dmn.errors import FeelError
from stead.dmn.values import (
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS,
    MONTHS,
    NOTHING,
    NULL,
    NUMBER,
    STRING,
    TIME,
    Duration,
    FunctionValue,
    Scalar,
    Value,
    column_of,
    constant,
    described,
)  # fmt: skip

_ZERO = constant(Decimal(0))


def _typed(value: Value, kinds: set[str], name: str) -> Scalar:
    scalar = op.one(value)
    if scalar.kind not in kinds | {NULL}:
        wanted = " or ".join(sorted(kinds))
        raise FeelError(f"{name}() takes a {wanted}, not a {described(scalar)}")
    return scalar


def not_(negand: Value) -> Value:
    """Negation; null for what is not a boolean."""
    return op.inverted(_typed(negand, {BOOLEAN}, "not"))


def abs_(n: Value) -> Value:
    """The size of a number or a duration."""
    value = _typed(n, {NUMBER, DAYS, MONTHS}, "abs")
    if value.known:
        if isinstance(value.constant, Duration):
            return constant(Duration(abs(value.constant.months)))
        return constant(None if value.constant is None else abs(value.constant))
    return Scalar(value.kind, column=value.column.abs())


def _rounded(name: str, rounding: str) -> Callable[..., Value]:
    def apply(n: Value, scale: Value = _ZERO) -> Value:
        value, places = _typed(n, {NUMBER}, name), _typed(scale, {NUMBER}, name)
        if value.is_null or places.is_null:
            return NOTHING
        if not places.known:
            raise FeelError(f"{name}() needs a constant number of places")
        digits = int(places.constant)
        if value.known:
            return constant(value.constant.quantize(Decimal(1).scaleb(-digits), rounding=rounding))
        factor = constant(Decimal(1).scaleb(digits))
        scaled = op.one(op.arithmetic("*", value, factor)) if digits else value
        column = getattr(column_of(scaled), "floor" if rounding == ROUND_FLOOR else "ceil")()
        whole = Scalar(
            NUMBER, column=column if column.type().is_floating() else column.cast("decimal(38, 0)")
        )
        return op.arithmetic("*", whole, constant(Decimal(1).scaleb(-digits))) if digits else whole

    return apply


def _spread(values: tuple[Value, ...]) -> list[Value]:
    """The items that an aggregate sees: one list, or the arguments themselves."""
    return op.lifted(values[0]) if len(values) == 1 else list(values)


def _extreme(name: str, sign: str) -> Callable[..., Value]:
    def apply(*values: Value) -> Value:
        items = [op.one(value) for value in _spread(values)]
        if not items or any(item.is_null for item in items):
            return NOTHING
        kind = items[0].kind
        if any(item.kind != kind for item in items):
            raise FeelError(f"{name}() needs items of one type")
        if all(item.known for item in items):
            best = items[0]
            for item in items[1:]:
                best = item if op.compared(sign, item, best).constant else best
            return best
        columns = op.alike(items, kind)
        chosen = ibis.least(*columns) if sign == "<" else ibis.greatest(*columns)
        # Databases pass over nulls in least and greatest; in FEEL one null makes the result null.
        anything_null = ibis.or_(*(column.isnull() for column in columns))
        return Scalar(kind, column=ibis.ifelse(anything_null, ibis.null(chosen.type()), chosen))

    return apply


def sum_(*values: Value) -> Value:
    """The sum of numbers; null for none."""
    items = _spread(values)
    if not items:
        return NOTHING
    total = op.one(items[0])
    for item in items[1:]:
        total = op.arithmetic("+", total, item)
    return total


def count(list_: Value) -> Value:
    """The number of items."""
    return constant(Decimal(len(op.lifted(list_))))


def mean(*values: Value) -> Value:
    """The average of numbers; null for none."""
    items = _spread(values)
    return op.arithmetic("/", sum_(*values), constant(Decimal(len(items)))) if items else NOTHING


def date(*parts: Value) -> Value:
    """A date from a text, from a date and time, or from year, month and day."""
    if len(parts) == 3:
        year, month, day = (_typed(part, {NUMBER}, "date") for part in parts)
        if year.known and month.known and day.known:
            try:
                return constant(dt.date(int(year.constant), int(month.constant), int(day.constant)))
            except (ValueError, TypeError, OverflowError):
                return op.null_of(DATE)
        made = [column_of(part).cast("int64") for part in (year, month, day)]
        return Scalar(DATE, column=ibis.date(*made))
    value = _typed(parts[0], {STRING, DATE, DATE_TIME}, "date")
    if value.known:
        if isinstance(value.constant, str):
            return _read(DATE, temporal.date_from(value.constant))
        known = value.constant
        return constant(known.date() if isinstance(known, dt.datetime) else known)
    return Scalar(DATE, column=column_of(value).cast("date"))


def _read(kind: str, value: Any) -> Scalar:
    return op.null_of(kind) if value is None else constant(value)


def _known_text(value: Value, name: str) -> str | None:
    text = _typed(value, {STRING}, name)
    if not text.known:
        raise FeelError(f"{name}() of a column of texts is not supported; give the column that type instead")
    return None if text.is_null else str(text.constant)


def duration(from_: Value) -> Value:
    """A duration from its text."""
    text = _known_text(from_, "duration")
    return _read(DAYS, None if text is None else temporal.duration_from(text))


def time(*parts: Value) -> Value:
    """A time from its text, or of a date and time."""
    value = _typed(parts[0], {STRING, DATE_TIME, TIME}, "time")
    if value.known:
        known = value.constant
        if isinstance(known, str):
            return _read(TIME, temporal.time_from(known))
        return constant(known.timetz() if isinstance(known, dt.datetime) else known)
    return Scalar(TIME, column=column_of(value).time())


def date_and_time(*parts: Value) -> Value:
    """A date and time from its text, or from a date and a time."""
    if len(parts) == 1:
        value = _typed(parts[0], {STRING, DATE_TIME, DATE}, "date and time")
        if value.known and isinstance(value.constant, str):
            return _read(DATE_TIME, temporal.date_time_from(value.constant))
        return (
            value if value.kind == DATE_TIME else Scalar(DATE_TIME, column=column_of(value).cast("timestamp"))
        )
    day, clock = (
        _typed(parts[0], {DATE, DATE_TIME}, "date and time"),
        _typed(parts[1], {TIME}, "date and time"),
    )
    if day.known and clock.known:
        if day.is_null or clock.is_null:
            return op.null_of(DATE_TIME)
        return constant(dt.datetime.combine(day.constant, clock.constant))
    raise FeelError("date and time() of columns is not supported; give the table a timestamp column")


BUILT_IN: dict[str, FunctionValue] = {
    name: FunctionValue(name, parameters, apply)
    for name, parameters, apply in (
        ("not", ("negand",), not_),
        ("abs", ("n",), abs_),
        ("floor", ("n", "scale"), _rounded("floor", ROUND_FLOOR)),
        ("ceiling", ("n", "scale"), _rounded("ceiling", ROUND_CEILING)),
        ("min", ("list",), _extreme("min", "<")),
        ("max", ("list",), _extreme("max", ">")),
        ("sum", ("list",), sum_),
        ("count", ("list",), count),
        ("mean", ("list",), mean),
        ("date", ("from",), date),
        ("time", ("from",), time),
        ("duration", ("from",), duration),
        ("date and time", ("from",), date_and_time),
    )
}
