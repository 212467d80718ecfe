"""`stead night` runs a night; `stead runs` lists those that were run."""

import json
from datetime import date, datetime
from pathlib import Path

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from rich.console import Console
from rich.table import Table

from stead.core import disk, endings
from stead.core.postgres import address_of
from stead.extracts.commands import lake_option
from stead.handbook import editions
from stead.handbook.folder_changes import folder_changes
from stead.night import locks, pipeline, queries
from stead.night.models import Publication, Run
from stead.night.progress import Board
from stead.night.stages import NAMES

FAILED, REFUSED, BUSY = 1, 3, 4


def _lake(given: Path | None) -> Path:
    return (given or Path(settings.DATA) / "lake").resolve()


@click.command("night")
@click.option(
    "--date", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day whose extracts are read."
)
@lake_option
@click.option(
    "--reject-limit",
    type=click.FloatRange(0, 1),
    help="Largest share of a table's rows that may have been set aside; as at the extract when not given.",
)
@click.option(
    "--handbook",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of a handbook to try instead of the edition in force on that date; the ledger says so.",
)
@click.option(
    "--keep", type=click.IntRange(0), default=7, show_default=True,
    help="Older nights whose published tables stay in the lake.",
)  # fmt: skip
@click.option(
    "--keep-decisions", type=click.IntRange(0), default=400, show_default=True,
    help="Older nights whose decisions stay in the lake, so that they can still be explained: about 65 MB a "
    "night and million customers.",
)  # fmt: skip
@click.option("--back", is_flag=True, help="Let the desk go back to a day older than the one that it shows.")
@click.option("--json", "as_machine", is_flag=True, help="Print the manifest instead of a summary.")
def night_command(
    day: datetime,
    lake: Path | None,
    reject_limit: float | None,
    handbook: Path | None,
    keep: int,
    keep_decisions: int,
    *,
    back: bool,
    as_machine: bool,
) -> None:
    """Apply the handbook to every customer of a day's extracts, and publish the result to the desk.

    The handbook is the edition in force on that date (`stead handbook list`); before there is one, the folder
    STEAD_HANDBOOK becomes the founding edition. The desk shows the night before until the new one is whole.
    A night that was stopped, however it was stopped, goes on where it stood when the same command is given
    again.

    Exit codes: 0 published; 1 failed; 2 usage; 3 the delivery was refused; 4 another night runs.
    """
    folder = _lake(lake)
    order = pipeline.Order(
        day=day.date(),
        lake=folder,
        handbook=handbook,
        url=address_of(connection.settings_dict),
        reject_limit=reject_limit,
        published_kept=keep,
        decisions_kept=keep_decisions,
        back=back,
    )
    console = Console(stderr=True)
    try:
        with locks.one_night(folder, order.url, order.day):
            call_command("migrate", verbosity=0)
            with Board(NAMES, console) as board:
                outcome = pipeline.run(order, board)
    except locks.AnotherNightError as error:
        _say(console, "Refused.", error)
        raise SystemExit(BUSY) from None
    except pipeline.RefusedError as error:
        _say(console, "Refused, nothing was published.", error)
        raise SystemExit(REFUSED) from None
    except Exception as error:
        if endings.is_told_to_end():
            raise endings.Stopped from None
        # Every error of a night, foreseen or not, ends in one sentence, a row in `runs` and this code.
        said = disk.said_full(folder) if disk.is_full(error) else str(error)
        _say(console, f"Failed, nothing was published ({type(error).__name__}).", said)
        raise SystemExit(FAILED) from error
    if handbook is None:
        tell_folder(console, order.day)
    else:
        _warn(console, outcome.run_id)
    tell_currencies(console, outcome.run_id)
    if as_machine:
        click.echo(json.dumps(outcome.manifest, ensure_ascii=False, indent=1))
    else:
        _tell(outcome)


def _say(console: Console, head: str, error: object) -> None:
    console.print(f"[bold red]{head}[/]")
    console.print(str(error), markup=False, highlight=False, soft_wrap=True)


def _warn(console: Console, run_id: str) -> None:
    """Who tried a handbook is told that the desk now shows what nobody approved."""
    folder = Run.objects.values_list("unapproved", flat=True).get(run_id=run_id)
    if folder:
        console.print("[bold red]The rules of this night are not approved.[/]")
        console.print(
            f"The desk shows a night by the handbook in {folder}, which is not the edition in force; its "
            "pages say so. Run the night again without --handbook to go back to the edition in force.",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )


def tell_currencies(console: Console, run_id: str) -> None:
    """Tell that limits of one currency were held against amounts of another; no error, but to be known."""
    run = Run.objects.only("handbook_currency", "book_currency").get(run_id=run_id)
    if run.has_other_currency:
        console.print("[bold yellow]The handbook's amounts are in another currency.[/]")
        console.print(
            f"They are written in {run.handbook_currency}, the bank's book currency is {run.book_currency}: "
            "each amount of the handbook was read as so much of the book currency. Right would be an edition "
            "with the bank's own amounts, which says so under [currency] in names.toml.",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )


def tell_folder(console: Console, day: date) -> None:
    """Tell who changed the bank's folder, and expects the nights to follow, what brings it in force."""
    edition = editions.in_force(day)
    changes = folder_changes(Path(settings.HANDBOOK), edition.files, day) if edition else None
    if changes:
        console.print(f"Note: {changes.sentence}", markup=False, highlight=False, soft_wrap=True)


def _tell(outcome: pipeline.Outcome) -> None:
    """A few lines on what is on the desk now."""
    if outcome.already_shown:
        click.echo(f"The desk shows {outcome.run_id} already; nothing changed.")
        return
    timing = outcome.manifest["timing"]
    click.echo(
        f"Published {outcome.run_id} for {outcome.work_date} in {sum(timing.values()):.1f} s: "
        + ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in timing.items())
    )


@click.command("runs")
@click.argument("run_id", required=False)
@click.option("--most", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many to list.")
@click.option("--json", "as_machine", is_flag=True, help="For a machine.")
def runs_command(run_id: str | None, most: int, *, as_machine: bool) -> None:
    """List the nights that were run, newest first; with RUN_ID, one with its stages and what was set aside.

    Exit codes: 0 listed; 1 there is no such night; 2 usage.
    """
    if run_id is None:
        found = list(queries.runs(most))
        if as_machine:
            click.echo(json.dumps([queries.run_as_json(one) for one in found], ensure_ascii=False, indent=1))
        else:
            Console().print(_listed(found))
        return
    one = Run.objects.filter(run_id=run_id).first()
    if one is None:
        raise click.ClickException(f"There is no night {run_id}; `stead runs` lists those that there are.")
    told = queries.run_as_json(one, whole=True)
    if as_machine:
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _print_one(told)


def _listed(found: list[Run]) -> Table:
    shown = Publication.objects.values_list("run_id", flat=True).first()
    table = Table("night", "works on", "state", "began", "seconds", "message")
    for one in found:
        seconds = one.seconds
        state = f"{one.status}, on the desk" if one.run_id == shown else one.status
        began = f"{one.started_at:%Y-%m-%d %H:%M}"
        table.add_row(one.run_id, str(one.work_date), state, began, f"{seconds:.1f}", one.message[:80])
    return table


def _print_one(told: dict[str, object]) -> None:
    """One night in the terminal."""
    console = Console()
    for name in ("run_id", "book_date", "work_date", "status", "started_at", "finished_at", "message"):
        console.print(f"{name:<12} {told[name] or ''}", markup=False, highlight=False)
    for part, columns in (
        ("stages", ("stage", "status", "rows", "seconds")),
        ("rejects", ("table", "column", "reason", "count", "example")),
    ):
        rows = told[part]
        table = Table(*columns, title=part, title_justify="left")
        for row in rows if isinstance(rows, list) else []:
            table.add_row(*("" if row[name] is None else str(row[name]) for name in columns))
        console.print(table)
