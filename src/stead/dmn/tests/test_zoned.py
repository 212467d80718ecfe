"""Dates and times in texts of a column, with an offset and without; a column of them keeps no offset."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from stead import dmn
from stead.dmn.kit.tck import values
from stead.dmn.tables.compiled import plan_of
from stead.dmn.tests.build import column, definitions, input_data, literal

BODY = input_data("t", "string") + input_data("u", "string")
EAST, WEST = dt.timezone(dt.timedelta(hours=8)), dt.timezone(-dt.timedelta(hours=3, minutes=30))
TEXTS = (
    "2016-12-24T23:59:00-08:00", "2016-12-25T07:59:00Z", "2016-12-24T23:59:00", "2016-12-24",
    "2016-12-25T15:59:00+08:00", "2016-12-24T23:59:00-15:00", "2016-12-24T23:59:00@Asia/Shanghai",
    "2016-02-30T00:00:00Z", "2016-12-24Z", "infinity", "", None,
)  # fmt: skip


def decided(text: str, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The values of an expression over rows of texts, through the columns."""
    model = dmn.read(definitions(BODY + literal("D", text, ["t", "u"])))
    return values(plan_of(model, "D", lenient=True), list(rows))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2016-12-24T23:59:00+08:00", dt.datetime(2016, 12, 24, 23, 59, tzinfo=EAST)),
        ("2016-12-24T23:59:00.5-03:30", dt.datetime(2016, 12, 24, 23, 59, 0, 500_000, tzinfo=WEST)),
        ("2016-12-24T23:59:00Z", dt.datetime(2016, 12, 24, 23, 59, tzinfo=dt.UTC)),
        ("2016-12-24T23:59:00", dt.datetime(2016, 12, 24, 23, 59)),  # noqa: DTZ001 - a local one
        ("2016-12-24", dt.datetime(2016, 12, 24)),  # noqa: DTZ001 - a local one
        ("2016-12-24T23:59:00@Asia/Shanghai", None), ("2016-12-24T23:59:00+15:00", None),
        ("2016-12-24+08:00", None), ("2016-02-30T00:00:00Z", None), ("2016-2-3T00:00:00Z", None),
        (None, None),
    ],
)  # fmt: skip
def test_a_text_is_the_date_and_time_that_it_writes(text: str | None, expected: Any) -> None:
    assert decided("date and time(t)", [{"t": text}]) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("date(date and time(t))", [dt.date(2016, 12, 24), dt.date(2016, 12, 25), dt.date(2016, 12, 24)]),
        ("string(date and time(t))", list(TEXTS[:3])),
        ("date and time(t).hour", [23, 7, 23]), ("date and time(t).weekday", [6, 7, 6]),
        ("date and time(t).time offset", [-dt.timedelta(hours=8), dt.timedelta(0), None]),
        ('date and time(t) = @"2016-12-25T07:59:00Z"', [True, True, False]),
        ('date and time(t) < @"2016-12-25T08:00:00Z"', [True, True, None]),
        ('date and time(t) < @"2016-12-25T08:00:00"', [None, None, True]),
        ('date and time(t) != @"2016-12-24T23:59:00"', [True, True, False]),
        ("date and time(t) = null", [False, False, False]),
    ],
)  # fmt: skip
def test_what_asks_for_the_clock_or_the_instant_gets_it(text: str, expected: list[Any]) -> None:
    assert decided(text, [{"t": one} for one in TEXTS[:3]]) == expected


@pytest.mark.parametrize("sign", ["=", "<", "<=", "!="])
def test_two_texts_compare_as_their_constants_do(sign: str) -> None:
    for one in TEXTS[:5]:
        rows = [{"t": one, "u": other} for other in TEXTS[:5]]
        constants = [
            decided(f'date and time("{one}") {sign} date and time("{row["u"]}")', [row])[0] for row in rows
        ]
        assert decided(f"date and time(t) {sign} date and time(u)", rows) == constants


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_the_zone_of_the_session_decides_nothing(zone: str) -> None:
    body = BODY + literal("D", 'date and time(t) < @"2016-12-25T08:00:00Z"', ["t"])
    given: dict[str, tuple[str, list[Any]]] = {"t": ("string", list(TEXTS))}
    found = column(body, given, session=f"SET TimeZone = '{zone}'", decision="D")
    assert found == [True, True, None, None, True, *[None] * 7]


def test_a_column_of_outputs_keeps_the_local_ones_only() -> None:
    body = BODY + literal("D", "date and time(t)", ["t"])
    found = column(body, {"t": ("string", list(TEXTS[:3]))}, decision="D")
    assert found == [None, None, dt.datetime(2016, 12, 24, 23, 59)]  # noqa: DTZ001 - a local one


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai"])
def test_a_date_is_its_midnight_in_utc_where_a_date_and_time_is_declared(zone: str) -> None:
    needs = '<informationRequirement><requiredDecision href="#d D"/></informationRequirement>'
    text = literal("E", "string(D)").replace("<literalExpression>", f"{needs}<literalExpression>")
    body = input_data("d", "date") + literal("D", "d", ["d"], "dateTime") + text
    days = [dt.date(2026, 1, 31), dt.date(1899, 12, 31), None]
    found = column(body, {"d": ("date", days)}, session=f"SET TimeZone = '{zone}'", decision="E")
    assert found == ["2026-01-31T00:00:00Z", "1899-12-31T00:00:00Z", None]


def test_a_constant_date_is_its_midnight_in_utc_where_a_date_and_time_is_declared() -> None:
    model = dmn.read(definitions(literal("D", 'date("2026-01-31")', type_ref="dateTime")))
    assert values(plan_of(model, "D"), [{}]) == [dt.datetime(2026, 1, 31, tzinfo=dt.UTC)]
