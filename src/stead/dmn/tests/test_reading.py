"""Files as tools write them: every version, with prefixes, diagrams, extensions and defaults."""

from decimal import Decimal

import pytest

from stead import dmn
from stead.dmn.tables.reading import NAMESPACES
from stead.dmn.tests.build import definitions, table

# A table with what dmn-js, Camunda and Trisotech add to it, and what dmn-js leaves out.
SAVED = """<?xml version="1.0" encoding="UTF-8"?>
<{p}definitions xmlns{x}="{ns}" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"
 xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" xmlns:biodi="http://bpmn.io/schema/dmn/biodi/2.0"
 xmlns:camunda="http://camunda.org/schema/1.0/dmn" xmlns:triso="http://www.trisotech.com/2015/triso/modeling"
 id="Definitions_1" name="DRD" namespace="http://camunda.org/schema/1.0/dmn"
 exporter="dmn-js" triso:logo="Default">
 <{p}extensionElements><triso:anything><triso:inner/></triso:anything></{p}extensionElements>
 <{p}inputData id="Input_1" name="Balance">
  <{p}variable id="V_1" name="Balance" typeRef="number"/></{p}inputData>
 <{p}decision id="Decision_1" name="Tier">
  <{p}extensionElements><biodi:bounds x="1" y="2" width="3" height="4"/></{p}extensionElements>
  <{p}informationRequirement id="IR_1"><{p}requiredInput href="#Input_1"/></{p}informationRequirement>
  <{p}authorityRequirement id="AR_1"><{p}requiredAuthority href="#KS_1"/></{p}authorityRequirement>
  <{p}decisionTable id="Table_1" camunda:historyTimeToLive="5">
   <{p}input id="Input_2" label="" biodi:width="192" camunda:inputVariable="b">
    <{p}inputExpression id="Expression_1" typeRef="number" expressionLanguage="feel">
     <{p}text>Balance</{p}text></{p}inputExpression></{p}input>
   <{p}output id="Output_1" label="" name="" typeRef="string" biodi:width="192"/>
   <{p}annotation name="Annotations"/>
   <{p}rule id="Rule_1"><{p}description>from here on</{p}description>
    <{p}inputEntry id="Tests_1" expressionLanguage="feel"><{p}text>&gt;= 10</{p}text></{p}inputEntry>
    <{p}outputEntry id="Out_1" expressionLanguage="feel"><{p}text>"gold"</{p}text></{p}outputEntry>
    <{p}annotationEntry><{p}text>from here on</{p}text></{p}annotationEntry></{p}rule>
   <{p}rule id="Rule_2">
    <{p}inputEntry id="Tests_2"><{p}text>&lt; 10</{p}text></{p}inputEntry>
    <{p}outputEntry id="Out_2"><{p}text></{p}text></{p}outputEntry></{p}rule>
  </{p}decisionTable></{p}decision>
 <{p}knowledgeSource id="KS_1" name="Handbook"/>
 <{p}textAnnotation id="Note_1"><{p}text>drawn beside it</{p}text></{p}textAnnotation>
 <dmndi:DMNDI><dmndi:DMNDiagram id="D_1"><dmndi:DMNShape id="S_1" dmnElementRef="Decision_1">
  <dc:Bounds height="80" width="180" x="160" y="100"/></dmndi:DMNShape></dmndi:DMNDiagram></dmndi:DMNDI>
</{p}definitions>
"""


@pytest.mark.parametrize("prefix", ["", "dmn:"])
@pytest.mark.parametrize("namespace", NAMESPACES, ids=list(NAMESPACES.values()))
def test_what_a_tool_saves_is_read_in_every_version(namespace: str, prefix: str) -> None:
    xml = SAVED.format(p=prefix, x=":dmn" if prefix else "", ns=namespace)
    model = dmn.read(xml.encode())
    assert dmn.check(model) == []
    decide = dmn.compile(model, "Tier")
    assert decide.one({"Balance": Decimal(10)}) == {"tier": "gold", "tier_rule": "Rule_1"}
    assert decide.one({"Balance": Decimal(9)}) == {"tier": None, "tier_rule": "Rule_2"}


def test_a_column_without_an_expression_says_what_is_missing() -> None:
    xml = SAVED.format(p="", x="", ns=list(NAMESPACES)[-1]).replace("<text>Balance</text>", "<text></text>")
    (wrong,) = dmn.check(dmn.read(xml.encode()))
    assert (wrong.place.side, wrong.place.clause) == ("input", "Input_2")
    assert wrong.message == "the column has no expression; write the name of what its cells test"


@pytest.mark.parametrize("namespace", ["20130901", "20151130", "20990101/MODEL/"])
def test_a_draft_or_a_version_to_come_is_refused_as_such(namespace: str) -> None:
    xml = SAVED.format(p="", x="", ns=f"http://www.omg.org/spec/DMN/{namespace}")
    with pytest.raises(dmn.DmnError, match=r"is a draft or a version of DMN .* save the file as DMN 1\.1"):
        dmn.read(xml.encode())


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>', "a process (BPMN)"),
        (b'<a:definitions xmlns:a="http://www.omg.org/spec/CMMN/20151109/MODEL"/>', "a case model (CMMN)"),
        (b'<PMML xmlns="http://www.dmg.org/PMML-4_4"/>', "a predictive model (PMML)"),
        (b'<ScenarioSimulationModel version="1.8"/>', "a test scenario of KIE"),
        (b'<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"/>', "a file of test cases"),
        (b"<html><body/></html>", "a web page"),
        (b'\xef\xbb\xbf {"decisions": []}', "JSON"), (b'[{"id": "a"}]', "JSON"),
        (b"PK\x03\x04\x14\x00", "a zip archive"), (b"package rules;\nrule a when then end", "Drools"),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_is_called_what_it_is(file: bytes, said: str) -> None:
    with pytest.raises(dmn.DmnError, match="and no decision model") as refused:
        dmn.read(file)
    assert said in str(refused.value)


def test_a_column_may_test_an_input_that_is_called_like_a_function() -> None:
    rules = [("> 400", '"large"'), ("-", '"small"')]
    model = dmn.read(definitions(table([("sum", "number")], [("size", "string")], rules)))
    assert [one for one in dmn.check(model) if one.severity == "error"] == []
    decide = dmn.compile(model, "Decision")
    assert decide.inputs == ("sum",)
    assert decide.one({"sum": 500})["size"] == "large"


@pytest.mark.parametrize("quote", ["''", "\u201c\u201d", "\u2018\u2019"])
def test_a_text_in_other_quotes_is_told_the_right_ones(quote: str) -> None:
    cell = f"{quote[0]}gold{quote[1]}"
    model = dmn.read(definitions(table([("tier", "string")], [("out", "string")], [(cell, '"a"')])))
    (found,) = dmn.check(model)
    assert found.message.startswith('a text stands in double quotes ("gold"), not in')
    assert found.place.row == 1
