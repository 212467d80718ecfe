"""The queue of work in the background: procrastinate, in the same PostgreSQL, in the caller's transaction."""

from procrastinate.contrib.django import app

NAME = "simulations"
TASK = "stead.simulation"


def defer(pk: int) -> int:
    """Queue the replay of a simulation; returns the number of the job.

    The job becomes visible when the transaction commits, and never if it does not.
    """
    return app.configure_task(TASK, queue=NAME).defer(pk=pk)
