"""Pages under load: server time and queries of one page, and whole pages a second with 16 clients at once."""

import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

CLIENTS = 16
SECONDS = 10.0
SINGLE_PAGES = 200


@dataclass(frozen=True)
class PageFigure:
    """One page asked for again and again by one client, in this process: no network."""

    name: str
    median_ms: float
    p95_ms: float
    queries: int


@dataclass(frozen=True)
class LoadFigure:
    """Whole pages a second, with the clients on the same machine."""

    name: str
    clients: int
    pages: int
    seconds: float
    median_ms: float
    p95_ms: float

    @property
    def pages_a_second(self) -> float:
        """Pages that arrived whole, by the wall clock."""
        return self.pages / self.seconds


def measured(name: str, username: str, addresses: Sequence[str]) -> PageFigure:
    """Ask for each address once as this user; the first ten warm up and are not counted."""
    client = Client(headers={"host": "localhost"})
    client.force_login(get_user_model().objects.get(username=username))
    took, queries = [], 0
    for number, address in enumerate(addresses):
        with CaptureQueriesContext(connection) as captured:
            started = time.perf_counter()
            response = client.get(address)
            elapsed = time.perf_counter() - started
        # A search that finds one customer alone sends the browser on to that customer.
        if response.status_code not in {200, 302}:
            raise RuntimeError(f"{address} answered {response.status_code} to {username}")
        if number >= min(10, len(addresses) - 1):
            took.append(elapsed * 1000)
            queries = max(queries, len(captured))
    took.sort()
    return PageFigure(name, statistics.median(took), took[int(len(took) * 0.95)], queries)


@contextmanager
def served() -> Iterator[int]:
    """The site in processes of its own, as `stead serve` runs it; gives the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "stead.web", "serve", "--address", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, env=os.environ.copy()) as server:
        try:
            _wait_for(port)
            yield port
        finally:
            server.terminate()
            server.wait(30)


def _wait_for(port: int) -> None:
    """Wait until the site answers."""
    for _ in range(300):
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the site did not start within a minute")


def login(port: int, username: str, password: str) -> str:
    """Log in as a browser does; returns the cookie header of the session."""
    link = http.client.HTTPConnection("127.0.0.1", port)
    link.request("GET", "/login/")
    answer = link.getresponse()
    page = answer.read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    csrf = _cookies(answer)
    if token is None:
        raise RuntimeError("the log-in page has no form")
    form = urlencode({"username": username, "password": password, "csrfmiddlewaretoken": token[1]})
    headers = {"Cookie": csrf, "Content-Type": "application/x-www-form-urlencoded"}
    link.request("POST", "/login/", form, headers)
    answer = link.getresponse()
    answer.read()
    if answer.status != 302:
        raise RuntimeError(f"log-in of {username} answered {answer.status}")
    return _cookies(answer)


def _cookies(answer: http.client.HTTPResponse) -> str:
    """The cookies that an answer sets, as a header."""
    found = answer.msg.get_all("Set-Cookie") or []
    return "; ".join(cookie.partition(";")[0] for cookie in found)


def loaded(name: str, port: int, cookie: str, addresses: Sequence[str]) -> LoadFigure:
    """Let CLIENTS clients ask for the addresses, each from a place of its own, for SECONDS."""
    took: list[list[float]] = [[] for _ in range(CLIENTS)]
    stop = time.perf_counter() + SECONDS

    def client(number: int) -> None:
        link = http.client.HTTPConnection("127.0.0.1", port)
        place = number * len(addresses) // CLIENTS
        while time.perf_counter() < stop:
            started = time.perf_counter()
            link.request("GET", addresses[place % len(addresses)], headers={"Cookie": cookie})
            answer = link.getresponse()
            body = answer.read()
            if answer.status != 200 or b"</html>" not in body[-200:]:
                raise RuntimeError(f"{addresses[place % len(addresses)]} answered {answer.status}")
            took[number].append((time.perf_counter() - started) * 1000)
            place += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    every = sorted(value for values in took for value in values)
    return LoadFigure(
        name, CLIENTS, len(every), seconds, statistics.median(every), every[int(len(every) * 0.95)]
    )
