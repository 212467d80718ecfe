"""FEEL's functions on lists, on booleans and on contexts (DMN 1.5, 10.3.4.4, 10.3.4.2 and 10.3.4.9)."""

import operator
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cmp_to_key, reduce
from typing import Any

import ibis

from stead.dmn import operators as op
from stead.dmn.arithmetic import arithmetic
from stead.dmn.calling import text, typed, whole
from stead.dmn.errors import FeelError, Kinds
from stead.dmn.values import (
    BOOLEAN,
    DIGITS,
    NOTHING,
    NUMBER,
    ColumnList,
    ContextValue,
    FunctionValue,
    ListValue,
    Scalar,
    Value,
    column_of,
    constant,
    described,
)


def spread(values: tuple[Value, ...]) -> list[Value]:
    """The items that an aggregate sees: those of one list, or the arguments themselves."""
    if len(values) != 1 or (isinstance(values[0], Scalar) and values[0].is_null):
        return list(values)
    return items_of(values[0])


def items_of(value: Value) -> list[Value]:
    """The items of a list whose length is known; a single value counts as a list of one."""
    if isinstance(value, ColumnList):
        raise FeelError(
            "a list in a column cannot be taken apart here; only constants make such a list", kind="columns"
        )
    if isinstance(value, Scalar) and value.is_null:
        raise FeelError("null stands where a list should be")
    return op.lifted(value)


def not_(negand: Value) -> Value:
    """Negation; null for null."""
    return op.inverted(typed(negand, {BOOLEAN}, "not"))


def is_(value1: Value, value2: Value) -> Value:
    """Whether two values are of one kind and equal."""
    if isinstance(value1, Scalar) and isinstance(value2, Scalar) and value1.kind != value2.kind:
        return constant(value=False)
    return op.equal(value1, value2)


def extreme(name: str, sign: str) -> Callable[..., Value]:
    """min() and max(); null for no items or when one of them is null."""

    def apply(*values: Value) -> Value:
        if len(values) == 1 and isinstance(values[0], ColumnList):
            column = values[0].column
            return Scalar(values[0].kind, column=column.mins() if sign == "<" else column.maxs())
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
            column = values[0].column
            return Scalar(NUMBER, column=column.sums().cast(column.type().value_type))
        items = [typed(item, {NUMBER}, name) for item in spread(values)]
        total: Value = items[0] if items else NOTHING
        for item in items[1:]:
            total = arithmetic(sign, total, item)
        return total

    return apply


def count(list: Value) -> Value:  # noqa: A002 - FEEL's name
    """The number of items."""
    if isinstance(list, ColumnList):
        return Scalar(NUMBER, column=list.column.length().cast("int64"))
    return constant(Decimal(len(items_of(list))))


def mean(*values: Value) -> Value:
    """The average of numbers; null for none."""
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
    items = _numbers(values, "mode")
    if any(not item.known for item in items):
        raise FeelError("mode() takes constants only", kind="columns")
    if any(item.is_null for item in items):
        return NOTHING
    numbers = [item.constant for item in items]
    counts = Counter(numbers)
    most = max(counts.values(), default=0)
    return ListValue(tuple(constant(n) for n in sorted(counts) if counts[n] == most))


def _joined(join: Callable[[Any], Scalar]) -> Callable[..., Value]:
    def apply(*values: Value) -> Value:
        return join(spread(values))

    return apply


def list_contains(list: Value, element: Value) -> Value:  # noqa: A002
    """Whether an item equals the element."""
    if isinstance(list, ColumnList):
        wanted = op.one(element)
        return Scalar(BOOLEAN, column=list.column.contains(column_of(wanted, list.column.type().value_type)))
    return op.any_of([op.equal(item, element) for item in items_of(list)])


def sublist(list: Value, start_position: Value, length: Value = NOTHING) -> Value:  # noqa: A002
    """Part of a list; positions count from 1, negative ones from the end."""
    items, start, size = items_of(list), whole(start_position, "sublist"), whole(length, "sublist")
    if not start or abs(start) > len(items):
        return NOTHING
    first = start - 1 if start > 0 else len(items) + start
    return ListValue(tuple(items[first:] if size is None else items[first : first + size]))


def insert_before(list: Value, position: Value, new_item: Value) -> Value:  # noqa: A002
    """The list with an item put before a position."""
    items, at = items_of(list), whole(position, "insert before")
    if not at or abs(at) > len(items):
        return NOTHING
    first = at - 1 if at > 0 else len(items) + at
    return ListValue((*items[:first], new_item, *items[first:]))


def list_replace(list: Value, position: Value, new_item: Value) -> Value:  # noqa: A002
    """The list with another item at a position, or in place of each item that a function chooses."""
    items = items_of(list)
    if isinstance(position, FunctionValue):
        chosen = [_sure(op.one(position.apply(item, new_item)), "list replace") for item in items]
        return ListValue(tuple(new_item if held else i for held, i in zip(chosen, items, strict=True)))
    at = whole(position, "list replace")
    if not at or abs(at) > len(items):
        return NOTHING
    first = at - 1 if at > 0 else len(items) + at
    return ListValue((*items[:first], new_item, *items[first + 1 :]))


def remove(list: Value, position: Value) -> Value:  # noqa: A002
    """The list without the item at a position."""
    items, at = items_of(list), whole(position, "remove")
    if not at or abs(at) > len(items):
        return NOTHING
    first = at - 1 if at > 0 else len(items) + at
    return ListValue((*items[:first], *items[first + 1 :]))


def _sure(value: Scalar, name: str) -> bool:
    if not value.known:
        raise FeelError("{name}() takes constants only", kind="columns", name=name)
    return value.constant is True


def distinct(*lists: Value) -> Value:
    """The items without repetitions, in their order."""
    items = [item for one in lists for item in items_of(one)]
    if all(isinstance(item, Scalar) and item.known for item in items):
        scalars = [op.one(item) for item in items]
        return ListValue(tuple({(one.kind, one.constant): one for one in scalars}.values()))
    found: list[Value] = []
    for item in items:
        if not any(_sure(op.equal(item, other), "distinct values") for other in found):
            found.append(item)
    return ListValue(tuple(found))


def index_of(list: Value, match: Value) -> Value:  # noqa: A002
    """The positions of an element."""
    held = [_sure(op.equal(item, match), "index of") for item in items_of(list)]
    return ListValue(tuple(constant(Decimal(i)) for i, one in enumerate(held, start=1) if one))


def flatten(list: Value) -> Value:  # noqa: A002
    """The items of nested lists as one list."""
    nested = [items_of(flatten(one)) if isinstance(one, ListValue) else [one] for one in items_of(list)]
    return ListValue(tuple(item for some in nested for item in some))


def sort(list: Value, precedes: Value = NOTHING) -> Value:  # noqa: A002
    """Constants in the order of a function, or rising."""

    def order(a: Value, b: Value) -> int:
        def before(x: Value, y: Value) -> bool:
            held = precedes.apply(x, y) if isinstance(precedes, FunctionValue) else op.compared("<", x, y)
            return _sure(op.one(held), "sort")

        return -1 if before(a, b) else int(before(b, a))

    return ListValue(tuple(sorted(items_of(list), key=cmp_to_key(order))))


def get_value(m: Value, key: Value) -> Value:
    """The entry of a context under a constant key; null when there is none."""
    name = text(key, "get value")
    return m.get(name) or NOTHING if isinstance(m, ContextValue) and name is not None else NOTHING


def get_entries(m: Value) -> Value:
    """The entries of a context as a list of contexts with key and value."""
    if not isinstance(m, ContextValue):
        return NOTHING
    pairs = (ContextValue((("key", constant(name)), ("value", value))) for name, value in m.entries)
    return ListValue(tuple(pairs))


def context(entries: Value) -> Value:
    """The context of a list of contexts with key and value; null when a key comes twice or is missing."""
    made: dict[str, Value] = {}
    for one in items_of(entries):
        key = one.get("key") if isinstance(one, ContextValue) else None
        value = one.get("value") if isinstance(one, ContextValue) else None
        name = text(key, "context") if key is not None else None
        if name is None or value is None or name in made:
            return NOTHING
        made[name] = value
    return ContextValue(tuple(made.items()))


def context_put(context: Value, key: Value, value: Value) -> Value:
    """The context with an entry set; a list of keys is the way to an entry further in."""
    keys = [text(one, "context put") for one in items_of(key)]
    if not isinstance(context, ContextValue) or not keys or None in keys:
        return NOTHING
    name, *rest = (str(one) for one in keys)
    if rest:
        inner = context.get(name)
        if not isinstance(inner, ContextValue):
            return NOTHING
        value = context_put(inner, ListValue(tuple(constant(one) for one in rest)), value)
    return ContextValue(tuple({**dict(context.entries), name: value}.items()))


def context_merge(contexts: Value) -> Value:
    """One context of several; a later entry wins."""
    merged: dict[str, Value] = {}
    for one in items_of(contexts):
        if not isinstance(one, ContextValue):
            return NOTHING
        merged |= dict(one.entries)
    return ContextValue(tuple(merged.items()))


FUNCTIONS: tuple[FunctionValue, ...] = tuple(
    FunctionValue(name, parameters, apply)
    for name, parameters, apply in (
        ("not", ("negand",), not_),
        ("is", ("value1", "value2"), is_),
        ("min", ("list",), extreme("min", "<")),
        ("max", ("list",), extreme("max", ">")),
        ("sum", ("list",), _folded("sum", "+")),
        ("product", ("list",), _folded("product", "*")),
        ("count", ("list",), count),
        ("mean", ("list",), mean),
        ("median", ("list",), median),
        ("stddev", ("list",), stddev),
        ("mode", ("list",), mode),
        ("all", ("list",), _joined(op.all_of)),
        ("any", ("list",), _joined(op.any_of)),
        ("list contains", ("list", "element"), list_contains),
        ("sublist", ("list", "start position", "length"), sublist),
        ("append", ("list", "item"), lambda list, *more: ListValue((*items_of(list), *more))),  # noqa: A006
        ("concatenate", ("list",), lambda *some: ListValue(tuple(i for one in some for i in items_of(one)))),
        ("insert before", ("list", "position", "newItem"), insert_before),
        ("remove", ("list", "position"), remove),
        ("list replace", ("list", "position", "newItem"), list_replace),
        ("context", ("entries",), context),
        ("reverse", ("list",), lambda one: ListValue(tuple(reversed(items_of(one))))),
        ("index of", ("list", "match"), index_of),
        ("union", ("list",), distinct),
        ("distinct values", ("list",), distinct),
        ("flatten", ("list",), flatten),
        ("sort", ("list", "precedes"), sort),
        ("get value", ("m", "key"), get_value),
        ("get entries", ("m",), get_entries),
        ("context put", ("context", "key", "value"), context_put),
        ("context merge", ("contexts",), context_merge),
    )
)
