"""Raw files become views of text: each row with its file and the number of the line on which it begins.

DuckDB reads a file fast but cannot say on which line a row stands. Where every row takes one line, counting
rows is counting lines; whether that holds is checked afterwards. Where it does not hold (blank lines, line
breaks in quoted values, lines with too few values, encodings other than UTF-8), the file is read again row
by row, slower and exactly, and lines that are no rows are set aside.
"""

import codecs
import csv
import difflib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from stead.nightly.delivery import ContractError, RejectGroup, quoted
from stead.nightly.extract_mapping import COMPRESSIONS, Mapping, MappingError, Source

RAW = "(FORMAT parquet, COMPRESSION snappy)"  # read back once or twice, then deleted
CHUNK_BYTES = 1 << 22
LONGEST_SHOWN = 200


@dataclass(frozen=True)
class BadLine:
    """A line that is no row: it has not as many values as the file has columns."""

    number: int
    text: str


def find_files(mapping: Mapping, source: Source, folder: Path, day: date) -> list[Path]:
    """The files of a source; raises ContractError when there is none."""
    try:
        name = source.file.format(date=day)
    except (KeyError, IndexError, ValueError):
        raise MappingError(
            f"{mapping.toml}: [sources.{source.name}] file {source.file!r} cannot be read; right would be "
            'a name, with the day as "{date:%Y%m%d}".'
        ) from None
    found = sorted(folder.glob(name)) if "*" in name else [folder / name]
    if not found or not all(path.is_file() for path in found):
        raise ContractError(
            f"{folder / name}: the file is missing; {mapping.toml} expects it as [sources.{source.name}] "
            f"with the columns {', '.join(source.columns)}."
        )
    return found


def read_sources(
    con: duckdb.DuckDBPyConnection, mapping: Mapping, folder: Path, day: date, work: Path
) -> list[RejectGroup]:
    """Make a view for each source of the mapping; returns the lines that were set aside, by file.

    Every file and column is looked for before any is read, so that a mistake shows at once.
    """
    files = {source: find_files(mapping, source, folder, day) for source in mapping.sources}
    headers = {path: header_of(source, path) for source, paths in files.items() for path in paths}
    (work / "raw").mkdir()
    groups, bad_lines = [], []
    for source, paths in files.items():
        parts = []
        for number, path in enumerate(paths):
            out = work / "raw" / f"{source.name}.{number}.parquet"
            bad = _read(con, source, path, headers[path], out)
            rows = con.execute(f"SELECT count(*) FROM read_parquet({quoted(str(out))})").fetchall()[0][0]
            if bad:
                groups.append(_group(source, path, len(headers[path]), bad, rows + len(bad)))
                bad_lines += [(path.name, line.number, line.text, groups[-1].reason) for line in bad]
            columns = ", ".join(f'"{name}"' for name in source.columns)
            parts.append(
                f"SELECT {columns}, {quoted(path.name)} AS _file, _row FROM read_parquet({quoted(str(out))})"
            )
        con.execute(f'CREATE OR REPLACE VIEW "{source.name}" AS {" UNION ALL ".join(parts)}')
    _write_bad_lines(con, bad_lines, work)
    return groups


def header_of(source: Source, path: Path) -> list[str]:
    """The columns of a file in their order; raises ContractError when one that is declared is missing."""
    with text_of(source, path) as text:
        for _ in range(source.skip):
            text.readline()
        first = next(rows_of(source, text, path), None)
    if not source.header:
        if first is not None and len(first[1]) != len(source.columns):
            raise ContractError(
                f"{path}, line {first[0]}: {len(first[1])} values; expected {len(source.columns)}, "
                f"separated by {source.delimiter!r}: {', '.join(source.columns)}."
            )
        return list(source.columns)
    # A delimiter at the end of each line makes a column without a name, which nobody can ask for.
    names = [name.strip() or f"_unnamed_{place}" for place, name in enumerate(first[1])] if first else []
    for column in source.columns:
        if column not in names:
            near = difflib.get_close_matches(column, names, 1)
            hint = f" (is it now called {near[0]}?)" if near else ""
            raise ContractError(
                f"{path}: the column {column} is missing{hint}; expected {', '.join(source.columns)}, "
                f"separated by {source.delimiter!r}; the header has {', '.join(names) or 'nothing'}."
            )
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ContractError(f"{path}: the header has the column {twice} twice; expected each name once.")
    return names


def _read(
    con: duckdb.DuckDBPyConnection, source: Source, path: Path, header: list[str], out: Path
) -> list[BadLine]:
    """Write a raw file as Parquet of texts with `_row`; returns the lines that are no rows."""
    before = source.skip + int(source.header)
    if codecs.lookup(source.encoding).name in {"utf-8", "ascii"}:
        row = f"{before} + row_number() OVER ()"
        reader = _csv_reader(source, path, header, source.skip, header_line=source.header)
        try:
            con.execute(f"COPY (SELECT *, {row} AS _row FROM {reader}) TO {quoted(str(out))} {RAW}")
        except duckdb.Error:
            # The exact reader finds out which lines are wrong.
            return _read_exactly(con, source, path, header, out)
        rows = con.execute(f"SELECT count(*) FROM read_parquet({quoted(str(out))})").fetchall()[0][0]
        if rows == count_lines(source, path) - before:
            return []
    return _read_exactly(con, source, path, header, out)


def _csv_reader(source: Source, path: Path, header: list[str], skip: int, *, header_line: bool) -> str:
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in header)
    nulls = ", ".join(quoted(each) for each in ("", *source.null))
    options = {
        "auto_detect": "false",
        "columns": f"{{{columns}}}",
        "delim": quoted(source.delimiter),
        "quote": quoted(source.quote),
        "escape": quoted(source.quote),
        "header": str(header_line),
        "skip": str(skip),
        "nullstr": f"[{nulls}]",
        "compression": quoted(source.compression),
    }
    return (
        f"read_csv({quoted(str(path))}, {', '.join(f'{name} = {value}' for name, value in options.items())})"
    )


def count_lines(source: Source, path: Path) -> int:
    """How many lines a file has, the last one with or without its end."""
    lines, last = 0, b"\n"
    with pa.input_stream(path, compression=_codec(source)) as stream:
        while chunk := stream.read(CHUNK_BYTES):
            lines += chunk.count(b"\n")
            last = chunk[-1:]
    return lines + (last != b"\n")


def _codec(source: Source) -> str | None:
    return None if source.compression == "none" else source.compression


@contextmanager
def text_of(source: Source, path: Path) -> Iterator[io.TextIOWrapper]:
    """A raw file as text; raises ContractError when its bytes are not in the declared encoding."""
    encoding = "utf-8-sig" if codecs.lookup(source.encoding).name == "utf-8" else source.encoding
    try:
        with pa.input_stream(path, compression=_codec(source)) as stream:
            yield io.TextIOWrapper(stream, encoding=encoding, newline="")
    except UnicodeDecodeError as error:
        wrong = error.object[error.start : error.end].hex(" ")
        raise ContractError(
            f"{path}{_undecodable_line(source, path)}: the bytes {wrong} are not {source.encoding}; "
            "right would be the encoding that the file has, declared in mapping.toml, such as "
            'encoding = "gb18030".'
        ) from None
    except OSError as error:
        raise ContractError(
            f"{path}: cannot be read with compression {source.compression!r} ({error}); right would be "
            f"what it has: one of {', '.join(COMPRESSIONS)}."
        ) from None


def _undecodable_line(source: Source, path: Path) -> str:
    """The line whose bytes are wrong, for encodings in which a line's end is one byte."""
    if source.compression != "none" or "16" in source.encoding or "32" in source.encoding:
        return ""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode(source.encoding)
            except UnicodeDecodeError:
                return f", line {number}"
    return ""


def rows_of(source: Source, text: io.TextIOWrapper, path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of a file from where it stands, each with the number of its first line; no blank lines."""
    if len(source.delimiter) > 1:
        for number, line in enumerate(text, start=source.skip + 1):
            if bare := line.rstrip("\r\n"):
                yield number, bare.split(source.delimiter)
        return
    if source.quote:
        reader = csv.reader(text, delimiter=source.delimiter, quotechar=source.quote, strict=True)
    else:
        reader = csv.reader(text, delimiter=source.delimiter, quoting=csv.QUOTE_NONE, strict=True)
    begins = 0
    try:
        while True:
            begins = source.skip + reader.line_num + 1
            row = next(reader)
            if row:
                yield begins, row
    except StopIteration:
        return
    except csv.Error as error:
        raise ContractError(
            f"{path}, line {begins}: the row that begins here cannot be read ({error}); right would be "
            f"values separated by {source.delimiter!r}, quotes inside quoted values doubled and all closed."
        ) from None


def _read_exactly(
    con: duckdb.DuckDBPyConnection, source: Source, path: Path, header: list[str], out: Path
) -> list[BadLine]:
    """Read a file row by row into a clean one that also holds the line numbers, then that one by DuckDB."""
    clean, bad = out.with_suffix(".csv"), []
    with text_of(source, path) as text, clean.open("w", encoding="utf-8", newline="") as file:
        for _ in range(source.skip):
            text.readline()
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        for nth, (number, row) in enumerate(rows_of(source, text, path)):
            if nth == 0 and source.header:
                continue
            if len(row) == len(header):
                writer.writerow([str(number), *row])
            else:
                bad.append(BadLine(number, source.delimiter.join(row)[:LONGEST_SHOWN]))
    plain = Source("", "", (), null=source.null)
    reader = _csv_reader(plain, clean, ["_row", *header], 0, header_line=False)
    rows = f"SELECT * EXCLUDE (_row), CAST(_row AS BIGINT) AS _row FROM {reader}"
    con.execute(f"COPY ({rows}) TO {quoted(str(out))} {RAW}")
    clean.unlink()
    return bad


def _group(source: Source, path: Path, columns: int, bad: list[BadLine], lines: int) -> RejectGroup:
    reason = (
        f"The line has not {columns} values; right would be {columns}, separated by {source.delimiter!r}, "
        "and quoted where a value holds that sign."
    )
    example = {"file": path.name, "row": bad[0].number, "value": bad[0].text}
    return RejectGroup(path.name, "", "broken_line", reason, len(bad), len(bad) / lines, example)


def _write_bad_lines(
    con: duckdb.DuckDBPyConnection, lines: list[tuple[str, int, str, str]], work: Path
) -> None:
    """Write the lines that are no rows to rejects/lines.parquet, when there are any."""
    if not lines:
        return
    (work / "rejects").mkdir(exist_ok=True)
    table = pa.table(
        {
            "file": pa.array([line[0] for line in lines], pa.string()),
            "row": pa.array([line[1] for line in lines], pa.int64()),
            "column": pa.array([""] * len(lines), pa.string()),
            "value": pa.array([line[2] for line in lines], pa.string()),
            "reason": pa.array([line[3] for line in lines], pa.string()),
        }
    )
    path = quoted(str(work / "rejects" / "lines.parquet"))
    con.register("bad_lines", table)
    con.execute(f"COPY (SELECT * FROM bad_lines) TO {path} (FORMAT parquet, COMPRESSION zstd)")
    con.unregister("bad_lines")
