"""Comparison, logic and membership on compiled values. Null is decided in each."""

import datetime as dt
import operator
from collections.abc import Callable, Sequence
from typing import Any

import ibis
import ibis.expr.datatypes as idt

from stead.dmn.errors import FeelError
from stead.dmn.feel import beyond, zoned
from stead.dmn.feel.beyond import Beyond
from stead.dmn.feel.values import (
    BOOLEAN,
    DATE_TIME,
    FALSE,
    NOTHING,
    NULL,
    NUMBER,
    SCALAR_KINDS,
    TRUE,
    ColumnList,
    ContextValue,
    Duration,
    ListValue,
    RangeValue,
    Scalar,
    Value,
    column_of,
    constant,
    described,
    enclosed,
    kind_of_dtype,
    scale_of,
)  # fmt: skip

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "=": operator.eq, "!=": operator.ne,
}  # fmt: skip


def one(value: Value) -> Scalar:
    """The scalar of a value; a list of one stands for its item, as FEEL converts it, in a column too: there
    a list of another length is null."""
    if isinstance(value, Scalar):
        return value
    if isinstance(value, ColumnList) and value.kind in {*SCALAR_KINDS, NULL}:
        column = value.column
        only = ibis.ifelse(column.length() == 1, column[0], ibis.null(column.type().value_type))
        return Scalar(value.kind, column=only)
    if isinstance(value, ListValue) and len(value.items) == 1:
        return one(value.items[0])
    raise FeelError("a {value} stands where a single value should be", value=described(value))


def single(value: Value) -> Scalar:
    """The scalar that an operator takes: a list of one is no number there."""
    if isinstance(value, Scalar):
        return value
    raise FeelError("a {value} stands where a single value should be", value=described(value))


def null_of(kind: str) -> Scalar:
    """The null of a kind."""
    return Scalar(kind, None)


def pair(a: Scalar, b: Scalar) -> tuple[Any, Any]:
    """Both as columns; a constant takes the type of the column that it meets."""
    if a.known:
        y = column_of(b)
        x = column_of(a, y.type())
    else:
        x = column_of(a)
        y = column_of(b, x.type())
    types = (x.type().copy(nullable=True), y.type().copy(nullable=True))
    if types[0] != types[1] and any(dtype.is_decimal() for dtype in types):
        # Ibis compares decimals only where one type holds the other; (18, 2) and (38, 0) do not.
        common = common_number([a, b])
        return x.cast(common), y.cast(common)
    return x, y


def decimal_of(dtype: idt.DataType) -> idt.Decimal:
    """The decimal type of a number type; whole numbers have no places."""
    if isinstance(dtype, idt.Decimal) and dtype.scale is not None:
        return dtype
    return idt.Decimal(38, 0)


def compared(sign: str, left: Value, right: Value) -> Scalar:
    """An ordering; null when either side is null. Equality is `equal`."""
    a, b = one(left), one(right)
    if a.is_null or b.is_null:
        return NOTHING
    if a.kind != b.kind or a.kind == BOOLEAN:
        raise FeelError(
            "{a} {sign} {b} cannot be compared; both sides should be of one type",
            a=described(a),
            sign=sign,
            b=described(b),
        )
    if a.known and b.known:
        return _known_order(sign, a.constant, b.constant)
    if NULL in {a.kind, b.kind}:
        return NOTHING
    if a.zoned or b.zoned:
        (x, first), (y, second) = zoned.moment_of(a), zoned.moment_of(b)
        found = ibis.ifelse(first == second, _COMPARE[sign](x, y), ibis.null("boolean"))
        return Scalar(BOOLEAN, column=found)
    if is_zoned(a) != is_zoned(b):
        return null_of(BOOLEAN)
    x, y = pair(a, b)
    return Scalar(BOOLEAN, column=_COMPARE[sign](x, y))


def _known_order(sign: str, a: Any, b: Any) -> Scalar:
    if isinstance(a, Duration):
        a, b = a.months, b.months
    if isinstance(a, Beyond) or isinstance(b, Beyond):
        a, b = beyond.key_of(a), beyond.key_of(b)
        if a[0] != b[0]:
            return NOTHING
    try:
        return constant(bool(_COMPARE[sign](a, b)))
    except TypeError:  # one with a zone, one without: the standard has no order for them
        return NOTHING


def equal(left: Value, right: Value) -> Scalar:  # noqa: PLR0911 - one answer for each sort of value
    """Equality, which is never null for null: null equals null and nothing else."""
    if isinstance(left, Scalar) and isinstance(right, Scalar):
        return _equal_scalars(left, right)
    if isinstance(left, ListValue) and isinstance(right, ListValue):
        if len(left.items) != len(right.items):
            return FALSE
        return all_of([equal(a, b) for a, b in zip(left.items, right.items, strict=True)])
    if isinstance(left, ContextValue) and isinstance(right, ContextValue):
        a, b = dict(left.entries), dict(right.entries)
        return all_of([equal(a[name], b[name]) for name in a]) if a.keys() == b.keys() else FALSE
    if isinstance(left, RangeValue) and isinstance(right, RangeValue):
        return _equal_ranges(left, right)
    for value, other in ((left, right), (right, left)):
        if isinstance(value, ColumnList):
            return _equal_lists(value, other)
        if isinstance(value, Scalar) and value.is_null and not isinstance(other, Scalar):
            return FALSE
    if isinstance(left, Scalar | ListValue) and isinstance(right, Scalar | ListValue):
        return equal(one(left), one(right))
    raise FeelError("a {left} and a {right} cannot be compared", left=described(left), right=described(right))


def _equal_lists(left: ColumnList, right: Value) -> Scalar:
    """A list in a column against another value; lists of items of other types are not equal."""
    if isinstance(right, Scalar):
        if right.is_null:
            return Scalar(BOOLEAN, column=left.column.isnull())
        return _equal_scalars(one(left), right)
    if isinstance(right, ColumnList):
        alike_kinds = left.kind == right.kind or NULL in {left.kind, right.kind}
        return Scalar(BOOLEAN, column=left.column.identical_to(right.column)) if alike_kinds else FALSE
    if isinstance(right, ListValue):
        found = _array_like(right, left.column.type())
        return FALSE if found is None else Scalar(BOOLEAN, column=left.column.identical_to(found))
    return FALSE


def _array_like(value: ListValue, dtype: Any) -> Any:
    """A known list as a column of a type of lists; None where an item is of another type."""
    inner = dtype.value_type
    items = []
    for item in value.items:
        if isinstance(item, Scalar) and (item.is_null or kind_of_dtype(inner) == item.kind):
            items.append(column_of(item, inner).cast(inner))
        elif isinstance(item, ListValue) and inner.is_array():
            items.append(_array_like(item, inner))
        else:
            return None
    if any(item is None for item in items):
        return None
    return ibis.array(items).cast(dtype) if items else ibis.literal([], dtype)


def _equal_ranges(left: RangeValue, right: RangeValue) -> Scalar:
    if (left.low_closed, left.high_closed, left.sign) != (right.low_closed, right.high_closed, right.sign):
        return FALSE
    ends = ((left.low, right.low), (left.high, right.high))
    if any((a is None) != (b is None) for a, b in ends):
        return FALSE
    return all_of([equal(a, b) for a, b in ends if a is not None and b is not None])


def same(left: Value, right: Value) -> Scalar:
    """Equality of items of lists: values of different types are not equal, where `=` gives null."""
    if isinstance(left, Scalar) and isinstance(right, Scalar):
        kinds = {left.kind, right.kind}
        return FALSE if len(kinds) > 1 and NULL not in kinds else _equal_scalars(left, right)
    if isinstance(left, ListValue) and isinstance(right, ListValue):
        if len(left.items) != len(right.items):
            return FALSE
        return all_of([same(a, b) for a, b in zip(left.items, right.items, strict=True)])
    lists = (ListValue, ColumnList)
    if type(left) is type(right) or (isinstance(left, lists) and isinstance(right, lists)):
        return equal(left, right)
    return FALSE


def _equal_scalars(a: Scalar, b: Scalar) -> Scalar:
    if a.known and b.known:
        if a.is_null or b.is_null:
            return constant(a.is_null and b.is_null)
        return constant(_same_second(a.constant, b.constant)) if a.kind == b.kind else NOTHING
    if a.is_null or b.is_null:
        other = b if a.is_null else a
        return Scalar(BOOLEAN, column=enclosed(other.zoned[0] if other.zoned else column_of(other)).isnull())
    if a.kind != b.kind:
        raise FeelError(
            "{a} = {b} cannot be compared; both sides should be of one type", a=described(a), b=described(b)
        )
    if a.zoned or b.zoned:
        (x, first), (y, second) = zoned.moment_of(a), zoned.moment_of(b)
        found = (first == second) & x.truncate("s").identical_to(y.truncate("s"))
        return Scalar(BOOLEAN, column=found)
    if is_zoned(a) != is_zoned(b):
        return FALSE
    x, y = pair(a, b)
    if a.kind == DATE_TIME:
        x, y = x.truncate("s"), y.truncate("s")
    return Scalar(BOOLEAN, column=enclosed(x).identical_to(enclosed(y)))


def is_zoned(value: Scalar) -> bool:
    """Whether a time or a date and time is an instant: beside one without a zone it has no order and no
    equal, where a database would read the other in the zone of its session."""
    if value.known:
        return getattr(value.constant, "tzinfo", None) is not None
    return getattr(value.column.type(), "timezone", None) is not None


def _same_second(a: Any, b: Any) -> bool:
    """Whether two constants are equal; times to the second, as far as equality looks in the standard."""
    if isinstance(a, Beyond) or isinstance(b, Beyond):
        first, second = beyond.to_the_second(a), beyond.to_the_second(b)
        return first is not None and second is not None and beyond.key_of(first) == beyond.key_of(second)
    return bool(_second(a) == _second(b))


def _second(known: Any) -> Any:
    return known.replace(microsecond=0) if isinstance(known, dt.datetime | dt.time) else known


def inverted(value: Scalar) -> Scalar:
    """not(value) in three-valued logic."""
    if value.known:
        return NOTHING if value.constant is None else constant(not value.constant)
    return Scalar(BOOLEAN, column=~value.column)


def boolean(value: Value, where: str) -> Scalar:
    """The value as a boolean; null stays null."""
    a = one(value)
    if a.kind not in {BOOLEAN, NULL}:
        raise FeelError("{where} needs true or false, not a {a}", where=where, a=described(a))
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
    return Scalar(BOOLEAN, column=balanced(join, columns))


def balanced(join: Callable[[Any, Any], Any], columns: Sequence[Any]) -> Any:
    """The columns joined pair by pair: a chain of thousands would be nested too deep for a database."""
    while len(columns) > 1:
        pairs = [columns[i : i + 2] for i in range(0, len(columns), 2)]
        columns = [join(*pair) if len(pair) == 2 else pair[0] for pair in pairs]
    return columns[0]


def in_range(value: Value, ends: RangeValue) -> Scalar:
    """Whether the value lies in the interval; null when the value or an end is null."""
    if ends.sign and ends.low is not None:
        return equal(value, ends.low) if ends.sign == "=" else inverted(equal(value, ends.low))
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
        raise FeelError(
            "if gives {a} and {b}; both branches should be of one type", a=described(a), b=described(b)
        )
    kind = b.kind if a.kind == NULL else a.kind
    if a.is_null and b.is_null:
        return null_of(kind)
    column = ibis.ifelse(condition.column, *alike([a, b], kind))
    return Scalar(kind, column=column, ratio=_chosen_ratio(condition.column, a, b))


def _chosen_ratio(condition: Any, a: Scalar, b: Scalar) -> tuple[Any, Any] | None:
    """The exact quotient of the branch that is taken, where one branch is a quotient."""
    if a.ratio is None and b.ratio is None:
        return None
    one, other = ratio_of(a), ratio_of(b)
    if one is None or other is None:
        return None
    above, below = (
        ibis.ifelse(condition, *alike([Scalar(NUMBER, column=x), Scalar(NUMBER, column=y)], NUMBER))
        for x, y in zip(one, other, strict=True)
    )
    return above, below


def ratio_of(number: Scalar) -> tuple[Any, Any] | None:
    """A number as the quotient of two exact ones; None for a double that is none."""
    if number.ratio is not None:
        return number.ratio
    column = column_of(number, idt.Decimal(38, 10) if number.is_null else None)
    return None if column.type().is_floating() else (column, ibis.literal(1, "int64"))


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
    sizes = [decimal_of(t) if isinstance(t, idt.Decimal) else idt.Decimal(19, 0) for t in types]
    scales = [int(size.scale or 0) for size in sizes]
    before = max(_digits(value, size) for value, size in zip(values, sizes, strict=True))
    constants = [value for value in values if value.known and value.constant is not None]
    large = max((scale_of(value.constant)[0] for value in constants), default=0)
    # Where 38 digits cannot hold the longest tail, it is rounded; what stands before the point comes first.
    kept = max((n for n, value in zip(scales, values, strict=True) if not value.known), default=0)
    if before > 38 or large + kept > 38:
        return idt.float64
    scale = max(min(max(scales), 38 - before), kept)
    constants_fit = all(value.known for value in values) and before + scale <= 18
    return idt.Decimal(18 if constants_fit else 38, scale)


def _digits(value: Scalar, size: idt.Decimal) -> int:
    """The digits before the point that a column or constant needs; a column of 38 digits is taken for 18."""
    if value.known:
        return scale_of(value.constant)[0] if value.constant is not None else 0
    precision = int(size.precision or 38)
    return precision - int(size.scale or 0) if precision < 38 else 18


def lifted(value: Value) -> list[Value]:
    """The items of a list; a single value as a list of one."""
    return list(value.items) if isinstance(value, ListValue) else [value]
