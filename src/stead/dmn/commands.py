"""The command line of the library: `dmn tck FOLDER` and `dmn check FILE`."""

import json
from pathlib import Path
from typing import Any

import click

from stead.dmn.check.checking import check as findings_of
from stead.dmn.errors import DmnError
from stead.dmn.kit import tck as kit
from stead.dmn.kit import tck_report
from stead.dmn.tables.reading import read


@click.group()
def dmn() -> None:
    """Decision tables (DMN): run the compatibility kit, check a model."""


@dmn.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the outcomes as JSON instead of lines.")
@click.option("--all", "show_all", is_flag=True, help="Print a line for each passed case too.")
@click.option("--by-folder", is_flag=True, help="Print the counts of each folder instead of each case.")
@click.option("--page", is_flag=True, help="Print the counts and reasons as the page docs/dmn-kit.md.")
def tck(folder: Path, *, as_json: bool, show_all: bool, by_folder: bool, page: bool) -> None:
    """Run the test cases of the DMN technology compatibility kit below FOLDER.

    Each *-test-*.xml is run with the .dmn that it names, through the column evaluator. Prints a line for
    each failure with what was expected and what was got, and last `N passed, M failed`.

    A model that is refused, for its size too, fails all its cases, also those that expect an error; so does
    what columns cannot express, with its reason.

    Exit code: 0 when all passed, 1 when one failed, 2 when there is nothing to run.
    """
    outcomes = list(kit.run(folder))
    if not outcomes:
        raise click.UsageError(f"{folder} has no *-test-*.xml; give a folder of the compatibility kit")
    failed = [one for one in outcomes if not one.passed]
    if as_json:
        click.echo(json.dumps(_as_json(outcomes, show_all=show_all, by_folder=by_folder), ensure_ascii=False))
    elif page:
        click.echo(tck_report.page(outcomes), nl=False)
    else:
        shown = outcomes if show_all else failed
        for line in tck_report.lines(tck_report.counted(outcomes)) if by_folder else map(str, shown):
            click.echo(line)
        click.echo(f"{len(outcomes) - len(failed)} passed, {len(failed)} failed")
    raise SystemExit(1 if failed else 0)


def _as_json(outcomes: list[kit.Outcome], *, show_all: bool, by_folder: bool) -> dict[str, Any]:
    """The counts, and each folder or each outcome."""
    verdicts = tck_report.total(tck_report.counted(outcomes))
    passed = verdicts.pop(kit.Verdict.PASSED, 0)
    whole: dict[str, Any] = {
        "passed": passed,
        "failed": len(outcomes) - passed,
        "failures": {str(verdict): count for verdict, count in sorted(verdicts.items())},
    }
    if by_folder:
        return whole | {
            "folders": [
                {
                    "level": one.level, "folder": one.folder, "cases": one.cases, "passed": one.passed,
                    "failures": one.failures,
                }
                for one in tck_report.counted(outcomes)
            ]
        }  # fmt: skip
    return whole | {
        "outcomes": [
            {
                "file": str(one.file), "case": one.case, "decision": one.decision, "passed": one.passed,
                "verdict": str(one.verdict), "expected": kit.shown(one.expected), "got": kit.shown(one.got),
            }
            for one in outcomes
            if show_all or not one.passed
        ]
    }  # fmt: skip


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
