"""FEEL text to the frozen expression model, with lark."""

import re
from collections.abc import Collection
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any, cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput, VisitError

from stead.dmn.errors import DmnError, FeelError, LimitError
from stead.dmn.feel import nodes
from stead.dmn.feel.lexer import ScopedLexer
from stead.dmn.feel.values import DIGITS

DEPTH_MAX = 150
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'"}
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)


def unescape(text: str) -> str:
    """The content of a FEEL string literal, quotes and escapes taken away."""

    def one(found: re.Match[str]) -> str:
        code = found.group(1) or found.group(2)
        if code:
            return chr(int(code, 16))
        return _ESCAPES.get(found.group(3), found.group(0))

    plain = _ESCAPE.sub(one, text[1:-1])
    # Two \u escapes may be one character beyond the basic plane.
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _tokens(children: list[Any], *kinds: str) -> list[str]:
    return [str(child) for child in children if isinstance(child, Token) and child.type in kinds]


def _nodes(children: list[Any]) -> tuple[Any, ...]:
    return tuple(child for child in children if child is not None and not isinstance(child, Token))


class Builder(Transformer[Token, Any]):
    """Builds the model while lark reduces, bottom up, and so can refuse depth before it hurts."""

    def expression(self, children: list[Any]) -> nodes.Node:
        """Any expression."""
        return children[0]  # type: ignore[no-any-return]

    def number(self, children: list[Any]) -> nodes.Node:
        """A number, exact."""
        try:
            found = Decimal(str(children[0]))
        except InvalidOperation:  # an exponent of forty digits
            found = Decimal("Infinity")
        if not found.is_finite() or (found and not DIGITS.Emin <= found.adjusted() <= DIGITS.Emax):
            raise FeelError(
                "{number} is too large or too small for a number of FEEL", number=str(children[0])[:40]
            )
        return nodes.Literal(found)

    def string(self, children: list[Any]) -> nodes.Node:
        """A string."""
        return nodes.Literal(unescape(str(children[0])))

    def at(self, children: list[Any]) -> nodes.Node:
        """A temporal literal."""
        return nodes.At(unescape(str(children[1])))

    def true(self, _children: list[Any]) -> nodes.Node:
        """The literal true."""
        return nodes.Literal(value=True)

    def false(self, _children: list[Any]) -> nodes.Node:
        """The literal false."""
        return nodes.Literal(value=False)

    def null(self, _children: list[Any]) -> nodes.Node:
        """The literal null."""
        return nodes.Literal(None)

    def name(self, children: list[Any]) -> nodes.Node:
        """A name in scope."""
        return nodes.Name(str(children[0]))

    def bracketed(self, children: list[Any]) -> nodes.Node:
        """An expression in brackets."""
        return children[1]  # type: ignore[no-any-return]

    def interval(self, children: list[Any]) -> nodes.Node:
        """An interval with two ends."""
        opening, low, _dots, high, closing = children
        return nodes.Range(low, high, opening.type == "LSQB", closing.type == "RSQB")

    def half_interval(self, children: list[Any]) -> nodes.Node:
        """An interval written as a comparison in brackets: (< 5)."""
        operator, value = str(children[1]), children[2]
        if operator in {"=", "!="}:
            return nodes.Range(value, value, low_closed=True, high_closed=True, sign=operator)
        if operator.startswith("<"):
            return nodes.Range(None, value, low_closed=False, high_closed=operator == "<=")
        return nodes.Range(value, None, low_closed=operator == ">=", high_closed=False)

    def list_of(self, children: list[Any]) -> nodes.Node:
        """A list."""
        return nodes.ListOf(_nodes(children))

    def entry(self, children: list[Any]) -> tuple[str, nodes.Node]:
        """One entry of a context."""
        key = str(children[0])
        return (unescape(key) if children[0].type == "STRING" else key, children[2])

    def context(self, children: list[Any]) -> nodes.Node:
        """A context."""
        return nodes.ContextOf(_nodes(children))

    def path(self, children: list[Any]) -> nodes.Node:
        """An entry or property."""
        return nodes.Path(children[0], str(children[2]))

    def filtered(self, children: list[Any]) -> nodes.Node:
        """A filtered list."""
        return nodes.Filter(children[0], children[2])

    def call(self, children: list[Any]) -> nodes.Node:
        """A function call by position."""
        function, *arguments = _nodes(children)
        return nodes.Call(function, tuple(arguments))

    def named(self, children: list[Any]) -> tuple[str, nodes.Node]:
        """One argument by name."""
        return (str(children[0]), children[2])

    def named_call(self, children: list[Any]) -> nodes.Node:
        """A function call by name."""
        function, *arguments = _nodes(children)
        return nodes.Call(function, (), tuple(arguments))

    def not_call(self, children: list[Any]) -> nodes.Node:
        """The function not(); in a cell it may hold several tests."""
        tests: tuple[nodes.Node, ...] = children[2]
        if len(tests) == 1 and not isinstance(tests[0], nodes.Test):
            return nodes.Call(nodes.Name("not"), tests)
        return nodes.Tests(tests, negated=True)

    def negate(self, children: list[Any]) -> nodes.Node:
        """A minus sign; on a number it is part of the number."""
        operand = children[1]
        if isinstance(operand, nodes.Literal) and isinstance(operand.value, Decimal):
            return nodes.Literal(operand.value.copy_negate())
        return nodes.Negate(operand)

    def arithmetic(self, children: list[Any]) -> nodes.Node:
        """Two operands and a sign."""
        return nodes.Arithmetic(str(children[1]), children[0], children[2])

    def compare(self, children: list[Any]) -> nodes.Node:
        """Two operands compared."""
        return nodes.Compare(str(children[1]), children[0], children[2])

    def between(self, children: list[Any]) -> nodes.Node:
        """Between two ends."""
        return nodes.Between(children[0], children[2], children[4])

    def in_one(self, children: list[Any]) -> nodes.Node:
        """In one test, list or range."""
        return nodes.In(children[0], (children[2],))

    def in_tests(self, children: list[Any]) -> tuple[nodes.Node, ...]:
        """The tests after `in (`."""
        return _nodes(children)

    def in_many(self, children: list[Any]) -> nodes.Node:
        """In at least one of several tests."""
        return nodes.In(children[0], children[3])

    def instance_of(self, children: list[Any]) -> nodes.Node:
        """A test of type."""
        return nodes.InstanceOf(children[0], children[3])

    def and_(self, children: list[Any]) -> nodes.Node:
        """A conjunction, kept flat."""
        left, right = children[0], children[2]
        return nodes.And((*(left.items if isinstance(left, nodes.And) else (left,)), right))

    def or_(self, children: list[Any]) -> nodes.Node:
        """A disjunction, kept flat."""
        left, right = children[0], children[2]
        return nodes.Or((*(left.items if isinstance(left, nodes.Or) else (left,)), right))

    def if_(self, children: list[Any]) -> nodes.Node:
        """A conditional."""
        return nodes.If(*_nodes(children))

    def iterator(self, children: list[Any]) -> tuple[str, nodes.Node]:
        """A name over a list."""
        return (str(children[0]), children[2])

    def counting_iterator(self, children: list[Any]) -> tuple[str, nodes.Node]:
        """A name over whole numbers."""
        return (str(children[0]), nodes.Count(children[2], children[4]))

    def iterators(self, children: list[Any]) -> tuple[tuple[str, nodes.Node], ...]:
        """All iterators."""
        return _nodes(children)

    def for_(self, children: list[Any]) -> nodes.Node:
        """An iteration."""
        return nodes.For(*_nodes(children))

    def quantified(self, children: list[Any]) -> nodes.Node:
        """A quantified condition."""
        return nodes.Quantified(str(children[0]), *_nodes(children))

    def parameter(self, children: list[Any]) -> tuple[str, str]:
        """A parameter's name and type."""
        return (str(children[0]), str(children[2]) if len(children) > 2 else "")

    def lambda_(self, children: list[Any]) -> nodes.Node:
        """A function."""
        *parameters, body = _nodes(children)
        return nodes.Lambda(tuple(n for n, _ in parameters), body, tuple(kind for _, kind in parameters))

    def external(self, children: list[Any]) -> nodes.Node:
        """A function in another language."""
        return nodes.External(children[-1])

    def type_name(self, children: list[Any]) -> str:
        """A type's name."""
        inner = [child for child in children if isinstance(child, str) and not isinstance(child, Token)]
        return str(children[0]) + (f"<{', '.join(inner)}>" if inner else "")

    def function_type(self, _children: list[Any]) -> str:
        """The type of a function."""
        return "function"

    def type_argument(self, children: list[Any]) -> str:
        """One argument of a type; an entry of a context has a name before it."""
        return f"{children[0]}: {children[-1]}" if len(children) > 1 else str(children[0])

    def type_arguments(self, children: list[Any]) -> str:
        """The arguments of a type."""
        return ", ".join(str(c) for c in children if not isinstance(c, Token))

    def test(self, children: list[Any]) -> nodes.Node:
        """A comparison with the input."""
        return nodes.Test(str(children[0]), children[1])

    def positive_tests(self, children: list[Any]) -> tuple[nodes.Node, ...]:
        """The tests of a cell."""
        return _nodes(children)

    def anything(self, _children: list[Any]) -> nodes.Node:
        """The test "-"."""
        return nodes.Anything()

    def tests(self, children: list[Any]) -> nodes.Node:
        """A cell; not(...) around the whole of it negates the tests."""
        items: tuple[nodes.Node, ...] = children[0]
        if len(items) == 1:
            only = items[0]
            if isinstance(only, nodes.Tests):
                return only
            if isinstance(only, nodes.Call) and only.function == nodes.Name("not"):
                return nodes.Tests(only.arguments, negated=True)
        return nodes.Tests(items)


_GRAMMAR = (FilePath(__file__).parent / "feel.lark").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _lark() -> Lark:
    return Lark(
        _GRAMMAR, parser="lalr", lexer=ScopedLexer, start=["expression", "unary_tests"],
        transformer=Builder(), maybe_placeholders=False,
    )  # fmt: skip


def _refuse_depth(node: nodes.Node) -> None:
    level = [node]
    for _ in range(DEPTH_MAX):
        level = [child for one in level for child in one.children()]
        if not level:
            return
    raise LimitError("the expression is nested more than {depth_max} deep; split it up", depth_max=DEPTH_MAX)


@lru_cache(maxsize=20_000)
def _parse(text: str, names: frozenset[str], start: str) -> nodes.Node:
    try:
        node: Any = _lark().parse(cast("str", (text, names)), start=start)  # the lexer takes the pair
    except UnexpectedInput as error:
        raise _unexpected(error, text) from None
    except VisitError as error:
        if isinstance(error.orig_exc, DmnError):
            raise error.orig_exc from None
        raise
    assert isinstance(node, nodes.Node)  # noqa: S101 - the builder makes nothing else
    _refuse_depth(node)
    return node


def _unexpected(error: UnexpectedInput, text: str) -> FeelError:
    token = getattr(error, "token", None)
    position = getattr(token, "start_pos", None)
    shown = repr(text if len(text) <= 120 else text[:117] + "...")
    if token is None or token.type == "$END" or position is None:
        return FeelError(
            "{text} is not complete FEEL: something is missing at its end", kind="syntax", text=shown
        )
    return FeelError(
        "{token} at position {position} of {text} is not expected there; "
        "check for a missing operator, quote or comma, or a name that is not in scope",
        kind="syntax", token=repr(str(token)), position=position + 1, text=shown,
    )  # fmt: skip


def parse_expression(text: str, names: Collection[str] = ()) -> nodes.Node:
    """The model of a FEEL expression; `names` are those in scope, which may hold spaces.

    Raises FeelError when the text is not FEEL, LimitError when it is too long or too deep.
    """
    return _parse(text.strip(), frozenset(names), "expression")


def parse_tests(text: str, names: Collection[str] = ()) -> nodes.Node:
    """The model of an input cell (unary tests): Anything or Tests. An empty cell is "-"."""
    text = text.strip()
    return nodes.Anything() if text in {"", "-"} else _parse(text, frozenset(names), "unary_tests")
