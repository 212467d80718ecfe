"""A whole night: published, asked for again, followed by the next, stopped in every stage."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from tests.nights import CUSTOMERS, DAY, Shelf

from stead.core.postgres import address_of
from stead.night import pipeline
from stead.night.models import Publication, Run, StageRun
from stead.night.pipeline import Order, RefusedError
from stead.night.progress import Board
from stead.night.published_tables import TABLES
from stead.night.stages import NAMES

pytestmark = [
    pytest.mark.database,
    pytest.mark.django_db(transaction=True),
    # Ibis uses a name that DuckDB is about to drop.
    pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning"),
]


@pytest.fixture
def lake(shelf: Shelf, tmp_path: Path) -> Path:
    """A lake of the test's own, without nights."""
    return shelf.lake(tmp_path)


def order(lake: Path, day: date = DAY, **values: Any) -> Order:
    """A night into the test database."""
    return Order(day, lake, Path(settings.HANDBOOK), address_of(connection.settings_dict), **values)


def night(lake: Path, day: date = DAY) -> pipeline.Outcome:
    """Run a night here."""
    with Board(NAMES) as board:
        return pipeline.run(order(lake, day), board)


def desk() -> dict[str, Any]:
    """A fingerprint of everything that the desk shows."""
    with psycopg.connect(address_of(connection.settings_dict)) as other:
        shown = other.execute("SELECT run_id FROM nightly_publication").fetchone()
        prints: dict[str, Any] = {"shown": shown}
        for table in TABLES:
            query = f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY {table.key})) FROM {table.name} t"
            prints[table.name] = other.execute(query.encode()).fetchone()
    return prints


def test_a_delivery_that_is_not_there_is_refused_and_the_run_says_why(tmp_path: Path) -> None:
    with Board(NAMES) as board, pytest.raises(RefusedError, match="stead extract"):
        pipeline.run(order(tmp_path), board)
    run = Run.objects.get()
    assert run.status == Run.Status.REFUSED
    assert "there are no extracts of 2026-11-20" in run.message


def test_an_older_day_does_not_put_the_desk_back_unless_told_to(lake: Path, shelf: Shelf) -> None:
    for day in (DAY, DAY + timedelta(days=1)):
        shelf.give(lake, day)
    night(lake, DAY + timedelta(days=1))
    with Board(NAMES) as board, pytest.raises(RefusedError, match="would put it back"):
        pipeline.run(order(lake), board)
    with Board(NAMES) as board:
        pipeline.run(order(lake, back=True), board)
    assert Publication.objects.get().run.book_date == DAY


def test_a_refused_delivery_publishes_nothing(lake: Path) -> None:
    path = lake / "extracts" / DAY.isoformat() / "delivery.json"
    path.write_text(path.read_text().replace('"refused": ""', '"refused": "too many rejects"'))
    with Board(NAMES) as board, pytest.raises(RefusedError, match="too many rejects"):
        pipeline.run(order(lake), board)
    assert Run.objects.get().message == "too many rejects"
    assert not Publication.objects.exists()


def test_a_file_changed_after_its_check_is_refused(lake: Path) -> None:
    path = lake / "extracts" / DAY.isoformat() / "branches.parquet"
    path.write_bytes(path.read_bytes() + b" ")
    with Board(NAMES) as board, pytest.raises(RefusedError, match="changed after it was checked"):
        pipeline.run(order(lake), board)
    assert Run.objects.get().status == Run.Status.REFUSED


@pytest.mark.slow
def test_a_night_is_published_once_and_the_next_writes_only_what_changed(lake: Path, shelf: Shelf) -> None:
    first = night(lake)
    assert Publication.objects.get().run_id == first.run_id
    assert desk()["customers_customer"][0] == CUSTOMERS
    assert list(StageRun.objects.values_list("stage", "status")) == [(name, "done") for name in NAMES]
    before = desk()
    again = night(lake)
    assert (again.already_shown, again.manifest["sha256"]) == (True, first.manifest["sha256"])
    assert desk() == before
    shelf.give(lake, DAY + timedelta(days=1))
    second = night(lake, DAY + timedelta(days=1))
    modes = {name: change["mode"] for name, change in second.manifest["detail"]["publication"].items()}
    assert modes["customers_branch"] == modes["customers_relationship"] == "same"
    assert modes["customers_holding"] == "delta"


def start(lake: Path, day: date) -> subprocess.Popen[bytes]:
    """`stead night` as a process of its own, on the test database."""
    environment = os.environ | {
        "DATABASE_URL": address_of(connection.settings_dict),
        "STEAD_HANDBOOK": str(settings.HANDBOOK),
    }
    command = [sys.executable, "-m", "stead.web", "night", "--date", day.isoformat(), "--lake", str(lake)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def has_begun(stage: str, day: date) -> bool:
    """Whether a stage of the day's run is at work; the publication, whether all before it is done."""
    before = {"publication": "allocation"}.get(stage, stage)
    states = ["done", "reused"] if stage == "publication" else ["running"]
    with psycopg.connect(address_of(connection.settings_dict)) as other:
        row = other.execute(
            "SELECT FROM nightly_stagerun s JOIN nightly_run r USING (run_id)"
            " WHERE s.stage = %s AND s.status = ANY(%s) AND r.status = 'running' AND r.book_date = %s",
            (before, states, day),
        ).fetchone()
    return row is not None


def kill_within(process: subprocess.Popen[bytes], stage: str, day: date, delay_s: float) -> None:
    """Kill the process `delay_s` after the stage began, unless it ended before."""
    while process.poll() is None and not has_begun(stage, day):
        time.sleep(0.02)
    time.sleep(delay_s)
    process.send_signal(signal.SIGKILL)
    process.communicate()


@pytest.mark.slow
def test_a_night_killed_in_every_stage_ends_as_if_it_had_never_been(
    lake: Path, shelf: Shelf, tmp_path: Path
) -> None:
    chance = random.Random(20261120)
    shelf.give(lake)
    night(lake)
    before, day = desk(), DAY + timedelta(days=1)
    for stage in NAMES[1:]:
        kill_within(start(lake, day), stage, day, chance.uniform(0, 0.4))
        shown = desk()
        # The desk shows the old night whole; a kill that came after the publication's commit is told apart.
        assert shown == before or shown["shown"] != before["shown"], stage
    process = start(lake, day)
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0, out.decode()
    run = Run.objects.get(pk=Publication.objects.get().run_id)
    undisturbed = Path(shutil.copytree(lake / "extracts", tmp_path / "other" / "extracts")).parent
    shelf.give(undisturbed, day)
    assert night(undisturbed, day).manifest["sha256"] == run.manifest["sha256"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'stead%%'")
        assert cursor.fetchall() == []
