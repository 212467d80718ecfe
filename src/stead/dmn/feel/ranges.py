"""FEEL's ranges: read from a text, and how they lie to each other (DMN 1.5, 10.3.4.1 and 10.3.4.10)."""

import re
from collections.abc import Callable

from stead.dmn.errors import FeelError
from stead.dmn.feel import dates, nodes, temporal
from stead.dmn.feel import operators as op
from stead.dmn.feel.calling import text
from stead.dmn.feel.parser import parse_expression
from stead.dmn.feel.values import BOOLEAN, NULL, FunctionValue, RangeValue, Scalar, Value, constant

_WRITTEN = re.compile(r"\s*([\[\](])((?:\"(?:[^\"\\]|\\.)*\"|[^\"])*?)\.\.(.*)([\])\[])\s*", re.DOTALL)
_WRITERS: dict[str, Callable[..., Value]] = {
    "date": dates.date, "time": dates.time, "date and time": dates.date_and_time, "duration": dates.duration,
}  # fmt: skip


def range_(from_: Value) -> Value:
    """The range that a constant text writes: "[1..3)", "(..10]", "[@\"2026-01-01\"..)".

    Its ends are constants of one type, the first not above the last, and an end that is left out is open.
    """
    written = text(from_, "range")
    if written is None:
        return constant(None)
    found = _WRITTEN.fullmatch(written)
    if found is None:
        raise FeelError(
            "range(): {written} is no range; write it as [1..3], (1..3) or [1..)", written=repr(written[:80])
        )
    opening, first, last, closing = found.groups()
    low, high = _end(first, written), _end(last, written)
    if (low is None and opening == "[") or (high is None and closing == "]"):
        raise FeelError(
            "range(): {written} has no end where it is closed; write (.. or ..) there",
            written=repr(written[:80]),
        )
    given = [end for end in (low, high) if end is not None]
    if not given or len({end.kind for end in given}) > 1:
        raise FeelError(
            "range(): the ends of {written} should be two values of one type", written=repr(written[:80])
        )
    if low is not None and high is not None and op.compared("<=", low, high).constant is not True:
        raise FeelError(
            "range(): the ends of {written} go downwards; write the smaller one first",
            written=repr(written[:80]),
        )
    return RangeValue(low, high, opening == "[", closing == "]")


def _end(written: str, whole: str) -> Scalar | None:
    """One end of a range; None where none is written. Only a constant stands for itself in a text."""
    if not written.strip():
        return None
    node = parse_expression(written, frozenset(_WRITERS))
    found: Value | None = None
    match node:
        case nodes.Literal():
            found = constant(node.value)
        case nodes.At():
            found = constant(temporal.temporal_from(node.text))
        case nodes.Call(function=nodes.Name(name=name), arguments=(nodes.Literal(value=str() as value),)):
            found = _WRITERS[name](constant(value)) if name in _WRITERS else None
    if not isinstance(found, Scalar) or found.is_null or found.kind in {BOOLEAN, NULL}:
        raise FeelError(
            "range(): {written} in {whole} is no constant that has an order",
            written=repr(written.strip()[:80]),
            whole=repr(whole[:80]),
        )
    return found


# Each relation is reduced to comparisons of its ends, so that points and ranges with columns work too.
def _low(value: Value) -> tuple[Scalar, bool]:
    if isinstance(value, RangeValue):
        return value.low or constant(None), value.low_closed
    return op.one(value), True


def _high(value: Value) -> tuple[Scalar, bool]:
    if isinstance(value, RangeValue):
        return value.high or constant(None), value.high_closed
    return op.one(value), True


def _either(first: Scalar, second: Scalar, *, and_when: bool) -> Scalar:
    """first, or second where `and_when` holds: `and_when` is known when the expression is compiled."""
    return op.any_of([first, second]) if and_when else first


def before(a: Value, b: Value) -> Scalar:
    """a ends before b begins."""
    (x, x_in), (y, y_in) = _high(a), _low(b)
    return _either(op.compared("<", x, y), op.equal(x, y), and_when=not (x_in and y_in))


def after(a: Value, b: Value) -> Scalar:
    """a begins after b ends."""
    return before(b, a)


def meets(a: Value, b: Value) -> Scalar:
    """a ends with the very point at which b begins."""
    (x, x_in), (y, y_in) = _high(a), _low(b)
    return op.all_of([constant(x_in and y_in), op.equal(x, y)])


def overlaps(a: Value, b: Value) -> Scalar:
    """The two have a point in common."""
    return op.all_of([op.inverted(before(a, b)), op.inverted(before(b, a))])


def overlaps_before(a: Value, b: Value) -> Scalar:
    """a begins before b, reaches into it and does not reach beyond it."""
    (x, x_in), (y, y_in) = _low(a), _low(b)
    (p, p_in), (q, q_in) = _high(a), _high(b)
    begins = _either(op.compared("<", x, y), op.equal(x, y), and_when=x_in and not y_in)
    reaches = _either(op.compared(">", p, y), op.equal(p, y), and_when=p_in and y_in)
    ends = _either(op.compared("<", p, q), op.equal(p, q), and_when=not p_in or q_in)
    return op.all_of([begins, reaches, ends])


def starts(a: Value, b: Value) -> Scalar:
    """a begins where b begins and does not reach beyond it."""
    (x, x_in), (y, y_in) = _low(a), _low(b)
    return op.all_of([constant(x_in == y_in), op.equal(x, y), _ends_within(a, b)])


def finishes(a: Value, b: Value) -> Scalar:
    """a ends where b ends and does not begin before it."""
    (x, x_in), (y, y_in) = _high(a), _high(b)
    return op.all_of([constant(x_in == y_in), op.equal(x, y), _begins_within(a, b)])


def _begins_within(a: Value, b: Value) -> Scalar:
    (x, x_in), (y, y_in) = _low(a), _low(b)
    return _either(op.compared(">", x, y), op.equal(x, y), and_when=y_in or not x_in)


def _ends_within(a: Value, b: Value) -> Scalar:
    (x, x_in), (y, y_in) = _high(a), _high(b)
    return _either(op.compared("<", x, y), op.equal(x, y), and_when=y_in or not x_in)


def includes(a: Value, b: Value) -> Scalar:
    """b lies within a."""
    return op.all_of([_begins_within(b, a), _ends_within(b, a)])


def coincides(a: Value, b: Value) -> Scalar:
    """The two begin and end at the same points."""
    (x, x_in), (y, y_in) = _low(a), _low(b)
    (p, p_in), (q, q_in) = _high(a), _high(b)
    return op.all_of([constant(x_in == y_in and p_in == q_in), op.equal(x, y), op.equal(p, q)])


def _turned(function: Callable[[Value, Value], Scalar]) -> Callable[[Value, Value], Scalar]:
    return lambda a, b: function(b, a)


_RANGES: tuple[tuple[str, Callable[[Value, Value], Scalar]], ...] = (
    ("before", before), ("after", after), ("meets", meets), ("met by", _turned(meets)),
    ("overlaps", overlaps), ("overlaps before", overlaps_before),
    ("overlaps after", _turned(overlaps_before)),
    ("starts", starts), ("started by", _turned(starts)), ("finishes", finishes),
    ("finished by", _turned(finishes)), ("includes", includes), ("during", _turned(includes)),
    ("coincides", coincides),
)  # fmt: skip

FUNCTIONS: tuple[FunctionValue, ...] = (
    FunctionValue("range", ("from",), range_),
    *(FunctionValue(name, ("range1", "range2"), apply) for name, apply in _RANGES),
)
