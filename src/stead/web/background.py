"""A worker beside the web server: started with it, started again when it dies, ended with it."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

RESTART_AFTER_S = 3.0
END_WITHIN_S = 20.0


class _Worker:
    """Keeps one `stead worker` alive."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True, name="worker")

    def start(self) -> None:
        """Start the worker, and look after it."""
        self._thread.start()

    def _keep(self) -> None:
        command = [sys.executable, "-m", "stead.web", "worker", "--parent", str(os.getpid())]
        while not self._ended.is_set():
            self._process = subprocess.Popen(command)  # noqa: S603 - our own program
            self._process.wait()
            self._ended.wait(RESTART_AFTER_S)

    def end(self) -> None:
        """End the worker: what it works on goes on where it stands, next time."""
        self._ended.set()
        if self._process is not None:
            self._process.terminate()
        self._thread.join(END_WITHIN_S)


@contextmanager
def worker(*, wanted: bool) -> Iterator[None]:
    """A worker beside the block, if one is wanted."""
    if not wanted:
        yield
        return
    kept = _Worker()
    kept.start()
    try:
        yield
    finally:
        kept.end()
