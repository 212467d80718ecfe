"""A decision table to the editor in the browser and back: only what was changed changes."""

import re

import pytest

from stead import dmn
from stead.handbook.content.editor_xml import EDITOR_NAMESPACE, editor_id, for_editor, from_editor

FILE = """<?xml version="1.0" encoding="UTF-8"?>
<!-- The bank's own words stay. -->
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="t" name="t" namespace="n">
  <decision id="tier" name="tier">
    <question>Which tier?</question>
    <decisionTable id="2.2-tier" hitPolicy="FIRST">
      <input id="col-assets" label="Assets / 资产"><inputExpression typeRef="number"><text>assets</text></inputExpression></input>
      <output id="out-tier" name="tier" typeRef="number"/>
      <annotation name="note"/>
      <rule id="2.2-tier-1">
        <inputEntry><text>&gt;= 100</text></inputEntry>
        <outputEntry><text>1</text></outputEntry>
        <annotationEntry><text>Rich &amp; known</text></annotationEntry>
      </rule>
      <!-- everybody else -->
      <rule id="2.2-tier-2">
        <inputEntry><text>-</text></inputEntry>
        <outputEntry><text>0</text></outputEntry>
        <annotationEntry><text>Mass</text></annotationEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>
"""  # noqa: E501 - one column a line, as in the handbook
INPUT = (
    '<input id="col-assets" label="Assets / 资产"><inputExpression id="made-up" typeRef="number">'
    "<text>assets</text></inputExpression></input>"
)
AGE = (
    '<input id="InputClause_1" label="Age" biodi:width="192" xmlns:biodi="b">'
    '<inputExpression id="x" typeRef="number"><text>age</text></inputExpression></input>'
)


def rule(rule_id: str, *cells: str, note: str = "", tier: str = "0") -> str:
    """A rule as the editor writes it: its own ids, and the note as a description."""
    inputs = "".join(
        f'<inputEntry id="U_{n}"><text>{cell}</text></inputEntry>' for n, cell in enumerate(cells)
    )
    description = f"<description>{note}</description>" if note else ""
    return f'<rule id="{rule_id}">{description}{inputs}<outputEntry><text>{tier}</text></outputEntry></rule>'


ONE = rule("_2.2-tier-1", "&gt;= 100", note="Rich &amp; known", tier="1")
TWO = rule("_2.2-tier-2", "-", note="Mass")


def edited(*parts: str, policy: str = "FIRST", decision: str = "tier") -> str:
    """A file as the editor sends it."""
    output = '<output id="out-tier" name="tier" typeRef="number"/>'
    columns = [part for part in parts if part.startswith("<input")] or [INPUT]
    rules = [part for part in parts if part.startswith("<rule")]
    return (
        f'<definitions xmlns="{EDITOR_NAMESPACE}" id="t" name="t" namespace="n">'
        f'<decision id="{decision}" name="x">'
        f'<decisionTable id="_2.2-tier" hitPolicy="{policy}">{"".join(columns)}{output}{"".join(rules)}'
        "</decisionTable></decision></definitions>"
    )


def test_what_was_not_changed_comes_back_to_the_byte() -> None:
    assert from_editor(FILE, edited(ONE, TWO)) == FILE


def test_a_changed_cell_is_all_that_changes() -> None:
    back = from_editor(FILE, edited(rule("_2.2-tier-1", "&gt;= 90", note="Rich &amp; known", tier="1"), TWO))
    assert back == FILE.replace("&gt;= 100", "&gt;= 90")


def test_a_changed_note_is_an_annotation_again() -> None:
    back = from_editor(FILE, edited(rule("_2.2-tier-1", "&gt;= 100", note="Rich", tier="1"), TWO))
    assert back == FILE.replace("Rich &amp; known", "Rich")


def test_a_new_row_is_written_like_the_others() -> None:
    back = from_editor(FILE, edited(ONE, rule("DecisionRule_1", "[50..100)", note="Near", tier="1"), TWO))
    table = dmn.read(back.encode()).all_decisions[0].table
    assert table is not None
    assert [one.id for one in table.rules] == ["2.2-tier-1", "DecisionRule_1", "2.2-tier-2"]
    assert (
        '\n      <rule id="DecisionRule_1">\n        <inputEntry><text>[50..100)</text></inputEntry>' in back
    )
    assert back.startswith(FILE[: FILE.index("<!-- everybody")].rstrip())


def test_a_row_that_was_saved_before_is_known_under_its_stored_id() -> None:
    back = from_editor(
        FILE, edited(ONE, rule("DecisionRule_1", "-", note="Mass")), {"DecisionRule_1": "2.2-tier-2"}
    )
    assert back == FILE


def test_an_id_that_the_file_does_not_have_is_not_taken_over() -> None:
    back = from_editor(FILE, edited(ONE, TWO, rule("DecisionRule_1", "-")), {"DecisionRule_1": '"><x/>'})
    assert 'id="DecisionRule_1"' in back


def test_rows_keep_their_words_when_they_are_moved_or_removed() -> None:
    assert from_editor(FILE, edited(TWO, ONE)).index("2.2-tier-2") < from_editor(
        FILE, edited(TWO, ONE)
    ).index("2.2-tier-1")
    assert "2.2-tier-2" not in from_editor(FILE, edited(ONE))


def test_a_new_column_comes_with_its_cells_and_without_marks_of_the_tool() -> None:
    one = rule("_2.2-tier-1", "&gt;= 100", "&gt; 17", note="Rich &amp; known", tier="1")
    back = from_editor(FILE, edited(INPUT, AGE, one, rule("_2.2-tier-2", "-", "-", note="Mass")))
    assert '<input id="InputClause_1" label="Age"><inputExpression typeRef="number"><text>age</text>' in back
    assert "biodi" not in back
    table = dmn.read(back.encode()).all_decisions[0].table
    assert table is not None
    assert [one.inputs for one in table.rules] == [(">= 100", "> 17"), ("-", "-")]


def test_another_hit_policy_is_taken_over() -> None:
    assert from_editor(FILE, edited(ONE, TWO, policy="UNIQUE")) == FILE.replace("FIRST", "UNIQUE")


def test_a_table_of_another_decision_changes_nothing() -> None:
    assert from_editor(FILE, edited(decision="other")) == FILE


def test_each_cell_has_an_id_by_which_the_editor_draws_it_anew() -> None:
    cells = re.findall(r"<[^>]*(?:inputEntry|outputEntry)\b[^>]*>", for_editor(FILE))
    ids = [found[1] for cell in cells if (found := re.search(r' id="([^"]+)"', cell))]
    assert len(set(ids)) == len([cell for cell in cells if not cell.startswith("</")]) == 4


def test_the_editor_is_given_names_and_notes_that_it_reads() -> None:
    given = for_editor(FILE)
    assert EDITOR_NAMESPACE in given
    assert 'id="_2.2-tier-1"' in given
    assert "description>Rich &amp; known</" in given


@pytest.mark.parametrize(("name", "expected"), [("gold", "gold"), ("2.2-a", "_2.2-a"), ("a b", "_a_x20_b")])
def test_an_id_becomes_an_xml_name(name: str, expected: str) -> None:
    assert editor_id(name) == expected


def test_a_document_type_is_refused() -> None:
    bomb = f'<!DOCTYPE x [<!ENTITY a "b">]>{edited(ONE)}'
    with pytest.raises(dmn.DmnError, match="entity"):
        from_editor(FILE, bomb)
