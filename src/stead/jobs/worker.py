"""The worker: does what is queued, outlives restarts of the database, takes up what a killed one left."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable
from typing import cast

import psycopg
from django.db import InterfaceError, OperationalError, connection
from procrastinate import App
from procrastinate.contrib.django import app as django_app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException

from stead.core import endings
from stead.jobs.at_work import at_work
from stead.jobs.registry import Job, jobs

HEARTBEAT_S = 3.0
DEAD_AFTER_S = 15.0  # without a heartbeat
POLL_S = 1.0
CARE_EVERY_S = 5.0
REST_S = 2.0  # before a lost database is tried again

log = logging.getLogger(__name__)


class Worker:
    """Works until it is told to end, or until the process that started it is gone."""

    def __init__(self, concurrency: int, parent: int = 0) -> None:
        self._concurrency, self._parent = concurrency, parent
        self._ended = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    def end(self, *_: object) -> None:
        """Stop: what is at work is interrupted within a second, and waits to go on where it stands."""
        is_first = not self._ended.is_set()
        self._ended.set()
        at_work.stop()
        # Once: a second time it would interrupt procrastinate while it waits for the jobs to stop.
        if is_first and self._loop is not None and self._task is not None:
            self._loop.call_soon_threadsafe(self._task.cancel)

    def run(self) -> None:
        """Work, as the whole of this process. Returns after it was told to end."""
        endings.ends_with(0)
        for number in endings.heard():
            signal.signal(number, self.end)
        self.work()

    def work(self) -> None:
        """Work in the thread that calls. Returns after `end`."""
        at_work.begin()
        while not self._ended.is_set():
            try:
                asyncio.run(self._once())
            except (ConnectorException, psycopg.OperationalError) as error:
                log.warning("The database is away (%s); trying again.", error)
            except asyncio.CancelledError:
                pass
            self._ended.wait(REST_S)

    async def _once(self) -> None:
        """One worker of procrastinate, until it ends or loses the database."""
        self._task, self._loop = asyncio.current_task(), asyncio.get_running_loop()
        try:
            # It may have been told to end before there was anything to cancel.
            if not self._ended.is_set():
                await self._serve()
        finally:
            self._loop = None

    async def _serve(self) -> None:
        connector = cast(DjangoConnector, django_app.connector).get_worker_connector()
        own = django_app.with_connector(connector)
        async with own.open_async():
            care = asyncio.create_task(self._care(own))
            try:
                await own.run_worker_async(
                    queues=sorted({job.queue.name for job in jobs.get()}),
                    concurrency=self._concurrency,
                    fetch_job_polling_interval=POLL_S,
                    listen_notify=False,
                    install_signal_handlers=False,
                    update_heartbeat_interval=HEARTBEAT_S,
                    stalled_worker_timeout=DEAD_AFTER_S,
                    delete_jobs="always",
                )
            finally:
                care.cancel()

    async def _care(self, own: App) -> None:
        """Now and then: queue again what dead workers held and what was lost, see who lives."""
        while True:
            if self._parent and os.getppid() != self._parent:
                self.end()
            try:
                for job in jobs.get():
                    await _look_after(own, job)
            except (ConnectorException, psycopg.Error, OperationalError, InterfaceError) as error:
                log.warning("Could not look after the queue: %s", error)
            await asyncio.sleep(CARE_EVERY_S)


async def _look_after(own: App, job: Job) -> None:
    """Take up what was left of one kind of work."""
    for stalled in await own.job_manager.get_stalled_jobs(
        queue=job.queue.name, seconds_since_heartbeat=DEAD_AFTER_S
    ):
        await own.job_manager.retry_job(stalled)
    for call in (job.tidy, job.queue_lost):
        await asyncio.to_thread(_alone, job, call)


def _alone(job: Job, call: Callable[[], object]) -> None:
    """Call something of a job with a database connection of its own; what breaks there stops no other job."""
    try:
        call()
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("Could not look after what was left of %s.", job.queue.name)
    finally:
        connection.close()
