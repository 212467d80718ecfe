"""What this process works on, so that a worker that is told to end can ask all of it to stop."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class AtWork:
    """The jobs at work in this process, each with what asks it to stop.

    There is no lock, for which a signal handler could wait in vain. A job is entered before it looks whether
    the process ends, and the end is written down before the jobs are asked: each is asked at least once.
    """

    def __init__(self) -> None:
        self._asks: set[Callable[[], None]] = set()
        self._is_ending = False

    @contextmanager
    def stopped_by(self, ask: Callable[[], None]) -> Iterator[None]:
        """While the block works, `ask` stops it; where the process ends already, it is called at once.

        ask: called from another thread or a signal handler, more than once perhaps; returns at once. The job
            then ends within a second, and waits to go on where it stands.
        """
        self._asks.add(ask)
        try:
            if self._is_ending:
                ask()
            yield
        finally:
            self._asks.discard(ask)

    def begin(self) -> None:
        """A worker begins: what it takes up may work."""
        self._is_ending = False

    def stop(self) -> None:
        """Ask all that is at work to stop, and all that begins from now on."""
        self._is_ending = True
        for ask in list(self._asks):
            ask()


at_work = AtWork()
