"""A Stead of its own in a folder: its commands, its served pages, its logins."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# It starts in two seconds, but where other tests have the processors.
START_SECONDS_MAX = 300


@dataclass(frozen=True)
class Bank:
    """One installation: everything that it keeps lies under `data`."""

    data: Path

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its processes: no database but its own, no setting from outside."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("STEAD_", "DATABASE_URL"))
        }
        return kept | {"STEAD_DATA": str(self.data), "PYTHONWARNINGS": "default"}

    @property
    def lake(self) -> Path:
        """Where its extracts and nights lie."""
        return self.data / "lake"

    @property
    def logins(self) -> list[dict[str, str]]:
        """The demo's logins, one a role."""
        found: list[dict[str, str]] = json.loads((self.data / "demo-logins.json").read_text())
        return found

    def stead(self, *arguments: str, expected: int = 0) -> subprocess.CompletedProcess[str]:
        """Run a command of `stead` to its end; any other exit code than the expected fails the test."""
        done = subprocess.run(
            [sys.executable, "-m", "stead.web", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == expected, f"stead {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done

    @contextmanager
    def served(self) -> Iterator[str]:
        """The pages, served by `stead serve`; gives their address."""
        port = free_port()
        command = [
            sys.executable,
            "-m",
            "stead.web",
            "serve",
            "--address",
            f"127.0.0.1:{port}",
            "--workers",
            "1",
        ]
        with subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL) as server:
            try:
                wait_for(port, server)
                yield f"http://127.0.0.1:{port}"
            finally:
                server.terminate()
                server.wait(120)

    @contextmanager
    def working(self) -> Iterator[None]:
        """`stead worker`, which does what the pages put off."""
        command = [sys.executable, "-m", "stead.web", "worker"]
        with subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL) as worker:
            try:
                yield
            finally:
                worker.terminate()
                worker.wait(300)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    """Wait until the server answers; fail when it ends or does not start in time."""
    for _ in range(START_SECONDS_MAX * 5):
        assert server.poll() is None, "stead serve ended by itself"
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"stead serve did not answer within {START_SECONDS_MAX} s")
