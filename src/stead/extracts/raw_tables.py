"""Raw tables that are no text: workbooks, Parquet files and databases, copied as texts like all others."""

import os
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import adbc_driver_postgresql.dbapi
import duckdb
import openpyxl
import pyarrow as pa
from adbc_driver_manager.dbapi import Error as DriverError
from openpyxl.utils.exceptions import InvalidFileException

from stead.core.formats import counted
from stead.extracts.delivery import ContractError, quoted
from stead.extracts.mapping import MappingError
from stead.extracts.raw_copies import RAW, BadLines, copy_rows
from stead.extracts.raw_files import RawFile, checked_header
from stead.extracts.raw_texts import column_text, digits_text, quoted_column, text_of_value, typed_by
from stead.extracts.values import Forms

EXCEL_ERRORS = frozenset({"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!"})
EXCEL_NUMBER_BELOW = 10**15
HOW = "one a column"
PLAIN = Forms()


def table_header(con: duckdb.DuckDBPyConnection, file: RawFile) -> list[str]:
    """The columns of a workbook, Parquet file or table; raises ContractError when one is missing."""
    source = file.source
    if source.kind == "xlsx":
        if not source.header:
            return list(source.columns)
        first = next(_sheet_rows(file), (0, []))[1]
        while first and first[-1] is None:
            first.pop()
        return checked_header(file, ["" if each is None else str(each) for each in first], HOW)
    if source.kind == "sqlite":
        with _sqlite_rows(file) as (names, _):
            return checked_header(file, names, HOW)
    with _relation(con, file) as rows:
        return checked_header(file, [name for name, _ in _columns(con, file, rows)], HOW)


def copy_table(
    con: duckdb.DuckDBPyConnection, file: RawFile, header: Sequence[str], out: Path, forms: Forms
) -> BadLines:
    """Copy a workbook, Parquet file or table to a Parquet file of texts; returns the rows that are none.

    Days, numbers and truths become texts in the forms of the mapping (days in the first), to be read back so.
    """
    null, bad = file.source.null, BadLines()
    if file.source.kind == "xlsx":
        copy_rows(con, _good_rows(file, len(header), forms, bad), header, out, null)
    elif file.source.kind == "sqlite":
        with _sqlite_rows(file) as (_, values):
            texts = ([text_of_value(value, forms) for value in row] for row in values)
            copy_rows(con, enumerate(texts, 1), header, out, null)
    else:
        with _relation(con, file, forms) as rows:
            kinds = [kind for _, kind in _columns(con, file, rows)]
            told = [column_text(*each, forms, null) for each in zip(header, kinds, strict=True)]
            numbered = f"SELECT {', '.join(told)}, row_number() OVER () AS _row FROM {rows}"
            try:
                con.execute(f"COPY ({numbered}) TO {quoted(str(out))} {RAW}")
            except duckdb.Error as error:
                raise _unreadable(file, error) from None
    return bad


def sample_table(
    con: duckdb.DuckDBPyConnection, file: RawFile, header: Sequence[str], rows_max: int
) -> list[list[str | None]]:
    """The first rows of a workbook, Parquet file or table as texts, with days as 2024-03-31."""
    if file.source.kind == "xlsx":
        return [row for _, row in islice(_good_rows(file, len(header), PLAIN, BadLines()), rows_max)]
    if file.source.kind == "sqlite":
        with _sqlite_rows(file) as (_, values):
            return [[text_of_value(value, PLAIN) for value in row] for row in islice(values, rows_max)]
    with _relation(con, file) as rows:
        kinds = [kind for _, kind in _columns(con, file, rows)]
        told = [column_text(*each, PLAIN, ()) for each in zip(header, kinds, strict=True)]
        found = con.execute(f"SELECT {', '.join(told)} FROM {rows} LIMIT {rows_max}").fetchall()
    return [list(row) for row in found]


def _unreadable(file: RawFile, error: Exception) -> ContractError:
    told = " ".join(str(error).split())
    return ContractError(f"{file.shown}: cannot be read ({told}); right would be a whole one, sent again.")


def _sheet_rows(file: RawFile) -> Iterator[tuple[int, list[Any]]]:
    """The rows of a sheet that hold something, each with its number; those that are skipped left out."""
    try:
        with closing(openpyxl.load_workbook(file.path, read_only=True, data_only=True)) as book:
            names, wanted = book.sheetnames, file.source.sheet
            if (wanted and wanted not in names) or (not wanted and len(names) != 1):
                told = f"no sheet {wanted}" if wanted else counted(len(names), "sheet")
                raise ContractError(
                    f"{file.shown}: the workbook has {told} ({', '.join(names)}); right would be one of "
                    f'them as sheet = "..." in [sources.{file.source.name}].'
                )
            sheet = book[wanted or names[0]]
            # Some programs write a size of the sheet that is not so; without it all rows are read.
            sheet.reset_dimensions()
            for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
                if number > file.source.skip and any(value is not None for value in row):
                    yield number, list(row)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError, EOFError, ValueError) as error:
        raise _unreadable(file, error) from None


def _good_rows(
    file: RawFile, columns: int, forms: Forms, bad: BadLines
) -> Iterator[tuple[int, list[str | None]]]:
    """The rows of a sheet below its header as texts; those that are none go to `bad`."""
    rows = _sheet_rows(file)
    header = next(rows, (0, []))[1] if file.source.header else None
    for number, row in rows:
        values = row[:columns] + [None] * (columns - len(row))
        if any(value is not None for value in row[columns:]):
            bad.add(number, row)
        elif header is not None and values == header[:columns]:
            bad.add(number, row, "repeated_header")
        elif any(isinstance(value, str) and value in EXCEL_ERRORS for value in values):
            bad.add(number, row, "cell_error")
        elif any(isinstance(value, int | float) and abs(value) >= EXCEL_NUMBER_BELOW for value in values):
            bad.add(number, row, "lost_digits")
        else:
            yield number, [text_of_value(value, forms) for value in values]


@contextmanager
def _sqlite_rows(file: RawFile) -> Iterator[tuple[list[str], Iterator[Sequence[Any]]]]:
    """The columns and rows of a table of an SQLite file, which is opened to read only."""
    table = file.source.table
    try:
        with closing(sqlite3.connect(f"{file.path.resolve().as_uri()}?mode=ro", uri=True)) as base:
            tables = base.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
            known = sorted(name for (name,) in tables)
            if table not in known:
                raise _no_table(file, known)
            kinds = dict(
                base.execute("SELECT name, upper(type) FROM pragma_table_xinfo(?)", [table]).fetchall()
            )
            cursor = base.execute(f"SELECT * FROM {quoted_column(table)}")
            names = [name for name, *_ in cursor.description]
            yield names, _typed_rows(cursor, [kinds.get(name) or "" for name in names])
    except sqlite3.Error as error:
        raise _unreadable(file, error) from None


def _typed_rows(rows: Iterable[Sequence[Any]], kinds: Sequence[str]) -> Iterator[Sequence[Any]]:
    """The rows of a table of SQLite, each value as the type of its column says."""
    return ([typed_by(*each) for each in zip(kinds, row, strict=True)] for row in rows)


def _no_table(file: RawFile, known: Sequence[str]) -> ContractError:
    right = f"right would be one of {', '.join(known)}." if known else "the database holds none."
    return ContractError(f"{file.shown}: there is no table {file.source.table}; {right}")


@contextmanager
def _relation(con: duckdb.DuckDBPyConnection, file: RawFile, forms: Forms = PLAIN) -> Iterator[str]:
    """What stands behind FROM to read a Parquet file or the table of a database."""
    source = file.source
    if source.kind == "parquet":
        yield f"read_parquet({quoted(str(file.path))})"
    elif source.kind == "duckdb":
        try:
            con.execute(f"ATTACH {quoted(str(file.path))} AS raw_base (READ_ONLY)")
        except duckdb.Error as error:
            raise _unreadable(file, error) from None
        try:
            yield "raw_base." + _quoted_name(source.table)
        finally:
            con.execute("DETACH raw_base")
    else:
        with _postgresql_rows(file) as reader:
            con.register("raw_reader", reader)
            try:
                yield _with_numbers(reader.schema, forms)
            finally:
                con.unregister("raw_reader")


@contextmanager
def _postgresql_rows(file: RawFile) -> Iterator[Any]:
    """A reader of Arrow batches over a table of PostgreSQL."""
    source = file.source
    address = os.environ.get(source.address)
    if not address:
        raise MappingError(
            f"[sources.{source.name}]: the environment has no {source.address}; right would be the "
            f"database's address in it: {source.address}=postgresql://user@host/database."
        )
    try:
        with adbc_driver_postgresql.dbapi.connect(address) as base, base.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {_quoted_name(source.table)}")
            yield cursor.fetch_record_batch()
    except DriverError as error:
        # The driver's message may hold the address with its password; its first sentence does not.
        told = " ".join(str(error).replace(address, f"${source.address}").split())
        raise ContractError(
            f"{file.shown}: cannot be read ({told}); right would be a table that this user may read."
        ) from None


def _with_numbers(schema: pa.Schema, forms: Forms) -> str:
    """What stands behind FROM to read `raw_reader`: exact numbers come as texts, as only the schema says."""
    names = [
        quoted_column(field.name)
        for field in schema
        if (field.metadata or {}).get(b"ADBC:postgresql:typname") == b"numeric"
    ]
    told = ", ".join(f"{digits_text(f'CAST({name} AS VARCHAR)', forms)} AS {name}" for name in names)
    return f"(SELECT * REPLACE ({told}) FROM raw_reader)" if told else "raw_reader"


def _quoted_name(name: str) -> str:
    """A name of SQL, with its schema before a dot."""
    return ".".join(quoted_column(part) for part in name.split("."))


def _columns(con: duckdb.DuckDBPyConnection, file: RawFile, rows: str) -> list[tuple[str, str]]:
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()
    except duckdb.CatalogException:
        known = con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'raw_base' UNION SELECT view_name "
            "FROM duckdb_views() WHERE database_name = 'raw_base' AND NOT internal ORDER BY 1"
        ).fetchall()
        raise _no_table(file, [name for (name,) in known]) from None
    except duckdb.Error as error:
        raise _unreadable(file, error) from None
    return [(str(name), str(kind)) for name, kind, *_ in described]
