"""The values of one input, cut where the cells of its column cut them: no cell changes within a piece."""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from stead.dmn.errors import FeelError
from stead.dmn.feel import nodes, temporal
from stead.dmn.feel.beyond import Beyond
from stead.dmn.feel.evaluate import Evaluator, Scope
from stead.dmn.feel.functions import BUILT_IN
from stead.dmn.feel.parser import parse_tests
from stead.dmn.feel.values import (
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS,
    MONTHS,
    NUMBER,
    STRING,
    TIME,
    Duration,
    ListValue,
    RangeValue,
    Scalar,
    Value,
    kind_of_constant,
)

OTHER = "(any other text)"
WHOLE = "whole number"  # a number whose type says that it has no decimals
_INPUT = nodes.Name("?")
_ORDERED = {WHOLE, NUMBER, DATE, DATE_TIME, TIME, DAYS, MONTHS}
# Between two values of these kinds that lie one step apart there is nothing.
_STEPS: dict[str, Any] = {
    DATE: dt.timedelta(days=1),
    DATE_TIME: dt.timedelta(seconds=1),
    DAYS: dt.timedelta(seconds=1),
}


class OpaqueError(Exception):
    """A cell that looks at more than its input and constants: the analysis cannot be exact about it."""


@dataclass(frozen=True)
class Piece:
    """Some values that no cell of the column tells apart: one value, or an open stretch between two."""

    example: Any
    low: Any = None  # for a stretch: the values that it lies between, None for no limit
    high: Any = None
    is_stretch: bool = False


def constants_in(text: str, scope: Scope) -> list[Any]:
    """The constants with which a cell compares its input; raises OpaqueError for any other kind of cell."""
    node = parse_tests(text, scope.parse_names)
    return [] if isinstance(node, nodes.Anything) else list(_constants(node, scope))


def _constants(node: nodes.Node, scope: Scope) -> Iterable[Any]:
    if not _names(node):
        if isinstance(node, nodes.Tests | nodes.Test):
            for child in node.children():
                yield from _constants(child, scope)
        else:
            yield from _flat(Evaluator(scope.afresh()).value(node))
    elif isinstance(node, nodes.Tests | nodes.And | nodes.Or):
        for child in node.children():
            yield from _constants(child, scope)
    elif isinstance(node, nodes.Call) and node.function == nodes.Name("not") and len(node.arguments) == 1:
        yield from _constants(node.arguments[0], scope)
    elif isinstance(node, nodes.Compare | nodes.Between | nodes.In):
        children = [child for child in node.children() if child != _INPUT]
        if len(children) == len(list(node.children())) or any(_names(child) for child in children):
            raise OpaqueError
        for child in children:
            yield from _constants(child, scope)
    else:
        raise OpaqueError


def _names(node: nodes.Node) -> bool:
    """Whether the expression uses the input or another name; functions by themselves are constants."""
    return any(isinstance(one, nodes.Name) and one.name not in BUILT_IN for one in nodes.walk(node))


def _flat(value: Value) -> Iterable[Any]:
    if isinstance(value, Scalar) and value.known and not isinstance(value.constant, Beyond):
        yield value.constant
    elif isinstance(value, ListValue):
        for item in value.items:
            yield from _flat(item)
    elif isinstance(value, RangeValue):
        for end in (value.low, value.high):
            yield from _flat(end) if end is not None and end.known else ()
    else:
        raise OpaqueError


def cut(kind: str, constants: Sequence[Any]) -> list[Piece]:
    """All values of a kind in pieces; null is one only where a cell asks for it.

    Exact for numbers (any real number), dates and months (whole), times and durations (whole seconds),
    booleans, and strings that are only compared for equality.
    """
    pieces = [Piece(None)] if None in constants else []
    wanted = NUMBER if kind == WHOLE else kind
    # A constant of another kind, such as a bare false, cuts nothing: it holds everywhere or nowhere.
    known = [one for one in constants if one is not None and kind_of_constant(one) == wanted]
    if kind == BOOLEAN:
        return [Piece(example=True), Piece(example=False), *pieces]
    if kind == STRING:
        texts = sorted(set(known))
        return [*(Piece(text) for text in texts), Piece(OTHER, is_stretch=True), *pieces]
    if kind not in _ORDERED:
        raise OpaqueError
    try:
        points = sorted({_key(one) for one in known})
    except TypeError:  # times with and without a zone have no order
        raise OpaqueError from None
    values = [Duration(one) if kind == MONTHS else one for one in points]
    return [*_stretches(kind, values), *pieces]


def _key(value: Any) -> Any:
    return value.months if isinstance(value, Duration) else value


def _stretches(kind: str, points: list[Any]) -> list[Piece]:
    if not points:
        return [Piece(_anything(kind), is_stretch=True)]
    found = [_open(kind, None, points[0])]
    for point, following in zip(points, [*points[1:], None], strict=True):
        found.extend([Piece(point), _open(kind, point, following)])
    return [piece for piece in found if piece is not None]


def _anything(kind: str) -> Any:
    return {
        WHOLE: Decimal(0), NUMBER: Decimal(0),
        DATE: dt.date(2026, 1, 1), TIME: dt.time(12), DAYS: dt.timedelta(days=1),
        DATE_TIME: dt.datetime(2026, 1, 1), MONTHS: Duration(1),  # noqa: DTZ001 - FEEL has times without a zone
    }[kind]  # fmt: skip


def _open(kind: str, low: Any, high: Any) -> Piece | None:
    """The stretch between two values, or None when nothing lies there."""
    try:
        example = _between(kind, low, high)
    except (OverflowError, ValueError):
        return None
    return None if example is None else Piece(example, low, high, is_stretch=True)


def _between(kind: str, low: Any, high: Any) -> Any:
    if kind == NUMBER:
        return _number_between(low, high)
    if kind == WHOLE:
        number = _whole_between(low, high)
        return None if number is None else Decimal(number)
    if kind == MONTHS:
        month = high.months - 1 if low is None else low.months + 1
        return None if high is not None and month >= high.months else Duration(month)
    if kind == TIME:
        return _time_between(low, high)
    step = _STEPS[kind]
    if low is None:
        return high - step
    return None if high is not None and low + step >= high else low + step


def _number_between(low: Decimal | None, high: Decimal | None) -> Decimal:
    if low is None:
        assert high is not None  # noqa: S101 - a stretch has an end
        return high - 1
    if high is None or low + 1 < high:
        return low + 1
    return (low + high) / 2


def _whole_between(low: Decimal | None, high: Decimal | None) -> int | None:
    if low is None:
        return None if high is None else math.ceil(high) - 1
    number = math.floor(low) + 1
    return number if high is None or number < high else None


def _time_between(low: dt.time | None, high: dt.time | None) -> dt.time | None:
    zone = (low or high or dt.time(0)).tzinfo
    first = 0 if low is None else low.hour * 3600 + low.minute * 60 + low.second + 1
    last = 86_400 if high is None else high.hour * 3600 + high.minute * 60 + high.second
    if first >= last:
        return None
    return dt.time(first // 3600, first // 60 % 60, first % 60, tzinfo=zone)


def written(value: Any) -> str:
    """A constant as a cell writes it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    return f"{value:f}" if isinstance(value, Decimal) else temporal.written(value)


def described(pieces: Sequence[Piece], chosen: int) -> str:
    """Some pieces (bits of `chosen`, by position) as a cell would write them; empty for all of them."""
    if chosen == (1 << len(pieces)) - 1:
        return ""
    parts: list[str] = []
    position = 0
    while position < len(pieces):
        if not chosen >> position & 1:
            position += 1
            continue
        first = position
        while position < len(pieces) and chosen >> position & 1 and _follows(pieces, first, position):
            position += 1
        parts.append(_span(pieces[first], pieces[position - 1]))
    return ", ".join(parts)


def _follows(pieces: Sequence[Piece], first: int, position: int) -> bool:
    """Whether pieces from first to position lie side by side, as those of an ordered kind do."""
    if position == first:
        return True
    some = pieces[first : position + 1]
    return not any(one.example is None or isinstance(one.example, str | bool) for one in some)


def _span(first: Piece, last: Piece) -> str:
    if first is last and not first.is_stretch:
        return written(first.example)
    if first.example == OTHER:
        return OTHER
    low = first.low if first.is_stretch else first.example
    high = last.high if last.is_stretch else last.example
    if low is None and high is None:
        return "any value"
    if low is None:
        return f"{'<' if last.is_stretch else '<='} {written(high)}"
    if high is None:
        return f"{'>' if first.is_stretch else '>='} {written(low)}"
    return (
        f"{'(' if first.is_stretch else '['}{written(low)}..{written(high)}{')' if last.is_stretch else ']'}"
    )


def safe_constants(text: str, scope: Scope) -> list[Any] | None:
    """The constants of a cell, or None when the analysis cannot be exact about it."""
    try:
        return constants_in(text, scope)
    except (OpaqueError, FeelError):
        return None
