"""Deliveries of the past, cut out of the newest: nothing of what came later."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from stead.extracts.delivery import load, register
from stead.night.demo import generate
from stead.night.demo.history import ensure_history, month_ends

NEWEST, CUSTOMERS = date(2026, 11, 20), 400


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bank with the deliveries of the two month-ends before its newest."""
    folder = tmp_path_factory.mktemp("lake")
    generate(CUSTOMERS, NEWEST, 5, "zh", folder)
    assert ensure_history(folder, NEWEST, 2) == [date(2026, 9, 30), date(2026, 10, 31)]
    return folder


def test_the_months_before_end_on_their_last_days() -> None:
    assert month_ends(date(2024, 3, 31), 2) == [date(2024, 1, 31), date(2024, 2, 29)]


def test_nothing_is_known_of_what_came_later(lake: Path) -> None:
    day = date(2026, 9, 30)
    with duckdb.connect() as con:
        register(con, load(lake, day))
        later = {
            f"{table}.{column}": con.execute(
                f"SELECT count(*) FROM {table} WHERE {column} > ?", [day]
            ).fetchall()[0][0]
            for table, column in (
                ("customers", "opened_on"), ("customers", "closed_on"), ("customers", "last_login_on"),
                ("customers", "risk_graded_on"), ("accounts", "opened_on"), ("accounts", "closed_on"),
                ("balances", "on_date"), ("transactions", "on_date"), ("contacts", "on_date"),
                ("consents", "on_date"), ("relationships", "since"),
            )
        }  # fmt: skip
    assert {name: count for name, count in later.items() if count} == {}


def test_the_earlier_deliveries_keep_the_contract_and_lack_those_who_came_later(lake: Path) -> None:
    found = [load(lake, day) for day in (date(2026, 9, 30), date(2026, 10, 31), NEWEST)]
    assert [one.refused for one in found] == ["", "", ""]
    assert [one.rejects for one in found[:2]] == [(), ()]
    customers = [one.tables["customers"].rows for one in found]
    assert customers == sorted(customers)
    assert customers[0] < CUSTOMERS
    transactions = [one.tables["transactions"].rows for one in found]
    assert transactions == sorted(set(transactions))


def test_deliveries_that_are_there_are_not_made_again(lake: Path) -> None:
    assert ensure_history(lake, NEWEST, 2) == []
