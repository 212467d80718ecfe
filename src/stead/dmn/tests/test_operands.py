"""What is asked of a column is asked of a whole expression: truths of truths, nulls, numbers of any size."""

import datetime as dt
import itertools
from typing import Any

import pytest

from stead import dmn
from stead.dmn.errors import FeelError
from stead.dmn.feel.evaluate import Scope, evaluate_text
from stead.dmn.feel.values import Scalar, constant
from stead.dmn.tests.build import column, definitions, input_data, literal, table

TRUTHS = (True, False, None)
EXPRESSIONS = (
    "a = (b and a)", "(a and b) = (a or b)", "a = (b = null)", "(a = null) = (b = null)", "a = not(b)",
    "not(a) = null", "not(a) = not(b)", "(a or b) = null", "(a = b) = (b = a)", "(a = b) = null",
    "not(a) != null", "(a != b) = (a = null)", "not(a) instance of boolean", "(a = b) in (a, null)",
    "if (not(a) = null) then b else a", "[a, b] = [b, a]", "list contains([not(a), b], null)",
    "a in (not(b), null)", "not(a = null) = not(b = null)", "some x in [a, b] satisfies not(x) = null",
)  # fmt: skip


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_truths_of_truths_are_those_of_constants(text: str) -> None:
    rows = list(itertools.product(TRUTHS, TRUTHS))
    body = input_data("a", "boolean") + input_data("b", "boolean") + literal("D", text, ["a", "b"], "boolean")
    first, second = ([row[side] for row in rows] for side in (0, 1))
    decided = column(body, {"a": ("boolean", first), "b": ("boolean", second)}, decision="D")
    assert decided == [on_constants(text, a=a, b=b) for a, b in rows]


def on_constants(text: str, **names: Any) -> Any:
    """The value of a text whose names are constants; a null is one of the kind boolean."""
    scope = Scope({name: Scalar("boolean", value) for name, value in names.items()})
    value = evaluate_text(text, scope)
    assert isinstance(value, Scalar)
    return value.constant


def test_a_cell_tests_a_truth_against_a_whole_expression() -> None:
    body = table(
        [("a", "boolean")], [("out", "string")], [("n = null", '"same"'), ("-", '"other"')],
        given=[("a", "boolean"), ("n", "number")],
    )  # fmt: skip
    given: dict[str, tuple[str, list[Any]]] = {
        "a": ("boolean", [True, True, False, False, None]),
        "n": ("int64", [None, 1, None, 1, 1]),
    }
    assert column(body, given) == ["same", "other", "other", "same", "other"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("i < 1e30", True), ("i = 1e30", False), ("i > -1e36", True), ("i in [1..1e35]", True),
     ("if i > 5 then i else 1e30", None), ("even(f)", True), ("odd(f)", False)],
)  # fmt: skip
def test_a_number_beyond_the_places_of_a_column_fails_no_row(text: str, expected: Any) -> None:
    body = input_data("i", "number") + input_data("f", "number") + literal("D", text, ["i", "f"])
    given: dict[str, tuple[str, list[Any]]] = {
        "i": ("decimal(38, 10)", [3, None]), "f": ("float64", [1e300, None]),
    }  # fmt: skip
    assert column(body, given, decision="D") == [expected, False if "=" in text and "[" not in text else None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("even(1e30)", True), ("odd(1e30 + 1)", True), ("modulo(1e33 + 1, 10)", 1), ("modulo(-1e33, 7)", 1),
     ("modulo(1e6000, 7)", 1), ("modulo(5, -3)", -1), ("modulo(10.1, 4.5)", 1.1)],
)  # fmt: skip
def test_whole_quotients_of_constants_have_all_their_digits(text: str, expected: Any) -> None:
    value = evaluate_text(text, Scope({}))
    assert isinstance(value, Scalar)
    assert (
        value.constant == constant(expected if isinstance(expected, bool) else dmn_number(expected)).constant
    )


def dmn_number(number: float) -> Any:
    """A number of a test as FEEL has it."""
    value = evaluate_text(str(number), Scope({}))
    assert isinstance(value, Scalar)
    return value.constant


def test_functions_of_lists_name_what_the_list_holds() -> None:
    texts = '<itemDefinition name="tTexts" isCollection="true"><typeRef>string</typeRef></itemDefinition>'
    body = texts + input_data("l", "tTexts") + literal("D", "sum(l)", ["l"])
    with pytest.raises(FeelError, match="needs numbers, not a list of string"):
        dmn.compile(dmn.read(definitions(body)), "D")


@pytest.mark.parametrize(
    ("text", "kind", "given", "expected"),
    [
        ("[1, 2, 3][i]", "float64", [2.0, 1e300, None], [2, None, None]),
        ("insert before([1, 2], i, 3)[2]", "decimal(38, 0)", [2, 10**37], [3, None]),
        ("count(sublist([1, 2, 3], 1, i))", "float64", [2.0], [2]),
        ("date(2026, 1, i)", "float64", [31.0, 1e300, -1.0], [dt.date(2026, 1, 31), None, None]),
        ('date("2026-01-31") + duration("P1D") * i', "int64", [1, 2**63 - 1], [dt.date(2026, 2, 1), None]),
        ('date("2026-01-31") + duration("P1M") * i', "float64", [1.0, 1e300], [dt.date(2026, 2, 28), None]),
        ('date("9999-12-31") + duration("P1D") * i', "int64", [0, 1], [dt.date(9999, 12, 31), None]),
        ('date("0001-01-01") - duration("P1D") * i', "int64", [0, 1], [dt.date(1, 1, 1), None]),
    ],
)
def test_a_position_or_a_date_that_there_is_not_is_null_and_fails_no_row(
    text: str, kind: str, given: list[Any], expected: list[Any]
) -> None:
    body = input_data("i", "number") + literal("D", text, ["i"])
    assert column(body, {"i": (kind, given)}, decision="D") == expected


def test_the_day_after_the_last_is_null() -> None:
    body = input_data("d", "date") + literal("D", 'd + duration("P1D")', ["d"])
    given = [dt.date(9999, 12, 31), dt.date(2026, 1, 31), None]
    assert column(body, {"d": ("date", given)}, decision="D") == [None, dt.date(2026, 2, 1), None]


def test_a_null_text_is_no_number() -> None:
    assert on_constants("number(string(n))", n=None) is None
