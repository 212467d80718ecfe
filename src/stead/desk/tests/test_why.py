"""Why: the handbook's table with the customer's values, the lit row, the cells that failed."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests import factories

from stead.desk.customer_timeline import Telling
from stead.desk.customer_why import values_of
from stead.desk.reasons import path_of
from stead.handbook.content.book import Handbook, load
from stead.handbook.content.tables import Asked, TableView, table_view
from stead.handbook.content.value_words import Reader
from stead.handbook.models import Version
from stead.handbook.queries import handbook, reader

pytestmark = [pytest.mark.database, pytest.mark.django_db]
VERSION = "0" * 64
TELLING = Telling("en", "CNY", factories.WORK_DATE)
WARNING = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d" namespace="urn:d">
  <inputData id="i1" name="assets_change_30d_ratio"><variable name="assets_change_30d_ratio" typeRef="number"/></inputData>
  <inputData id="i2" name="login_days"><variable name="login_days" typeRef="number"/></inputData>
  <decision id="warning" name="warning"><question>Leaving? / 会流失吗?</question><variable name="warning"/>
    <informationRequirement id="r1"><requiredInput href="#i1"/></informationRequirement>
    <informationRequirement id="r2"><requiredInput href="#i2"/></informationRequirement>
    <decisionTable id="t" hitPolicy="FIRST">
      <input id="c1" label="Change / 变化"><inputExpression typeRef="number"><text>assets_change_30d_ratio</text></inputExpression></input>
      <input id="c2" label="Login / 登录"><inputExpression typeRef="number"><text>login_days</text></inputExpression></input>
      <output id="o" name="colour" label="Colour / 颜色" typeRef="number"/>
      <rule id="red"><inputEntry><text>&lt;= -0.5</text></inputEntry><inputEntry><text>-</text></inputEntry><outputEntry><text>3</text></outputEntry></rule>
      <rule id="yellow"><inputEntry><text>&lt;= -0.2</text></inputEntry><inputEntry><text>&gt; 90</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
      <rule id="none"><inputEntry><text>-</text></inputEntry><inputEntry><text>-</text></inputEntry><outputEntry><text>0</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>"""  # noqa: E501 - a model is read as a model


@pytest.fixture(autouse=True)
def _handbook() -> None:
    files = {"2.4/warning.dmn": WARNING}
    Version.objects.get_or_create(
        version=VERSION, defaults={"first_used_on": factories.WORK_DATE, "files": files}
    )


def view(version: str, path: str, rules: tuple[str, ...], values: dict[str, Any], told: Telling) -> TableView:
    book = handbook(version)
    assert book is not None
    said = reader(version, told.language, told.currency, told.today)
    found = table_view(book, path, said, asked=Asked(rules, values), explained=True)
    assert found is not None
    return found


def test_the_row_that_decided_is_lit_and_failing_cells_are_marked() -> None:
    found = view(
        VERSION, "2.4/warning.dmn", ("none",), {"assets_change_30d_ratio": -0.3, "login_days": 5}, TELLING
    )
    assert [row.lit for row in found.rows] == [False, False, True]
    assert [[cell.state for cell in row.inputs] for row in found.rows] == [
        ["failed", "any"],
        ["met", "failed"],
        ["any", "any"],
    ]


def test_cells_and_values_are_told_in_words() -> None:
    found = view(
        VERSION, "2.4/warning.dmn", ("red",), {"assets_change_30d_ratio": -0.52, "login_days": 5}, TELLING
    )
    assert (found.question, found.columns[0].label, found.columns[0].value) == ("Leaving?", "Change", "−52%")
    assert found.rows[0].inputs[0].text == "≤ −50%"


def test_a_value_that_was_not_kept_leaves_its_cells_open() -> None:
    found = view(
        VERSION, "2.4/warning.dmn", ("red",), {"assets_change_30d_ratio": -0.52, "login_days": None}, TELLING
    )
    assert not found.columns[1].known
    assert found.rows[1].inputs[1].state == "unknown"


def test_a_table_is_found_by_its_decision() -> None:
    assert path_of(VERSION, "warning") == "2.4/warning.dmn"


def test_the_page_lights_the_row_of_the_stored_decision(client: Client) -> None:
    factories.night(handbook_version=VERSION)
    stored = {
        "warning": {"rules": ["red"], "values": {"assets_change_30d_ratio": -0.52}, "outputs": {"colour": 3}}
    }
    factories.customer("C1", decisions=json.dumps(stored))
    client.force_login(factories.user())
    page = client.get("/why/C1/warning/").content.decode()
    assert page.count('class="is-lit"') == 1
    assert "does not hold" not in page.split('class="is-lit"')[1].split("</tr>")[0]


def test_the_page_of_an_action_reads_the_actions_own_numbers(client: Client) -> None:
    factories.night(handbook_version=VERSION)
    factories.customer("C1")
    made = factories.action(
        "C1", "warning_yellow", decision="warning", table="2.4/warning.dmn", rule_id="yellow", clause="2.4",
        numbers={"assets_change_30d_ratio": -0.25, "login_days": 120}, handbook_version=VERSION,
    )  # fmt: skip
    client.force_login(factories.user())
    page = client.get(f"/why/C1/warning/?action={made.key}").content.decode()
    assert "−25%" in page
    assert 'title="yellow"' in page.split('class="is-lit"')[1].split("</tr>")[0]


def test_a_foreign_customer_has_no_why(client: Client) -> None:
    factories.night()
    factories.customer("C1", banker_id="B2")
    client.force_login(factories.user())
    assert client.get("/why/C1/warning/").status_code == 404


def test_a_decision_that_nobody_knows_is_not_there(client: Client) -> None:
    factories.night()
    factories.customer("C1")
    client.force_login(factories.user())
    assert client.get("/why/C1/horoscope/").status_code == 404


def test_a_decision_tells_its_values_under_the_tables_own_labels() -> None:
    told = Telling("zh-hans", "CNY", factories.WORK_DATE)
    values = {"assets_change_30d_ratio": -0.52, "yearly_income": 360100.0, "assets_to_peak": 0.8}
    said = {one.label: one.text for one in values_of(values, VERSION, "2.4/warning", told)}
    assert said["变化"] == "−52%"
    assert list(said.values()) == ["−52%", "¥36\u00a0万", "80%"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_column_and_code_of_the_handbook_has_a_name(language: str) -> None:
    book = load(Path(__file__).parents[4] / "handbook")
    Version.objects.create(version="9" * 64, first_used_on=factories.WORK_DATE, files=dict(book.files))
    for name in book.tables:
        found = view("9" * 64, f"{name}.dmn", (), {}, Telling(language, "CNY", factories.WORK_DATE))
        shown = [column.label for column in (*found.columns, *found.outputs)]
        shown += [text for row in found.rows for text in (cell.text for cell in (*row.inputs, *row.outputs))]
        assert not [text for text in shown if "_" in text or ".." in text], name
        if language == "zh-hans":
            assert not [text for text in shown if re.search(r"\b(outflow|maturity|login|call|sms)\b", text)]


def test_a_refused_action_shows_the_row_of_the_permission_table_that_refused_it(client: Client) -> None:
    book = load(Path(__file__).parents[4] / "handbook")
    Version.objects.create(version=book.version, first_used_on=factories.WORK_DATE, files=dict(book.files))
    factories.night(handbook_version=book.version)
    factories.customer("C1")
    made = factories.action(
        "C1", "large_inflow", decision="occasion", table="2.3/occasion.dmn", rule_id="2.3-occasion-12",
        message_class="marketing", status="held", held_reason="refused", handbook_version=book.version,
        numbers={"consent": "refused", "is_person": True, "age_group": "adult"},
    )  # fmt: skip
    client.force_login(factories.user())
    page = client.get(f"/why/C1/occasion/?action={made.key}").content.decode()
    assert 'title="2.3-permission-4"' in page.split('class="is-lit"')[2].split("</tr>")[0]


@pytest.mark.parametrize(("kept", "lit"), [("2.3-permission-3", ["2.3-permission-3"]),
    ("", ["2.3-permission-2", "2.3-permission-3"])])  # fmt: skip
def test_of_rows_with_one_reason_the_row_that_the_night_kept_is_lit(
    client: Client, kept: str, lit: list[str]
) -> None:
    files = dict(load(Path(__file__).parents[4] / "handbook").files)
    files["2.3/permission.dmn"] = files["2.3/permission.dmn"].replace('"age_unknown"', '"minor"')
    book = Handbook(files)
    Version.objects.create(version=book.version, first_used_on=factories.WORK_DATE, files=files)
    factories.night(handbook_version=book.version)
    factories.customer("C1")
    made = factories.action(
        "C1", "large_inflow", decision="occasion", table="2.3/occasion.dmn", rule_id="2.3-occasion-12",
        message_class="marketing", status="held", held_reason="minor", handbook_version=book.version,
        numbers={"is_person": True, "age_group": "unknown"} | ({"permission_rule": kept} if kept else {}),
    )  # fmt: skip
    client.force_login(factories.user())
    page = client.get(f"/why/C1/occasion/?action={made.key}").content.decode()
    rows = page.split('id="h-not"')[1].split('class="is-lit"')[1:]
    assert [re.findall(r'title="(2.3-permission-\d)"', row.split("</tr>")[0])[0] for row in rows] == lit


def occasion(language: str, rule_id: str, **values: Any) -> tuple[str, str]:
    """What a row of the table of occasions asks of the amount, and the customer's own value there."""
    book = load(Path(__file__).parents[4] / "handbook")
    found = table_view(
        book, "2.3/occasion.dmn", Reader(book.texts, language, "CNY"), asked=Asked((rule_id,), values)
    )
    assert found is not None
    at = [column.name for column in found.columns].index("amount")
    row = next(one for one in found.rows if one.lit)
    return row.inputs[at].text, found.columns[at].value


@pytest.mark.parametrize(
    ("language", "rule_id", "kind", "amount", "told"),
    [
        ("en", "2.3-occasion-17", "anniversary", 5, ("5, 10, 15, 20, 25, 30, 35, 40 years", "5 years")),
        ("zh-hans", "2.3-occasion-16", "anniversary", 1, ("≥ 1 年", "1 年")),
        ("en", "2.3-occasion-20", "tier_watch", 3, ("–", "3 months")),
        ("en", "2.3-occasion-8", "maturity", 50_000, ("≥ ¥50 k", "¥50 k")),
    ],
)
def test_the_table_of_occasions_tells_years_as_years_and_amounts_as_money(
    language: str, rule_id: str, kind: str, amount: int, told: tuple[str, str]
) -> None:
    said = occasion(language, rule_id, occasion=kind, amount=amount)
    assert tuple(text.replace("\u00a0", " ") for text in said) == told


def test_a_used_up_limit_shows_its_row_and_the_contacts_that_used_it(client: Client) -> None:
    book = load(Path(__file__).parents[4] / "handbook")
    Version.objects.create(version=book.version, first_used_on=factories.WORK_DATE, files=dict(book.files))
    factories.night(handbook_version=book.version)
    factories.customer("C1")
    on = factories.BOOK_DATE
    factories.past_contact(
        "C1", (factories.WORK_DATE - on).days, message_class="relationship", channel="call"
    )
    made = factories.action(
        "C1", status="held", held_reason="limit/relationship/7", handbook_version=book.version
    )
    client.force_login(factories.user())
    page = client.get(f"/why/C1/contact_owed/?action={made.key}").content.decode()
    used = page.split('id="h-not"')[1]
    assert used.count('class="is-lit"') == 1
    assert f'datetime="{on.isoformat()}"' in used
