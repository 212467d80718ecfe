"""Serves the pages: gunicorn with one worker a core, static files by WhiteNoise."""

import logging
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from stead.core import endings
from stead.core.assets import gather
from stead.core.catalogs import compile_catalogs
from stead.jobs.kept_worker import kept_worker
from stead.web.listening import refuse_taken

# One thread renders while the others wait for the database. With twice as many, threads wait for each other:
# 16 clients at once got 45 to 65 pages a second instead of 75 to 90.
THREADS_PER_WORKER = 4
WORKER = (sys.executable, "-m", "stead.web", "worker")
GRACE_S = 1  # for the pages that are being made when the server is told to end


class _Arbiter(Arbiter):  # type: ignore[misc]
    """gunicorn's first process, which ends the others within two seconds and says nothing of it."""

    def init_signals(self) -> None:
        """Hear what gunicorn hears, but what this program was started to ignore."""
        super().init_signals()
        for number in set(endings.SIGNALS) - set(endings.heard()):
            signal.signal(number, signal.SIG_IGN)

    def handle_hup(self) -> None:
        """The terminal was closed: gunicorn would load its settings anew and go on."""
        raise StopIteration

    def stop(self, graceful: bool = True) -> None:  # noqa: FBT001, FBT002 - gunicorn's own signature
        """End the workers. One that does not end in time is killed, which is no news."""
        self.log.error_log.setLevel(logging.CRITICAL)
        self.app.on_stop()
        super().stop(graceful)


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with settings given in code instead of on its command line."""

    def __init__(self, address: str, workers: int, *, quiet: bool, on_stop: Callable[[], None]) -> None:
        self.address = address
        self.on_stop = on_stop
        self.workers = workers
        self.quiet = quiet
        super().__init__()

    def load_config(self) -> None:
        """Hand our few settings to gunicorn."""
        self.cfg.set("bind", self.address)
        self.cfg.set("workers", self.workers)
        self.cfg.set("worker_class", "gthread")
        self.cfg.set("threads", THREADS_PER_WORKER)
        self.cfg.set("keepalive", 30)
        self.cfg.set("graceful_timeout", GRACE_S)
        # It would be a file outside of the data folder.
        self.cfg.set("control_socket_disable", True)
        # A worker that is renewed now and then keeps a leak from growing for months.
        self.cfg.set("max_requests", 100_000)
        self.cfg.set("max_requests_jitter", 10_000)
        self.cfg.set("loglevel", "warning" if self.quiet else "info")

    def load(self) -> Any:
        """The application, made once in each worker so that each has its own database connections."""
        return get_wsgi_application()

    def run(self) -> None:
        """Serve until told to end."""
        _Arbiter(self).run()


def prepare() -> None:
    """Bring tables, translations and static files up to date; quick when they are."""
    compile_catalogs()
    gather()
    call_command("migrate", verbosity=0)
    _collect(Path(settings.STATIC_ROOT))


def _collect(folder: Path) -> None:
    """Bring the static files together. Where that was stopped half-way, some may be cut off: all anew."""
    whole = folder.with_name(f"{folder.name}.whole")
    was_whole = whole.exists()
    whole.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, clear=not was_whole)
    whole.touch()


def serve(
    address: str = "127.0.0.1:8000",
    *,
    workers: int | None = None,
    quiet: bool = True,
    with_worker: bool = True,
) -> None:
    """Serve on `address` until stopped. Raises click.ClickException when the address is taken.

    with_worker: a process beside it does what the pages ask for in the background.
    """
    refuse_taken(address)
    prepare()
    endings.ends_with(0)
    with kept_worker(WORKER, wanted=with_worker) as ask_to_end:
        Server(address, workers or os.cpu_count() or 1, quiet=quiet, on_stop=ask_to_end).run()
