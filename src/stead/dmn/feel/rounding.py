"""FEEL's rounding functions (DMN 1.5, 10.3.4.5), exact on decimal columns and on quotients of them."""

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    InvalidOperation,
)
from typing import Any

import ibis
import ibis.expr.datatypes as idt

from stead.dmn.errors import FeelError
from stead.dmn.feel import operators as op
from stead.dmn.feel.arithmetic import arithmetic
from stead.dmn.feel.calling import typed, whole
from stead.dmn.feel.values import NUMBER, FunctionValue, Scalar, Value, column_of, constant

_ZERO = constant(Decimal(0))
# The standard's limits of a scale.
_SCALES = range(-6111, 6177)
_COLUMN_SCALES = range(-18, 19)
_WHOLE = idt.Decimal(38, 0)
# A double tells whole numbers apart up to here, with room for the error of a quotient.
_DOUBLE_MAX = 1e14
# What the whole numbers of a quotient may have for their products to stay within 38 digits.
_WHOLE_DIGITS_MAX = 36


def rounding(name: str, mode: str) -> Callable[..., Value]:
    """A function that rounds to a number of places in one of Python's modes."""

    def apply(n: Value, scale: Value = _ZERO) -> Value:
        value, places = typed(n, {NUMBER}, name), whole(scale, name)
        if value.is_null or places is None or places not in _SCALES:
            return op.null_of(NUMBER)
        if value.known:
            try:
                return constant(value.constant.quantize(Decimal(1).scaleb(-places), mode, Context(prec=6200)))
            except InvalidOperation:
                return op.null_of(NUMBER)
        if places not in _COLUMN_SCALES:
            raise FeelError(
                "{name}() of a column rounds to -18 to 18 places, not {places}",
                kind="columns",
                name=name,
                places=places,
            )
        return _rounded_column(value, places, mode)

    return apply


def _rounded_column(value: Scalar, places: int, mode: str) -> Scalar:
    dtype = value.column.type()
    if value.ratio is not None:
        return _rounded_ratio(value, places, mode)
    if dtype.is_floating():
        return _rounded_double(value.column, places, mode)
    if places >= int(op.decimal_of(dtype).scale or 0):
        return value
    return _rounded_decimal(value, places, mode)


def _rounded_decimal(value: Scalar, places: int, mode: str) -> Scalar:
    """A decimal column, shifted so that what is cut off stands behind the point."""
    shifted = op.one(arithmetic("*", value, constant(Decimal(1).scaleb(places)))) if places else value
    column = column_of(shifted)
    wide = idt.Decimal(38, op.decimal_of(column.type()).scale)
    size = column.cast(wide).abs()
    down = size.floor().cast(_WHOLE)
    # Twice the rest against one, rather than the rest against a half, which not every type can hold.
    rest = (size - down.cast(wide)) * 2
    is_odd, is_negative = down % 2 == 1, column < 0
    is_up = _is_up(mode, rest - 1, rest > 0, is_odd, is_negative)
    rounded = down + is_up.cast("int8").cast(_WHOLE)
    return _unshifted(ibis.ifelse(is_negative, -rounded, rounded), places)


def _is_up(mode: str, above_half: Any, has_rest: Any, is_odd: Any, is_negative: Any) -> Any:
    """Whether the size of a number goes up to the next whole one; `above_half`: negative below the half."""
    return {
        ROUND_UP: has_rest,
        ROUND_DOWN: ibis.literal(value=False),
        ROUND_CEILING: has_rest & ~is_negative,
        ROUND_FLOOR: has_rest & is_negative,
        ROUND_HALF_UP: above_half >= 0,
        ROUND_HALF_DOWN: above_half > 0,
        ROUND_HALF_EVEN: (above_half > 0) | ((above_half == 0) & is_odd),
    }[mode]


def _unshifted(whole_number: Any, places: int) -> Scalar:
    result = Scalar(NUMBER, column=whole_number.cast(_WHOLE))
    return arithmetic("*", result, constant(Decimal(1).scaleb(-places))) if places else result


def _rounded_double(column: Any, places: int, mode: str) -> Scalar:
    """A double is the number that it is written as: 1.005 is a tie, though the nearest double lies below."""
    written = Scalar(NUMBER, column=column.cast("string").try_cast(idt.Decimal(38, 18)))
    rounded = _rounded_decimal(written, places, mode).column
    # What is larger has nothing behind the place to round.
    is_small = column.abs() < 10.0 ** min(15 - places, 19)
    return Scalar(NUMBER, column=ibis.ifelse(is_small, rounded, column.try_cast(rounded.type())))


def _rounded_ratio(value: Scalar, places: int, mode: str) -> Scalar:
    """A quotient of whole or decimal numbers, by whole numbers alone: the double nearest to it says which
    whole number is next, and the exact rest on which side of that it lies."""
    assert value.ratio is not None  # noqa: S101 - the caller looked
    above, below = value.ratio
    shift = places + _scale(below) - _scale(above)
    upper = _as_whole(above, max(shift, 0))
    lower = _as_whole(below, max(-shift, 0))
    size = value.column.cast("float64").abs() * 10.0**places
    nearest = size.round().cast(_WHOLE)
    # From -lower to lower: below zero the quotient is less than the nearest whole number.
    rest = upper * 2 - nearest * lower * 2
    is_negative = (above < 0) != (below < 0)
    is_odd = nearest % 2 == 1
    if mode in {ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN}:
        up = _is_up(mode, rest - lower, rest > 0, is_odd, is_negative)
        # One less where the quotient does not even reach the half below the nearest.
        stays = _is_up(mode, rest + lower, rest > 0, ~is_odd, is_negative)
    else:
        up = (rest > 0) & _is_up(mode, rest, rest > 0, is_odd, is_negative)
        stays = (rest >= 0) | _is_up(mode, rest, rest < 0, is_odd, is_negative)
    rounded = nearest + up.cast("int8").cast(_WHOLE) - (~stays).cast("int8").cast(_WHOLE)
    exact = _unshifted(ibis.ifelse(is_negative, -rounded, rounded), places).column
    is_small = (size < _DOUBLE_MAX) & _fits(above, max(shift, 0)) & _fits(below, max(-shift, 0))
    rough = value.column.cast("float64").round(places).try_cast(exact.type())
    return Scalar(NUMBER, column=ibis.ifelse(is_small, exact, rough))


def _scale(column: Any) -> int:
    return int(op.decimal_of(column.type()).scale or 0)


def _as_whole(column: Any, zeros: int) -> Any:
    """The size of a number without its point, and with more zeros at its end."""
    # Where that many zeros do not fit, neither does the number, and this is not looked at.
    factor = ibis.literal(Decimal(10) ** min(_scale(column) + zeros, 37), _WHOLE)
    return (column.cast(idt.Decimal(38, _scale(column))).abs() * factor).cast(_WHOLE)


def _fits(column: Any, zeros: int) -> Any:
    digits = _WHOLE_DIGITS_MAX - _scale(column) - zeros
    return column.cast("float64").abs() < 10.0**digits


ROUNDING: tuple[FunctionValue, ...] = tuple(
    FunctionValue(name, ("n", "scale"), rounding(name, mode))
    for name, mode in (
        ("floor", ROUND_FLOOR),
        ("ceiling", ROUND_CEILING),
        ("decimal", ROUND_HALF_EVEN),
        ("round up", ROUND_UP),
        ("round down", ROUND_DOWN),
        ("round half up", ROUND_HALF_UP),
        ("round half down", ROUND_HALF_DOWN),
    )
)
