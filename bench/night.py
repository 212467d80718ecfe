"""The night at a size: seconds a stage, memory, a second night in which little changed, beside plain SQL."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from bench.limit import WRITTEN, Took, compare, run_limit
from stead.extracts.delivery import load
from stead.handbook.content.book import load as load_handbook
from stead.night import stages
from stead.night.stage_work import work

DAY = date(2026, 11, 20)
COMPUTED = ("features", "decisions")


@dataclass(frozen=True)
class Night:
    """One night as a whole process: seconds by the clock, of all cores, and the most memory it held."""

    seconds: float
    cpu_seconds: float
    memory_gib: float
    stages: dict[str, float] = field(default_factory=dict)
    rows_written: int = 0

    @property
    def told_seconds(self) -> float:
        """Seconds of the stages, the start of the program left out."""
        return sum(self.stages.values())


def stead(data: Path, *arguments: str) -> tuple[float, float, float]:
    """Run a command of `stead` on this data: seconds, CPU seconds, peak memory in GiB."""
    environment = os.environ | {"STEAD_DATA": str(data)}
    started = time.perf_counter()
    with subprocess.Popen([sys.executable, "-m", "stead.web", *arguments], env=environment) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"stead {' '.join(arguments)} ended with {process.returncode}")
    return time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20


def begin_anew(data: Path) -> None:
    """Forget what an earlier benchmark left but the bank: its nights in the lake, and all of its database.

    The first night is measured as the first one of a bank: with nothing to take over, nothing on the desk to
    differ from, and no later day there. Raises RuntimeError when the database knows nights of another lake.
    """
    with connection.cursor() as cursor:
        lakes: set[str] = set()
        if "nightly_run" in connection.introspection.table_names(cursor):
            cursor.execute("SELECT DISTINCT lake FROM nightly_run")
            lakes = {lake for (lake,) in cursor.fetchall()}
        if lakes - {str(data / "lake")}:
            raise RuntimeError(
                f"The database knows nights of {', '.join(sorted(lakes))}; a benchmark does not empty it. "
                "Leave DATABASE_URL out, or give a database of its own."
            )
        if lakes:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
    shutil.rmtree(data / "lake" / "nights", ignore_errors=True)


def night(data: Path, day: date) -> Night:
    """Run one night, and read its stages back from what it told of itself."""
    seconds, cpu, memory = stead(data, "night", "--date", day.isoformat(), "--lake", str(data / "lake"))
    told = subprocess.run(
        [sys.executable, "-m", "stead.web", "runs", "--json", "--most", "1"],
        env=os.environ | {"STEAD_DATA": str(data)},
        check=True,
        capture_output=True,
        text=True,
    )
    [run] = json.loads(told.stdout)
    stages = {stage["stage"]: stage["seconds"] or 0.0 for stage in run["stages"]}
    written = next(stage["rows"] for stage in run["stages"] if stage["stage"] == "publication")
    return Night(seconds, cpu, memory, stages, written)


def bank(data: Path, customers: int) -> float:
    """Make the demo bank of this size if it is not there; seconds that it took, 0 when it was there."""
    if (data / "lake" / "extracts" / DAY.isoformat() / "delivery.json").exists():
        return 0.0
    started = time.perf_counter()
    apart(f"generate({customers}, {DAY!r}, 1, 'zh', Path({str(data / 'lake')!r}), lambda *_: None)")
    return time.perf_counter() - started


def apart(call: str) -> None:
    """Run one call of the demo generator in a process of its own, so that its memory is not counted here."""
    code = "import datetime; from pathlib import Path; from stead.night.demo import generate, next_day; "
    subprocess.run([sys.executable, "-c", code + call], check=True)


def next_delivery(data: Path) -> date:
    """The delivery of the next day, in which one customer in a hundred changed."""
    day = DAY + timedelta(days=1)
    if not (data / "lake" / "extracts" / day.isoformat() / "delivery.json").exists():
        apart(f"next_day(Path({str(data / 'lake')!r}), {DAY!r}, seed=1, progress=lambda *_: None)")
    return day


def beside_limit(data: Path) -> tuple[Took, Took, Took, int]:
    """Features and decisions of the first night without publication, and the hand-written SQL after them.

    Returns what both stages took, what of it went into the three tables that the SQL writes too (seconds by
    the clock alone), what the SQL took, and how many values were compared. Raises DifferentError where both
    do not agree.
    """
    delivery = load(data / "lake", DAY)
    told = max(data.glob(f"lake/nights/{DAY}/*/ledger"), key=lambda path: path.stat().st_mtime)
    place = data / "limit"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(told, place / "night" / stages.LEDGER)
    night = stages.Night(place / "night", "bench", DAY, delivery, load_handbook(Path(settings.HANDBOOK)))
    started, before = time.perf_counter(), os.times()
    done = [work(night, stage, lambda *_: None) for stage in stages.stages() if stage.name in COMPUTED]
    after = os.times()
    took = Took(time.perf_counter() - started, after.user + after.system - before.user - before.system)
    seconds = {table: s for one in done for table, s in one.detail["seconds"].items()}
    same = Took(sum(seconds[table] for table in WRITTEN), 0.0)
    hand = run_limit(delivery, os.cpu_count() or 1, "6GB", place / "hand")
    values = compare({table: night.path(stage, table) for table, stage in WRITTEN.items()}, place / "hand")
    shutil.rmtree(place)
    return took, same, hand, values
