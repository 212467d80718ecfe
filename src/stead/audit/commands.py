"""`stead audit`: the ledger from the command line."""

import json
import sys

import click

from stead.audit.queries import verify
from stead.core.formats import counted


@click.group()
def audit() -> None:
    """The ledger of what was done and looked at."""


@audit.command("verify")
@click.option("--expect-head", default="", help="Hash of the last row as noted earlier; must still be there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a sentence.")
def verify_command(expect_head: str, *, as_json: bool) -> None:
    """Recompute the chain of hashes over the whole ledger.

    Exit codes: 0 intact, 1 broken (the first broken row is named). Note the head that is printed in another
    place: given back with --expect-head, it shows whether rows were cut off at the end.
    """
    verdict = verify(expect_head)
    if as_json:
        report = {
            "rows": verdict.rows,
            "head": verdict.head,
            "intact": verdict.intact,
            "broken_row": verdict.broken_id,
            "why": verdict.why,
        }
        click.echo(json.dumps(report))
    elif verdict.intact:
        click.echo(f"The ledger is intact: {counted(verdict.rows, 'row')}, head {verdict.head}.")
    else:
        click.echo(f"The ledger is broken at row {verdict.broken_id}: {verdict.why}.", err=True)
    sys.exit(0 if verdict.intact else 1)
