"""Ownership: whatever the shares, the customers' parts add up to the bank's balances, to the cent."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import ibis
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from stead.customers.amounts import times_ratio, whole_quotient
from stead.customers.book_balances import account_slots, parts
from stead.customers.book_dates import calendar_of

DAY = date(2026, 3, 31)
CENTS = st.integers(-(10**15), 10**15)
SHARES = st.lists(st.integers(1, 999_999), min_size=1, max_size=3).map(
    lambda some: [*some, 1_000_000 - sum(some)] if sum(some) < 1_000_000 else [1_000_000]
)


def reference(balance: int, shares: list[int]) -> list[int]:
    """Parts by hand: rounded half up, the largest share (the first among equals) takes the rest."""
    lead = shares.index(max(shares))
    exact = [Decimal(balance) * share / 1_000_000 for share in shares]
    rounded = [int(value.quantize(Decimal(1), ROUND_HALF_UP)) for value in exact]
    rounded[lead] = balance - sum(rounded[:lead] + rounded[lead + 1 :])
    return rounded


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(CENTS, SHARES), min_size=1, max_size=4))
def test_parts_add_up_to_the_balances(accounts: list[tuple[int, list[int]]]) -> None:
    when = calendar_of([DAY], DAY)
    book = [{"account_id": f"A{n}", "s00": cents} for n, (cents, _) in enumerate(accounts)]
    holders = [
        {"account_id": f"A{n}", "customer_id": f"C{place}", "role": "owner", "share": Decimal(share) / 10**6}
        for n, (_, shares) in enumerate(accounts)
        for place, share in enumerate(shares)
    ]
    kinds = pa.schema(
        [
            ("account_id", "string"),
            ("customer_id", "string"),
            ("role", "string"),
            ("share", pa.decimal128(9, 6)),
        ]
    )
    found = parts(
        ibis.memtable(pa.Table.from_pylist(book)),
        ibis.memtable(pa.Table.from_pylist(holders, schema=kinds)),
        when,
    )
    rows = ibis.duckdb.connect().to_pyarrow(found).to_pylist()
    got = {(row["account_id"], row["customer_id"]): row["s00"] for row in rows}
    expected = {
        (f"A{n}", f"C{place}"): part
        for n, (cents, shares) in enumerate(accounts)
        for place, part in enumerate(reference(cents, shares))
    }
    assert got == expected
    assert sum(got.values()) == sum(cents for cents, _ in accounts)


@settings(max_examples=15, deadline=None)
@given(CENTS, st.integers(0, 1_000_000), st.integers(1, 400))
def test_rounding_is_exact_and_half_away_from_zero(cents: int, ppm: int, days: int) -> None:
    con = ibis.duckdb.connect()
    row = ibis.memtable(pa.table({"cents": [cents], "ppm": [ppm]}))
    made = row.select(share=times_ratio(row.cents, row.ppm, 12), average=whole_quotient(row.cents, days))
    found = con.to_pyarrow(made).to_pylist()[0]
    assert found["share"] == int((Decimal(cents * ppm) / 12_000_000).quantize(Decimal(1), ROUND_HALF_UP))
    assert found["average"] == int((Decimal(cents) / days).quantize(Decimal(1), ROUND_HALF_UP))


def money(values: list[str]) -> pa.Array:
    return pa.array([Decimal(value) for value in values], pa.decimal128(18, 2))


def slots_of(dates: list[date], currency: str, rate_on: date) -> list[int]:
    when = calendar_of(dates, DAY)
    balances = pa.table(
        {"account_id": ["A"] * len(dates), "on_date": dates, "balance": money(["100.05"] * len(dates))}
    )
    accounts = pa.table({"account_id": ["A"], "currency": [currency]})
    rates = pa.table(
        {"currency": ["USD"], "on_date": [rate_on], "rate": pa.array([Decimal("7.1")], pa.decimal128(18, 8))}
    )
    slots = account_slots(ibis.memtable(balances), ibis.memtable(accounts), ibis.memtable(rates), when, "CNY")
    row = ibis.duckdb.connect().to_pyarrow(slots).to_pylist()[0]
    return [value for name, value in row.items() if name not in {"account_id", "own_now"}]


def test_a_foreign_balance_takes_the_last_known_rate() -> None:
    assert slots_of([DAY], "USD", date(2026, 3, 1)) == [71036]


def test_a_balance_before_the_first_rate_takes_the_first() -> None:
    assert slots_of([DAY], "USD", date(2026, 4, 1)) == [71036]


def test_an_account_in_the_book_currency_is_not_converted() -> None:
    assert slots_of([DAY], "CNY", date(2026, 3, 1)) == [10005]
