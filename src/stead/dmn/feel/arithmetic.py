"""Arithmetic of numbers, strings, dates and durations on compiled values (DMN 1.5, 10.3.2.3)."""

import datetime as dt
import decimal
import operator
from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import ibis
import ibis.expr.datatypes as idt
import ibis.expr.operations as ops

from stead.dmn.errors import FeelError, Kinds
from stead.dmn.feel import beyond
from stead.dmn.feel.operators import decimal_of, is_zoned, null_of, pair, ratio_of, single
from stead.dmn.feel.values import (
    COMPUTED_NUMBER,
    DATE,
    DATE_TIME,
    DAYS,
    DIGITS,
    MONTHS,
    NOTHING,
    NUMBER,
    STRING,
    TIME,
    Duration,
    Scalar,
    Value,
    column_of,
    constant,
)  # fmt: skip

_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_SECONDS_A_DAY = 86_400
_RATIO_PLACES_MAX = 12
# Seconds or months beyond which a duration is null: some 30,000 years, more than dates reach.
_COUNT_MAX = 10**12
_MONTHS_MAX = 12 * dt.MAXYEAR
# The day on which times are moved and subtracted.
_SOME_DAY = dt.date(2000, 1, 1)


def arithmetic(sign: str, left: Value, right: Value) -> Scalar:
    """left sign right; null when either is null."""
    a, b = single(left), single(right)
    if a.is_null or b.is_null:
        return NOTHING
    if a.kind == b.kind == NUMBER:
        return _numbers(sign, a, b)
    if a.kind == b.kind == STRING and sign == "+":
        if a.known and b.known:
            return constant(a.constant + b.constant)
        return Scalar(STRING, column=column_of(a) + column_of(b))
    found = _temporal(sign, a, b)
    if found is None:
        raise FeelError(
            "{left} {sign} {right} is not defined; both sides should be numbers (or + two strings)",
            left=Kinds(a.kind),
            sign=sign,
            right=Kinds(b.kind),
        )
    return found


def _numbers(sign: str, a: Scalar, b: Scalar) -> Scalar:
    if a.known and b.known:
        return constant(_exact(sign, a.constant, b.constant))
    x, y = pair(a, b)
    if sign in _ARITHMETIC:
        return Scalar(NUMBER, column=_within(sign, x, y), ratio=_ratio(sign, a, b))
    if sign == "/":
        quotient = _divided(x, y, b)
        is_rough = quotient.type().is_floating()
        return Scalar(NUMBER, column=quotient, ratio=_ratio(sign, a, b) if is_rough else None)
    power = x.cast("float64").pow(y.cast("float64"))
    return Scalar(NUMBER, column=power)


def _ratio(sign: str, a: Scalar, b: Scalar) -> tuple[Any, Any] | None:
    """The result as the quotient of two exact numbers, where it is not exact by itself: for rounding."""
    if sign != "/" and a.ratio is None and b.ratio is None:
        return None
    left, right = ratio_of(a), ratio_of(b)
    if left is None or right is None:
        return None
    (above, below), (second, under) = left, right
    if sign == "/":
        second, under = under, second
    if sign in "*/":
        found = (_times(above, second), _times(below, under))
    else:
        found = (_within(sign, _times(above, under), _times(second, below)), _times(below, under))
    # With more places the products of the numbers would not stay within 38 digits.
    scales = (int(decimal_of(part.type()).scale or 0) for part in found)
    return found if max(scales) <= _RATIO_PLACES_MAX else None


def _times(x: Any, y: Any) -> Any:
    """The product, without multiplying by a whole number that a plain number is divided by."""
    for factor, other in ((x, y), (y, x)):
        if isinstance(factor.op(), ops.Literal) and factor.op().value == 1:
            return other
    return _within("*", x, y)


def _exact(sign: str, a: Decimal, b: Decimal) -> Decimal | None:
    with localcontext(DIGITS):
        try:
            if sign in _ARITHMETIC:
                found: Decimal = _ARITHMETIC[sign](a, b)
            else:
                found = a / b if sign == "/" else a**b
        except (decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow):
            return None
    return found if found.is_finite() else None


def _within(sign: str, x: Any, y: Any) -> Any:
    """Sum, difference or product, exact for whole and decimal numbers as far as 38 digits go."""
    if x.type().is_floating() or y.type().is_floating():
        return _ARITHMETIC[sign](x.cast("float64"), y.cast("float64"))
    a, b = decimal_of(x.type()), decimal_of(y.type())
    scale = (
        int(a.scale or 0) + int(b.scale or 0) if sign == "*" else max(int(a.scale or 0), int(b.scale or 0))
    )
    if sign == "*" and _is_wide(x) and _is_wide(y):
        product = _scaled_product(x, y, a, b)
        # What the product does not hold is null and fails no other row; a CASE looks at no other branch.
        places = int(product.type().scale or 0)
        fits = x.cast("float64").abs() * y.cast("float64").abs() < 10.0 ** (38 - places) * 0.999
        return ibis.ifelse(fits, product, ibis.null(product.type()))
    if scale == 0:
        # Whole numbers are computed in 38 digits: 64 bits may overflow where FEEL has no limit.
        wide = idt.Decimal(38, 0)
        return _ARITHMETIC[sign](x.cast(wide), y.cast(wide)).cast(wide)
    if sign == "*" and scale > 18:
        return _scaled_product(x, y, a, b)
    return _ARITHMETIC[sign](x.cast(idt.Decimal(38, a.scale)), y.cast(idt.Decimal(38, b.scale))).cast(
        idt.Decimal(38, scale)
    )


def _is_wide(column: Any) -> bool:
    """Whether a column may have 38 digits, so that a product with another such may have more."""
    dtype = column.type()
    is_literal = isinstance(column.op(), ops.Literal)
    return isinstance(dtype, idt.Decimal) and (dtype.precision or 38) == 38 and not is_literal


def _scaled_product(x: Any, y: Any, a: idt.Decimal, b: idt.Decimal) -> Any:
    """A product with at most 18 digits after the point: the longer tail is rounded first."""
    left = min(int(a.scale or 0), 9)
    right = min(int(b.scale or 0), 18 - left)
    return (x.cast(idt.Decimal(38, left)) * y.cast(idt.Decimal(38, right))).cast(
        idt.Decimal(38, left + right)
    )


def _divided(x: Any, y: Any, divisor: Scalar) -> Any:
    """A quotient; null for a divisor of zero. Exact when the divisor is a constant that ends in decimals."""
    if divisor.known:
        inverse = _exact("/", Decimal(1), divisor.constant)
        if inverse is None:
            return ibis.null(COMPUTED_NUMBER)
        if not x.type().is_floating() and Fraction(inverse) * Fraction(divisor.constant) == 1:
            return _within("*", x, column_of(constant(inverse), x.type()))
    quotient = x.cast("float64") / y.cast("float64").nullif(0.0)
    if x.type().is_floating() or y.type().is_floating():
        return quotient
    return _snapped(quotient, x, y)


def _snapped(quotient: Any, x: Any, y: Any) -> Any:
    """The double nearest to x / y when that is a decimal number of up to ten places, so that 0.3 / 0.1 is 3.

    The division of the nearest doubles may miss it by its last bit.
    """
    places = min(10, 36 - int(decimal_of(y.type()).scale or 0) - 18)
    rounded = quotient.round(max(places, 0))
    whole = rounded.cast(idt.Decimal(38, max(places, 0)))
    is_exact = (whole * y.cast(idt.Decimal(38, decimal_of(y.type()).scale))) == x
    # Only numbers that leave the product within 38 digits are tried; a CASE looks at no other branch.
    small = (quotient.abs() < 1e8) & (y.cast("float64").abs() < 1e10)
    return ibis.ifelse(small, ibis.ifelse(is_exact, rounded, quotient), quotient)


def _temporal(sign: str, a: Scalar, b: Scalar) -> Scalar | None:
    """Arithmetic of dates and durations (DMN 1.5, 10.3.2.3.6); None when the kinds do not fit."""
    if sign == "+" and a.kind in {DAYS, MONTHS} and b.kind in {DATE, DATE_TIME}:
        a, b = b, a
    if sign in "+-" and a.kind in {DATE, DATE_TIME} and b.kind in {DAYS, MONTHS}:
        return _shifted(a, b, -1 if sign == "-" else 1)
    if sign == "-" and a.kind in {DATE, DATE_TIME} and b.kind in {DATE, DATE_TIME}:
        return _apart(a, b)
    if TIME in {a.kind, b.kind}:
        return _clock(sign, a, b)
    if a.kind == NUMBER and b.kind in {DAYS, MONTHS} and sign == "*":
        a, b = b, a
    same = a.kind == b.kind and sign in "+-/"
    scaled = b.kind == NUMBER and sign in "*/"
    if a.kind in {DAYS, MONTHS} and (same or scaled):
        return _of_durations(sign, a, b)
    return None


def _clock(sign: str, a: Scalar, b: Scalar) -> Scalar | None:
    """Times and durations, on constants; a time that is moved past midnight goes on from zero."""
    if sign == "+" and a.kind == DAYS:
        a, b = b, a
    is_shift = a.kind == TIME and b.kind == DAYS and sign in "+-"
    if not is_shift and not (a.kind == b.kind == TIME and sign == "-"):
        return None
    if not (a.known and b.known):
        raise FeelError(
            "arithmetic on a column of times is not supported; give the table a timestamp column",
            kind="columns",
        )
    first = beyond.joined(_SOME_DAY, a.constant)
    if is_shift and first is not None:
        seconds = b.constant % dt.timedelta(days=1)
        later = beyond.moved(first, seconds if sign == "+" else -seconds)
        return constant(later and beyond.clock_of(later))
    return _apart(constant(first), constant(beyond.joined(_SOME_DAY, b.constant)))


def _shifted(a: Scalar, span: Scalar, direction: int) -> Scalar:
    if a.known and span.known:
        known = span.constant
        try:
            if isinstance(known, Duration):
                found = beyond.months_added(a.constant, direction * known.months)
            else:
                found = beyond.moved(a.constant, direction * known)
        except OverflowError:  # minus the longest duration of Python
            found = None
        return null_of(a.kind) if found is None else constant(found)
    amount, start = column_of(span) * direction, column_of(a)
    if not span.known:
        # More than from the first year to the last is null; what a database cannot add would fail all rows.
        most = _MONTHS_MAX if span.kind == MONTHS else _MONTHS_MAX * 31 * _SECONDS_A_DAY
        amount = ibis.ifelse(amount.between(-most, most), amount, ibis.null(amount.type()))
    if span.kind == MONTHS:
        moved = start + amount.as_interval("M")
    elif a.kind == DATE:
        moved = start + (amount / _SECONDS_A_DAY).floor().cast("int64").as_interval("D")
    else:
        moved = start + amount.as_interval("s")
    # DuckDB makes a timestamp of a date and an interval, which Ibis takes for a date: hence both casts.
    moved = moved.cast("timestamp").cast(start.type())
    return Scalar(a.kind, column=ibis.ifelse(_is_within(moved), moved, ibis.null(start.type())))


def _is_within(moved: Any) -> Any:
    """Whether a date is of the years 1 to 9999: databases go on beyond, and what reads their result fails."""
    year = moved.year()
    return (year >= dt.MINYEAR) & (year <= dt.MAXYEAR)


def _apart(a: Scalar, b: Scalar) -> Scalar:
    if a.known and b.known:
        is_day = a.kind == b.kind == DATE
        left, right = (_moment(one, None if is_day else dt.UTC) for one in (a, b))
        if (left.tzinfo is None) != (right.tzinfo is None):
            return null_of(DAYS)
        return constant(_difference(left, right))
    x, y = column_of(a), column_of(b)
    if is_zoned(a) != is_zoned(b):
        return null_of(DAYS)
    if is_zoned(a):
        return Scalar(DAYS, column=x.delta(y, unit="second").cast("int64"))
    if a.kind == b.kind == DATE:
        return Scalar(DAYS, column=x.delta(y, unit="day").cast("int64") * _SECONDS_A_DAY)
    return Scalar(DAYS, column=x.cast("timestamp").delta(y.cast("timestamp"), unit="second").cast("int64"))


def _moment(value: Scalar, zone: dt.tzinfo | None) -> Any:
    """A date beside a date and time is midnight in UTC."""
    return (
        value.constant if value.kind == DATE_TIME else beyond.joined(value.constant, dt.time(0, tzinfo=zone))
    )


def _difference(left: Any, right: Any) -> dt.timedelta:
    found = beyond.apart(left, right)
    if found is None:
        raise FeelError(
            "durations hold 999,999,999 days and millionths of a second, not what is from {first} to {last}",
            kind="columns", first=repr(str(right)), last=repr(str(left)),
        )  # fmt: skip
    return found


def _of_durations(sign: str, a: Scalar, b: Scalar) -> Scalar:
    """Durations as plain counts (seconds or months): sums, multiples, and the ratio of two."""
    count = arithmetic(sign, _count(a), _count(b))
    if b.kind != NUMBER and sign == "/":
        return count
    if not count.known:
        amount = column_of(count).cast("float64")
        amount = ibis.ifelse(amount.abs() < _COUNT_MAX, amount, ibis.null("float64"))
        # Months are cut, as they are for constants; columns hold whole seconds, the nearest.
        cut = ibis.ifelse(amount < 0, amount.ceil(), amount.floor()) if a.kind == MONTHS else amount.round()
        return Scalar(a.kind, column=cut.cast("int64"))
    if count.constant is None:
        return null_of(a.kind)
    if abs(count.constant) >= _COUNT_MAX:
        return null_of(a.kind)
    if a.kind == DAYS:
        return constant(dt.timedelta(microseconds=int(count.constant * 1_000_000)))
    return constant(Duration(int(count.constant)))


def _count(value: Scalar) -> Scalar:
    if not value.known:
        return Scalar(NUMBER, column=value.column)
    known = value.constant
    if isinstance(known, dt.timedelta):
        return constant(Decimal(known // dt.timedelta(microseconds=1)) / 1_000_000)
    return constant(Decimal(known.months)) if isinstance(known, Duration) else value


def negated(value: Value) -> Scalar:
    """Minus a number or a duration."""
    a = single(value)
    if a.is_null:
        return NOTHING
    if a.kind not in {NUMBER, DAYS, MONTHS}:
        raise FeelError("minus {type} is not defined; use a number or a duration", type=Kinds(a.kind))
    return arithmetic("*", a, constant(Decimal(-1)))
