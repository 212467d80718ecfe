"""Twelve monthly nights decided again, draft and version in force, against ten minutes on two cores."""

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.night import DAY, apart, stead
from stead.night.demo.history import month_ends

NIGHTS = 12
LIMIT_S = 600.0
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Simulated:
    """One simulation as a whole process."""

    nights: int
    seconds: float
    cpu_seconds: float
    memory_gib: float
    limit_seconds: float = LIMIT_S


def history(data: Path, count: int = NIGHTS) -> list[date]:
    """The deliveries of the month-ends before the bank's newest, made where they are not there."""
    lake = data / "lake"
    apart(
        "from stead.night.demo.history import ensure_history; "
        f"ensure_history(Path({str(lake)!r}), {DAY!r}, {count})"
    )
    return month_ends(DAY, count)


def draft(data: Path) -> Path:
    """The default handbook with a lower threshold for the tier of 500,000: both sides are computed."""
    folder = data / "draft"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "handbook", folder)
    table = folder / "2.2" / "tier.dmn"
    text = table.read_text(encoding="utf-8")
    if "&gt;= 500000<" not in text:
        raise RuntimeError(f"{table}: the rule of 500,000 is no longer there; choose another change")
    table.write_text(text.replace("&gt;= 500000<", "&gt;= 400000<"), encoding="utf-8")
    return folder


def simulated(data: Path) -> Simulated:
    """Replay the months, with nothing in the cache."""
    days = history(data)
    shutil.rmtree(data / "lake" / "simulations", ignore_errors=True)
    seconds, cpu, memory = stead(
        data, "simulate", "--handbook", str(draft(data)), "--lake", str(data / "lake"),
        "--from", days[0].isoformat(), "--to", days[-1].isoformat(),
    )  # fmt: skip
    return Simulated(len(days), seconds, cpu, memory)
