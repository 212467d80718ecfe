"""Joins what must not know each other: lower folders declare a slot, this module alone fills them.

Which practices there are says `wiring`.
"""

from functools import lru_cache
from pathlib import PurePath

from django.apps import apps
from django.db.models.fields.json import KT
from django.utils.module_loading import module_has_submodule

from stead.access.registry import numbers, recorder
from stead.audit.actions import record
from stead.core.prepared import ask_rows
from stead.customers.models import Banker, Branch
from stead.engagement.history import archive
from stead.extracts.contract import declare
from stead.extracts.shown_night import Night, bank_country, published
from stead.handbook.registry import FinishedSimulation, day_actions, finished_simulations, night_reads
from stead.insight import clause_actions
from stead.jobs.registry import Job, jobs, refuse_undone
from stead.night.history import Archive
from stead.night.models import Publication, Run
from stead.night.plan import plan_of
from stead.night.registry import practices, prune_others
from stead.night.stages import readers
from stead.practice.registry import pages, refuse_twice
from stead.simulation import result_files, tasks
from stead.simulation.queries import finished
from stead.simulation.results.evidence import facts
from stead.web.wiring import PRACTICES, declared


def _published_night() -> Night | None:
    """The night that the pages show, in one query."""
    columns = ("run_id", "book_date", "work_date", "handbook_version", "book_currency", "unapproved")
    rows = ask_rows(
        "published night",
        lambda: Publication.objects.values_list("published_at", *(f"run__{name}" for name in columns)),
        {},
    )
    if not rows:
        return None
    published_at, *found, unapproved = rows[0]
    # Where the folder lies on the server is for administrators.
    return Night(
        **dict(zip(columns, found, strict=False)),
        published_at=published_at,
        unapproved=PurePath(unapproved).name or unapproved,
    )


@lru_cache(maxsize=16)
def _country(run_id: str) -> str:
    """The country of the bank of a run, which never changes."""
    told = KT("manifest__content__inputs__bank__country")
    return Run.objects.filter(pk=run_id).values_list(told, flat=True).first() or ""


def _bank_has(*, banker_id: str = "", branch_id: str = "") -> bool:
    """Whether the last night knows these numbers; before the first night nobody can say, and all pass."""
    if not Publication.objects.exists():
        return True
    known = not banker_id or Banker.objects.filter(pk=banker_id).exists()
    return known and (not branch_id or Branch.objects.filter(pk=branch_id).exists())


def _simulated(version: str) -> list[FinishedSimulation]:
    """The finished simulations of a content, as a submission attaches them."""
    return [
        FinishedSimulation(
            id=str(one.pk),
            title=f"#{one.pk} · {one.days[0]} – {one.days[-1]} · {one.asked_by}",
            summary=facts(one),
        )
        for one in finished(version)[:20]
    ]


def _jobs() -> tuple[Job, ...]:
    """The background work of all folders, each from its `tasks.py`, which procrastinate loads too."""
    owners = [name for name in PRACTICES if module_has_submodule(apps.get_app_config(name).module, "tasks")]
    found = (*tasks.JOBS, *(job for name in owners for job in declared(name, "tasks", "JOBS")))
    refuse_undone(found)
    return found


def wire() -> None:
    """Fill every slot. Called once a process, by addresses and command line; twice does no harm."""
    recorder.fill(record)
    practices.fill(plan_of([declared(name, "book", "PRACTICE") for name in PRACTICES]))
    declare(practices.get().extracts)
    shown = tuple(declared(name, "pages", "PAGES") for name in PRACTICES)
    refuse_twice(shown)
    pages.fill(shown)
    numbers.fill(_bank_has)
    published.fill(_published_night)
    bank_country.fill(_country)
    archive.fill(Archive())
    prune_others.fill(result_files.prune)
    finished_simulations.fill(_simulated)
    night_reads.fill(readers)
    day_actions.fill(clause_actions.day_actions)
    jobs.fill(_jobs())
