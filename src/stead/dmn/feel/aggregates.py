"""FEEL's functions that make one value of a list (DMN 1.5, 10.3.4.4)."""

import operator
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import reduce
from typing import Any

import ibis

from stead.dmn.errors import FeelError, Kinds
from stead.dmn.feel import column_functions
from stead.dmn.feel import operators as op
from stead.dmn.feel.arithmetic import arithmetic
from stead.dmn.feel.calling import typed
from stead.dmn.feel.lists import items_of, spread
from stead.dmn.feel.values import (
    DIGITS,
    NOTHING,
    NUMBER,
    ColumnList,
    FunctionValue,
    ListValue,
    Scalar,
    Value,
    column_of,
    constant,
    described,
)


def extreme(name: str, sign: str) -> Callable[..., Value]:
    """min() and max(); null for no items or when one of them is null."""

    def apply(*values: Value) -> Value:
        if len(values) == 1 and isinstance(values[0], ColumnList):
            return column_functions.extreme(values[0], sign, name)
        items = [op.one(value) for value in spread(values)]
        if not items or any(item.is_null for item in items):
            return NOTHING
        kind = items[0].kind
        if any(item.kind != kind for item in items):
            raise FeelError(
                "{name}() needs items of one type, not {items}",
                name=name,
                items=Kinds(", ".join(described(i) for i in items[:5])),
            )
        if all(item.known for item in items):
            best = items[0]
            for item in items[1:]:
                best = item if op.compared(sign, item, best).constant else best
            return best
        columns = op.alike(items, kind)
        chosen = ibis.least(*columns) if sign == "<" else ibis.greatest(*columns)
        return Scalar(kind, column=ibis.ifelse(any_null(columns), ibis.null(chosen.type()), chosen))

    return apply


def any_null(columns: Sequence[Any]) -> Any:
    """Whether one is null: then so is the extreme in FEEL, where databases pass over nulls."""
    return ibis.or_(*(column.isnull() for column in columns))


def _folded(name: str, sign: str) -> Callable[..., Value]:
    def apply(*values: Value) -> Value:
        if len(values) == 1 and isinstance(values[0], ColumnList) and sign == "+":
            return column_functions.summed(values[0], name)
        items = [typed(item, {NUMBER}, name) for item in spread(values)]
        total: Value = items[0] if items else NOTHING
        for item in items[1:]:
            total = arithmetic(sign, total, item)
        return total

    return apply


def count(list: Value) -> Value:  # noqa: A002 - FEEL's name
    """The number of items."""
    if isinstance(list, ColumnList):
        return column_functions.counted(list)
    return constant(Decimal(len(items_of(list))))


def mean(*values: Value) -> Value:
    """The average of numbers; null for none."""
    if len(values) == 1 and isinstance(values[0], ColumnList):
        over = values[0]
        return arithmetic("/", column_functions.summed(over, "mean"), column_functions.counted(over))
    items = spread(values)
    total = _folded("mean", "+")(*values)
    return arithmetic("/", total, constant(Decimal(len(items)))) if items else NOTHING


def _numbers(values: tuple[Value, ...], name: str) -> list[Scalar]:
    return [typed(item, {NUMBER}, name) for item in spread(values)]


def median(*values: Value) -> Value:
    """The middle number, or the mean of the two in the middle; null for none and for a null among them."""
    items = _numbers(values, "median")
    if not items or any(item.is_null for item in items):
        return NOTHING
    middle = len(items) // 2
    if all(item.known for item in items):
        ordered = [constant(number) for number in sorted(item.constant for item in items)]
    else:
        columns = op.alike(items, NUMBER)
        # A null sorts to one end, where the middle would be another number's.
        rising = ibis.ifelse(any_null(columns), ibis.null(f"array<{columns[0].type()}>"), ibis.array(columns))
        ordered = [Scalar(NUMBER, column=rising.sort()[at]) for at in range(len(items))]
    if len(items) % 2:
        return ordered[middle]
    return arithmetic("/", arithmetic("+", ordered[middle - 1], ordered[middle]), constant(Decimal(2)))


def stddev(*values: Value) -> Value:
    """The sample standard deviation; null for fewer than two numbers and for a null among them."""
    items = _numbers(values, "stddev")
    if len(items) < 2 or any(item.is_null for item in items):
        return NOTHING
    if not all(item.known for item in items):
        doubles = [column_of(item).cast("float64") for item in items]
        middle = reduce(operator.add, doubles) / len(doubles)
        spreads = [(one - middle) * (one - middle) for one in doubles]
        return Scalar(NUMBER, column=(reduce(operator.add, spreads) / (len(doubles) - 1)).sqrt())
    numbers = [item.constant for item in items]
    average = sum(numbers, Decimal(0)) / len(numbers)
    variance = sum(((n - average) ** 2 for n in numbers), Decimal(0)) / (len(numbers) - 1)
    return constant(variance.sqrt(DIGITS))


def mode(*values: Value) -> Value:
    """The most frequent numbers of constants, in rising order."""
    if not values:
        raise FeelError("{name}() takes another number of arguments than {parts}", name="mode", parts=0)
    items = _numbers(values, "mode")
    if any(not item.known for item in items):
        raise FeelError("mode() takes constants only", kind="columns")
    if any(item.is_null for item in items):
        return NOTHING
    numbers = [item.constant for item in items]
    counts = Counter(numbers)
    most = max(counts.values(), default=0)
    return ListValue(tuple(constant(n) for n in sorted(counts) if counts[n] == most))


def _joined(name: str, *, is_any: bool) -> Callable[..., Value]:
    """all() and any(): a conjunction or disjunction in three-valued logic; no argument at all is an error."""

    def apply(*values: Value) -> Value:
        if not values:
            raise FeelError("{name}() takes another number of arguments than {parts}", name=name, parts=0)
        if len(values) == 1 and isinstance(values[0], ColumnList):
            return column_functions.joined(values[0], is_any=is_any)
        return (op.any_of if is_any else op.all_of)(spread(values))

    return apply


FUNCTIONS: tuple[FunctionValue, ...] = tuple(
    FunctionValue(name, parameters, apply)
    for name, parameters, apply in (
        ("min", ("list",), extreme("min", "<")),
        ("max", ("list",), extreme("max", ">")),
        ("sum", ("list",), _folded("sum", "+")),
        ("product", ("list",), _folded("product", "*")),
        ("count", ("list",), count),
        ("mean", ("list",), mean),
        ("median", ("list",), median),
        ("stddev", ("list",), stddev),
        ("mode", ("list",), mode),
        ("all", ("list",), _joined("all", is_any=False)),
        ("any", ("list",), _joined("any", is_any=True)),
    )
)
