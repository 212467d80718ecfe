"""The demo bank in its lake: made when absent, kept otherwise, started over when asked."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from stead.core import disk
from stead.extracts.delivery import Delivery, load
from stead.night.demo import generate, next_day
from stead.night.demo.generate import MAPPING
from stead.night.demo.generate import Progress as Report
from stead.night.demo.history import ensure_history
from stead.night.models import Publication, Run

# Measured: 82 MB for 5,000 customers, 143 MB for 20,000, with six past months and one night: 62 MB and
# 4.1 kB a customer. As much again is for the log of changes of the database, for what does not fit into
# memory, and for the next night, which lies beside this one for a while.
DISK_BYTES = 100 * disk.MIB
DISK_BYTES_A_CUSTOMER = 8_200


class DemoError(Exception):
    """The demo cannot be made here; the message says why and what to do."""


@dataclass(frozen=True)
class Wanted:
    """What bank is asked for. `day` None: the newest that the lake holds, else yesterday."""

    customers: int
    seed: int
    locale: str
    day: date | None


def refuse_other_banks(lake: Path) -> None:
    """Raise DemoError when the lake or the database holds a bank that is not the demo's.

    The demo writes to both and `--reset` empties both, so neither may belong to anybody else.
    """
    for day in days_held(lake):
        mapping = load(lake, day).bank.mapping
        if mapping != MAPPING:
            raise DemoError(
                f"{lake}: the extracts of {day} come from the mapping {mapping}; the demo needs a lake of "
                "its own. Give --lake, or another STEAD_DATA."
            )
    other = Run.objects.exclude(lake=str(lake)).first()
    if other:
        raise DemoError(
            f"The database holds the night {other.run_id} of the lake {other.lake}; the demo needs "
            "a database of its own. Unset DATABASE_URL, or give another STEAD_DATA."
        )


def days_held(lake: Path) -> list[date]:
    """The days whose extracts the lake holds, the oldest first."""
    return sorted(
        date.fromisoformat(each.parent.name) for each in lake.glob("extracts/????-??-??/delivery.json")
    )


def refuse_small_disk(lake: Path, customers: int) -> None:
    """Raise DemoError when a new bank of this size, its nights and its database would not fit on the disk."""
    needed = DISK_BYTES + customers * DISK_BYTES_A_CUSTOMER
    try:
        disk.refuse_small(lake, needed, f"A demo bank of {customers:,} customers")
    except disk.SmallDiskError as error:
        raise DemoError(f"{error} A smaller bank needs less: `make demo CUSTOMERS=1000`.") from None


def ensure_extracts(lake: Path, wanted: Wanted, yesterday: date, console: Console) -> Delivery:
    """The extracts of the wanted day: those in the lake, the day after those, or a new bank.

    Raises DemoError when the lake holds a bank of another size.
    """
    held = days_held(lake)
    day = wanted.day or (held[-1] if held else yesterday)
    if held:
        there = load(lake, held[-1]).tables["customers"].rows
        if there != wanted.customers:
            raise DemoError(
                f"{lake} holds a demo bank of {there:,} customers, not {wanted.customers:,}. Give "
                f"--customers {there}, or --reset to start over."
            )
    if day in held:
        return load(lake, day)
    if not held:
        refuse_small_disk(lake, wanted.customers)
    with progress_bar(console, "demo bank") as report:
        if day - timedelta(days=1) in held:
            return next_day(lake, day - timedelta(days=1), seed=wanted.seed, progress=report)
        return generate(wanted.customers, day, wanted.seed, wanted.locale, lake, report)


def ensure_past(lake: Path, months: int, console: Console) -> None:
    """The deliveries of past month-ends, cut out of the newest."""
    newest = days_held(lake)[-1]
    with progress_bar(console, "past months") as report:
        ensure_history(lake, newest, months, report)


def remove_lake(lake: Path) -> None:
    """Remove a demo lake with its nights and simulations."""
    for part in ("extracts", "nights", "simulations"):
        shutil.rmtree(lake / part, ignore_errors=True)


def is_published(day: date, lake: Path) -> bool:
    """Whether the pages show a night of `day` from this lake."""
    return Publication.objects.filter(run__book_date=day, run__lake=str(lake)).exists()


@contextmanager
def progress_bar(console: Console, title: str) -> Iterator[Report]:
    """A bar on the terminal, as the function that the work calls with what it does and how far it is."""
    columns = (TextColumn("{task.description:<28}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task(title, total=None)

        def report(what: str, done: int, total: int) -> None:
            bars.update(task, description=f"{title}: {what}", completed=done, total=total)

        yield report
