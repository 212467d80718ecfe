"""Priority and output order go by the values of the outputs, whatever these are; so do aggregates."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from stead import dmn
from stead.dmn.tests.build import column, definitions, table


def ranked(policy: str, kind: str, allowed: str, *outputs: str) -> str:
    rules = [[f">= {i}", output] for i, output in enumerate(outputs)]
    return table(
        [("n", "number")], [("o", kind)], rules, policy, allowed={"o": allowed}, given=[("base", "number")]
    )


@pytest.mark.parametrize(
    ("kind", "allowed", "outputs", "expected"),
    [
        ("number", "5, 3, 2", ["2", "base + 1", "3"], [5, 3, 2]),
        ("number", "5, [1..3]", ["2", "base + 1", "3"], [5, 2, 3]),
        ("string", '"b", "a"', ['"a"', 'if base > 3 then "b" else "a"'], ["b", "a"]),
        (
            "date", 'date("2025-12-31"), date("2026-01-31")',
            ['date("2026-01-31")', 'date("2025-12-31")', 'date("2024-01-01")'],
            [dt.date(2025, 12, 31), dt.date(2026, 1, 31), dt.date(2024, 1, 1)],
        ),
        ("boolean", "true, false", ["false", "base > 3"], [True, False]),
        ("number", "1.50, 2", ["2", "base - 2.5"], [Decimal("1.5"), Decimal(2)]),
        ("number", "9, 1", ["base", "1", "null"], [1, 4, None]),
    ],
    ids=["computed", "range", "texts", "dates", "booleans", "decimals", "not allowed"],
)  # fmt: skip
def test_outputs_come_in_the_order_of_the_allowed_values(
    kind: str, allowed: str, outputs: list[str], expected: list[Any]
) -> None:
    given: dict[str, tuple[str, list[Any]]] = {"n": ("int32", [9, -1]), "base": ("int32", [4, 4])}
    assert column(ranked("OUTPUT ORDER", kind, allowed, *outputs), given) == [expected, []]
    assert column(ranked("PRIORITY", kind, allowed, *outputs), given) == [expected[0], None]


def test_a_priority_differs_from_row_to_row_where_an_output_is_computed() -> None:
    body = ranked("PRIORITY", "number", "5, 3, 2", "3", "base + 1")
    assert column(body, {"n": ("int32", [9, 9, 0]), "base": ("int32", [4, 1, 4])}) == [5, 3, 3]


def test_the_second_output_decides_between_equal_first_ones() -> None:
    rules = [["-", '"a"', "1"], ["-", '"a"', "base"], ["-", '"b"', "3"]]
    body = table(
        [("n", "number")], [("o", "string"), ("p", "number")], rules, "OUTPUT ORDER",
        allowed={"o": '"b", "a"', "p": "3, 2, 1"}, given=[("base", "number")],
    )  # fmt: skip
    model = dmn.read(definitions(body))
    found = dmn.compile(model, "Decision").one({"n": 1, "base": 2})
    assert (found["o"], found["p"]) == (["b", "a", "a"], [3, 2, 1])
    assert found["decision_rule"] == ["r3", "r2", "r1"]


def test_the_check_calls_no_rule_of_a_computed_priority_unreachable() -> None:
    model = dmn.read(definitions(ranked("PRIORITY", "number", "5, 3, 2", "3", "base + 1")))
    assert [one.kind for one in dmn.check(model)] == ["gap"]


@pytest.mark.parametrize(
    ("aggregation", "expected"),
    [
        ("SUM", [30, 10, None, 7]),
        ("MIN", [10, 10, None, 7]),
        ("MAX", [20, 10, None, 7]),
        ("COUNT", [2, 1, 2, 0]),
    ],
)
def test_an_aggregate_is_null_for_a_null_and_the_default_for_nothing(
    aggregation: str, expected: list[Any]
) -> None:
    rules = [[">= 1", "10"], [">= 2", "base"]]
    body = table(
        [("n", "number")], [("o", "number")], rules, "COLLECT", aggregation=aggregation,
        defaults={"o": "7"}, given=[("base", "number")],
    )  # fmt: skip
    given: dict[str, tuple[str, list[Any]]] = {
        "n": ("int32", [2, 1, 2, 0]),
        "base": ("int32", [20, 20, None, 20]),
    }
    assert column(body, given) == expected


def test_a_default_keeps_its_decimals_beside_whole_outputs() -> None:
    body = table([("n", "number")], [("o", "number")], [["> 1", "10"]], "COLLECT", defaults={"o": "0.5"})
    given: dict[str, tuple[str, list[Any]]] = {"n": ("int32", [2, 1])}
    assert column(body, given) == [[10], [Decimal("0.5")]]
    summed = body.replace('hitPolicy="COLLECT"', 'hitPolicy="COLLECT" aggregation="SUM"')
    assert column(summed, given) == [10, Decimal("0.5")]


FIRST_VERSION = b"http://www.omg.org/spec/DMN/20151101/dmn.xsd"


@pytest.mark.parametrize(
    ("aggregation", "later", "first"), [("SUM", 25, 15), ("COUNT", 3, 2), ("MAX", 10, 10)]
)
def test_equal_outputs_count_once_in_a_file_of_the_first_version(
    aggregation: str, later: int, first: int
) -> None:
    rules = [["-", "10"], ["-", "10"], ["-", "5"]]
    xml = definitions(table([("n", "number")], [("o", "number")], rules, "COLLECT", aggregation=aggregation))
    old = xml.replace(b"https://www.omg.org/spec/DMN/20230324/MODEL/", FIRST_VERSION)
    assert dmn.compile(dmn.read(xml), "Decision").one({"n": 1})["o"] == later
    assert dmn.compile(dmn.read(old), "Decision").one({"n": 1})["o"] == first
