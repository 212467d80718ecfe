"""A disk that is full: said as such, in the list of nights too; nothing is lost, and the night goes on."""

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import psycopg
import pytest
from django.conf import settings
from django.db import connection
from rich.console import Console

from stead.core import disk
from stead.core.postgres import address_of
from stead.night import pipeline
from stead.night.demo import generate
from stead.night.demo.commands import DemoError, Wanted, ensure_extracts
from stead.night.models import Publication, Run
from stead.night.pipeline import Order
from stead.night.progress import Board
from stead.night.stages import NAMES

DAY = date(2026, 11, 20)
SIZE = "24m"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes. Only root may make one, and not in every container."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(folder: Path, but: int) -> Path:
    """Write a file that leaves room for so many bytes."""
    ballast = folder / "ballast"
    with ballast.open("wb") as file:
        file.write(b"\0" * (shutil.disk_usage(folder).free - but))
    return ballast


def night(lake: Path) -> pipeline.Outcome:
    """Run the night here, into the test database."""
    with Board(NAMES) as board:
        return pipeline.run(
            Order(DAY, lake, Path(settings.HANDBOOK), address_of(connection.settings_dict)), board
        )


@pytest.mark.database
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")
@pytest.mark.parametrize("room", [8_192, 163_840])
def test_a_full_disk_fails_the_night_by_name_and_the_next_one_goes_on(small_disk: Path, room: int) -> None:
    lake = small_disk / "lake"
    generate(64, DAY, 3, "zh", lake)
    ballast = fill(small_disk, but=room)
    with pytest.raises(Exception) as raised:  # noqa: PT011 - of whichever library wrote at that moment
        night(lake)
    assert disk.is_full(raised.value), raised.value
    [failed] = Run.objects.all()
    assert failed.status == Run.Status.FAILED
    assert failed.message.startswith(f"The disk of {lake}")
    assert "is full" in failed.message
    assert not Publication.objects.exists()
    ballast.unlink()
    outcome = night(lake)
    assert Publication.objects.get().run_id == outcome.run_id


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
        OSError(errno.EDQUOT, os.strerror(errno.EDQUOT)),
        duckdb.IOException("IO Error: Could not write file: No space left on device"),
        psycopg.errors.DiskFull("could not extend file"),
    ],
)
def test_a_full_disk_is_known_by_any_librarys_error_and_as_a_cause(error: Exception) -> None:
    assert disk.is_full(error)
    outer = RuntimeError("the table was not written")
    outer.__cause__ = error
    assert disk.is_full(outer)


def test_other_errors_are_no_full_disk() -> None:
    assert not disk.is_full(OSError(errno.EACCES, "Permission denied"))
    assert not disk.is_full(psycopg.OperationalError("the server went away"))


def test_a_disk_that_is_too_small_is_said_with_what_is_needed(tmp_path: Path) -> None:
    disk.refuse_small(tmp_path / "not" / "yet", 1, "This")
    with pytest.raises(disk.SmallDiskError, match=r"This needs about 1,048,576,000 MiB in .*MiB are free"):
        disk.refuse_small(tmp_path / "not" / "yet", 1_048_576_000 * disk.MIB, "This")


def test_a_bank_too_large_for_the_disk_is_refused_before_it_is_made(tmp_path: Path) -> None:
    wanted = Wanted(customers=10**12, seed=1, locale="zh", day=DAY)
    with pytest.raises(DemoError, match=r"1,000,000,000,000 customers needs about .* CUSTOMERS=1000"):
        ensure_extracts(tmp_path / "lake", wanted, DAY, Console(quiet=True))
    assert not (tmp_path / "lake").exists()
