"""Functions that are not FEEL's own: of Java and PMML, of themselves, and services of a declared type."""

import pytest

from stead import dmn
from stead.dmn.errors import FeelError
from stead.dmn.feel.evaluate import Scope, evaluate_text
from stead.dmn.feel.values import FunctionValue
from stead.dmn.kit import tck
from stead.dmn.kit.tck_cases import Case
from stead.dmn.tests.build import definitions, input_data, literal

JAVA = 'function(n) external {java: {class: "java.lang.Math", method signature: "cos(double)"}}'
PMML = 'function(n) external {pmml: {document: "a.pmml", model: "m"}}'


def refusal(body: str, decision: str = "D") -> FeelError:
    with pytest.raises(FeelError) as refused:
        dmn.compile(dmn.read(definitions(body)), decision, lenient=True)
    return refused.value


@pytest.mark.parametrize(
    ("text", "said"),
    [(JAVA, "is a function in java (java.lang.Math, cos(double))"),
     (f"({JAVA})(1)", "is a function in java (java.lang.Math, cos(double))"),
     (PMML, "is a function in pmml (a.pmml, m)")],
)  # fmt: skip
def test_a_function_of_another_language_is_refused_by_its_name(text: str, said: str) -> None:
    found = refusal(literal("D", text))
    assert found.kind == "columns"
    assert said in str(found)


def test_a_boxed_function_of_another_language_is_refused_by_its_name() -> None:
    entries = "".join(
        f'<contextEntry><variable name="{name}"/><literalExpression><text>"{text}"</text>'
        "</literalExpression></contextEntry>"
        for name, text in (("class", "java.lang.Math"), ("method signature", "cos(double)"))
    )
    body = (
        '<businessKnowledgeModel id="k" name="cosine"><variable name="cosine"/>'
        f'<encapsulatedLogic kind="Java"><formalParameter name="n"/><context>{entries}</context>'
        "</encapsulatedLogic></businessKnowledgeModel>"
    )
    needs = '<knowledgeRequirement><requiredKnowledge href="#k"/></knowledgeRequirement>'
    calling = literal("D", "cosine(1)").replace("<literalExpression>", f"{needs}<literalExpression>")
    found = refusal(body + calling)
    assert found.kind == "columns"
    assert "Java function (java.lang.Math, cos(double))" in str(found)


def test_external_may_be_a_name() -> None:
    found = evaluate_text("function(external) external", Scope({}))
    assert isinstance(found, FunctionValue)
    assert evaluate_text("(function(external) external + 1)(2)", Scope({})) == evaluate_text("3", Scope({}))


def test_a_function_that_calls_itself_is_refused_and_not_null() -> None:
    body = (
        '<businessKnowledgeModel id="k" name="down"><variable name="down"/><encapsulatedLogic>'
        '<formalParameter name="n" typeRef="number"/><literalExpression><text>if n &lt; 1 then 0 else '
        "down(n - 1)</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>"
    )
    needs = '<knowledgeRequirement><requiredKnowledge href="#k"/></knowledgeRequirement>'
    calling = literal("D", "down(3)").replace("<literalExpression>", f"{needs}<literalExpression>")
    found = refusal(body + calling)
    assert found.kind == "columns"
    assert "down() calls itself" in str(found)


TREE = (
    '<itemDefinition name="tNode"><itemComponent name="children" isCollection="true"><typeRef>tNode</typeRef>'
    '</itemComponent><itemComponent name="value"><typeRef>number</typeRef></itemComponent></itemDefinition>'
)
LOAN = (
    '<itemDefinition name="Loan"><itemComponent name="Loan"><typeRef>number</typeRef></itemComponent>'
    '<itemComponent name="parts" isCollection="true"><typeRef>tPart</typeRef></itemComponent>'
    "</itemDefinition>"
    '<itemDefinition name="tPart"><itemComponent name="Loan"><typeRef>number</typeRef></itemComponent>'
    "</itemDefinition>"
)


def test_an_input_whose_type_contains_itself_is_refused() -> None:
    body = TREE + input_data("tree", "tNode") + literal("D", "tree.value", ["tree"])
    found = refusal(body)
    assert found.kind == "columns"
    assert "the type of input 'tree.children' contains itself" in str(found)


def test_a_part_may_be_called_like_a_type_that_it_is_in() -> None:
    body = LOAN + input_data("loan", "Loan") + literal("D", "sum(loan.parts.Loan)", ["loan"])
    decide = dmn.compile(dmn.read(definitions(body)), "D")
    assert set(decide.inputs) == {"loan_parts"}


@pytest.mark.parametrize(("returned", "expected"), [("string", None), ("number", 1000), ("", 1000)])
def test_a_service_gives_what_its_type_of_functions_returns(returned: str, expected: object) -> None:
    body = (
        f'<itemDefinition name="tService"><functionItem outputTypeRef="{returned}"/></itemDefinition>'
        '<decisionService id="s" name="S"><variable name="S" typeRef="tService"/>'
        '<outputDecision href="#d D"/></decisionService>' + literal("D", "1000")
    )
    model = dmn.read(definitions(body))
    assert tck.decided(model, "S", "D", [Case("1", {}, ())]) == [expected]
