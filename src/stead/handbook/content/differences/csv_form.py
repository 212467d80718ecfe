"""CSV as a grid: a row is known by its leading columns and the day from which it holds."""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stead.handbook.content.csv_lists import lines_of
from stead.handbook.content.differences.grids import Form, FormError, Grid, Sheet

DATED = "effective_from"


@dataclass(frozen=True)
class _Lines:
    """The lines of a CSV file as written, by the row that they make."""

    header: list[str]
    header_raw: str
    cells: list[list[str]]
    raw: list[str]
    end: str  # blank lines at the end


def _parsed(text: str) -> _Lines:
    lines = lines_of(text)
    reader = csv.reader(lines, strict=True)
    rows: list[tuple[list[str], str]] = []
    done, lead = 0, ""
    try:
        for cells in reader:
            raw = lead + "".join(lines[done : reader.line_num])
            done, lead = reader.line_num, ""
            if cells:
                rows.append((cells, raw))
            else:
                lead = raw  # a blank line stays before the row that follows
    except csv.Error as error:
        raise FormError(str(error)) from None
    if not rows:
        raise FormError("no header")
    header, header_raw = rows[0]
    if len(set(header)) != len(header) or any(len(cells) != len(header) for cells, _ in rows[1:]):
        raise FormError("columns of one name, or a row with more or fewer cells than columns")
    return _Lines(header, header_raw, [c for c, _ in rows[1:]], [r for _, r in rows[1:]], lead)


def _key_columns(files: Sequence[_Lines]) -> list[str]:
    """As many leading columns, with the date, as it takes for no two rows of a file to be the same."""
    shared = [name for name in files[0].header if all(name in one.header for one in files)]
    dated = [DATED] if DATED in shared else []
    leading = [name for name in shared if name != DATED]
    for count in range(1, len(leading) + 1):
        names = leading[:count] + dated
        if all(max(Counter(_keys(one, names)).values(), default=0) <= 1 for one in files):
            return names
    raise FormError("two rows are the same")


def _keys(file: _Lines, names: Sequence[str]) -> list[str]:
    places = [file.header.index(name) for name in names]
    return [" · ".join(cells[place] for place in places) for cells in file.cells]


def read(texts: Sequence[str]) -> list[Sheet]:
    """The sheets of CSV texts, with rows by the key that fits them all."""
    files = [_parsed(text) for text in texts]
    names = _key_columns(files)
    sheets = []
    for file in files:
        keys = _keys(file, names)
        rows = {
            key: dict(zip(file.header, cells, strict=True))
            for key, cells in zip(keys, file.cells, strict=True)
        }
        raw = dict(zip(keys, file.raw, strict=True))
        grid = Grid(columns={name: name for name in file.header}, rows=rows)
        sheets.append(Sheet({"": grid}, "", (file, raw)))
    return sheets


def write(grids: Mapping[str, Grid], rest: str, first: Sheet, second: Sheet) -> str:
    """The text of a merged grid; a row that a side has just so is taken as that side wrote it."""
    del rest
    grid = grids[""]
    file: _Lines = first.source[0]
    ending = "\r\n" if file.header_raw.endswith("\r\n") else "\n"
    parts = []
    header = list(grid.columns)
    parts.append(_ended(file.header_raw if header == file.header else _line(header, ending), ending))
    for key, row in grid.rows.items():
        parts.append(_ended(_as_written(key, row, header, (first, second), ending), ending))
    text = "".join(parts)
    # A file that ended without a line's end goes on doing so.
    last = (file.raw or [file.header_raw])[-1]
    return text + file.end if last.endswith("\n") else text.removesuffix(ending)


def _as_written(
    key: str, row: Mapping[str, str], header: Sequence[str], sheets: Sequence[Sheet], ending: str
) -> str:
    for sheet in sheets:
        file, raw = sheet.source
        if key in raw and file.header == list(header) and dict(sheet.grids[""].rows[key]) == dict(row):
            return str(raw[key])
    return _line([row.get(name, "") for name in header], ending)


def _ended(raw: str, ending: str) -> str:
    return raw if raw.endswith(("\n", "\r")) else raw + ending


def _line(cells: Sequence[str], ending: str) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator=ending).writerow(cells)
    return stream.getvalue()


FORM = Form(read, write)
