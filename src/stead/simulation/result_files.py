"""The files of simulations: where they lie, who works on them, and how long they stay.

Rows of customers stay in the lake as long as somebody may ask for them: those of a simulation that was
submitted with a draft until that draft is withdrawn; others for a while, and at most the newest 20. Summaries
stay.
"""

import logging
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import Error, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from filelock import FileLock, Timeout

from stead.audit.actions import record
from stead.handbook import editions
from stead.handbook.models import Draft
from stead.simulation.models import Simulation

State = Simulation.State
FOLDERS_KEPT = 20  # the newest finished ones whose rows stay, besides those that go with a draft
DROPPED = ".dropped"  # how a folder ends that nobody may look into any more
PROGRAM = "simulation"  # who writes: no user, but this program
log = logging.getLogger(__name__)


class BusyError(Exception):
    """Another process works on this simulation."""


def folder_of(simulation: Simulation) -> Path:
    """Where the files of a simulation lie."""
    return Path(simulation.lake) / "simulations" / str(simulation.pk)


def lock_of(pk: int) -> Path:
    """The file that whoever works on a simulation holds; it goes with the work."""
    lake = Simulation.objects.values_list("lake", flat=True).get(pk=pk)
    return Path(lake) / "simulations" / f"{pk}.lock"


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold a lock: it ends with the process, so that others see who was killed. Raises BusyError.

    The file is removed at the end, while it is held: who opened it meanwhile sees that, and takes a new one.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    held = FileLock(lock, timeout=0, fallback_to_soft=False)
    while not held.is_locked:
        try:
            held.acquire()
        except Timeout:
            # Where the file is gone, it was removed at the end of other work after it was opened here.
            if lock.exists():
                raise BusyError(f"another process works on simulation {lock.stem}") from None
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
        held.release()


def is_worked_on(pk: int) -> bool:
    """Whether a living process works on a simulation."""
    try:
        with alone(lock_of(pk)):
            return False
    except BusyError:
        return True


def attached() -> set[int]:
    """The simulations that go with a draft, also with one that was given back; not with a withdrawn one."""
    drafts = Draft.objects.exclude(state=Draft.State.WITHDRAWN).exclude(simulation="")
    return {int(one) for one in drafts.values_list("simulation", flat=True) if one.isdecimal()}


def _useless(now: datetime) -> QuerySet[Simulation]:
    """Simulations whose rows nobody may ask for any more."""
    done = Simulation.objects.filter(state=State.DONE).exclude(pk__in=attached())
    newest = done.order_by(F("finished_at").desc(nulls_last=True), "-pk").values_list("pk", flat=True)
    since = now - timedelta(days=settings.SIMULATIONS_KEPT_DAYS)
    old = done.filter(Q(finished_at__lt=since) | ~Q(pk__in=list(newest[:FOLDERS_KEPT])))
    return Simulation.objects.filter(Q(state__in=(State.FAILED, State.CANCELLED)) | Q(pk__in=old))


def drop_old(now: datetime | None = None) -> int:
    """Remove the files of simulations that failed or were cancelled, and of old ones; returns how many.

    Locks and folders that a killed process left behind go too. now: the moment that ages are counted to.
    """
    moment = now or timezone.now()
    there = [one.pk for one in _useless(moment).only("lake") if folder_of(one).exists()]
    dropped = _put_aside(there, moment) if there else 0
    for lake in Simulation.objects.order_by().values_list("lake", flat=True).distinct():
        for folder in (Path(lake) / "simulations").glob(f"*{DROPPED}"):
            shutil.rmtree(folder, ignore_errors=True)
    ended = Simulation.objects.filter(state__in=(State.DONE, State.FAILED, State.CANCELLED))
    for pk, lake in ended.values_list("pk", "lake"):
        lock = Path(lake) / "simulations" / f"{pk}.lock"
        if lock.exists():
            with suppress(BusyError), alone(lock):
                pass
    return dropped


@transaction.atomic
def _put_aside(pks: Sequence[int], now: datetime) -> int:
    """Rename the folders of those that are still useless while no draft can be submitted with one of them."""
    editions.gate()
    useless = _useless(now).filter(pk__in=pks).order_by("pk").only("lake").select_for_update()
    aside = [one.pk for one in useless if _is_renamed(folder_of(one))]
    if aside:
        record(
            by=PROGRAM,
            verb="simulation.files_dropped",
            object_kind="simulation",
            object_id="",
            detail={"simulations": aside},
        )
    return len(aside)


def _is_renamed(folder: Path) -> bool:
    """Rename a folder so that nobody finds it; one that cannot be is tried again the next time."""
    try:
        folder.rename(folder.with_name(folder.name + DROPPED))
    except OSError as error:
        log.warning("The files of an old simulation could not be removed: %s", error)
        return False
    return True


def prune(lake: Path, now: datetime | None = None) -> None:
    """What the night drops: old files of simulations, and features that no simulation has used for as long.

    That this fails is told to the log; the night is published already.
    """
    moment = now or timezone.now()
    since = (moment - timedelta(days=settings.SIMULATIONS_KEPT_DAYS)).timestamp()
    try:
        drop_old(moment)
        for path in (lake / "simulations" / "cache").glob("*.parquet"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < since:
                    path.unlink()
    except (OSError, Error):
        log.exception("The files of old simulations could not be removed.")
