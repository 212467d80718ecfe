"""The command line of the library: `dmn tck FOLDER` and `dmn check FILE`."""

import json
from pathlib import Path
from typing import Any

import click

from stead.dmn import tck as kit
from stead.dmn.checking import check as findings_of
from stead.dmn.errors import DmnError
from stead.dmn.reading import read


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

    A file that cannot be read, and what columns cannot express, is a failure with its reason.

    Exit code: 0 when all passed, 1 when one failed, 2 when there is nothing to run.
    """
    outcomes = list(kit.run(folder))
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


@dmn.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON instead of lines.")
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
def check(files: tuple[Path, ...], *, as_json: bool, strict: bool) -> None:
    """Check the decision models in FILES.

    Finds errors of syntax and type, unknown names, rules that overlap under unique or contradict each other
    under any, combinations that no rule covers, rules that can never match, and values outside the allowed
    ones. Exact on numbers, dates and enumerations; a note says where a table cannot be looked at whole.

    Exit code: 0 when there is no error, 1 when there is one, 2 when a file cannot be read.
    """
    is_wrong = False
    report: list[dict[str, Any]] = []
    for path in files:
        try:
            found = findings_of(read(path))
        except DmnError as error:
            raise click.UsageError(str(error)) from None
        fatal = {"error", "warning"} if strict else {"error"}
        is_wrong = is_wrong or any(one.severity in fatal for one in found)
        if not as_json:
            for one in found:
                click.echo(f"{path}: {one}")
        report.extend({"file": str(path), **one.as_json()} for one in found)
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        click.echo(f"{len(files)} checked, {len(report)} found")
    raise SystemExit(1 if is_wrong else 0)
