"""Reads what an earlier night decided about one customer out of that night's Parquet."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from stead.engagement.models import Action
from stead.extracts.shown_night import Night
from stead.night.manifest import run_folder
from stead.night.models import Run
from stead.night.registry import practices
from stead.segmentation.queries import Decision

DECISIONS = "decisions"
ACTIONS = "published/action.parquet"


def _files(table: str) -> tuple[str, ...]:
    """Where the rows of a decision table lie below a run's folder: now, and in runs of earlier releases."""
    return tuple(f"{DECISIONS}/{name}.parquet" for name in (table, table.rpartition("/")[2]))


def files() -> frozenset[str]:
    """What an old run keeps so that it can still be explained, below its folder."""
    decided = (path for one in practices.get().decisions for path in _files(one.table))
    return frozenset({ACTIONS, *decided})


@dataclass(frozen=True)
class Archive:
    """The nights in the lake; what `stead.engagement.history` asks for."""

    def night(self, asked: str) -> Night | None:
        """The published night of a run or of a book date; None when it is not known or not kept."""
        day = _day(asked)
        runs = _published()
        return _first_kept(runs.filter(book_date=day) if day else runs.filter(run_id=asked))

    def before(self, day: str) -> Night | None:
        """The night that prepared a working day, or the last one before it."""
        found = _day(day)
        return _first_kept(_published().filter(work_date__lte=found)[:1]) if found else None

    def nights(self, most: int) -> list[Night]:
        """The newest nights that are kept, one a book date, the newest first."""
        by_day: dict[date, Night] = {}
        for run in _published()[: most * 3]:
            if run.book_date not in by_day and _is_kept(run):
                by_day[run.book_date] = _night(run)
        return list(by_day.values())[:most]

    def decisions(self, night: Night, customer_id: str) -> dict[str, Decision]:
        """What the night's tables said about the customer, by the table's path: "2.2/tier"."""
        folder = _folder(night)
        found = {}
        for one in practices.get().decisions:
            path = next((folder / name for name in _files(one.table) if (folder / name).is_file()), None)
            for row in _rows(path, customer_id) if path else ():
                found[one.table] = Decision(
                    name=one.table,
                    clause=row["clause"],
                    table=f"{one.table}.dmn",
                    rules=(row["rule_id"],) if row["rule_id"] else (),
                    values=_beginning(row, "in_"),
                    outputs=_beginning(row, "out_"),
                    version=row["handbook_version"],
                    run_id=row["run_id"],
                )
        return found

    def actions(self, night: Night, customer_id: str) -> list[Action]:
        """The night's actions about the customer, not stored."""
        names = {field.name for field in Action._meta.get_fields()}
        return [
            Action(**{name: value for name, value in row.items() if name in names} | {"run_id": night.run_id})
            for row in _rows(_folder(night) / ACTIONS, customer_id)
        ]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _published() -> Any:
    """Published runs, the newest book date first and of one date the one that was published last."""
    rows = Run.objects.filter(status=Run.Status.PUBLISHED).defer("manifest")
    return rows.order_by("-book_date", "-finished_at")


def _first_kept(runs: Any) -> Night | None:
    return next((_night(run) for run in runs if _is_kept(run)), None)


def _night(run: Run) -> Night:
    return Night(
        run_id=run.run_id,
        book_date=run.book_date,
        work_date=run.work_date,
        published_at=run.finished_at or run.started_at,
        handbook_version=run.handbook_version,
        book_currency=run.book_currency,
    )


def _folder(night: Night) -> Path:
    lake = Run.objects.values_list("lake", flat=True).get(run_id=night.run_id)
    return run_folder(Path(lake), night.book_date, night.run_id)


def _is_kept(run: Run) -> bool:
    folder = run_folder(Path(run.lake), run.book_date, run.run_id)
    # A practice that came later has no decisions there; the others are explained all the same.
    return (folder / ACTIONS).is_file() and (folder / DECISIONS).is_dir()


def _rows(path: Path, customer_id: str) -> list[dict[str, Any]]:
    """The rows of one customer; the files lie in order of their customers, so that few pages are read."""
    with duckdb.connect() as con:
        con.execute("SET threads = 1")
        asked = con.execute("SELECT * FROM read_parquet(?) WHERE customer_id = ?", [str(path), customer_id])
        names = [column[0] for column in asked.description]
        return [dict(zip(names, row, strict=True)) for row in asked.fetchall()]


def _beginning(row: dict[str, Any], prefix: str) -> dict[str, Any]:
    """The values whose columns begin so, without that beginning."""
    return {name.removeprefix(prefix): value for name, value in row.items() if name.startswith(prefix)}
