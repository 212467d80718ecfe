"""Queues of work in the background: procrastinate, in the same PostgreSQL, in the caller's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

# What a job is given: names with values of JSON, as the queue keeps them.
Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Queue:
    """Where work of one kind waits. Both names stand in the database, so that they outlive releases.

    name: what workers listen on.
    task: the function that does the work, as it is registered with procrastinate.
    """

    name: str
    task: str

    def defer(self, **arguments: Any) -> int:
        """Queue one piece of work; returns the number of the job.

        The job becomes visible when the transaction commits, and never if it does not.
        """
        return app.configure_task(self.task, queue=self.name).defer(**arguments)

    def arguments(self) -> list[Arguments]:
        """What waits here or is being done, by what it was queued with."""
        jobs = ProcrastinateJob.objects.filter(task_name=self.task, status__in=("todo", "doing"))
        return list(jobs.values_list("args", flat=True))
