"""The inputs of a model as columns of a table: which column stands for which name, and of what type."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import ibis.expr.datatypes as idt

from stead.dmn.errors import DmnError, FeelError, Kinds, LimitError, Place
from stead.dmn.feel import nodes
from stead.dmn.feel.column_lists import dtype_of, holds, typed_column
from stead.dmn.feel.functions import BUILT_IN
from stead.dmn.feel.parser import parse_expression, parse_tests
from stead.dmn.feel.type_texts import split_type
from stead.dmn.feel.values import (
    DATE_TIME,
    STRING,
    ContextValue,
    Scalar,
    Value,
    dtype_of_kind,
    finite,
    kind_of_constant,
    kind_of_dtype,
    of_column,
)  # fmt: skip
from stead.dmn.tables import model as m
from stead.dmn.tables.declared import TypeTexts, base_kind, component_names
from stead.dmn.tables.naming import column_name
from stead.dmn.tables.requirements import refuse_unrequired

_DEPTH_MAX = 20
_LEAVES_MAX = 5_000


@dataclass(frozen=True)
class Leaf:
    """One input value: its FEEL path, its column, its kind (None when the model does not say)."""

    path: str
    column: str
    kind: str | None
    is_list: bool = False


@dataclass(frozen=True)
class Tree:
    """An input of the model: a leaf, or named parts."""

    name: str
    leaf: Leaf | None
    parts: tuple["Tree", ...] = ()

    def leaves(self) -> list[Leaf]:
        """All leaves."""
        found = [self.leaf] if self.leaf is not None else []
        return found + [leaf for part in self.parts for leaf in part.leaves()]


@dataclass
class Planter:
    """Makes trees of a model's types, and refuses types that contain themselves or grow without measure."""

    model: m.Model
    columns: Mapping[str, str]
    count: int = 0
    finite: set[str] = field(default_factory=set)  # types that are known not to contain themselves
    types: TypeTexts = field(init=False)

    def __post_init__(self) -> None:
        self.types = TypeTexts(self.model)

    def tree(self, name: str, type_ref: str, path: str = "") -> Tree:
        """The columns of an input of a type; a structure has one column for each component."""
        path = self._below(path, name)
        self._refuse_circle(type_ref)
        item = self.model.types.get(type_ref)
        while item is not None and not item.components and not item.is_collection:
            type_ref, item = item.type_ref, self.model.types.get(item.type_ref)
        if item is not None and item.is_collection:
            return self._list(name, path, item)
        if item is not None:
            return Tree(name, None, self._parts(item, path))
        return Tree(name, Leaf(path, self._column(path), base_kind(self.model, type_ref)))

    def _refuse_circle(self, type_ref: str) -> None:
        for _ in range(_DEPTH_MAX):
            item = self.model.types.get(type_ref)
            if item is None or item.components:
                return
            type_ref = item.type_ref
        raise DmnError(
            "item definition {type_ref} refers to itself or over more than {depth_max}",
            type_ref=repr(type_ref),
            depth_max=_DEPTH_MAX,
        )

    def _list(self, name: str, path: str, item: m.ItemDefinition) -> Tree:
        """A list in one column; of its items the type as FEEL writes it, or None when it says nothing."""
        if self._contains_itself(item, ()):
            raise _endless(path)
        inner = split_type(self.types.of_item(item))[1]
        kind = base_kind(self.model, item.type_ref) if "Any" in inner else inner
        return Tree(name, Leaf(path, self._column(path), kind, is_list=True))

    def _contains_itself(self, item: m.ItemDefinition, above: tuple[str, ...]) -> bool:
        """Whether a type has itself among its parts, such as a tree of nodes; `above`: the types it is in."""
        if any(self._contains_itself(part, above) for part in item.components):
            return True
        named = self.model.types.get(item.type_ref)
        if named is None or named.name in self.finite:
            return False
        if named.name in above or len(above) > _DEPTH_MAX:
            return True
        found = self._contains_itself(named, (*above, named.name))
        if not found:
            self.finite.add(named.name)
        return found

    def _column(self, path: str) -> str:
        column = self.columns.get(path) or column_name(path)
        if not column:
            raise FeelError(
                "the name {path} has no letter or digit to name a column by", kind="name", path=repr(path)
            )
        return column

    def _parts(self, item: m.ItemDefinition, path: str) -> tuple[Tree, ...]:
        return tuple(self._part(part, path) for part in item.components)

    def _part(self, part: m.ItemDefinition, path: str) -> Tree:
        if part.is_collection:
            return self._list(part.name, self._below(path, part.name), part)
        if part.components:
            return Tree(part.name, None, self._parts(part, self._below(path, part.name)))
        return self.tree(part.name, part.type_ref, path)

    def _below(self, path: str, name: str) -> str:
        path = f"{path}.{name}" if path else name
        self.count += 1
        if path.count(".") > _DEPTH_MAX:
            raise _endless(path)
        if self.count > _LEAVES_MAX:
            raise LimitError(
                "the types of the inputs have more than {leaves_max} components",
                leaves_max=f"{_LEAVES_MAX:,}",
            )
        return path


def _endless(path: str) -> FeelError:
    return FeelError("the type of input {path} contains itself", kind="columns", path=repr(path[:80]))


def inputs_of(model: m.Model, decision: m.Decision, columns: Mapping[str, str]) -> tuple[Tree, ...]:
    """The inputs that a decision names itself: declared ones, and undeclared names in its table."""
    found: dict[str, Tree] = {}
    given: set[str] = set()
    planter = Planter(model, columns)
    for required in decision.requires:
        other = model.by_id.get(required)
        if isinstance(other, m.InputData):
            found[other.name] = planter.tree(other.name, _type_in_use(model, other, decision))
        elif other is not None:
            given.add(other.name)
    given |= {k.name for one in decision.knowledge if (k := model.by_id.get(one)) is not None}
    if decision.table is not None:
        for index, clause in enumerate(decision.table.inputs):
            text = clause.expression or clause.label
            if text and text not in {*found, *given} and _is_plain_name(text, found, given, model):
                place = Place(decision.name, column=clause.label, side="input", index=index, clause=clause.id)
                refuse_unrequired(model, decision, text, place)
                found[text] = planter.tree(text, clause.type or _kind_in_cells(decision.table, clause))
    return tuple(found.values())


def _is_plain_name(text: str, found: Mapping[str, Tree], given: set[str], model: m.Model) -> bool:
    """Whether a column tests an input that nothing declares.

    The name of a function, such as `sum`, is one too: no cell could test the function itself.
    """
    names = set(found) | given | component_names(model)
    try:
        node = parse_expression(text, names | set(BUILT_IN))
    except FeelError:
        # A name with spaces that nothing declares reads like several names.
        return all(part.replace("_", "").isalnum() for part in text.split())
    return isinstance(node, nodes.Name) and node.name not in names


def _type_in_use(model: m.Model, data: m.InputData, decision: m.Decision) -> str:
    """The declared type, or where there is none, that of the column which reads the input."""
    if data.type and data.type != "Any":
        return data.type
    if decision.table is not None:
        for clause in decision.table.inputs:
            if clause.expression == data.name:
                return clause.type or _kind_in_cells(decision.table, clause)
    del model
    return ""


def _kind_in_cells(table: m.DecisionTable, clause: m.InputClause) -> str:
    """The type of the constants in a column's cells, for a column that declares none."""
    position = table.inputs.index(clause)
    for rule in table.rules:
        try:
            node = parse_tests(rule.inputs[position], ())
        except FeelError:
            continue
        for inner in nodes.walk(node):
            if isinstance(inner, nodes.Literal) and inner.value is not None:
                return kind_of_constant(inner.value)
    return ""


def placeholder(leaves: list[Leaf]) -> dict[str, idt.DataType]:
    """The schema of a table that has the inputs and nothing else; unknown kinds are texts."""
    schema: dict[str, idt.DataType] = {}
    for leaf in leaves:
        dtype = dtype_of(leaf.kind or STRING)
        schema[leaf.column] = idt.Array(dtype) if leaf.is_list else dtype
    return schema


def widest(types: list[idt.DataType]) -> idt.DataType:
    """One number type that holds all of several."""
    if any(dtype.is_floating() for dtype in types):
        return idt.float64
    decimals = [dtype for dtype in types if isinstance(dtype, idt.Decimal)]
    if not decimals:
        return idt.int64
    scale = max(int(dtype.scale or 0) for dtype in decimals)
    before = max(
        [
            19 if len(decimals) < len(types) else 0,
            *(int(d.precision or 0) - int(d.scale or 0) for d in decimals),
        ]
    )
    return idt.Decimal(38, scale) if before + scale <= 38 else idt.float64


def bound(one: Tree, table: Any, wanted: frozenset[str] | None, said: Place) -> Value | None:
    """The value of an input from a table's columns; None when no column of it is wanted."""
    if one.leaf is None:
        entries = [(part.name, bound(part, table, wanted, said)) for part in one.parts]
        return ContextValue(tuple((name, value) for name, value in entries if value is not None))
    leaf = one.leaf
    if wanted is not None and leaf.column not in wanted:
        return None
    if leaf.column not in table.columns:
        have = ", ".join(table.columns[:40])
        raise DmnError(
            "{said}: input {path} should be in column {column}, which is not in the table; "
            "it has: {have}. Add the column or say which one to use with columns={{{path}: ...}}",
            said=said,
            path=repr(leaf.path),
            column=repr(leaf.column),
            have=have,
        )
    column = table[leaf.column]
    if leaf.is_list and leaf.kind and holds(column.type(), f"list<{leaf.kind}>"):
        return typed_column(column, f"list<{leaf.kind}>")
    if leaf.kind is None or leaf.is_list:
        return of_column(column)
    kind = kind_of_dtype(column.type())
    is_count = leaf.kind.endswith("duration") and column.type().is_integer()
    if kind == DATE_TIME and leaf.kind == "date":
        raise DmnError(
            "{said}: column {column} is a {dtype}; input {path} is a date: cast it",
            said=said,
            column=repr(leaf.column),
            dtype=column.type(),
            path=repr(leaf.path),
        )
    if kind not in {leaf.kind, "null"} and not is_count:
        raise DmnError(
            "{said}: column {column} is {dtype}; input {path} is a {type}",
            said=said,
            column=repr(leaf.column),
            dtype=column.type(),
            path=repr(leaf.path),
            type=Kinds(leaf.kind),
        )
    if kind == "null":
        column = column.cast(dtype_of_kind(leaf.kind))
    return Scalar(leaf.kind, column=finite(column))
