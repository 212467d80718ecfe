"""Decision tables to column expressions: which rules match, and what the hit policy makes of them."""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import ibis

from stead.dmn.errors import FeelError, Kinds, Place
from stead.dmn.feel import operators as op
from stead.dmn.feel.evaluate import Scope, cell_holds, evaluate_text
from stead.dmn.feel.values import (
    NULL,
    NUMBER,
    ColumnList,
    ContextValue,
    Scalar,
    Value,
    column_of,
    constant,
)  # fmt: skip
from stead.dmn.tables import model as m
from stead.dmn.tables.priority import Ranks, ranks

Stage = Callable[[Any], Any]


@dataclass(frozen=True)
class Result:
    """What a table gives: the outputs by name and the ids of the rules that matched."""

    outputs: tuple[tuple[str, Value], ...]
    rule: Any
    is_multiple: bool

    @property
    def value(self) -> Value:
        """The value of the decision: the only output, or a context of the outputs."""
        if len(self.outputs) == 1:
            return self.outputs[0][1]
        return ContextValue(self.outputs)


@dataclass(frozen=True)
class Compiler:
    """Compiles one decision table in one scope."""

    table: m.DecisionTable
    scope: Scope
    decision: str
    types: Callable[[str], str | None]
    allowed_of: Callable[[m.DecisionTable, m.OutputClause], str] = lambda _table, clause: (
        clause.allowed_values
    )

    def place(self, row: int | None, clause: m.InputClause | m.OutputClause, text: str = "") -> Place:
        """Where a cell stands, or without a row the head of its column; rows count from 1."""
        if isinstance(clause, m.InputClause):
            side, name, index = "input", clause.label, position_of(clause, self.table.inputs)
            at = index
        else:
            side, index = "output", position_of(clause, self.table.outputs)
            name, at = clause.name or clause.label or self.decision, len(self.table.inputs) + index
        rule = self.table.rules[row - 1] if row is not None else None
        entry = rule.entries[at] if rule is not None and at < len(rule.entries) else ""
        identity = rule.id if rule is not None else ""
        return Place(
            self.decision, row, identity, name, text,
            side=side, index=index, clause=clause.id, entry=entry,
        )  # fmt: skip

    def _refuse_language(self, place: Place, clause: m.InputClause | m.OutputClause) -> None:
        """Raises FeelError for a cell, or without a row the head of a column, that is not in FEEL: what is
        spelled alike may mean something else there, as 2 ** 3 ** 2 does in JavaScript."""
        language = clause.language
        if place.row is not None and place.index is not None:
            rule = self.table.rules[place.row - 1]
            at = place.index + (len(self.table.inputs) if place.side == "output" else 0)
            language = rule.languages[at] if at < len(rule.languages) else ""
        if language and place.text.strip() not in {"", "-"}:
            raise FeelError(
                "is written in {language}; only FEEL is evaluated", place, kind="syntax", language=language
            )

    def input_values(self) -> list[Value]:
        """The compiled input expressions."""
        return [self._input(clause) for clause in self.table.inputs]

    def _input(self, clause: m.InputClause) -> Value:
        text, place = clause.expression or clause.label, self.place(None, clause)
        # Where a column only names an input, all languages mean the same.
        if not text.isidentifier():
            self._refuse_language(replace(place, text=text), clause)
        if not text:
            raise FeelError(
                "the column has no expression; write the name of what its cells test", place, kind="syntax"
            )
        return self._evaluated(text, place)

    def _evaluated(self, text: str, place: Place) -> Value:
        try:
            return evaluate_text(text, self.scope)
        except FeelError as error:
            raise error.at(place) from None

    def cells(self) -> list[list[Scalar]]:
        """Row by row and column by column, whether the input satisfies the cell."""
        inputs = self.input_values()
        return [
            [
                self.cell(text, value, row, clause)
                for text, value, clause in zip(rule.inputs, inputs, self.table.inputs, strict=True)
            ]
            for row, rule in enumerate(self.table.rules, start=1)
        ]

    def cell(self, text: str, value: Value, row: int, clause: m.InputClause) -> Scalar:
        """Whether the input of a column satisfies one cell; raises FeelError with its place."""
        place = self.place(row, clause, text)
        self._refuse_language(place, clause)
        try:
            return cell_holds(text, value, self.scope)
        except FeelError as error:
            raise error.at(place) from None

    def output_cells(self) -> list[list[Value]]:
        """Row by row and column by column, the values of the output cells."""
        return [
            [
                self.output(text, row, clause)
                for text, clause in zip(rule.outputs, self.table.outputs, strict=True)
            ]
            for row, rule in enumerate(self.table.rules, start=1)
        ]

    def output(self, text: str, row: int | None, clause: m.OutputClause) -> Value:
        """The value of one output cell, of the type that its column declares."""
        place = self.place(row, clause, text)
        self._refuse_language(place, clause)
        if text.strip() in {"", "-"}:
            return constant(None)
        value = self._evaluated(text, place)
        wanted = self.types(clause.type)
        if wanted and isinstance(value, Scalar) and value.kind not in {wanted, NULL}:
            if self.scope.lenient:
                return constant(None)
            raise FeelError(
                "gives a {type}; the column is declared {wanted}",
                place,
                type=Kinds(value.kind),
                wanted=wanted,
            )
        return value

    def defaults(self) -> list[Value] | None:
        """The default outputs, or None when no column has one."""
        if not any(clause.default for clause in self.table.outputs):
            return None
        return [
            self.output(clause.default, None, clause) if clause.default else constant(None)
            for clause in self.table.outputs
        ]

    def ranks(self) -> Ranks:
        """The priorities of the rules by their outputs."""
        allowed = [self.allowed_of(self.table, clause) for clause in self.table.outputs]
        return ranks(self.output_cells(), allowed, self.scope, self.decision)

    def result(self, stage: Stage) -> Result:
        """The outputs under the table's hit policy."""
        conditions = [op.all_of(row) for row in self.cells()]
        if self.table.hit_policy in "ROC":
            return self._multiple(conditions, stage)
        return self._single(conditions, stage)

    def _single(self, conditions: list[Scalar], stage: Stage) -> Result:
        rows = self.output_cells()
        default = self.defaults()
        # The index is never null, because Spark takes a null index into a list of constants for the first:
        # after the rules come the default outputs (for no rule) and nulls (for rules that clash).
        nothing: list[Value] = [constant(None)] * len(self.table.outputs)
        missing = len(rows)
        first = self._first(conditions, missing)
        if len(rows) > 1 and self.table.hit_policy in "UA":
            first = self._guarded(conditions, first, rows, missing)
        index = stage(first)
        values = [*rows, nothing if default is None else default, nothing]
        outputs = tuple(
            (name, picked([row[i] for row in values], index)) for i, name in enumerate(self.output_names())
        )
        ids: list[Scalar] = [constant(rule.id) for rule in self.table.rules]
        rule = picked([*ids, constant(None), constant(None)], index)
        return Result(outputs, column_of(op.one(rule)), is_multiple=False)

    def _first(self, conditions: list[Scalar], missing: int) -> Any:
        """The number of the rule that the hit policy chooses, not yet looking at clashes."""
        if self.table.hit_policy != "P":
            return first_match(conditions, range(len(conditions)), missing)
        found = self.ranks()
        if found.order is None:
            return found.first(conditions, missing)
        return first_match(conditions, found.order, missing)

    def _guarded(self, conditions: list[Scalar], first: Any, rows: list[list[Value]], missing: int) -> Any:
        """The index of nulls where rules clash: two that match, or under any two with other outputs."""
        clash = ibis.literal(missing + 1, "int16")
        backwards = list(range(len(conditions)))[::-1]
        if self.table.hit_policy == "U":
            return ibis.ifelse(first == first_match(conditions, backwards, missing), first, clash)
        groups = self._groups(rows)
        distinct = sorted(set(groups))
        if len(distinct) == 1:
            return first
        hits = [
            op.any_of([c for c, g in zip(conditions, groups, strict=True) if g == group])
            for group in distinct
        ]
        if not all(isinstance(v, Scalar) and v.known for row in rows for v in row):
            # Outputs that are computed may turn out equal: then the rules do not contradict each other.
            firsts = [rows[groups.index(group)] for group in distinct]
            clashes = [
                op.all_of(
                    [hits[i], hits[j], op.inverted(op.all_of(list(map(op.equal, firsts[i], firsts[j]))))]
                )
                for j in range(len(distinct))
                for i in range(j)
            ]
            return ibis.ifelse(column_of(op.any_of(clashes)), clash, first)
        counted = [ibis.ifelse(column_of(hit), 1, 0).cast("int16") for hit in hits]
        return ibis.ifelse(op.balanced(operator.add, counted) > 1, clash, first)

    def _groups(self, rows: list[list[Value]]) -> list[int]:
        """A number for each rule; the same for rules with the same outputs."""
        seen: dict[Any, int] = {}
        groups = []
        for rule, row in zip(self.table.rules, rows, strict=True):
            known = all(isinstance(value, Scalar) and value.known for value in row)
            key = tuple(op.one(value).constant for value in row) if known else rule.outputs
            groups.append(seen.setdefault(key, len(seen)))
        return groups

    def output_names(self) -> list[str]:
        """Names of the outputs; a single one without a name is called like the decision."""
        return [clause.name or clause.label or self.decision for clause in self.table.outputs]

    def _multiple(self, conditions: list[Scalar], stage: Stage) -> Result:
        matched = stage(self._matched(conditions))
        ids = [constant(rule.id) for rule in self.table.rules]
        rule = matched.map(lambda one: op.one(picked(ids, one)).column)
        rule = ibis.ifelse(matched.length() > 0, rule, ibis.null("array<string>"))
        rows, names = self.output_cells(), self.output_names()
        default = self.defaults()
        outputs = []
        for i, name in enumerate(names):
            values = [op.one(row[i]) for row in rows]
            outputs.append((name, self._gathered(values, matched, default[i] if default else None)))
        return Result(tuple(outputs), rule, is_multiple=self.table.aggregation is None)

    def _matched(self, conditions: list[Scalar]) -> Any:
        """The numbers of the rules that match as an array, in the order of the hit policy."""
        order: Sequence[int] = range(len(conditions))
        if self.table.hit_policy == "O":
            found = self.ranks()
            if found.order is None:
                return found.sorted(conditions)
            order = found.order
        marks = [
            ibis.ifelse(column_of(conditions[row]), ibis.literal(row, "int16"), ibis.null("int16"))
            for row in order
        ]
        return ibis.array(marks).filter(lambda one: one.notnull())

    def _gathered(self, values: list[Scalar], matched: Any, default: Value | None) -> Value:
        """The list of the matched rules' outputs, or its aggregate."""
        kind = kind_of(values)
        wanted = self.table.aggregation
        if wanted == "COUNT" and not self.table.is_distinct:
            return Scalar(NUMBER, column=matched.length().cast("int64"))
        # One type for the outputs and the default, so that neither is rounded to the other's.
        spare = [] if default is None else [op.one(default)]
        columns = op.alike([*values, *spare], kind)
        choices = ibis.array(columns[: len(values)])
        found = matched.map(lambda one: choices[one])
        nothing = columns[-1] if spare else None
        if wanted is not None:
            return self._aggregate(found, values, kind, nothing)
        if nothing is not None:
            found = ibis.ifelse(matched.length() > 0, found, ibis.array([nothing]))
        return ColumnList(kind, found)

    def _aggregate(self, found: Any, values: list[Scalar], kind: str, nothing: Any) -> Value:
        """The sum, least, greatest or number of the matched outputs; null when one of them is, as it is for
        FEEL's functions of these names. `nothing`: the default output, which stands where no rule matches."""
        wanted = self.table.aggregation
        if kind != NUMBER and wanted == "SUM":
            raise FeelError("the sum of {type} values is not defined", Place(self.decision), type=Kinds(kind))
        dtype = found.type().value_type
        may_be_null = any(value.is_null or not value.known for value in values)
        has_null = found.map(lambda one: one.isnull()).anys() if may_be_null else ibis.literal(False)
        chosen = found.unique() if self.table.is_distinct else found
        if wanted == "COUNT":
            nulls = has_null.fill_null(False).cast("int64")
            return Scalar(NUMBER, column=chosen.filter(lambda one: one.notnull()).length() + nulls)
        total = {"SUM": "sums", "MIN": "mins", "MAX": "maxs"}[str(wanted)]
        column = getattr(chosen, total)().cast(dtype)
        if may_be_null:
            column = ibis.ifelse(has_null, ibis.null(dtype), column)
        if nothing is not None:
            column = ibis.ifelse(found.length() > 0, column, nothing)
        return Scalar(kind, column=column)


def position_of(clause: object, clauses: Sequence[object]) -> int:
    """The position of a clause: itself and not one that is spelled the same."""
    return next(i for i, one in enumerate(clauses) if one is clause)


def first_match(conditions: Sequence[Scalar], order: Sequence[int], missing: int) -> Any:
    """The number of the first rule in this order whose condition is true, as one searched CASE."""
    branches = []
    otherwise = missing
    for row in order:
        condition = conditions[row]
        if condition.known:
            if condition.constant is True:
                # Whatever comes after a rule that always matches is never looked at.
                otherwise = row
                break
            continue
        branches.append((condition.column, ibis.literal(row, "int16")))
    last = ibis.literal(otherwise, "int16")
    return ibis.cases(*branches, else_=last).cast("int16") if branches else last


def zipped(lists: dict[str, Any]) -> list[dict[str, Any]]:
    """One context for each rule that matched, from one list for each output."""
    rows = zip(*((one or []) for one in lists.values()), strict=True)
    return [dict(zip(lists, row, strict=True)) for row in rows]


def kind_of(values: Sequence[Scalar]) -> str:
    """The one kind of several scalars; null goes with every kind."""
    kinds = {value.kind for value in values} - {NULL}
    if len(kinds) > 1:
        raise FeelError(
            "the outputs of one column are of several types: {kinds}", kinds=Kinds(", ".join(sorted(kinds)))
        )
    return kinds.pop() if kinds else NULL


def picked(values: Sequence[Value], index: Any) -> Value:
    """The value at an index from 0; null where the index is null."""
    if all(isinstance(value, Scalar) for value in values):
        scalars = [op.one(value) for value in values]
        kind = kind_of(scalars)
        columns = op.alike(scalars, kind)
        if all(value.known for value in scalars):
            # A constant list is looked up in one step, where a CASE would go through the rules again.
            return Scalar(kind, column=ibis.array(columns)[index])
        branches = [(position, column) for position, column in enumerate(columns)]
        return Scalar(kind, column=index.cases(*branches, else_=ibis.null(columns[0].type())))
    contexts = [value for value in values if isinstance(value, ContextValue)]
    if contexts and len(contexts) == len(values):
        names = [name for name, _ in contexts[0].entries]
        columns_of = {name: [one.get(name) or constant(None) for one in contexts] for name in names}
        return ContextValue(tuple((name, picked(column, index)) for name, column in columns_of.items()))
    raise FeelError(
        "output cells should be single values; lists and ranges cannot be put in a column", kind="columns"
    )
