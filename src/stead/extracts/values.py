"""Reads what a bank delivers as values of the contract, in one place for every kind of source.

A value is read only in the form that the mapping names. Databases are more generous than that: "infinity"
would become a date, "1e3" and "1_000" numbers, and a third decimal would be rounded away without a word.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from stead.extracts.contract import DUCKDB_TYPES, Column, Kind
from stead.extracts.delivery import quoted

# Everything that looks like a blank at the edge of a value: Unicode's white space, and the two signs of no
# width that programs leave there (the zero width space and the mark of byte order).
WHITE_SPACE = "".join(
    map(
        chr,
        [*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200C), 0x2028, 0x2029, 0x202F,
         0x205F, 0x3000, 0xFEFF],
    )
)  # fmt: skip
# Where a line may break, and the tab: as ranges of a pattern.
BREAKS = r"\x09-\x0D\x{85}\x{2028}\x{2029}"
DECIMALS: dict[Kind, int] = {"money": 2, "ratio": 6, "rate": 8, "integer": 0}
# How many digits may stand before the point. For money two fewer than its type holds: then many amounts can
# be added, weighted by days and converted in whole cents of 64 bits, whatever a bank delivers.
DIGITS: dict[Kind, int] = {"money": 14, "ratio": 3, "rate": 10, "integer": 9}
_CODES = [f"chr({ord(sign)})" for sign in WHITE_SPACE if not sign.isprintable()]
# A year, a month and a day of the month, in one of the ways in which strftime writes each.
_DAY_PARTS = (("%Y", "%y", "%-y"), ("%m", "%-m", "%b", "%B"), ("%d", "%-d"))


@dataclass(frozen=True)
class Forms:
    """How the text of a core system's files writes dates, numbers and truth; nothing else is read."""

    dates: tuple[str, ...] = ("%Y-%m-%d",)
    decimal: str = "."
    thousands: str = ""  # the sign between groups of three digits; "" where there is none
    booleans: tuple[str, str] = ("true", "false")

    def written(self, day: date) -> str:
        """A day as the files write it, for examples in reasons."""
        return " or ".join(day.strftime(each) for each in self.dates)

    def number(self, kind: Kind) -> str:
        """A number of a kind as the files write it, for examples in reasons."""
        places = DECIMALS[kind]
        return f"1{self.thousands}234" + (f"{self.decimal}{'5'.ljust(places, '0')}" if places else "")


FORM_KEYS = ("date_formats", "decimal", "thousands", "booleans")


def forms_of(told: Mapping[str, Any]) -> tuple[Forms, dict[str, str]]:
    """The forms that the entries FORM_KEYS of a mapping name, and what is wrong with each entry.

    Refused is what could be read in two ways. Where an entry is wrong, the default stands for it.
    """
    usual, wrong = Forms(), {}
    dates, words = told.get("date_formats", list(usual.dates)), told.get("booleans", list(usual.booleans))
    decimal, thousands = told.get("decimal", usual.decimal), told.get("thousands", usual.thousands)
    if not isinstance(dates, list) or not dates or not all(isinstance(each, str) for each in dates):
        wrong["date_formats"] = f'date_formats = {dates!r} cannot be; right would be ["%Y-%m-%d"].'
    elif bad := next((each for each in dates if day_format_problem(each)), None):
        right = 'right would be one such as "%Y-%m-%d" or "%d.%m.%Y"'
        wrong["date_formats"] = f"the date format {bad!r} {day_format_problem(bad)}; {right}."
    if not _is_sign(decimal) or not (thousands == "" or _is_sign(thousands)) or decimal == thousands:
        right = 'right would be two different signs, such as decimal = "," and thousands = "."'
        wrong["decimal" if "decimal" in told else "thousands"] = (
            f"{decimal!r} and {thousands!r} cannot be; {right}."
        )
    if (
        not isinstance(words, list)
        or len({str(each).strip() for each in words} - {""}) != 2
        or len(words) != 2
    ):
        right = 'right would be the words for true and for false, such as ["Y", "N"]'
        wrong["booleans"] = f"booleans = {words!r} cannot be; {right}."
    if wrong:
        return usual, wrong
    return Forms(tuple(dates), decimal, thousands, (str(words[0]), str(words[1]))), {}


def _is_sign(sign: object) -> bool:
    """Whether this can stand between digits without being taken for a part of the number."""
    return isinstance(sign, str) and len(sign) == 1 and not sign.isalnum() and sign not in "+-"


def day_format_problem(form: str) -> str:
    """What is wrong with a format of dates; empty when it writes each day so that it can be read back."""
    if "%z" in form or "%Z" in form:
        return "has a time zone, in which the day would depend on the reader's"
    if not all(any(part in form for part in parts) for parts in _DAY_PARTS):
        return "does not tell year, month and day"
    try:
        with duckdb.connect() as con:
            for day in (date(2024, 3, 31), date(1987, 12, 1)):
                read = f"CAST(try_strptime(strftime($day, {quoted(form)}), {quoted(form)}) AS DATE)"
                if con.execute(f"SELECT {read}", {"day": day}).fetchall() != [(day,)]:
                    return "does not tell year, month and day"
    except duckdb.Error:
        return "is not one that strftime knows"
    return ""


def trimmed(text: str, *, lines: bool = False) -> str:
    """SQL: a text without white space at its edges; null where nothing is left.

    A name that is broken over two lines is the same name: breaks and tabs within become a blank. Where a text
    may have lines, every kind of break becomes the common one, and tabs stay.
    """
    signs = "".join(f"\\x{{{ord(sign):X}}}" for sign in WHITE_SPACE)
    # The literal holds no line breaks, as the lines of a query are counted when it fails.
    edge = " || ".join([quoted("".join(filter(str.isprintable, WHITE_SPACE)) + " "), *_CODES])
    breaks = BREAKS.replace(r"\x09-\x0D", r"\x0B-\x0D") if lines else BREAKS
    whole = f"replace({text}, chr(13) || chr(10), chr(10))" if lines else text
    becomes, run = ("chr(10)", "") if lines else (quoted(" "), "+")
    broken = f"regexp_replace({whole}, '[{breaks}]{run}', {becomes}, 'g')"
    # To cut off any of thirty signs is slow; few texts have one at an edge, and asking that is quick.
    is_odd = f"regexp_matches({text}, '^[{signs}]|[{signs}]$|[{breaks}]')"
    return f"nullif(CASE WHEN {is_odd} THEN trim({broken}, {edge}) ELSE {text} END, '')"


def typed(column: Column, value: str, kind: str, forms: Forms) -> str:
    """SQL: a column in the contract's type, null where it cannot be read. kind: its type as delivered."""
    target = DUCKDB_TYPES[column.kind]
    if column.kind == "text":
        text = value if kind == "VARCHAR" else f"CAST({value} AS VARCHAR)"
        # Files without a type for whole numbers deliver the number 1001 as 1001.0.
        text = f"regexp_replace({text}, '[.]0$', '')" if kind in {"DOUBLE", "FLOAT"} else text
        return trimmed(text, lines=column.lines)
    if kind == target:
        return value
    if kind == "VARCHAR":
        return read_text(column.kind, trimmed(value), forms)
    if column.kind == "date":
        # A moment is a day only at midnight; one with a zone has another day elsewhere, so it has none here.
        can_be = kind.startswith("TIMESTAMP") and "WITH TIME ZONE" not in kind
    else:
        # The nearest number of so many decimals must be the same number in the type that was delivered.
        is_number = re.match(r"U?(TINY|SMALL|BIG|HUGE)?INT|DECIMAL|DOUBLE|FLOAT", kind) is not None
        can_be = is_number and column.kind != "boolean"
    return (
        _if_same(value, target, "TIMESTAMP" if column.kind == "date" else kind)
        if can_be
        else f"NULL::{target}"
    )


def _if_same(value: str, target: str, kind: str) -> str:
    """SQL: a value in another type, null where that would change it."""
    cast = f"TRY_CAST({value} AS {target})"
    return f"CASE WHEN TRY_CAST({cast} AS {kind}) = {value} THEN {cast} END"


def read_text(kind: Kind, text: str, forms: Forms) -> str:
    """SQL: a trimmed text read as a kind of the contract, null where it is not in the form that is named."""
    if kind == "date":
        return read_day(text, [quoted(form) for form in forms.dates])
    if kind == "boolean":
        yes, no = (quoted(word) for word in forms.booleans)
        return f"CASE {text} WHEN {yes} THEN true WHEN {no} THEN false END"
    target, places = DUCKDB_TYPES[kind], DECIMALS[kind]
    point, group = re.escape(forms.decimal), re.escape(forms.thousands)
    digits = f"(?:[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]+)" if group else "[0-9]+"
    pattern = f"-?{digits}" + (f"(?:{point}[0-9]{{1,{places}}})?" if places else "")
    plain = f"replace({text}, {quoted(forms.thousands)}, '')" if group else text
    plain = plain if forms.decimal == "." else f"replace({plain}, {quoted(forms.decimal)}, '.')"
    return f"CASE WHEN regexp_full_match({text}, {quoted(pattern)}) THEN TRY_CAST({plain} AS {target}) END"


def read_day(text: str, forms: list[str]) -> str:
    """SQL: a text read as a day, null unless it is as one of the forms writes that day. forms: as SQL."""
    # Written again by the form it must be the same text: so 2023-2-3, "epoch" and a time behind it are none.
    cases = " ".join(
        f"WHEN lower(strftime(try_strptime({text}, {form}), {form})) = lower({text}) "
        f"THEN CAST(try_strptime({text}, {form}) AS DATE)"
        for form in forms
    )
    return f"CASE {cases} END"


def declare_macros(con: duckdb.DuckDBPyConnection, forms: Forms) -> None:
    """Give the mapping's SQL the same reading: `read_money(text)` and `read_day(text, format)`."""
    bare = trimmed("text")
    con.execute(f"CREATE OR REPLACE MACRO read_money(text) AS {read_text('money', bare, forms)}")
    con.execute(f"CREATE OR REPLACE MACRO read_day(text, form) AS {read_day(bare, ['form'])}")
