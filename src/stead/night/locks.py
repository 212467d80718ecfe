"""One night at a time: a lock file in the lake and an advisory lock in the database."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
from filelock import FileLock, Timeout

ADVISORY_KEY = 0x5354_4541_44  # "STEAD"


class AnotherNightError(Exception):
    """Another night runs; the message says which, and since when."""


@contextmanager
def one_night(lake: Path, url: str, day: date) -> Iterator[None]:
    """Hold both locks. Both end with the process, however it ends.

    The file guards the lake against two nights with different databases, the database against two lakes.
    Raises AnotherNightError when one of them is taken.
    """
    folder = lake / "nights"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "night.lock"

    def write_holder(descriptor: int) -> None:
        """Write into the file who holds it, for whoever is refused."""
        started = datetime.now(UTC).isoformat(timespec="seconds")
        told = {"date": day.isoformat(), "pid": os.getpid(), "host": socket.gethostname(), "since": started}
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(told).encode(), 0)

    # A kind of lock that outlives its process would stop every night after one that was killed.
    lock = FileLock(path, timeout=0, fallback_to_soft=False, on_acquired=write_holder)
    try:
        lock.acquire()
    except Timeout:
        raise AnotherNightError(f"another night works in this lake: {_told(path)}. Wait for it.") from None
    try:
        with psycopg.connect(url, autocommit=True, application_name=f"stead night {day}") as connection:
            _lock_database(connection)
            yield
    finally:
        lock.release()


def _told(path: Path) -> str:
    """What the holder wrote about itself."""
    try:
        told = json.loads(path.read_text())
        return f"that of {told['date']}, process {told['pid']} on {told['host']}, since {told['since']}"
    except (ValueError, KeyError):
        return f"{path} is locked"


def _lock_database(connection: psycopg.Connection) -> None:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", (ADVISORY_KEY,)).fetchone()
    if row and row[0]:
        return
    holder = connection.execute(
        "SELECT a.application_name, a.pid, a.backend_start"
        " FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
        " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
        " AND l.classid = %s AND l.objid = %s"
        # The view shows the locks of the server's other databases too.
        " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        (ADVISORY_KEY >> 32, ADVISORY_KEY & 0xFFFF_FFFF),
    ).fetchone()
    told = f"{holder[0]}, since {holder[2]:%Y-%m-%d %H:%M:%S %Z}" if holder else "it has just begun or ended"
    raise AnotherNightError(f"another night works on this database: {told}. Wait for it.")
