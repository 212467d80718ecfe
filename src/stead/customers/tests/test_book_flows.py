"""Flows: the days of what happened to a customer."""

from datetime import date
from decimal import Decimal
from typing import Any

import ibis

from stead.customers.amounts import Vocabulary
from stead.customers.book_flows import flows, recent_bookings, unreinvested

WORDS = Vocabulary(("demand",), ("loan",), ("internal",), ("interest",))
DAY = date(2026, 11, 24)
HOLDERS = {"account_id": "string", "customer_id": "string", "share": "decimal(9, 6)"}
BOOKINGS = {
    "account_id": "string", "on_date": "date", "amount": "decimal(18, 2)", "kind": "string",
    "own_elsewhere": "boolean",
}  # fmt: skip


def one(function: Any, bookings: list[tuple[int, int, str, bool]], *more: Any) -> dict[str, Any]:
    """The flows of one customer; bookings: day of November, amount, kind, to an own account elsewhere."""
    rows = [("A1", date(2026, 11, on), Decimal(amount), kind, own) for on, amount, kind, own in bookings]
    booked = ibis.memtable([dict(zip(BOOKINGS, row, strict=True)) for row in rows], schema=BOOKINGS)
    holders = ibis.memtable([{"account_id": "A1", "customer_id": "C1", "share": Decimal(1)}], schema=HOLDERS)
    rates = ibis.memtable([], schema={"account_id": "string", "rate": "decimal(18, 6)"})
    recent = recent_bookings(booked, rates, holders, DAY)
    found: dict[str, Any] = ibis.duckdb.connect().to_pyarrow(function(recent, *more)).to_pylist()[0]
    return found


def test_money_lies_idle_since_its_first_maturity() -> None:
    found = one(unreinvested, [(20, 500, "maturity", False), (22, 900, "maturity", False)], DAY)
    assert (found["idle"], found["idle_since"]) == (140_000, date(2026, 11, 20))


def test_the_largest_transfer_to_an_own_account_has_a_day_of_its_own() -> None:
    bookings = [(10, -700, "transfer_out", True), (20, -900, "transfer_out", False)]
    found = one(flows, bookings, WORDS)
    assert (found["most_own"], found["most_own_on"]) == (70_000, date(2026, 11, 10))
    assert found["most_out_on"] == date(2026, 11, 20)
