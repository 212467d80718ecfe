"""Rounding of columns is exact: quotients at a tie, whole numbers, and doubles as they are written."""

import random
from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    localcontext,
)

import pytest

from stead.dmn.tests.build import column, input_data, literal
from stead.dmn.tests.test_models import decided

pytestmark = pytest.mark.unmeasured
MODES = {
    "round half up": ROUND_HALF_UP, "round half down": ROUND_HALF_DOWN, "decimal": ROUND_HALF_EVEN,
    "round up": ROUND_UP, "round down": ROUND_DOWN, "floor": ROUND_FLOOR, "ceiling": ROUND_CEILING,
}  # fmt: skip
EXACT = Context(prec=60)
QUOTIENTS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "x / y": lambda x, y: x / y, "if y = 0 then 0 else x / y": lambda x, y: x / y,
    "x * 3 / y - 1": lambda x, y: x * 3 / y - 1, "-(x / y)": lambda x, y: -(x / y),
}  # fmt: skip


def rounded(text: str, types: dict[str, str], rows: list[tuple[object, ...]]) -> list[Decimal | None]:
    """What a text gives for rows of inputs x, y, as decimal numbers."""
    body = "".join(input_data(name, "number") for name in types) + literal("Decision", text, list(types))
    columns = {name: (kind, [row[i] for row in rows]) for i, (name, kind) in enumerate(types.items())}
    return [None if one is None else Decimal(str(one)) for one in column(body, columns)]


def near_ties(count: int) -> list[tuple[Decimal, int]]:
    """Amounts and divisors whose quotient ends in half a cent, or lies a little beside that."""
    chance = random.Random(7)
    found = []
    for _ in range(count):
        parts = chance.choice([3, 4, 6, 7, 12, 25, 125, 360, 365])
        cents = 2 * chance.randrange(-(10 ** chance.choice([3, 7, 11])), 10 ** chance.choice([3, 7, 11])) + 1
        beside = chance.choice([Decimal(0), Decimal("0.001"), Decimal("-0.001")])
        found.append((Decimal(cents * parts) / 200 + beside, parts))
    return found


@pytest.mark.parametrize("name", MODES)
@pytest.mark.parametrize("text", QUOTIENTS)
def test_a_quotient_is_rounded_exactly(name: str, text: str) -> None:
    rows = near_ties(60)
    got = rounded(f"{name}({text}, 2)", {"x": "decimal(18, 3)", "y": "int32"}, list(rows))
    with localcontext(EXACT):
        exact = [QUOTIENTS[text](x, Decimal(y)) for x, y in rows]
        assert got == [one.quantize(Decimal("0.01"), MODES[name]) for one in exact]


@pytest.mark.parametrize("places", [-3, 0, 1, 5])
def test_a_quotient_is_rounded_to_any_place(places: int) -> None:
    rows = [(Decimal(2 * n + 1) * 5 * 3, 3 * 10 ** max(places, 0)) for n in range(-5, 500, 7)]
    got = rounded(f"round half up(x / y, {places})", {"x": "decimal(18, 2)", "y": "int64"}, list(rows))
    with localcontext(EXACT):
        assert got == [(x / y).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) for x, y in rows]


def test_a_quotient_of_nothing_stays_null() -> None:
    rows: list[tuple[object, ...]] = [(Decimal(1), 0), (None, 3), (Decimal(1), None), (Decimal("0.58"), 4)]
    got = rounded("round half up(x / y, 2)", {"x": "decimal(18, 2)", "y": "int32"}, rows)
    assert got == [None, None, None, Decimal("0.15")]


def test_a_quotient_that_does_not_fit_fails_no_other_row() -> None:
    got = rounded(
        "round half up(x / y, 2)",
        {"x": "decimal(38, 2)", "y": "int32"},
        [(Decimal("1e30"), 3), (Decimal(1), 3)],
    )
    # An output has 28 digits before the point: what does not fit is null, and fails no other row.
    assert got[1:] == [Decimal("0.33")]
    assert got[0] is None


def test_a_quotient_of_a_required_decision_is_rounded_exactly() -> None:
    needs = '<informationRequirement><requiredDecision href="#d Part"/></informationRequirement>'
    upper = literal("Decision", "round half up(Part, 2)").replace(
        "<literalExpression>", f"{needs}<literalExpression>"
    )
    body = (
        input_data("x", "number") + input_data("y", "number") + literal("Part", "x / y", ["x", "y"]) + upper
    )
    given: dict[str, tuple[str, list[object]]] = {
        "x": ("decimal(18, 2)", [Decimal("12.06"), Decimal("0.58")]),
        "y": ("int32", [12, 4]),
    }
    assert column(body, given) == [Decimal("1.01"), Decimal("0.15")]


@pytest.mark.parametrize("name", MODES)
@pytest.mark.parametrize("places", [-2, -1, 0, 2])
@pytest.mark.parametrize("kind", ["int8", "int64", "decimal(38, 0)"])
def test_whole_numbers_are_rounded(name: str, places: int, kind: str) -> None:
    numbers = [125, 25, 35, -25, -1, 0, 50]
    got = rounded(f"{name}(x, {places})", {"x": kind}, [(number,) for number in numbers])
    unit = Decimal(1).scaleb(-places)
    assert got == [Decimal(number).quantize(unit, MODES[name]) for number in numbers]


@pytest.mark.parametrize("places", [-1, 0, 2, 3])
def test_a_double_is_rounded_as_it_is_written(places: int) -> None:
    numbers = [1.005, 2.675, -1.005, 0.285, 1e-7, 1_234_567.125, 145.0, 0.5]
    got = rounded(f"round half up(x, {places})", {"x": "float64"}, [(number,) for number in numbers])
    unit = Decimal(1).scaleb(-places)
    assert got == [Decimal(repr(number)).quantize(unit, ROUND_HALF_UP) for number in numbers]


def test_constants_and_columns_are_rounded_alike() -> None:
    body = literal("Decision", "round half up(0.58 / 4, 2)")
    assert decided(body, "Decision", {}) == Decimal("0.15")
