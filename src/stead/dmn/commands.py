"""The command line of the library: `dmn tck FOLDER` and `dmn check FILE`."""

import json
from pathlib import Path

import click

from stead.dmn import tck as kit
from stead.dmn.errors import DmnError


@click.group()
def dmn() -> None:
    """Decision tables (DMN): run the compatibility kit, check a model."""


@dmn.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the outcomes as JSON instead of lines.")
@click.option("--all", "show_all", is_flag=True, help="Print a line for each passed case too.")
def tck(folder: Path, *, as_json: bool, show_all: bool) -> None:
    """Run the test cases of the DMN technology compatibility kit below FOLDER.

    Each *-test-*.xml is run with the .dmn that it names, through the column evaluator. Prints a line for
    each failure with what was expected and what was got, and last `N passed, M failed`.

    Exit code: 0 when all passed, 1 when one failed, 2 when there is nothing to run or a test file is broken.
    """
    try:
        outcomes = list(kit.run(folder))
    except DmnError as error:
        raise click.UsageError(str(error)) from None
    if not outcomes:
        raise click.UsageError(f"{folder} has no *-test-*.xml; give a folder of the compatibility kit")
    failed = [one for one in outcomes if not one.passed]
    if as_json:
        lines = [
            {
                "file": str(one.file), "case": one.case, "decision": one.decision, "passed": one.passed,
                "expected": kit.shown(one.expected), "got": kit.shown(one.got),
            }
            for one in (outcomes if show_all else failed)
        ]  # fmt: skip
        passed = len(outcomes) - len(failed)
        click.echo(
            json.dumps({"passed": passed, "failed": len(failed), "outcomes": lines}, ensure_ascii=False)
        )
    else:
        for one in outcomes if show_all else failed:
            click.echo(str(one))
        click.echo(f"{len(outcomes) - len(failed)} passed, {len(failed)} failed")
    raise SystemExit(1 if failed else 0)
