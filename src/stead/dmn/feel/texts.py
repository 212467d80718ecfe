"""FEEL's functions on strings (DMN 1.5, 10.3.4.3)."""

import re
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.datatypes as idt

from stead.dmn.errors import FeelError
from stead.dmn.feel import operators as op
from stead.dmn.feel import patterns, temporal, xpath_patterns, zoned
from stead.dmn.feel.arithmetic import arithmetic
from stead.dmn.feel.calling import scalar_function, text, typed, whole
from stead.dmn.feel.values import (
    BOOLEAN,
    COMPUTED_NUMBER,
    DATE,
    DATE_TIME,
    DIGITS,
    NOTHING,
    NUMBER,
    SCALAR_KINDS,
    STRING,
    TEXT_MAX,
    TIME,
    ContextValue,
    FunctionValue,
    ListValue,
    RangeValue,
    Scalar,
    Value,
    column_of,
    constant,
    wall_clock,
)

_MOMENT = "%Y-%m-%dT%H:%M:%S"
# What replace() may make of a text in a column.
_GROWN_MAX = 10 * TEXT_MAX
_TWO = ("string", "match")


def substring(string: Value, start_position: Value, length: Value = NOTHING) -> Value:
    """Part of a string; positions count from 1, negative ones from the end."""
    value = typed(string, {STRING}, "substring")
    start = whole(start_position, "substring")
    size = whole(length, "substring")
    if value.is_null or not start or (size is not None and size < 1):
        return op.null_of(STRING)
    if value.known:
        known = str(value.constant)
        first = start - 1 if start > 0 else max(len(known) + start, 0)
        return constant(known[first:] if size is None else known[first : first + size])
    column = column_of(value)
    first_column = ibis.literal(start - 1) if start > 0 else ibis.greatest(column.length() + start, 0)
    return Scalar(STRING, column=column.substr(first_column, size))


def _before(string: str, match: str) -> str:
    return string[: string.find(match)] if match in string else ""


def _after(string: str, match: str) -> str:
    return string[string.find(match) + len(match) :] if match in string else ""


def _before_column(string: Any, match: Any) -> Any:
    part = ibis.ifelse(string.contains(match), string.substr(0, string.find(match)), "")
    return _unless_null(string, match, part)


def _after_column(string: Any, match: Any) -> Any:
    part = ibis.ifelse(string.contains(match), string.substr(string.find(match) + match.length()), "")
    return _unless_null(string, match, part)


def _unless_null(string: Any, match: Any, part: Any) -> Any:
    return ibis.ifelse(string.isnull() | match.isnull(), ibis.null("string"), part)


def _pattern(pattern: Value, flags: Value, name: str) -> str | None:
    """A regular expression with its flags, tried out so that a mistake is found before the data is read."""
    expression, options = text(pattern, name), text(flags, name) or ""
    if expression is None or set(options) - set("smix"):
        return None
    found = xpath_patterns.translated(expression, options, name)
    patterns.refuse_unknown(found, name)
    return found


def matches(input: Value, pattern: Value, flags: Value = NOTHING) -> Value:  # noqa: A002 - FEEL's name
    """Whether a part of the string fits the pattern."""
    value, found = typed(input, {STRING}, "matches"), _pattern(pattern, flags, "matches")
    if value.is_null or found is None:
        return op.null_of(BOOLEAN)
    if value.known:
        return constant(patterns.is_found(str(value.constant), found))
    return Scalar(BOOLEAN, column=column_of(value).re_search(found))


def replace(input: Value, pattern: Value, replacement: Value, flags: Value = NOTHING) -> Value:  # noqa: A002
    """The string with each match of the pattern replaced; $1 stands for the first group."""
    value, found = typed(input, {STRING}, "replace"), _pattern(pattern, flags, "replace")
    by = text(replacement, "replace")
    if value.is_null or found is None or by is None:
        return op.null_of(STRING)
    if value.known:
        return constant(patterns.replaced(str(value.constant), found, _for_database(by), TEXT_MAX))
    if "$" in by or "\\" in by:
        raise FeelError(
            'replace() of a column cannot use groups such as "$1": databases write them differently',
            kind="columns",
        )
    column = column_of(value)
    if not by:
        return Scalar(STRING, column=column.re_replace(found, by))
    # A text that may grow beyond what a text may have is not made: each replacement may stand between any
    # two characters, and replace() may be called on what replace() gave.
    may_grow = column.length() * (1 + len(by)) + len(by) > _GROWN_MAX
    return Scalar(STRING, column=ibis.ifelse(may_grow, ibis.null("string"), column.re_replace(found, by)))


def _for_database(replacement: str) -> str:
    """A replacement of XPath ($1, and \\$ and \\\\ for the signs themselves) as DuckDB writes it."""

    def one(found: re.Match[str]) -> str:
        group, escaped = found.groups()
        if group:
            return f"\\{group}"
        return escaped if escaped == "$" else "\\\\"

    return re.sub(r"\$(\d)|\\([$\\]?)", one, replacement)


def split(string: Value, delimiter: Value) -> Value:
    """The parts of a constant string between matches of a pattern."""
    value, found = text(string, "split"), _pattern(delimiter, NOTHING, "split")
    if value is None or found is None:
        return NOTHING
    return ListValue(tuple(constant(part) for part in patterns.parts(value, found)))


def string_join(list: Value, delimiter: Value = NOTHING) -> Value:  # noqa: A002
    """The strings of a list one after the other; nulls are left out."""
    if isinstance(list, Scalar) and list.is_null:
        raise FeelError("null stands where a list should be")
    between = text(delimiter, "string join") or ""
    items = [typed(item, {STRING}, "string join") for item in op.lifted(list)]
    if any(not item.known for item in items):
        parts_of = ibis.array([column_of(item, idt.string) for item in items])
        return Scalar(STRING, column=parts_of.filter(lambda one: one.notnull()).join(between))
    parts: Value = constant("")
    for position, item in enumerate(one for one in items if not one.is_null):
        glued = arithmetic("+", parts, constant(between if position else ""))
        parts = arithmetic("+", glued, item)
    return parts


def string(from_: Value) -> Value:
    """A value as FEEL writes it."""
    if isinstance(from_, ListValue | ContextValue | RangeValue):
        return constant(_literal(from_))
    value = typed(from_, SCALAR_KINDS, "string")
    if value.is_null:
        return op.null_of(STRING)
    if value.known:
        return constant(_written(value.constant))
    column = column_of(value)
    if value.kind == NUMBER:
        plain = _plain(column)
        # A decimal column shows all its places; FEEL writes none that are zero at the end.
        return Scalar(STRING, column=ibis.ifelse(plain.contains("."), plain.re_replace(r"\.?0+$", ""), plain))
    if value.kind in {STRING, BOOLEAN, DATE, TIME}:
        return Scalar(
            STRING, column=column.cast("string").lower() if value.kind == BOOLEAN else column.cast("string")
        )
    if value.kind == DATE_TIME:
        is_instant = column.type().timezone is not None
        written = wall_clock(column).strftime(_MOMENT + ("Z" if is_instant else ""))
        return Scalar(STRING, column=written if value.zoned is None else zoned.written(value.zoned))
    raise FeelError("string() of a column of durations is not supported", kind="columns")


def _plain(column: Any) -> Any:
    """A number as digits: a double as it is written, but without an exponent."""
    if not column.type().is_floating():
        return column.cast("string")
    small = column.cast("string").try_cast("decimal(38, 18)").cast("string")
    return ibis.ifelse(column.abs() < 1e18, small, column.try_cast("decimal(38, 0)").cast("string"))


def _literal(value: Value) -> str:
    """A constant inside a list, context or range: texts in quotes."""
    match value:
        case ListValue():
            return f"[{', '.join(_literal(item) for item in value.items)}]"
        case ContextValue():
            return f"{{{', '.join(f'{_key(name)}: {_literal(entry)}' for name, entry in value.entries)}}}"
        case RangeValue():
            ends = ("" if end is None else _literal(end) for end in (value.low, value.high))
            return f"{'[' if value.low_closed else '('}{'..'.join(ends)}{']' if value.high_closed else ')'}"
        case Scalar(known=True):
            known = value.constant
            return _quoted(known) if isinstance(known, str) else "null" if known is None else _written(known)
    raise FeelError("string() of a list, context or range takes constants only", kind="columns")


def _key(name: str) -> str:
    """A name as a context writes it: in quotes where it has a sign that would end it."""
    return _quoted(name) if re.search(r'[{}:,"\\]', name) else name


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        plain = f"{value:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return value if isinstance(value, str) else temporal.written(value)


def number(from_: Value, grouping_separator: Value = NOTHING, decimal_separator: Value = NOTHING) -> Value:
    """The number that a string writes; null when it writes none."""
    value = typed(from_, {STRING, NUMBER}, "number")
    grouping = text(grouping_separator, "number")
    point = text(decimal_separator, "number") or "."
    if grouping not in {None, " ", ",", "."} or point not in {",", "."} or grouping == point:
        return op.null_of(NUMBER)
    if value.is_null:
        return op.null_of(NUMBER)
    if value.kind == NUMBER:
        return value
    if value.known:
        plain = value.constant.replace(grouping, "") if grouping else value.constant
        if not re.fullmatch(_number_pattern(point), plain):
            return op.null_of(NUMBER)
        return constant(in_range_of_numbers(Decimal(plain.replace(point, "."))))
    column = column_of(value)
    column = column.replace(grouping, "") if grouping else column
    # Databases and Python read more than FEEL has: 1_000, 12., infinity.
    found = column.replace(point, ".").try_cast(COMPUTED_NUMBER)
    is_number = column.re_search(f"^{_number_pattern(point)}$")
    return Scalar(NUMBER, column=ibis.ifelse(is_number, found, ibis.null(COMPUTED_NUMBER)))


def _number_pattern(point: str) -> str:
    """A number as FEEL writes it, with the sign that stands for its point."""
    digits, sign = "[0-9]+", re.escape(point)
    return f"-?({digits}({sign}{digits})?|{sign}{digits})([eE][+-]?{digits})?"


def in_range_of_numbers(number: Decimal) -> Decimal | None:
    """The number, or None for one beyond FEEL's exponents."""
    return number if not number or DIGITS.Emin <= number.adjusted() <= DIGITS.Emax else None


FUNCTIONS: tuple[FunctionValue, ...] = (
    scalar_function(
        "string length",
        ("string",),
        (STRING,),
        NUMBER,
        lambda s: Decimal(len(s)),
        lambda s: s.length().cast("int64"),
    ),
    scalar_function("upper case", ("string",), (STRING,), STRING, str.upper, lambda s: s.upper()),
    scalar_function("lower case", ("string",), (STRING,), STRING, str.lower, lambda s: s.lower()),
    scalar_function("substring before", _TWO, (STRING, STRING), STRING, _before, _before_column),
    scalar_function("substring after", _TWO, (STRING, STRING), STRING, _after, _after_column),
    scalar_function(
        "contains", _TWO, (STRING, STRING), BOOLEAN, lambda s, m: m in s, lambda s, m: s.contains(m)
    ),
    scalar_function(
        "starts with", _TWO, (STRING, STRING), BOOLEAN, str.startswith, lambda s, m: s.startswith(m)
    ),
    scalar_function("ends with", _TWO, (STRING, STRING), BOOLEAN, str.endswith, lambda s, m: s.endswith(m)),
    FunctionValue("substring", ("string", "start position", "length"), substring),
    FunctionValue("matches", ("input", "pattern", "flags"), matches),
    FunctionValue("replace", ("input", "pattern", "replacement", "flags"), replace),
    FunctionValue("split", ("string", "delimiter"), split),
    FunctionValue("string join", ("list", "delimiter"), string_join),
    FunctionValue("string", ("from",), string),
    FunctionValue("number", ("from", "grouping separator", "decimal separator"), number),
)
