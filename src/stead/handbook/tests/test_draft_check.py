"""The check of a draft: every kind of file, in the words of the page."""

import pytest
from django.utils import translation

from stead.handbook import draft_check
from stead.handbook.content.steps import BPMN
from stead.handbook.draft_check import problems, problems_of, region_words
from stead.handbook.tests.making import FILES

TABLE = FILES["2.2/tier.dmn"]
GAP = TABLE.replace("<text>-</text>", "<text>&lt; 50</text>")


def test_a_sound_handbook_has_no_problem() -> None:
    assert problems(FILES, FILES) == []


def test_a_gap_is_a_warning_with_an_example_in_the_labels_of_the_table() -> None:
    with translation.override("en"):
        (gap,) = problems({**FILES, "2.2/tier.dmn": GAP}, FILES)
    assert (gap.severity, gap.kind) == ("warning", "gap")
    assert "assets from 50 up to 100" in gap.text or "Assets from 50 up to 100" in gap.text
    assert "50" in gap.example


def test_a_gap_is_told_in_chinese_too() -> None:
    with translation.override("zh-hans"):
        (gap,) = problems({**FILES, "2.2/tier.dmn": GAP}, FILES)
    assert "没有规则覆盖" in gap.text
    assert "≥ 50 且 < 100" in gap.text


def test_a_content_that_was_checked_is_not_checked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {**FILES, "2.2/clause.md": "# 2.2 Tiers, once\n"}
    first = problems(files, FILES)
    monkeypatch.setattr(draft_check, "problems_of", None)
    assert problems(dict(files), FILES) == first


def test_a_changed_content_is_checked_anew() -> None:
    wrong = {**FILES, "params.csv": FILES["params.csv"].replace("31", "x")}
    assert problems(FILES) == []
    assert [one.severity for one in problems(wrong)] == ["error"]


def test_an_unreadable_cell_is_an_error_at_its_rule_and_column() -> None:
    (wrong,) = problems_of("2.2/tier.dmn", TABLE.replace("&gt;= 100", "&gt;= 1,"))
    assert (wrong.severity, wrong.rule, wrong.column, wrong.row) == ("error", "_2.2-tier-1", "a", 1)


def test_a_column_that_no_table_had_is_pointed_out() -> None:
    files = {**FILES, "2.2/tier.dmn": TABLE.replace("<text>assets</text>", "<text>asets</text>")}
    assert [one.kind for one in problems(files, FILES)] == ["column"]


def test_figures_and_texts_are_checked() -> None:
    files = {
        **FILES,
        "params.csv": FILES["params.csv"].replace("31", "x"),
        "texts.toml": "[reason.a]\nen = 'a'\n",
    }
    assert {(one.path, one.severity) for one in problems(files)} == {
        ("params.csv", "error"),
        ("texts.toml", "error"),
    }


def test_errors_come_first() -> None:
    files = {**FILES, "2.2/tier.dmn": GAP, "params.csv": FILES["params.csv"].replace("31", "x")}
    assert [one.severity for one in problems(files)] == ["error", "warning"]


def test_regions_are_put_into_words() -> None:
    with translation.override("en"):
        said = region_words('a in [1000..2000) and b < 5 and c in "x", "y"', {"a": "Assets"})
    assert said == "Assets from 1,000 up to 2,000 and b under 5 and c = x or y"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (f'<definitions xmlns="{BPMN[1:-1]}"><process id="p"/></definitions>', False),
        (f'<definitions xmlns="{BPMN[1:-1]}"/>', True),
        ("<definitions>", True),
        ('<!DOCTYPE x [<!ENTITY a "b">]><definitions/>', True),
    ],
)
def test_a_process_must_be_one(text: str, *, wrong: bool) -> None:
    found = problems_of("3.1/opening.bpmn", text)
    assert [one.severity for one in found] == (["error"] if wrong else [])
