"""`stead handbook coverage`: everything of the handbook with what executes it, as on the page."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.conf import settings
from django.test import Client
from tests import factories

from stead.handbook import actions
from stead.handbook.content.book import load
from stead.handbook.models import Draft, Firing
from stead.handbook.tests import making
from stead.night.stages import readers
from stead.office.commands import coverage_command

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def run(*arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(coverage_command, arguments)


def told(*arguments: str) -> dict[str, Any]:
    result = run("--json", *arguments)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def parts_of(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [*(part for clause in found["clauses"] for part in clause["parts"]), *found["shared"]]


@pytest.fixture
def founded() -> Draft:
    return actions.found(by="night", files=load(Path(settings.HANDBOOK)).files)


def test_every_table_list_and_process_is_told_once_with_what_executes_it(founded: Draft) -> None:
    parts = parts_of(told())
    written = sorted(path for path in founded.files if path.endswith((".dmn", ".csv", ".bpmn")))
    assert sorted(part["path"] for part in parts) == written
    executed = {part["path"]: tuple(part["executed_by"]) for part in parts if part["executed_by"]}
    assert executed == {path: stages for path, stages in readers().items() if path in founded.files}
    assert {part["kind"] for part in parts if part["path"].endswith(".bpmn")} == {"process"}


def test_a_clause_is_executed_when_any_part_of_it_is(founded: Draft) -> None:
    found = told()
    assert found["version"] == founded.version_id
    by_number = {clause["number"]: clause["is_executed"] for clause in found["clauses"]}
    assert (by_number["2.2"], by_number["3.1"]) == (True, False)
    assert found["executed"] == sum(by_number.values())


def test_the_terminal_says_the_same_in_words(founded: Draft) -> None:
    lines = [" ".join(line.split()) for line in run().stdout.replace("│", " ").splitlines()]
    assert "2.2/tier.dmn table decisions – – –" in lines
    assert "3.1/account_opening.bpmn process nothing – – –" in lines
    assert "params.csv list decisions, obligations – – –" in lines


def test_counts_and_rules_that_did_not_fire_are_those_of_the_page(client: Client) -> None:
    night = factories.night()
    user = making.officer("ann")
    making.begun(user)
    Firing.objects.create(
        run_id=night.run_id, book_date=night.book_date, table="2.2/tier", rule_id="2.2-tier-1",
        version="v", count=4321, shown=True,
    )  # fmt: skip
    found = told()
    [clause] = found["clauses"]
    assert clause["fired"] == {"last_night": 4321, "days_90": 4321, "ever": 4321}
    [quiet] = found["quiet_rules"]
    assert (quiet["rule"], quiet["never"]) == ("2.2-tier-2", True)
    output = run().stdout
    assert "4,321" in output
    assert "2.2/tier, row 2 (2.2-tier-2) never fired: anything" in output
    client.force_login(user)
    page = client.get("/handbook/coverage/").text
    assert "4,321" in page
    assert "Decisions" in page
    assert "2.2-tier-2" in page


def test_a_version_is_asked_for_by_name_and_an_unknown_one_is_refused(founded: Draft) -> None:
    assert told("founding")["version"] == founded.version_id
    result = run("2099.1")
    assert (result.exit_code, "There is no one version or edition 2099.1" in result.output) == (1, True)


def test_before_the_first_night_there_is_nothing_to_cover() -> None:
    result = run()
    assert (result.exit_code, "the first night brings it" in result.output) == (1, True)
