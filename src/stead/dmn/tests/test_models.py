"""Whole models: requirement graphs, functions, contexts, types with allowed values, level 2's small cases."""

from decimal import Decimal
from typing import Any

import pytest

from stead import dmn
from stead.dmn.kit.tck import values
from stead.dmn.tables.compiled import plan_of
from stead.dmn.tests.build import definitions, input_data, literal, table


def decided(body: str, decision: str, row: dict[str, Any]) -> Any:
    return values(plan_of(dmn.read(definitions(body)), decision, lenient=True), [row])[0]


MATHS = [
    ("10 + 5", 15), ("-10 + -5", -15), ("(-10) + (-5)", -15), ("10 - 5", 5), ("10 - -5", 15), ("10 * 5", 50),
    ("-10 * -5", 50), ("10 / 5", 2), ("10 / 0", None), ("10 ** 5", 100_000), ("10 ** -5", "0.00001"),
    ("(5 + 2) ** 5", 16_807), ("5 + 2 ** 5", 37), ("5 + 2 ** 5 + 3", 40), ("5 + 2 ** (5 + 3)", 261),
    ("10 + null", None), ("null * 10", None), ("null ** null", None), ('10 + "a"', None), ("0 / 0", None),
    ("1.5e3", 1500), (".872e21", "872000000000000000000"), ("-.33", "-0.33"), ("0.1 + 0.2", "0.3"),
    ("125.4321987654", "125.4321987654"),
    ("-123456789012345678901234567890", "-123456789012345678901234567890"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MATHS, ids=[text for text, _ in MATHS])
def test_constants_are_exact(text: str, expected: Any) -> None:
    wanted = None if expected is None else Decimal(expected)
    assert decided(literal("a", text, type_ref="number"), "a", {}) == wanted


@pytest.mark.parametrize(("given", "expected"), [(True, False), (False, True), (None, None)])
def test_not_in_three_valued_logic(given: bool | None, expected: bool | None) -> None:
    body = input_data("A", "boolean") + literal("a", "not(A)", ["A"], "boolean")
    assert decided(body, "a", {"A": given}) is expected


def test_a_table_with_several_outputs_is_a_context() -> None:
    body = table([("n", "number")], [("x", "string"), ("y", "number")], [["1", '"a"', "n + 1"]], "UNIQUE")
    assert decided(body, "Decision", {"n": Decimal(1)}) == {"x": "a", "y": Decimal(2)}


def test_collect_without_a_match_is_an_empty_list() -> None:
    body = table([("n", "number")], [("x", "string")], [["1", '"a"']], "COLLECT")
    assert decided(body, "Decision", {"n": Decimal(2)}) == []


def test_collect_with_several_outputs_is_a_list_of_contexts() -> None:
    rules = [["> 1", '"a"', "1"], ["> 2", '"b"', "2"]]
    body = table([("n", "number")], [("x", "string"), ("y", "number")], rules, "COLLECT")
    expected = [{"x": "a", "y": Decimal(1)}, {"x": "b", "y": Decimal(2)}]
    assert decided(body, "Decision", {"n": Decimal(3)}) == expected


def test_any_gives_the_common_output() -> None:
    rules = [["> 1", '"a"'], ["> 2", '"a"']]
    assert (
        decided(table([("n", "number")], [("x", "string")], rules, "ANY"), "Decision", {"n": Decimal(3)})
        == "a"
    )


def test_a_decision_uses_the_table_that_it_requires() -> None:
    needs = '<informationRequirement><requiredDecision href="#d"/></informationRequirement>'
    upper = literal("Letter", 'Decision + "!"').replace("<literalExpression>", f"{needs}<literalExpression>")
    body = table([("n", "number")], [("x", "string")], [["> 1", '"a"'], ["-", '"b"']]) + upper
    decide = dmn.compile(dmn.read(definitions(body)), "Letter")
    assert decide.inputs == ("n",)
    assert decide.one({"n": 2}) == {"letter": "a!"}


def test_a_function_of_the_model_is_invoked_by_name() -> None:
    function = (
        '<businessKnowledgeModel id="f" name="Fee"><variable name="Fee"/><encapsulatedLogic>'
        '<formalParameter name="amount" typeRef="number"/><formalParameter name="rate" typeRef="number"/>'
        "<literalExpression><text>amount * rate / 100</text></literalExpression></encapsulatedLogic>"
        "</businessKnowledgeModel>"
    )
    needs = '<knowledgeRequirement><requiredKnowledge href="#f"/></knowledgeRequirement>'
    invoked = (
        "<invocation><literalExpression><text>Fee</text></literalExpression>"
        '<binding><parameter name="rate"/><literalExpression><text>5</text></literalExpression></binding>'
        '<binding><parameter name="amount"/><literalExpression><text>n</text></literalExpression></binding>'
        "</invocation>"
    )
    body = input_data("n", "number") + function
    body += literal("a", "XXX", ["n"]).replace(
        "<literalExpression><text>XXX</text></literalExpression>", needs + invoked
    )
    assert decided(body, "a", {"n": Decimal(50)}) == Decimal("2.5")


def test_a_boxed_context_with_a_result() -> None:
    context = (
        '<context><contextEntry><variable name="Yearly Fee"/><literalExpression><text>n * 12</text>'
        "</literalExpression></contextEntry><contextEntry><literalExpression><text>Yearly Fee + 1</text>"
        "</literalExpression></contextEntry></context>"
    )
    body = literal("a", "XXX", ["n"]).replace(
        "<literalExpression><text>XXX</text></literalExpression>", context
    )
    assert decided(input_data("n", "number") + body, "a", {"n": Decimal(2)}) == Decimal(25)


def test_the_priority_may_come_from_the_type() -> None:
    item = (
        '<itemDefinition name="tTier"><typeRef>string</typeRef><allowedValues><text>"gold", "base"</text>'
        "</allowedValues></itemDefinition>"
    )
    body = item + table([("n", "number")], [("x", "tTier")], [["-", '"base"'], ["> 1", '"gold"']], "PRIORITY")
    assert decided(body, "Decision", {"n": Decimal(3)}) == "gold"
    assert decided(body, "Decision", {"n": Decimal(0)}) == "base"


SERVICE = (
    input_data("n", "number")
    + literal("base", "100", type_ref="number")
    + '<decision id="d total" name="total"><variable name="total"/>'
    '<informationRequirement><requiredInput href="#i n"/></informationRequirement>'
    '<informationRequirement><requiredDecision href="#d base"/></informationRequirement>'
    "<literalExpression><text>base + n</text></literalExpression></decision>"
    '<decisionService id="s" name="Totals"><outputDecision href="#d total"/>'
    '<inputDecision href="#d base"/><inputData href="#i n"/></decisionService>'
)


@pytest.mark.parametrize("call", ["Totals(2, 1)", "Totals(base: 1, n: 2)"])
def test_a_decision_service_is_called_with_its_inputs_in_place_of_decisions(call: str) -> None:
    needs = '<knowledgeRequirement><requiredKnowledge href="#s"/></knowledgeRequirement>'
    body = literal("a", call).replace("<literalExpression>", f"{needs}<literalExpression>")
    assert decided(SERVICE + body, "a", {}) == Decimal(3)


PERSON = (
    '<itemDefinition name="tPerson"><itemComponent name="name"><typeRef>string</typeRef></itemComponent>'
    '<itemComponent name="age"><typeRef>number</typeRef></itemComponent></itemDefinition>'
    '<itemDefinition name="tNumbers" isCollection="true"><typeRef>number</typeRef></itemDefinition>'
)


@pytest.mark.parametrize(
    ("type_ref", "text", "expected"),
    [
        ("string", "1 + 1", None), ("tNumbers", '[1, "x"]', None), ("tNumbers", "10", [Decimal(10)]),
        ("tNumbers", '"x"', None), ("tNumbers", "null", None), ("number", "[10]", Decimal(10)),
        ("number", '["x"]', None), ("tPerson", '{name: "x"}', None), ("tns:tPerson", "null", None),
        ("tPerson", '{name: "x", age: 1, more: true}', {"name": "x", "age": Decimal(1), "more": True}),
    ],
)  # fmt: skip
def test_a_result_is_made_to_conform_to_its_type(type_ref: str, text: str, expected: object) -> None:
    assert decided(PERSON + literal("a", text, type_ref=type_ref), "a", {}) == expected


def test_a_result_of_another_type_is_an_error_where_errors_are_refused() -> None:
    with pytest.raises(dmn.DmnError, match=r"decision 'a'.*gives a number.*declared string"):
        dmn.compile(dmn.read(definitions(literal("a", "1 + 1", type_ref="string"))), "a")
