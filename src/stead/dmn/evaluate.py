"""Frozen FEEL expressions to compiled values, in a scope of names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from stead.dmn import conformance, feel, temporal
from stead.dmn import operators as op
from stead.dmn.arithmetic import arithmetic, negated
from stead.dmn.errors import FeelError, LimitError
from stead.dmn.functions import BUILT_IN
from stead.dmn.parser import parse_expression, parse_tests
from stead.dmn.properties import property_of, steps_of
from stead.dmn.values import (
    BOOLEAN,
    ITEMS_MAX,
    NOTHING,
    ColumnList,
    ContextValue,
    FunctionValue,
    ListValue,
    RangeValue,
    Scalar,
    Value,
    column_of,
    constant,
    described,
    of_column,
)  # fmt: skip
from stead.dmn.weight import bounded

_STEPS_MAX = 20_000


@dataclass(frozen=True)
class Scope:
    """The names that an expression may use; `lenient` makes errors of type null, as the standard does."""

    names: Mapping[str, Value]
    spaced: frozenset[str] = frozenset()
    lenient: bool = False
    steps: list[int] = field(default_factory=lambda: [0])

    def with_names(self, more: Mapping[str, Value]) -> "Scope":
        """The scope inside an expression that binds names."""
        return Scope({**self.names, **more}, self.spaced, self.lenient, self.steps)

    def afresh(self) -> "Scope":
        """The scope for another expression, whose steps are counted by themselves."""
        return replace(self, steps=[0])

    def count(self) -> None:
        """One step more of the expression at hand; raises LimitError when it goes through too many."""
        self.steps[0] += 1
        if self.steps[0] > _STEPS_MAX:
            raise LimitError(
                "the expression takes more than {steps_max} steps; split it up", steps_max=f"{_STEPS_MAX:,}"
            )

    @cached_property
    def parse_names(self) -> frozenset[str]:
        """What the lexer has to know: the names in scope, of entries, and of functions."""
        return frozenset(self.names) | self.spaced | frozenset(BUILT_IN)


def evaluate_text(text: str, scope: Scope) -> Value:
    """The compiled value of a FEEL text."""
    return bounded(Evaluator(scope.afresh()).value(parse_expression(text, scope.parse_names)))


def cell_holds(text: str, value: Value, scope: Scope) -> Scalar:
    """Whether the input of a column satisfies a cell's unary tests: a boolean, null where that is unknown."""
    node = parse_tests(text, scope.parse_names)
    held = Evaluator(scope.afresh().with_names({"?": value})).test(node, value)
    bounded(held)
    return held


@dataclass(frozen=True)
class Evaluator:
    """Evaluates expressions in one scope."""

    scope: Scope
    handlers: Mapping[type, Callable[[Any], Value]] = field(init=False)

    def __post_init__(self) -> None:
        handlers: dict[type, Callable[[Any], Value]] = {
            feel.Literal: lambda node: constant(node.value), feel.At: self._at, feel.Name: self._name,
            feel.Path: self._path, feel.Call: self._call,
            feel.Negate: lambda n: negated(self.value(n.operand)),
            feel.Arithmetic: lambda n: arithmetic(n.operator, self.value(n.left), self.value(n.right)),
            feel.Compare: self._compare, feel.Between: self._between, feel.In: self._in,
            feel.And: lambda n: op.all_of(self._truths(n.items)),
            feel.Or: lambda n: op.any_of(self._truths(n.items)),
            feel.If: self._if, feel.Quantified: self._quantified, feel.For: self._for,
            feel.ListOf: lambda n: ListValue(tuple(self.value(item) for item in n.items)),
            feel.ContextOf: self._context, feel.Range: self._range, feel.Lambda: self._lambda,
            feel.Filter: self._filter, feel.InstanceOf: self._instance_of,
        }  # fmt: skip
        object.__setattr__(self, "handlers", handlers)

    def value(self, node: feel.Node) -> Value:
        """The value of an expression; in a lenient scope an error of type is null."""
        handler = self.handlers.get(type(node))
        if handler is None:
            raise FeelError(
                "{expression} expressions cannot be compiled to columns",
                kind="columns",
                expression=type(node).__name__.lower(),
            )
        self.scope.count()
        if not self.scope.lenient:
            return handler(node)
        try:
            return handler(node)
        except FeelError as error:
            # What columns cannot hold is no error of the model, and null would be a wrong value.
            if error.kind == "columns":
                raise
            return NOTHING

    def inside(self, more: Mapping[str, Value]) -> "Evaluator":
        """The evaluator for an expression that binds more names."""
        return Evaluator(self.scope.with_names(more))

    def _truths(self, nodes: tuple[feel.Node, ...]) -> list[Value]:
        """Values for a conjunction or disjunction; in a lenient scope what is no boolean counts as null."""
        values = [self.value(node) for node in nodes]
        return [NOTHING if self.scope.lenient and not _is_boolean(value) else value for value in values]

    def _at(self, node: feel.At) -> Value:
        value = temporal.temporal_from(node.text)
        if value is None:
            raise FeelError(
                '@"{text}" is neither a date nor a time nor a duration; write @"2026-01-31"', text=node.text
            )
        return constant(value)

    def _name(self, node: feel.Name) -> Value:
        found = self.scope.names.get(node.name) or BUILT_IN.get(node.name)
        if found is None:
            known = ", ".join(sorted(self.scope.names)) or "none"
            raise FeelError(
                "the name {name} is unknown; names here are: {known}",
                kind="name",
                name=repr(node.name),
                known=known,
            )
        return found

    def _path(self, node: feel.Path) -> Value:
        base = self.value(node.base)
        if isinstance(base, ContextValue):
            found = base.get(node.name)
            if found is None:
                known = ", ".join(name for name, _ in base.entries)
                raise FeelError(
                    "there is no entry {name}; entries are: {known}", name=repr(node.name), known=known
                )
            return found
        if isinstance(base, ListValue):
            return ListValue(tuple(property_of(item, node.name) for item in base.items))
        return property_of(base, node.name)

    def _call(self, node: feel.Call) -> Value:
        function = self.value(node.function)
        if not isinstance(function, FunctionValue):
            raise FeelError("a {function} is called like a function", function=described(function))
        arguments = [self.value(argument) for argument in node.arguments]
        if node.named:
            arguments = self._by_name(function, dict(node.named))
        try:
            return function.apply(*arguments)
        except TypeError as error:
            if "argument" not in str(error):
                raise
            wanted = ", ".join(function.parameters)
            raise FeelError(
                "{name}() takes ({wanted}), not {arguments} arguments",
                name=function.name,
                wanted=wanted,
                arguments=len(arguments),
            ) from None

    def _by_name(self, function: FunctionValue, named: dict[str, feel.Node]) -> list[Value]:
        unknown = set(named) - set(function.parameters)
        if unknown:
            wanted = ", ".join(function.parameters)
            raise FeelError(
                "{name}() has no parameter {unknown}; it takes ({wanted})",
                name=function.name,
                unknown=repr(min(unknown)),
                wanted=wanted,
            )
        return [self.value(named[name]) if name in named else NOTHING for name in function.parameters]

    def _compare(self, node: feel.Compare) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        if node.operator == "=":
            return op.equal(left, right)
        if node.operator == "!=":
            return op.inverted(op.equal(left, right))
        return op.compared(node.operator, left, right)

    def _between(self, node: feel.Between) -> Value:
        low, high = op.one(self.value(node.low)), op.one(self.value(node.high))
        return op.in_range(self.value(node.value), RangeValue(low, high, low_closed=True, high_closed=True))

    def _in(self, node: feel.In) -> Value:
        value = self.value(node.value)
        return self.inside({"?": value}).test(feel.Tests(node.tests), value)

    def _if(self, node: feel.If) -> Value:
        (condition,) = self._truths((node.condition,))
        condition = op.boolean(condition, "if")
        return op.chosen(condition, self.value(node.then), self.value(node.otherwise))

    def _filter(self, node: feel.Filter) -> Value:
        base = self.value(node.base)
        if isinstance(base, ColumnList):
            return self._filtered_column(base, node.condition)
        items = op.lifted(base) if not (isinstance(base, Scalar) and base.is_null) else []
        position = (
            None if not isinstance(node.condition, feel.Literal | feel.Negate) else self.value(node.condition)
        )
        if isinstance(position, Scalar) and isinstance(position.constant, Decimal):
            at = int(position.constant)
            found = items[at - 1 : at] if at > 0 else items[at:][:1] if -at <= len(items) else []
            return found[0] if found and at else NOTHING
        kept = []
        for item in items:
            names = dict(item.entries) if isinstance(item, ContextValue) else {}
            held = op.boolean(self.inside({**names, "item": item}).value(node.condition), "a filter")
            if not held.known:
                raise FeelError(
                    "a filter over a list of fixed length needs a condition on constants", kind="columns"
                )
            if held.constant is True:
                kept.append(item)
        return ListValue(tuple(kept))

    def _filtered_column(self, base: ColumnList, condition: feel.Node) -> Value:
        def one(item: Any) -> Any:
            held = self.inside({"item": Scalar(base.kind, column=item)}).value(condition)
            return column_of(op.boolean(held, "a filter"))

        if isinstance(condition, feel.Literal) and isinstance(condition.value, Decimal):
            at = int(condition.value)
            return Scalar(base.kind, column=base.column[at - 1 if at > 0 else at])
        return ColumnList(base.kind, base.column.filter(one))

    def _instance_of(self, node: feel.InstanceOf) -> Value:
        return conformance.is_instance(self.value(node.value), node.type_name)

    def _range(self, node: feel.Range) -> Value:
        low = None if node.low is None else op.one(self.value(node.low))
        high = None if node.high is None else op.one(self.value(node.high))
        return RangeValue(low, high, node.low_closed, node.high_closed)

    def _context(self, node: feel.ContextOf) -> Value:
        inside = self
        entries: list[tuple[str, Value]] = []
        for name, expression in node.entries:
            value = inside.value(expression)
            entries.append((name, value))
            inside = inside.inside({name: value})
        return ContextValue(tuple(entries))

    def _lambda(self, node: feel.Lambda) -> Value:
        def apply(*arguments: Value) -> Value:
            if len(arguments) != len(node.parameters):
                raise FeelError(
                    "the function takes {parameters} arguments, not {arguments}",
                    parameters=len(node.parameters),
                    arguments=len(arguments),
                )
            given = [
                conformance.conformed_kind(kind, value, lenient=self.scope.lenient)
                for kind, value in zip(node.types, arguments, strict=True)
            ]
            return self.inside(dict(zip(node.parameters, given, strict=True))).value(node.body)

        return FunctionValue("function", node.parameters, apply)

    def _combinations(self, iterators: tuple[tuple[str, feel.Node], ...]) -> list["Evaluator"]:
        """One evaluator for each combination of items, in order."""
        inside = [self]
        for name, source in iterators:
            following: list[Evaluator] = []
            for one in inside:
                following.extend(one.inside({name: item}) for item in one.items(source))
                if len(following) > ITEMS_MAX:
                    raise LimitError(
                        "the iteration has more than {items_max} steps", items_max=f"{ITEMS_MAX:,}"
                    )
            inside = following
        return inside

    def items(self, source: feel.Node) -> list[Value]:
        """What an iteration goes through."""
        value = self.value(source)
        if isinstance(value, RangeValue):
            return steps_of(value)
        if isinstance(value, Scalar) and value.is_null:
            raise FeelError("null stands where a list should be")
        if not isinstance(value, ListValue | Scalar):
            raise FeelError(
                "a {value} cannot be gone through; its length should be known",
                kind="columns",
                value=described(value),
            )
        return op.lifted(value)

    def _quantified(self, node: feel.Quantified) -> Value:
        over = self._column_list(node.iterators)
        if over is not None:
            found = self._mapped(over, node.iterators[0][0], node.condition)
            return Scalar(BOOLEAN, column=found.anys() if node.kind == "some" else found.alls())
        held = [inside.value(node.condition) for inside in self._combinations(node.iterators)]
        return op.any_of(held) if node.kind == "some" else op.all_of(held)

    def _column_list(self, iterators: tuple[tuple[str, feel.Node], ...]) -> ColumnList | None:
        """The list in a column that a single iterator goes through, when it does."""
        value = self.value(iterators[0][1]) if len(iterators) == 1 else None
        return value if isinstance(value, ColumnList) else None

    def _mapped(self, over: ColumnList, name: str, body: feel.Node) -> Any:
        def one(item: Any) -> Any:
            return column_of(op.one(self.inside({name: Scalar(over.kind, column=item)}).value(body)))

        return over.column.map(one)

    def _for(self, node: feel.For) -> Value:
        over = self._column_list(node.iterators)
        if over is not None:
            found = self._mapped(over, node.iterators[0][0], node.body)
            return of_column(found)
        made: list[Value] = []
        looks_back = any(inner == feel.Name("partial") for inner in feel.walk(node.body))
        for inside in self._combinations(node.iterators):
            # `partial` is what has come out so far.
            with_partial = inside.inside({"partial": ListValue(tuple(made))}) if looks_back else inside
            made.append(with_partial.value(node.body))
        return ListValue(tuple(made))

    def test(self, node: feel.Node, value: Value) -> Scalar:
        """Whether a value satisfies the unary tests of a cell."""
        if isinstance(node, feel.Anything):
            return constant(True)
        assert isinstance(node, feel.Tests)  # noqa: S101 - the parser gives nothing else
        held = op.any_of([self._one_test(item, value) for item in node.items])
        return op.inverted(held) if node.negated else held

    def _one_test(self, node: feel.Node, value: Value) -> Scalar:  # noqa: PLR0911
        if isinstance(node, feel.Test):
            operand = self.value(node.value)
            if node.operator in {"=", "!="}:
                same = op.equal(value, operand)
                return same if node.operator == "=" else op.inverted(same)
            return op.compared(node.operator, value, operand)
        if isinstance(node, feel.Tests):
            return self.test(node, value)
        tested = self.value(node)
        if isinstance(tested, RangeValue):
            return op.in_range(value, tested)
        if isinstance(tested, ListValue):
            return self._in_list(tested, value)
        uses_input = any(inner == feel.Name("?") for inner in feel.walk(node))
        if isinstance(tested, Scalar) and tested.kind == BOOLEAN and (uses_input or not _is_boolean(value)):
            return tested
        return op.equal(value, tested)

    def _in_list(self, tested: ListValue, value: Value) -> Scalar:
        """Whether a value is an item of a list or in one of its ranges; a list may also be equal to it."""
        if not isinstance(value, Scalar):
            alike = [item for item in tested.items if isinstance(item, type(value))]
            wholes = [tested] if isinstance(value, ListValue) else []
            return op.any_of([op.equal(value, other) for other in (*wholes, *alike)])
        return op.any_of(
            [op.in_range(value, i) if isinstance(i, RangeValue) else op.equal(value, i) for i in tested.items]
        )


def _is_boolean(value: Value) -> bool:
    return isinstance(value, Scalar) and value.kind == BOOLEAN
