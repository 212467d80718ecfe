"""When a date comes again: one definition for the night's columns and for the pages."""

from datetime import date, timedelta

import ibis
import pyarrow as pa
import pytest

from stead.customers.book_person import full_years as age_column
from stead.customers.book_person import next_anniversary
from stead.customers.kept_dates import Kept, full_years, in_year, next_kept
from stead.customers.lunar import lunar_birthdays, lunar_day, lunar_in_year

LEAP = date(2000, 2, 29)


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@pytest.mark.parametrize(
    ("earliest", "on", "years"),
    [
        (date(2023, 2, 27), date(2023, 2, 28), 23),
        (date(2023, 2, 28), date(2023, 2, 28), 23),
        (date(2023, 3, 1), date(2024, 2, 29), 24),
        (date(2024, 2, 28), date(2024, 2, 29), 24),
        (date(2024, 2, 29), date(2024, 2, 29), 24),
        (date(2024, 3, 1), date(2025, 2, 28), 25),
        (date(2100, 1, 1), date(2100, 2, 28), 100),  # divisible by four, and no leap year
        (date(2000, 2, 29), date(2001, 2, 28), 1),  # the day itself is no return of it
    ],
)
def test_a_leap_day_is_kept_on_the_last_day_of_february(earliest: date, on: date, years: int) -> None:
    assert next_kept(LEAP, earliest) == Kept(on, years)


def test_the_night_of_28_february_does_not_find_that_day_again() -> None:
    assert night_finds([LEAP], date(2023, 2, 27)) == [date(2023, 2, 28)]
    assert night_finds([LEAP], date(2023, 2, 28)) == [date(2024, 2, 29)]


def night_finds(dates: list[date], day: date) -> list[date]:
    table = ibis.memtable(pa.table({"n": range(len(dates)), "of": pa.array(dates, pa.date32())}))
    found = table.select("n", on=next_anniversary(table.of, day), age=age_column(table.of, day))
    rows = ibis.duckdb.connect().to_pyarrow(found.order_by("n")).to_pylist()
    assert [row["age"] for row in rows] == [full_years(of, day) for of in dates]
    return [row["on"] for row in rows]


SWEEP = [
    *days(date(1899, 12, 30), date(1900, 3, 2)), *days(date(1999, 12, 30), date(2000, 3, 2)),
    *days(date(2019, 12, 30), date(2020, 3, 2)), *days(date(2021, 12, 30), date(2022, 3, 2)),
]  # fmt: skip
BOOK_DATES = [
    *days(date(2023, 2, 26), date(2023, 3, 2)), *days(date(2024, 2, 27), date(2024, 3, 2)),
    *days(date(2022, 12, 30), date(2023, 1, 2)), *days(date(2100, 2, 27), date(2100, 3, 1)),
]  # fmt: skip


@pytest.mark.parametrize("day", BOOK_DATES)
def test_the_night_and_the_pages_say_the_same_of_every_date(day: date) -> None:
    after = day + timedelta(days=1)
    assert night_finds(SWEEP, day) == [next_kept(of, after).on for of in SWEEP]


def test_every_date_comes_once_a_year() -> None:
    for of in (LEAP, date(1999, 12, 31), date(2001, 1, 1)):
        on, seen = date(2022, 12, 1), []
        while on < date(2029, 6, 1):
            kept = next_kept(of, on)
            seen.append(kept)
            on = kept.on + timedelta(days=1)
        assert [one.years for one in seen] == list(range(seen[0].years, seen[0].years + len(seen)))
        assert all(one.on == in_year(of.month, of.day, one.on.year) for one in seen)


def test_a_day_that_a_month_lacks_is_its_last_one() -> None:
    assert in_year(2, 29, 1900) == date(1900, 2, 28)
    assert in_year(2, 30, 2024) == date(2024, 2, 29)
    assert in_year(4, 31, 2026) == date(2026, 4, 30)


def test_the_last_day_of_the_lunar_year_is_the_29th_where_there_is_no_30th() -> None:
    assert lunar_in_year(12, 30, 2023) == date(2024, 2, 9)
    assert lunar_in_year(12, 30, 2025) == date(2026, 2, 16)  # 29 days


def test_a_lunar_birthday_counts_lunar_years() -> None:
    # The 15th day of the 11th month of 1990. It comes twice in the solar year 2026.
    born = date(1990, 12, 31)
    assert next_kept(born, date(2026, 1, 1), lunar=True) == Kept(date(2026, 1, 3), 35)
    assert next_kept(born, date(2026, 1, 4), lunar=True) == Kept(date(2026, 12, 23), 36)


def test_who_is_born_in_a_leap_month_keeps_the_ordinary_one() -> None:
    born = date(2025, 7, 25)
    assert lunar_day(born) == (2025, 6, 1)
    assert next_kept(born, date(2025, 7, 25), lunar=True) == Kept(lunar_in_year(6, 1, 2026), 1)


@pytest.mark.parametrize("day", [date(2023, 1, 21), date(2024, 2, 9), date(2025, 7, 24), date(2026, 2, 16)])
def test_the_night_and_the_pages_keep_lunar_birthdays_alike(day: date) -> None:
    table = lunar_birthdays(day)
    rows = ibis.duckdb.connect().to_pyarrow(table.filter(table.birth_date <= day)).to_pylist()[::37]
    for row in rows:
        said = next_kept(row["birth_date"], day + timedelta(days=1), lunar=True)
        assert (row["lunar_next_on"], row["lunar_next_years"]) == (said.on, said.years), row


def test_a_year_is_full_on_the_day_after_28_february() -> None:
    assert [full_years(LEAP, on) for on in days(date(2018, 2, 27), date(2018, 3, 1))] == [17, 17, 18]
