"""The worker: does what is queued, outlives restarts of the database, takes up what a killed one left."""

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import cast

import psycopg
from django.db import OperationalError, connection
from procrastinate import App
from procrastinate.contrib.django import app as django_app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException

from stead.core import endings
from stead.jobs.queue import NAME
from stead.simulation import work

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
        self._ended.set()
        for wish in list(work.at_work):
            wish.ask()
        if self._loop is not None and self._task is not None:
            self._loop.call_soon_threadsafe(self._task.cancel)

    def run(self) -> None:
        """Work. Returns after `end`."""
        endings.ends_with(0)
        for number in endings.heard():
            signal.signal(number, self.end)
        while not self._ended.is_set():
            try:
                asyncio.run(self._once())
            except (ConnectorException, psycopg.OperationalError) as error:
                log.warning("The database is away (%s); trying again.", error)
            except asyncio.CancelledError:
                pass
            if not self._ended.is_set():
                time.sleep(REST_S)

    async def _once(self) -> None:
        """One worker of procrastinate, until it ends or loses the database."""
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        connector = cast(DjangoConnector, django_app.connector).get_worker_connector()
        own = django_app.with_connector(connector)
        async with own.open_async():
            care = asyncio.create_task(self._care(own))
            try:
                await own.run_worker_async(
                    queues=[NAME],
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
        """Now and then: queue again what dead workers held, mark what dead terminals left, see who lives."""
        while True:
            if self._parent and os.getppid() != self._parent:
                self.end()
            try:
                for job in await own.job_manager.get_stalled_jobs(
                    queue=NAME, seconds_since_heartbeat=DEAD_AFTER_S
                ):
                    await own.job_manager.retry_job(job)
                for care in (work.fail_killed, work.queue_lost):
                    await asyncio.to_thread(_closing, care)
            except (ConnectorException, psycopg.OperationalError, OperationalError) as error:
                log.warning("Could not look after the queue: %s", error)
            await asyncio.sleep(CARE_EVERY_S)


def _closing(call: Callable[[], int]) -> None:
    """Call something with a database connection of its own."""
    try:
        call()
    finally:
        connection.close()
