"""What the folders that own jobs declare about them, for the worker; `web/slots.py` fills it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from procrastinate.contrib.django import app

from stead.core.registry import Slot
from stead.jobs.queue import Arguments, Queue


def _none_waits() -> Iterable[Arguments]:
    return ()


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Job:
    """One kind of background work, as the folder that owns it declares it in its `tasks.py`.

    The function that does it is registered with procrastinate in the same module, under the queue's task.
    A worker calls `tidy`, then `waiting`, when it starts and every few seconds; both may be called by several
    workers at once.

    queue: where it waits.
    waiting: the arguments of all that should be in the queue or in work; what is in neither, since its
        worker ended before it began, is queued again. A job may therefore be done twice, and must bear it.
    tidy: marks what somebody left behind that is gone.
    """

    queue: Queue
    waiting: Callable[[], Iterable[Arguments]] = _none_waits
    tidy: Callable[[], object] = _nothing

    def queue_lost(self) -> int:
        """Queue again what waits without a job; returns how many."""
        # Read before the queue: what is finished in between is queued once too often, and nothing is missed.
        waiting = list(self.waiting())
        queued = self.queue.arguments() if waiting else []
        lost = [arguments for arguments in waiting if arguments not in queued]
        for arguments in lost:
            self.queue.defer(**arguments)
        return len(lost)


def refuse_undone(declared: Iterable[Job]) -> None:
    """Raise ValueError where a job is declared that no function does."""
    for job in declared:
        if job.queue.task not in app.tasks:
            raise ValueError(
                f"no function is registered with procrastinate under {job.queue.task!r}, which the queue"
                f" {job.queue.name!r} asks for; register one in the tasks.py that declares the job"
            )


jobs: Slot[tuple[Job, ...]] = Slot("the jobs that the worker does")
