"""FEEL's functions on numbers (DMN 1.5, 10.3.4.5)."""

import math
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

from stead.dmn import operators as op
from stead.dmn.arithmetic import arithmetic
from stead.dmn.calling import scalar_function, typed, whole
from stead.dmn.errors import FeelError
from stead.dmn.values import (
    BOOLEAN,
    DAYS,
    DIGITS,
    MONTHS,
    NUMBER,
    Duration,
    FunctionValue,
    Scalar,
    Value,
    column_of,
    constant,
)

_ZERO = constant(Decimal(0))
# The standard's limits of a scale.
_SCALES = range(-6111, 6177)
_COLUMN_SCALES = range(-18, 19)


def abs_(n: Value) -> Value:
    """The size of a number or a duration."""
    value = typed(n, {NUMBER, DAYS, MONTHS}, "abs")
    if value.known:
        if isinstance(value.constant, Duration):
            return constant(Duration(abs(value.constant.months)))
        known = value.constant
        return constant(known.copy_abs() if isinstance(known, Decimal) else known and abs(known))
    return Scalar(value.kind, column=value.column.abs())


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


def _rounded_column(value: Scalar, places: int, mode: str) -> Value:
    shifted = op.one(arithmetic("*", value, constant(Decimal(1).scaleb(places)))) if places else value
    column = column_of(shifted)
    dtype = column.type()
    exact: idt.DataType = idt.float64 if dtype.is_floating() else idt.Decimal(38, 0)
    wide: idt.DataType = idt.float64 if dtype.is_floating() else idt.Decimal(38, op.decimal_of(dtype).scale)
    size = column.cast(wide).abs()
    down = size.floor().cast(exact)
    rest = size - down.cast(wide)
    is_negative = column < 0
    up = {
        ROUND_UP: rest > 0,
        ROUND_DOWN: ibis.literal(False),
        ROUND_CEILING: (rest > 0) & ~is_negative,
        ROUND_FLOOR: (rest > 0) & is_negative,
        ROUND_HALF_UP: rest >= ibis.literal(0.5, "decimal(2, 1)"),
        ROUND_HALF_DOWN: rest > ibis.literal(0.5, "decimal(2, 1)"),
        ROUND_HALF_EVEN: (rest > ibis.literal(0.5, "decimal(2, 1)"))
        | ((rest == ibis.literal(0.5, "decimal(2, 1)")) & (down.cast("float64") % 2 == 1)),
    }[mode]
    rounded = down + up.cast("int8").cast(exact)
    result = Scalar(NUMBER, column=ibis.ifelse(is_negative, -rounded, rounded).cast(exact))
    return arithmetic("*", result, constant(Decimal(1).scaleb(-places))) if places else result


def modulo(dividend: Value, divisor: Value) -> Value:
    """The remainder of a division rounded down, with the sign of the divisor; null for a divisor of zero."""
    a, b = typed(dividend, {NUMBER}, "modulo"), typed(divisor, {NUMBER}, "modulo")
    if a.is_null or b.is_null:
        return op.null_of(NUMBER)
    if a.known and b.known:
        if b.constant == 0:
            return op.null_of(NUMBER)
        turns = (a.constant / b.constant).to_integral_value(ROUND_FLOOR)
        return constant(DIGITS.subtract(a.constant, DIGITS.multiply(b.constant, turns)))
    x, y = column_of(a), column_of(b)
    kind = op.common_number([a, b])
    wide = kind if kind.is_floating() else idt.Decimal(38, getattr(kind, "scale", 0) or 0)
    x, y = x.cast(wide), y.cast(wide).nullif(ibis.literal(0).cast(wide))
    rest = (x % y).cast(wide)
    return Scalar(
        NUMBER, column=ibis.ifelse((rest != 0) & ((rest < 0) != (y < 0)), rest + y, rest).cast(wide)
    )


def _real(
    name: str, known: Callable[[Decimal], Decimal], column: Callable[[Any], Any], *, above: float
) -> FunctionValue:
    """A function of real numbers; null for what is not above (for sqrt: not below) the limit."""

    def of_constant(number: Decimal) -> Decimal | None:
        if number < above or (number == above and name == "log"):
            return None
        try:
            return known(number)
        except (ArithmeticError, ValueError):
            return None

    def of_column(number: Any) -> Any:
        double = number.cast("float64")
        inside = double > above if name == "log" else double >= above
        # Databases refuse the root of a negative number; FEEL gives null.
        return column(ibis.ifelse(inside, double, ibis.null("float64")))

    return scalar_function(name, ("number",), (NUMBER,), NUMBER, of_constant, of_column)


def _parity(name: str, rest: int) -> FunctionValue:
    def known(number: Decimal) -> bool | None:
        return number % 2 == rest or number % 2 == -rest if number == number.to_integral_value() else None

    def column(number: Any) -> Any:
        return number.cast("decimal(38, 0)").abs() % 2 == rest

    return scalar_function(name, ("number",), (NUMBER,), BOOLEAN, known, column)


FUNCTIONS: tuple[FunctionValue, ...] = (
    FunctionValue("abs", ("n",), abs_),
    FunctionValue("modulo", ("dividend", "divisor"), modulo),
    *(
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
    ),
    _real("sqrt", lambda n: n.sqrt(DIGITS), lambda c: c.sqrt(), above=0),
    _real("log", lambda n: n.ln(DIGITS), lambda c: c.ln(), above=0),
    _real("exp", lambda n: n.exp(DIGITS), lambda c: c.exp(), above=-math.inf),
    _parity("odd", 1),
    _parity("even", 0),
)
