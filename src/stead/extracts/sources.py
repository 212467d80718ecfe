"""Raw files become views of text: each row with its file and the number of the line on which it begins.

DuckDB reads a file fast but cannot say on which line a row stands. Where every row takes one line, counting
rows is counting lines; whether that holds is checked afterwards. Where it does not hold (blank lines, line
breaks in quoted values, lines with too few values, stray quotes, encodings other than UTF-8), the file is
read again row by row, slower and exactly, and lines that are no rows are set aside.
"""

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from stead.extracts.delivery import ContractError, RejectGroup, quoted
from stead.extracts.mapping import Mapping
from stead.extracts.raw_copies import (
    RAW,
    BadLines,
    RawCopy,
    copy_rows,
    count_rows,
    csv_reader,
    write_bad_lines,
)
from stead.extracts.raw_files import RawFile, codec_of, find_files, header_of, rows_of, text_of
from stead.extracts.raw_tables import copy_table, table_header
from stead.extracts.writing import Watch

CHUNK_BYTES = 1 << 22


@dataclass(frozen=True)
class RawFiles:
    """The files that were found, with their columns, and what is wrong with the others."""

    headers: dict[RawFile, list[str]] = field(default_factory=dict)
    faults: list[ContractError] = field(default_factory=list)


@dataclass(frozen=True)
class RawRead:
    """What reading the raw files left: the lines set aside by file and kind, and the copies of the rows."""

    groups: list[RejectGroup]
    copies: list[RawCopy]


def look_for_files(
    con: duckdb.DuckDBPyConnection, mapping: Mapping, folder: Path, day: date, work: Path
) -> RawFiles:
    """Find every file and look at its header before any is read, so that all mistakes show at once."""
    (work / "raw").mkdir()
    found = RawFiles()
    for source in mapping.sources:
        try:
            files = find_files(mapping, source, folder, day, work)
        except ContractError as error:
            found.faults.append(error)
            continue
        for file in files:
            try:
                found.headers[file] = header_of(file) if source.kind == "text" else table_header(con, file)
            except ContractError as error:
                found.faults.append(error)
    return found


def read_sources(
    con: duckdb.DuckDBPyConnection,
    mapping: Mapping,
    found: RawFiles,
    work: Path,
    watch: Watch,
) -> RawRead:
    """Make a view of texts for each source of the mapping, over all its files."""
    read, bad_lines = RawRead([], []), []
    parts: dict[str, list[str]] = {}
    for nth, (file, header) in enumerate(found.headers.items()):
        watch.progress(file.name, nth, len(found.headers))
        source, out = file.source, work / "raw" / f"{file.source.name}.{nth}.parquet"
        if source.kind == "text":
            bad = _read_text(con, file, header, out)
            how = f"separated by {source.delimiter!r}, and quoted where a value holds that sign"
        else:
            bad = copy_table(con, file, header, out, mapping.forms)
            how = "one a column"
        rows_read = count_rows(con, out)
        groups = bad.groups(file.name, len(header), how, rows_read)
        watch.counted(file.name, rows_read, sum(group.count for group in groups))
        read.groups.extend(groups)
        read.copies.append(RawCopy(file.name, out, tuple(header), source.delimiter))
        bad_lines += [(file.name, line, bad.reason(line.code, len(header), how)) for line in bad.kept]
        rows = f"_row FROM read_parquet({quoted(str(out))})"
        selected = f"SELECT {_names(source.columns)}, {quoted(file.name)} AS _file, {rows}"
        parts.setdefault(source.name, []).append(selected)
    for name, selects in parts.items():
        con.execute(f'CREATE OR REPLACE VIEW "{name}" AS {" UNION ALL ".join(selects)}')
    write_bad_lines(con, bad_lines, work)
    return read


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join('"' + name.replace('"', '""') + '"' for name in columns)


def _read_text(con: duckdb.DuckDBPyConnection, file: RawFile, header: list[str], out: Path) -> BadLines:
    """Write a text file as Parquet of texts with `_row`; returns the lines that are no rows."""
    is_plain = codecs.lookup(file.source.encoding).name in {"utf-8", "ascii"}
    if is_plain and _is_read_fast(con, file, header, out):
        return BadLines()
    return _read_exactly(con, file, header, out)


def _is_read_fast(con: duckdb.DuckDBPyConnection, file: RawFile, header: list[str], out: Path) -> bool:
    """Whether DuckDB by itself could copy the file: every line a row, every value as it was written."""
    source = file.source
    before = source.skip + int(source.header)
    reader = csv_reader(
        file.path, header, delimiter=source.delimiter, quote=source.quote, skip=source.skip,
        header=source.header, null=source.null, compression=source.compression,
    )  # fmt: skip
    numbered = f"SELECT *, {before} + row_number() OVER () AS _row FROM {reader}"
    try:
        con.execute(f"COPY ({numbered}) TO {quoted(str(out))} {RAW}")
    except duckdb.Error:
        # The exact reader finds out which lines are wrong.
        return False
    signs = _counted(file)
    # With ends of several kinds, rows of two lines and lines of two rows may make up for each other.
    if not signs.is_even or count_rows(con, out) != signs.lines - before:
        return False
    names = [f'"{name}"' for name in header]
    if signs.quotes:
        # DuckDB keeps a quote in the middle of a value; the exact reader knows whether it may stand there.
        within = " OR ".join(f"contains({name}, {quoted(source.quote)})" for name in names)
        if count_rows(con, out, within):
            return False
    again = " AND ".join(f"{name} = {quoted(told)}" for name, told in zip(names, header, strict=True))
    return not (source.header and count_rows(con, out, again))


@dataclass
class _Signs:
    """How many lines a file has, the last one with or without its end, how many quotes, and of which ends."""

    lines: int = 0
    quotes: int = 0
    returns: int = 0
    pairs: int = 0  # of a carriage return and the line feed behind it
    last: bytes = b"\n"

    @property
    def is_even(self) -> bool:
        """Whether all lines end in one way, and no carriage return stands by itself."""
        return self.returns == self.pairs and self.pairs in {0, self.lines - (self.last != b"\n")}


def _counted(file: RawFile) -> _Signs:
    """Count the signs of a file that decide how it can be read."""
    signs, quote = _Signs(), file.source.quote.encode()
    with pa.input_stream(file.path, compression=codec_of(file.source)) as stream:
        while chunk := stream.read(CHUNK_BYTES):
            signs.lines += chunk.count(b"\n")
            signs.quotes += chunk.count(quote) if quote else 0
            signs.returns += chunk.count(b"\r")
            signs.pairs += chunk.count(b"\r\n") + (signs.last == b"\r" and chunk.startswith(b"\n"))
            signs.last = chunk[-1:]
    signs.lines += signs.last != b"\n"
    return signs


def _read_exactly(con: duckdb.DuckDBPyConnection, file: RawFile, header: list[str], out: Path) -> BadLines:
    """Copy a text row by row, with the number of the line on which each begins."""
    bad = BadLines()
    with text_of(file) as text:
        copy_rows(con, _good_rows(file, text, header, bad), header, out, file.source.null)
    return bad


def _good_rows(
    file: RawFile, text: io.TextIOWrapper, header: list[str], bad: BadLines
) -> Iterator[tuple[int, list[str]]]:
    """The rows of a text below its header; lines that are none go to `bad`."""
    rows = rows_of(file, text, len(header))
    if file.source.header:
        next(rows, None)
    for row in rows:
        if row.stray:
            bad.add(row.number, row.text, "stray_quote")
        elif row.cut:
            bad.add(row.number, row.text, "cut_line")
        elif len(row.values) != len(header):
            bad.add(row.number, row.text)
        elif file.source.header and [value.strip() for value in row.values] == header:
            bad.add(row.number, row.text, "repeated_header")
        else:
            yield row.number, row.values
