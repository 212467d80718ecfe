"""FEEL's list functions over lists in columns (DMN 1.5, 10.3.4.4): nulls decided as on constants.

Databases pass over nulls in a sum and take an empty list for unknown; FEEL does neither.
"""

from collections.abc import Callable
from typing import Any

import ibis
import ibis.expr.datatypes as idt
import ibis.expr.operations as ops

from stead.dmn.errors import FeelError, Kinds
from stead.dmn.feel import operators as op
from stead.dmn.feel.column_lists import (
    as_column_list,
    each,
    item_of,
    typed_column,
    whole_column,
)
from stead.dmn.feel.values import (
    BOOLEAN,
    NUMBER,
    SCALAR_KINDS,
    ColumnList,
    FunctionValue,
    ListValue,
    Scalar,
    Value,
    column_of,
    whole_number,
)


def has_null(column: Any) -> Any:
    """Whether an item is null."""
    return each(column, lambda one, _: one.isnull(), kept=True).length() > 0


def _unless_null(over: ColumnList, found: Any) -> Any:
    return ibis.ifelse(has_null(over.column), ibis.null(found.type()), found)


def _numbers(over: ColumnList, name: str) -> Any:
    if over.kind not in {NUMBER, "null"}:
        raise FeelError("{name}() needs numbers, not a list of {items}", name=name, items=Kinds(over.kind))
    return over.column


def summed(over: ColumnList, name: str = "sum") -> Scalar:
    """The sum; null for no items and for a null among them."""
    column = _numbers(over, name)
    dtype = column.type().value_type
    wide = dtype if dtype.is_floating() else idt.Decimal(38, int(op.decimal_of(dtype).scale or 0))
    return Scalar(NUMBER, column=_unless_null(over, column.sums().cast(wide)))


def counted(over: ColumnList) -> Scalar:
    """How many items there are."""
    return Scalar(NUMBER, column=over.column.length().cast("int64"))


def extreme(over: ColumnList, sign: str, name: str) -> Scalar:
    """The smallest or largest item; null for no items and for a null among them."""
    if over.kind not in {*SCALAR_KINDS, "null"} or over.kind == BOOLEAN:
        raise FeelError(
            "{name}() needs values that have an order, not a list of {items}",
            name=name,
            items=Kinds(over.kind),
        )
    found = over.column.mins() if sign == "<" else over.column.maxs()
    return Scalar(over.kind, column=_unless_null(over, found))


def any_or_all(held: Any, *, is_any: bool) -> Any:
    """A list of booleans in a column joined as FEEL does, where databases pass over nulls and empty lists."""
    decides = each(held, lambda one, _: one if is_any else ~one, kept=True).length() > 0
    unknown = each(held, lambda one, _: one.isnull(), kept=True).length() > 0
    return ibis.cases(
        (held.isnull(), ibis.null("boolean")), (decides, is_any), (unknown, ibis.null("boolean")),
        else_=not is_any,
    )  # fmt: skip


def joined(over: ColumnList, *, is_any: bool) -> Scalar:
    """all() or any() of a list of booleans."""
    if over.kind not in {BOOLEAN, "null"}:
        raise FeelError("{name}() needs true or false", name="any" if is_any else "all")
    return Scalar(BOOLEAN, column=any_or_all(over.column.cast("array<boolean>"), is_any=is_any))


def equals(item: Any, kind: str, wanted: Value) -> Any:
    """Whether an item of a list is the wanted value; values of other types are not."""
    held = op.same(typed_column(item, kind), wanted)
    return column_of(Scalar(BOOLEAN, held.constant, held.column))


def contains(over: ColumnList, wanted: Value) -> Scalar:
    """Whether an item equals the value, null too."""
    found = each(over.column, lambda item, _: equals(item, over.kind, wanted), kept=True)
    return Scalar(BOOLEAN, column=found.length() > 0)


def positions(over: ColumnList, wanted: Value) -> ColumnList:
    """The positions of a value, from 1."""
    marked = each(
        over.column,
        lambda item, at: ibis.ifelse(
            equals(item, over.kind, wanted), at.cast("int64") + 1, ibis.null("int64")
        ),
    )
    return ColumnList(NUMBER, each(marked, lambda one, _: one.notnull(), kept=True))


def at_position(position: Value, length: Any, name: str) -> Any:
    """A position from 1, or from the end with -1, counted from 0; null where it is out of the list."""
    number = op.one(position)
    if number.kind not in {NUMBER, "null"}:
        raise FeelError(
            "{name}() takes a {wanted}, not a {scalar}", name=name, wanted="number", scalar=number.kind
        )
    whole = whole_number(column_of(Scalar(NUMBER, number.constant, number.column)))
    index = ibis.ifelse(whole > 0, whole - 1, length.cast("int64") + whole)
    return ibis.ifelse((whole != 0) & (index >= 0) & (index < length), index, ibis.null("int64"))


def replaced_at(over: ColumnList, position: Value, parts: Callable[[Any, Any], Any], name: str) -> ColumnList:
    """The list with something done at a position, null where there is no such position.

    parts: of the items before and those from the position on, what becomes of them.
    """
    index = at_position(position, over.column.length(), name)
    before = each(over.column, lambda _, at: at < index, kept=True)
    rest = each(over.column, lambda _, at: at >= index, kept=True)
    made = parts(before, rest)
    return ColumnList(over.kind, ibis.ifelse(index.notnull(), made, ibis.null(made.type())))


def insert_before(over: ColumnList, position: Value, item: Value) -> ColumnList:
    """The list with an item put before a position."""
    one = _of_type(over, item)
    return replaced_at(over, position, lambda before, rest: before + one + rest, "insert before")


def remove(over: ColumnList, position: Value) -> ColumnList:
    """The list without the item at a position."""
    return replaced_at(over, position, lambda before, rest: before + _after_first(rest), "remove")


def replace(over: ColumnList, position: Value, item: Value) -> ColumnList:
    """The list with another item at a position, or where a function of item and new item is true."""
    if isinstance(position, FunctionValue):
        new = whole_column(item, over.kind)

        def one(column: Any, _at: Any) -> Any:
            held = op.boolean(position.apply(item_of(over, column), item), "list replace")
            return ibis.ifelse(column_of(Scalar(BOOLEAN, held.constant, held.column)), new, column)

        return ColumnList(over.kind, each(over.column, one))
    single = _of_type(over, item)
    return replaced_at(
        over, position, lambda before, rest: before + single + _after_first(rest), "list replace"
    )


def _after_first(rest: Any) -> Any:
    return each(rest, lambda _, at: at > 0, kept=True)


def _of_type(over: ColumnList, item: Value) -> Any:
    """A list of one, as a column of the type of another list."""
    return as_column_list(ListValue((item,))).column.cast(over.column.type())


def part(over: ColumnList, start: Value, length: Value) -> ColumnList:
    """Part of a list from a position on."""
    index = at_position(start, over.column.length(), "sublist")
    size = op.one(length)
    end = None if size.is_null else index + whole_number(column_of(size))
    found = each(
        over.column, lambda _, at: (at >= index) if end is None else (at >= index) & (at < end), kept=True
    )
    return ColumnList(over.kind, ibis.ifelse(index.notnull(), found, ibis.null(found.type())))


def reverse(over: ColumnList) -> ColumnList:
    """The items from the last to the first."""
    length = over.column.length()
    # The item at each position, counted from the end.
    turned = each(over.column, lambda _, at: over.column[length - 1 - at])
    return ColumnList(over.kind, turned)


def distinct(over: ColumnList) -> ColumnList:
    """The items without repetitions, in their order."""
    column = over.column

    def is_first(item: Any, at: Any) -> Any:
        value = item_of(over, item)
        earlier = each(column, lambda other, i: (i < at) & equals(other, over.kind, value), kept=True)
        return earlier.length() == 0

    return ColumnList(over.kind, each(column, is_first, kept=True))


def flatten(over: ColumnList) -> ColumnList:
    """The items of lists inside lists as one list."""
    while over.kind.startswith("list<"):
        over = ColumnList(over.kind.removeprefix("list<").removesuffix(">"), over.column.flatten())
    return over


def sort(over: ColumnList, precedes: Value) -> ColumnList:
    """The list in the order of a function that compares the same of two items, or rising."""
    if not isinstance(precedes, FunctionValue):
        return ColumnList(over.kind, _unless_null(over, over.column.sort()))
    first, key = _order(over, precedes)
    keys = each(over.column, lambda item, _: key(item))
    # Where two keys are equal, the earlier item stays first: a falling order is a rising one turned round.
    rows = each(
        over.column,
        lambda item, at: ibis.struct({
            "key": key(item), "at": at.cast("int64") * (1 if first else -1), "item": item,
        }),
    ).sort()  # fmt: skip
    rows = rows if first else reverse(ColumnList(over.kind, rows)).column
    ordered = each(rows, lambda row, _: row["item"])
    # What cannot be compared has no order.
    return ColumnList(over.kind, ibis.ifelse(has_null(keys), ibis.null(ordered.type()), ordered))


def _order(over: ColumnList, precedes: FunctionValue) -> tuple[bool, Callable[[Any], Any]]:
    """Whether the order rises, and by which key of an item; raises FeelError for any other function."""
    pair = ibis.table({"x": over.column.type().value_type, "y": over.column.type().value_type}, name="pair")

    def compared(x: Any, y: Any) -> Any:
        held = precedes.apply(item_of(over, x), item_of(over, y))
        return held.column.op() if isinstance(held, Scalar) and not held.known else None

    def key_at(side: str) -> Callable[[Any], Any]:
        return lambda item: getattr(compared(item, item), side).to_expr()

    found, turned = compared(pair.x, pair.y), compared(pair.y, pair.x)
    is_less, is_greater = (isinstance(found, one) for one in (ops.Less, ops.Greater))
    if (is_less or is_greater) and found.left == turned.right and found.right == turned.left:
        uses_first = any(field.name == "x" for field in found.left.find(ops.Field))
        return is_less == uses_first, key_at("left")
    raise FeelError(
        "sort() of a list in a column takes a function that compares one thing of two items, "
        "such as function(x, y) x.rate < y.rate",
        kind="columns",
    )
