"""Compiled values to plain columns and back to Python values: lists and contexts taken apart and rebuilt."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from stead.dmn.errors import FeelError
from stead.dmn.feel import zoned
from stead.dmn.feel.type_texts import entries_in, split_type
from stead.dmn.feel.values import (
    DAYS,
    MONTHS,
    NUMBER,
    ColumnList,
    ContextValue,
    Duration,
    ListValue,
    Scalar,
    Value,
    column_of,
    described,
    refuse_beyond,
)

Rebuild = Callable[[Iterator[Any]], Any]


def taken_apart(value: Value) -> tuple[list[Any], Rebuild]:
    """The columns of a value, and a function that makes the Python value from one row of them.

    Python values are Decimal, str, bool, date, time, datetime, timedelta, Duration, list, dict and None.
    """
    if isinstance(value, Scalar):
        if value.known:
            return [], lambda _row: value.constant
        kind = value.kind
        if value.zoned is not None:
            return list(value.zoned), lambda row: zoned.of_row(next(row), next(row))
        return [column_of(value)], lambda row: from_column(next(row), kind)
    if isinstance(value, ColumnList):
        text = f"list<{value.kind}>"
        return [value.column], lambda row: from_column(next(row), text)
    if isinstance(value, ListValue):
        parts = [taken_apart(item) for item in value.items]
        return [c for columns, _ in parts for c in columns], lambda row: [make(row) for _, make in parts]
    if isinstance(value, ContextValue):
        named = [(name, *taken_apart(entry)) for name, entry in value.entries]
        columns = [c for _, some, _ in named for c in some]
        return columns, lambda row: {name: make(row) for name, _, make in named}
    raise FeelError(
        "a {value} is no result; a result is a value, a list or a context",
        kind="columns",
        value=described(value),
    )


def from_column(value: Any, kind: str) -> Any:
    """The FEEL value in Python for what a column of a kind holds."""
    if value is None:
        return None
    if isinstance(value, list):
        inner = split_type(kind)[1]
        return [from_column(one, inner) for one in value]
    if isinstance(value, dict):
        kinds = dict(entries_in(split_type(kind)[1]))
        return {name: from_column(one, kinds[name]) for name, one in value.items()}
    makers: dict[str, Callable[[Any], Any]] = {
        NUMBER: lambda number: number if isinstance(number, Decimal) else Decimal(repr(number)),
        DAYS: lambda seconds: dt.timedelta(seconds=int(seconds)),
        MONTHS: lambda months: Duration(int(months)),
    }
    return makers.get(kind, lambda one: one)(value)


def to_column(value: Any) -> Any:
    """What a column holds for a FEEL value in Python; the reverse of from_column."""
    if isinstance(value, list):
        return [to_column(one) for one in value]
    if isinstance(value, dict):
        return {name: to_column(one) for name, one in value.items()}
    if isinstance(value, dt.timedelta):
        return int(value.total_seconds())
    if isinstance(value, Duration):
        return value.months
    refuse_beyond(value)
    return value
