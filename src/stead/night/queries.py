"""Reads of nights and of what the desk shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, QuerySet, Sum
from django.db.models.functions import Cast, JSONObject

from stead.access.models import User
from stead.access.queries import AnyUser, scope, sees_customers
from stead.customers.models import Branch
from stead.extracts.delivery import file_sha256
from stead.extracts.reject_rows import value_shown
from stead.night.manifest import run_folder
from stead.night.models import Measured, Publication, Run
from stead.night.publication import Shown
from stead.night.published_tables import TABLES
from stead.night.registry import practices
from stead.practice.night import Measure
from stead.practice.registry import measure_name


def measured(user: AnyUser) -> dict[str, Decimal]:
    """The sum of each measure over the customers whom a user may see; over all for who sees counts alone."""
    rows = Measured.objects.filter(scope(user)) if sees_customers(user) else Measured.objects.all()
    sums = rows.order_by().values_list("measure").annotate(total=Sum("value")).order_by("measure")
    return dict(sums)


def shown_day() -> date | None:
    """The book date of the night that the desk shows; None before the first one."""
    return Publication.objects.values_list("run__book_date", flat=True).first()


def shown(lake: Path) -> Shown:
    """What the desk shows, and its Parquet in this lake when that is exactly what was published.

    The files' hashes are compared with those in the database's manifest, so that a difference is never taken
    against files that were changed or belong to another bank.
    """
    publication = Publication.objects.select_related("run").first()
    if publication is None:
        return Shown(None, None)
    run = publication.run
    folder = run_folder(lake, run.book_date, run.run_id) / "published"
    told = run.manifest.get("published", {})
    for table in TABLES:
        path = table.file(folder)
        if not path.exists() or file_sha256(path) != told.get(table.lake_name):
            return Shown(run.run_id, None)
    return Shown(run.run_id, folder)


def runs(most: int = 30) -> QuerySet[Run]:
    """The nights, newest first, without their manifests."""
    return Run.objects.defer("manifest").prefetch_related("stages")[:most]


def run_as_json(run: Run, *, whole: bool = False) -> dict[str, Any]:
    """A night for a machine; `whole` adds what was set aside and the manifest."""
    told: dict[str, Any] = {
        "run_id": run.run_id,
        "book_date": run.book_date.isoformat(),
        "work_date": run.work_date.isoformat(),
        "status": run.status,
        "started_at": run.started_at.astimezone(UTC).isoformat(timespec="seconds"),
        "finished_at": run.finished_at.astimezone(UTC).isoformat(timespec="seconds")
        if run.finished_at
        else None,
        "message": run.message,
        "stages": [
            {
                "stage": stage.stage,
                "status": stage.status,
                "progress": stage.progress,
                "seconds": stage.seconds,
                "rows": stage.rows,
            }
            for stage in run.stages.all()
        ],
    }
    if whole:
        fields = ("table", "column", "reason", "count", "share", "example")
        rejects = list(run.rejects.values(*fields))
        for one in rejects:
            # Masked as on the page of whoever sees no customers: what is printed, others read too.
            value = value_shown(one["table"], one["column"], one["example"].get("value"), is_whole=False)
            one["example"] = one["example"] | {"value": value}
        told["rejects"] = rejects
        told["manifest"] = run.manifest
    return told


@dataclass(frozen=True)
class MeasureLine:
    """A measure with its sum: whether more is better, and of what it is a number."""

    measure: Measure
    total: Decimal

    @property
    def name(self) -> str:
        """What it is called."""
        return measure_name(self.measure.name)


def branch_measured(user: User) -> tuple[Branch | None, list[MeasureLine]]:
    """The user's branch, and the measures over the customers whom the user may see in it: one query."""
    rows = Measured.objects.filter(scope(user)).order_by().values("measure").annotate(total=Sum("value"))
    told = ArraySubquery(rows.values(told=JSONObject(measure="measure", total=Cast("total", CharField()))))
    branch = Branch.objects.filter(branch_id=user.branch_id).annotate(told=told).first()
    sums = {one["measure"]: Decimal(one["total"]) for one in branch.told} if branch else {}
    return branch, measure_lines(sums)


def measure_lines(sums: Mapping[str, Decimal]) -> list[MeasureLine]:
    """All measures of the practices with their sums, in the order of their declarations."""
    return [MeasureLine(one, sums.get(one.name, Decimal(0))) for one in practices.get().measures]
