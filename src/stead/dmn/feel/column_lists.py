"""Lists in columns: what their items are, and lists of known length as such columns.

The kind of a list's items is the text of a FEEL type ("number", "list<string>", "context<a: number>"), so
that lists of lists and of contexts keep what columns do not say: that whole numbers are durations, say.
"""

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from functools import reduce
from itertools import count
from typing import Any

import ibis
import ibis.expr.datatypes as idt
from ibis.common.exceptions import IbisError

from stead.dmn.errors import FeelError
from stead.dmn.feel import operators as op
from stead.dmn.feel.type_texts import entries_in, split_type
from stead.dmn.feel.values import (
    NULL,
    SCALAR_KINDS,
    ColumnList,
    ContextValue,
    ListValue,
    Scalar,
    Value,
    column_of,
    described,
    dtype_of_kind,
    kind_of_dtype,
)

# Numbers for the arguments of functions over items: from 0 for each decision that is compiled.
_NUMBERS: ContextVar[Iterator[int] | None] = ContextVar("numbers", default=None)


def number_afresh() -> None:
    """Begins the numbers again, so that a decision is written the same whenever it is compiled."""
    _NUMBERS.set(count())


def each(column: Any, made: Callable[[Any, Any], Any], *, kept: bool = False) -> Any:
    """What a function of item and position (from 0) makes of each item; with `kept` the items it is true for.

    Ibis calls the argument of a function as Python does, and takes two of one name for the same: here each
    has a name of its own.
    """
    if _NUMBERS.get() is None:
        number_afresh()
    number = next(_NUMBERS.get() or count())
    names = (f"item_{number}", f"position_{number}")

    def one(*given: Any, **named: Any) -> Any:
        return made(*given, *named.values())

    kinds = inspect.Parameter.POSITIONAL_OR_KEYWORD
    signed: Any = one
    signed.__signature__ = inspect.Signature([inspect.Parameter(name, kinds) for name in names])
    return column.filter(signed) if kept else column.map(signed)


def dtype_of(kind: str) -> idt.DataType:
    """The column type that stands for a kind when no column is given yet; texts for what nobody knows."""
    outer, inner = split_type(kind)
    if outer == "list":
        return idt.Array(dtype_of(inner))
    if outer == "context" and inner:
        return idt.Struct({name: dtype_of(one) for name, one in entries_in(inner)})
    return dtype_of_kind(kind if kind in SCALAR_KINDS else "string")


def holds(dtype: idt.DataType, kind: str) -> bool:
    """Whether a column type can hold a kind; whole numbers hold durations, and nulls anything."""
    outer, inner = split_type(kind)
    if outer == "list":
        return isinstance(dtype, idt.Array) and holds(dtype.value_type, inner)
    if outer == "context":
        wanted = dict(entries_in(inner))
        return (
            isinstance(dtype, idt.Struct)
            and set(dtype.names) == set(wanted)
            and all(holds(dtype[name], wanted[name]) for name in dtype.names)
        )
    is_count = kind.endswith("duration") and dtype.is_integer()
    return is_count or kind_of_dtype(dtype) in {kind, NULL}


def typed_column(column: Any, kind: str) -> Value:
    """The value of a column that holds a kind."""
    outer, inner = split_type(kind)
    dtype = column.type()
    if outer == "list" and isinstance(dtype, idt.Array):
        return ColumnList(inner, column)
    if outer == "context" and isinstance(dtype, idt.Struct):
        kinds = dict(entries_in(inner))
        return ContextValue(tuple((name, typed_column(column[name], kinds[name])) for name in dtype.names))
    return Scalar(kind, column=column)


def entry_of(over: ColumnList, name: str) -> ColumnList:
    """What the items of a list of contexts have under a name."""
    kinds = dict(entries_in(split_type(over.kind)[1]))
    if name not in kinds:
        raise FeelError(
            "there is no entry {name}; entries are: {known}", name=repr(name), known=", ".join(kinds)
        )
    return ColumnList(kinds[name], each(over.column, lambda item, _: item[name]))


def item_of(over: ColumnList, column: Any) -> Value:
    """The value of one item of a list, given its column."""
    return typed_column(column, over.kind)


def kind_text(value: Value) -> str:
    """The type of a value as FEEL writes it."""
    if isinstance(value, Scalar):
        return value.kind
    if isinstance(value, ColumnList):
        return f"list<{value.kind}>"
    if isinstance(value, ListValue):
        return f"list<{_common_kind(value.items)}>"
    if isinstance(value, ContextValue):
        return f"context<{', '.join(f'{name}: {kind_text(entry)}' for name, entry in value.entries)}>"
    raise FeelError("a {value} has no place in a column", kind="columns", value=described(value))


def _common_kind(items: Sequence[Value]) -> str:
    kinds = dict.fromkeys(kind_text(item) for item in items)
    if len(kinds) > 1:
        kinds.pop(NULL, None)
    if len(kinds) > 1:
        raise FeelError(
            "the items {kinds} are of several types; a list in a column has one",
            kind="columns", kinds=", ".join(kinds),
        )  # fmt: skip
    return next(iter(kinds), NULL)


def whole_column(value: Value, kind: str = "") -> Any:
    """A value, whatever it is, as one column; `kind` is what it is where the value is null."""
    if isinstance(value, Scalar):
        if value.is_null and kind:
            return ibis.null(dtype_of(kind))
        return column_of(value)
    if isinstance(value, ColumnList):
        return value.column
    if isinstance(value, ListValue):
        return column_list(value.items).column
    if isinstance(value, ContextValue):
        return ibis.struct({name: whole_column(entry) for name, entry in value.entries})
    raise FeelError("a {value} has no place in a column", kind="columns", value=described(value))


def column_list(items: Sequence[Value]) -> ColumnList:
    """A list of known length as a column; its items have to be of one type."""
    kind = _common_kind(items)
    if not items:
        return ColumnList(kind, ibis.literal([], idt.Array(dtype_of(kind))))
    if kind in {*SCALAR_KINDS, NULL}:
        scalars = [item for item in items if isinstance(item, Scalar)]
        return ColumnList(kind, ibis.array(op.alike(scalars, kind)))
    try:
        return ColumnList(kind, ibis.array([whole_column(item, kind) for item in items]))
    except IbisError:
        raise FeelError("the items of a list differ too much for one column", kind="columns") from None


def as_column_list(value: Value) -> ColumnList:
    """A list, known or not, as a column; a single value is a list of one."""
    return value if isinstance(value, ColumnList) else column_list(op.lifted(value))


def joined_lists(lists: Sequence[Value]) -> Value:
    """One list of several, one after the other."""
    if all(isinstance(one, ListValue) for one in lists):
        return ListValue(tuple(item for one in lists if isinstance(one, ListValue) for item in one.items))
    columns = [as_column_list(one) for one in lists if not (isinstance(one, ListValue) and not one.items)]
    kinds = [one.kind for one in columns if one.kind != NULL] or [NULL]
    if len(set(kinds)) > 1:
        raise FeelError(
            "the items {kinds} are of several types; a list in a column has one",
            kind="columns", kinds=", ".join(dict.fromkeys(kinds)),
        )  # fmt: skip
    dtype = common_dtype([one.column.type() for one in columns])
    return ColumnList(kinds[0], reduce(lambda a, b: a + b, (cast_to(one.column, dtype) for one in columns)))


def common_dtype(types: Sequence[idt.DataType]) -> idt.DataType:
    """One type for lists of numbers of several sizes; that of the first for all others."""
    inner = [one.value_type for one in types if isinstance(one, idt.Array)]
    if all(one.is_numeric() for one in inner):
        return idt.Array(op.common_number([Scalar("number", column=ibis.null(one)) for one in inner]))
    return types[0]


def cast_to(column: Any, dtype: idt.DataType) -> Any:
    """The column in a type, left alone when it has it."""
    return column if column.type() == dtype else column.cast(dtype)
