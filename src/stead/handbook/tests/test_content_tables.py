"""The lists, tables and processes of the handbook that is delivered: dates, sources, names, diagrams."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from stead import dmn
from stead.handbook.content import csv_rows, prose
from stead.handbook.content.book import load
from stead.handbook.content.prose import Place
from stead.handbook.content.sources import CERTAINTIES

BOOK = load(Path(__file__).parents[4] / "handbook")
DAY = date(2026, 11, 23)
LISTS = sorted(path for path in BOOK.files if path.endswith(".csv"))
PROCESSES = sorted(path for path in BOOK.files if path.endswith(".bpmn"))
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_LIMIT = re.compile(r'limit\("([^"]+)"\)')


def rows(path: str) -> list[dict[str, str]]:
    return csv_rows.Rows.read(BOOK.files[path]).dicts()


@pytest.mark.parametrize("path", LISTS)
def test_the_dates_of_a_list_are_right_and_no_two_rows_of_a_thing_hold_at_once(path: str) -> None:
    assert csv_rows.problems(path, csv_rows.Rows.read(BOOK.files[path])) == []


@pytest.mark.parametrize("path", LISTS)
def test_every_row_says_its_source_and_how_sure_it_is_in_both_languages(path: str) -> None:
    for row in rows(path):
        english, slash, chinese = row["source"].partition(" / ")
        assert english.endswith(tuple(f"; {one}" for one in CERTAINTIES)), row
        assert slash, row
        assert re.search(r"[\u4e00-\u9fff]", chinese), row


@pytest.mark.parametrize("path", LISTS)
def test_a_list_its_columns_and_units_have_names_in_both_languages(path: str) -> None:
    found = rows(path)
    asked = [("table", path.removesuffix(".csv")), *(("column", name) for name in found[0])]
    asked += [("unit", row["unit"]) for row in found if "unit" in row]
    for group, key in asked:
        assert BOOK.texts.name(group, key, "zh-hans") != key, (group, key)
    if "zh" in found[0]:
        assert all(row["zh"] and row["en"] for row in found)


def test_a_change_of_law_is_a_new_row() -> None:
    place = Place("value", "2.1/retention:identity")
    assert prose.value(BOOK, place, date(2024, 12, 31)).text == "5"
    assert prose.value(BOOK, place, date(2025, 1, 1)).text == "10"


@pytest.mark.parametrize(
    ("target", "value"),
    [
        ("2.6/deadlines:simple", "15"), ("2.6/deadlines:complex", "30"), ("2.6/deadlines:extension", "30"),
        ("2.6/deadlines:cap", "60"), ("2.6/deadlines:group_representatives", "5"),
        ("2.6/deadlines:major_persons", "20"), ("1.4/limits:assessments_day", "2"),
        ("1.4/limits:assessments_year", "8"), ("1.4/limits:validity", "12"), ("2.1/retention:identity", "10"),
        ("2.4/satisfaction:survey_days", "90"), ("2.4/satisfaction:group_least", "30"),
        ("2.4/satisfaction:points_months", "36"), ("3.1/waiting:target", "10"), ("3.1/waiting:alert", "15"),
        ("3.1/waiting:breach", "20"), ("3.1/waiting:vip", "5"),
    ],
)  # fmt: skip
def test_deadlines_and_limits_are_those_of_the_facts(target: str, value: str) -> None:
    assert prose.value(BOOK, Place("value", target), DAY).text == value


@pytest.mark.parametrize("name", BOOK.tables)
def test_a_table_is_without_errors_and_without_gaps(name: str) -> None:
    assert [str(one) for one in dmn.check(dmn.read(BOOK.files[f"{name}.dmn"].encode()))] == []


@pytest.mark.parametrize("name", BOOK.tables)
def test_a_table_says_everything_in_both_languages(name: str) -> None:
    decision = BOOK.compiled(name).decision
    assert decision.table is not None
    said = [decision.question, *(one.label for one in decision.table.inputs)]
    said += [one.label for one in decision.table.outputs]
    said += [rule.annotations[0] for rule in decision.table.rules]
    assert [text for text in said if not is_both(text)] == []


@pytest.mark.parametrize("name", BOOK.tables)
def test_rules_are_numbered_after_their_table(name: str) -> None:
    numbers = [f"{name.replace('/', '-')}-{number}" for number in range(1, len(BOOK.rules(name)) + 1)]
    assert list(BOOK.rules(name)) == numbers


def test_no_two_tables_have_a_name_in_common() -> None:
    # Stored decisions are kept by the name of their table, without the clause.
    assert [name for name, n in Counter(t.rpartition("/")[2] for t in BOOK.tables).items() if n > 1] == []


def test_codes_of_new_tables_have_names_in_both_languages() -> None:
    for name in BOOK.tables:
        table = BOOK.compiled(name).decision.table
        assert table is not None
        coded = [(clause.expression, clause.allowed_values) for clause in table.inputs]
        coded += [(clause.name, clause.allowed_values) for clause in table.outputs]
        for column, allowed in coded:
            for code in re.findall(r'"([a-z_]+)"', allowed):
                assert BOOK.texts.value(column, code, "zh-hans") != code, (name, column, code)


def is_both(text: str) -> bool:
    """Whether a text is "English / 中文"."""
    english, slash, chinese = text.partition(" / ")
    return bool(slash and english.strip() and re.search(r"[\u4e00-\u9fff]", chinese))


def elements(path: str) -> Iterator[ET.Element]:
    """What a process is drawn of: its lanes, nodes and flows."""
    root = ET.fromstring(BOOK.files[path])
    for parent in (
        *root.iter(f"{BPMN}process"),
        *root.iter(f"{BPMN}laneSet"),
        *root.iter(f"{BPMN}collaboration"),
    ):
        yield from (one for one in parent if one.get("id") and one.tag != f"{BPMN}laneSet")


@pytest.mark.parametrize("path", PROCESSES)
def test_every_element_of_a_process_is_drawn(path: str) -> None:
    root = ET.fromstring(BOOK.files[path])
    drawn = [one.get("bpmnElement") for kind in ("BPMNShape", "BPMNEdge") for one in root.iter(f"{DI}{kind}")]
    assert sorted(one for one in drawn if one) == sorted(one.get("id", "") for one in elements(path))


@pytest.mark.parametrize("path", PROCESSES)
def test_every_name_in_a_process_is_in_both_languages(path: str) -> None:
    names = [name for one in elements(path) if (name := one.get("name"))]
    assert [name for name in names if not is_both(name)] == []


@pytest.mark.parametrize("path", PROCESSES)
def test_every_path_of_a_process_begins_and_ends(path: str) -> None:
    nodes = {one.get("id"): one for one in elements(path) if one.find(f"{BPMN}incoming") is not None}
    ends = [one for one in nodes.values() if one.find(f"{BPMN}outgoing") is None]
    assert {one.tag for one in ends} == {f"{BPMN}endEvent"}
    starts = [one for one in elements(path) if one.tag == f"{BPMN}startEvent"]
    assert len(starts) == 1


@pytest.mark.parametrize("path", PROCESSES)
def test_a_timer_names_the_row_that_holds_its_limit(path: str) -> None:
    for target in _LIMIT.findall(BOOK.files[path]):
        assert prose.value(BOOK, Place("value", target), DAY).text
    assert _LIMIT.findall(BOOK.files[path]) or "P1D" in BOOK.files[path]
