"""The check looks into tables in functions and contexts, and finds nothing wrong where nothing is."""

import pytest

from stead import dmn
from stead.dmn.tests.build import definitions, input_data, literal, table

RULES = [["> 5", "1"], ["> 7", "2"]]
INNER = table([("score", "number")], [("fee", "number")], RULES, "UNIQUE")
INNER = INNER[INNER.index("<decisionTable") : INNER.index("</decision>")]
FUNCTION = (
    '<businessKnowledgeModel id="k" name="Fee of"><variable name="Fee of"/><encapsulatedLogic>'
    f'<formalParameter name="score" typeRef="number"/>{INNER}</encapsulatedLogic></businessKnowledgeModel>'
)
ENTRY = '<contextEntry><variable name="{}"/>{}</contextEntry>'
SCORE = "<literalExpression><text>n * 2</text></literalExpression>"


def said(body: str) -> list[tuple[str, str, str]]:
    found = dmn.check(dmn.read(definitions(body)))
    return [(one.kind, one.place.decision, one.place.decision_id) for one in found]


def test_a_table_in_a_function_is_checked_whether_it_is_called_or_not() -> None:
    assert said(FUNCTION) == [("overlap", "Fee of", "k"), ("gap", "Fee of", "k")]


@pytest.mark.parametrize("last", [ENTRY.format("fee", INNER), f"<contextEntry>{INNER}</contextEntry>"])
def test_a_table_in_a_context_knows_the_entries_above_it(last: str) -> None:
    context = f"<context>{ENTRY.format('score', SCORE)}{last}</context>"
    body = input_data("n", "number") + literal("a", "X", ["n"])
    body = body.replace("<literalExpression><text>X</text></literalExpression>", context)
    assert said(body) == [("overlap", "a", "d a"), ("gap", "a", "d a")]


def test_a_fault_of_a_cell_in_a_context_is_said_once() -> None:
    wrong = INNER.replace("<text>1</text>", "<text>1 +</text>")
    body = input_data("score", "number") + literal("a", "X", ["score"])
    body = body.replace(
        "<literalExpression><text>X</text></literalExpression>",
        f"<context>{ENTRY.format('fee', wrong)}</context>",
    )
    assert [kind for kind, _, _ in said(body)] == ["syntax"]


@pytest.mark.parametrize(
    ("allowed", "output"), [('"Yes", "No"', '"Yes"'), ("1, 2", "2"), ("true", "true"), ('"a", 1', '"a"')]
)
def test_allowed_values_of_an_output_without_a_type_are_no_error(allowed: str, output: str) -> None:
    body = table([("n", "number")], [("o", "")], [["-", output]], allowed={"o": allowed})
    assert said(body.replace(' typeRef=""', "")) == []


def test_a_type_constraint_is_read_like_allowed_values() -> None:
    item = (
        '<itemDefinition name="tRisk"><typeRef>string</typeRef><typeConstraint><text>"HIGH", "LOW"</text>'
        "</typeConstraint></itemDefinition>"
    )
    body = item + table([("n", "number")], [("o", "tRisk")], [["-", '"MEDIUM"']])
    assert [kind for kind, _, _ in said(body)] == ["allowed"]
