"""The worker: what was killed goes on, a lost database is found again, a wish to cancel is heard."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, transaction

from stead.access.models import Role, User
from stead.audit.models import Entry
from stead.core.postgres import address_of
from stead.handbook import actions as handbook_actions
from stead.simulation import actions
from stead.simulation.models import Simulation
from stead.simulation.replay.periods import period
from stead.simulation.tests.three_customers import ANNIVERSARY, BIRTHDAY, make_lake, strict, without_birthdays

pytestmark = [pytest.mark.database, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
State = Simulation.State


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """A worker as a process of its own, on the test database."""
    environment = os.environ | {"DATABASE_URL": address_of(connection.settings_dict)}
    process = subprocess.Popen([sys.executable, "-m", "stead.web", "worker"], env=environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=300)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two deliveries that no test changes."""
    return make_lake(tmp_path_factory.mktemp("bank"))


@pytest.fixture
def asked(lake: Path) -> Simulation:
    """A simulation that a policy officer asked for."""
    by = User.objects.create_user(username="policy", role=Role.POLICY_OFFICER)
    version = handbook_actions.keep(by="test", files=without_birthdays().files)
    against = handbook_actions.keep(by="test", files=strict().files)
    found = period(lake, BIRTHDAY, ANNIVERSARY)
    wanted = actions.Asked(version, "2026.5", found, BIRTHDAY, ANNIVERSARY, lake, against=against)
    return actions.ask(by=by, asked=wanted)


def wait(condition: Callable[[], bool], seconds: float = 300) -> None:
    """Until it holds, or the test fails."""
    until = time.monotonic() + seconds
    while not condition():
        assert not Simulation.objects.filter(state=State.FAILED).exists()
        assert time.monotonic() < until, list(Simulation.objects.values("state", "progress", "message"))
        time.sleep(0.2)


def state(simulation: Simulation) -> str:
    """How it stands now."""
    return str(Simulation.objects.values_list("state", flat=True).get(pk=simulation.pk))


def lose_the_database() -> None:
    """End all connections of other processes, as a restart of the server does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_what_a_killed_worker_left_is_taken_up_and_survives_a_lost_database(asked: Simulation) -> None:
    with worker() as first:
        wait(lambda: state(asked) == State.RUNNING)
        first.send_signal(signal.SIGKILL)
        first.wait()
    with worker():
        wait(lambda: Simulation.objects.get(pk=asked.pk).attempts == 2)
        lose_the_database()
        wait(lambda: state(asked) == State.DONE)
        done = Simulation.objects.get(pk=asked.pk)
        assert [night["day"] for night in done.summary["nights"]] == done.days
        # The worker goes on with what is asked for after the loss.
        again = actions.Asked(
            done.version,
            "again",
            period(Path(done.lake), BIRTHDAY, BIRTHDAY),
            BIRTHDAY,
            BIRTHDAY,
            Path(done.lake),
        )
        other = actions.ask(by=User.objects.get(), asked=again)
        wait(lambda: state(other) == State.RUNNING)
        assert actions.cancel(by=User.objects.get(), pk=other.pk)
        wait(lambda: state(other) == State.CANCELLED)
    told = Entry.objects.filter(object_kind="simulation").exclude(verb="simulation.files_dropped")
    assert list(told.order_by("pk").values_list("verb", flat=True)) == [
        "simulation.asked",
        "simulation.finished",
        "simulation.asked",
        "simulation.cancelled",
        "simulation.stopped",
    ]


def test_one_that_waits_is_cancelled_at_once_and_never_begun(asked: Simulation) -> None:
    assert actions.cancel(by=User.objects.get(), pk=asked.pk)
    assert state(asked) == State.CANCELLED
    assert actions.begin(by="test", pk=asked.pk) is None


def jobs(simulation: Simulation) -> int:
    """How many jobs are queued for it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE args->>'pk' = %s AND status = 'todo'",
            (str(simulation.pk),),
        )
        return int(cursor.fetchone()[0])


def test_a_job_is_queued_only_with_its_simulation(asked: Simulation) -> None:
    assert jobs(asked) == 1
    with transaction.atomic():
        actions.QUEUE.defer(pk=asked.pk)
        assert jobs(asked) == 2
        transaction.set_rollback(True)
    assert jobs(asked) == 1


def test_what_killed_its_process_three_times_fails(asked: Simulation) -> None:
    for _ in range(actions.ATTEMPTS_MAX):
        assert actions.begin(by="test", pk=asked.pk) is not None
    assert actions.begin(by="test", pk=asked.pk) is None
    assert state(asked) == State.FAILED
