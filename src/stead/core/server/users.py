"""Joins the embedded server of a folder, which is started by the first and ended after the last user."""

import atexit
import errno
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock, Timeout

import stead
from stead.core.server import cluster
from stead.core.server.keeper import FAILED, READY, lock_of, users_of
from stead.core.server.programs import ServerError

PACKAGES = str(Path(stead.__file__).parents[1])
LOOK_EVERY_S = 0.02
# What the keeper needs to end a server; a process that leaves waits for it no longer than that.
END_S_MAX = 4.0
# The keeper notices within milliseconds that somebody left; after that it holds the lock until all is over.
NOTICED_S = 0.05
# The pipes that this process holds, by folder, with the process that opened them: a child that was forked
# holds them too, but must not wait for an end that only comes after its own.
_held: dict[Path, tuple[int, int]] = {}


def join(folder: Path, settings: Mapping[str, str]) -> str:
    """The address of the server kept in `folder`, started or joined; it runs until this process has ended.

    Raises ServerError when there can be none.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock_of(folder), mode=0o600):
        while folder not in _held or not _has_keeper(_held[folder][0]):
            _let_go(folder)
            pipe = _opened(users_of(folder))
            _held[folder] = (_started(folder, settings) if pipe is None else pipe, os.getpid())
            _wait_until_ready(folder)
    return _address(folder)


def leave(folder: Path) -> None:
    """Need the server no longer; returns when it has ended, if nobody else needs it."""
    if folder not in _held or _held[folder][1] != os.getpid():
        return
    _let_go(folder)
    time.sleep(NOTICED_S)
    with suppress(Timeout), FileLock(lock_of(folder), mode=0o600, timeout=END_S_MAX):
        pass


@atexit.register
def leave_all() -> None:
    """Leave each server, at the end of the process."""
    for folder in list(_held):
        leave(folder)


def _let_go(folder: Path) -> None:
    pipe, _owner = _held.pop(folder, (None, 0))
    if pipe is not None:
        os.close(pipe)


def _opened(pipe: Path) -> int | None:
    """The writing end of the pipe of a keeper that lives; None when there is none."""
    try:
        return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno == errno.ENXIO:  # nobody reads it
            return None
        raise ServerError(
            f"{pipe} cannot be opened ({error.strerror}): another user's Stead runs here."
        ) from None


def _has_keeper(pipe: int) -> bool:
    """Whether somebody still reads the pipe."""
    look = select.poll()
    look.register(pipe, 0)
    return not look.poll(0)


def _wait_until_ready(folder: Path) -> None:
    """Wait as long as the keeper lives: after a crash the server may have minutes of work to make up for."""
    while _has_keeper(_held[folder][0]):
        told = cluster.postmaster(folder)
        if told is not None and told.is_ready:
            return
        time.sleep(LOOK_EVERY_S)


def _started(folder: Path, settings: Mapping[str, str]) -> int:
    """Start a keeper; returns the writing end of its pipe when the server takes connections."""
    cluster.version_of(folder)
    place = users_of(folder)
    # One that a killed keeper left may still be held by others: they are its users again.
    with suppress(FileExistsError):
        os.mkfifo(place, 0o600)
    reading = os.open(place, os.O_RDONLY | os.O_NONBLOCK)
    pipe = os.open(place, os.O_WRONLY | os.O_NONBLOCK)
    try:
        said = _said_by_keeper(folder, settings, reading)
    except BaseException:
        os.close(pipe)
        raise
    finally:
        os.close(reading)
    if said.strip() != READY:
        os.close(pipe)
        place.unlink(missing_ok=True)
        raise ServerError(
            said.removeprefix(FAILED).strip() or f"The server in {folder} ended while it started."
        )
    return pipe


def _said_by_keeper(folder: Path, settings: Mapping[str, str], reading: int) -> str:
    """Start the keeper on the reading end of its pipe; what it says when the server is ready or cannot be."""
    command = [sys.executable, "-m", "stead.core.server.keeper", str(folder), json.dumps(dict(settings))]
    paths = [PACKAGES, *filter(None, [os.environ.get("PYTHONPATH")])]
    process = subprocess.Popen(  # noqa: S603 - our own program
        command,
        stdin=reading,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        start_new_session=True,
    )
    if process.stdout is None:
        raise ServerError("The keeper of the server could not be heard.")
    with process.stdout as heard:
        said = heard.readline()
        if not said.startswith((READY.encode(), FAILED.encode())):
            said += heard.read()
    # It outlives us where others need the server: not ours to wait for.
    process.returncode = 0
    return said.decode(errors="replace")


def _address(folder: Path) -> str:
    """Where the server that runs in a folder takes connections: a socket, never the network."""
    told = cluster.postmaster(folder)
    if told is None:
        raise ServerError(f"The server in {folder} ended while it was joined. Start again.")
    return f"postgresql://postgres@:5432/postgres?host={quote(str(told.socket_folder), safe='')}"
