"""Publication: brings the desk from the night that it shows to a new one, whole or not at all."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import psycopg

from stead.night import publication_database as database
from stead.night.published_tables import BY_NAME, RUN_COLUMN, TABLES, PublishedTable
from stead.night.table_changes import Change, compare, rows_query

# Two tables at a time: while one's rows are encoded here, the server takes in those of the other.
CONNECTIONS = 2
LOCK_TIMEOUT_MS = 400
SWAP_TRIES = 150  # at 0.4 s of waiting and 0.1 s of rest: over a minute of pages that never end
SWAP_REST_S = 0.1

# Tables by falling cost of a row, so that the longest work starts first.
_COST = {"segmentation_standing": 3.0, "customers_customer": 2.5, "customers_holding": 1.5}

Record = Callable[[psycopg.Cursor], None]
Report = Callable[[str, int], None]  # a table is done: its name and rows


class PublicationError(Exception):
    """The publication stopped; the desk shows what it showed before."""


@dataclass(frozen=True)
class Shown:
    """What the database shows: a run, or none, and where its published Parquet lies if it still does."""

    run_id: str | None
    folder: Path | None


def unreported(_table: str, _rows: int) -> None:
    """Progress that nobody looks at."""


def nothing(_cursor: psycopg.Cursor) -> None:
    """Nothing is left to do."""


class Publisher:
    """Prepares tables beside the live ones, in the background, and shows them all in one transaction.

    Use as a context manager. Leaving it without `show` leaves the desk as it was.
    """

    def __init__(
        self, url: str, run_id: str, shown: Shown, *, memory: str = "1GiB", report: Report = unreported
    ) -> None:
        self.url = url
        self.run_id = run_id
        self.shown = shown
        self.memory = memory
        self.report = report
        self._work: dict[str, Future[Change]] = {}
        self._definitions: dict[str, database.Definition] = {}

    def __enter__(self) -> Self:
        with psycopg.connect(self.url, autocommit=True) as connection:
            database.prepare(connection)
            self._definitions = {table.name: database.define(connection, table.name) for table in TABLES}
        self._pool = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="publish")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        with psycopg.connect(self.url, autocommit=True) as connection:
            database.clean(connection)

    def add(self, name: str, path: Path) -> None:
        """Start to bring a table over; `path` is its Parquet and must not change any more."""
        self._work[name] = self._pool.submit(self._bring, BY_NAME[name], path)

    def _bring(self, table: PublishedTable, path: Path) -> Change:
        """Bring one table beside the live one: whole, or only its changes."""
        definition = self._definitions[table.name]
        old = table.file(self.shown.folder) if self.shown.folder else None
        with duckdb.connect() as con:
            con.execute(f"SET memory_limit = '{self.memory}'")
            con.execute("SET threads = 1")
            change = compare(con, table, path, old if old and old.exists() else None)
            if change.mode == "swap":
                database.build(self.url, definition, con.sql(rows_query(table, path, self.run_id)))
            elif change.mode == "delta":
                written = con.sql(rows_query(table, path, self.run_id, changed_only=True))
                database.stage(self.url, definition, written, con.sql("SELECT row_key AS key FROM gone"))
        self.report(table.name, change.rows)
        return change

    def prepared(self) -> dict[str, Change]:
        """Wait until all that was added lies beside the live tables; what will be done with each."""
        return {name: future.result() for name, future in self._work.items()}

    def show(self, record: Record, follow: Record = nothing) -> dict[str, Change]:
        """Show what was added, all at once; `record` writes the run's own rows in the same transaction.

        follow: brings the new rows up to what users changed while the night ran; it comes last.

        Returns what was done with each table. Raises PublicationError when another publication came in
        between, or when pages held the tables for over a minute.
        """
        changes = self.prepared()
        deltas = [BY_NAME[name] for name, change in changes.items() if change.mode == "delta"]
        swaps = [self._definitions[name] for name, change in changes.items() if change.mode == "swap"]
        with psycopg.connect(self.url) as connection, connection.cursor() as cursor:
            self._check_shown(cursor)
            for table in deltas:
                columns = (RUN_COLUMN, *table.names)
                database.apply_delta(cursor, self._definitions[table.name], table.key, columns)
            record(cursor)
            # The swap comes last, since from its locks to the commit nobody can read these tables.
            for _ in range(SWAP_TRIES):
                if database.swap(cursor, swaps, LOCK_TIMEOUT_MS):
                    break
                time.sleep(SWAP_REST_S)
            else:
                raise PublicationError(
                    "pages kept the published tables locked for over a minute; nothing was published. "
                    "Look for long transactions in pg_stat_activity, end them, and run the night again."
                )
            follow(cursor)
        return changes

    def _check_shown(self, cursor: psycopg.Cursor) -> None:
        """The differences hold only against the run that they were taken from."""
        cursor.execute("LOCK TABLE nightly_publication IN SHARE ROW EXCLUSIVE MODE")
        row = cursor.execute("SELECT run_id FROM nightly_publication").fetchone()
        now = row[0] if row else None
        if now != self.shown.run_id:
            raise PublicationError(
                f"the desk shows {now or 'no run'}, but this publication was prepared against "
                f"{self.shown.run_id or 'none'}; nothing was published. Run the night again."
            )


def publish(
    url: str,
    run_id: str,
    tables: Mapping[str, Path],
    shown: Shown,
    record: Record,
    follow: Record = nothing,
) -> dict[str, Change]:
    """Publish all `tables` (name in the database to Parquet) as the run `run_id`; see `Publisher.show`."""
    with Publisher(url, run_id, shown) as publisher:
        for name, path in by_cost(tables):
            publisher.add(name, path)
        return publisher.show(record, follow)


def by_cost(tables: Mapping[str, Path]) -> list[tuple[str, Path]]:
    """Tables in the order in which to start them: the longest work first."""
    return sorted(tables.items(), key=lambda item: -item[1].stat().st_size * _COST.get(item[0], 1.0))
