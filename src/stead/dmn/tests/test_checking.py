"""check(): each kind of finding, with its place and example, and nothing where nothing is wrong."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from stead import dmn
from stead.dmn.tests.build import definitions, table

AGE = [("Age", "number"), ("Kind", "string")]
OUT = [("tier", "string")]


def found(rules: Sequence[Sequence[str]], policy: str = "UNIQUE", **more: object) -> list[dmn.Finding]:
    return dmn.check(dmn.read(definitions(table(AGE, OUT, rules, policy, **more))))  # type: ignore[arg-type]


def kinds(findings: list[dmn.Finding]) -> list[str]:
    return [one.kind for one in findings]


def test_a_whole_table_has_no_findings() -> None:
    rules = [["< 18", "-", '"a"'], [">= 18", '"x"', '"b"'], [">= 18", 'not("x")', '"c"']]
    assert found(rules) == []


def test_a_gap_is_said_with_an_example() -> None:
    (gap,) = found([["< 18", "-", '"a"'], ["> 18", "-", '"b"']])
    assert (gap.kind, gap.message) == ("gap", "no rule covers Age in 18")
    assert gap.example["Age"] == Decimal(18)


def test_a_gap_between_two_numbers_is_an_interval() -> None:
    (gap,) = found([["<= 18", "-", '"a"'], ["> 20", "-", '"b"']])
    assert gap.message == "no rule covers Age in (18..20]"
    assert 18 < gap.example["Age"] <= 20


def test_dates_have_no_gap_between_two_days() -> None:
    body = table(
        [("d", "date")], OUT,
        [['<= date("2026-01-31")', '"a"'], ['>= date("2026-02-01")', '"b"']], "UNIQUE",
    )  # fmt: skip
    assert dmn.check(dmn.read(definitions(body))) == []


def test_a_default_output_leaves_no_gap() -> None:
    assert found([["< 18", "-", '"a"']], defaults={"tier": '"z"'}) == []


def test_overlapping_rules_under_unique() -> None:
    (clash,) = found([["<= 18", "-", '"a"'], [">= 18", "-", '"b"']])
    assert (clash.kind, clash.place.row) == ("overlap", 2)
    assert clash.message == "matches together with row 1 for Age in 18"
    assert clash.example["Age"] == Decimal(18)


def test_rules_under_any_contradict_only_with_other_outputs() -> None:
    assert kinds(found([["<= 18", "-", '"a"'], [">= 18", "-", '"a"']], "ANY")) == []
    assert kinds(found([["<= 18", "-", '"a"'], [">= 18", "-", '"b"']], "ANY")) == ["contradiction"]


def test_a_rule_behind_others_never_matches_under_first() -> None:
    rules = [["< 10", "-", '"a"'], [">= 10", '"x"', '"b"'], ["[10..20]", '"x"', '"c"'], ["-", "-", '"d"']]
    (never,) = found(rules, "FIRST")
    assert (never.kind, never.place.row) == ("never", 3)


def test_a_rule_that_contradicts_itself_never_matches() -> None:
    assert kinds(found([["[20..10]", "-", '"a"'], ["-", "-", '"b"']], "FIRST")) == ["never"]


def test_values_outside_the_allowed_ones() -> None:
    allowed = {"Kind": '"x","y"', "tier": '"gold","base"'}
    first, second = found([["-", '"z"', '"gold"'], ["-", "-", '"silver"']], "FIRST", allowed=allowed)[:2]
    assert (first.kind, first.place.row, first.place.column) == ("allowed", 1, "Kind")
    assert (second.kind, second.place.row, second.place.column) == ("allowed", 2, "tier")


NULLS = {
    "boolean": ["true", "false"], "number": ["< 1", ">= 1"], "string": ['"a"', 'not("a", null)'],
    "date": ['< date("2026-01-01")', '>= date("2026-01-01")'],
    "days and time duration": ['< duration("P1D")', '>= duration("P1D")'],
}  # fmt: skip


@pytest.mark.parametrize("kind", NULLS)
@pytest.mark.parametrize("policy", ["UNIQUE", "ANY", "FIRST", "PRIORITY"])
@pytest.mark.parametrize("row", [0, 1, 2])
def test_null_is_a_value_of_its_own_in_a_column_of_any_type(kind: str, policy: str, row: int) -> None:
    cells = [*NULLS[kind]]
    cells.insert(row, "null")
    rules = [[cell, f'"{i}"'] for i, cell in enumerate(cells)]
    ranked = {"tier": '"0", "1", "2"'}
    body = table([("x", kind)], OUT, rules, policy, allowed=ranked)
    assert dmn.check(dmn.read(definitions(body))) == []
    # The same null a second time is what a finding is about.
    again = table([("x", kind)], OUT, [*rules, ["null", '"2"']], "FIRST")
    assert [(one.kind, one.place.row) for one in dmn.check(dmn.read(definitions(again)))] == [("never", 4)]


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST"])
def test_null_among_allowed_values_is_no_gap_and_no_clash(policy: str) -> None:
    rules = [['"x"', '"a"'], ["null", '"b"'], ['"y"', '"c"']]
    body = table([("k", "string")], OUT, rules, policy, allowed={"k": '"x", "y"'})
    assert dmn.check(dmn.read(definitions(body))) == []


def test_allowed_values_bound_the_gaps() -> None:
    allowed = {"Kind": '"x","y"', "Age": "[0..120]"}
    assert found([["[0..120]", '"x"', '"a"'], [">= 0", '"y"', '"b"']], allowed=allowed) == []


@pytest.mark.parametrize(
    ("cell", "kind"), [("< ", "syntax"), ('> "a"', "type"), ("> Ages", "name"), ("(1..2", "syntax")]
)
def test_a_wrong_cell_is_found_in_its_place(cell: str, kind: str) -> None:
    (one,) = found([["> 1", "-", '"a"'], [cell, "-", '"b"']])
    assert (one.kind, one.place.row, one.place.column, one.place.text) == (kind, 2, "Age", cell.strip())


def test_every_wrong_cell_is_found_not_only_the_first() -> None:
    assert kinds(found([["<", "-", '"a"'], ["< 3", "<", "5"]])) == ["syntax", "syntax", "type"]


def test_a_finding_has_the_ids_by_which_an_editor_finds_the_cell() -> None:
    xml = definitions(table(AGE, OUT, [["> 1", "-", '"a"'], ["-", "<", "2"]]))
    xml = xml.replace(b"<input>", b'<input id="in">').replace(b"<output ", b'<output id="out" ')
    xml = xml.replace(b"<inputEntry>", b'<inputEntry id="cell">')
    first, second = (one.place for one in dmn.check(dmn.read(xml)))
    assert (first.decision_id, first.rule, first.clause, first.entry) == ("d", "r2", "in", "cell")
    assert (first.side, first.index) == ("input", 1)
    assert (second.rule, second.side, second.index, second.clause) == ("r2", "output", 0, "out")


def test_an_overlap_names_both_rules() -> None:
    (clash,) = found([["<= 18", "-", '"a"'], [">= 18", "-", '"b"']])
    assert [one.rule for one in (clash.place, *clash.also)] == ["r2", "r1"]
    assert clash.as_json()["also"] == [{"row": 1, "rule": "r1"}]


def test_what_is_wrong_in_a_function_of_the_model_is_said_at_who_calls_it() -> None:
    xml = definitions(
        '<businessKnowledgeModel id="k" name="Fee"><variable name="Fee"/><encapsulatedLogic>'
        '<literalExpression><text>1 + "a"</text></literalExpression></encapsulatedLogic>'
        '</businessKnowledgeModel><decision id="d" name="Decision"><knowledgeRequirement>'
        '<requiredKnowledge href="#k"/></knowledgeRequirement>'
        "<literalExpression><text>Fee()</text></literalExpression></decision>"
    )
    (wrong,) = dmn.check(dmn.read(xml))
    assert (wrong.kind, wrong.place.decision, wrong.place.decision_id) == ("type", "Fee", "d")


def test_it_says_where_it_is_not_exact() -> None:
    (note,) = found([["? > 3 + Age", "-", '"a"']])
    assert (note.kind, note.severity, note.place.row) == ("note", "note", 1)


def test_a_hundred_rules_are_checked_exactly() -> None:
    rules = [[f"[{i}..{i + 1})", "-", f'"{i}"'] for i in range(100)]
    (gap,) = found(rules)
    assert gap.message == "no rule covers Age < 0, >= 100"


def test_nothing_lies_between_two_whole_numbers() -> None:
    body = table([("n", "integer")], OUT, [["<= 1", '"a"'], [">= 2", '"b"']], "UNIQUE")
    assert dmn.check(dmn.read(definitions(body))) == []


def test_a_range_in_a_text_is_looked_through_like_one_that_is_written_out() -> None:
    (gap,) = found([['range("(..3)")', "-", '"a"'], ["> 3", "-", '"b"']])
    assert gap.message == "no rule covers Age in 3"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[3..1]", "go downwards"), ("[1..", "is no range"), ("[1..]", "has no end where it is closed"),
        ('[1..\\"b\\"]', "two values of one type"), ("[Age..3]", "no constant that has an order"),
    ],
)  # fmt: skip
def test_a_wrong_range_in_a_text_is_refused_with_what_would_be_right(written: str, said: str) -> None:
    (wrong,) = found([[f'range("{written}")', "-", '"a"']])
    assert (wrong.kind, wrong.place.row) == ("type", 1)
    assert said in wrong.message
