"""What the simulation does in the background. procrastinate and the worker find it by this file's name."""

from contextlib import suppress

from procrastinate.contrib.django import app

from stead.jobs.registry import Job
from stead.simulation.actions import QUEUE
from stead.simulation.work import BusyError, fail_killed, waiting, work


@app.task(name=QUEUE.task, queue=QUEUE.name)
def simulate(pk: int) -> None:
    """Replay a simulation that waits; one that was killed goes on where it stood."""
    # A worker that was taken for dead, but lives, goes on with it.
    with suppress(BusyError):
        work(pk)


JOBS = (Job(QUEUE, waiting=waiting, tidy=fail_killed),)
