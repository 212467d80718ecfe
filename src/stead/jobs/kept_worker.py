"""A worker beside another process: started with it, started again when it dies, ended with it."""

import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

RESTART_AFTER_S = 3.0
END_WITHIN_S = 1.5


class _KeptWorker:
    """Keeps one worker alive, as a process of its own."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = [*command, "--parent", str(os.getpid())]
        self._ended = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True, name="worker")

    def start(self) -> None:
        """Start the worker, and look after it."""
        self._thread.start()

    def _keep(self) -> None:
        while not self._ended.is_set():
            self._process = subprocess.Popen(self._command)  # noqa: S603 - our own program
            self._process.wait()
            self._ended.wait(RESTART_AFTER_S)

    def end(self) -> None:
        """End the worker: what it works on goes on where it stands, next time."""
        self.ask_to_end()
        self._thread.join(END_WITHIN_S)
        if self._process is not None:
            self._process.kill()

    def ask_to_end(self) -> None:
        """Tell the worker to end, and start none again."""
        self._ended.set()
        if self._process is not None:
            self._process.terminate()


def _nothing() -> None:
    """There is no worker to be told anything."""


@contextmanager
def kept_worker(command: Sequence[str], *, wanted: bool) -> Iterator[Callable[[], None]]:
    """A worker beside the block, if one is wanted; gives what tells it to end, before the block does.

    command: how the program's own `worker` command is started.
    """
    if not wanted:
        yield _nothing
        return
    kept = _KeptWorker(command)
    kept.start()
    try:
        yield kept.ask_to_end
    finally:
        kept.end()
