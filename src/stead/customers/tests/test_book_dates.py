"""Which balance stands for which days."""

from datetime import date, timedelta

import pytest

from stead.customers.book_dates import calendar_of

ENDS = [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]


def test_with_month_ends_a_month_is_its_last_balance() -> None:
    when = calendar_of(ENDS, date(2026, 3, 31))
    assert [when.measures[f"month_{n:02d}"].parts for n in (1, 2)] == [((2, 31),), ((1, 28),)]


def test_with_daily_balances_a_month_weighs_each_day() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(90)]
    when = calendar_of(days, date(2026, 3, 31))
    assert not when.single
    assert when.measures["month_01"].days == 31
    assert when.measures["average_90"].days == 90


def test_a_month_before_history_stands_for_no_day() -> None:
    assert calendar_of(ENDS, date(2026, 3, 31)).measures["month_04"].days == 0


def test_balances_after_the_book_date_do_not_count() -> None:
    assert calendar_of([*ENDS, date(2026, 4, 30)], date(2026, 3, 31)).slots[-1][0][0] == ENDS[-1]


def test_a_change_never_compares_the_latest_balance_with_itself() -> None:
    when = calendar_of(ENDS, date(2026, 3, 31))
    assert when.measures["ago_30"].parts == ((1, 1),)


def test_a_first_extract_compares_with_what_exists() -> None:
    when = calendar_of(ENDS[-1:], ENDS[-1])
    assert when.measures["ago_90"].parts == when.measures["now"].parts


def test_without_any_balance_there_is_no_book() -> None:
    with pytest.raises(ValueError, match="no balance on or before 2026-01-01"):
        calendar_of(ENDS, date(2026, 1, 1))
