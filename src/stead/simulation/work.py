"""Does one simulation from the database: replay, summary, progress, and the wish to cancel."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Self, TypeVar

import psycopg
from django.conf import settings
from django.db import OperationalError, connection

from stead.core.postgres import address_of
from stead.handbook import editions
from stead.handbook.content.book import Handbook, HandbookError
from stead.handbook.content.book import load as load_handbook
from stead.jobs.at_work import at_work
from stead.jobs.queue import Arguments
from stead.night.engine import SMALL, CancelledError, Stop
from stead.night.engine import engine as opened
from stead.night.manifest import code_version
from stead.night.stage_work import memory_bytes
from stead.simulation import actions, result_files
from stead.simulation.models import Simulation
from stead.simulation.replay import engine
from stead.simulation.replay.periods import Period, PeriodError, period
from stead.simulation.result_files import PROGRAM, BusyError, folder_of
from stead.simulation.results.summary import summarise
from stead.simulation.results.tables import Results

WATCH_EVERY_S = 0.5
AWAY_S_MAX = 120.0  # a database that is away for longer than that at the end of the work fails it


log = logging.getLogger(__name__)


T = TypeVar("T")


def handbooks(found: Period, against: Handbook | None) -> dict[date, Handbook]:
    """What each night is compared with: one handbook, or the version in force on the night."""
    if against is not None:
        return {night.day: against for night in found.nights}
    known: dict[str, Handbook] = {}
    chosen = {}
    for night in found.nights:
        version = editions.in_force(night.day)
        if version is None:
            # Before the first night there is no edition yet; it will begin with this folder.
            chosen[night.day] = known.setdefault("", load_handbook(Path(settings.HANDBOOK)))
        else:
            chosen[night.day] = known.setdefault(version.pk, Handbook(version.files))
    return chosen


def work(pk: int, report: engine.Report = engine.unreported, stop: Stop | None = None) -> bool:
    """Replay a simulation and write down what came out; a failure is written down as well.

    Returns False when this process was told to end meanwhile: the simulation waits again, and goes on where
    it stood. Raises BusyError when another process works on it.
    """
    wish = stop or Stop()
    with result_files.alone(_patiently(lambda: result_files.lock_of(pk))):
        simulation = _patiently(lambda: actions.begin(by=PROGRAM, pk=pk))
        if simulation is None:
            return True
        try:
            with at_work.stopped_by(wish.ask):
                return _work(simulation, wish, report)
        finally:
            _tidy()


def _tidy() -> None:
    """Drop old files. That this fails is told to the log: it must not stand before why the work failed."""
    try:
        connection.close_if_unusable_or_obsolete()
        result_files.drop_old()
    except Exception:
        log.exception("The files of old simulations could not be removed.")


def _work(simulation: Simulation, wish: Stop, report: engine.Report) -> bool:
    started, pk = time.monotonic(), simulation.pk
    try:
        with _Watch(pk, wish, report) as watch:
            summary = _replay(simulation, wish, watch.report)
    except CancelledError:
        return _patiently(lambda: actions.stopped(by=PROGRAM, pk=pk))
    except (PeriodError, HandbookError) as error:
        message = str(error)
        _patiently(lambda: actions.fail(by=PROGRAM, pk=pk, message=message))
    except Exception as error:
        # Whatever it was: the page must not show for ever that it runs.
        message = f"{type(error).__name__}: {error}"
        _patiently(lambda: actions.fail(by=PROGRAM, pk=pk, message=message))
        raise
    else:
        seconds = time.monotonic() - started
        _patiently(lambda: actions.finish(by=PROGRAM, pk=pk, summary=summary, seconds=seconds))
    return True


def _patiently(call: Callable[[], T]) -> T:
    """Ask a database that may be away for a moment: an hour's work must not be lost to a restart."""
    until = time.monotonic() + AWAY_S_MAX
    while True:
        connection.close_if_unusable_or_obsolete()
        try:
            return call()
        except OperationalError:
            if time.monotonic() > until:
                raise
            connection.close()
            time.sleep(1)


def _order(simulation: Simulation, stop: Stop, report: engine.Report) -> engine.Order:
    """What is to be replayed, as the database says it."""
    lake = Path(simulation.lake)
    found = period(lake, simulation.first_day, simulation.last_day)
    against = Handbook(simulation.against.files) if simulation.against else None
    return engine.Order(
        lake=lake,
        folder=folder_of(simulation),
        period=found,
        current=handbooks(found, against),
        draft=Handbook(simulation.version.files),
        code=code_version(),
        report=report,
        stop=stop,
    )


def _replay(simulation: Simulation, stop: Stop, report: engine.Report) -> dict[str, object]:
    """Replay all nights; the summary of what came out."""
    order = _patiently(lambda: _order(simulation, stop, report))
    found = order.period
    engine.run(order)
    results = Results(order.folder, [night.day for night in found.nights])
    memory = memory_bytes(found.nights[-1].delivery.tables["customers"].rows)
    with opened(stop, order.folder / "spill", memory, parquet=SMALL) as counting:
        versions = {day: handbook.version for day, handbook in order.current.items()}
        return summarise(counting, results, found, versions)


def fail_killed() -> int:
    """Mark as failed what a terminal that is gone left behind; returns how many."""
    left = Simulation.objects.filter(state=Simulation.State.RUNNING, is_background=False)
    killed = [pk for pk in left.values_list("pk", flat=True) if not result_files.is_worked_on(pk)]
    for pk in killed:
        actions.fail(by=PROGRAM, pk=pk, message=actions.CLOSED)
    return len(killed)


def waiting() -> list[Arguments]:
    """What a worker is to take up, as the queue names it."""
    found = Simulation.objects.filter(state=Simulation.State.WAITING, is_background=True)
    return [{"pk": pk} for pk in found.values_list("pk", flat=True)]


class _Watch:
    """Writes the progress of a simulation and reads the wish to cancel it, twice a second, in a thread."""

    def __init__(self, pk: int, stop: Stop, report: engine.Report) -> None:
        self._pk, self._stop, self._told = pk, stop, report
        self._state: tuple[float, date | None, str] = (0.0, None, "")
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._url = address_of(connection.settings_dict)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def report(self, share: float, night: date, step: str) -> None:
        """The replay has come so far."""
        self._state = (share, night, step)
        self._told(share, night, step)

    def _run(self) -> None:
        while not self._ended.wait(WATCH_EVERY_S):
            # The database may be away for a while; the replay does not need it before its end.
            with suppress(psycopg.OperationalError):
                self._watch()

    def _watch(self) -> None:
        """Write and read over one connection until the work has ended or the connection is lost."""
        with psycopg.connect(self._url, autocommit=True) as own:
            while True:
                share, night, step = self._state
                row = own.execute(
                    "UPDATE simulation_simulation SET progress = %s, night = %s, step = %s WHERE id = %s"
                    " RETURNING cancelled_by",
                    (share, night, step, self._pk),
                ).fetchone()
                if row is None or row[0]:
                    self._stop.ask()
                if self._ended.wait(WATCH_EVERY_S):
                    return


__all__ = ["PROGRAM", "BusyError", "fail_killed", "folder_of", "handbooks", "waiting", "work"]
