"""That ARCHITECTURE.md tells the truth: what it points to is there, and its practice is one."""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest

from stead.core.working_days import Calendar
from stead.engagement.models import Channel
from stead.extracts.contract import CHANNELS
from stead.handbook.content.book import Handbook
from stead.night.plan import plan_of
from stead.practice.night import FEATURES, Given
from stead.practice.registry import refuse_twice
from stead.web.wiring import PRACTICES, declared
from tests.test_tidy import ROOT

DAY = date(2026, 11, 24)
PAGE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
POINTS = re.findall(r"^\| (?!I look for|---)(.+?) \| `(.+?)` \| (.+?) \|$", PAGE, re.MULTILINE)
IMPORTS = """
from collections.abc import Iterable
import ibis
from ibis.expr.types import Table
from django.utils.translation import gettext_lazy as _
from stead.handbook.content.record import Recorded
from stead.practice.night import FEATURES, ActionKind, Ask, CustomerTable, Given, Practice
from stead.practice.occasions import occasion
from stead.practice.pages import KindWords, Pages
from stead.practice.promises import row_a_customer
"""


def place(name: str) -> Path:
    """A file as the page names it."""
    return ROOT / name if name.startswith(("handbook/", "docs/")) else ROOT / "src/stead" / name


def test_the_page_answers_what_a_newcomer_asks() -> None:
    asked = " ".join(question for question, *_ in POINTS)
    for word in (
        "warned red",
        "column to the lists",
        "an extract",
        "a channel",
        "block on the customer page",
    ):
        assert word in asked


@pytest.mark.parametrize(("question", "path", "words"), POINTS)
def test_what_the_page_points_to_is_there(question: str, path: str, words: str) -> None:
    text = place(path).read_text("utf-8")
    assert [word for word in re.findall(r"`(.+?)`", words) if word not in text] == [], question


def test_every_file_that_the_page_names_exists() -> None:
    named = set(re.findall(r"`([a-z]+/[\w./]+\.\w+)`", PAGE))
    assert len(named) > 15
    assert [name for name in sorted(named) if not place(name).exists() and not (ROOT / name).exists()] == []


def test_the_channels_have_one_set_of_codes() -> None:
    assert tuple(Channel.values) == CHANNELS


TABLE = """
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d" namespace="https://stead.example/d">
  <inputData id="i" name="products_held"><variable name="products_held" typeRef="number"/></inputData>
  <decision id="breadth" name="breadth"><variable name="breadth"/>
    <informationRequirement id="r"><requiredInput href="#i"/></informationRequirement>
    <decisionTable id="t" hitPolicy="FIRST">
      <input id="c"><inputExpression typeRef="number"><text>products_held</text></inputExpression></input>
      <output id="o" name="breadth" typeRef="string"/>
      <rule id="4.1-breadth-1">
        <inputEntry><text>&lt;= 1</text></inputEntry><outputEntry><text>"narrow"</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>
"""


@pytest.fixture(scope="module")
def example() -> dict[str, Any]:
    """What the page's two pieces of code declare."""
    found: dict[str, Any] = {}
    exec(IMPORTS + "".join(re.findall(r"```python\n(.+?)```", PAGE, re.DOTALL)), found)
    return found


def test_the_example_fits_beside_the_practices(example: dict[str, Any]) -> None:
    plan = plan_of([*(declared(name, "book", "PRACTICE") for name in PRACTICES), example["PRACTICE"]])
    assert plan.cited_by("breadth_narrow") == "4.1/breadth"
    assert plan.practices_of("4.1/breadth.dmn") == ("breadth",)
    refuse_twice([*(declared(name, "pages", "PAGES") for name in PRACTICES), example["PAGES"]])


def test_the_example_decides_and_asks(example: dict[str, Any]) -> None:
    customers = [("A", 1), ("B", 4)]
    people = ibis.memtable(
        pa.Table.from_pylist([
            {
                "customer_id": name, "banker_id": "K1", "branch_id": "F1", "tier": 1, "stage": "mature",
                "contact_last_on": DAY, "ended": "", "products_held": held, "assets_now": Decimal("10.00"),
            }
            for name, held in customers
        ])
    )  # fmt: skip
    practice, book = example["PRACTICE"], Handbook({"4.1/breadth.dmn": TABLE.strip()})
    (table,), (ask,) = practice.tables, practice.asks
    given = Given(book.only(table.rules), Calendar("CN", DAY), {FEATURES: people}, lambda _name, rows: rows)
    (asked,) = ask.rows(people.join(table.work(given), "customer_id"), given)
    (row,) = ibis.duckdb.connect().to_pyarrow(asked).to_pylist()
    assert (row["customer_id"], row["occasion"], row["rule_id"]) == ("A", "breadth_narrow", "4.1-breadth-1")
    assert (row["anchor"], row["clause"], row["table"]) == ("2026-11-01", "4.1", "4.1/breadth.dmn")
    assert json.loads(row["numbers"])["products_held"] == 1
