"""`stead simulate` replays past nights by a draft of the handbook."""

import json
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import click
from django.conf import settings
from django.core.management import call_command
from django.db.models import Q
from django.utils import translation
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from stead.core import endings
from stead.core.formats import counted
from stead.extracts.commands import lake_option
from stead.handbook.content.book import Handbook, HandbookError
from stead.handbook.content.book import load as load_handbook
from stead.handbook.models import Draft, Version
from stead.night.engine import Stop
from stead.segmentation.models import Tier
from stead.simulation import actions, work
from stead.simulation.models import Simulation
from stead.simulation.replay.periods import PeriodError, period
from stead.simulation.results.tables import CURRENT, DRAFT

FAILED, REFUSED, CANCELLED = 1, 3, 130
HASH_LENGTH_MIN = 8


@click.command("simulate")
@click.option("--handbook", required=True, help="A draft (name or number), a version (hash), or a folder.")
@click.option("--from", "first", required=True, type=click.DateTime(["%Y-%m-%d"]), help="First book date.")
@click.option("--to", "last", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Last book date.")
@click.option("--against", help="What it is compared with; on each night the version in force if not given.")
@lake_option
@click.option("--json", "as_machine", is_flag=True, help="Print the whole summary for a machine.")
def simulate_command(
    handbook: str,
    first: datetime,
    last: datetime,
    against: str | None,
    lake: Path | None,
    *,
    as_machine: bool,
) -> None:
    """Decide past nights again by a draft of the handbook, beside the version in force.

    Goes over every delivery of the lake from the first date to the last, in order. Contacts that really were
    made stay where both sides planned them; what the draft alone plans is taken to be done. The desk is not
    touched. Ctrl+C cancels. The same simulation stands on the page "Simulations".

    Exit codes: 0 finished; 1 failed; 2 usage; 3 refused: no such handbook, or no extracts; 130 cancelled.
    """
    console = Console(stderr=True)
    call_command("migrate", verbosity=0)
    # What is said here is said in the language of the commands, whatever the pages speak.
    click.get_current_context().with_resource(translation.override("en"))
    place = (lake or Path(settings.DATA) / "lake").resolve()
    try:
        simulation = _asked(handbook, against, first.date(), last.date(), place)
    except (LookupError, PeriodError, HandbookError, actions.RefusedError) as error:
        _say(console, "Refused.", error.args[0])
        raise SystemExit(REFUSED) from None
    stop = Stop()
    with _stoppable(stop), _bar(console) as report:
        work.work(simulation.pk, report, stop)
    simulation.refresh_from_db()
    if simulation.state == Simulation.State.CANCELLED:
        _say(console, "Cancelled.", f"Simulation {simulation.pk} was stopped.")
        raise SystemExit(CANCELLED)
    if simulation.state != Simulation.State.DONE:
        _say(console, "Failed.", simulation.message)
        raise SystemExit(FAILED)
    if as_machine:
        click.echo(json.dumps(as_json(simulation), ensure_ascii=False, indent=1))
    else:
        _tell(simulation, Console())


def _asked(handbook: str, against: str | None, first: date, last: date, lake: Path) -> Simulation:
    """The simulation that the command does, written down as asked for."""
    found = period(lake, first, last)
    files, name, draft = content(handbook)
    asked = actions.Asked(
        version=files,
        name=name,
        period=found,
        first=first,
        last=last,
        lake=lake,
        draft=draft,
        against=content(against)[0] if against else None,
    )
    return actions.ask(by=work.PROGRAM, asked=asked, is_background=False)


def content(named: str) -> tuple[Version | Mapping[str, str], str, Draft | None]:
    """The content that a name means: a draft's name or number, a version's hash, or a folder.

    Raises LookupError when it means none of them, HandbookError when a folder holds no handbook.
    """
    number = Q(pk=int(named)) if named.isdigit() and len(named) < 10 else Q(pk__in=[])
    drafts = list(Draft.objects.filter(Q(name=named) | number).order_by("pk"))
    if len(drafts) > 1:
        other, called = sorted(drafts, key=lambda one: one.name == named)
        raise LookupError(
            f"{named!r} is the name of draft {called.pk} and the number of draft {other.name!r}; "
            f"give {called.pk} for the one or {other.name!r} for the other"
        )
    if drafts:
        draft = drafts[0]
        return _checked(draft.files), draft.name, draft
    if len(named) >= HASH_LENGTH_MIN:
        versions = Version.objects.filter(pk__startswith=named)[:2]
        if len(versions) == 1:
            return versions[0], versions[0].pk[:12], None
    if Path(named).is_dir():
        return _checked(load_handbook(Path(named)).files), Path(named).resolve().name, None
    raise LookupError(
        f"{named!r} is no draft, no version (at least {HASH_LENGTH_MIN} characters of its hash) and no folder"
    )


def _checked(files: Mapping[str, str]) -> Mapping[str, str]:
    """A content; one that cannot be applied is refused with the reason."""
    Handbook(files).check()
    return files


def _say(console: Console, head: str, text: object) -> None:
    console.print(f"[bold red]{head}[/]")
    console.print(str(text), markup=False, highlight=False, soft_wrap=True)


@contextmanager
def _stoppable(stop: Stop) -> Iterator[None]:
    """Ctrl+C and a polite kill cancel the simulation."""

    def cancel(_number: int, _frame: FrameType | None) -> None:
        stop.ask()

    endings.ends_with(CANCELLED)
    before = {number: signal.signal(number, cancel) for number in endings.heard()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _bar(console: Console) -> Iterator[Any]:
    """A bar that names night and step."""
    columns = (TextColumn("{task.description:<26}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task("simulation", total=1.0)

        def report(share: float, night: date, step: str) -> None:
            bars.update(task, completed=share, description=f"{night} {step}")

        yield report


def as_json(simulation: Simulation) -> dict[str, Any]:
    """A simulation for a machine."""
    return {
        "id": simulation.pk,
        "name": simulation.name,
        "version": simulation.version_id,
        "against": simulation.against_id or "in force",
        "first_day": simulation.first_day.isoformat(),
        "last_day": simulation.last_day.isoformat(),
        "state": simulation.state,
        "seconds": simulation.seconds,
        "days": simulation.days,
        "missing": simulation.missing,
        "folder": str(work.folder_of(simulation)),
        "summary": simulation.summary,
        "cannot_know": "How customers would have responded: a replay decides again, it does not ask them.",
    }


def _tell(simulation: Simulation, console: Console) -> None:
    """The most important of it for people."""
    summary = simulation.summary
    last = summary["nights"][-1]
    console.print(
        f"Simulation {simulation.pk}: {simulation.name}, {counted(len(simulation.days), 'night')} from "
        f"{simulation.days[0]} to {simulation.days[-1]}, {counted(last['customers'], 'customer')}, "
        f"{simulation.seconds:.1f} s",
        highlight=False,
    )
    names = {tier.value: tier.name.lower() for tier in Tier}
    table = Table("in force \\ draft", *(names[rank] for rank in sorted(names)), title="tiers, last night")
    cells = {(row[0], row[1]): row[2] for row in last["tiers"]}
    for rank in sorted(names):
        table.add_row(names[rank], *(f"{cells.get((rank, other), 0):,}" for other in sorted(names)))
    console.print(table)
    sides = [night["sides"] for night in summary["nights"]]
    table = Table("all nights", "in force", "draft")
    for name in ("owed", "planned", "held", "carried", "overdue", "over", "assumed"):
        table.add_row(name, *(f"{sum(each[side][name] for each in sides):,}" for side in (CURRENT, DRAFT)))
    hours = [sum(each[side]["minutes"] for each in sides) / 60 for side in (CURRENT, DRAFT)]
    table.add_row("hours", *(f"{value:,.0f}" for value in hours))
    console.print(table)
    for gap in simulation.missing:
        console.print(
            f"Not replayed, {gap['reason'].replace('_', ' ')}: {gap['first']} to {gap['last']} "
            f"({counted(gap['days'], 'working day')})",
            highlight=False,
        )
    if any(not night["run"] for night in summary["nights"]):
        console.print("Nights that were never really run: all that was planned is taken to be done.")
    console.print("How customers would have responded cannot be known from a replay.")
