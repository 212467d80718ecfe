"""Boxed expressions, business knowledge models and the requirement graph to compiled values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stead.dmn.errors import DmnError, FeelError, LimitError, Place
from stead.dmn.feel import operators as op
from stead.dmn.feel.evaluate import Scope, evaluate_text
from stead.dmn.feel.foreign import translated
from stead.dmn.feel.iteration import Body, Iteration, filtered, quantified
from stead.dmn.feel.types import conformed_kind
from stead.dmn.feel.values import (
    ColumnList,
    ContextValue,
    FunctionValue,
    ListValue,
    Value,
    constant,
)
from stead.dmn.feel.weight import Spent
from stead.dmn.tables import model as m
from stead.dmn.tables.declared import TypeTexts, base_kind, component_names, output_values, returned_type
from stead.dmn.tables.hit_policies import Compiler, Result

_CALLS_MAX = 50
_ALL_CALLS_MAX = 10_000


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
    spent: Spent = field(default_factory=Spent)
    types: TypeTexts = field(init=False)

    def __post_init__(self) -> None:
        self.types = TypeTexts(self.model)

    def decision(self, decision: m.Decision) -> Value:
        """The value of a decision, after those that it requires."""
        if decision.id in self.results:
            return self.results[decision.id]
        if decision.id in self.under_way:
            circle = " -> ".join([*self.under_way, decision.id])
            raise DmnError(
                "decision {name} requires itself: {circle}", name=repr(decision.name), circle=circle
            )
        if len(self.under_way) > _CALLS_MAX:
            raise LimitError("decisions require each other more than {calls_max} deep", calls_max=_CALLS_MAX)
        self.under_way.append(decision.id)
        scope = self.scope(decision)
        if decision.expression is None:
            raise DmnError(
                "decision {name} has no expression; give it a table or a literal expression",
                name=repr(decision.name),
            )
        try:
            with translated():
                if decision.table is not None:
                    result = self.compiler(decision.table, scope, decision.name).result(self.stage)
                    self.tables[decision.id] = result
                    value = result.value
                else:
                    value = self.expression(decision.expression, scope, decision.name)
                    value = self.conformed(decision.type, value)
        except FeelError as error:
            raise error.at(Place(decision.name)) from None
        self.under_way.pop()
        self.results[decision.id] = value
        return value

    def conformed(self, type_ref: str, value: Value) -> Value:
        """The value as a declared type has it; what a table gives under rule order and its like is taken as
        it is, since the lists of its outputs stand beside each other there."""
        if isinstance(value, ContextValue) and any(isinstance(v, ColumnList) for _, v in value.entries):
            return value
        return conformed_kind(self.types.text(type_ref), value, lenient=self.lenient)

    def argument(self, type_ref: str, value: Value) -> Value:
        """An argument as a parameter's type has it; a call with another one is an error, also in a lenient
        model, whose whole call is then null."""
        return conformed_kind(self.types.text(type_ref), value, lenient=False)

    def scope(self, decision: m.Decision) -> Scope:
        """The names that a decision may use: its inputs, the decisions and the knowledge that it requires."""
        names: dict[str, Value] = dict(self.inputs(decision))
        for required in decision.requires:
            other = self.model.by_id.get(required)
            if isinstance(other, m.Decision):
                names[other.name] = self.settle(self.decision(other))
                self.results[other.id] = names[other.name]
        names |= self.knowledge(decision.knowledge, 0)
        return Scope(names, component_names(self.model), self.lenient, self.types, spent=self.spent)

    def knowledge(self, ids: tuple[str, ...], depth: int) -> dict[str, Value]:
        """Business knowledge models and decision services as functions."""
        if depth > _CALLS_MAX:
            raise DmnError(
                "business knowledge models require each other more than {calls_max} deep",
                calls_max=_CALLS_MAX,
            )
        found: dict[str, Value] = {}
        for one in ids:
            known = self.model.by_id.get(one)
            if not isinstance(known, m.Knowledge | m.DecisionService):
                continue
            if one not in self.functions:
                self.functions[one] = self._callable(known, depth)
            found[known.name] = self.functions[one]
        return found

    def _callable(self, known: m.Knowledge | m.DecisionService, depth: int) -> FunctionValue:
        if isinstance(known, m.DecisionService):
            return self.service(known)
        names = {known.name: _calls_itself(known.name), **self.knowledge(known.knowledge, depth + 1)}
        inner = Scope(names, component_names(self.model), self.lenient, self.types, spent=self.spent)
        return self.function(known.function, inner, known.name)

    def service(self, service: m.DecisionService) -> FunctionValue:
        """A decision service as a function: its output, or a context of its outputs."""
        given = [self.model.by_id[one] for one in service.inputs if one in self.model.by_id]
        wanted = [one for i in service.outputs if isinstance(one := self.model.by_id.get(i), m.Decision)]
        types = [one.type if isinstance(one, m.InputData | m.Decision) else "" for one in given]

        def apply(*arguments: Value) -> Value:
            if len(arguments) != len(given):
                expected = ", ".join(one.name for one in given)
                raise FeelError(
                    "{name}() takes ({expected}); given: {arguments}",
                    name=service.name,
                    expected=expected,
                    arguments=len(arguments),
                )
            self.count_call()
            values = [self.argument(*pair) for pair in zip(types, arguments, strict=True)]
            by_id = {one.id: value for one, value in zip(given, values, strict=True)}
            inside = Graph(
                self.model, lambda decision: self._inputs_in(by_id, decision), self.stage, self.settle,
                self.lenient, results=by_id, under_way=[*self.under_way], calls=self.calls,
                spent=self.spent,
            )  # fmt: skip
            made = [(decision.name, inside.decision(decision)) for decision in wanted]
            self.calls = inside.calls
            value = made[0][1] if len(made) == 1 else ContextValue(tuple(made))
            return self.conformed(returned_type(self.model, service.type), value)

        return FunctionValue(service.name, tuple(one.name for one in given), apply)

    def _inputs_in(self, by_id: Mapping[str, Value], decision: m.Decision) -> dict[str, Value]:
        """The input data that a decision inside a service sees."""
        needs = (self.model.by_id.get(required) for required in decision.requires)
        return {
            data.name: by_id.get(data.id, constant(None)) for data in needs if isinstance(data, m.InputData)
        }

    def count_call(self) -> None:
        """One call more; raises LimitError when there are too many."""
        self.calls += 1
        if self.calls > _ALL_CALLS_MAX:
            raise LimitError(
                "functions of the model are called more than {all_calls_max} times",
                all_calls_max=f"{_ALL_CALLS_MAX:,}",
            )

    def function(self, function: m.FunctionExpression, scope: Scope, name: str) -> FunctionValue:
        """A boxed function in its scope."""
        names = tuple(parameter for parameter, _ in function.parameters)
        types = [type_ref for _, type_ref in function.parameters]

        def apply(*arguments: Value) -> Value:
            if len(arguments) != len(names):
                raise FeelError(
                    "{name}() takes ({names}); given: {arguments}",
                    name=name,
                    names=", ".join(names),
                    arguments=len(arguments),
                )
            if function.body is None:
                raise FeelError("{name}() has no body", name=name)
            self.count_call()
            given = [self.argument(*pair) for pair in zip(types, arguments, strict=True)]
            inside = scope.with_names(dict(zip(names, given, strict=True)))
            return self.expression(function.body, inside, name)

        return FunctionValue(name, names, apply)

    def compiler(self, table: m.DecisionTable, scope: Scope, name: str) -> Compiler:
        """The compiler of a table in a scope."""

        def allowed(table: m.DecisionTable, clause: m.OutputClause) -> str:
            decided = self.model.decisions.get(name)
            return output_values(self.model, table, clause, decided.type if decided is not None else "")

        return Compiler(table, scope, name, lambda type_ref: base_kind(self.model, type_ref), allowed)

    def expression(self, expression: m.Expression, scope: Scope, name: str) -> Value:
        """The value of any boxed expression; in a lenient model an error of type is null."""
        if not self.lenient:
            return self._value(expression, scope, name)
        try:
            return self._value(expression, scope, name)
        except FeelError as error:
            if error.kind in {"columns", "syntax"}:
                raise
            return constant(None)

    def _value(self, expression: m.Expression, scope: Scope, name: str) -> Value:  # noqa: PLR0911
        if isinstance(expression, m.LiteralExpression | m.Invocation | m.IterationExpression):
            return self.conformed(expression.type, self._typed(expression, scope, name))
        match expression:
            case m.DecisionTable():
                return self.compiler(expression, scope, name).result(lambda column: column).value
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
                raise FeelError(
                    "a boxed {expression} cannot be compiled to columns",
                    kind="columns",
                    expression=expression.kind,
                )

    def _typed(
        self, expression: m.LiteralExpression | m.Invocation | m.IterationExpression, scope: Scope, name: str
    ) -> Value:
        """What an expression gives that may declare a type of its own."""
        match expression:
            case m.LiteralExpression():
                return self._literal(expression, scope, name)
            case m.Invocation():
                return self._invocation(expression, scope, name)
            case m.IterationExpression():
                return self._iteration(expression, scope, name)

    def _iteration(self, expression: m.IterationExpression, scope: Scope, name: str) -> Value:
        def among(part: m.Expression) -> Body:
            return lambda names: self.expression(part, scope.with_names(names), name)

        source, body = among(expression.source), among(expression.body)
        if expression.kind == "filter":
            return filtered(source({}), body)
        sources = [(expression.variable, source)]
        if expression.kind == "for":
            return Iteration(sources, body).result()
        return quantified(expression.kind, sources, body)

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
            raise FeelError(
                "{function} is invoked but is not a function", Place(name), function=repr(expression.function)
            )
        given = {parameter: self.expression(body, scope, name) for parameter, body in expression.bindings}
        unknown = sorted(set(given) - set(function.parameters))
        if unknown:
            wanted = ", ".join(function.parameters)
            raise FeelError(
                "{name}() has no parameter {unknown}; it takes ({wanted})",
                Place(name),
                name=function.name,
                unknown=repr(unknown[0]),
                wanted=wanted,
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


def _calls_itself(name: str) -> FunctionValue:
    """What a function is called by inside itself: a query over columns has no end that depends on a row."""

    def apply(*_arguments: Value) -> Value:
        raise FeelError(
            "{name}() calls itself, which no query over columns does; write an iteration",
            kind="columns",
            name=name,
        )

    return FunctionValue(name, (), apply)
