"""FEEL's functions on numbers (DMN 1.5, 10.3.4.5)."""

import math
from collections.abc import Callable
from decimal import Decimal, localcontext
from typing import Any

import ibis
import ibis.expr.datatypes as idt

from stead.dmn.feel import operators as op
from stead.dmn.feel.calling import scalar_function, typed
from stead.dmn.feel.rounding import ROUNDING
from stead.dmn.feel.values import (
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


def abs_(n: Value) -> Value:
    """The size of a number or a duration."""
    value = typed(n, {NUMBER, DAYS, MONTHS}, "abs")
    if value.known:
        if isinstance(value.constant, Duration):
            return constant(Duration(abs(value.constant.months)))
        known = value.constant
        return constant(known.copy_abs() if isinstance(known, Decimal) else known and abs(known))
    ratio = None if value.ratio is None else (value.ratio[0].abs(), value.ratio[1].abs())
    return Scalar(value.kind, column=value.column.abs(), ratio=ratio)


def modulo(dividend: Value, divisor: Value) -> Value:
    """The remainder of a division rounded down, with the sign of the divisor; null for a divisor of zero."""
    a, b = typed(dividend, {NUMBER}, "modulo"), typed(divisor, {NUMBER}, "modulo")
    if a.is_null or b.is_null:
        return op.null_of(NUMBER)
    if a.known and b.known:
        if b.constant == 0:
            return op.null_of(NUMBER)
        # The whole quotient may have as many digits as the exponents of the two are apart.
        with localcontext(prec=2 * DIGITS.Emax + DIGITS.prec):
            rest = a.constant % b.constant
            rest = rest + b.constant if rest and (rest < 0) != (b.constant < 0) else rest
        return constant(DIGITS.plus(rest))
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
        return int(number) % 2 == rest if number == number.to_integral_value() else None

    def column(number: Any) -> Any:
        # A number with a fraction is neither, as it is for constants.
        # A double of more than 38 digits is a multiple of two.
        whole = number.try_cast("decimal(38, 0)").fill_null(0) if number.type().is_floating() else number
        parity = whole.cast("decimal(38, 0)").abs() % 2 == rest
        is_whole = ibis.literal(value=True) if number.type().is_integer() else number % 1 == 0
        return ibis.ifelse(is_whole, parity, ibis.null("boolean"))

    return scalar_function(name, ("number",), (NUMBER,), BOOLEAN, known, column)


FUNCTIONS: tuple[FunctionValue, ...] = (
    FunctionValue("abs", ("n",), abs_),
    FunctionValue("modulo", ("dividend", "divisor"), modulo),
    *ROUNDING,
    _real("sqrt", lambda n: n.sqrt(DIGITS), lambda c: c.sqrt(), above=0),
    _real("log", lambda n: n.ln(DIGITS), lambda c: c.ln(), above=0),
    _real("exp", lambda n: n.exp(DIGITS), lambda c: c.exp(), above=-math.inf),
    _parity("odd", 1),
    _parity("even", 0),
)
