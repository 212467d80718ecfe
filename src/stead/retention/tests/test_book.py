"""When somebody must have reacted to a warning, clause 2.4."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis

from stead.engagement.calendar import Calendar
from stead.handbook.book import load
from stead.retention.book import warnings

BOOK = load(Path(__file__).parents[4] / "handbook")
DAY = date(2026, 11, 24)  # a Tuesday
RATIO = "decimal(18,6)"
COLUMNS: dict[str, tuple[str, Any]] = {
    "assets_30d_ago": ("decimal(18,2)", Decimal(100_000)), "assets_change_30d_ratio": (RATIO, Decimal(0)),
    "outflow_largest_own_30d_ratio": (RATIO, Decimal(0)),
    "maturity_past_7d_unreinvested": ("decimal(18,2)", Decimal(0)), "login_days": ("int32", 3),
    "outflow_largest_30d_on": ("date", None), "tier": ("int8", 1),
}  # fmt: skip


def warned(**given: Any) -> dict[str, Any]:
    """The warning of one customer."""
    values = {
        name: ibis.literal(given.get(name, value), type=dtype) for name, (dtype, value) in COLUMNS.items()
    }
    one = ibis.memtable([{"customer_id": "C1"}], schema={"customer_id": "string"}).mutate(**values)
    table = warnings(one.drop("tier"), one.select("customer_id", "tier"), BOOK, Calendar("CN", DAY), DAY)
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


def test_yellow_without_an_event_runs_from_the_book_date() -> None:
    row = warned(assets_change_30d_ratio=Decimal("-0.2"))
    assert (row["warning"], row["warned_on"], row["warning_due_on"]) == (1, DAY, date(2026, 11, 30))


def test_silence_is_dated_by_its_ninetieth_day() -> None:
    assert warned(login_days=95)["warned_on"] == DAY - timedelta(days=5)


def test_an_unknown_change_warns_of_nothing() -> None:
    assert warned(assets_change_30d_ratio=None, outflow_largest_own_30d_ratio=None)["warning"] == 0
