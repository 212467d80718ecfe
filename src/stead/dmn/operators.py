"""FEEL's operators on compiled values: arithmetic, comparison, logic, membership. Null is decided in each."""

import datetime as dt
import decimal
import operator
from collections.abc import Callable, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import reduce
from typing import Any

import ibis
import ibis.expr.datatypes as idt

from stead.dmn.errors import FeelError
from stead.dmn.temporal import months_added
from stead.dmn.values import (
    BOOLEAN,
    COMPUTED_NUMBER,
    DATE,
    DATE_TIME,
    DAYS,
    DIGITS,
    FALSE,
    MONTHS,
    NOTHING,
    NULL,
    NUMBER,
    STRING,
    TRUE,
    ColumnList,
    Duration,
    ListValue,
    RangeValue,
    Scalar,
    Value,
    column_of,
    constant,
    described,
)  # fmt: skip

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "=": operator.eq, "!=": operator.ne,
}  # fmt: skip
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_SECONDS_A_DAY = 86_400


def one(value: Value) -> Scalar:
    """The scalar of a value; a list of one stands for its item, as FEEL converts it."""
    if isinstance(value, Scalar):
        return value
    if isinstance(value, ListValue) and len(value.items) == 1:
        return one(value.items[0])
    raise FeelError(f"a {described(value)} stands where a single value should be")


def null_of(kind: str) -> Scalar:
    """The null of a kind."""
    return Scalar(kind, None)


def arithmetic(sign: str, left: Value, right: Value) -> Scalar:
    """left sign right; null when either is null."""
    a, b = one(left), one(right)
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
            f"{a.kind} {sign} {b.kind} is not defined; both sides should be numbers (or + two strings)"
        )
    return found


def _numbers(sign: str, a: Scalar, b: Scalar) -> Scalar:
    if a.known and b.known:
        return constant(_exact(sign, a.constant, b.constant))
    x, y = _pair(a, b)
    if sign in _ARITHMETIC:
        return Scalar(NUMBER, column=_within(sign, x, y))
    if sign == "/":
        return Scalar(NUMBER, column=_divided(x, y, b))
    power = x.cast("float64").pow(y.cast("float64"))
    return Scalar(NUMBER, column=power)


def _exact(sign: str, a: Decimal, b: Decimal) -> Decimal | None:
    with localcontext(DIGITS) as context:
        context.Emax, context.Emin = 6144, -6143
        try:
            if sign in _ARITHMETIC:
                found: Decimal = _ARITHMETIC[sign](a, b)
            else:
                found = a / b if sign == "/" else a**b
        except (decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow):
            return None
    return found if found.is_finite() else None


def _pair(a: Scalar, b: Scalar) -> tuple[Any, Any]:
    """Both as columns; a constant takes the type of the column that it meets."""
    if a.known:
        y = column_of(b)
        return column_of(a, y.type()), y
    x = column_of(a)
    return x, column_of(b, x.type())


def _within(sign: str, x: Any, y: Any) -> Any:
    """Sum, difference or product, exact for whole and decimal numbers as far as 38 digits go."""
    if x.type().is_floating() or y.type().is_floating():
        return _ARITHMETIC[sign](x.cast("float64"), y.cast("float64"))
    a, b = _decimal(x.type()), _decimal(y.type())
    scale = (
        int(a.scale or 0) + int(b.scale or 0) if sign == "*" else max(int(a.scale or 0), int(b.scale or 0))
    )
    if scale == 0:
        # Whole numbers are computed in 38 digits: 64 bits may overflow where FEEL has no limit.
        wide = idt.Decimal(38, 0)
        return _ARITHMETIC[sign](x.cast(wide), y.cast(wide)).cast(wide)
    if sign == "*" and scale > 18:
        return _scaled_product(x, y, a, b)
    return _ARITHMETIC[sign](x.cast(idt.Decimal(38, a.scale)), y.cast(idt.Decimal(38, b.scale))).cast(
        idt.Decimal(38, scale)
    )


def _scaled_product(x: Any, y: Any, a: idt.Decimal, b: idt.Decimal) -> Any:
    """A product with at most 18 digits after the point: the longer tail is rounded first."""
    left = min(int(a.scale or 0), 9)
    right = min(int(b.scale or 0), 18 - left)
    return (x.cast(idt.Decimal(38, left)) * y.cast(idt.Decimal(38, right))).cast(
        idt.Decimal(38, left + right)
    )


def _decimal(dtype: idt.DataType) -> idt.Decimal:
    if isinstance(dtype, idt.Decimal) and dtype.scale is not None:
        return dtype
    return idt.Decimal(38, 0)


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
    places = min(10, 36 - int(_decimal(y.type()).scale or 0) - 18)
    rounded = quotient.round(max(places, 0))
    whole = rounded.cast(idt.Decimal(38, max(places, 0)))
    is_exact = (whole * y.cast(idt.Decimal(38, _decimal(y.type()).scale))) == x
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
    if a.kind == NUMBER and b.kind in {DAYS, MONTHS} and sign == "*":
        a, b = b, a
    same = a.kind == b.kind and sign in "+-/"
    scaled = b.kind == NUMBER and sign in "*/"
    if a.kind in {DAYS, MONTHS} and (same or scaled):
        return _of_durations(sign, a, b)
    return None


def _shifted(a: Scalar, span: Scalar, direction: int) -> Scalar:
    if a.known and span.known:
        try:
            if isinstance(span.constant, Duration):
                return constant(months_added(a.constant, direction * span.constant.months))
            return constant(a.constant + direction * span.constant)
        except (ValueError, OverflowError):
            return null_of(a.kind)
    amount = column_of(span) * direction
    start = column_of(a)
    if span.kind == MONTHS:
        moved = start + amount.as_interval("M")
    elif a.kind == DATE:
        moved = start + (amount / _SECONDS_A_DAY).floor().cast("int64").as_interval("D")
    else:
        moved = start + amount.as_interval("s")
    return Scalar(a.kind, column=moved.cast(start.type()))


def _apart(a: Scalar, b: Scalar) -> Scalar:
    if a.known and b.known:
        left, right = (_moment(one.constant) for one in (a, b))
        if (left.tzinfo is None) != (right.tzinfo is None):
            return null_of(DAYS)
        return constant(left - right)
    x, y = column_of(a), column_of(b)
    if a.kind == b.kind == DATE:
        return Scalar(DAYS, column=x.delta(y, unit="day").cast("int64") * _SECONDS_A_DAY)
    return Scalar(DAYS, column=x.cast("timestamp").delta(y.cast("timestamp"), unit="second").cast("int64"))


def _moment(value: dt.date) -> dt.datetime:
    return value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time(0))


def _of_durations(sign: str, a: Scalar, b: Scalar) -> Scalar:
    """Durations as plain counts (seconds or months): sums, multiples, and the ratio of two."""
    count = arithmetic(sign, _count(a), _count(b))
    if b.kind != NUMBER and sign == "/":
        return count
    if not count.known:
        return Scalar(a.kind, column=column_of(count).cast("float64").round().cast("int64"))
    if count.constant is None:
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
    a = one(value)
    if a.is_null:
        return NOTHING
    if a.kind not in {NUMBER, DAYS, MONTHS}:
        raise FeelError(f"minus {a.kind} is not defined; use a number or a duration")
    return arithmetic("*", a, constant(Decimal(-1)))


def compared(sign: str, left: Value, right: Value) -> Scalar:
    """An ordering; null when either side is null. Equality is `equal`."""
    a, b = one(left), one(right)
    if a.is_null or b.is_null:
        return NOTHING
    if a.kind != b.kind or a.kind == BOOLEAN:
        raise FeelError(
            f"{described(a)} {sign} {described(b)} cannot be compared; both sides should be of one type"
        )
    if a.known and b.known:
        return _known_order(sign, a.constant, b.constant)
    if NULL in {a.kind, b.kind}:
        return NOTHING
    x, y = _pair(a, b)
    return Scalar(BOOLEAN, column=_COMPARE[sign](x, y))


def _known_order(sign: str, a: Any, b: Any) -> Scalar:
    if isinstance(a, Duration):
        a, b = a.months, b.months
    try:
        return constant(bool(_COMPARE[sign](a, b)))
    except TypeError:  # one with a zone, one without: the standard has no order for them
        return NOTHING


def equal(left: Value, right: Value) -> Scalar:
    """Equality, which is never null for null: null equals null and nothing else."""
    if isinstance(left, Scalar) and isinstance(right, Scalar):
        return _equal_scalars(left, right)
    if isinstance(left, ListValue) and isinstance(right, ListValue):
        if len(left.items) != len(right.items):
            return FALSE
        return all_of([equal(a, b) for a, b in zip(left.items, right.items, strict=True)])
    for value, other in ((left, right), (right, left)):
        if isinstance(value, Scalar) and value.is_null and not isinstance(other, ColumnList):
            return FALSE
    if isinstance(left, Scalar | ListValue) and isinstance(right, Scalar | ListValue):
        return equal(one(left), one(right))
    raise FeelError(f"a {described(left)} and a {described(right)} cannot be compared")


def _equal_scalars(a: Scalar, b: Scalar) -> Scalar:
    if a.known and b.known:
        if a.is_null or b.is_null:
            return constant(a.is_null and b.is_null)
        return constant(a.constant == b.constant) if a.kind == b.kind else NOTHING
    if a.is_null or b.is_null:
        return Scalar(BOOLEAN, column=column_of(b if a.is_null else a).isnull())
    if a.kind != b.kind:
        raise FeelError(
            f"{described(a)} = {described(b)} cannot be compared; both sides should be of one type"
        )
    x, y = _pair(a, b)
    return Scalar(BOOLEAN, column=x.identical_to(y))


def inverted(value: Scalar) -> Scalar:
    """not(value) in three-valued logic."""
    if value.known:
        return NOTHING if value.constant is None else constant(not value.constant)
    return Scalar(BOOLEAN, column=~value.column)


def boolean(value: Value, where: str) -> Scalar:
    """The value as a boolean; null stays null."""
    a = one(value)
    if a.kind not in {BOOLEAN, NULL}:
        raise FeelError(f"{where} needs true or false, not a {described(a)}")
    return a


def all_of(values: Sequence[Value]) -> Scalar:
    """Conjunction: false when one is false, else null when one is null."""
    return _joined(values, "and", FALSE, TRUE, operator.and_)


def any_of(values: Sequence[Value]) -> Scalar:
    """Disjunction: true when one is true, else null when one is null."""
    return _joined(values, "or", TRUE, FALSE, operator.or_)


def _joined(
    values: Sequence[Value], word: str, deciding: Scalar, neutral: Scalar, join: Callable[[Any, Any], Any]
) -> Scalar:
    items = [boolean(value, word) for value in values]
    if any(item.known and item.constant is deciding.constant for item in items):
        return deciding
    columns = [item.column for item in items if not item.known]
    has_null = any(item.is_null for item in items)
    if not columns:
        return null_of(BOOLEAN) if has_null else neutral
    if has_null:
        columns.append(ibis.null("boolean"))
    return Scalar(BOOLEAN, column=reduce(join, columns))


def in_range(value: Value, ends: RangeValue) -> Scalar:
    """Whether the value lies in the interval; null when the value or an end is null."""
    tests: list[Scalar] = []
    if ends.low is not None:
        tests.append(compared(">=" if ends.low_closed else ">", value, ends.low))
    if ends.high is not None:
        tests.append(compared("<=" if ends.high_closed else "<", value, ends.high))
    return all_of(tests)


def chosen(condition: Scalar, then: Value, otherwise: Value) -> Value:
    """if: `then` where the condition is true, else `otherwise` (also where it is null)."""
    if condition.known:
        return then if condition.constant is True else otherwise
    a, b = one(then), one(otherwise)
    if NULL not in {a.kind, b.kind} and a.kind != b.kind:
        raise FeelError(f"if gives {described(a)} and {described(b)}; both branches should be of one type")
    kind = b.kind if a.kind == NULL else a.kind
    if a.is_null and b.is_null:
        return null_of(kind)
    return Scalar(kind, column=ibis.ifelse(condition.column, *alike([a, b], kind)))


def alike(values: Sequence[Scalar], kind: str) -> list[Any]:
    """Columns of one type for several scalars of one kind, so that a CASE or an array can hold them all."""
    if kind != NUMBER:
        return [column_of(Scalar(kind, value.constant, value.column)) for value in values]
    dtype = common_number([value for value in values if not value.is_null])
    columns = []
    for value in values:
        column = column_of(value, dtype)
        columns.append(column if column.type().copy(nullable=True) == dtype else column.cast(dtype))
    return columns


def common_number(values: Sequence[Scalar]) -> idt.DataType:
    """The narrowest number type that holds all: whole, decimal with 18 or 38 digits, or double."""
    types = [column_of(value).type() for value in values]
    if any(dtype.is_floating() for dtype in types):
        return idt.float64
    if all(dtype.is_integer() for dtype in types):
        return idt.int64
    sizes = [_decimal(t) if isinstance(t, idt.Decimal) else idt.Decimal(19, 0) for t in types]
    scale = max(int(d.scale or 0) for d in sizes)
    constants = [value.constant for value in values if value.known]
    if len(constants) == len(values):
        before = max(len(str(abs(int(number)))) for number in constants)
        return idt.Decimal(18 if before + scale <= 18 else 38, scale)
    return idt.Decimal(38, scale)


def lifted(value: Value) -> list[Value]:
    """The items of a list; a single value as a list of one."""
    return list(value.items) if isinstance(value, ListValue) else [value]
