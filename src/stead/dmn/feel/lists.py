"""FEEL's functions on lists (DMN 1.5, 10.3.4.4); those that make one value are aggregates."""

from decimal import Decimal
from functools import cmp_to_key

from stead.dmn.errors import FeelError
from stead.dmn.feel import column_functions
from stead.dmn.feel import operators as op
from stead.dmn.feel.calling import all_known, typed, whole
from stead.dmn.feel.column_lists import as_column_list, joined_lists
from stead.dmn.feel.temporal import written
from stead.dmn.feel.values import (
    BOOLEAN,
    DATE_TIME,
    NOTHING,
    TIME,
    ColumnList,
    ContextValue,
    FunctionValue,
    ListValue,
    Scalar,
    Value,
    constant,
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
    if isinstance(value1, Scalar) and isinstance(value2, Scalar):
        if value1.kind != value2.kind:
            return constant(value=False)
        if value1.known and value2.known and value1.kind in {DATE_TIME, TIME} and not value1.is_null:
            # The same instant in another zone is equal, and yet not the same value.
            return constant(not value2.is_null and written(value1.constant) == written(value2.constant))
    return op.equal(value1, value2)


def list_contains(list: Value, element: Value) -> Value:  # noqa: A002
    """Whether an item equals the element."""
    if isinstance(list, ColumnList):
        return column_functions.contains(list, element)
    return op.any_of([op.same(item, element) for item in items_of(list)])


def sublist(list: Value, start_position: Value, length: Value = NOTHING) -> Value:  # noqa: A002
    """Part of a list; positions count from 1, negative ones from the end."""
    if isinstance(list, ColumnList) or not all_known(start_position, length):
        return column_functions.part(as_column_list(list), start_position, length)
    items, start, size = items_of(list), whole(start_position, "sublist"), whole(length, "sublist")
    if not start or abs(start) > len(items):
        return NOTHING
    first = start - 1 if start > 0 else len(items) + start
    return ListValue(tuple(items[first:] if size is None else items[first : first + size]))


def insert_before(list: Value, position: Value, new_item: Value) -> Value:  # noqa: A002
    """The list with an item put before a position."""
    if isinstance(list, ColumnList) or not all_known(position):
        return column_functions.insert_before(as_column_list(list), position, new_item)
    items, at = items_of(list), whole(position, "insert before")
    if not at or abs(at) > len(items):
        return NOTHING
    first = at - 1 if at > 0 else len(items) + at
    return ListValue((*items[:first], new_item, *items[first:]))


def list_replace(list: Value, position: Value, new_item: Value) -> Value:  # noqa: A002
    """The list with another item at a position, or in place of each item that a function chooses."""
    if isinstance(list, ColumnList) or not all_known(position):
        return column_functions.replace(as_column_list(list), position, new_item)
    items = items_of(list)
    if isinstance(position, FunctionValue):
        chosen = [
            _sure(op.boolean(position.apply(item, new_item), "list replace"), "list replace")
            for item in items
        ]
        return ListValue(tuple(new_item if held else i for held, i in zip(chosen, items, strict=True)))
    at = whole(position, "list replace")
    if not at or abs(at) > len(items):
        return NOTHING
    first = at - 1 if at > 0 else len(items) + at
    return ListValue((*items[:first], new_item, *items[first + 1 :]))


def remove(list: Value, position: Value) -> Value:  # noqa: A002
    """The list without the item at a position."""
    if isinstance(list, ColumnList) or not all_known(position):
        return column_functions.remove(as_column_list(list), position)
    items, at = items_of(list), whole(position, "remove")
    if not at or abs(at) > len(items):
        return NOTHING
    first = at - 1 if at > 0 else len(items) + at
    return ListValue((*items[:first], *items[first + 1 :]))


def _sure(value: Scalar, name: str) -> bool:
    if not value.known:
        raise FeelError("{name}() takes constants only", kind="columns", name=name)
    return value.constant is True


def _as_list(value: Value) -> ListValue | ColumnList:
    """A list; a single value is a list of one."""
    return value if isinstance(value, ColumnList) else ListValue(tuple(items_of(value)))


def append(list: Value, *more: Value) -> Value:  # noqa: A002
    """The list with items after it."""
    return joined_lists([_as_list(list), ListValue(more)])


def concatenate(*lists: Value) -> Value:
    """Lists one after the other."""
    return joined_lists([_as_list(one) for one in lists])


def reverse(list: Value) -> Value:  # noqa: A002
    """The items from the last to the first."""
    if isinstance(list, ColumnList):
        return column_functions.reverse(list)
    return ListValue(tuple(reversed(items_of(list))))


def distinct(*lists: Value) -> Value:
    """The items without repetitions, in their order."""
    whole = joined_lists([_as_list(one) for one in lists])
    if isinstance(whole, ColumnList):
        return column_functions.distinct(whole)
    items = items_of(whole)
    if all(isinstance(item, Scalar) and item.known for item in items):
        scalars = [op.one(item) for item in items]
        return ListValue(tuple({(one.kind, one.constant): one for one in scalars}.values()))
    found: list[Value] = []
    for item in items:
        if not any(_sure(op.same(item, other), "distinct values") for other in found):
            found.append(item)
    return ListValue(tuple(found))


def index_of(list: Value, match: Value) -> Value:  # noqa: A002
    """The positions of an element."""
    if isinstance(list, ColumnList):
        return column_functions.positions(list, match)
    held = [_sure(op.same(item, match), "index of") for item in items_of(list)]
    return ListValue(tuple(constant(Decimal(i)) for i, one in enumerate(held, start=1) if one))


def flatten(list: Value) -> Value:  # noqa: A002
    """The items of nested lists as one list."""
    if isinstance(list, ColumnList):
        return column_functions.flatten(list)
    nested = [
        flatten(one) if isinstance(one, ListValue | ColumnList) else ListValue((one,))
        for one in items_of(list)
    ]
    return joined_lists(nested)


def _is_known(value: Value) -> bool:
    """Whether no column is in a value, however deeply."""
    match value:
        case Scalar():
            return value.known
        case ListValue():
            return all(_is_known(one) for one in value.items)
        case ContextValue():
            return all(_is_known(one) for _, one in value.entries)
    return not isinstance(value, ColumnList)


def sort(list: Value, precedes: Value = NOTHING) -> Value:  # noqa: A002
    """Constants in the order of a function, or rising."""

    if isinstance(list, ColumnList) or not _is_known(list):
        return column_functions.sort(as_column_list(list), precedes)

    def order(a: Value, b: Value) -> int:
        def before(x: Value, y: Value) -> bool:
            held = precedes.apply(x, y) if isinstance(precedes, FunctionValue) else op.compared("<", x, y)
            return _sure(op.one(held), "sort")

        return -1 if before(a, b) else int(before(b, a))

    return ListValue(tuple(sorted(items_of(list), key=cmp_to_key(order))))


_REPLACE = "list replace"
FUNCTIONS: tuple[FunctionValue, ...] = (
    FunctionValue(
        _REPLACE,
        ("list", "position", "newItem"),
        list_replace,
        tuple(FunctionValue(_REPLACE, ("list", n, "newItem"), list_replace) for n in ("position", "match")),
    ),
    *(
        FunctionValue(name, parameters, apply)
        for name, parameters, apply in (
            ("not", ("negand",), not_),
            ("is", ("value1", "value2"), is_),
            ("list contains", ("list", "element"), list_contains),
            ("sublist", ("list", "start position", "length"), sublist),
            ("append", ("list", "item"), append),
            ("concatenate", ("list",), concatenate),
            ("insert before", ("list", "position", "newItem"), insert_before),
            ("remove", ("list", "position"), remove),
            ("reverse", ("list",), reverse),
            ("index of", ("list", "match"), index_of),
            ("union", ("list",), distinct),
            ("distinct values", ("list",), distinct),
            ("flatten", ("list",), flatten),
            ("sort", ("list", "precedes"), sort),
        )
    ),
)
