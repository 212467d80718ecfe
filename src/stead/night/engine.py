"""DuckDB at work for a stage of a night or a side of a replay: it keeps to its memory and can be stopped."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import ibis
from ibis.expr.types import Table

from stead.extracts.delivery import quoted
from stead.night.table_changes import identifier

# Amounts hardly repeat, so that looking for a dictionary of them costs more than it saves: with these
# settings a wide table is written in two thirds of the time, in about the same size.
QUICK = "FORMAT parquet, PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 500"
# Written once, read now and then: small files are worth more than fast ones.
SMALL = "FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 1"
LISTED_GROUP_ROWS = 8192  # read whole for one row of a list: 1 ms


def part_of(path: Path) -> Path:
    """Where a file lies until it is whole."""
    return path.with_name(f".{path.name}.part")


class CancelledError(Exception):
    """Somebody asked the work to stop."""


class Stop:
    """A wish to stop, from another thread: queries that run are interrupted, the next do not begin."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._running: list[duckdb.DuckDBPyConnection] = []
        self._lock = threading.Lock()

    @property
    def is_asked(self) -> bool:
        """Whether somebody wants the work to stop."""
        return self._asked.is_set()

    def ask(self) -> None:
        """Stop as soon as possible."""
        with self._lock:
            self._asked.set()
            for con in self._running:
                con.interrupt()

    def check(self) -> None:
        """Raise CancelledError when somebody wants the work to stop."""
        if self._asked.is_set():
            raise CancelledError

    @contextmanager
    def watching(self, con: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Interrupt this connection when asked; what it raises then becomes CancelledError."""
        with self._lock:
            self._running.append(con)
        try:
            self.check()
            yield
        except duckdb.Error as error:
            if self._asked.is_set():
                raise CancelledError from error
            raise
        finally:
            with self._lock:
                self._running.remove(con)


@dataclass
class Engine:
    """A DuckDB at work.

    parquet: how files are written. has_sentences: whether the numbers that a reason's sentence tells are
    wanted; a replay has no use for them, and they are dear to write as text.
    """

    con: Any  # ibis' DuckDB backend
    stop: Stop = field(default_factory=Stop)
    parquet: str = QUICK
    has_sentences: bool = True

    def read(self, path: Path, name: str) -> Table:
        """A Parquet file as a table."""
        return self.con.read_parquet(path, table_name=name)

    def kept(self, name: str, rows: Table) -> Table:
        """Intermediate rows, computed once."""
        self.stop.check()
        if "numbers" in rows.columns and not self.has_sentences:
            rows = rows.mutate(numbers=ibis.literal(""))
        return self.con.create_table(f"kept_{name}", rows, temp=True)

    def write(self, path: Path, rows: Table, *order: str, is_listed: bool = False) -> int:
        """Write rows to a Parquet file, in the order of these columns; returns how many."""
        self.stop.check()
        return self.copy(f"SELECT * FROM ({self.con.compile(rows)})", path, *order, is_listed=is_listed)

    def copy(self, query: str, path: Path, *order: str, is_listed: bool = False) -> int:
        """Write what a query gives to a Parquet file that is there whole or not at all.

        is_listed: pages read a few rows of it, so it lies in small groups.
        """
        self.stop.check()
        path.parent.mkdir(parents=True, exist_ok=True)
        part = part_of(path)
        sorting = f"ORDER BY {', '.join(map(identifier, order))}" if order else ""
        options = f"{self.parquet}, ROW_GROUP_SIZE {LISTED_GROUP_ROWS}" if is_listed else self.parquet
        told = self.con.con.execute(f"COPY ({query} {sorting}) TO {quoted(str(part))} ({options})")
        written = told.fetchall()
        part.replace(path)
        return int(written[0][0])

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        self.stop.check()
        return list(self.con.con.execute(query).fetchall())


@contextmanager
def engine(stop: Stop, spill: Path, memory: int, **options: Any) -> Iterator[Engine]:
    """A DuckDB that keeps to `memory` bytes and puts what is beyond into the folder `spill`.

    options: of the Engine.
    """
    con = ibis.duckdb.connect(
        memory_limit=f"{memory}B", temp_directory=str(spill), threads=os.cpu_count() or 1
    )
    # Selects that Ibis merges take longer to merge than DuckDB takes to do the same, and a value that is used
    # several times would be worked out as often.
    ibis.options.sql.fuse_selects = False
    # Whoever works has a bar; two of them would write over each other.
    con.con.execute("SET enable_progress_bar = false")
    con.con.execute("SET TimeZone = 'UTC'")
    try:
        with stop.watching(con.con):
            yield Engine(con, stop, **options)
    finally:
        con.disconnect()
        shutil.rmtree(spill, ignore_errors=True)
