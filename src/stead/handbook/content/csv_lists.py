"""The handbook's lists (CSV): their rows, read once, and the days from and to which each of them holds."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

FROM, TO = "effective_from", "effective_to"
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Span = tuple[date, date]


@dataclass(frozen=True)
class CsvList:
    """A list as it is written: its columns, and its rows as cells by column."""

    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]

    @cached_property
    def spans(self) -> tuple[Span | None, ...]:
        """For each row the first and the last day on which it holds; None where its dates are none."""
        return tuple(span_of(row) for row in self.rows)


def read(text: str) -> CsvList:
    """The list in a text; cells that a short row leaves out are empty."""
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    rows = tuple(reader)
    return CsvList(tuple(reader.fieldnames or ()), rows)


def lines_of(text: str) -> list[str]:
    """The lines of a text with their ends: those that CSV knows, not every sign at which a line may break.

    str.splitlines() breaks at U+2028 or U+0085 too, which may stand within a cell.
    """
    return io.StringIO(text, newline="").readlines()


def span_of(row: dict[str, str]) -> Span | None:
    """The first and the last day on which a dated row holds; None where one of its dates is none."""
    first, end = day_of(row.get(FROM, "")), row.get(TO, "")
    last = day_of(end) if end else date.max
    return (first, last) if first and last else None


def number_of(text: str) -> Decimal | None:
    """The number written as 45 or 0.3; None for anything else, such as 1e3 or 1_000."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def day_of(text: str) -> date | None:
    """The day written as 2026-02-01; None for anything else."""
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None
