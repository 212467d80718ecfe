"""Other years and billionths of a second: right as constants, refused in columns."""

from typing import Any

import pytest

from stead import dmn
from stead.dmn.check.checking import check
from stead.dmn.errors import FeelError
from stead.dmn.feel.evaluate import Scope, evaluate_text
from stead.dmn.feel.values import Scalar
from stead.dmn.tests.build import column, definitions, table

TEXTS = [
    ('date("999999999-12-31")', "999999999-12-31"),
    ('date("-999999999-12-31")', "-999999999-12-31"),
    ("date(-2017, 1, 31)", "-2017-01-31"),
    ('date("9999-12-31") + duration("P1D")', "10000-01-01"),
    ('date("0001-01-01") - duration("P1D")', "0000-12-31"),
    ('date("10000-01-01") - duration("P1D")', "9999-12-31"),
    ('date("-0001-01-31") + duration("P1M")', "-0001-02-28"),
    ('date("-0004-01-31") + duration("P1M")', "-0004-02-29"),
    ('date("12000-02-29") + duration("P1Y")', "12001-02-28"),
    ('date("2026-01-31") - duration("P4000Y2M")', "-1975-11-30"),
    ('@"-2021-01-01T10:10:10@Australia/Melbourne" - @"PT11H"', "-2022-12-31T23:10:10@Australia/Melbourne"),
    ('@"0001-01-01T10:10:10@Australia/Melbourne"', "0001-01-01T10:10:10@Australia/Melbourne"),
    ('date and time("99999-12-31T24:00:00")', "100000-01-01T00:00:00"),
    ('date and time(date("-2017-01-01"), time("23:59:01.123456789+01:00"))',
     "-2017-01-01T23:59:01.123456789+01:00"),
    ('time("11:22:33.123456780")', "11:22:33.12345678"),
    ('time("11:22:33.123456789") + duration("PT1H")', "12:22:33.123456789"),
    ('time(12, 0, 1.000000001, duration("PT1H"))', "12:00:01.000000001+01:00"),
    ('time(date and time("2026-01-31T11:22:33.123456789"))', "11:22:33.123456789"),
    ('date(date and time("2026-01-31T11:22:33.123456789"))', "2026-01-31"),
    ('date(date and time("-2026-01-31T11:22:33"))', "-2026-01-31"),
    ('date and time(date("-2026-01-31"))', "-2026-01-31T00:00:00"),
    ('date("12026-01-31").year', "12026"),
    ('date("-2026-03-01").weekday', "5"),
    ('day of week(date("12026-01-31"))', "Saturday"),
    ('day of year(date("-2024-12-31"))', "366"),
    ('week of year(date("12026-01-01"))', "1"),
    ('month of year(date("-2024-12-31"))', "December"),
    ('date("10000-01-01") - date("9999-12-31")', "P1D"),
    ('date and time("10000-01-01T04:00:00Z") - date and time("9999-12-31T23:00:00-05:00")', "PT0S"),
    ('date("10000-01-01") - date and time("9999-12-31T23:00:00Z")', "PT1H"),
    ('years and months duration(date("2014-12-31"), date("-2019-10-01"))', "-P4033Y2M"),
    ('date and time("-2021-01-01T10:00:00+11:00").time offset', "PT11H"),
    ('date and time("12026-01-01T10:00:00@Asia/Shanghai").timezone', "Asia/Shanghai"),
    ('max(date("12026-01-01"), date("2026-01-01"), date("-2026-01-01"))', "12026-01-01"),
    ("date(1000000000, 1, 1)", None), ("date(-2017, 2, 29)", None), ('date("-0000-01-01")', None),
    ('date("01234-01-01")', None), ('date("999999999-12-31") + duration("P1D")', None),
    ('date("12026-02-30")', None), ('time("11:22:33.1234567891")', None), ('date("--2017-12-31")', None),
]  # fmt: skip
TRUTHS = [
    ('date("12026-01-01") > date("2026-01-01")', True),
    ('date("-12026-01-01") < date("-2026-01-01")', True),
    ('date("12026-01-01") in [date("2026-01-01")..date("999999-01-01")]', True),
    ('time("11:22:33.123456789") > time("11:22:33.123456788")', True),
    ('time("11:22:33.123456789") = time("11:22:33")', True),
    ('date and time("10000-01-01T04:00:00Z") = date and time("9999-12-31T23:00:00-05:00")', True),
    ('date and time("-2017-01-01T00:00:00Z") > date and time("-2017-01-01T00:00:00+01:00")', True),
    ('date and time("-2017-01-01T00:00:00Z") > date and time("-2017-01-01T00:00:00")', None),
    ('is(date("-2017-01-01"), date("-2017-01-01"))', True),
    ('date("-2017-01-01") = date("2017-01-01")', False),
    ('date("-2017-01-01") instance of date', True),
    ('time("11:22:33.123456789") instance of time', True),
]


def found(text: str) -> Any:
    """The constant that an expression of constants is."""
    value = evaluate_text(text, Scope({}, lenient=True))
    assert isinstance(value, Scalar)
    return value.constant


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_a_constant_of_any_year_is_written_as_the_standard_has_it(text: str, expected: str | None) -> None:
    assert found(f"string({text})") == expected


@pytest.mark.parametrize(("text", "expected"), TRUTHS)
def test_constants_of_any_year_are_ordered(text: str, *, expected: bool | None) -> None:
    assert found(text) is expected


@pytest.mark.parametrize("cell", ['> date("-2017-12-31")', '[@"10000-01-01"..@"10001-01-01"]'])
def test_a_cell_that_compares_a_column_with_such_a_date_is_refused_and_found(cell: str) -> None:
    model = dmn.read(definitions(table([("day", "date")], [("out", "string")], [(cell, '"a"')])))
    with pytest.raises(FeelError, match="columns hold the years 1 to 9999") as refused:
        dmn.compile(model, "Decision")
    assert refused.value.kind == "columns"
    assert [one.severity for one in check(model)] == ["error"]


def test_such_a_date_is_no_output() -> None:
    model = dmn.read(definitions(table([("n", "number")], [("out", "date")], [("-", "date(12026, 1, 1)")])))
    with pytest.raises(FeelError, match="not '12026-01-01'"):
        dmn.compile(model, "Decision")


def test_a_constant_of_another_year_decides_in_a_cell_that_meets_no_column_with_it() -> None:
    body = table(
        [("n", "number")], [("out", "number")], [('>= date("12026-01-01").year', "1"), ("-", "2")],
        given=[("n", "number")],
    )  # fmt: skip
    assert column(body, {"n": ("int64", [12_025, 12_026])}) == [2, 1]


def test_a_difference_that_no_duration_holds_is_refused_and_not_null() -> None:
    for text in ('time("10:00:00.000000001") - time("09:00:00")', '@"999999999-01-01" - @"-999999999-01-01"'):
        with pytest.raises(FeelError) as refused:
            found(text)
        assert refused.value.kind == "columns"
