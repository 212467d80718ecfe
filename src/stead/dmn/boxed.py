"""Boxed expressions, business knowledge models and the requirement graph to compiled values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stead.dmn import model as m
from stead.dmn import operators as op
from stead.dmn.errors import DmnError, FeelError, LimitError, Place
from stead.dmn.evaluate import Scope, evaluate_text
from stead.dmn.tables import Compiler, Result
from stead.dmn.values import (
    NULL,
    NUMBER,
    SCALAR_KINDS,
    ColumnList,
    ContextValue,
    FunctionValue,
    ListValue,
    Scalar,
    Value,
    constant,
)

KINDS = {
    **{kind: kind for kind in SCALAR_KINDS}, "dateTime": "date and time", "dateAndTime": "date and time",
    "dayTimeDuration": "days and time duration", "yearMonthDuration": "years and months duration",
}  # fmt: skip
# dmn-js offers these types for numbers; the check then knows that nothing lies between 1 and 2.
WHOLE = frozenset({"integer", "int", "long"})
KINDS |= dict.fromkeys((*WHOLE, "double", "decimal"), NUMBER)
_CALLS_MAX = 50
_ALL_CALLS_MAX = 10_000


def base_kind(model: m.Model, type_ref: str) -> str | None:
    """The FEEL kind of a simple type, through item definitions; None for structures, lists and Any."""
    for _ in range(_CALLS_MAX):
        if type_ref in KINDS:
            return KINDS[type_ref]
        item = model.types.get(type_ref)
        if item is None or item.components or item.is_collection:
            return None
        type_ref = item.type_ref
    raise DmnError(f"item definition {type_ref!r} refers to itself")


def component_names(model: m.Model) -> frozenset[str]:
    """All names of components, which expressions may use after a dot."""
    names: set[str] = set()
    waiting = list(model.item_definitions)
    while waiting:
        item = waiting.pop()
        names.update(component.name for component in item.components)
        waiting.extend(item.components)
    return frozenset(names)


def allowed_values(model: m.Model, type_ref: str) -> str:
    """The allowed values of a type as text, the nearest definition first; empty when there are none."""
    for _ in range(_CALLS_MAX):
        item = model.types.get(type_ref)
        if item is None or item.allowed_values:
            return item.allowed_values if item is not None else ""
        type_ref = item.type_ref
    return ""


def output_values(model: m.Model, table: m.DecisionTable, clause: m.OutputClause, decision_type: str) -> str:
    """The allowed values of an output column: its own, those of its type, or those of the decision's type."""
    found = clause.allowed_values or allowed_values(model, clause.type)
    if found:
        return found
    for type_ref in (table.type, decision_type):
        if len(table.outputs) == 1 and (found := allowed_values(model, type_ref)):
            return found
        item = model.types.get(type_ref)
        for part in item.components if item is not None else ():
            if part.name == clause.name:
                return part.allowed_values or allowed_values(model, part.type_ref)
    return ""


def conformed(model: m.Model, type_ref: str, value: Value) -> Value:
    """The value as a declared type has it (DMN 1.5, 10.3.2.9.4): a list of one for its item and the reverse,
    null for a value of another kind."""
    item = model.types.get(type_ref)
    if item is not None and item.is_collection:
        return value if isinstance(value, ListValue | ColumnList | ContextValue) else ListValue((value,))
    kind = base_kind(model, type_ref)
    if kind is None:
        return value
    if isinstance(value, ListValue) and len(value.items) == 1:
        value = value.items[0]
    if isinstance(value, Scalar) and value.kind not in {kind, NULL}:
        return Scalar(kind, None)
    return value


@dataclass
class Graph:
    """Evaluates decisions of a model over given inputs, each decision once."""

    model: m.Model
    inputs: Callable[[m.Decision], Mapping[str, Value]]
    stage: Callable[[Any], Any]
    settle: Callable[[Value], Value]
    lenient: bool = False
    results: dict[str, Value] = field(default_factory=dict)
    tables: dict[str, Result] = field(default_factory=dict)
    under_way: list[str] = field(default_factory=list)
    functions: dict[str, FunctionValue] = field(default_factory=dict)
    calls: int = 0

    def decision(self, decision: m.Decision) -> Value:
        """The value of a decision, after those that it requires."""
        if decision.id in self.results:
            return self.results[decision.id]
        if decision.id in self.under_way:
            circle = " -> ".join([*self.under_way, decision.id])
            raise DmnError(f"decision {decision.name!r} requires itself: {circle}")
        if len(self.under_way) > _CALLS_MAX:
            raise LimitError(f"decisions require each other more than {_CALLS_MAX} deep")
        self.under_way.append(decision.id)
        scope = self.scope(decision)
        if decision.expression is None:
            raise DmnError(
                f"decision {decision.name!r} has no expression; give it a table or a literal expression"
            )
        try:
            if decision.table is not None:
                result = self.compiler(decision.table, scope, decision.name).result(self.stage)
                self.tables[decision.id] = result
                value = result.value
            else:
                value = self.expression(decision.expression, scope, decision.name)
                value = conformed(self.model, decision.type, value)
        except FeelError as error:
            raise error.at(Place(decision.name)) from None
        self.under_way.pop()
        self.results[decision.id] = value
        return value

    def scope(self, decision: m.Decision) -> Scope:
        """The names that a decision may use: its inputs, the decisions and the knowledge that it requires."""
        names: dict[str, Value] = dict(self.inputs(decision))
        for required in decision.requires:
            other = self.model.by_id.get(required)
            if isinstance(other, m.Decision):
                names[other.name] = self.settle(self.decision(other))
                self.results[other.id] = names[other.name]
        names |= self.knowledge(decision.knowledge, 0)
        return Scope(names, component_names(self.model), self.lenient)

    def knowledge(self, ids: tuple[str, ...], depth: int) -> dict[str, Value]:
        """Business knowledge models as functions."""
        if depth > _CALLS_MAX:
            raise DmnError(f"business knowledge models require each other more than {_CALLS_MAX} deep")
        found: dict[str, Value] = {}
        for one in ids:
            known = self.model.by_id.get(one)
            if not isinstance(known, m.Knowledge):
                continue
            if one not in self.functions:
                inner = Scope(
                    self.knowledge(known.knowledge, depth + 1), component_names(self.model), self.lenient
                )
                self.functions[one] = self.function(known.function, inner, known.name)
            found[known.name] = self.functions[one]
        return found

    def function(self, function: m.FunctionExpression, scope: Scope, name: str) -> FunctionValue:
        """A boxed function in its scope."""
        names = tuple(parameter for parameter, _ in function.parameters)

        def apply(*arguments: Value) -> Value:
            if len(arguments) != len(names):
                raise FeelError(f"{name}() takes ({', '.join(names)}), not {len(arguments)} arguments")
            if function.body is None:
                raise FeelError(f"{name}() has no body")
            self.calls += 1
            if self.calls > _ALL_CALLS_MAX:
                raise LimitError(f"functions of the model are called more than {_ALL_CALLS_MAX:,} times")
            inside = scope.with_names(dict(zip(names, arguments, strict=True)))
            return self.expression(function.body, inside, name)

        return FunctionValue(name, names, apply)

    def compiler(self, table: m.DecisionTable, scope: Scope, name: str) -> Compiler:
        """The compiler of a table in a scope."""

        def allowed(table: m.DecisionTable, clause: m.OutputClause) -> str:
            decided = self.model.decisions.get(name)
            return output_values(self.model, table, clause, decided.type if decided is not None else "")

        return Compiler(table, scope, name, lambda type_ref: base_kind(self.model, type_ref), allowed)

    def expression(self, expression: m.Expression, scope: Scope, name: str) -> Value:  # noqa: PLR0911
        """The value of any boxed expression."""
        match expression:
            case m.LiteralExpression():
                return self._literal(expression, scope, name)
            case m.DecisionTable():
                return self.compiler(expression, scope, name).result(lambda column: column).value
            case m.Invocation():
                return self._invocation(expression, scope, name)
            case m.ContextExpression():
                return self._context(expression, scope, name)
            case m.ListExpression():
                return ListValue(tuple(self.expression(item, scope, name) for item in expression.items))
            case m.Relation():
                return self._relation(expression, scope, name)
            case m.FunctionExpression():
                return self.function(expression, scope, name)
            case m.ConditionalExpression():
                condition, then, otherwise = (
                    self.expression(part, scope, name)
                    for part in (expression.condition, expression.then, expression.otherwise)
                )
                return op.chosen(op.boolean(condition, "if"), then, otherwise)
            case m.UnsupportedExpression():
                raise FeelError(f"a boxed {expression.kind} cannot be compiled to columns")

    def _relation(self, expression: m.Relation, scope: Scope, name: str) -> Value:
        rows = []
        for row in expression.rows:
            cells = [self.expression(cell, scope, name) for cell in row]
            rows.append(ContextValue(tuple(zip(expression.columns, cells, strict=False))))
        return ListValue(tuple(rows))

    def _literal(self, expression: m.LiteralExpression, scope: Scope, name: str) -> Value:
        if not expression.text:
            return constant(None)
        try:
            return evaluate_text(expression.text, scope)
        except FeelError as error:
            raise error.at(Place(name, text=expression.text)) from None

    def _invocation(self, expression: m.Invocation, scope: Scope, name: str) -> Value:
        function = evaluate_text(expression.function, scope)
        if not isinstance(function, FunctionValue):
            raise FeelError(f"{expression.function!r} is invoked but is not a function", Place(name))
        given = {parameter: self.expression(body, scope, name) for parameter, body in expression.bindings}
        unknown = sorted(set(given) - set(function.parameters))
        if unknown:
            wanted = ", ".join(function.parameters)
            raise FeelError(
                f"{function.name}() has no parameter {unknown[0]!r}; it takes ({wanted})", Place(name)
            )
        return function.apply(*(given.get(parameter, constant(None)) for parameter in function.parameters))

    def _context(self, expression: m.ContextExpression, scope: Scope, name: str) -> Value:
        entries: list[tuple[str, Value]] = []
        for key, body in expression.entries:
            value = self.expression(body, scope, name)
            entries.append((key, value))
            scope = scope.with_names({key: value})
        if expression.result is not None:
            return self.expression(expression.result, scope, name)
        return ContextValue(tuple(entries))
