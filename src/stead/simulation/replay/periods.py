"""Which nights of a period can be replayed: deliveries, what was really run, and what is missing."""

import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from stead.core.working_days import Calendar
from stead.extracts import delivery as deliveries
from stead.extracts.delivery import Delivery, DeliveryError
from stead.night.manifest import MANIFEST
from stead.simulation.replay.ledgers import CONTACTS, STATES

NO_EXTRACTS, REFUSED = "no_extracts", "refused"


class PeriodError(Exception):
    """A period over which nothing can be replayed; the message says why and what would do."""


@dataclass(frozen=True)
class RealRun:
    """A night that was really run and published, with the ledger of its moment."""

    day: date
    run_id: str
    version: str  # of the handbook that it applied
    ledger: Path


@dataclass(frozen=True)
class ReplayNight:
    """A night to replay. `run` is None when it was never really run: then nobody knows what was done."""

    day: date
    delivery: Delivery
    run: RealRun | None


@dataclass(frozen=True)
class Missing:
    """Working days without a delivery that can be replayed, one after the other, both ends included."""

    first: date
    last: date
    days: int
    reason: str  # NO_EXTRACTS or REFUSED

    def as_json(self) -> dict[str, Any]:
        """As the simulation keeps it."""
        return asdict(self) | {"first": self.first.isoformat(), "last": self.last.isoformat()}


@dataclass(frozen=True)
class Period:
    """The nights of a period in their order, and where history lacks."""

    nights: tuple[ReplayNight, ...]
    missing: tuple[Missing, ...]
    before: RealRun | None  # the last night really run before the period: what was known at its begin
    others: tuple[date, ...]  # nights really run within the period whose extracts are gone


def days_held(lake: Path) -> list[date]:
    """The days whose extracts the lake holds, the oldest first."""
    found = lake.glob("extracts/????-??-??/delivery.json")
    return sorted(date.fromisoformat(each.parent.name) for each in found)


def real_runs(lake: Path) -> dict[date, RealRun]:
    """The published night of each day whose ledger the lake still holds; of several, the newest."""
    found: dict[date, tuple[float, RealRun]] = {}
    for path in lake.glob(f"nights/????-??-??/*/{MANIFEST}"):
        ledger = path.parent / "ledger"
        if not all((ledger / f"{name}.parquet").exists() for name in (CONTACTS, STATES)):
            continue
        told = json.loads(path.read_text(encoding="utf-8"))["content"]
        day, at = date.fromisoformat(told["inputs"]["day"]), path.stat().st_mtime
        if day not in found or found[day][0] < at:
            found[day] = at, RealRun(day, told["run_id"], told["inputs"]["handbook"], ledger)
    return {day: run for day, (_, run) in found.items()}


def period(lake: Path, first: date, last: date) -> Period:
    """What can be replayed from `first` to `last`, both included.

    Raises PeriodError when the days stand the wrong way round, or the lake holds no extracts between them.
    """
    if first > last:
        raise PeriodError(
            gettext("The period begins on %(first)s, after its end on %(last)s; turn the two around.")
            % {"first": first, "last": last}
        )
    held = days_held(lake)
    runs = real_runs(lake)
    nights, refused = [], []
    for day in (one for one in held if first <= one <= last):
        try:
            found = deliveries.load(lake, day)
        except DeliveryError:
            continue
        if found.refused and day not in runs:
            refused.append(day)
        else:
            nights.append(ReplayNight(day, found, runs.get(day)))
    if not nights:
        raise PeriodError(
            gettext("The lake %(lake)s holds no extracts from %(first)s to %(last)s; it holds: %(held)s.")
            % {"lake": lake, "first": first, "last": last, "held": _told(held) or gettext("none at all")}
        )
    replayed = {night.day for night in nights}
    earlier = [day for day in runs if day < nights[0].day]
    return Period(
        nights=tuple(nights),
        missing=missing(nights[0].delivery.bank.country, first, last, replayed, set(refused)),
        before=runs[max(earlier)] if earlier else None,
        others=tuple(sorted(day for day in runs if first <= day <= last and day not in replayed)),
    )


def missing(
    country: str, first: date, last: date, replayed: set[date], refused: set[date]
) -> tuple[Missing, ...]:
    """The working days of a period that are not replayed, neighbours together."""
    calendar = Calendar(country, last)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    states = [
        (day, "" if day in replayed else REFUSED if day in refused else NO_EXTRACTS)
        for day in days
        if day in replayed or day in refused or calendar.is_working(day)
    ]
    found = []
    for reason, some in groupby(states, key=lambda state: state[1]):
        run = [day for day, _ in some]
        if reason:
            found.append(Missing(run[0], run[-1], len(run), reason))
    return tuple(found)


def _told(days: list[date], most: int = 6) -> str:
    """Days for a message, the newest."""
    shown = ", ".join(str(day) for day in days[-most:])
    return shown if len(days) <= most else f"… {shown}"
