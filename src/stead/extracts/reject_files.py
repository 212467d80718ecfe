"""What was set aside, for a person: the whole raw row beside each value, and all of it as a workbook."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import duckdb
import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from stead.extracts.contract import by_name
from stead.extracts.delivery import quoted
from stead.extracts.raw_copies import RawCopy
from stead.extracts.reject_rows import value_shown

WORKBOOK = "rejects.xlsx"
LINES = "lines"  # of raw files, those that are no rows
ROWS_MAX = 10_000  # of a sheet; more are in the Parquet file beside, and the first sheet says how many
CELL_LENGTH_MAX = 32_000  # a cell of Excel holds 32,767 signs
COLUMNS = ("file", "row", "column", "value", "reason")
WIDTHS = {"file": 24, "column": 18, "value": 24, "reason": 70, "raw": 80, "table": 18}
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
# Signs that XML has not, of which a workbook is made. openpyxl itself knows only those below the blank.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def complete(con: duckdb.DuckDBPyConnection, folder: Path, copies: Sequence[RawCopy]) -> None:
    """Add the raw row to each row set aside, and write the workbook when there is any.

    folder: the folder of a delivery's rejects. copies: the raw rows, while they are still there.
    """
    for path in _files(folder):
        if path.stem != LINES:
            _add_raw(con, path, copies)
    if any(_count(con, path) for path in _files(folder)):
        with (folder / WORKBOOK).open("wb") as file:
            write_workbook(folder, file, is_whole=True)


def _files(folder: Path) -> list[Path]:
    """The files of rows set aside, by table; the folder holds lists of other kinds too."""
    names = sorted([*by_name(), LINES])
    return [path for name in names if (path := folder / f"{name}.parquet").exists()]


def _add_raw(con: duckdb.DuckDBPyConnection, path: Path, copies: Sequence[RawCopy]) -> None:
    """Write a file of rejects again with a column `raw`: the row as the raw file has it; null if unknown."""
    source = f"read_parquet({quoted(str(path))})"
    files = {name for (name,) in con.execute(f"SELECT DISTINCT file FROM {source}").fetchall()}
    parts = [_raw_rows(copy, source) for copy in copies if copy.name in files]
    told = "SELECT NULL::VARCHAR AS file, NULL::BIGINT AS row, NULL::VARCHAR AS raw WHERE false"
    # A file that two sources read has its rows twice; one of them is enough.
    rows = f"SELECT file, row, any_value(raw) AS raw FROM ({' UNION ALL '.join([*parts, told])}) GROUP BY ALL"
    new = path.with_suffix(".new")
    con.execute(
        f'COPY (SELECT s.file, s.row, s."column", s.value, s.reason, r.raw FROM {source} s '
        f'LEFT JOIN ({rows}) r ON s.file = r.file AND s.row = r.row ORDER BY s.file, s.row, s."column") '
        f"TO {quoted(str(new))} (FORMAT parquet, COMPRESSION zstd)"
    )
    new.replace(path)


def _raw_rows(copy: RawCopy, rejects: str) -> str:
    """The rows of a raw file that were set aside, each as one line of text."""
    values = []
    for column in copy.columns:
        name = '"' + column.replace('"', '""') + '"'
        signs = " OR ".join(
            f"contains({name}, {sign})" for sign in (quoted(copy.delimiter), "'\"'", "chr(10)")
        )
        quotes = f"'\"' || replace({name}, '\"', '\"\"') || '\"'"
        values.append(f"CASE WHEN {name} IS NULL THEN '' WHEN {signs} THEN {quotes} ELSE {name} END")
    wanted = f"SELECT row AS _row FROM {rejects} WHERE file = {quoted(copy.name)}"
    return (
        f"SELECT {quoted(copy.name)} AS file, _row AS row, "
        f"concat_ws({quoted(copy.delimiter)}, {', '.join(values)}) AS raw "
        f"FROM read_parquet({quoted(str(copy.parquet))}) SEMI JOIN ({wanted}) w USING (_row)"
    )


def _count(con: duckdb.DuckDBPyConnection, path: Path) -> int:
    return int(con.execute(f"SELECT count(*) FROM read_parquet({quoted(str(path))})").fetchall()[0][0])


def write_workbook(folder: Path, file: IO[bytes], *, is_whole: bool) -> None:
    """Write the rejects of a delivery as a workbook: a sheet a table, and a first one that counts them.

    is_whole: with the whole raw rows, which may tell all of a customer, and values as they came; otherwise as
    `value_shown` lets them be seen.
    """
    book = openpyxl.Workbook(write_only=True)
    overview = book.create_sheet("rejects")
    overview.append(
        [_cell(overview, name, bold=True) for name in ("table", "column", "reason", "rows", "shown")]
    )
    for name, width in zip("ABCDE", (18, 18, 80, 12, 12), strict=True):
        overview.column_dimensions[name].width = width
    with duckdb.connect() as con:
        for path in _files(folder):
            _add_sheet(con, book, overview, path, is_whole=is_whole)
    book.save(file)


def _add_sheet(
    con: duckdb.DuckDBPyConnection,
    book: openpyxl.Workbook,
    overview: object,
    path: Path,
    *,
    is_whole: bool,
) -> None:
    """One table's sheet, with a line a reason in the overview; nothing for a table without rejects."""
    columns = (*COLUMNS, "raw") if is_whole else COLUMNS
    known = con.read_parquet(str(path)).columns
    chosen = ", ".join(f'"{name}"' if name in known else f"NULL AS {name}" for name in columns)
    numbered = (
        f"SELECT *, row_number() OVER (ORDER BY file, row) AS nth FROM read_parquet({quoted(str(path))})"
    )
    counts = con.execute(
        f'SELECT "column", reason, count(*), count(*) FILTER (WHERE nth <= {ROWS_MAX}) FROM ({numbered}) '
        f"GROUP BY ALL ORDER BY 3 DESC, 1, 2"
    ).fetchall()
    if not counts:
        return
    for counted in counts:
        overview.append([_cell(overview, value) for value in (path.stem, *counted)])  # type: ignore[attr-defined]
    sheet = book.create_sheet(path.stem)
    sheet.freeze_panes = "A2"
    for place, name in enumerate(columns):
        sheet.column_dimensions["ABCDEF"[place]].width = WIDTHS.get(name, 10)
    sheet.append([_cell(sheet, name, bold=True) for name in columns])
    found = con.execute(f"SELECT {chosen} FROM ({numbered}) WHERE nth <= {ROWS_MAX} ORDER BY nth")
    while rows := found.fetchmany(1000):
        for row in rows:
            said = dict(zip(columns, row, strict=True))
            said["value"] = value_shown(path.stem, str(said["column"]), said["value"], is_whole=is_whole)
            sheet.append([_cell(sheet, value) for value in said.values()])


def _cell(sheet: object, value: object, *, bold: bool = False) -> WriteOnlyCell:
    """A cell that holds a number or a text, never a formula, whatever stood in the bank's file."""
    if isinstance(value, str):
        value = _NO_XML.sub("\ufffd", value)[:CELL_LENGTH_MAX]
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"
        # Excel would make a formula of it when somebody edits the cell; so marked, it stays text.
        cell.quotePrefix = value.startswith(FORMULA_SIGNS)
    if bold:
        cell.font = Font(bold=True)
    return cell
