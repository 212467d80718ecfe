"""Hostile files and texts are refused, with a clear message, before they cost anything."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stead import dmn
from stead.dmn.feel.parser import parse_expression
from stead.dmn.tests.build import NAMESPACE, definitions, literal

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><definitions>&c;</definitions>"""
OUTSIDE = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><definitions>&x;</definitions>'
DEEP = f'<definitions xmlns="{NAMESPACE}">{"<context>" * 100_000}'.encode()
MANY = f'<definitions xmlns="{NAMESPACE}">{"<decision/>" * 300_000}</definitions>'.encode()


def refused(read: Callable[[], object]) -> str:
    """The message of the refusal. What is refused by a count comes at once; without it these never ended."""
    with pytest.raises(dmn.DmnError) as caught:
        read()
    return str(caught.value)


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        (LAUGHS, "entity is declared"), (OUTSIDE, "entity is declared"), (DEEP, "nested more than"),
        (MANY, "more than 100000 elements"), (b"<definitions>", "not well-formed"), (b"", "not well-formed"),
        (b"<svg/>", "it should be <definitions>"), (b"<html/>", "a web page"),
        (b"\xff\xfe\x00", "not well-formed"),
    ],
    ids=["laughs", "outside", "deep", "many", "cut off", "empty", "svg", "html", "bytes"],
)  # fmt: skip
def test_a_hostile_file_is_refused(xml: bytes, said: str) -> None:
    assert said in refused(lambda: dmn.read(xml))


def test_fifty_megabytes_are_refused_without_reading_them(tmp_path: Path) -> None:
    path = tmp_path / "large.dmn"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    assert "50,000,000 bytes" in refused(lambda: dmn.read(path))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1" + "+1" * 10_000, "more than 5000 tokens"), ("(" * 10_000, "nested more than"),
        ("1" + "+1" * 1_000, "nested more than"), ("-" * 2_000 + "a", "nested more than"),
        ("if a then " * 400 + "1" + " else 2" * 400, "nested more than"),
        ("9" * 60_000, "60000 characters"), ('"' + "a" * 40_000, "does not end"),
        ("a." * 1_000 + "a", "nested more than"), ("not(" * 200 + "a" + ")" * 200, "nested more than"),
    ],
    ids=["tokens", "brackets", "sum", "signs", "ifs", "digits", "quote", "paths", "nots"],
)  # fmt: skip
def test_a_hostile_expression_is_refused(text: str, said: str) -> None:
    assert said in refused(lambda: parse_expression(text))


def test_long_flat_lists_are_not_hostile() -> None:
    parse_expression(", ".join(['["a"', *['"b"'] * 1_000]) + "]")
    parse_expression(" or ".join(["a"] * 1_000))


def test_a_decision_that_requires_itself_is_refused() -> None:
    needs = '<informationRequirement><requiredDecision href="#d a"/></informationRequirement>'
    body = literal("a", "1").replace("<literalExpression>", f"{needs}<literalExpression>")
    assert "requires itself" in refused(lambda: dmn.compile(dmn.read(definitions(body)), "a"))


def test_a_function_that_calls_itself_is_refused() -> None:
    body = literal("a", "{f: function(n) f(n), b: f(1)}.b")
    assert refused(lambda: dmn.compile(dmn.read(definitions(body)), "a"))


def test_an_iteration_without_end_is_refused() -> None:
    body = literal("a", "for x in 1..1000000000 return x")
    assert "more than 2,000 steps" in refused(lambda: dmn.compile(dmn.read(definitions(body)), "a"))


def test_a_huge_power_is_null_and_fast() -> None:
    model = dmn.read(definitions(literal("a", "10 ** 999999999 ** 9", type_ref="number")))
    assert dmn.compile(model, "a", lenient=True).one({}) == {"a": None}
