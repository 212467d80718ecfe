"""Every write of simulations: asked for, begun, cancelled, ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from stead.access.models import Role, User
from stead.access.queries import has_role
from stead.audit.actions import record
from stead.handbook import actions as handbook_actions
from stead.handbook.models import Draft, Version
from stead.jobs.queue import Queue
from stead.simulation.models import Simulation
from stead.simulation.replay.periods import Period

State = Simulation.State
QUEUE = Queue("simulations", task="stead.simulation")
ATTEMPTS_MAX = 3
# Why a simulation failed where nothing said so itself; the page translates it.
KILLED = gettext_noop("The process that worked on it was ended several times; too little memory?")
CLOSED = gettext_noop("The terminal that it ran in was closed.")
WAITING_MAX = 20  # in the queue at once; who asks for more has lost count


class RefusedError(ValueError):
    """The write makes no sense; the message says what would."""


@dataclass(frozen=True)
class Asked:
    """What is to be replayed: a stored version, or files, which are stored once it is accepted.

    against None: on each night the version in force on it.
    """

    version: Version | Mapping[str, str]
    name: str
    period: Period
    first: date
    last: date
    lake: Path
    draft: Draft | None = None
    against: Version | Mapping[str, str] | None = None


@transaction.atomic
def ask(*, by: User | str, asked: Asked, is_background: bool = True) -> Simulation:
    """Write down that a replay is wanted; in the background, it is queued in the same transaction."""
    if not isinstance(by, str) and not has_role(by, Role.POLICY_OFFICER):
        raise PermissionDenied
    open_ = Simulation.objects.filter(state__in=(State.WAITING, State.RUNNING), is_background=True)
    if is_background and open_.count() >= WAITING_MAX:
        raise RefusedError(
            gettext("%(most)s simulations wait or run already; cancel one, or wait for it.")
            % {"most": WAITING_MAX}
        )
    version = _stored(by, asked.version)
    simulation = Simulation.objects.create(
        draft=asked.draft,
        name=asked.name[:120],
        version=version,
        against=_stored(by, asked.against) if asked.against else None,
        first_day=asked.first,
        last_day=asked.last,
        lake=str(asked.lake),
        asked_by=by if isinstance(by, str) else by.get_username(),
        is_background=is_background,
        days=[night.day.isoformat() for night in asked.period.nights],
        missing=[gap.as_json() for gap in asked.period.missing],
    )
    _record(by, "asked", simulation, version=version.pk, first=asked.first, last=asked.last)
    if is_background:
        QUEUE.defer(pk=simulation.pk)
    return simulation


def _stored(by: User | str, content: Version | Mapping[str, str]) -> Version:
    """The stored version of a content."""
    return content if isinstance(content, Version) else handbook_actions.keep(by=by, files=content)


@transaction.atomic
def cancel(*, by: User | str, pk: int) -> bool:
    """Stop a replay: one that waits at once, one that runs within seconds. False when it has ended."""
    if not isinstance(by, str) and not has_role(by, Role.POLICY_OFFICER):
        raise PermissionDenied
    simulation = Simulation.objects.select_for_update().get(pk=pk)
    if simulation.is_ended:
        return False
    if not simulation.cancelled_by:
        simulation.cancelled_by = by if isinstance(by, str) else by.get_username()
        simulation.save(update_fields=["cancelled_by"])
        _record(by, "cancelled", simulation)
    if simulation.state == State.WAITING:
        _end(simulation, State.CANCELLED, "")
    return True


@transaction.atomic
def begin(*, by: str, pk: int) -> Simulation | None:
    """Take a replay in hand. None when it has ended or was cancelled meanwhile, or was killed too often."""
    simulation = Simulation.objects.select_for_update().filter(pk=pk).first()
    if simulation is None or simulation.is_ended:
        return None
    if simulation.cancelled_by:
        _end(simulation, State.CANCELLED, "")
        return None
    if simulation.attempts >= ATTEMPTS_MAX:
        _fail(by, simulation, KILLED)
        return None
    simulation.attempts += 1
    simulation.state = State.RUNNING
    simulation.save(update_fields=["attempts", "state"])
    return simulation


@transaction.atomic
def finish(*, by: str, pk: int, summary: dict[str, Any], seconds: float) -> None:
    """Write down what came out."""
    simulation = Simulation.objects.select_for_update().get(pk=pk)
    simulation.summary, simulation.seconds, simulation.progress = summary, seconds, 1.0
    _end(simulation, State.DONE, "")
    _record(by, "finished", simulation, seconds=round(seconds, 1))


@transaction.atomic
def fail(*, by: str, pk: int, message: str) -> None:
    """Write down that it failed, and why."""
    _fail(by, Simulation.objects.select_for_update().get(pk=pk), message)


@transaction.atomic
def stopped(*, by: str, pk: int) -> bool:
    """Write down that the work on a replay has stopped.

    True: somebody had cancelled it. False: its process was told to end, so that it waits to go on.
    """
    simulation = Simulation.objects.select_for_update().get(pk=pk)
    if simulation.cancelled_by or not simulation.is_background:
        _end(simulation, State.CANCELLED, "")
        _record(by, "stopped", simulation)
        return True
    simulation.state, simulation.attempts = State.WAITING, simulation.attempts - 1
    simulation.save(update_fields=["state", "attempts"])
    QUEUE.defer(pk=pk)
    return False


def _fail(by: str, simulation: Simulation, message: str) -> None:
    _end(simulation, State.FAILED, message)
    _record(by, "failed", simulation, message=message[:500])


def _end(simulation: Simulation, state: Simulation.State, message: str) -> None:
    simulation.state, simulation.message, simulation.finished_at = state, message, timezone.now()
    simulation.save()


@transaction.atomic
def look(*, by: User, simulation: Simulation, asked: dict[str, str], customers: Sequence[str]) -> None:
    """Write down who looked at which customers' figures."""
    detail = {"list": asked, "customers": list(customers)}
    record(
        by=by, verb="simulation.customers_seen", object_kind="simulation", object_id=str(simulation.pk),
        detail=detail,
    )  # fmt: skip


def _record(by: User | str, verb: str, simulation: Simulation, **detail: object) -> None:
    told = {"name": simulation.name} | {key: str(value) for key, value in detail.items()}
    record(
        by=by, verb=f"simulation.{verb}", object_kind="simulation", object_id=str(simulation.pk), detail=told
    )
