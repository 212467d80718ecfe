"""Going through lists: for, some, every and filters, over known lists and over lists in columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis

from stead.dmn.errors import FeelError, LimitError
from stead.dmn.feel import operators as op
from stead.dmn.feel.column_functions import any_or_all
from stead.dmn.feel.column_lists import (
    column_list,
    each,
    item_of,
    joined_lists,
    kind_text,
    typed_column,
    whole_column,
)
from stead.dmn.feel.properties import steps_of
from stead.dmn.feel.values import (
    BOOLEAN,
    ITEMS_MAX,
    NOTHING,
    NUMBER,
    ColumnList,
    ContextValue,
    ListValue,
    RangeValue,
    Scalar,
    Value,
    column_of,
    described,
    whole_number,
)

Names = Mapping[str, Value]
# What an expression is among more names than its scope has.
Body = Callable[[Names], Value]
Sources = Sequence[tuple[str, Body]]


def gone_through(value: Value) -> list[Value] | ColumnList:
    """What an iteration goes through: items that are known, or a list in a column."""
    if isinstance(value, RangeValue):
        return steps_of(value)
    if isinstance(value, ColumnList):
        return value
    if isinstance(value, Scalar) and value.is_null:
        raise FeelError("null stands where a list should be")
    if not isinstance(value, ListValue | Scalar):
        raise FeelError("a {value} cannot be gone through; use a list or a range", value=described(value))
    return op.lifted(value)


def _count(steps: list[int]) -> None:
    """One step more; raises LimitError when there are too many."""
    steps[0] += 1
    if steps[0] > ITEMS_MAX:
        raise LimitError("the iteration has more than {items_max} steps", items_max=f"{ITEMS_MAX:,}")


@dataclass
class Iteration:
    """A for over one or more sources; `partial` (when it is asked for) is what has come out so far."""

    sources: Sources
    body: Body
    looks_back: bool = False
    made: list[Value] = field(default_factory=list)
    steps: list[int] = field(default_factory=lambda: [0])

    def result(self) -> Value:
        """The list of what came out."""
        return self._over(0, {})

    def _over(self, depth: int, names: Names) -> Value:
        name, source = self.sources[depth]
        items = gone_through(source(names))
        if isinstance(items, ColumnList):
            return self._over_column(items, depth, names)
        is_last = depth + 1 == len(self.sources)
        found = [self._one(depth, {**names, name: item}) for item in items]
        if is_last:
            return ListValue(tuple(found))
        return joined_lists(found)

    def _one(self, depth: int, names: Names) -> Value:
        if depth + 1 < len(self.sources):
            return self._over(depth + 1, names)
        _count(self.steps)
        with_partial = {**names, "partial": ListValue(tuple(self.made))} if self.looks_back else names
        value = self.body(with_partial)
        if self.looks_back:
            self.made.append(value)
        return value

    def _over_column(self, over: ColumnList, depth: int, names: Names) -> Value:
        if self.looks_back:
            raise FeelError("`partial` needs a list of constants, not a column", kind="columns")
        name, _ = self.sources[depth]
        kinds: list[str] = []

        def one(column: Any, _position: Any) -> Any:
            value = self._one(depth, {**names, name: item_of(over, column)})
            kinds.append(kind_text(value))
            return whole_column(value)

        found = each(over.column, one)
        if depth + 1 == len(self.sources):
            return ColumnList(kinds[0], found)
        return ColumnList(kinds[0].removeprefix("list<").removesuffix(">"), found.flatten())


def quantified(
    kind: str, sources: Sources, condition: Body, names: Names | None = None, steps: list[int] | None = None
) -> Scalar:
    """some or every: a disjunction or conjunction in three-valued logic over all combinations.

    names, steps: what the sources before have bound, and how many combinations there were so far.
    """
    names, steps = names or {}, steps if steps is not None else [0]
    if not sources:
        _count(steps)
        held = condition(names)
        if not isinstance(held, Scalar) or held.kind not in {BOOLEAN, "null"}:
            raise FeelError("{where} needs true or false, not a {a}", where=kind, a=described(held))
        return held
    (name, source), *rest = sources
    items = gone_through(source(names))
    if isinstance(items, ColumnList):
        held_in = each(
            items.column,
            lambda column, _: column_of(
                quantified(kind, rest, condition, {**names, name: item_of(items, column)}, steps)
            ).cast("boolean"),
        )
        return Scalar(BOOLEAN, column=any_or_all(held_in, is_any=kind == "some"))
    held_all = [quantified(kind, rest, condition, {**names, name: item}, steps) for item in items]
    return op.any_of(held_all) if kind == "some" else op.all_of(held_all)


def filtered(base: Value, condition: Body) -> Value:
    """The items for which a condition holds, or the one at a position when the condition is a number."""
    if isinstance(base, ColumnList):
        return _filtered_column(base, condition)
    items = op.lifted(base) if not (isinstance(base, Scalar) and base.is_null) else []
    if not items:
        return _of_nothing(condition)
    kept = []
    for item in items:
        held = condition(_names_of(item))
        if isinstance(held, Scalar) and held.kind == NUMBER:
            return _at(items, held)
        held = op.boolean(held, "a filter")
        if not held.known:
            return _filtered_column(column_list(items), condition)
        if held.constant is True:
            kept.append(item)
    return ListValue(tuple(kept))


def _names_of(item: Value) -> Names:
    """What a condition may name: `item` itself, and before it the entries of an item that is a context."""
    return {"item": item, **(dict(item.entries) if isinstance(item, ContextValue) else {})}


def _of_nothing(condition: Body) -> Value:
    """The filter of an empty list: empty, and null for a position."""
    try:
        held = condition({"item": NOTHING})
    except FeelError:
        return ListValue(())
    return NOTHING if isinstance(held, Scalar) and held.kind == NUMBER else ListValue(())


def _at(items: list[Value], position: Scalar) -> Value:
    """The item at a position: from 1, or from the end with -1; null for all others, 0 too."""
    if not position.known:
        return _at_column(column_list(items), position)
    if position.constant is None or position.constant != int(position.constant):
        return NOTHING
    at = int(position.constant)
    index = at - 1 if at > 0 else len(items) + at
    return items[index] if at and 0 <= index < len(items) else NOTHING


def _filtered_column(over: ColumnList, condition: Body) -> Value:
    probe = condition(_names_of(item_of(over, over.column[0])))
    if isinstance(probe, Scalar) and probe.kind == NUMBER:
        return _at_column(over, probe)

    def one(column: Any, _position: Any) -> Any:
        held = op.boolean(condition(_names_of(item_of(over, column))), "a filter")
        return column_of(Scalar(BOOLEAN, held.constant, held.column))

    return ColumnList(over.kind, each(over.column, one, kept=True))


def _at_column(over: ColumnList, position: Scalar) -> Value:
    """The item of a list in a column at a position; null where there is none."""
    if position.known:
        known = position.constant
        if not known or known != int(known):
            return typed_column(ibis.null(over.column.type().value_type), over.kind)
        at = int(known)
        if at > 0:
            return typed_column(over.column[at - 1], over.kind)
        position = Scalar(NUMBER, column=ibis.literal(at, "int64"))
    number = column_of(position)
    whole = whole_number(number)
    length = over.column.length().cast("int64")
    index = ibis.ifelse(whole > 0, whole - 1, length + whole)
    is_there = (whole != 0) & (index >= 0) & (index < length) & (whole == number)
    found = ibis.ifelse(is_there, over.column[index.clip(lower=0)], ibis.null(over.column.type().value_type))
    return typed_column(found, over.kind)
