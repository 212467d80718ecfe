"""What changed between two nights' published Parquet of one table."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from stead.extracts.delivery import file_sha256, quoted
from stead.night.published_tables import PublishedTable

# From this share of changed rows on, building the table anew costs less than changing it row by row.
SWAP_SHARE = 0.30

Mode = Literal["same", "delta", "swap"]


@dataclass(frozen=True)
class Change:
    """How one table gets from the night that is shown to the new one."""

    mode: Mode
    rows: int  # in the new table
    written: int  # new or different rows
    deleted: int


def identifier(name: str) -> str:
    """A name as SQL's quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def _source(path: Path) -> str:
    return f"read_parquet({quoted(str(path))})"


def count(con: duckdb.DuckDBPyConnection, path: Path) -> int:
    """The rows of a Parquet file, which its footer tells."""
    # Fetched whole: a result with rows left would keep the connection busy.
    return int(con.execute(f"SELECT count(*) FROM {_source(path)}").fetchall()[0][0])


def _columns(con: duckdb.DuckDBPyConnection, path: Path) -> set[str]:
    return {row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {_source(path)}").fetchall()}


def compare(con: duckdb.DuckDBPyConnection, table: PublishedTable, new: Path, old: Path | None) -> Change:
    """Find how `new` differs from `old` (None: nothing is known of what the database holds).

    Leaves in `con`, when the mode is "delta", two temporary tables with a column `row_key`: written and gone.
    """
    rows = count(con, new)
    if old is None:
        return Change("swap", rows, rows, 0)
    if new.stat().st_size == old.stat().st_size and file_sha256(new) == file_sha256(old):
        return Change("same", rows, 0, 0)
    if any(name not in _columns(con, old) for name in table.names):
        # The older night was published before the table had this column.
        return Change("swap", rows, rows, 0)
    key = identifier(table.key)
    # A row is its key and a hash of 64 bits over all its columns, null included; what of the new rows has
    # no equal among the old ones was written. So memory is 30 bytes a row, however wide the row is.
    digest = f"hash({', '.join(identifier(name) for name in table.names)})"
    for name, path in (("new_rows", new), ("old_rows", old)):
        con.execute(
            f"CREATE OR REPLACE TEMP VIEW {name} AS"
            f" SELECT {key} AS row_key, {digest} AS digest FROM {_source(path)}"
        )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE written AS FROM new_rows ANTI JOIN old_rows USING (row_key, digest)"
    )
    con.execute("CREATE OR REPLACE TEMP TABLE gone AS FROM old_rows ANTI JOIN new_rows USING (row_key)")
    counts = con.execute("SELECT (SELECT count(*) FROM written), (SELECT count(*) FROM gone)").fetchall()
    written, gone = counts[0]
    if written + gone == 0:
        return Change("same", rows, 0, 0)
    mode: Mode = "swap" if written + gone > SWAP_SHARE * rows else "delta"
    return Change(mode, rows, written, gone)


def rows_query(table: PublishedTable, path: Path, run_id: str, *, changed_only: bool = False) -> str:
    """The query that gives a table's rows as the database takes them: its types exactly, and the run.

    With `changed_only`, the rows that `compare` found to be new or different.
    """
    columns = ", ".join(
        f"CAST({identifier(column.name)} AS {column.type}) AS {identifier(column.name)}"
        for column in table.columns
    )
    query = f"SELECT {quoted(run_id)} AS run_id, {columns} FROM {_source(path)}"
    if changed_only:
        query += f" SEMI JOIN written ON written.row_key = {identifier(table.key)}"
    return query
