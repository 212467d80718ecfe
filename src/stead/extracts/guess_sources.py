"""The raw tables of a folder or database as sources of a mapping, each with a sample of its rows."""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import duckdb
import openpyxl

from stead.extracts.delivery import ContractError
from stead.extracts.guess_columns import Profile, profile
from stead.extracts.guess_text import NULLS, text_form
from stead.extracts.guess_words import KNOWN_COLUMNS
from stead.extracts.mapping import Source
from stead.extracts.raw_files import RawFile, archive_members, header_of, rows_of, text_of, unpack
from stead.extracts.raw_kinds import NAMES, kind_of
from stead.extracts.raw_tables import sample_table, table_header

SAMPLE_ROWS = 5000
DATE_IN_NAME = re.compile(r"(?<!\d)(?:19|20)\d{2}[01]\d[0-3]\d(?!\d)")
LOOSE_PARTS = re.compile(r"\d+")


@dataclass(frozen=True)
class Sample:
    """A source with what its first rows show."""

    source: Source
    shown: str  # the file or table, as a person calls it
    columns: tuple[Profile, ...]
    evidence: tuple[str, ...] = ()
    files: int = 1


@dataclass(frozen=True)
class Look:
    """What was found: sources, and files that are none, each with why."""

    samples: tuple[Sample, ...]
    others: tuple[str, ...]


def look_at_folder(con: duckdb.DuckDBPyConnection, folder: Path, work: Path) -> Look:
    """Look at every file of a folder. Files of one shape whose names differ in numbers are one source."""
    samples: list[Sample] = []
    others = []
    for path in sorted(
        path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")
    ):
        try:
            samples += _samples_of(con, folder, path, work)
        except (ContractError, OSError, ValueError) as error:
            others.append(f"{path}: {error}" if str(path) not in str(error) else str(error))
    return Look(tuple(_named(_joined(samples))), tuple(others))


def look_at_database(con: duckdb.DuckDBPyConnection, address: str, tables: Iterable[str]) -> list[Sample]:
    """Look at tables of a PostgreSQL database. address: the environment variable that says where it is."""
    found = []
    for table in tables:
        source = Source(table, "", (), kind="postgresql", address=address, table=table)
        found.append(_sample(con, RawFile(source, Path(), table, f"${address}, table {table}"), table))
    return list(_named(found))


def _samples_of(con: duckdb.DuckDBPyConnection, folder: Path, path: Path, work: Path) -> Iterator[Sample]:
    """The sources of one file: itself, or its sheets, tables or members."""
    kind, name = kind_of(path), path.relative_to(folder).as_posix()
    bare = Source(path.stem, name, ())
    if kind == "text" or kind in {"gzip", "zstd"}:
        told = replace(bare, compression="none" if kind == "text" else kind)
        yield _text_sample(_file(told, path))
    elif kind == "zip":
        for member in archive_members(path):
            told = replace(bare, name=Path(member).stem, member=member, compression="zip")
            out = work / f"{len(list(work.iterdir()))}.unpacked"
            unpack(path, member, out)
            if kind_of(out) == "text":
                told_form = RawFile(
                    replace(told, compression="none"), out, f"{path.name}/{member}", f"{path}/{member}"
                )
                sample = _text_sample(told_form)
                yield replace(sample, source=replace(sample.source, compression="zip"))
    elif kind == "xlsx":
        yield from _sheets(con, replace(bare, kind=kind), path)
    elif kind in {"sqlite", "duckdb"}:
        each = [replace(bare, name=table, kind=kind, table=table) for table in _tables(path, kind)]
        yield from (_sample(con, _file(told, path), f"{path.name}, table {told.table}") for told in each)
    elif kind == "parquet":
        yield _sample(con, _file(replace(bare, kind=kind), path), path.name)
    else:
        raise ValueError(f"this is {NAMES[kind]}, which is not read")


def _file(source: Source, path: Path) -> RawFile:
    return RawFile(source, path, path.name, str(path))


def _sheets(con: duckdb.DuckDBPyConnection, bare: Source, path: Path) -> Iterator[Sample]:
    """The sheets of a workbook that hold tables: those with more than one column."""
    with closing(openpyxl.load_workbook(path, read_only=True)) as book:
        sheets = book.sheetnames
    for sheet in sheets:
        told = replace(bare, name=sheet if len(sheets) > 1 else path.stem, sheet=sheet)
        sample = _sample(con, _file(told, path), f"{path.name}, sheet {sheet}")
        if len(sample.columns) > 1:
            yield sample


def _members(bare: Source, path: Path, work: Path) -> Iterator[Sample]:
    """The texts in an archive."""
    for member in archive_members(path):
        out = work / f"{len(list(work.iterdir()))}.unpacked"
        unpack(path, member, out)
        if kind_of(out) == "text":
            told = replace(bare, name=Path(member).stem, member=member)
            sample = _text_sample(RawFile(told, out, f"{path.name}/{member}", f"{path}/{member}"))
            yield replace(sample, source=replace(sample.source, compression="zip"))


def _tables(path: Path, kind: str) -> list[str]:
    """The tables of a database file."""
    if kind == "duckdb":
        with duckdb.connect(str(path), read_only=True) as base:
            query = "SELECT schema_name || '.' || table_name FROM duckdb_tables() ORDER BY 1"
            return [name for (name,) in base.execute(query).fetchall()]
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as lite:
        return [name for (name,) in lite.execute(query).fetchall()]


def _text_sample(file: RawFile) -> Sample:
    """A text with the form that was guessed for it."""
    form = text_form(file.path, file.source.compression, KNOWN_COLUMNS)
    source = replace(
        file.source, delimiter=form.delimiter, quote=form.quote, encoding=form.encoding, skip=form.skip,
        header=form.header,
    )  # fmt: skip
    file = replace(file, source=source)
    with text_of(file) as text:
        rows = [row.values for row in islice(rows_of(file, text), SAMPLE_ROWS + 1) if not row.stray]
    header = (
        header_of(file)
        if form.header
        else [f"column_{place}" for place in range(1, len(rows[0]) + 1 if rows else 1)]
    )
    body = [row for row in rows[int(form.header) :] if len(row) == len(header)]
    null = tuple(each for each in NULLS if any(each in row for row in body))
    columns = tuple(name for name in header if not name.startswith("_unnamed_"))
    return Sample(
        replace(source, columns=columns, null=null), file.name, _profiles(header, body, null), form.evidence
    )


def _sample(con: duckdb.DuckDBPyConnection, file: RawFile, shown: str) -> Sample:
    """A workbook's sheet, a Parquet file or a table of a database."""
    header = table_header(con, file)
    rows = sample_table(con, file, header, SAMPLE_ROWS)
    source = replace(file.source, columns=tuple(name for name in header if not name.startswith("_unnamed_")))
    return Sample(source, shown, _profiles(header, rows, ()))


def _profiles(
    header: Sequence[str], rows: Sequence[Sequence[str | None]], null: Sequence[str]
) -> tuple[Profile, ...]:
    columns = zip(*rows, strict=True) if rows else [()] * len(header)
    return tuple(
        profile(name, [None if value in null else value for value in values])
        for name, values in zip(header, columns, strict=True)
        if not name.startswith("_unnamed_")
    )


def _joined(samples: Sequence[Sample]) -> Iterator[Sample]:
    """Files of one shape, whose names differ in their numbers only, as one source over a pattern."""
    shapes: dict[tuple[object, ...], list[Sample]] = {}
    for sample in samples:
        source = sample.source
        name = LOOSE_PARTS.sub("#", source.file)
        shape = (
            name,
            source.kind,
            source.columns,
            source.sheet,
            source.table,
            source.member,
            source.compression,
        )
        shapes.setdefault(shape, []).append(sample)
    for group in shapes.values():
        first = group[0]
        days = {tuple(DATE_IN_NAME.findall(sample.source.file)) for sample in group}
        file = first.source.file
        if len(days) == 1 and (told := next(iter(days))):
            file = file.replace(told[0], "{date:%Y%m%d}")
        if len(group) > 1:
            parts = re.split(r"(\{[^}]*\})", file)
            file = "".join(part if part.startswith("{") else LOOSE_PARTS.sub("*", part) for part in parts)
        shown = first.shown if len(group) == 1 else f"{first.shown} and {len(group) - 1} more"
        yield replace(first, source=replace(first.source, file=file), shown=shown, files=len(group))


def _named(samples: Iterable[Sample]) -> Iterator[Sample]:
    """The sources with names that SQL takes without quotes, each once."""
    taken: set[str] = set()
    for sample in samples:
        bare = re.sub(r"\W+", "_", DATE_IN_NAME.sub("", sample.source.name)).strip("_").lower() or "table"
        stem = f"raw_{bare}"
        name = next(each for each in (stem, *(f"{stem}_{n}" for n in range(2, 10_000))) if each not in taken)
        taken.add(name)
        yield replace(sample, source=replace(sample.source, name=name))
