"""FEEL expressions as frozen data: what the parser makes and every evaluator reads."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal


@dataclass(frozen=True)
class Node:
    """Any expression."""

    def children(self) -> Iterator["Node"]:
        """The expressions directly inside this one."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Node):
                yield value
            elif isinstance(value, tuple):
                for item in value:
                    if isinstance(item, Node):
                        yield item
                    elif isinstance(item, tuple):
                        yield from (part for part in item if isinstance(part, Node))


@dataclass(frozen=True)
class Literal(Node):
    """A number, a string, a boolean or null written as such."""

    value: Decimal | str | bool | None


@dataclass(frozen=True)
class At(Node):
    """A date, time, date and time or duration written as @"..."."""

    text: str


@dataclass(frozen=True)
class Name(Node):
    """A variable, a function, or "?" for the value that a unary test looks at."""

    name: str


@dataclass(frozen=True)
class Path(Node):
    """An entry of a context or a property of a value: base.name."""

    base: Node
    name: str


@dataclass(frozen=True)
class Call(Node):
    """A function or business knowledge model applied; `named` when the arguments are given by name."""

    function: Node
    arguments: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...] = ()


@dataclass(frozen=True)
class Negate(Node):
    """Arithmetic negation."""

    operand: Node


@dataclass(frozen=True)
class Arithmetic(Node):
    """One of + - * / ** between two operands."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Compare(Node):
    """One of = != < <= > >= between two operands."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Between(Node):
    """value between low and high, both included."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True)
class In(Node):
    """A value that satisfies at least one of the tests."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True)
class And(Node):
    """Conjunction in three-valued logic."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Or(Node):
    """Disjunction in three-valued logic."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class If(Node):
    """if condition then ... else ...; a condition that is null takes the else branch."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True)
class For(Node):
    """for name in list, ... return body."""

    iterators: tuple[tuple[str, Node], ...]
    body: Node


@dataclass(frozen=True)
class Quantified(Node):
    """some or every name in list, ... satisfies condition."""

    kind: str
    iterators: tuple[tuple[str, Node], ...]
    condition: Node


@dataclass(frozen=True)
class ListOf(Node):
    """A list of expressions."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class ContextOf(Node):
    """A context: names with expressions, a later entry may use an earlier one."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True)
class Range(Node):
    """An interval; an end that is None is open towards infinity. (= 5) and (!= 5) have their sign."""

    low: Node | None
    high: Node | None
    low_closed: bool
    high_closed: bool
    sign: str = ""


@dataclass(frozen=True)
class Count(Node):
    """The whole numbers or days from one end to the other, as an iteration goes through them: 1..5."""

    low: Node
    high: Node


@dataclass(frozen=True)
class Filter(Node):
    """A list filtered by a condition or by a position: base[condition]."""

    base: Node
    condition: Node


@dataclass(frozen=True)
class InstanceOf(Node):
    """value instance of type."""

    value: Node
    type_name: str


@dataclass(frozen=True)
class Lambda(Node):
    """function(parameters) body; a parameter without a type has an empty one."""

    parameters: tuple[str, ...]
    body: Node
    types: tuple[str, ...] = ()


@dataclass(frozen=True)
class External(Node):
    """function(parameters) external {...}: a function in another language, and where it is."""

    mapping: Node


@dataclass(frozen=True)
class Anything(Node):
    """The test "-": every value, null included."""


@dataclass(frozen=True)
class Test(Node):
    """A comparison of the input with an expression, such as "< 5"."""

    __test__ = False  # not a test class, whatever pytest thinks of the name

    operator: str
    value: Node


@dataclass(frozen=True)
class Tests(Node):
    """Unary tests of one cell: satisfied when one of them is; negated by not(...)."""

    __test__ = False

    items: tuple[Node, ...]
    negated: bool = False


def walk(node: Node) -> Iterator[Node]:
    """The expression and everything inside it, outermost first."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(current.children())
