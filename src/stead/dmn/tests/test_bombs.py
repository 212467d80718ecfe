"""Short models that would grow without measure: values, functions, types and patterns are all counted."""

import pytest

from stead import dmn
from stead.dmn.tests.build import definitions, input_data, literal, table
from stead.dmn.tests.test_hostile import refused


def doubled(first: str, again: str) -> str:
    """A context in which each of forty entries holds the one before it twice."""
    entries = ", ".join(f"a{i}: {again.format(f'a{i - 1}')}" for i in range(1, 41))
    return f"{{a0: {first}, {entries}}}.a40"


def decision(name: str, text: str, *, decisions: str = "", knowledge: str = "") -> str:
    needs = ""
    if decisions:
        needs = f'<informationRequirement><requiredDecision href="#{decisions}"/></informationRequirement>'
    if knowledge:
        needs = f'<knowledgeRequirement><requiredKnowledge href="#{knowledge}"/></knowledgeRequirement>'
    written = f"{needs}<literalExpression><text>{text}</text></literalExpression>"
    return f'<decision id="{name}" name="{name}"><variable name="{name}"/>{written}</decision>'


def function(name: str, text: str, calls: str = "") -> str:
    need = f'<knowledgeRequirement><requiredKnowledge href="#{calls}"/></knowledgeRequirement>'
    return (
        f'<businessKnowledgeModel id="{name}" name="{name}"><variable name="{name}"/><encapsulatedLogic>'
        f'<formalParameter name="x"/><literalExpression><text>{text}</text></literalExpression>'
        f"</encapsulatedLogic>{need if calls else ''}</businessKnowledgeModel>"
    )


def item(name: str, type_ref: str = "", *parts: str, more: str = "") -> str:
    inner = "".join(
        f'<itemComponent name="p{i}"><typeRef>{part}</typeRef></itemComponent>'
        for i, part in enumerate(parts)
    )
    return f'<itemDefinition name="{name}"{more}><typeRef>{type_ref}</typeRef>{inner}</itemDefinition>'


SELF = input_data("n", "t0") + literal("a", "n", ["n"])
BOMBS = {
    "text": (literal("a", doubled('"ten signs "', "{0} + {0}")), "more than 100,000 characters"),
    "list": (literal("a", doubled("[1, 2]", "concatenate({0}, {0})")), "more than 2,000 values"),
    "nested list": (literal("a", doubled("[1, 2]", "[{0}, {0}]")), "more than 2,000 values"),
    "column": (
        input_data("n", "number") + literal("a", doubled("n", "{0} + {0}"), ["n"]),
        "more than 50,000 operations",
    ),
    "iterations": (literal("a", "some x in 1..999, y in 1..999 satisfies false"), "more than 2,000 steps"),
    "iterations inside": (
        literal("a", "for x in 1..999 return count(for y in 1..999 return 1)"),
        "more than 20,000 steps",
    ),
    "functions": (
        function("f0", "x")
        + "".join(function(f"f{i}", f"f{i - 1}(x) + f{i - 1}(x)", f"f{i - 1}") for i in range(1, 30))
        + decision("a", "f29(1)", knowledge="f29"),
        "more than 10,000 times",
    ),
    "functions in a circle": (
        function("f0", "f1(x)", "f1")
        + function("f1", "f0(x)", "f0")
        + decision("a", "f0(1)", knowledge="f0"),
        "more than 50 deep",
    ),
    "decisions in a chain": (
        decision("d0", "1")
        + "".join(decision(f"d{i}", f"d{i - 1}", decisions=f"d{i - 1}") for i in range(1, 400))
        + decision("a", "d399", decisions="d399"),
        "more than 50 deep",
    ),
    "rules": (table([("n", "number")], [("t", "string")], [["-", '"a"']] * 1_001), "at most 1,000"),
    "types in a circle": (item("t0", "t1") + item("t1", "t0") + SELF, "refers to itself"),
    "lists in a circle": (
        item("t0", "t1", more=' isCollection="true"') + item("t1", "t0", more=' isCollection="true"') + SELF,
        "refers to itself",
    ),
    "a type in itself": (item("t0", "", "t0") + SELF, "contains itself"),
    "types": (
        "".join(item(f"t{i}", "", f"t{i + 1}", f"t{i + 1}") for i in range(18)) + SELF,
        "more than 5,000 components",
    ),
    "number": (literal("a", "1e999999999 + 1"), "too large or too small"),
    "exponent": (literal("a", "1e4009999999999999999999999999999999999"), "too large or too small"),
    "digits": (literal("a", "9" * 45_000), "too large or too small"),
    "pattern": (literal("a", 'matches("a", "((a{1000}){1000}){1000}")'), "no regular expression"),
}  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_model_that_would_grow_without_measure_is_refused(bomb: str) -> None:
    body, said = BOMBS[bomb]
    assert said in refused(lambda: dmn.compile(dmn.read(definitions(body)), "a"))


def test_a_pattern_takes_no_longer_than_its_text() -> None:
    slow = f'matches("{"a" * 60}!", "^(a+)+$")'
    assert dmn.compile(dmn.read(definitions(literal("a", slow))), "a").one({}) == {"a": False}


def test_many_decisions_are_no_bomb() -> None:
    body = "".join(decision(f"d{i}", str(i)) for i in range(2_000))
    assert dmn.compile(dmn.read(definitions(body)), "d1999").one({}) == {"d1999": 1_999}


def test_many_alternatives_are_no_bomb() -> None:
    many = ", ".join(str(n) for n in range(2_000))
    body = input_data("n", "number") + literal("a", f"n in ({many})", ["n"])
    assert dmn.compile(dmn.read(definitions(body)), "a").one({"n": 1_999}) == {"a": True}
