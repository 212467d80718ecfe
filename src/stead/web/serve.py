"""Serves the pages: gunicorn with one worker a core, static files by WhiteNoise."""

import os
import socket
from typing import Any

import click
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from gunicorn.app.base import BaseApplication

from stead.core.assets import gather
from stead.core.catalogs import compile_catalogs
from stead.web.background import worker

# One thread renders while the others wait for the database. With twice as many, threads wait for each other:
# 16 clients at once got 45 to 65 pages a second instead of 75 to 90.
THREADS_PER_WORKER = 4


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with settings given in code instead of on its command line."""

    def __init__(self, address: str, workers: int, *, quiet: bool) -> None:
        self.address = address
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
        # A worker that is renewed now and then keeps a leak from growing for months.
        self.cfg.set("max_requests", 100_000)
        self.cfg.set("max_requests_jitter", 10_000)
        self.cfg.set("loglevel", "warning" if self.quiet else "info")

    def load(self) -> Any:
        """The application, made once in each worker so that each has its own database connections."""
        return get_wsgi_application()


def prepare() -> None:
    """Bring tables, translations and static files up to date; quick when they are."""
    compile_catalogs()
    gather()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def refuse_taken(address: str) -> None:
    """Say in one sentence that somebody else listens there, before gunicorn tries it five times."""
    host, _, port = address.rpartition(":")
    try:
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host or "127.0.0.1", int(port)))
    except ValueError:
        raise click.ClickException(
            f"{address!r} is no address; right is HOST:PORT, as 127.0.0.1:8000"
        ) from None
    except OSError as error:
        said = f"{address} cannot be listened on ({error.strerror}); give another address"
        raise click.ClickException(said) from None


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
    with worker(wanted=with_worker):
        Server(address, workers or os.cpu_count() or 1, quiet=quiet).run()
