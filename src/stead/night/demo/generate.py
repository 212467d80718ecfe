"""Writes the extracts of a demo bank of any size, by ranges of customers, the same for the same seed."""

import hashlib
import math
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from stead.extracts.delivery import Bank, Delivery, quoted
from stead.extracts.writing import check_and_write, connect, silent
from stead.night.demo import calendar, lists

Progress = Callable[[str, int, int], None]  # what is being done, steps done, steps in all

MAPPING = "demo"  # what stands in delivery.json as the mapping of a bank made here
CHUNK = 240_000  # customers made at a time (a multiple of the block of eight); bounds the memory
SMALL = 20_000  # below this the interesting customers are drawn more often than in life
STEPS = ("macros", "people", "accounts", "balances", "flows", "moves", "customers", "ties", "extracts")
GROWING = (
    "customers", "relationships", "accounts", "holders", "balances", "transactions", "contacts", "consents",
)  # fmt: skip
FIXED = ("branches", "bankers", "products", "rates")
# Customers of one banker: REGULATION.md's usual loads, a little below so that chance does not exceed them.
PRIVATE_LOAD, DIAMOND_LOAD, GOLD_LOAD, POOL_LOAD = 55, 130, 260, 1850
CUSTOMERS_A_BRANCH = 10_000


def generate(
    customers: int, day: date, seed: int, locale: str, lake: Path, progress: Progress = silent
) -> Delivery:
    """Write the extracts of a demo bank for `day` into the lake, checked like any bank's own.

    customers: how many, 8 to 30,000,000. locale: "zh" (book currency CNY) or "cz" (CZK). The same arguments
    give the same bytes. Raises ValueError for arguments outside of that.
    """
    if not 8 <= customers <= 30_000_000:
        raise ValueError(f"A demo bank of {customers} customers cannot be made; it has 8 to 30,000,000.")
    names = lists.words(locale)
    with _work(lake, day) as work, connect(work) as con:
        prepare(con, customers, day, seed, locale)
        starts = range(0, customers, CHUNK)
        total = len(starts) * len(STEPS) + len(GROWING) + len(FIXED)
        for number, first in enumerate(starts):
            _range(con, first, min(first + CHUNK, customers), work, _shifted(progress, number, total))
        for table in FIXED:
            _copy(con, table, work / f"{table}-0000.parquet")
        tables = {
            table: f"read_parquet({quoted(str(work / table))[:-1]}-*.parquet')"
            for table in (*GROWING, *FIXED)
        }
        bank = Bank(MAPPING, names["currency"], names["country"], names["time_zone"], names["locale"])
        done = len(starts) * len(STEPS)
        return check_and_write(
            con,
            tables,
            day=day,
            lake=lake,
            bank=bank,
            progress=lambda what, n, _of: progress(what, done + n, total),
        )


def prepare(con: duckdb.DuckDBPyConnection, customers: int, day: date, seed: int, locale: str) -> None:
    """Give a connection the lists, months, rates and variables that the statements read."""
    lists.load(con, locale)
    history = calendar.months(day, seed, lunar=locale == "zh")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE months (m INTEGER, first_day DATE, last_day DATE, bonus_on DATE,"
        " nav1 DOUBLE, nav2 DOUBLE, nav3 DOUBLE, nav4 DOUBLE)"
    )
    con.executemany(
        "INSERT INTO months VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(x.m, x.first_day, x.last_day, x.bonus_on, *x.nav) for x in history],
    )
    rates = calendar.rates(history, seed, locale)
    con.execute("CREATE OR REPLACE TEMP TABLE rate_list (currency VARCHAR, on_date DATE, rate DECIMAL(18,8))")
    con.executemany("INSERT INTO rate_list VALUES (?, ?, ?)", rates)
    last = {currency.lower(): float(rate) for currency, _day, rate in rates}
    set_variables(con, _variables(customers, day, seed, history) | last)
    words = ", ".join(f"{quoted(key)}: {quoted(text)}" for key, text in lists.words(locale).items())
    con.execute(f"SET VARIABLE words = MAP {{{words}}}")
    run(con, "macros")
    run(con, "bank")


def _variables(customers: int, day: date, seed: int, history: list[calendar.Month]) -> dict[str, Any]:
    """Sizes of the bank and shares of its tiers; a small bank shows more of what is rare."""
    small = customers <= SMALL
    branches = max(3, math.ceil(customers / CUSTOMERS_A_BRANCH))
    private, diamond = max(0.0008, 4 / customers), max(0.005, 16 / customers)
    first = history[0].first_day
    return {
        "seed_key": seed_key(seed),
        "customers": customers,
        "day": day,
        "history_from": first,
        "month_zero": first.year * 12 + first.month,
        "month_last": history[-1].m,
        "small": small,
        "boost": 2.0 if small else 1.0,
        "private_every": max(2, customers // 8 // 6),
        "share_private": private,
        "share_diamond": diamond,
        "branches": branches,
        "private_bankers": max(1, math.ceil(customers * private * 1.05 / PRIVATE_LOAD)),
        "diamond_bankers": max(1, math.ceil(customers * diamond * 1.05 / DIAMOND_LOAD)),
        "gold_bankers": math.ceil(customers / branches * 0.14 / GOLD_LOAD),
        "pool_bankers": math.ceil(customers / branches * 0.86 / POOL_LOAD),
    }


def seed_key(seed: int) -> int:
    """The number that every draw is mixed with, 62 bits."""
    return int.from_bytes(hashlib.sha256(str(seed).encode()).digest()[:8], "big") >> 2


def set_variables(con: duckdb.DuckDBPyConnection, values: dict[str, Any]) -> None:
    """Set DuckDB variables, which the statements read by getvariable()."""
    for name, value in values.items():
        text = f"DATE '{value}'" if isinstance(value, date) else str(value)
        kind = "DOUBLE" if isinstance(value, float) else "BIGINT"
        con.execute(f"SET VARIABLE {name} = {text}" + (f"::{kind}" if type(value) in {int, float} else ""))


def run(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Run the statements of a file beside this module."""
    con.execute((Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8"))


def _range(con: duckdb.DuckDBPyConnection, first: int, beyond: int, work: Path, progress: Progress) -> None:
    """Make the customers numbered `first` to `beyond` - 1 and write their rows to files of their own."""
    set_variables(con, {"first": first, "beyond": beyond})
    for number, step in enumerate(STEPS):
        progress(step, number, len(STEPS))
        run(con, step)
    for table in GROWING:
        _copy(con, table, work / f"{table}-{first // CHUNK:04d}.parquet")


def _copy(con: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    con.execute(f"COPY (FROM out_{table}) TO {quoted(str(path))} (FORMAT parquet, COMPRESSION lz4)")


def _shifted(progress: Progress, number: int, total: int) -> Progress:
    """Progress within the range `number`, told as progress of the whole."""
    return lambda what, done, _of: progress(what, number * len(STEPS) + done, total)


@contextmanager
def _work(lake: Path, day: date) -> Iterator[Path]:
    """A folder for the ranges' files, gone afterwards."""
    work = lake / f".demo-{day.isoformat()}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
