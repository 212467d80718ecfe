"""`stead handbook coverage`: what the page of that name shows, in the terminal or for a program."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click
from django.core.management import call_command
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from stead.extracts.shown_night import published
from stead.handbook import editions
from stead.handbook.commands import named
from stead.handbook.content.book import Handbook
from stead.handbook.content.tables import Fired
from stead.handbook.content.value_words import Reader
from stead.handbook.firings import firings
from stead.handbook.queries import texts_of
from stead.handbook.registry import night_reads
from stead.office.coverage import Coverage, Covered, Part, Quiet, coverage
from stead.office.reading import Writer

NOTHING = "nothing"
LANGUAGE = "en"  # of all commands


@click.command("coverage")
@click.argument("name", metavar="[VERSION|NAME]", required=False)
@click.option("--json", "as_machine", is_flag=True, help="For a machine.")
def coverage_command(name: str | None, *, as_machine: bool) -> None:
    """List each clause, table, list and process of the handbook with the stages of the night that execute it.

    The handbook is the edition in force, or a VERSION or NAME as `stead handbook export` takes it. Beside
    each stands how often its rules decided: in the last night, in 90 days, and in all nights. What nothing
    executes says so.

    Exit codes: 0 listed; 1 there is no such version, or no edition yet; 2 usage.
    """
    call_command("migrate", verbosity=0)
    night = published.get()()
    day = night.work_date if night else timezone.localdate()
    chosen = named(name) if name is not None else editions.edition_of(day)
    if chosen is None:
        raise click.ClickException("There is no edition yet; the first night brings it.")
    handbook = Handbook(chosen.files)
    reader = Reader(texts_of(handbook), LANGUAGE, night.book_currency if night else "", day)
    found = coverage(Writer(handbook, reader, day), firings(night, ever=True), night_reads.get()())
    if as_machine:
        click.echo(json.dumps(_as_json(handbook.version, found), ensure_ascii=False, indent=1))
        return
    console = Console()
    console.print(_listed(found))
    for one in found.quiet:
        console.print(_quiet(one), markup=False, highlight=False, soft_wrap=True)


def _listed(found: Coverage) -> Table:
    """A line for each clause, and below it one for each of its parts."""
    title = f"The night applies {found.executed} of {len(found.clauses)} clauses."
    table = Table(title=title, title_justify="left")
    table.add_column("clause and part", overflow="fold")
    table.add_column("kind", no_wrap=True)
    table.add_column("executed by", overflow="fold")
    for column in ("last night", "90 days", "all nights"):
        table.add_column(column, justify="right")
    for clause in found.clauses:
        executed = "" if clause.is_executed else NOTHING
        table.add_section()
        head = f"{clause.number} {clause.title}"
        table.add_row(head, "clause", executed, *_counts(clause.fired), style="bold")
        for cells in _part_rows(clause.parts):
            table.add_row(*cells)
        if clause.sentences:
            table.add_row(
                f"  {clause.number}/texts.toml", "sentences", f"{clause.sentences} said", *_counts(None)
            )
    table.add_section()
    for cells in _part_rows(found.shared):
        table.add_row(*cells)
    return table


def _part_rows(parts: tuple[Part, ...]) -> Iterator[tuple[str, ...]]:
    for part in parts:
        yield f"  {part.path}", part.kind, ", ".join(part.executed_by) or NOTHING, *_counts(part.fired)


def _counts(fired: Fired | None) -> tuple[str, str, str]:
    """The three counts; a dash where nothing is counted."""
    counts = (fired.last_night, fired.days_90, fired.ever) if fired else (0, 0, 0)
    last_night, days_90, ever = (f"{count:,}" if count else "–" for count in counts)
    return last_night, days_90, ever


def _quiet(one: Quiet) -> str:
    """A rule that did not fire, with what it asks for."""
    asks = "; ".join(f"{label} {cell}" for cell, label in one.asks) or "anything"
    since = "never fired" if one.never else "did not fire in 90 days"
    return f"{one.table.name}, row {one.row.number} ({one.row.rule_id}) {since}: {asks}"


def _as_json(version: str, found: Coverage) -> dict[str, Any]:
    return {
        "version": version,
        "executed": found.executed,
        "clauses": [_clause_as_json(one) for one in found.clauses],
        "shared": [_part_as_json(part) for part in found.shared],
        "quiet_rules": [
            {
                "clause": one.clause,
                "table": one.table.path,
                "rule": one.row.rule_id,
                "row": one.row.number,
                "asks": [{"column": label, "cell": cell} for cell, label in one.asks],
                "never": one.never,
            }
            for one in found.quiet
        ],
    }


def _clause_as_json(one: Covered) -> dict[str, Any]:
    return {
        "number": one.number,
        "title": one.title,
        "is_executed": one.is_executed,
        "parts": [_part_as_json(part) for part in one.parts],
        "sentences": one.sentences,
        "fired": asdict(one.fired),
    }


def _part_as_json(part: Part) -> dict[str, Any]:
    """A part; `executed_by` is empty where nothing executes it, `fired` null where no rule can fire."""
    return {
        "path": part.path,
        "title": part.title,
        "kind": part.kind,
        "executed_by": list(part.executed_by),
        "fired": asdict(part.fired) if part.fired else None,
    }
