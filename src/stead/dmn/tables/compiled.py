"""compile(): a decision of a model as a function from table to table, and explain() for one row."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import ibis
import ibis.expr.datatypes as idt
import ibis.expr.operations as ops
from ibis.expr.types import Table

from stead.dmn.errors import DmnError, FeelError, Place
from stead.dmn.feel import operators as op
from stead.dmn.feel.column_lists import number_afresh
from stead.dmn.feel.foreign import translated
from stead.dmn.feel.values import (
    COMPUTED_NUMBER,
    NULL,
    NUMBER,
    ColumnList,
    ContextValue,
    ListValue,
    Scalar,
    Value,
    column_of,
)  # fmt: skip
from stead.dmn.tables import binding
from stead.dmn.tables import model as m
from stead.dmn.tables.boxed import Graph
from stead.dmn.tables.hit_policies import kind_of
from stead.dmn.tables.naming import column_name
from stead.dmn.tables.oneline import OneRow
from stead.dmn.tables.requirements import decision_of, refuse_shared_columns, refuse_unclear

_TEMPORARY = "__dmn_"


class Stager:
    """A table that grows by one column each time a value has to be computed only once.

    Each column is a sub-select of its own, because a value that stands in several expressions of one
    select is computed again in each.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.added: list[str] = []

    def stage(self, column: Any) -> Any:
        """The column, computed once and referred to from here on."""
        name = f"{_TEMPORARY}{len(self.added)}"
        self.added.append(name)
        self.table = self.table.mutate(**{name: column})
        return self.table[name]

    def settle(self, value: Value) -> Value:
        """A value whose columns are all staged, for use in other decisions."""
        if isinstance(value, Scalar) and not value.known:
            return replace(value, column=self.stage(value.column))
        if isinstance(value, ColumnList):
            return ColumnList(value.kind, self.stage(value.column))
        if isinstance(value, ContextValue):
            return ContextValue(tuple((name, self.settle(entry)) for name, entry in value.entries))
        return value


@dataclass(frozen=True)
class Compiled:
    """A decision compiled to columns: call it with a table to get the table with the outputs added."""

    model: m.Model
    decision: m.Decision
    inputs: tuple[str, ...]
    outputs: Mapping[str, idt.DataType]
    trees: Mapping[str, tuple[binding.Tree, ...]]
    lenient: bool = False

    def __call__(self, table: Table, prefix: str = "") -> Table:
        """The table with one column for each output (prefix + its name), and for a decision table
        `<prefix><decision>_rule`: the id of the rule that matched, null for none; a list of ids where the
        hit policy lets several match. Rows and their order are those of the table.

        Raises DmnError when a column is missing, of another type, or there already.
        """
        return applied(self, table, prefix)

    def expressions(self, table: Table) -> dict[str, Any]:
        """The outputs and the rule as expressions of the table's own columns, for a select of the caller's.

        Keyed like the columns of the table form. One sub-select less for each decision, which counts where a
        table is applied to many columns of the same row; each output evaluates the rules for itself.
        """
        outputs, rule, _, _ = evaluated(self, table, Unstaged(table))
        found = {column_name(name): _column(v, self.outputs[column_name(name)]) for name, v in outputs}
        return found if rule is None else found | {f"{column_name(self.decision.name)}_rule": rule}

    def one(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The outputs for one row, keyed like the columns of the table form; the query is prepared once."""
        values = self._decider.run(self.by_column(row))
        return dict(zip(self._decider.names, values, strict=True))

    def by_column(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row keyed by FEEL names or by columns, keyed by columns."""
        return {self.columns.get(name, name): value for name, value in row.items()}

    @cached_property
    def schema(self) -> dict[str, idt.DataType]:
        """The columns that are read, with types that hold any value of their kind."""
        leaves = [leaf for group in self.trees.values() for one in group for leaf in one.leaves()]
        return {k: v for k, v in binding.placeholder(leaves).items() if k in self.inputs}

    @cached_property
    def columns(self) -> dict[str, str]:
        """The column of each FEEL name."""
        leaves = (leaf for group in self.trees.values() for one in group for leaf in one.leaves())
        return {leaf.path: leaf.column for leaf in leaves}

    @cached_property
    def _decider(self) -> OneRow:
        return OneRow(self.schema, lambda table: applied(self, table, "").drop(*table.columns))

    @cached_property
    def explainer(self) -> OneRow:
        """The prepared query of explain()."""
        return OneRow(self.schema, lambda table: explained(self, table))


def compile(  # noqa: A001 - the word of the trade, used as dmn.compile
    model: m.Model, decision: str, columns: Mapping[str, str] | None = None, *, lenient: bool = False
) -> Compiled:
    """A decision (by name or id) as a function from table to table.

    columns: FEEL name (for a part of a structure, its path such as "Loan.rate") to column name; a name
    that is not there stands in the column of the same name, lower case, with "_" for spaces and punctuation.
    lenient: an error of type within an expression is null, as the standard has it, and not an error here.

    Raises DmnError with decision, row, column, cell text and what would be right.
    """
    plan = plan_of(model, decision, columns, lenient=lenient)
    with translated(Place(plan.decision.name)):
        return _compiled(plan)


def _compiled(plan: Compiled) -> Compiled:
    """The plan with the columns that it reads and makes."""
    chosen = plan.decision
    leaves = {leaf.path: leaf for group in plan.trees.values() for one in group for leaf in one.leaves()}
    table = ibis.table(
        binding.placeholder(list(leaves.values())) or {f"{_TEMPORARY}none": "int64"}, name="given"
    )
    outputs, rule, stager, _ = evaluated(plan, table)
    types = {column_name(name): out_dtype(value) for name, value in outputs}
    if len(types) < len(outputs) or (rule is not None and f"{column_name(chosen.name)}_rule" in types):
        raise DmnError("{said}: two outputs have the same column name; rename one", said=Place(chosen.name))
    expressions = [_column(value, types[column_name(name)]) for name, value in outputs]
    read = _read(table, stager, [*expressions, *([rule] if rule is not None else [])])
    if any(dtype.is_timestamp() for dtype in table.schema().values()):
        read |= _read_of_instants(plan, table)
    inputs = tuple(name for name in table.columns if name in read)
    return replace(plan, inputs=inputs, outputs=types)


def _read(table: Table, stager: Stager, expressions: list[Any]) -> set[str]:
    """The table's columns that the expressions read."""
    whole = stager.table.select(**{f"o{i}": expression for i, expression in enumerate(expressions)})
    return {field.name for field in whole.op().find(ops.Field) if field.rel is table.op()}


def _read_of_instants(plan: Compiled, table: Table) -> set[str]:
    """The columns that are read when those of dates and times hold instants: what compares a local time
    with an instant is null whatever the column holds, and so seems not to read it."""
    instants = {
        name: idt.Timestamp("UTC") if dtype.is_timestamp() else dtype
        for name, dtype in table.schema().items()
    }
    given = ibis.table(instants, name="given")
    outputs, rule, stager, _ = evaluated(plan, given)
    columns = [_column(value, out_dtype(value)) for _, value in outputs]
    return _read(given, stager, [*columns, *([rule] if rule is not None else [])])


def plan_of(
    model: m.Model, decision: str, columns: Mapping[str, str] | None = None, *, lenient: bool = False
) -> Compiled:
    """A decision with its inputs, before anything in it is evaluated: what compile() starts from."""
    return planned(model, decision_of(model, decision), columns, lenient=lenient)


def planned(
    model: m.Model, decision: m.Decision, columns: Mapping[str, str] | None = None, *, lenient: bool = False
) -> Compiled:
    """The plan of a decision of the model."""
    columns = columns or {}
    trees = {}
    for one in needed(model, decision):
        refuse_unclear(model, one)
        trees[one.id] = binding.inputs_of(model, one, columns)
    leaves = (leaf for group in trees.values() for one in group for leaf in one.leaves())
    refuse_shared_columns({leaf.path: leaf.column for leaf in leaves}, columns)
    return Compiled(model, decision, (), {}, trees, lenient)


def needed(model: m.Model, decision: m.Decision) -> list[m.Decision]:
    """A decision and all those that it requires, directly or not."""
    found: dict[str, m.Decision] = {}
    waiting = [decision]
    while waiting:
        one = waiting.pop()
        if one.id in found:
            continue
        found[one.id] = one
        others = (model.by_id.get(required) for required in one.requires)
        waiting.extend(other for other in others if isinstance(other, m.Decision))
    return list(found.values())


def graph_over(plan: Compiled, stager: Stager) -> Graph:
    """The evaluation of the plan's model over a table."""
    number_afresh()
    wanted = frozenset(plan.inputs) if plan.outputs else None

    def inputs(decision: m.Decision) -> dict[str, Value]:
        values = {}
        for one in plan.trees[decision.id]:
            value = binding.bound(one, stager.table, wanted, Place(plan.decision.name))
            if value is not None:
                values[one.name] = value
            elif one.leaf is not None:
                values[one.name] = Scalar(one.leaf.kind or NULL, None)
        return values

    return Graph(plan.model, inputs, stager.stage, stager.settle, plan.lenient)


class Unstaged(Stager):
    """A table that stays as it is: a value that is used twice is written twice."""

    def stage(self, column: Any) -> Any:
        """The column itself."""
        return column


def evaluated(
    plan: Compiled, table: Table, stager: Stager | None = None
) -> tuple[list[tuple[str, Value]], Any, Stager, Value]:
    """The outputs by name, the rule column (None without a table), the staged table, the whole value."""
    stager = stager or Stager(table)
    graph = graph_over(plan, stager)
    value = graph.decision(plan.decision)
    result = graph.tables.get(plan.decision.id)
    if result is not None:
        return list(result.outputs), result.rule, stager, value
    if isinstance(value, ContextValue):
        return list(value.entries), None, stager, value
    return [(plan.decision.name, value)], None, stager, value


def out_dtype(value: Value) -> idt.DataType:
    """The column type of an output: as narrow as its constants allow; computed numbers have ten decimals."""
    if isinstance(value, ColumnList):
        return value.column.type()
    if isinstance(value, ListValue):
        items = [op.one(item) for item in value.items]
        return idt.Array(op.alike(items, kind_of(items))[0].type() if items else idt.string)
    if not isinstance(value, Scalar):
        raise FeelError(
            "a context, range or function inside an output cannot be put in a column", kind="columns"
        )
    dtype: idt.DataType = column_of(value).type()
    if value.kind == NUMBER and not value.known and (dtype.is_floating() or dtype.is_decimal()):
        return _number_out(dtype)
    return dtype.copy(nullable=True)


def _number_out(dtype: idt.DataType) -> idt.DataType:
    if isinstance(dtype, idt.Decimal) and (dtype.precision or 38) < 38:
        return dtype
    scale = int(dtype.scale or 0) if isinstance(dtype, idt.Decimal) else 0
    return idt.Decimal(38, scale) if scale > 10 else COMPUTED_NUMBER


def _column(value: Value, dtype: idt.DataType) -> Any:
    if isinstance(value, ColumnList):
        column = value.column
    elif isinstance(value, ListValue):
        items = [op.one(item) for item in value.items]
        column = ibis.array(op.alike(items, kind_of(items))) if items else ibis.literal([], dtype)
    else:
        column = column_of(op.one(value))
    if column.type() == dtype:
        return column
    # A double may be larger than any decimal number, and one of 38 digits than one with more places: then
    # the output is null, and the rest of the table is decided.
    given = column.type()
    may_not_fit = given.is_floating() or (
        isinstance(given, idt.Decimal) and isinstance(dtype, idt.Decimal) and given != dtype
    )
    return column.try_cast(dtype) if may_not_fit else column.cast(dtype)


def applied(plan: Compiled, table: Table, prefix: str) -> Table:
    """See Compiled.__call__."""
    said = Place(plan.decision.name)
    outputs, rule, stager, _ = evaluated(plan, table)
    columns = {prefix + column_name(name): _column(v, plan.outputs[column_name(name)]) for name, v in outputs}
    if rule is not None:
        columns[f"{prefix}{column_name(plan.decision.name)}_rule"] = rule
    taken = [name for name in columns if name in table.columns]
    if taken:
        raise DmnError(
            "{said}: the table has a column {taken} already; give another prefix or drop it first",
            said=said,
            taken=repr(taken[0]),
        )
    return stager.table.mutate(**columns).select(*table.columns, *columns)


def explained(plan: Compiled, table: Table) -> Table:
    """The table with one boolean column c<row>_<column> for each cell of the plan's decision table."""
    if plan.decision.table is None:
        raise DmnError(
            "{said} is not a decision table; only tables have cells to explain",
            said=Place(plan.decision.name),
        )
    stager = Stager(table)
    graph = graph_over(plan, stager)
    scope = graph.scope(plan.decision)
    cells = graph.compiler(plan.decision.table, scope, plan.decision.name).cells()
    named = {f"c{i}_{j}": column_of(cell) for i, row in enumerate(cells) for j, cell in enumerate(row)}
    return stager.table.select(**named) if named else stager.table


def explain(decision: Compiled, row: Mapping[str, Any]) -> list[list[bool | None]]:
    """For each rule and each input cell, whether the row satisfies it; None where the standard says null.

    row: values by FEEL name or by column name. A rule matches when all its cells are True.
    """
    table = decision.decision.table
    if table is None:
        raise DmnError(
            "{said} is not a decision table; only tables have cells to explain",
            said=Place(decision.decision.name),
        )
    values = iter(decision.explainer.run(decision.by_column(row)))
    return [[next(values) for _ in table.inputs] for _ in table.rules]
