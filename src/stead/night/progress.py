"""How far a night is: bars in the terminal and the same in the database, for the administrators' page."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg.types.json import Jsonb
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

WRITE_EVERY_S = 0.5


@dataclass
class StageState:
    """One stage as it is shown. `share` is 0 to 1."""

    status: str = "waiting"
    share: float = 0.0
    seconds: float | None = None
    rows: int | None = None
    detail: dict[str, Any] | None = None


class Board:
    """The stages' states: changed by the night, shown by whoever looks.

    The database is written by a thread over a connection of its own, at most twice a second: what it shows
    must be seen while the night's own transactions are still open, and must not slow the night.
    """

    def __init__(self, stages: Sequence[str], console: Console | None = None) -> None:
        self.states = {stage: StageState() for stage in stages}
        self._changed = threading.Event()
        self._ended = threading.Event()
        self._writer: threading.Thread | None = None
        self._bars = Progress(
            TextColumn("{task.description:<12}"), BarColumn(), TextColumn("{task.fields[what]:<24}"),
            TimeElapsedColumn(), console=console or Console(quiet=True),
        )  # fmt: skip
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()
        self._ended.set()
        self._changed.set()
        if self._writer:
            self._writer.join()

    def tell(self, url: str, run_id: str) -> None:
        """From now on, write the states to the rows of this run."""
        self._writer = threading.Thread(target=self._write, args=(url, run_id), daemon=True)
        self._changed.set()
        self._writer.start()

    def set(self, stage: str, share: float, what: str = "") -> None:
        """A stage has come so far and is busy with `what`."""
        state = self.states[stage]
        state.status, state.share = "running", min(share, 1.0)
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=1.0, what=what)
        self._bars.update(self._tasks[stage], completed=state.share, what=what)
        self._changed.set()

    def end(self, stage: str, status: str, seconds: float | None, rows: int | None, what: str = "") -> None:
        """A stage is done, reused or failed."""
        state = self.states[stage]
        share = state.share if status == "failed" else 1.0
        self.set(stage, share, what)
        state.status, state.seconds, state.rows = status, seconds, rows
        self._bars.stop_task(self._tasks[stage])
        self._changed.set()

    @contextmanager
    def failing(self, stage: str) -> Iterator[None]:
        """Mark the stage as failed when the block raises."""
        try:
            yield
        except BaseException:
            self.end(stage, "failed", None, None, "failed")
            raise

    def _write(self, url: str, run_id: str) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            while not self._ended.is_set():
                self._changed.wait()
                self._changed.clear()
                self._write_once(connection, run_id)
                self._ended.wait(WRITE_EVERY_S)
            self._write_once(connection, run_id)

    def _write_once(self, connection: psycopg.Connection, run_id: str) -> None:
        rows = [
            (state.status, state.share, state.seconds, state.rows, Jsonb(state.detail or {}), run_id, stage)
            for stage, state in self.states.items()
        ]
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE nightly_stagerun SET status = %s, progress = %s, seconds = %s, rows = %s, detail = %s"
                " WHERE run_id = %s AND stage = %s",
                rows,
            )
