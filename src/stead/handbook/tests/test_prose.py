"""Reading the prose: clauses, sections, places, and what is said when one leads nowhere."""

from datetime import date

import pytest

from stead.handbook.content import prose
from stead.handbook.content.book import Handbook, HandbookError
from stead.handbook.content.prose import Place

PARAMS = (
    "name,value,unit,effective_from,effective_to,source\n"
    "limit,3,days,2020-01-01,2025-12-31,x\n"
    "limit,5,days,2026-01-01,,x\n"
    "least,20000,book currency,2020-01-01,,x\n"
)
DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="tier" id="m" namespace="n">
<inputData id="i" name="assets"><variable name="assets" typeRef="number"/></inputData>
<decision id="tier" name="tier"><variable name="tier"/>
<informationRequirement id="r"><requiredInput href="#i"/></informationRequirement>
<decisionTable id="t" hitPolicy="FIRST">
<input id="c"><inputExpression typeRef="number"><text>assets</text></inputExpression></input>
<output id="o" name="tier" typeRef="number"/>
<rule id="9.1-tier-1"><inputEntry><text>&gt;= 50000</text></inputEntry>
<outputEntry><text>1</text></outputEntry></rule>
<rule id="9.1-tier-2"><inputEntry><text>-</text></inputEntry><outputEntry><text>0</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def book(text: str = "# 9.1 A title\n", **more: str) -> Handbook:
    return Handbook({"params.csv": PARAMS, "9.1/clause.md": text, "9.1/tier.dmn": DMN, **more})


def text_of(body: str) -> str:
    headings = prose.SECTIONS["en"]
    return "# 9.1 A title\n\n" + "\n".join(f"## {heading}\n\n{body}\n" for heading in headings)


def test_a_clause_is_its_number_title_and_sections() -> None:
    clause = prose.read(book("# 9.1 A title\n\nFirst.\n\n## Purpose\n\nBecause.\n"), "9.1", "en")
    assert (clause.number, clause.title, clause.intro) == ("9.1", "A title", "First.")
    assert clause.sections == (prose.Section("Purpose", "Because."),)


def test_clauses_stand_in_the_order_of_their_numbers() -> None:
    files = {f"{number}/clause.md": "" for number in ("10.1", "2.10", "2.9")}
    assert prose.clauses(Handbook(files)) == ("2.9", "2.10", "10.1")


def test_a_clause_without_a_title_is_refused_with_what_would_be_right() -> None:
    with pytest.raises(HandbookError, match=r"should be '# 9.1 ' and the title, not '# 9.2 A'"):
        prose.read(book("# 9.2 A\n"), "9.1", "en")


def test_a_text_is_cut_at_its_places() -> None:
    assert prose.parts("At {param:limit}, {table:9.1/tier}.") == (
        "At ", Place("param", "limit"), ", ", Place("table", "9.1/tier"), ".",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "target", "text", "column"),
    [
        ("param", "limit", "5", "value"),
        ("value", "params:limit:unit", "days", "unit"),
        ("param", "least", "20000", "amount"),
        ("cell", "9.1-tier-1:assets", "50000", "assets"),
        ("cell", "9.1-tier-1:tier", "1", "tier"),
    ],
)
def test_a_place_shows_what_its_table_holds(kind: str, target: str, text: str, column: str) -> None:
    found = prose.value(book(), Place(kind, target), date(2026, 11, 23))
    assert (found.text, found.column) == (text, column)


def test_a_number_is_that_of_the_day_or_else_the_next_one() -> None:
    place = Place("param", "limit")
    assert prose.value(book(), place, date(2025, 12, 31)).text == "3"
    before = prose.value(book(), place, date(2019, 1, 1))
    assert (before.text, before.holds, before.effective_from) == ("3", False, date(2020, 1, 1))


def test_a_table_is_a_decision_table_or_a_list() -> None:
    lists = book(**{"9.1/days.csv": "name\n"})
    assert prose.file_of(lists, Place("table", "9.1/days")) == "9.1/days.csv"
    assert prose.file_of(lists, Place("table", "9.1/tier")) == "9.1/tier.dmn"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("{param:none}", "params.csv is not there or has no row named 'none'"),
        ("{value:params:limit:colour}", "params.csv has no 'colour' in the row 'limit'"),
        ("{cell:9.1-tier-9:assets}", "no table of the handbook has a rule 9.1-tier-9"),
        ("{cell:9.1-tier-2:assets}", "has no single value in column assets"),
        ("{table:9.1/none}", "the handbook has no 9.1/none.dmn, 9.1/none.csv"),
        ("{process:9.1/tier}", "the handbook has no 9.1/tier.bpmn"),
        ("{clause:9.2}", "there is no such clause; there are 9.1"),
        ("{colour:red}", "{colour:red} is no place"),
        ("a stray } brace", "} is no place"),
    ],
)
def test_a_place_that_leads_nowhere_is_a_problem(body: str, problem: str) -> None:
    found = [str(one) for one in prose.problems(book(text_of(body)))]
    assert len(found) == len(prose.SECTIONS["en"])
    assert all(one.startswith("9.1/clause.md: ") and problem in one for one in found)


def test_other_sections_are_a_problem() -> None:
    assert "they should be Purpose, What staff do" in str(next(iter(prose.problems(book()))))
