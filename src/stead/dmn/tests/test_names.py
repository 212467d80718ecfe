"""Names and requirements that could mean two things are told apart, or refused with what to change."""

import pytest

from stead import dmn
from stead.dmn.tests.build import definitions, input_data, literal, table
from stead.dmn.tests.test_hostile import refused

NEEDS = '<informationRequirement><requiredDecision href="#{}"/></informationRequirement>'
ITEM = (
    '<itemDefinition name="tLoan"><itemComponent name="rate"><typeRef>number</typeRef></itemComponent>'
    "</itemDefinition>"
)


def check_and_compile(body: str, decision: str) -> str:
    """What compile() refuses the decision for; the check has to find it too."""
    model = dmn.read(definitions(body))
    said = refused(lambda: dmn.compile(model, decision))
    assert any(one.severity == "error" for one in dmn.check(model))
    return said


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        ("Net Income", "NetIncome", "Net Income - NetIncome"), ("a b-c", "ab-c", "a b - c - ab-c"),
        ("净 收入", "净收入", "净 收入 - 净收入"), ("x_", "x _", "x_ - x _"),
        ("a-b", "a - b", "a-b - a - b"), ("Rate x", "Rate X", "Rate x - Rate X"),
    ],
)  # fmt: skip
def test_names_that_differ_by_blanks_or_case_are_two(first: str, second: str, text: str) -> None:
    body = input_data(first, "number") + input_data(second, "number") + literal("a", text, [first, second])
    columns = {first: "one", second: "two"}
    assert dmn.compile(dmn.read(definitions(body)), "a", columns).one({"one": 5, "two": 3}) == {"a": 2}


def test_a_spelling_between_two_names_is_refused() -> None:
    body = (
        input_data("a-b", "number") + input_data("a - b", "number") + literal("a", "a -b", ["a-b", "a - b"])
    )
    model = dmn.read(definitions(body))
    said = refused(lambda: dmn.compile(model, "a", {"a-b": "one", "a - b": "two"}))
    assert "'a -b' may be 'a - b' or 'a-b'" in said


@pytest.mark.parametrize(
    ("first", "second", "column"),
    [
        ("Rate", "rate", "rate"), ("金额（元）", "金额/元", "金额_元"), ("a b", "a-b", "a_b"),
        ("Rate %", "Rate", "rate"), ("Net  income", "net-Income", "net_income"),
    ],
)  # fmt: skip
def test_two_inputs_in_one_column_are_refused(first: str, second: str, column: str) -> None:
    body = input_data(first, "number") + input_data(second, "number") + literal("a", "1", [first, second])
    assert f"would both be in column {column!r}" in check_and_compile(body, "a")
    model = dmn.read(definitions(body))
    one = " ".join(first.split())
    # Who says that both stand in one column, or puts one elsewhere, is taken at their word.
    assert dmn.compile(model, "a", {one: "x", second: "x"}).one({}) == {"a": 1}
    assert dmn.compile(model, "a", {one: "x"}).one({}) == {"a": 1}


def test_a_component_and_an_input_in_one_column_are_refused() -> None:
    body = ITEM + input_data("Loan", "tLoan") + input_data("Loan rate", "number")
    body += literal("a", "Loan.rate - Loan rate", ["Loan", "Loan rate"])
    assert "'Loan.rate' and 'Loan rate' would both be in column 'loan_rate'" in check_and_compile(body, "a")


def test_inputs_of_two_decisions_in_one_column_are_refused() -> None:
    lower = literal("Lower", "rate", ["rate"])
    upper = literal("Upper", "Rate + Lower", ["Rate"]).replace(
        "<literalExpression>", NEEDS.format("d Lower") + "<literalExpression>"
    )
    body = input_data("Rate", "number") + input_data("rate", "number") + lower + upper
    assert "would both be in column 'rate'" in check_and_compile(body, "Upper")


@pytest.mark.parametrize("element", ["decision", "input", "function"])
def test_a_name_that_the_model_has_but_the_decision_does_not_require_is_refused(element: str) -> None:
    elements = {
        "decision": literal("Risk", '"LOW"'),
        "input": input_data("Risk", "string"),
        "function": '<businessKnowledgeModel id="k" name="Risk"/>',
    }
    body = elements[element] + table([("Risk", "string")], [("o", "number")], [['"LOW"', "1"]])
    said = check_and_compile(body, "Decision")
    assert "column 'Risk': 'Risk' is in the model but this decision does not require it" in said


@pytest.mark.parametrize("name", ["risk_class", "klass", "Risk"])
def test_a_decision_read_by_its_id_output_or_variable_is_refused(name: str) -> None:
    required = table([("score", "number")], [("klass", "string")], [["> 5", '"HIGH"']], name="Risk class")
    required = required.replace('id="d"', 'id="risk_class"').replace(
        '<variable name="Risk class"/>', '<variable name="Risk"/>'
    )
    upper = table([(name, "string")], [("o", "number")], [['"HIGH"', "1"]], name="Final").replace(
        "<decisionTable", NEEDS.format("risk_class") + "<decisionTable"
    )
    said = check_and_compile(required + upper, "Final")
    assert "by the standard a decision is read by its name: write 'Risk class'" in said


@pytest.mark.parametrize(
    ("href", "said"),
    [
        ("urn:other#d x", "which is in another model"),
        ("other.dmn#d x", "which is in another model"),
        ("#gone", "which is not in the file"),
    ],
)
def test_a_requirement_that_leads_out_of_the_file_is_refused(href: str, said: str) -> None:
    needs = f'<informationRequirement><requiredDecision href="{href}"/></informationRequirement>'
    upper = literal("a", "x + 1").replace("<literalExpression>", f"{needs}<literalExpression>")
    assert said in check_and_compile(literal("x", "1") + upper, "a")


def test_a_reference_with_the_own_namespace_stays_in_the_file() -> None:
    needs = '<informationRequirement><requiredDecision href="test#d x"/></informationRequirement>'
    upper = literal("a", "x + 1").replace("<literalExpression>", f"{needs}<literalExpression>")
    assert dmn.compile(dmn.read(definitions(literal("x", "1") + upper)), "a").one({}) == {"a": 2}


def test_two_required_things_of_one_name_are_refused() -> None:
    needs = NEEDS.format("d x")
    upper = literal("a", "x + 1", ["x"]).replace("<literalExpression>", f"{needs}<literalExpression>")
    body = input_data("x", "number") + literal("x", "1") + upper
    assert "requires two things that are called 'x'" in check_and_compile(body, "a")


def test_of_two_decisions_of_one_name_an_id_says_which() -> None:
    two = literal("x", "1") + literal("x", "2").replace('id="d x"', 'id="d y"')
    model = dmn.read(definitions(two))
    assert "several decisions are called 'x'" in refused(lambda: dmn.compile(model, "x"))
    assert dmn.compile(model, "d y").one({}) == {"x": 2}
    assert dmn.check(model) == []


def test_an_id_that_stands_twice_is_refused() -> None:
    twice = literal("x", "1") + literal("y", "2").replace('id="d y"', 'id="d x"')
    assert "the id 'd x' is there twice" in refused(lambda: dmn.read(definitions(twice)))


def test_decisions_without_ids_are_each_their_own() -> None:
    body = (literal("x", "1") + literal("y", "2")).replace(' id="d x"', "").replace(' id="d y"', "")
    model = dmn.read(definitions(body))
    assert [dmn.compile(model, name).one({}) for name in "xy"] == [{"x": 1}, {"y": 2}]


CELL = table([("n", "number")], [("v", "number")], [["> 1", "2 ** 3 ** 2"]])


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("<outputEntry>", '<outputEntry expressionLanguage="javascript">', "row 1 (rule r1), column 'v'"),
        ("<inputEntry>", '<inputEntry expressionLanguage="groovy">', "row 1 (rule r1), column 'n'"),
        ("<text>n</text>", "<text>n + 1</text>", "column 'n + 1'"),
    ],
)
def test_a_cell_in_another_language_is_refused(old: str, new: str, place: str) -> None:
    body = CELL.replace(old, new).replace("<inputExpression", '<inputExpression expressionLanguage="juel"')
    said = check_and_compile(body, "Decision")
    assert place in said
    assert "only FEEL is evaluated" in said


def test_the_language_of_the_file_is_that_of_its_cells() -> None:
    xml = definitions(CELL).replace(b"<definitions", b'<definitions expressionLanguage="http://x.org/python"')
    assert "is written in http://x.org/python" in refused(lambda: dmn.compile(dmn.read(xml), "Decision"))
    feel = xml.replace(b"http://x.org/python", b"https://www.omg.org/spec/DMN/20230324/FEEL/")
    assert dmn.compile(dmn.read(feel), "Decision").one({"n": 2})["v"] == 64
