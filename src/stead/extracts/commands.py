"""`stead extract`: a core system's raw files become the checked extracts of a day."""

import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click
from django.conf import settings
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from stead.extracts.delivery import Accepted, ContractError, as_json
from stead.extracts.mapping import MappingError
from stead.extracts.reject_rows import group_shown
from stead.extracts.report import print_summary
from stead.extracts.run import run_extract
from stead.extracts.writing import REJECT_LIMIT, Watch

FAILED, REFUSED = 1, 3
REASON_LONGEST = 500
# Of every command that reads or writes the lake.
lake_option = click.option(
    "--lake",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the lake; STEAD_DATA/lake when not given.",
)


@click.command("extract")
@click.option(
    "--mapping",
    required=True,
    help="Name of a mapping (berka) or path of its folder, where mapping.toml lies.",
)
@click.option(
    "--source",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the raw files.",
)
@click.option(
    "--date",
    "day",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day whose end the files show.",
)
@lake_option
@click.option(
    "--reject-limit",
    type=click.FloatRange(0, 1),
    default=REJECT_LIMIT,
    show_default=True,
    help="Largest share of a table's rows that may be set aside before the delivery is refused.",
)
@click.option(
    "--accept",
    "reason",
    help="Take the delivery although it differs from the last one by more than the limits; say why. You and "
    "the reason stand in delivery.json, in the ledger and on the night's page.",
)
@click.option("--check", is_flag=True, help="Only look: everything is read and checked, nothing is kept.")
@click.option(
    "--sample",
    type=click.IntRange(1),
    help="Only look at so many customers and what belongs to them; nothing is kept, compared or counted.",
)
@click.option("--json", "as_machine", is_flag=True, help="Print delivery.json instead of a summary.")
def extract_command(
    mapping: str,
    source: Path,
    day: datetime,
    lake: Path | None,
    reject_limit: float,
    reason: str | None,
    sample: int | None,
    *,
    check: bool,
    as_machine: bool,
) -> None:
    """Read a core system's files into the lake, checked against the extract contract.

    Rows that break the contract are set aside in LAKE/extracts/DATE/rejects, each with its file, row, column,
    value and reason. The delivery appears whole or not at all. A better one replaces that of the same day;
    one that is refused lies beside it, in LAKE/extracts/DATE.refused.

    Exit codes: 0 delivered; 1 the mapping is wrong; 2 usage; 3 refused: a file or column is missing, more
    than the limit of a table was set aside, or the delivery differs from the last one beyond the limits.
    """
    if reason is not None and not reason.strip():
        raise click.BadParameter("say why the delivery is right.", param_hint="--accept")
    accepted = Accepted(getpass.getuser(), reason.strip()[:REASON_LONGEST]) if reason else None
    folder = Path(mapping) if Path(mapping).is_dir() else Path(settings.MAPPINGS) / mapping
    console = Console(stderr=True)
    try:
        with _progress(console) as watch:
            delivery = run_extract(
                folder,
                source,
                day.date(),
                lake or Path(settings.DATA) / "lake",
                reject_limit,
                watch,
                accepted=accepted,
                is_trial=check,
                sample=sample,
            )
    except ContractError as error:
        console.print("[bold red]Nothing was delivered.[/]")
        console.print(str(error), markup=False, highlight=False, soft_wrap=True)
        raise SystemExit(FAILED if isinstance(error, MappingError) else REFUSED) from None
    if as_machine:
        shown = replace(delivery, rejects=tuple(map(group_shown, delivery.rejects)))
        click.echo(json.dumps(as_json(shown), ensure_ascii=False, indent=1))
    else:
        print_summary(delivery, Console(), is_trial=check or sample is not None)
    if not delivery.is_good:
        raise SystemExit(REFUSED)


@contextmanager
def _progress(console: Console) -> Iterator[Watch]:
    """A bar and the rows of what is done on standard error, for the extract to tell.

    Both are silent where standard error is no terminal: a scheduler's log keeps only what is wrong.
    """
    columns = (TextColumn("{task.description:<14}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task("extract", total=None)

        def report(what: str, done: int, total: int) -> None:
            bars.update(task, description=what, completed=done, total=total)

        def counted(what: str, rows: int, set_aside: int) -> None:
            if console.is_terminal:
                told = f"{what:<24} {rows:>13,} row{'' if rows == 1 else 's'}" + (
                    f", {set_aside:,} set aside" if set_aside else ""
                )
                console.print(told, markup=False, highlight=False, soft_wrap=True)

        yield Watch(report, counted)
