"""Typed values of workbooks, Parquet files and databases as texts, in the forms that the mapping names.

A mapping's queries see texts only, whatever the file was. A number, a day or a truth that comes with its type
can be read in one way; so it is written as this bank's files write it, and is read back as itself.
"""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from stead.extracts.delivery import quoted
from stead.extracts.values import Forms

# Databases and Parquet name the types of decimals so, with the digits in brackets behind DECIMAL.
_DECIMALS = re.compile(r"DECIMAL|DOUBLE$|FLOAT$")
# With a zone behind it, a moment has another day elsewhere: it stays the text that it is.
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?")
_FLOATS = frozenset({"DOUBLE", "FLOAT"})


def text_of_value(value: Any, forms: Forms) -> str | None:
    """A value of Python as a delimited text of this bank would hold it; numbers without grouping."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return forms.booleans[0 if value else 1]
    if isinstance(value, float):
        # 15 digits are what a workbook shows and keeps; what lies behind them comes from binary fractions.
        return format(Decimal(f"{value:.15g}").normalize(), "f").replace(".", forms.decimal)
    if isinstance(value, dt.datetime) and value.time() != dt.time():
        return value.isoformat(" ")
    if isinstance(value, dt.date):
        return value.strftime(forms.dates[0])
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def typed_by(declared: str, value: Any) -> Any:
    """A value of SQLite as the type of its column says, which SQLite itself does not keep.

    It has neither truth nor days: it stores 1 and 0, and the texts that its own functions of days read.
    """
    if declared.startswith("BOOL") and value in {0, 1}:
        return bool(value)
    is_moment = declared.startswith(("DATE", "TIMESTAMP")) and isinstance(value, str)
    if is_moment and _MOMENT.fullmatch(value):
        try:
            return dt.datetime.fromisoformat(value)
        except ValueError:
            return value
    return value


def column_text(name: str, kind: str, forms: Forms, null: Sequence[str]) -> str:
    """SQL: a column of the type `kind` as text; a point in time at midnight is a day."""
    column = quoted_column(name)
    text = f"CAST({column} AS VARCHAR)"
    if kind == "DATE":
        text = f"strftime({column}, {quoted(forms.dates[0])})"
    elif kind == "BOOLEAN":
        yes, no = (quoted(word) for word in forms.booleans)
        text = f"CASE {column} WHEN true THEN {yes} WHEN false THEN {no} END"
    elif _DECIMALS.match(kind):
        text = digits_text(_plain_digits(column) if kind in _FLOATS else text, forms)
    elif kind.startswith("TIMESTAMP") and "TIME ZONE" not in kind:
        day = f"strftime({column}, {quoted(forms.dates[0])})"
        text = f"CASE WHEN {column} = date_trunc('day', {column}) THEN {day} ELSE {text} END"
    nothing = ", ".join(quoted(each) for each in ("", *null))
    return f"CASE WHEN {text} NOT IN ({nothing}) THEN {text} END AS {column}"


def digits_text(text: str, forms: Forms) -> str:
    """SQL: a number's digits with the mapping's sign before the decimals, without the zeros that end them.

    A type of four decimals gives 1234.5000, and one of fractions 1001.0; they hold 1234.5 and 1001.
    """
    short = f"CASE WHEN contains({text}, '.') THEN regexp_replace({text}, '[.]?0+$', '') ELSE {text} END"
    return short if forms.decimal == "." else f"replace({short}, '.', {quoted(forms.decimal)})"


def _plain_digits(column: str) -> str:
    """SQL: a binary number without an exponent, as long as digits say the same."""
    text, fine = f"CAST({column} AS VARCHAR)", f"TRY_CAST({column} AS DECIMAL(38, 15))"
    return (
        f"CASE WHEN NOT contains({text}, 'e') THEN {text} "
        f"WHEN abs({column}) >= 1 THEN coalesce(CAST(TRY_CAST({column} AS HUGEINT) AS VARCHAR), {text}) "
        f"WHEN CAST({fine} AS DOUBLE) = {column} THEN CAST({fine} AS VARCHAR) ELSE {text} END"
    )


def quoted_column(name: str) -> str:
    """The name of a column as SQL takes it, whatever signs it has."""
    return '"' + name.replace('"', '""') + '"'
