"""What a FEEL expression is while it is compiled: constants, columns, and lists and contexts of these."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal, Inexact, localcontext
from typing import Any

import ibis
import ibis.expr.datatypes as idt
import ibis.expr.operations as ops

from stead.dmn.errors import FeelError, Kinds, LimitError
from stead.dmn.feel.beyond import Beyond

NUMBER, STRING, BOOLEAN, DATE, TIME = "number", "string", "boolean", "date", "time"
DATE_TIME, DAYS, MONTHS, NULL = "date and time", "days and time duration", "years and months duration", "null"
SCALAR_KINDS = (NUMBER, STRING, BOOLEAN, DATE, TIME, DATE_TIME, DAYS, MONTHS)

# What a number has when it is computed from columns and leaves the table: 28 digits before the point.
COMPUTED_NUMBER = idt.Decimal(38, 10)
# FEEL numbers have 34 significant digits and the exponents of IEEE 754 decimal128.
DIGITS = Context(prec=34, Emax=6144, Emin=-6143)
# Values inside one list or context, however deeply; more would be a bomb and not a rule.
ITEMS_MAX = 2_000
TEXT_MAX = 100_000


class Unknown:
    """Marks a value that depends on columns."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


@dataclass(frozen=True)
class Duration:
    """A years and months duration, in months; days and time durations are timedelta."""

    months: int


@dataclass(frozen=True)
class Scalar:
    """One FEEL value: `constant` when it is known, else an Ibis expression.

    Columns hold days and time durations as whole seconds and years and months durations as whole months.
    A quotient is a double; `ratio` has the exact numbers that were divided, for a function that rounds it.
    `zoned` has the clock and offset of dates and times in texts, of which the column holds the local ones.
    """

    kind: str
    constant: Any = UNKNOWN
    column: Any = None
    ratio: tuple[Any, Any] | None = field(default=None, compare=False, repr=False)
    zoned: tuple[Any, Any] | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        # What a column of nothing but nulls holds is known, whatever type the database gives the column.
        if self.kind == NULL and not self.known:
            object.__setattr__(self, "constant", None)

    @property
    def known(self) -> bool:
        """Whether the value is a constant."""
        return not isinstance(self.constant, Unknown)

    @property
    def is_null(self) -> bool:
        """Whether the value is the constant null."""
        return self.constant is None


@dataclass(frozen=True)
class ListValue:
    """A list of which the length is known; `size` counts the values in it, however deeply."""

    items: tuple["Value", ...]
    size: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", size_of(self.items))


@dataclass(frozen=True)
class ColumnList:
    """A list that depends on columns: an Ibis array whose items are of `kind`, a type as FEEL writes it."""

    kind: str
    column: Any


@dataclass(frozen=True)
class ContextValue:
    """A context with known names."""

    entries: tuple[tuple[str, "Value"], ...]
    size: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", size_of([value for _, value in self.entries]))

    def get(self, name: str) -> "Value | None":
        """The entry, or None."""
        return dict(self.entries).get(name)


@dataclass(frozen=True)
class RangeValue:
    """An interval; an end that is None has no limit, one that is null is unknown.

    sign: "=" or "!=" for (= 5) and (!= 5), else empty. is_count: whether it is what an iteration counts,
    which may go downwards.
    """

    low: Scalar | None
    high: Scalar | None
    low_closed: bool
    high_closed: bool
    sign: str = ""
    is_count: bool = False


@dataclass(frozen=True)
class FunctionValue:
    """A function: parameter names and what they make of arguments."""

    name: str
    parameters: tuple[str, ...]
    apply: Callable[..., "Value"]
    others: tuple["FunctionValue", ...] = ()  # the same with other names for arguments given by name

    @property
    def signatures(self) -> tuple["FunctionValue", ...]:
        """Whatever arguments by name may be meant for."""
        return self.others or (self,)


Value = Scalar | ListValue | ColumnList | ContextValue | RangeValue | FunctionValue

NOTHING = Scalar(NULL, None)
TRUE = Scalar(BOOLEAN, True)
FALSE = Scalar(BOOLEAN, False)


def size_of(values: Sequence["Value"]) -> int:
    """How many values a list or context of these holds; raises LimitError before that becomes a bomb."""
    size = len(values) + sum(_inside(value) for value in values)
    if size > ITEMS_MAX:
        raise LimitError("a list or context holds more than {items_max} values", items_max=f"{ITEMS_MAX:,}")
    return size


def _inside(value: "Value") -> int:
    """What a value counts for beside itself: the values in it, and each thousand characters of a text."""
    if isinstance(value, ListValue | ContextValue):
        return value.size
    known = value.constant if isinstance(value, Scalar) else None
    return len(known) // 1_000 if isinstance(known, str) else 0


def constant(value: Any) -> Scalar:
    """The scalar for a Python value."""
    if value is None:
        return NOTHING
    if isinstance(value, str) and len(value) > TEXT_MAX:
        raise LimitError("a constant text has more than {text_max} characters", text_max=f"{TEXT_MAX:,}")
    return Scalar(kind_of_constant(value), value)


def kind_of_constant(value: Any) -> str:
    """The FEEL kind of a Python value."""
    kinds: tuple[tuple[type, str], ...] = (
        (bool, BOOLEAN), (Decimal, NUMBER), (str, STRING), (dt.datetime, DATE_TIME), (dt.date, DATE),
        (dt.time, TIME), (dt.timedelta, DAYS), (Duration, MONTHS),
    )  # fmt: skip
    plain = value.near if isinstance(value, Beyond) else value
    for python, kind in kinds:
        if isinstance(plain, python):
            return kind
    raise FeelError("a value of type {name} has no place in FEEL", name=type(value).__name__)


def kind_of_dtype(dtype: idt.DataType) -> str | None:
    """The FEEL kind of a column type; None when it has none."""
    checks = (
        (dtype.is_boolean, BOOLEAN), (dtype.is_numeric, NUMBER), (dtype.is_string, STRING),
        (dtype.is_date, DATE),
        (dtype.is_timestamp, DATE_TIME), (dtype.is_time, TIME), (dtype.is_null, NULL),
    )  # fmt: skip
    return next((kind for check, kind in checks if check()), None)


def dtype_of_kind(kind: str) -> idt.DataType:
    """The column type that stands for a kind when no column is given yet."""
    kinds: dict[str, idt.DataType] = {
        NUMBER: COMPUTED_NUMBER, STRING: idt.string, BOOLEAN: idt.boolean, DATE: idt.date, TIME: idt.time,
        DATE_TIME: idt.timestamp, DAYS: idt.int64, MONTHS: idt.int64, NULL: idt.string,
    }  # fmt: skip
    return kinds[kind]


def scale_of(number: Decimal) -> tuple[int, int]:
    """Digits before and after the point of a number."""
    _, digits, exponent = number.normalize(DIGITS).as_tuple()
    assert isinstance(exponent, int)  # noqa: S101 - FEEL has no NaN and no infinity
    after = max(0, -exponent)
    return max(len(digits) + exponent, 0), after


def number_dtype(number: Decimal, like: idt.DataType | None = None) -> idt.DataType:
    """The column type for a constant: that of the column it meets, when it fits: no column is cast then."""
    before, after = scale_of(number)
    if like is not None and like.is_floating():
        return idt.float64
    if isinstance(like, idt.Decimal) and like.precision is not None and like.scale is not None:
        if after <= like.scale and before <= like.precision - like.scale:
            return idt.Decimal(like.precision, like.scale)
    elif after == 0 and like is not None and like.is_integer() and _fits(int(number), like):
        return like.copy(nullable=True)
    if after == 0 and _fits(int(number), idt.int64):
        return idt.int64
    if before + after <= 18:
        return idt.Decimal(18, after)
    # Beyond 38 digits a column cannot be exact; doubles keep at least the size.
    return idt.Decimal(38, after) if before + after <= 38 else _wide(before)


def _wide(before: int) -> idt.DataType:
    return idt.Decimal(38, 38 - before) if before <= 34 else idt.float64


def _fits(number: int, dtype: idt.DataType) -> bool:
    bounds = dtype.bounds
    return bool(bounds.lower <= number <= bounds.upper)


def number_literal(number: Decimal, like: idt.DataType | None = None) -> Any:
    """The number as an Ibis literal of number_dtype."""
    dtype = number_dtype(number, like)
    if dtype.is_floating():
        return ibis.literal(float(number), dtype)
    if dtype.is_integer():
        return ibis.literal(int(number), dtype)
    assert isinstance(dtype, idt.Decimal)  # noqa: S101
    with localcontext(Context(prec=60)) as context:
        context.traps[Inexact] = False
        return ibis.literal(number.quantize(Decimal(1).scaleb(-int(dtype.scale or 0))), dtype)


def column_of(value: Scalar, like: idt.DataType | None = None) -> Any:  # noqa: PLR0911
    """The Ibis expression of a scalar; `like` is the type of what a constant number meets."""
    if not value.known:
        return value.column
    known = value.constant
    if known is None:
        return ibis.null(like) if like is not None else ibis.null(dtype_of_kind(value.kind))
    if isinstance(known, Decimal):
        return number_literal(known, like)
    if isinstance(known, dt.timedelta):
        return ibis.literal(int(known.total_seconds()), idt.int64)
    if isinstance(known, Duration):
        return ibis.literal(known.months, idt.int64)
    if isinstance(known, Beyond):
        refuse_beyond(known)
    if isinstance(known, dt.datetime) and known.tzinfo is not None:
        return ibis.literal(known.astimezone(dt.UTC), idt.Timestamp("UTC"))
    return ibis.literal(known, dtype_of_kind(value.kind))


def refuse_beyond(known: Any) -> None:
    """Raises FeelError for a date or time that the standard has and columns do not: null would be wrong."""
    if isinstance(known, Beyond):
        raise FeelError(
            "columns hold the years 1 to 9999 and millionths of a second, not {text}",
            kind="columns",
            text=repr(str(known)),
        )


def finite(column: Any) -> Any:
    """The column with null for what is no number of FEEL; databases take NaN for greater than all numbers."""
    if not column.type().is_floating():
        return column
    return ibis.ifelse(column.isnan() | column.isinf(), ibis.null(column.type()), column)


def whole_number(column: Any) -> Any:
    """A column of numbers as whole ones of 64 bits; null for what they do not hold, so that no row fails."""
    return column.cast("int64") if column.type().is_integer() else column.try_cast("int64")


def enclosed(column: Any) -> Any:
    """The column as the operand of IS NULL or IS NOT DISTINCT FROM, around which Ibis writes no brackets.

    Without them NOT (a) IS NULL is NOT (a IS NULL), and a IS NOT DISTINCT FROM b AND c is a conjunction.
    """
    if not column.type().is_boolean() or isinstance(column.op(), ops.Field | ops.Literal | ops.Coalesce):
        return column
    return ibis.coalesce(column)


def wall_clock(column: Any) -> Any:
    """Dates and times of a column as they stand on the clock, instants on that of UTC: what a database makes
    of an instant by itself depends on the zone of its session."""
    if getattr(column.type(), "timezone", None) is None:
        return column
    first = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    seconds = column.delta(ibis.literal(first, idt.Timestamp("UTC")), unit="second")
    return ibis.literal(first.replace(tzinfo=None), idt.timestamp) + seconds.as_interval("s")


def of_column(column: Any, kind: str | None = None) -> Value:
    """The FEEL value of an Ibis column: a scalar, a list or, for a struct, a context."""
    dtype = column.type()
    if isinstance(dtype, idt.Struct):
        return ContextValue(tuple((name, of_column(column[name])) for name in dtype.names))
    if isinstance(dtype, idt.Array):
        inner = kind or kind_of_dtype(dtype.value_type)
        if inner is not None:
            return ColumnList(inner, column)
    elif found := kind or kind_of_dtype(dtype):
        return Scalar(found, column=finite(column))
    raise FeelError(
        "columns of type {dtype} have no place in FEEL; use numbers, strings, booleans or dates", dtype=dtype
    )


def described(value: Value) -> Kinds:
    """How a message names a value: its type, and what it is when that is known."""
    if isinstance(value, Scalar):
        is_said = value.known and value.constant is not None
        return Kinds(f"{value.kind} {_shown(value.constant)}" if is_said else value.kind)
    names = {ListValue: "list", ColumnList: "list", ContextValue: "context", RangeValue: "range"}
    return Kinds(names.get(type(value), "function"))


def _shown(known: Any) -> str:
    if isinstance(known, Decimal):
        return f"{known:f}"
    return (
        str(known).lower()
        if isinstance(known, bool)
        else repr(known)
        if isinstance(known, str)
        else str(known)
    )
