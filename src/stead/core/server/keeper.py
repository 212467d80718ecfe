"""Keeps the embedded server: a process of its own that makes, starts and ends it.

It lives as long as anybody holds the writing end of the pipe that is its standard input. The system closes
that end for a process that ends, however it ends, so that no server is left behind by one that was killed.
It has a session of its own: what a terminal sends to the programs in it does not reach the server.
"""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from pathlib import Path

from filelock import FileLock

from stead.core.server import cluster
from stead.core.server.programs import ServerError, account_for, folder_of_programs, hand_over, start

# How the server is asked to end, and how long each is waited for: without its users; without its last
# checkpoint, which it makes up for at its next start; at once.
ENDINGS = ((signal.SIGINT, 2.0), (signal.SIGQUIT, 0.8), (signal.SIGKILL, 1.0))
READY, FAILED = "ready", "failed "
TURN_S = 0.05
LAST_LINES = 6


class _EndedError(Exception):
    """Nobody needs the server any more, or the keeper was told to end."""


class Lifeline:
    """What keeps the keeper: the pipe that its users hold, and that nobody told it to end."""

    def __init__(self, users: int) -> None:
        self.is_told_to_end = False
        woken, wake = os.pipe()
        os.set_blocking(woken, False)
        os.set_blocking(wake, False)
        self._woken = woken
        self._users, self._all = select.poll(), select.poll()
        self._users.register(users, 0)
        self._all.register(users, 0)
        self._all.register(woken, select.POLLIN)
        # A child that ends and a wish to end both wake who rests.
        signal.set_wakeup_fd(wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._tell)

    def _tell(self, *_: object) -> None:
        self.is_told_to_end = True

    def is_held(self) -> bool:
        """Whether somebody needs the server."""
        return not self.is_told_to_end and not self._users.poll(0)

    def rest(self, seconds: float | None = None) -> None:
        """Rest until something happens. Raises _EndedError when nobody needs the server."""
        self._all.poll(None if seconds is None else seconds * 1000)
        with suppress(BlockingIOError):
            os.read(self._woken, 512)
        if not self.is_held():
            raise _EndedError


class Keeper:
    """One server in one folder."""

    def __init__(self, folder: Path, settings: Mapping[str, str], lifeline: Lifeline) -> None:
        self._folder, self._settings, self._lifeline = folder, settings, lifeline
        self._account = account_for(folder)
        self._programs = folder_of_programs(cluster.version_of(folder))
        self._sockets = folder
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the cluster if there is none, and start the server; returns when it takes connections."""
        for left in cluster.half_made(self._folder):
            shutil.rmtree(left, ignore_errors=True)
        if not (self._folder / "PG_VERSION").exists():
            self._make()
        cluster.end_left_behind(self._folder)
        cluster.write_settings(self._folder, self._settings)
        self._sockets = cluster.socket_folder(self._folder)
        if self._sockets != self._folder:
            hand_over(self._sockets, self._account)
        quoted = str(self._sockets).replace('"', '""')
        where = ["-D", str(self._folder), "-k", f'"{quoted}"', "-c", "listen_addresses=", "-p", "5432"]
        path = cluster.trimmed_log(self._folder)
        with path.open("ab") as log:
            begun = log.tell()
            hand_over(path, self._account)
            self._server = start([str(self._programs / "postgres"), *where], self._account, log)
        while not self._is_ready():
            if self._server.poll() is not None:
                with path.open("rb") as log:
                    log.seek(begun)
                    raise ServerError(f"PostgreSQL did not start in {self._folder}: {_last(log.read())}")
            self._lifeline.rest(TURN_S)

    def _is_ready(self) -> bool:
        told = cluster.postmaster(self._folder)
        return told is not None and told.is_ready

    def _make(self) -> None:
        """Make the cluster beside its place; it gets its name when it is whole."""
        place = self._folder.with_name(f".{self._folder.name}-{os.getpid()}.new")
        place.mkdir(mode=0o700)
        try:
            hand_over(place, self._account)
            with tempfile.TemporaryFile() as said:
                command = [str(self._programs / "initdb"), *cluster.INITDB, "-D", str(place)]
                self._server = start(command, self._account, said)
                while self._server.poll() is None:
                    self._lifeline.rest(1)
                if self._server.returncode:
                    said.seek(0)
                    raise ServerError(f"No database could be made in {self._folder}: {_last(said.read())}")
            place.rename(self._folder)
        finally:
            self._end_child()
            shutil.rmtree(place, ignore_errors=True)

    def keep(self) -> None:
        """Wait until nobody needs the server, then end it; or until it ended by itself."""
        lock = FileLock(lock_of(self._folder), mode=0o600)
        while self._server is not None and self._server.poll() is None:
            try:
                self._lifeline.rest()
            except _EndedError:
                # Whoever joins holds the lock meanwhile, and may have come in this moment.
                with nullcontext() if self._lifeline.is_told_to_end else lock:
                    if not self._lifeline.is_held():
                        self.end()

    def end(self) -> None:
        """End the server within four seconds, and remove what it leaves."""
        self._end_child()
        cluster.remove_socket_folder(self._folder, self._sockets)
        if not self._lifeline.is_held():
            users_of(self._folder).unlink(missing_ok=True)

    def _end_child(self) -> None:
        if self._server is None or self._server.poll() is not None:
            return
        for number, seconds in ENDINGS:
            self._server.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                self._server.wait(seconds)
                return


def lock_of(folder: Path) -> Path:
    """The file that is locked by whoever starts, joins or ends the server in a folder."""
    return folder.with_name(f"{folder.name}.lock")


def users_of(folder: Path) -> Path:
    """The pipe whose writing end everybody holds who needs the server in a folder."""
    return folder.with_name(f"{folder.name}.users")


def _last(said: bytes) -> str:
    """The end of what a program said, in one line."""
    lines = said.decode(errors="replace").strip().splitlines()
    return " ".join(line.strip() for line in lines[-LAST_LINES:])


def _tell(word: str) -> None:
    """Tell who started us, and say no more: they may be gone by the next word."""
    with suppress(OSError):
        print(word, flush=True)  # noqa: T201 - this is how the two speak
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (1, 2):
        os.dup2(nowhere, number)


def main() -> int:
    """Keep the server in the folder that is the first argument, with the settings (JSON) of the second."""
    folder, settings = Path(sys.argv[1]), json.loads(sys.argv[2])
    os.chdir("/")
    lifeline = Lifeline(0)
    keeper = None
    try:
        keeper = Keeper(folder, settings, lifeline)
        keeper.start()
    except _EndedError:
        if keeper is not None:
            keeper.end()
        return 0
    except (ServerError, OSError) as error:
        if keeper is not None:
            keeper.end()
        _tell(FAILED + str(error).replace("\n", " "))
        return 1
    _tell(READY)
    keeper.keep()
    return 0


if __name__ == "__main__":
    sys.exit(main())
