"""The task of the queue. procrastinate finds it by this file's name."""

from contextlib import suppress

from procrastinate.contrib.django import app

from stead.jobs.queue import NAME, TASK
from stead.simulation.work import BusyError, work


@app.task(name=TASK, queue=NAME)
def simulate(pk: int) -> None:
    """Replay a simulation that waits; one that was killed goes on where it stood."""
    # A worker that was taken for dead, but lives, goes on with it.
    with suppress(BusyError):
        work(pk)
