"""What a night writes about itself."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import psycopg
from django.db import transaction
from django.utils import timezone
from psycopg.types.json import Jsonb

from stead.access.models import User
from stead.audit.actions import record, record_by_cursor
from stead.extracts.delivery import RejectGroup
from stead.handbook.folder_changes import FolderChanges
from stead.night.models import RejectSummary, Run, StageRun
from stead.night.summary import Fired

TABLE_LENGTH_MAX = 40  # of a table or raw file, as a run keeps it

PROGRAM = "night"  # who writes: no user, but this program
FIRINGS_KEPT_DAYS = 400  # a year and the days by which its months are late


@dataclass(frozen=True)
class Begun:
    """What is known of a run when it begins."""

    run_id: str
    day: date
    work_date: date
    handbook_version: str
    book_currency: str
    lake: str
    handbook_currency: str = ""  # in which its amounts are written; empty: it does not say
    unapproved: str = ""  # the folder of its rules, when nobody approved them
    folder_changes: FolderChanges | None = None  # how the bank's folder differs from the edition in force


@transaction.atomic
def begin(*, by: str, begun: Begun, stages: Sequence[str], rejects: Sequence[RejectGroup]) -> Run:
    """Write down that a run begins, or begins again after it was stopped."""
    run, _ = Run.objects.update_or_create(
        run_id=begun.run_id,
        defaults={
            "book_date": begun.day,
            "work_date": begun.work_date,
            "status": Run.Status.RUNNING,
            "started_at": timezone.now(),
            "finished_at": None,
            "handbook_version": begun.handbook_version,
            "book_currency": begun.book_currency,
            "handbook_currency": begun.handbook_currency,
            "lake": begun.lake,
            "unapproved": begun.unapproved[:500],
            "folder_changes": _kept(begun.folder_changes),
            "message": "",
        },
    )
    for position, stage in enumerate(stages):
        StageRun.objects.update_or_create(
            run=run,
            stage=stage,
            defaults={
                "position": position,
                "status": "waiting",
                "progress": 0,
                "seconds": None,
                "rows": None,
            },
        )
    RejectSummary.objects.filter(run=run).delete()
    RejectSummary.objects.bulk_create(
        RejectSummary(
            run=run,
            table=group.table[:TABLE_LENGTH_MAX],
            column=group.column,
            reason=group.reason[:200],
            count=group.count,
            share=group.share,
            example=group.example,
        )
        for group in rejects
    )
    record(by=by, verb="night.began", object_kind="run", object_id=run.run_id)
    if run.has_other_currency:
        detail = {"handbook": run.handbook_currency, "book": run.book_currency}
        record(by=by, verb="night.other_currency", object_kind="run", object_id=run.run_id, detail=detail)
    return run


def _kept(changes: FolderChanges | None) -> dict[str, Any]:
    """The changes of the bank's folder as a run keeps them."""
    if changes is None:
        return {}
    begins = changes.begins.isoformat() if changes.begins else ""
    return asdict(changes) | {"begins": begins, "command": changes.command}


@transaction.atomic
def end(*, by: str, run_id: str, status: str, message: str) -> None:
    """Write down that a run was refused or failed, and why."""
    Run.objects.filter(run_id=run_id).update(status=status, message=message, finished_at=timezone.now())
    record(
        by=by,
        verb=f"night.{status}",
        object_kind="run",
        object_id=run_id,
        detail={"message": message[:500]},
    )


@transaction.atomic
def shown_already(*, by: str, run_id: str) -> None:
    """Write down that a run was asked for that the desk shows already; its manifest stays as it was."""
    Run.objects.filter(run_id=run_id).update(status=Run.Status.PUBLISHED, finished_at=timezone.now())
    record(by=by, verb="night.asked_again", object_kind="run", object_id=run_id)


def rejects_downloaded(*, by: User, run_id: str) -> None:
    """Write down that a user took the rows that were set aside away as a workbook."""
    record(by=by, verb="rejects.downloaded", object_kind="run", object_id=run_id)


@transaction.atomic
def fail_killed(*, by: str) -> int:
    """Mark runs that say they run as failed; only for who holds the locks. Returns how many."""
    killed = list(Run.objects.filter(status=Run.Status.RUNNING).values_list("run_id", flat=True))
    for run_id in killed:
        end(by=by, run_id=run_id, status=Run.Status.FAILED, message="The process was stopped.")
    return len(killed)


@transaction.atomic
def accept_delivery(*, by: str, run_id: str, reason: str, differs: Sequence[str]) -> None:
    """Write down who took a delivery that differs from the last one by more than the limits, and why."""
    told = "; ".join(differs)
    Run.objects.filter(run_id=run_id).update(accepted_by=by[:150], accepted_reason=reason[:500], differs=told)
    record(
        by=by,
        verb="night.delivery_accepted",
        object_kind="run",
        object_id=run_id,
        detail={"reason": reason[:500], "differs": told[:2000]},
    )


@transaction.atomic
def handbook_given(*, by: str, run_id: str, folder: str, version: str, in_force: str) -> None:
    """Write down that a night decides by a handbook of its own."""
    record(
        by=by,
        verb="night.handbook_given",
        object_kind="run",
        object_id=run_id,
        detail={"folder": folder, "version": version, "in_force": in_force},
    )


def write_publication(
    *,
    by: str,
    cursor: psycopg.Cursor,
    run_id: str,
    day: date,
    version: str,
    manifest: Mapping[str, Any],
    fired: Sequence[Fired],
) -> None:
    """Make the run the one that the desk shows, in the transaction that changes the tables."""
    cursor.execute(
        'INSERT INTO nightly_publication ("only", run_id, published_at) VALUES (1, %s, now())'
        ' ON CONFLICT ("only") DO UPDATE SET run_id = excluded.run_id, published_at = excluded.published_at',
        (run_id,),
    )
    cursor.execute(
        "UPDATE nightly_run SET status = %s, message = '', finished_at = now(), manifest = %s"
        " WHERE run_id = %s",
        (Run.Status.PUBLISHED.value, Jsonb(manifest), run_id),
    )
    record_by_cursor(
        by=by, cursor=cursor, verb="night.published", object_kind="run", object_id=run_id, detail={}
    )
    _write_firings(cursor, run_id, day, version, fired)


def _write_firings(
    cursor: psycopg.Cursor, run_id: str, day: date, version: str, fired: Sequence[Fired]
) -> None:
    """How often each rule decided; of several runs of a date the one published last counts."""
    cursor.execute(
        "DELETE FROM handbook_firing WHERE book_date < %s", (day - timedelta(days=FIRINGS_KEPT_DAYS),)
    )
    cursor.execute("UPDATE handbook_firing SET shown = false WHERE book_date = %s", (day,))
    cursor.executemany(
        'INSERT INTO handbook_firing (run_id, book_date, "table", rule_id, version, count, shown)'
        ' VALUES (%s, %s, %s, %s, %s, %s, true) ON CONFLICT (run_id, "table", rule_id)'
        " DO UPDATE SET count = excluded.count, shown = true",
        [(run_id, day, one.table, one.rule_id, version, one.count) for one in fired],
    )
