"""When somebody must have reacted to a warning, clause 2.4."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pytest
from tests.changed_cells import with_cells

from stead.core.working_days import Calendar
from stead.handbook.content.book import Handbook, load
from stead.retention.book import warnings

BOOK = load(Path(__file__).parents[4] / "handbook")
DAY = date(2026, 11, 24)  # a Tuesday
RATIO = "decimal(18,6)"
COLUMNS: dict[str, tuple[str, Any]] = {
    "assets_now": ("decimal(18,2)", Decimal(100_000)),
    "assets_30d_ago": ("decimal(18,2)", Decimal(100_000)), "assets_change_30d_ratio": (RATIO, Decimal(0)),
    "outflow_largest_own_30d_ratio": (RATIO, Decimal(0)),
    "maturity_past_7d_unreinvested": ("decimal(18,2)", Decimal(0)), "login_days": ("int32", 3),
    "outflow_largest_30d_on": ("date", None), "outflow_largest_own_30d_on": ("date", None),
    "maturity_past_7d_on": ("date", None), "tier": ("int8", 1),
}  # fmt: skip


def warned(day: date = DAY, **given: Any) -> dict[str, Any]:
    """The warning of one customer on the night of a day."""
    values = {
        name: ibis.literal(given.get(name, value), type=dtype) for name, (dtype, value) in COLUMNS.items()
    }
    one = ibis.memtable([{"customer_id": "C1"}], schema={"customer_id": "string"}).mutate(**values)
    table = warnings(one.drop("tier"), one.select("customer_id", "tier"), BOOK, Calendar("CN", day), day)
    row: dict[str, Any] = ibis.duckdb.connect().to_pyarrow(table).to_pylist()[0]
    return row


def test_nothing_is_due_without_a_warning() -> None:
    row = warned()
    assert (row["warning"], row["warned_on"], row["warning_due_on"], row["due_by"]) == (0, None, None, "")


def test_red_is_due_within_four_hours_of_the_next_working_day() -> None:
    row = warned(assets_change_30d_ratio=Decimal("-0.5"), outflow_largest_30d_on=date(2026, 11, 20))
    assert (row["warning"], row["warned_on"]) == (3, date(2026, 11, 20))
    # The twentieth is a Friday: the bank could react on Monday morning.
    assert (row["warning_due_on"], row["due_by"]) == (date(2026, 11, 23), "13:00")


def without_login(book: Handbook) -> dict[str, Any]:
    """The warning of a customer who has not logged in for 95 days, by a handbook."""
    values = {name: ibis.literal(value, type=dtype) for name, (dtype, value) in COLUMNS.items()}
    values["login_days"] = ibis.literal(95, type="int32")
    values["tier"] = ibis.literal(3, type="int8")
    one = ibis.memtable([{"customer_id": "C1"}], schema={"customer_id": "string"}).mutate(**values)
    table = warnings(one.drop("tier"), one.select("customer_id", "tier"), book, Calendar("CN", DAY), DAY)
    row: dict[str, Any] = ibis.duckdb.connect().to_pyarrow(table).to_pylist()[0]
    return row


@pytest.mark.parametrize(("cell", "days_ago"), [("[90..180]", 5), ("[93..180]", 2), (">= 80", 15)])
def test_a_warning_of_no_login_begins_where_the_days_of_the_table_are_full(cell: str, days_ago: int) -> None:
    found = without_login(with_cells(BOOK, {("2.4-warning-6", "login_days"): cell}))
    assert found["warned_on"] == DAY - timedelta(days=days_ago)


def test_a_row_of_an_older_edition_says_it_still() -> None:
    row = "warning_login_days,93,days,1900-01-01,,Bank's own rule; proposed default,Days,天\n"
    found = without_login(Handbook({**BOOK.files, "params.csv": BOOK.files["params.csv"] + row}))
    assert found["warned_on"] == DAY - timedelta(days=2)


def test_a_table_that_does_not_tell_the_days_dates_no_silence() -> None:
    found = without_login(with_cells(BOOK, {("2.4-warning-6", "login_days"): "not(< 90)"}))
    assert (found["warning"], found["warning_anchor"]) == (1, "open")


EVENT = date(2026, 11, 20)


@pytest.mark.parametrize(
    "given",
    [
        {"assets_change_30d_ratio": Decimal("-0.3"), "outflow_largest_30d_on": EVENT},
        {"outflow_largest_own_30d_ratio": Decimal("0.4"), "outflow_largest_own_30d_on": EVENT},
        {"maturity_past_7d_unreinvested": Decimal(60_000), "maturity_past_7d_on": EVENT},
    ],
)
def test_the_time_runs_from_the_event_on_every_night(given: dict[str, Any]) -> None:
    rows = [warned(DAY + timedelta(days=night), **given) for night in range(3)]
    assert {(row["warned_on"], row["warning_anchor"]) for row in rows} == {(EVENT, "2026-11-20")}
    assert len({row["warning_due_on"] for row in rows}) == 1


def test_silence_is_dated_by_its_ninetieth_day_on_every_night() -> None:
    rows = [warned(DAY + timedelta(days=night), login_days=95 + night) for night in range(3)]
    assert {row["warned_on"] for row in rows} == {DAY - timedelta(days=5)}


def test_the_own_transfer_and_not_a_larger_payment_dates_its_warning() -> None:
    row = warned(
        outflow_largest_own_30d_ratio=Decimal("0.4"),
        outflow_largest_own_30d_on=EVENT,
        outflow_largest_30d_on=DAY,
    )
    assert (row["warning_rule"], row["warned_on"]) == ("2.4-warning-2", EVENT)


def test_a_fall_without_an_event_becomes_overdue_all_the_same() -> None:
    rows = [warned(DAY + timedelta(days=n), assets_change_30d_ratio=Decimal("-0.3")) for n in range(3)]
    assert {(row["warned_on"], row["warning_anchor"]) for row in rows} == {(date(2026, 11, 22), "open")}
    assert rows[2]["warning_due_on"] < DAY + timedelta(days=2)


def test_an_unknown_change_warns_of_nothing() -> None:
    assert warned(assets_change_30d_ratio=None, outflow_largest_own_30d_ratio=None)["warning"] == 0
