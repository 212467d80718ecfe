"""The demo is stopped at many moments: it ends within seconds and quietly, and the next start goes on.

One demo is made by many starts. Each is stopped at a later moment than the one before, takes over what that
one had finished, and stumbles over nothing that it left.
"""

import os
import pty
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
import pytest

from stead.core.endings import TOLD_BY
from stead.core.server import cluster
from tests.acceptance.site import free_port

pytestmark = [pytest.mark.database, pytest.mark.slow]
CUSTOMERS, DAY = "60", "2026-11-20"
# Within 5 s where nothing else is at work; tests that run beside it may take the processors for longer.
END_S_MAX = 60.0
REACH_S_MAX = 600.0
# Tests that run in the background, or behind nohup, are started deaf to some signals; the demo is not.
HEAR_ALL = (
    "import os, signal, sys; [signal.signal(number, signal.SIG_DFL) for number in (1, 2)]; "
    "os.execv(sys.argv[1], sys.argv[1:])"
)
NOISE = ("Traceback", "SIGKILL", "memory", "terminate called", "Exception", "Error", "core dumped")
LEFT_BEHIND = ("*.part", ".postgres-*", "postmaster.pid", "*.users", ".s.PGSQL*", ".ledger-*", ".spill")


@dataclass(frozen=True)
class Started:
    """A `stead demo` that was started, and what it said so far."""

    process: "subprocess.Popen[bytes]"
    data: Path
    port: int
    output: Path

    @property
    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def lake_has(self, pattern: str) -> bool:
        """Whether the lake holds something of that name."""
        return any((self.data / "lake").glob(pattern))


def begins(started: Started) -> bool:
    """The interpreter has just begun to load."""
    return bool(started.process.pid)


def makes_cluster(started: Started) -> bool:
    """Whether it makes the cluster, or has: a machine that is busy may look at it too late."""
    folder = started.data / "postgres"
    return folder.exists() or any(cluster.half_made(folder))


def starts_server(started: Started) -> bool:
    return (started.data / "postgres/postmaster.pid").exists()


def makes_bank(started: Started) -> bool:
    """Whether it makes the bank, or has."""
    return started.lake_has("extracts/.*.part/*.parquet") or started.lake_has(f"extracts/{DAY}")


def makes_past(started: Started) -> bool:
    return started.lake_has("extracts/2026-10-31*") or started.lake_has("extracts/.2026-10-31.part")


def computes(started: Started) -> bool:
    return is_stage(started, "features", "running")


def decides(started: Started) -> bool:
    return is_stage(started, "decisions", "running")


def publishes(started: Started) -> bool:
    return is_stage(started, "allocation", "done")


def is_stage(started: Started, stage: str, status: str) -> bool:
    """Whether a stage of the night has come so far, by what the night writes into the database.

    One that is over counts as running too: a machine that is busy may look at it too late.
    """
    told = cluster.postmaster(started.data / "postgres")
    reached = "'running', 'done'" if status == "running" else f"'{status}'"
    query = f"SELECT FROM nightly_stagerun WHERE stage = '{stage}' AND status IN ({reached})"
    with suppress(psycopg.Error):
        if told and told.is_ready:
            address = f"host='{told.socket_folder}' user=postgres dbname=postgres"
            with psycopg.connect(address, connect_timeout=5) as connection:
                return connection.execute(query.encode()).fetchone() is not None
    return False


def serves(started: Started) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{started.port}/login/", timeout=5):
        return True
    return False


MOMENTS: Sequence[tuple[Callable[[Started], bool], float, signal.Signals]] = [
    (begins, 0.6, signal.SIGINT),
    (makes_cluster, 0.1, signal.SIGTERM),
    (starts_server, 0.05, signal.SIGHUP),
    (makes_bank, 0.0, signal.SIGINT),
    (makes_past, 0.0, signal.SIGHUP),
    (computes, 0.2, signal.SIGTERM),
    (decides, 0.1, signal.SIGINT),
    (publishes, 0.1, signal.SIGHUP),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the one demo lies that all tests of this file go on with."""
    return tmp_path_factory.mktemp("演示 bank")


@contextmanager
def demo(data: Path, terminal: int | None = None) -> Iterator[Started]:
    """`stead demo` in a session of its own, as a terminal has it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("STEAD_", "DATABASE_"))}
    port, output = free_port(), data.parent / f"{data.name}.txt"
    command = [
        sys.executable,
        "-c",
        HEAR_ALL,
        sys.executable,
        "-m",
        "stead.web",
        "demo",
        "--customers",
        CUSTOMERS,
        "--date",
        DAY,
    ]
    command += ["--history", "1", "--serve", f"127.0.0.1:{port}"]
    with output.open("wb") as file:
        process = subprocess.Popen(
            command,
            env=kept | {"STEAD_DATA": str(data)},
            stdin=terminal,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Started(process, data, port, output)
    finally:
        process.kill()
        process.wait()


def is_at(moment: Callable[[Started], bool], started: Started) -> None:
    """Wait until the moment comes."""
    end = time.monotonic() + REACH_S_MAX
    while not moment(started):
        assert started.process.poll() is None, started.said
        assert time.monotonic() < end, started.said
        time.sleep(0.01)


def is_all_over(started: Started, since: float) -> None:
    """All that was started has ended in time and quietly, and has left nothing behind."""
    started.process.wait(END_S_MAX)
    while at_work(started):
        assert time.monotonic() - since < END_S_MAX, at_work(started)
        time.sleep(0.02)
    assert [word for word in NOISE if word in started.said] == [], started.said


def at_work(started: Started) -> list[str]:
    """The processes of this demo: those of its session, and those that name its folder."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            command = process.cmdline()
            if os.getsid(process.pid) == started.process.pid or any(
                str(started.data) in one for one in command
            ):
                found.append(" ".join(command))
    return [one for one in found if one]


@pytest.mark.parametrize(("moment", "delay_s", "number"), MOMENTS)
def test_it_ends_at_any_moment(
    data: Path, moment: Callable[[Started], bool], delay_s: float, number: signal.Signals
) -> None:
    with demo(data) as started:
        is_at(moment, started)
        time.sleep(delay_s)
        since = time.monotonic()
        started.process.send_signal(number)
        is_all_over(started, since)
        # Until it listens to signals itself, the system ends it.
        assert started.process.returncode in {TOLD_BY + number, -number}


def test_it_ends_when_its_terminal_is_closed(data: Path) -> None:
    ours, theirs = pty.openpty()
    with demo(data, theirs) as started:
        os.close(theirs)
        is_at(serves, started)
        since = time.monotonic()
        os.close(ours)
        os.killpg(started.process.pid, signal.SIGHUP)  # as the system does for what has it as its terminal
        is_all_over(started, since)


def test_it_ends_under_load_and_all_that_was_stopped_has_left_nothing_behind(data: Path) -> None:
    with demo(data) as started:
        is_at(serves, started)
        assert f"A demo bank of {CUSTOMERS} customers" in started.said
        busy = [threading.Thread(target=asking, args=(started.port,), daemon=True) for _ in range(8)]
        for thread in busy:
            thread.start()
        time.sleep(1)
        since = time.monotonic()
        os.killpg(started.process.pid, signal.SIGINT)  # as a terminal sends Ctrl+C: to all of its programs
        is_all_over(started, since)
        assert started.process.returncode == 0
    assert [path for pattern in LEFT_BEHIND for path in data.rglob(pattern)] == []


def asking(port: int) -> None:
    """Ask for a page again and again, until nobody answers."""
    with suppress(OSError):
        while True:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=5).read()
