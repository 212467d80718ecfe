"""The command line and the compatibility kit: the part that lies beside the checkout has to pass whole."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.beside import beside

from stead.dmn.commands import dmn
from stead.dmn.kit.tck import Verdict, run
from stead.dmn.tests.build import definitions, input_data, literal, table

KIT = beside("STEAD_DMN_TCK", "data", "dmn-tck")
CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
<modelName>own.dmn</modelName><testCase id="001"><resultNode name="a" type="decision"><expected>
<value xsi:type="xsd:decimal">{}</value></expected></resultNode></testCase></testCases>"""


def own(folder: Path, expected: int) -> Path:
    (folder / "own.dmn").write_bytes(definitions(literal("a", "1 + 1")))
    (folder / "own-test-01.xml").write_text(CASES.format(expected), encoding="utf-8")
    return folder


# The part of the kit that lies beside the checkout, or level 2 of the whole kit.
LEVEL_2 = KIT / "compliance-level-2" if (KIT / "compliance-level-2").is_dir() else KIT


@pytest.mark.skipif(
    not KIT.is_dir(), reason=f"the compatibility kit is not in {KIT}; set STEAD_DMN_TCK to its folder"
)
def test_level_2_of_the_kit_passes_whole() -> None:
    result = CliRunner().invoke(dmn, ["tck", str(LEVEL_2)])
    assert result.output.splitlines()[-1].endswith(" passed, 0 failed")
    assert result.exit_code == 0


@pytest.mark.skipif(
    not (KIT / "compliance-level-3").is_dir(),
    reason=f"the whole kit is not in {KIT}; set STEAD_DMN_TCK to its folder TestCases",
)
def test_the_page_of_the_documentation_is_what_the_kit_gives() -> None:
    page = Path(__file__).parents[4] / "docs" / "dmn-kit.md"
    assert CliRunner().invoke(dmn, ["tck", "--page", str(KIT)]).output == page.read_text("utf-8")


def test_a_passed_case_is_counted(tmp_path: Path) -> None:
    result = CliRunner().invoke(dmn, ["tck", str(own(tmp_path, 2))])
    assert (result.output, result.exit_code) == ("1 passed, 0 failed\n", 0)


def test_counts_of_folders_say_how_the_failures_ended(tmp_path: Path) -> None:
    for name, expected in (("right", 2), ("wrong", 3)):
        (tmp_path / name).mkdir()
        own(tmp_path / name, expected)
    result = CliRunner().invoke(dmn, ["tck", "--by-folder", str(tmp_path)])
    level = tmp_path.name
    assert result.output.splitlines() == [
        f"{level}/right: 1 of 1 passed", f"{level}/wrong: 0 of 1 passed (1 wrong value)",
        "1 passed, 1 failed",
    ]  # fmt: skip
    found = json.loads(CliRunner().invoke(dmn, ["tck", "--by-folder", "--json", str(tmp_path)]).output)
    assert (found["passed"], found["failures"]) == (1, {"wrong value": 1})
    assert found["folders"][1]["failures"] == {"wrong value": 1}
    page = CliRunner().invoke(dmn, ["tck", "--page", str(tmp_path)]).output
    assert "| wrong | 1 | 0 | 1 |" in page
    assert "- wrong, 001, a (wrong value): expected `3`; `2`" in page


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("1 + 1", "value where an error was expected"),
        ('1 + "a"', "passed"),
        ("1 +", "passed"),
        ('date and time(d, time("10:00:00Z"))', "beyond columns"),
        ("for x in 1..9999 return x", "refused model"),
    ],
)
def test_only_an_error_of_the_expression_passes_for_an_error(tmp_path: Path, text: str, verdict: str) -> None:
    body = input_data("d", "date") + literal("a", text, ["d"])
    (tmp_path / "own.dmn").write_bytes(definitions(body))
    nothing = '<value xsi:nil="true"/></expected></resultNode></testCase></testCases>'
    cases = CASES.partition("<value xsi:type")[0].replace("<resultNode ", '<resultNode errorResult="true" ')
    day = '<inputNode name="d"><value xsi:type="xsd:date">2026-01-31</value></inputNode><resultNode'
    (tmp_path / "own-test-01.xml").write_text(cases.replace("<resultNode", day) + nothing, encoding="utf-8")
    (found,) = run(tmp_path)
    assert found.verdict == verdict


def test_a_model_that_is_refused_fails_the_cases_that_expect_an_error(tmp_path: Path) -> None:
    (tmp_path / "own.dmn").write_bytes(definitions(literal("a", "1 + 1")).replace(b"MODEL", b"OTHER"))
    cases = CASES.format(2).replace("<resultNode ", '<resultNode errorResult="true" ')
    (tmp_path / "own-test-01.xml").write_text(cases, encoding="utf-8")
    (found,) = run(tmp_path)
    assert found.verdict is Verdict.REFUSED


def test_a_failure_says_what_was_expected_and_got(tmp_path: Path) -> None:
    result = CliRunner().invoke(dmn, ["tck", str(own(tmp_path, 3))])
    first, last = result.output.splitlines()
    assert first == "FAILED (wrong value) own-test-01 001 a: expected 3, got 2"
    assert (last, result.exit_code) == ("0 passed, 1 failed", 1)


def test_a_folder_without_cases_is_an_error_of_use(tmp_path: Path) -> None:
    assert CliRunner().invoke(dmn, ["tck", str(tmp_path)]).exit_code == 2


def test_check_prints_findings_as_json(tmp_path: Path) -> None:
    path = tmp_path / "gap.dmn"
    path.write_bytes(definitions(table([("n", "number")], [("t", "string")], [["< 1", '"a"']])))
    result = CliRunner().invoke(dmn, ["check", "--json", str(path)])
    (found,) = json.loads(result.output)
    assert (found["kind"], found["message"], found["example"]) == ("gap", "no rule covers n >= 1", {"n": "1"})
    assert result.exit_code == 0
    assert CliRunner().invoke(dmn, ["check", "--strict", str(path)]).exit_code == 1


def test_values_without_a_type_are_read_as_the_model_has_them(tmp_path: Path) -> None:
    body = input_data("n", "number") + literal("a", "n + 1", ["n"]) + literal("b", "10 / 0")
    (tmp_path / "own.dmn").write_bytes(definitions(body))
    untyped = CASES.replace(' xsi:type="xsd:decimal"', "").replace(
        "<resultNode", '<inputNode name="n"><value>4</value></inputNode><resultNode'
    )
    nothing = '<resultNode name="b" type="decision"><expected><value/></expected></resultNode></testCase>'
    cases = untyped.format(5).replace("</testCase>", nothing)
    (tmp_path / "own-test-01.xml").write_text(cases, encoding="utf-8")
    assert CliRunner().invoke(dmn, ["tck", str(tmp_path)]).output == "2 passed, 0 failed\n"


def test_files_that_cannot_be_read_are_failures_and_the_rest_is_run(tmp_path: Path) -> None:
    deep = tmp_path / "some" / "folders" / "deeper"
    deep.mkdir(parents=True)
    own(deep, 2)
    (tmp_path / "alone-test-01.xml").write_text(CASES.replace("own.dmn", "gone.dmn").format(2))
    (tmp_path / "broken-test-01.xml").write_text("<testCases>")
    result = CliRunner().invoke(dmn, ["tck", str(tmp_path)])
    alone, broken, last = result.output.splitlines()
    assert "there is no such file" in alone
    assert "broken-test-01" in broken
    assert (last, result.exit_code) == ("1 passed, 2 failed", 1)


def test_what_columns_cannot_express_fails_with_its_reason(tmp_path: Path) -> None:
    java = literal("a", "1").replace("<literalExpression>", '<literalExpression expressionLanguage="java">')
    (tmp_path / "own.dmn").write_bytes(definitions(java))
    (tmp_path / "own-test-01.xml").write_text(CASES.format(1), encoding="utf-8")
    first, last = CliRunner().invoke(dmn, ["tck", str(tmp_path)]).output.splitlines()
    assert "literal expression in java cannot be compiled to columns" in first
    assert last == "0 passed, 1 failed"


def test_a_case_may_ask_for_a_function_of_the_model(tmp_path: Path) -> None:
    function = (
        '<businessKnowledgeModel id="k" name="a"><variable name="a"/><encapsulatedLogic>'
        '<formalParameter name="n" typeRef="number"/><literalExpression><text>n + 1</text>'
        "</literalExpression></encapsulatedLogic></businessKnowledgeModel>"
    )
    (tmp_path / "own.dmn").write_bytes(definitions(function))
    given = '<inputNode name="n"><value xsi:type="xsd:decimal">4</value></inputNode><resultNode'
    (tmp_path / "own-test-01.xml").write_text(CASES.format(5).replace("<resultNode", given), encoding="utf-8")
    assert CliRunner().invoke(dmn, ["tck", str(tmp_path)]).output == "1 passed, 0 failed\n"
