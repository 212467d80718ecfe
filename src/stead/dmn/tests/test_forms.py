"""Texts, times and numbers of columns are read in the forms of FEEL alone, and none grows without measure."""

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import pytest

from stead import dmn
from stead.dmn.tests.build import column, definitions, input_data, literal
from stead.dmn.tests.test_hostile import refused
from stead.dmn.tests.test_models import decided

ZONES = ["Asia/Shanghai", "America/New_York", "UTC"]


def of_text(
    text: str, kind: str, values: list[Any], *, zone: str = "UTC", type_ref: str = "string"
) -> list[Any]:
    body = input_data("x", type_ref) + literal("Decision", text, ["x"])
    return column(body, {"x": (kind, values)}, session=f"SET TimeZone = '{zone}'")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12.5", "12.5"), ("-3", "-3"), (".5", "0.5"), ("1e3", "1000"), ("1_000", None), ("12.", None),
        ("+5", None), (" 5", None), ("５", None),
        ("infinity", None), ("NaN", None), ("1,5", None), ("", None),
    ],
)  # fmt: skip
def test_a_number_is_what_feel_writes(text: str, number: str | None) -> None:
    wanted = None if number is None else Decimal(number)
    assert of_text("number(x)", "string", [text]) == [wanted]
    assert decided(literal("a", f'number("{text}")'), "a", {}) == wanted


def test_the_point_of_a_number_is_the_one_that_is_said() -> None:
    given = ["1.234,5", "1,5", "1.5", "1.234.5"]
    assert of_text('number(x, ".", ",")', "string", given) == [Decimal("1234.5"), Decimal("1.5"), 15, 12345]
    assert of_text('number(x, " ", ",")', "string", ["1 5", "1.5"]) == [15, None]


@pytest.mark.parametrize(
    "text", ["2023-2-3", "infinity", "epoch", "2023-02-30", "2023-02-03 ", "２０２３-02-03"]
)
def test_a_date_is_what_feel_writes(text: str) -> None:
    assert of_text("date(x)", "string", [text, "2023-02-03"]) == [None, dt.date(2023, 2, 3)]
    assert decided(literal("a", f'date("{text}")'), "a", {}) is None


@pytest.mark.parametrize("zone", ZONES)
def test_a_text_with_an_offset_is_no_local_time(zone: str) -> None:
    given = [
        "2023-12-31T20:00:00",
        "2024-01-01T02:00:00+08:00",
        "2023-12-31T20:00:00Z",
        "2023-12-31 20:00:00",
    ]
    text = 'date and time(x) < date and time("2024-01-01T00:00:00")'
    assert of_text(text, "string", given, zone=zone) == [True, None, None, None]


@pytest.mark.parametrize("zone", ZONES)
def test_instants_and_local_times_do_not_depend_on_the_session(zone: str) -> None:
    kind, moment = "timestamp('UTC')", dt.datetime(2023, 12, 31, 20, tzinfo=dt.UTC)

    def got(text: str) -> Any:
        return of_text(text, kind, [moment], zone=zone, type_ref="date and time")[0]

    assert got('x < date and time("2024-01-01T00:00:00Z")') is True
    assert got('x < date and time("2024-01-01T00:00:00")') is None
    assert got('x = date and time("2023-12-31T20:00:00")') is False
    assert got('x = date and time("2024-01-01T04:00:00+08:00")') is True
    assert got("string(x)") == "2023-12-31T20:00:00Z"
    assert got("date(x)") == dt.date(2023, 12, 31)
    assert got('x - date and time("2023-12-31T18:00:00Z")') == 7_200
    assert got('x - date and time("2023-12-31T18:00:00")') is None


def test_what_is_no_number_is_null() -> None:
    text = 'if x > 100 then "big" else if x = null then "none" else "small"'
    given = [math.nan, math.inf, -math.inf, 5.0, 500.0]
    assert of_text(text, "float64", given, type_ref="number") == ["none", "none", "none", "small", "big"]


def test_a_double_is_written_without_an_exponent() -> None:
    given = [100.0, 1.5e20, 0.25, 1e-7, -1200.5, 0.1]
    wanted = ["100", "150000000000000000000", "0.25", "0.0000001", "-1200.5", "0.1"]
    assert of_text("string(x)", "float64", given, type_ref="number") == wanted


def test_parity_is_that_of_whole_numbers() -> None:
    given = [Decimal("2.5"), Decimal(2), Decimal(-3), None]
    assert of_text("even(x)", "decimal(9, 2)", given, type_ref="number") == [None, True, False, None]
    assert of_text("odd(x)", "decimal(9, 2)", given, type_ref="number") == [None, False, True, None]


def test_months_of_a_column_are_cut() -> None:
    given = [Decimal("2.4"), Decimal("2.5"), Decimal("-2.4")]
    text = 'string((duration("P10Y11M") / x).years * 12 + (duration("P10Y11M") / x).months)'
    assert of_text(text, "decimal(9, 1)", given, type_ref="number") == ["54", "52", "-54"]


def test_parts_of_no_text_are_null() -> None:
    assert of_text('substring before(x, "-")', "string", ["a-b", "ab", None]) == ["a", "", None]
    assert of_text('substring after(x, "-")', "string", ["a-b", "ab", None]) == ["b", "", None]
    assert of_text('string join([x, "z", null], "-")', "string", ["a", None]) == ["a-z", "z"]


def test_a_product_that_does_not_fit_fails_no_other_row() -> None:
    body = input_data("x", "number") + input_data("y", "number") + literal("Decision", "x * y", ["x", "y"])
    given = {
        "x": ("decimal(38, 10)", [Decimal("12345678901234567.12"), Decimal(1)]),
        "y": ("decimal(38, 10)", [Decimal("1000000.5"), Decimal(2)]),
    }
    assert column(body, given) == [None, 2]


@pytest.mark.parametrize(("text", "same"), [("(< 10) = (null..10)", False), ("(< 10) = (< 10)", True),
    ("(!= 10) = (!= 10)", True), ("(!= 10) = (!= 9)", False), ("(!= 10) != (!= 9)", True)])  # fmt: skip
def test_a_range_without_an_end_is_equal_to_its_like(text: str, same: bool) -> None:
    assert decided(literal("a", text), "a", {}) is same


@pytest.mark.parametrize(
    "text",
    [
        'replace(replace(replace("{0}", ".", "{0}"), ".", "{0}"), ".", "{0}")',
        'replace("{0}", "", "{0}")', 'replace("{0}", "(.)", "$1$1$1{0}")',
        'string join(for i in 1..2000 return "{0}", "{0}")',
        'for i in 1..1999 return replace("{0}", "x", string(i) + "{0}")',
        'split(replace("{0}", ".", "{0}"), "")',
    ],
)  # fmt: skip
def test_a_text_that_would_grow_without_measure_is_refused_before_it_is_made(text: str) -> None:
    model = dmn.read(definitions(literal("a", text.replace("{0}", "x" * 7_000))))
    assert "more than" in refused(lambda: dmn.compile(model, "a"))


def test_a_text_of_a_column_does_not_grow_without_measure() -> None:
    grown = "x"
    for _ in range(6):
        grown = f'replace({grown}, "", "{"y" * 5_000}")'
    assert of_text(f"string length({grown})", "string", ["abc"]) == [None]
    assert of_text('replace(x, "b", "--")', "string", ["abc", None]) == ["a--c", None]


def test_a_long_text_counts_for_what_it_is_written() -> None:
    doubled = ", ".join(f"a{i}: a{i - 1} + a{i - 1}" for i in range(1, 12))
    body = input_data("x", "string") + literal("a", f'{{a0: x + "{"y" * 40_000}", {doubled}}}.a11', ["x"])
    assert "operations" in refused(lambda: dmn.compile(dmn.read(definitions(body)), "a"))


def test_many_costly_cells_are_refused_together() -> None:
    doubled = ", ".join(f"a{i}: a{i - 1} + a{i - 1}" for i in range(1, 14))
    steps = "".join(literal(f"d{i}", f"{{a0: x, {doubled}}}.a13", ["x"]) for i in range(200))
    needs = "".join(
        f'<informationRequirement><requiredDecision href="#d d{i}"/></informationRequirement>'
        for i in range(200)
    )
    last = literal("a", "1").replace("<literalExpression>", f"{needs}<literalExpression>")
    model = dmn.read(definitions(input_data("x", "number") + steps + last))
    assert "operations together" in refused(lambda: dmn.compile(model, "a"))
