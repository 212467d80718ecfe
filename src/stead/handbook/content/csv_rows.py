"""The handbook's CSV files as rows: read for a form, checked cell by cell, written again."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stead.handbook.content.csv_lists import FROM, TO, Span, day_of, lines_of, number_of, span_of
from stead.handbook.night_needs import cell_problems, missing_columns

# What makes two dated rows two states of one thing. Of a list that a bank adds, it is the first column.
KEYS = {
    "1.1/promises.csv": ("name",),
    "1.2/goals.csv": ("name",),
    "1.3/rules.csv": ("name",),
    "1.4/limits.csv": ("name",),
    "1.4/words.csv": ("name",),
    "1.5/return_visits.csv": ("name",),
    "1.6/targets.csv": ("name",),
    "2.1/fields.csv": ("name",),
    "2.1/retention.csv": ("name",),
    "2.2/service.csv": ("name",),
    "2.3/counting.csv": ("name", "direction"),
    "2.3/ended.csv": ("name",),
    "2.3/festivals.csv": ("name",),
    "2.3/limits.csv": ("scope", "name", "days"),
    "2.3/messages.csv": ("name",),
    "2.4/satisfaction.csv": ("name",),
    "2.5/hospitality.csv": ("name",),
    "2.6/classification.csv": ("name",),
    "2.6/deadlines.csv": ("name",),
    "3.1/design.csv": ("name",),
    "3.1/handling.csv": ("name",),
    "3.1/waiting.csv": ("name",),
    "params.csv": ("name",),
}
# Columns that hold nothing but numbers.
_NUMBERS = {
    "params.csv": ("value",),
    "2.3/limits.csv": ("days", "most"),
    "2.3/festivals.csv": ("month", "day"),
}
_FREE = frozenset({"source", "unit", TO, "zh", "en"})
# What Python's reader says of a text that is no CSV.
_WHY = {
    "unexpected end of data": _("a quoted cell does not end"),
    "',' expected after '\"'": _("after the quote that ends a cell a comma or a new line should follow"),
    "line contains NUL": _("it holds a null character"),
}


@dataclass(frozen=True)
class CellProblem:
    """What is wrong with a cell. row: from 0, without the header; column: its name."""

    row: int
    column: str
    text: str


@dataclass(frozen=True)
class Rows:
    """A CSV file: its columns, and its rows in their order."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @staticmethod
    def read(text: str) -> "Rows":
        """The rows of a text. Raises ValueError, worded for the user, for what is no table."""
        try:
            lines = [line for line in csv.reader(io.StringIO(text, newline=""), strict=True) if line]
        except csv.Error as error:
            why = str(_WHY.get(str(error), error))
            raise ValueError(gettext("This is no CSV: %(why)s") % {"why": why}) from None
        if not lines:
            raise ValueError(gettext("The file is empty; its first line should name the columns."))
        header = lines[0]
        for number, line in enumerate(lines[1:], start=2):
            if len(line) != len(header):
                raise ValueError(
                    gettext("Row %(row)s has another number of cells (%(have)s) than the header (%(want)s).")
                    % {"row": number, "have": len(line), "want": len(header)}
                )
        return Rows(tuple(header), tuple(tuple(line) for line in lines[1:]))

    def written(self, like: str = "") -> str:
        """The text, with the line ends of `like`; rows that `like` has are written as they are there."""
        ending = "\r\n" if "\r\n" in like else "\n"
        raw = _raw_lines(like)
        return "".join(_line(cells, raw, ending) for cells in (self.columns, *self.rows))

    def dicts(self) -> list[dict[str, str]]:
        """Each row as cells by column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def _raw_lines(text: str) -> dict[tuple[str, ...], str]:
    """The lines of a text as written, by what they say; a row over several lines is written anew."""
    found = {}
    for line in lines_of(text):
        try:
            cells = next(csv.reader([line], strict=True), [])
        except csv.Error:
            continue
        found[tuple(cells)] = line.rstrip("\r\n")
    return found


def _line(cells: tuple[str, ...], raw: Mapping[tuple[str, ...], str], ending: str) -> str:
    if cells in raw:
        return raw[cells] + ending
    stream = io.StringIO()
    csv.writer(stream, lineterminator=ending).writerow(cells)
    return stream.getvalue()


def problems(path: str, rows: Rows) -> list[CellProblem]:
    """What is wrong with the rows of a file: dates, numbers, empty cells, two rows at the same time."""
    found: list[CellProblem] = []
    spans: list[Span | None] = []
    for column in missing_columns(path, rows.columns):
        told = gettext("The column %(column)s is missing; the night reads it.")
        found.append(CellProblem(-1, column, told % {"column": column}))
    for number, row in enumerate(rows.dicts()):
        wrong = list(_cells(number, row, _NUMBERS.get(path, ())))
        seen = {one.column for one in wrong}
        wrong += [CellProblem(number, *one) for one in cell_problems(path, row) if one[0] not in seen]
        found += wrong
        is_dated = FROM in row and not any(one.column in {FROM, TO} for one in wrong)
        spans.append(span_of(row) if is_dated else None)
    if FROM not in rows.columns and path in KEYS:
        missing = gettext("The column effective_from is missing; every row has its dates.")
        return [CellProblem(-1, FROM, missing)]
    return found + list(_overlaps(rows, _key(path, rows.columns), spans))


def _key(path: str, columns: Sequence[str]) -> tuple[str, ...]:
    known = KEYS.get(path, columns[:1])
    return tuple(column for column in known if column in columns)


def _cells(number: int, row: Mapping[str, str], numbers: Sequence[str]) -> Iterator[CellProblem]:
    for column, said in row.items():
        if column in {FROM, TO}:
            if (said or column == FROM) and day_of(said) is None:
                text = gettext("%(said)s is no date; write it as 2026-02-01.") % {"said": said or "–"}
                yield CellProblem(number, column, text)
        elif column in numbers and number_of(said) is None:
            text = gettext("%(said)s is no number; write it as 45 or 0.3.") % {"said": said or "–"}
            yield CellProblem(number, column, text)
        elif not said.strip() and column not in _FREE:
            yield CellProblem(number, column, gettext("This cell must not be empty."))
    first, last = day_of(row.get(FROM, "")), day_of(row.get(TO, ""))
    if first and last and last < first:
        yield CellProblem(number, TO, gettext("It ends before it begins."))


def _overlaps(rows: Rows, key: tuple[str, ...], spans: Sequence[Span | None]) -> Iterator[CellProblem]:
    seen: dict[tuple[str, ...], list[int]] = {}
    for number, row in enumerate(rows.dicts()):
        span, name = spans[number], tuple(row[column] for column in key)
        if span is None:
            continue
        for other in seen.get(name, []):
            earlier = spans[other]
            if earlier and earlier[0] <= span[1] and span[0] <= earlier[1]:
                text = gettext("Holds at the same time as row %(row)s; end that one before.")
                yield CellProblem(number, FROM, text % {"row": other + 1})
        seen.setdefault(name, []).append(number)
