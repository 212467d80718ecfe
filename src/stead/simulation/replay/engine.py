"""Replays the nights of a period in their order, for two handbooks side by side; goes on where it stopped."""

import json
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from stead.handbook.content.book import Handbook
from stead.night.engine import SMALL, Engine, Stop, engine
from stead.night.manifest import digest, write_atomically
from stead.night.stage_work import memory_bytes
from stead.simulation.replay import ledgers, sides
from stead.simulation.replay.cache import features_of
from stead.simulation.replay.ledgers import Past, Place
from stead.simulation.replay.periods import Period, ReplayNight
from stead.simulation.replay.sides import Side
from stead.simulation.results.tables import CURRENT, DRAFT, SIDES

INPUTS, DONE = "inputs.json", "done.json"
STEPS = ("decisions", "actions_current", "actions_draft")
Report = Callable[[float, date, str], None]  # share of the whole, the night, the step


def unreported(_share: float, _night: date, _step: str) -> None:
    """Progress that nobody looks at."""


@dataclass(frozen=True)
class Order:
    """What is to be replayed.

    current: for each night the handbook that it is compared with. code: names the program that computes.
    """

    lake: Path
    folder: Path  # of the results
    period: Period
    current: Mapping[date, Handbook]
    draft: Handbook
    code: str
    report: Report = unreported
    stop: Stop = field(default_factory=Stop)

    def place(self, night: ReplayNight, side: str) -> Place:
        """Where the results of one side of a night lie."""
        return Place(self.folder / night.day.isoformat() / side)

    def handbook(self, night: ReplayNight, side: str) -> Handbook:
        """The handbook of one side of a night."""
        return self.draft if side == DRAFT else self.current[night.day]

    def as_json(self) -> dict[str, Any]:
        """All that the results depend on."""
        return {
            "draft": self.draft.version,
            "current": {day.isoformat(): book.version for day, book in sorted(self.current.items())},
            "code": self.code,
            "before": self.period.before.run_id if self.period.before else "",
            "others": [day.isoformat() for day in self.period.others],
            "nights": [
                {
                    "day": night.day.isoformat(),
                    "run": night.run.run_id if night.run else "",
                    "extracts": night.delivery.hashes(),
                }
                for night in self.period.nights
            ],
        }


def run(order: Order) -> None:
    """Replay all nights that are not replayed yet; the results lie in the order's folder.

    What no contact changes is computed ahead, one night before the plans, which must wait for each other.
    Raises CancelledError when asked to stop; HandbookError when a handbook cannot be applied.
    """
    _begin(order)
    nights = [_Replay(order, number) for number in range(len(order.period.nights))]
    waiting = [night for night in nights if not night.marker.exists()]
    with ThreadPoolExecutor(1, thread_name_prefix="replay") as ahead:
        prepared: Future[None] | None = None
        for place, night in enumerate(waiting):
            now = prepared or ahead.submit(night.prepare)
            order.report(night.number / len(nights), night.night.day, STEPS[0])
            now.result()
            is_last = place + 1 == len(waiting)
            prepared = None if is_last else ahead.submit(waiting[place + 1].prepare)
            try:
                night.plan()
            except BaseException:
                order.stop.ask()  # what is computed ahead is of no use any more
                raise
            order.report((night.number + 1) / len(nights), night.night.day, STEPS[-1])
    shutil.rmtree(order.folder / "work", ignore_errors=True)


def _begin(order: Order) -> None:
    """Keep what another attempt at the same replay has done; anything else goes."""
    inputs, path = digest(order.as_json()), order.folder / INPUTS
    if path.exists() and json.loads(path.read_text(encoding="utf-8"))["digest"] == inputs:
        return
    shutil.rmtree(order.folder, ignore_errors=True)
    order.folder.mkdir(parents=True)
    write_atomically(path, json.dumps({"digest": inputs, **order.as_json()}, indent=1))


@dataclass(frozen=True)
class _Replay:
    """One night at work."""

    order: Order
    number: int

    @property
    def night(self) -> ReplayNight:
        """The night."""
        return self.order.period.nights[self.number]

    @property
    def marker(self) -> Path:
        """The file that says that the night is done, the last that is written of it."""
        return self.order.folder / self.night.day.isoformat() / DONE

    @property
    def features(self) -> Path:
        """Where the features lie until the night is replayed."""
        return self.order.folder / "work" / f"{self.night.day.isoformat()}.parquet"

    def prepare(self) -> None:
        """Decide about tiers, stages and warnings on both sides: no contact changes them."""
        self.features.parent.mkdir(parents=True, exist_ok=True)
        with self._engine("ahead") as at_work:
            features_of(at_work, self.order.lake, self.night.delivery, self.order.code, self.features)
        with self._engine("ahead") as at_work:
            figures = self.order.folder / self.night.day.isoformat() / "figures.parquet"
            sides.figures(at_work, self.features, figures)
        other: Side | None = None
        for name in SIDES:
            side = self._side(name)
            with self._engine("ahead") as at_work:
                sides.decide(at_work, side, other)
                if other is not None:
                    beside = self.order.folder / self.night.day.isoformat() / "tiers.parquet"
                    sides.compare(at_work, other, side, beside)
            other = side

    def plan(self) -> None:
        """Plan the day of both sides, each by its own ledger, and what is taken to have come of it."""
        for place, name in enumerate(SIDES):
            with self._engine("plan") as at_work:
                self._tell((1 + place) / 3, STEPS[1 + place])
                self._plan(at_work, name)
        self.features.unlink()
        write_atomically(self.marker, json.dumps({"night": self.night.day.isoformat()}))

    def _plan(self, at_work: Engine, name: str) -> None:
        """One side: its ledger, its actions, and the contacts that are assumed."""
        side, current = self._side(name), self.order.place(self.night, CURRENT)
        ledger = ledgers.build(at_work, self._past(name), side.place)
        sides.plan(at_work, side, ledger)
        ledgers.assume(
            at_work,
            side.place,
            current,
            side.calendar.work_date,
            self.night.delivery.bank.time_zone,
            all_done=self.night.run is None,
        )

    def _side(self, name: str) -> Side:
        """One side of the night."""
        order, night = self.order, self.night
        return Side(night.delivery, order.handbook(night, name), self.features, order.place(night, name))

    def _engine(self, work: str) -> AbstractContextManager[Engine]:
        """A DuckDB of its own for each part, so that nothing lives on in memory. Two are at work at once."""
        memory = memory_bytes(self.night.delivery.tables["customers"].rows) * 2 // 3
        spill = self.order.folder / "work" / f"spill-{work}"
        return engine(self.order.stop, spill, memory, parquet=SMALL, has_sentences=False)

    def _tell(self, share: float, step: str) -> None:
        """Say how far it is, by night and step."""
        self.order.stop.check()
        total = len(self.order.period.nights)
        self.order.report((self.number + share) / total, self.night.day, step)

    def _past(self, name: str) -> Past:
        """What the side starts from: the snapshot of the night, and the nights before it."""
        order, nights = self.order, self.order.period.nights[: self.number]
        known = [run for run in (order.period.before, *(night.run for night in nights)) if run]
        before = known[-1].ledger if known else None
        real = self.night.run.ledger if self.night.run else before
        # Contacts that are new in this snapshot were logged on a desk that showed the last night really run
        # before it, or, when they came late, the one before that.
        last = max((number for number, night in enumerate(nights) if night.run), default=0)
        shown = nights[max(last - 1, 0) :]
        since = nights[last].day if nights else self.night.day
        return Past(
            real=real,
            before=before,
            plans=[order.place(night, name) for night in shown],
            current=[order.place(night, CURRENT) for night in shown],
            earlier=[order.place(night, name) for night in nights],
            unplanned=any(since <= day < self.night.day for day in order.period.others),
        )
