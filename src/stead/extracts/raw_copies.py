"""Raw rows as Parquet of texts, and the rows that could not be copied, each with its reason."""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from stead.core.formats import counted
from stead.extracts.delivery import RejectGroup, quoted

RAW = "(FORMAT parquet, COMPRESSION snappy)"  # read back once or twice, then deleted
LONGEST_SHOWN = 200
LONGEST_KEPT = 4000
LINES_KEPT_MAX = 100_000  # of one file; all of them are counted
STRAY_QUOTE = (
    "A quote stands where none may; right would be quotes around whole values, closed, those inside doubled. "
    'Files that never quote say quote = "" in mapping.toml.'
)
CUT_LINE = (
    "A carriage return stands here or in the line beside, and may have cut a value in two; right would be "
    "one end for all lines, and quotes around values that hold a break."
)
REPEATED_HEADER = "The header stands here again; right would be one header, at the top of the file."
CELL_ERROR = "A cell holds an error of Excel; right would be its value."
LOST_DIGITS = "Excel keeps 15 digits of a number, so this one has lost some; right would be a cell of text."
REASONS = {
    "stray_quote": STRAY_QUOTE,
    "cut_line": CUT_LINE,
    "repeated_header": REPEATED_HEADER,
    "cell_error": CELL_ERROR,
    "lost_digits": LOST_DIGITS,
}


@dataclass(frozen=True)
class BadLine:
    """A line that is no row, and the kind of what is wrong with it: a key of REASONS, or "broken_line"."""

    number: int
    text: str
    code: str = "broken_line"


@dataclass
class BadLines:
    """The lines of a file that are no rows: all counted by kind, the first of them kept."""

    kept: list[BadLine] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, number: int, values: Sequence[object] | str, code: str = "broken_line") -> None:
        """Set a line aside."""
        self.counts[code] += 1
        if len(self.kept) < LINES_KEPT_MAX:
            text = (
                values if isinstance(values, str) else ",".join("" if v is None else str(v) for v in values)
            )
            self.kept.append(BadLine(number, text[:LONGEST_KEPT], code))

    def reason(self, code: str, columns: int, how: str) -> str:
        """The sentence that says what was wrong and what would be right."""
        broken = f"The line has not {counted(columns, 'value')}; right would be {columns}, {how}."
        return REASONS.get(code, broken)

    def groups(self, name: str, columns: int, how: str, rows: int) -> list[RejectGroup]:
        """The lines by kind, each with its first one. rows: those of the file that were read."""
        lines = rows + self.counts.total()
        return [
            RejectGroup(
                name, "", code, self.reason(code, columns, how), count, count / lines,
                {"file": name, "row": first.number, "value": first.text[:LONGEST_SHOWN]},
            )
            for code, count in self.counts.items()
            for first in [next(line for line in self.kept if line.code == code)]
        ]  # fmt: skip


@dataclass(frozen=True)
class RawCopy:
    """The rows of a raw file as they were copied: to show a whole raw row beside what was wrong in it."""

    name: str
    parquet: Path
    columns: tuple[str, ...]
    delimiter: str = ","


def csv_reader(
    path: Path, columns: Sequence[str], *, delimiter: str = ",", quote: str = '"', skip: int = 0,
    header: bool = False, null: Sequence[str] = (), compression: str = "none", new_line: str = "",
) -> str:  # fmt: skip
    """DuckDB's reader of a delimited text, as it stands behind FROM; all columns are texts.

    new_line: the end of all lines. Without it the first break is taken for that, even one within a value.
    """
    told = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in columns)
    options = {
        "auto_detect": "false",
        "columns": f"{{{told}}}",
        "delim": quoted(delimiter),
        "quote": quoted(quote),
        "escape": quoted(quote),
        "header": str(header),
        "skip": str(skip),
        "nullstr": f"[{', '.join(quoted(each) for each in ('', *null))}]",
        "compression": quoted(compression),
    }
    if new_line:
        options["new_line"] = quoted(new_line)
    return f"read_csv({quoted(str(path))}, {', '.join(f'{key} = {value}' for key, value in options.items())})"


def copy_rows(
    con: duckdb.DuckDBPyConnection, rows: Iterable[tuple[int, Sequence[str | None]]], header: Sequence[str],
    out: Path, null: Sequence[str],
) -> None:  # fmt: skip
    """Write numbered rows as Parquet of texts with `_row`, by way of a clean text that DuckDB reads fast."""
    clean = out.with_suffix(".csv")
    with clean.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerows([str(number), *values] for number, values in rows)
    reader = csv_reader(clean, ["_row", *header], null=null, new_line="\\n")
    selected = f"SELECT * EXCLUDE (_row), CAST(_row AS BIGINT) AS _row FROM {reader}"
    con.execute(f"COPY ({selected}) TO {quoted(str(out))} {RAW}")
    clean.unlink()


def count_rows(con: duckdb.DuckDBPyConnection, parquet: Path, where: str = "true") -> int:
    """How many rows of a Parquet file meet a condition."""
    found = con.execute(f"SELECT count(*) FROM read_parquet({quoted(str(parquet))}) WHERE {where}")
    return int(found.fetchall()[0][0])


def write_bad_lines(
    con: duckdb.DuckDBPyConnection, lines: list[tuple[str, BadLine, str]], folder: Path
) -> None:
    """Write the lines that are no rows (file, line, reason) to rejects/lines.parquet, when there are any."""
    if not lines:
        return
    (folder / "rejects").mkdir(exist_ok=True)
    texts = {
        "value": [line.text[:LONGEST_SHOWN] for _, line, _ in lines],
        "reason": [reason for *_, reason in lines],
        "raw": [line.text for _, line, _ in lines],
    }
    table = pa.table(
        {
            "file": pa.array([name for name, *_ in lines], pa.string()),
            "row": pa.array([line.number for _, line, _ in lines], pa.int64()),
            "column": pa.array([""] * len(lines), pa.string()),
            **{name: pa.array(values, pa.string()) for name, values in texts.items()},
        }
    )
    path = quoted(str(folder / "rejects" / "lines.parquet"))
    con.register("bad_lines", table)
    con.execute(f"COPY (SELECT * FROM bad_lines) TO {path} (FORMAT parquet, COMPRESSION zstd)")
    con.unregister("bad_lines")
