"""Reads of simulations: who may see which, those of a content, and the choices of the form."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from stead.access.models import Role
from stead.access.queries import AnyUser, has_role
from stead.handbook.editions import timeline
from stead.handbook.models import Draft
from stead.night.models import Publication
from stead.simulation.models import Simulation
from stead.simulation.replay.periods import days_held
from stead.simulation.results.tables import CURRENT, DRAFT, Results

READERS = (Role.POLICY_OFFICER, Role.AUDITOR)
State = Simulation.State


def visible_to(user: AnyUser) -> QuerySet[Simulation]:
    """The simulations that a user may read: all for policy officers and auditors, none for anybody else."""
    found = Simulation.objects.select_related("draft", "version", "against")
    return (
        found.defer("version__files", "against__files", "draft__files")
        if has_role(user, *READERS)
        else found.none()
    )


def finished(version: str) -> QuerySet[Simulation]:
    """The finished simulations of a content, newest first."""
    return Simulation.objects.filter(version_id=version, state=State.DONE)


def evidence(version: str) -> list[dict[str, Any]]:
    """The finished simulations of a content, as a submission keeps one: id, name, period, summary."""
    return [
        {
            "id": str(one.pk),
            "name": one.name,
            "first_day": one.first_day.isoformat(),
            "last_day": one.last_day.isoformat(),
            "nights": len(one.days),
            "asked_by": one.asked_by,
            "finished_at": one.finished_at.isoformat() if one.finished_at else "",
            "seconds": one.seconds,
            "missing": one.missing,
            "summary": one.summary,
        }
        for one in finished(version)[:20]
    ]


def lake() -> Path:
    """The lake of the night on the desk; before the first one, where the next will look."""
    shown = Publication.objects.values_list("run__lake", flat=True).first()
    return Path(shown or Path(settings.DATA) / "lake")


def results(simulation: Simulation, folder: Path) -> Results:
    """The files of a simulation."""
    return Results(folder, [date.fromisoformat(day) for day in simulation.days])


def contents() -> tuple[Sequence[Draft], Sequence[Draft]]:
    """What may be replayed: drafts on their way, and approved editions; newest first, without files."""
    ways = Draft.objects.filter(state__in=(Draft.State.DRAFT, Draft.State.SUBMITTED)).defer("files")
    return list(ways), timeline()


def days() -> list[date]:
    """The book dates that the lake holds extracts of."""
    return days_held(lake())


__all__ = ["CURRENT", "DRAFT", "contents", "days", "evidence", "finished", "lake", "results", "visible_to"]
