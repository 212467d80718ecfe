"""How long the files of simulations stay, and the lock of whoever works on one."""

import fcntl
import os
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests import factories

from stead.audit.models import Entry
from stead.handbook import actions as handbook_actions
from stead.handbook import editions
from stead.handbook.tests import making
from stead.night.registry import prune_others
from stead.simulation import result_files, work
from stead.simulation.models import Simulation

pytestmark = [pytest.mark.database, pytest.mark.django_db]
State = Simulation.State
Make = Callable[..., Simulation]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    """Makes a simulation with files, finished some days ago."""
    factories.night()

    def make(days: float = 0, **values: Any) -> Simulation:
        fields: dict[str, Any] = {"state": State.DONE, "summary": {"nights": []}} | values
        finished = timezone.now() - timedelta(days=days)
        one = factories.simulation(lake=str(tmp_path), finished_at=finished, **fields)
        result_files.folder_of(one).mkdir(parents=True)
        return one

    return make


def are_there(*simulations: Simulation) -> list[bool]:
    """Whether the files of these are still there."""
    return [result_files.folder_of(one).exists() for one in simulations]


def test_files_of_failed_simulations_and_of_more_than_the_newest_go_and_their_numbers_stay(
    made: Make,
) -> None:
    kept = [made(state=state) for state in (State.FAILED, *[State.DONE] * (result_files.FOLDERS_KEPT + 1))]
    assert result_files.drop_old() == 2
    assert are_there(*kept) == [False, False, *[True] * result_files.FOLDERS_KEPT]
    assert Simulation.objects.count() == len(kept)


def test_files_of_old_simulations_go_and_those_at_work_stay(made: Make, settings: Any) -> None:
    settings.SIMULATIONS_KEPT_DAYS = 30
    old, young, running = made(31), made(29), made(31, state=State.RUNNING)
    prune_others.get()(Path(old.lake))
    assert are_there(old, young, running) == [False, True, True]


def test_the_newest_are_those_that_finished_last(made: Make) -> None:
    first = made()
    *others, slow = [made(days=days) for days in (*[1] * (result_files.FOLDERS_KEPT - 1), 2)]
    assert result_files.drop_old() == 1
    assert are_there(first, *others, slow) == [*[True] * result_files.FOLDERS_KEPT, False]


def test_what_is_removed_is_told_to_the_ledger_once(made: Make) -> None:
    dropped = [made(4000), made(4000)]
    made()
    result_files.drop_old()
    result_files.drop_old()
    entry = Entry.objects.get(verb="simulation.files_dropped")
    assert entry.detail == {"simulations": [one.pk for one in dropped]}


def test_what_is_submitted_while_files_are_removed_keeps_its_rows(
    made: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    author = making.officer("author")
    draft = making.edited(author, making.begun(author))
    chosen, free = made(4000), made(4000)
    gate = editions.gate

    def submitted_meanwhile() -> None:
        monkeypatch.setattr(editions, "gate", gate)
        handbook_actions.submit(
            by=author,
            draft=draft,
            comment="so",
            effective_from=date(2099, 1, 1),
            simulation=str(chosen.pk),
        )

    monkeypatch.setattr(editions, "gate", submitted_meanwhile)
    assert result_files.drop_old() == 1
    assert are_there(chosen, free) == [True, False]


def test_a_folder_that_a_killed_process_left_renamed_goes(made: Make) -> None:
    one = made()
    left = result_files.folder_of(one).with_name(f"1{result_files.DROPPED}")
    (left / "inner").mkdir(parents=True)
    result_files.drop_old()
    assert not left.exists()
    assert are_there(one) == [True]


def test_what_was_submitted_with_a_draft_stays_however_old_until_it_is_withdrawn(made: Make) -> None:
    author, other = making.officer("author"), making.officer("other")
    draft = making.edited(author, making.begun(author))
    attached, free = made(4000), made(4000)
    day = date(2099, 1, 1)
    draft = handbook_actions.submit(
        by=author, draft=draft, comment="so", effective_from=day, simulation=str(attached.pk)
    )
    result_files.drop_old()
    assert are_there(attached, free) == [True, False]
    draft = handbook_actions.give_back(by=other, draft=draft, comment="not yet")
    result_files.drop_old()
    assert are_there(attached) == [True]
    draft = handbook_actions.submit(
        by=author, draft=draft, comment="so", effective_from=day, simulation=str(attached.pk)
    )
    handbook_actions.approve(by=other, draft=draft, comment="agreed")
    result_files.drop_old()
    assert are_there(attached) == [True]
    handbook_actions.withdraw(by=other, draft=draft, comment="no")
    result_files.drop_old()
    assert are_there(attached) == [False]


def test_features_that_no_simulation_used_for_long_go(made: Make, tmp_path: Path, settings: Any) -> None:
    settings.SIMULATIONS_KEPT_DAYS = 30
    cache = tmp_path / "simulations" / "cache"
    cache.mkdir(parents=True)
    for name, days in (("old", 31), ("young", 29)):
        (cache / f"{name}.parquet").touch()
        moment = timezone.now().timestamp() - days * 86_400
        os.utime(cache / f"{name}.parquet", (moment, moment))
    result_files.prune(tmp_path)
    assert [path.stem for path in cache.iterdir()] == ["young"]


def test_a_lock_goes_with_the_work_and_nobody_else_gets_it_meanwhile(tmp_path: Path) -> None:
    lock = tmp_path / "simulations" / "1.lock"
    with result_files.alone(lock):
        assert lock.exists()
        with pytest.raises(result_files.BusyError), result_files.alone(lock):
            pass
        assert lock.exists()
    assert not lock.exists()


def test_a_lock_that_was_removed_while_it_was_waited_for_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "1.lock"
    opened: list[int] = []
    whole = fcntl.flock

    def removed_meanwhile(descriptor: int, kind: int) -> None:
        whole(descriptor, kind)
        if kind & fcntl.LOCK_EX:
            opened.append(descriptor)
            if len(opened) == 1:
                lock.unlink()

    monkeypatch.setattr(fcntl, "flock", removed_meanwhile)
    with result_files.alone(lock):
        assert len(opened) == 2
        assert lock.exists()


def test_a_lock_that_a_killed_process_left_goes(made: Make) -> None:
    ended, waiting = made(), made(state=State.WAITING)
    locks = [result_files.lock_of(one.pk) for one in (ended, waiting)]
    for lock in locks:
        lock.touch()
    result_files.drop_old()
    assert [lock.exists() for lock in locks] == [False, True]


@pytest.mark.django_db(transaction=True)  # the worker's connection is opened anew when it is lost
def test_why_the_work_failed_is_said_even_when_old_files_cannot_be_removed(
    made: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    one = made(state=State.WAITING)
    made(4000)

    def broken(*_: object, **__: object) -> None:
        raise OSError("the disk is gone")

    def failing(*_: object) -> bool:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(shutil, "rmtree", broken)
    monkeypatch.setattr(work, "_work", failing)
    with pytest.raises(RuntimeError, match="out of memory"):
        work.work(one.pk)
    assert "could not be removed" in caplog.text
