"""Frozen FEEL expressions to compiled values, in a scope of names."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from stead.dmn.errors import FeelError, LimitError
from stead.dmn.feel import nodes, temporal, types
from stead.dmn.feel import operators as op
from stead.dmn.feel.arithmetic import arithmetic, negated
from stead.dmn.feel.column_lists import entry_of
from stead.dmn.feel.foreign import translated
from stead.dmn.feel.functions import BUILT_IN
from stead.dmn.feel.iteration import Body, Iteration, filtered, quantified
from stead.dmn.feel.lists import list_contains
from stead.dmn.feel.parser import parse_expression, parse_tests
from stead.dmn.feel.properties import property_of
from stead.dmn.feel.values import (
    BOOLEAN,
    NOTHING,
    ColumnList,
    ContextValue,
    FunctionValue,
    ListValue,
    RangeValue,
    Scalar,
    Value,
    constant,
    described,
)  # fmt: skip
from stead.dmn.feel.weight import Spent
from stead.dmn.tables.declared import TypeTexts

_STEPS_MAX = 20_000
# Functions, and those of their parameters that the lexer could not tell from several names.
_BUILT_IN_NAMES = frozenset(BUILT_IN) | {
    name for one in BUILT_IN.values() for other in one.signatures for name in other.parameters if " " in name
}


@dataclass(frozen=True)
class Scope:
    """The names that an expression may use; `lenient` makes errors of type null, as the standard does."""

    names: Mapping[str, Value]
    spaced: frozenset[str] = frozenset()
    lenient: bool = False
    types: TypeTexts | None = None
    steps: list[int] = field(default_factory=lambda: [0])
    spent: Spent = field(default_factory=Spent)

    def with_names(self, more: Mapping[str, Value]) -> "Scope":
        """The scope inside an expression that binds names."""
        return Scope({**self.names, **more}, self.spaced, self.lenient, self.types, self.steps, self.spent)

    def type_text(self, type_name: str) -> str:
        """A type with the names of the model's own types taken for what they are."""
        return self.types.resolved(type_name) if self.types is not None else type_name

    def afresh(self) -> "Scope":
        """The scope for another expression, whose steps are counted by themselves."""
        return replace(self, steps=[0])

    def count(self) -> None:
        """One step more of the expression at hand; raises LimitError when it goes through too many."""
        self.steps[0] += 1
        self.spent.step()
        if self.steps[0] > _STEPS_MAX:
            raise LimitError(
                "the expression takes more than {steps_max} steps; split it up", steps_max=f"{_STEPS_MAX:,}"
            )

    @cached_property
    def parse_names(self) -> frozenset[str]:
        """What the lexer has to know: the names in scope, of entries, and of functions."""
        spaced = {p for f in self.names.values() if isinstance(f, FunctionValue) for p in f.parameters}
        return frozenset(self.names) | self.spaced | _BUILT_IN_NAMES | {p for p in spaced if " " in p}


def evaluate_text(text: str, scope: Scope) -> Value:
    """The compiled value of a FEEL text."""
    with translated():
        value = Evaluator(scope.afresh()).value(parse_expression(text, scope.parse_names))
        return scope.spent.bounded(value)


def cell_holds(text: str, value: Value, scope: Scope) -> Scalar:
    """Whether the input of a column satisfies a cell's unary tests: a boolean, null where that is unknown."""
    with translated():
        node = parse_tests(text, scope.parse_names)
        held = Evaluator(scope.afresh().with_names({"?": value})).test(node, value)
        return scope.spent.bounded(held)


@dataclass(frozen=True)
class Evaluator:
    """Evaluates expressions in one scope."""

    scope: Scope
    handlers: Mapping[type, Callable[[Any], Value]] = field(init=False)

    def __post_init__(self) -> None:
        handlers: dict[type, Callable[[Any], Value]] = {
            nodes.Literal: lambda node: constant(node.value), nodes.At: self._at, nodes.Name: self._name,
            nodes.Path: self._path, nodes.Call: self._call,
            nodes.Negate: lambda n: negated(self.value(n.operand)),
            nodes.Arithmetic: lambda n: arithmetic(n.operator, self.value(n.left), self.value(n.right)),
            nodes.Compare: self._compare, nodes.Between: self._between, nodes.In: self._in,
            nodes.And: lambda n: op.all_of(self._truths(n.items)),
            nodes.Or: lambda n: op.any_of(self._truths(n.items)),
            nodes.If: self._if, nodes.Quantified: self._quantified, nodes.For: self._for,
            nodes.ListOf: lambda n: ListValue(tuple(self.value(item) for item in n.items)),
            nodes.ContextOf: self._context, nodes.Range: self._range, nodes.Lambda: self._lambda,
            nodes.Count: self._counted, nodes.External: self._external,
            nodes.Filter: self._filter, nodes.InstanceOf: self._instance_of,
        }  # fmt: skip
        object.__setattr__(self, "handlers", handlers)

    def value(self, node: nodes.Node) -> Value:
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

    def _truths(self, nodes: tuple[nodes.Node, ...]) -> list[Value]:
        """Values for a conjunction or disjunction; in a lenient scope what is no boolean counts as null."""
        values = [self.value(node) for node in nodes]
        return [NOTHING if self.scope.lenient and not _is_boolean(value) else value for value in values]

    def _at(self, node: nodes.At) -> Value:
        value = temporal.temporal_from(node.text)
        if value is None:
            raise FeelError(
                '@"{text}" is neither a date nor a time nor a duration; write @"2026-01-31"', text=node.text
            )
        return constant(value)

    def _name(self, node: nodes.Name) -> Value:
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

    def _path(self, node: nodes.Path) -> Value:
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
        if isinstance(base, ColumnList):
            return entry_of(base, node.name)
        return property_of(base, node.name)

    def _call(self, node: nodes.Call) -> Value:
        function = self.value(node.function)
        if not isinstance(function, FunctionValue):
            raise FeelError("a {function} is called like a function", function=described(function))
        arguments = [self.value(argument) for argument in node.arguments]
        if node.named:
            function, arguments = self._by_name(function, dict(node.named))
        try:
            inspect.signature(function.apply).bind(*arguments)
        except TypeError:
            wanted = ", ".join(function.parameters)
            raise FeelError(
                "{name}() takes ({wanted}); given: {arguments}",
                name=function.name,
                wanted=wanted,
                arguments=len(arguments),
            ) from None
        return function.apply(*arguments)

    def _by_name(
        self, function: FunctionValue, named: dict[str, nodes.Node]
    ) -> tuple[FunctionValue, list[Value]]:
        """The function as its arguments are named, and the arguments in its order."""
        fitting = [one for one in function.signatures if set(named) <= set(one.parameters)]
        if not fitting:
            known = {name for one in function.signatures for name in one.parameters}
            raise FeelError(
                "{name}() has no parameter {unknown}; it takes ({wanted})",
                name=function.name,
                unknown=repr(min(set(named) - known or set(named))),
                wanted=" | ".join(", ".join(one.parameters) for one in function.signatures),
            )
        chosen = min(fitting, key=lambda one: len(one.parameters))
        return chosen, [self.value(named[n]) if n in named else NOTHING for n in chosen.parameters]

    def _compare(self, node: nodes.Compare) -> Value:
        if isinstance(node.left, nodes.Tests) and isinstance(node.right, nodes.Tests):
            return self._compare_tests(node, node.left, node.right)
        left, right = self.value(node.left), self.value(node.right)
        if node.operator == "=":
            return op.equal(left, right)
        if node.operator == "!=":
            return op.inverted(op.equal(left, right))
        return op.compared(node.operator, left, right)

    def _compare_tests(self, node: nodes.Compare, left: nodes.Tests, right: nodes.Tests) -> Value:
        """(!= 10) = (!= 10): two of the ranges that leave one value out, by that value."""
        ends = [one.value for tests in (left, right) for one in tests.items if isinstance(one, nodes.Test)]
        if len(ends) != 2 or node.operator not in {"=", "!="}:
            raise FeelError("tests can only be asked whether they are equal")
        same = op.equal(*(self.value(end) for end in ends))
        return same if node.operator == "=" else op.inverted(same)

    def _between(self, node: nodes.Between) -> Value:
        low, high = op.one(self.value(node.low)), op.one(self.value(node.high))
        return op.in_range(self.value(node.value), RangeValue(low, high, low_closed=True, high_closed=True))

    def _in(self, node: nodes.In) -> Value:
        value = self.value(node.value)
        return self.inside({"?": value}).test(nodes.Tests(node.tests), value)

    def _if(self, node: nodes.If) -> Value:
        (condition,) = self._truths((node.condition,))
        condition = op.boolean(condition, "if")
        return op.chosen(condition, self.value(node.then), self.value(node.otherwise))

    def _filter(self, node: nodes.Filter) -> Value:
        return filtered(self.value(node.base), self._among(node.condition))

    def _among(self, node: nodes.Node) -> Body:
        """What an expression is when it may use more names than the scope has."""
        return lambda names: self.inside(names).value(node)

    def _sources(self, iterators: tuple[tuple[str, nodes.Node], ...]) -> list[tuple[str, Body]]:
        return [(name, self._among(source)) for name, source in iterators]

    def _instance_of(self, node: nodes.InstanceOf) -> Value:
        return types.is_instance(self.value(node.value), self.scope.type_text(node.type_name))

    def _range(self, node: nodes.Range) -> Value:
        low = None if node.low is None else op.one(self.value(node.low))
        high = None if node.high is None else op.one(self.value(node.high))
        return RangeValue(low, high, node.low_closed, node.high_closed, node.sign)

    def _context(self, node: nodes.ContextOf) -> Value:
        inside = self
        entries: list[tuple[str, Value]] = []
        for name, expression in node.entries:
            if any(name == other for other, _ in entries):
                raise FeelError("the context has two entries {name}; rename one", name=repr(name))
            value = inside.value(expression)
            entries.append((name, value))
            inside = inside.inside({name: value})
        return ContextValue(tuple(entries))

    def _lambda(self, node: nodes.Lambda) -> Value:
        def apply(*arguments: Value) -> Value:
            if len(arguments) != len(node.parameters):
                raise FeelError(
                    "the function takes another number of arguments ({parameters}) than given ({arguments})",
                    parameters=len(node.parameters),
                    arguments=len(arguments),
                )
            given = [
                types.conformed_kind(self.scope.type_text(kind), value, lenient=False)
                for kind, value in zip(node.types, arguments, strict=True)
            ]
            return self.inside(dict(zip(node.parameters, given, strict=True))).value(node.body)

        return FunctionValue("function", node.parameters, apply)

    def _external(self, node: nodes.External) -> Value:
        where = node.mapping.entries[0] if isinstance(node.mapping, nodes.ContextOf) else ("", node.mapping)
        texts = [str(one.value) for one in nodes.walk(where[1]) if isinstance(one, nodes.Literal)]
        raise FeelError(
            "is a function in {language} ({function}); only functions in FEEL are evaluated",
            kind="columns",
            language=where[0],
            function=", ".join(texts[::-1]),
        )

    def _quantified(self, node: nodes.Quantified) -> Value:
        return quantified(node.kind, self._sources(node.iterators), self._among(node.condition))

    def _for(self, node: nodes.For) -> Value:
        looks_back = any(inner == nodes.Name("partial") for inner in nodes.walk(node.body))
        return Iteration(self._sources(node.iterators), self._among(node.body), looks_back).result()

    def _counted(self, node: nodes.Count) -> Value:
        """The ends of a count; only an iteration may go downwards."""
        low, high = op.one(self.value(node.low)), op.one(self.value(node.high))
        return RangeValue(low, high, low_closed=True, high_closed=True, is_count=True)

    def test(self, node: nodes.Node, value: Value) -> Scalar:
        """Whether a value satisfies the unary tests of a cell."""
        if isinstance(node, nodes.Anything):
            return constant(True)
        assert isinstance(node, nodes.Tests)  # noqa: S101 - the parser gives nothing else
        held = op.any_of([self._one_test(item, value) for item in node.items])
        return op.inverted(held) if node.negated else held

    def _one_test(self, node: nodes.Node, value: Value) -> Scalar:  # noqa: PLR0911
        if isinstance(node, nodes.Test):
            operand = self.value(node.value)
            if node.operator in {"=", "!="}:
                same = op.equal(value, operand)
                return same if node.operator == "=" else op.inverted(same)
            return op.compared(node.operator, value, operand)
        if isinstance(node, nodes.Tests):
            return self.test(node, value)
        if isinstance(node, nodes.Range) and node.sign and node.low is not None:
            return self._one_test(nodes.Test(node.sign, node.low), value)
        tested = self.value(node)
        if isinstance(tested, RangeValue):
            return op.in_range(value, tested)
        if isinstance(tested, ListValue):
            return self._in_list(tested, value)
        if isinstance(tested, ColumnList) and isinstance(value, Scalar):
            return op.one(list_contains(tested, value))
        uses_input = any(inner == nodes.Name("?") for inner in nodes.walk(node))
        if isinstance(tested, Scalar) and tested.kind == BOOLEAN and (uses_input or not _is_boolean(value)):
            return tested
        return op.equal(value, tested)

    def _in_list(self, tested: ListValue, value: Value) -> Scalar:
        """Whether a value is an item of a list or in one of its ranges; a list may also be equal to it."""
        wholes = [tested] if isinstance(value, ListValue) else []
        ranges = [one for one in tested.items if isinstance(one, RangeValue) and isinstance(value, Scalar)]
        others = [
            one for one in tested.items if not (isinstance(one, RangeValue) and isinstance(value, Scalar))
        ]
        return op.any_of(
            [
                *(op.in_range(value, one) for one in ranges),
                *(op.same(value, one) for one in (*wholes, *others)),
            ]
        )


def _is_boolean(value: Value) -> bool:
    return isinstance(value, Scalar) and value.kind == BOOLEAN
