"""check(): what is wrong with a model, found by itself, with row, column and an example for each finding."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import ibis

from stead.dmn.check import pieces
from stead.dmn.check.findings import Dimension, Finding, Sayer, not_allowed, note, of_error
from stead.dmn.check.inner_tables import inner_tables
from stead.dmn.check.regions import Box, Regions, TooManyError
from stead.dmn.errors import DmnError, FeelError, Place
from stead.dmn.feel import operators as op
from stead.dmn.feel.evaluate import Evaluator, Scope, cell_holds
from stead.dmn.feel.foreign import translated
from stead.dmn.feel.parser import parse_tests
from stead.dmn.feel.values import NULL, NUMBER, Scalar, Value, constant, dtype_of_kind, kind_of_constant
from stead.dmn.tables import binding
from stead.dmn.tables import model as m
from stead.dmn.tables.compiled import Stager, graph_over, out_dtype, planned
from stead.dmn.tables.declared import WHOLE, allowed_values, output_values
from stead.dmn.tables.hit_policies import Compiler

_GAPS_MAX = 20
_OVERLAPS_MAX = 100
# Cells by pieces of their column; a table with more is not looked at as a whole.
_TESTS_MAX = 60_000


def check(model: m.Model) -> list[Finding]:
    """All findings of a model, in the order of its decisions, then its functions, and their rows."""
    found: list[Finding] = []
    for decision in model.all_decisions:
        found.extend(check_decision(model, decision))
    owners: tuple[m.Decision | m.Knowledge, ...] = (*model.all_decisions, *model.knowledge_models)
    for owner in owners:
        for inside, table in inner_tables(model, owner):
            for one in check_decision(inside, table):
                placed = replace(one, place=replace(one.place, decision_id=owner.id))
                # An error stops the decision that the table is in, and is said there already.
                if placed not in found:
                    found.append(placed)
    return found


def check_decision(model: m.Model, decision: m.Decision) -> list[Finding]:
    """The findings of one decision; what it requires is checked for itself."""
    found: list[Finding] = []
    try:
        with translated():
            found.extend(_findings(model, decision))
    except FeelError as error:
        place = error.place or Place(decision.name)
        if place.decision != decision.name and place.decision in model.decisions:
            return []  # a required decision is wrong, which is said there
        found.append(of_error(error, place))
    except DmnError as error:
        found.append(Finding("type", Place(decision.name), error.template, values=error.values))
    return [replace(one, place=replace(one.place, decision_id=decision.id)) for one in found]


def _findings(model: m.Model, decision: m.Decision) -> Iterator[Finding]:
    plan = planned(model, decision)
    leaves = [leaf for group in plan.trees.values() for one in group for leaf in one.leaves()]
    table = ibis.table({**binding.placeholder(leaves), "__dmn_none": "int64"}, name="given")
    graph = graph_over(plan, Stager(table))
    if decision.table is None:
        graph.decision(decision)
    else:
        compiler = graph.compiler(decision.table, graph.scope(decision), decision.name)
        yield from TableCheck(model, decision, compiler).findings()


@dataclass(frozen=True)
class TableCheck:
    """The checks of one decision table."""

    model: m.Model
    decision: m.Decision
    compiler: Compiler

    @property
    def table(self) -> m.DecisionTable:
        """The table."""
        return self.compiler.table

    @property
    def scope(self) -> Scope:
        """The names in scope."""
        return self.compiler.scope

    def findings(self) -> Iterator[Finding]:
        """Errors of cells first; only a table without any is looked at as a whole."""
        try:
            inputs = self.compiler.input_values()
        except FeelError as error:
            yield of_error(error, error.place or Place(self.decision.name))
            return
        wrong = [*self._allowed(inputs), *self._cells(inputs), *self._outputs()]
        yield from wrong
        if any(one.kind in {"syntax", "name", "type"} for one in wrong):
            return
        # Cells that are right by themselves may not go together; raises FeelError with the reason.
        for _, value in self.compiler.result(lambda column: column).outputs:
            out_dtype(value)
        yield from self._whole(inputs)

    def _cells(self, inputs: Sequence[Value]) -> Iterator[Finding]:
        for row, rule in enumerate(self.table.rules, start=1):
            for text, value, clause in zip(rule.inputs, inputs, self.table.inputs, strict=True):
                place = self.compiler.place(row, clause, text)
                try:
                    self.compiler.cell(text, value, row, clause)
                    yield from self._outside(text, self._allowed_input(clause), place)
                except FeelError as error:
                    yield of_error(error, place)

    def _allowed(self, inputs: Sequence[Value]) -> Iterator[Finding]:
        """Errors of the allowed values; each is said once, at the head of its column."""
        for clause, value in zip(self.table.inputs, inputs, strict=True):
            yield from self._head(self._allowed_input(clause), value, clause)
        for out in self.table.outputs:
            text = output_values(self.model, self.table, out, self.decision.type)
            kind = self.compiler.types(out.type) or self._kind_of(text)
            yield from self._head(text, Scalar(kind, column=ibis.null(dtype_of_kind(kind))), out)

    def _kind_of(self, text: str) -> str:
        """The kind of allowed values whose column declares none, which takes that of the decision then."""
        constants = pieces.safe_constants(text, self.scope) or []
        kinds = {kind_of_constant(one) for one in constants if one is not None}
        return kinds.pop() if len(kinds) == 1 else NULL

    def _head(self, text: str, value: Value, clause: m.InputClause | m.OutputClause) -> Iterator[Finding]:
        try:
            if text and isinstance(value, Scalar) and value.kind == NULL:
                parse_tests(text, self.scope.parse_names)  # of no one type: only whether it is FEEL
            elif text:
                cell_holds(text, value, self.scope)
        except FeelError as error:
            yield of_error(error, self.compiler.place(None, clause, text))

    def _allowed_input(self, clause: m.InputClause) -> str:
        if clause.allowed_values:
            return clause.allowed_values
        declared = next((data.type for data in self.model.input_data if data.name == clause.expression), "")
        return allowed_values(self.model, clause.type) or allowed_values(self.model, declared)

    def _outside(self, text: str, allowed: str, place: Place) -> Iterator[Finding]:
        """Constants of a cell that the allowed values do not have."""
        for one in pieces.safe_constants(text, self.scope) or [] if allowed else []:
            # The end of an interval may lie outside; what counts is a single value.
            is_single = not any(sign in text for sign in ("<", ">", ".."))
            if is_single and one is not None and not self._holds(allowed, one):
                yield not_allowed(one, allowed, place)

    def _holds(self, text: str, value: Any) -> bool:
        try:
            return cell_holds(text, constant(value), self.scope).constant is True
        except FeelError:
            return False

    def _outputs(self) -> Iterator[Finding]:
        for row, rule in enumerate(self.table.rules, start=1):
            for text, clause in zip(rule.outputs, self.table.outputs, strict=True):
                yield from self._output(text, row, clause)
        for clause in self.table.outputs:
            if clause.default:
                yield from self._output(clause.default, None, clause)

    def _output(self, text: str, row: int | None, clause: m.OutputClause) -> Iterator[Finding]:
        place = self.compiler.place(row, clause, text)
        try:
            value = self.compiler.output(text, row, clause)
        except FeelError as error:
            yield of_error(error, place)
            return
        allowed = output_values(self.model, self.table, clause, self.decision.type)
        known = value.constant if isinstance(value, Scalar) and value.known else None
        if allowed and known is not None and not self._holds(allowed, known):
            yield not_allowed(known, allowed, place)

    def _whole(self, inputs: Sequence[Value]) -> Iterator[Finding]:
        """Overlaps, contradictions, gaps and rules that never match."""
        dimensions, opaque = self._dimensions(inputs)
        yield from opaque
        if dimensions is None:
            return
        if self._is_large(dimensions):
            yield note(
                Place(self.decision.name),
                "the table is too large to look through: overlaps and gaps are not checked",
            )
            return
        boxes = self._boxes(dimensions)
        regions = Regions(tuple(dimension.allowed for dimension in dimensions), boxes)
        say = Sayer(self.compiler, dimensions)
        try:
            yield from self._clashes(regions, say)
            yield from self._never(regions, say)
            if self.table.hit_policy in "UAPF" and not any(clause.default for clause in self.table.outputs):
                yield from self._gaps(regions, say)
        except TooManyError:
            yield note(
                Place(self.decision.name),
                "the table has too many combinations to look through: gaps may be missing here",
            )

    def _dimensions(self, inputs: Sequence[Value]) -> tuple[list[Dimension] | None, list[Finding]]:
        """One dimension for each input expression, or notes that say which cells forbid an exact answer."""
        notes: list[Finding] = []
        constants: dict[str, list[Any]] = {}
        kinds: dict[str, str] = {}
        clauses: dict[str, m.InputClause] = {}
        for column, (clause, value) in enumerate(zip(self.table.inputs, inputs, strict=True)):
            name = clause.expression or clause.label
            clauses.setdefault(name, clause)
            kinds[name] = value.kind if isinstance(value, Scalar) else "list"
            texts = [(row, rule.inputs[column]) for row, rule in enumerate(self.table.rules, start=1)]
            for row, text in [*texts, (None, self._allowed_input(clause))]:
                found = pieces.safe_constants(text, self.scope)
                if found is None:
                    place = self.compiler.place(row, clause, text)
                    notes.append(
                        note(
                            place,
                            "compares with more than constants: "
                            "overlaps and gaps of this table are not checked",
                        )
                    )
                constants.setdefault(name, []).extend(found or [])
        if notes:
            return None, notes
        try:
            return [self._dimension(n, kinds[n], constants[n], clauses[n]) for n in constants], []
        except pieces.OpaqueError:
            return None, [
                note(
                    Place(self.decision.name),
                    "an input of this type cannot be analysed: "
                    "overlaps and gaps of this table are not checked",
                )
            ]

    def _dimension(self, name: str, kind: str, constants: list[Any], clause: m.InputClause) -> Dimension:
        if kind == NULL:
            raise pieces.OpaqueError
        types = {clause.type, next((d.type for d in self.model.input_data if d.name == name), "")}
        is_whole = kind == NUMBER and bool(types & WHOLE)
        cut = tuple(pieces.cut(pieces.WHOLE if is_whole else kind, constants))
        allowed = self._allowed_input(clause)
        inside = sum(
            1 << i
            for i, p in enumerate(cut)
            if p.example is None or not allowed or self._holds(allowed, p.example)
        )
        return Dimension(name, kind, cut, inside)

    def _is_large(self, dimensions: Sequence[Dimension]) -> bool:
        pieces_of = {dimension.label: len(dimension.pieces) for dimension in dimensions}
        tests = sum(
            len({rule.inputs[column] for rule in self.table.rules})
            * pieces_of[clause.expression or clause.label]
            for column, clause in enumerate(self.table.inputs)
        )
        return tests > _TESTS_MAX

    def _boxes(self, dimensions: Sequence[Dimension]) -> list[Box]:
        """The pieces that each rule accepts in each dimension, as bits."""
        by_label = {dimension.label: i for i, dimension in enumerate(dimensions)}
        boxes = [[(1 << len(dimension.pieces)) - 1 for dimension in dimensions] for _ in self.table.rules]
        for column, clause in enumerate(self.table.inputs):
            at = by_label[clause.expression or clause.label]
            masks = self._masks({rule.inputs[column] for rule in self.table.rules}, dimensions[at])
            for box, rule in zip(boxes, self.table.rules, strict=True):
                box[at] &= masks[rule.inputs[column]]
        return [tuple(box) for box in boxes]

    def _masks(self, texts: set[str], dimension: Dimension) -> dict[str, int]:
        nodes = {text: parse_tests(text, self.scope.parse_names) for text in texts}
        masks = dict.fromkeys(texts, 0)
        for position, piece in enumerate(dimension.pieces):
            # Null is one of the column's kind, as it is in the data: a null that had none would make a
            # cell `true` a condition that holds whatever the input is.
            value = Scalar(dimension.kind, piece.example)
            evaluator = Evaluator(self.scope.afresh().with_names({"?": value}))
            for text, node in nodes.items():
                if evaluator.test(node, value).constant is True:
                    masks[text] |= 1 << position
        return masks

    def _clashes(self, regions: Regions, say: "Sayer") -> Iterator[Finding]:
        if self.table.hit_policy not in "UA":
            return
        outputs = [self._meaning(row) for row in range(len(self.table.rules))]
        count = 0
        for later in range(len(self.table.rules)):
            for earlier in range(later):
                if self.table.hit_policy == "A" and outputs[earlier] == outputs[later]:
                    continue
                shared = regions.overlap(earlier, later)
                if shared is None:
                    continue
                count += 1
                if count > _OVERLAPS_MAX:
                    return
                yield say.clash(earlier, later, shared, contradicts=self.table.hit_policy == "A")

    def _meaning(self, row: int) -> tuple[Any, ...]:
        """The outputs of a rule so that equal ones compare equal."""
        found: list[Any] = []
        for text, clause in zip(self.table.rules[row].outputs, self.table.outputs, strict=True):
            value = self.compiler.output(text, row + 1, clause)
            found.append(op.one(value).constant if isinstance(value, Scalar) and value.known else text)
        return tuple(found)

    def _never(self, regions: Regions, say: "Sayer") -> Iterator[Finding]:
        order = list(range(len(self.table.rules)))
        is_ordered = self.table.hit_policy == "F"
        if self.table.hit_policy == "P" and (known := self.compiler.ranks().order) is not None:
            # Where an output is computed, so is the order: which rule comes first is then not known here.
            order, is_ordered = known, True
        for position, row in enumerate(order):
            earlier = order[:position] if is_ordered else []
            if regions.first_for(row, []) is None:
                yield say.never(row, "can never match: no allowed value satisfies all its cells")
            elif earlier and regions.first_for(row, earlier) is None and self.table.hit_policy == "F":
                yield say.never(row, "can never match: rules above it match wherever it would")
            elif earlier and regions.first_for(row, earlier) is None:
                yield say.never(row, "can never match: rules of higher priority match wherever it would")

    def _gaps(self, regions: Regions, say: "Sayer") -> Iterator[Finding]:
        found = regions.gaps(_GAPS_MAX + 1)
        for region in found[:_GAPS_MAX]:
            yield say.gap(region)
        if len(found) > _GAPS_MAX:
            yield note(
                Place(self.decision.name), "there are more gaps than the {gaps_max} named", gaps_max=_GAPS_MAX
            )
