"""The hand-written SQL on the same extracts: the limit that features and decisions are measured against."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb
import pyarrow as pa

from stead.core.working_days import DAYS_AHEAD, Calendar
from stead.customers.lunar import lunar_birthdays
from stead.extracts.delivery import UNKNOWN_BALANCES, Delivery, quoted, register
from stead.night.engine import QUICK

SQL = Path(__file__).with_name("limit.sql")
DECISIONS = Path(__file__).with_name("limit_decisions.sql")
# What both write, and the stage of the night that writes it.
WRITTEN = {"features": "features", "standings": "decisions", "warnings": "decisions"}


class DifferentError(Exception):
    """The hand-written SQL and the night do not agree; the message names table, column and an example."""


@dataclass(frozen=True)
class Took:
    """How long something took: by the clock, and of all cores together."""

    seconds: float
    cpu_seconds: float


def run_limit(delivery: Delivery, threads: int, memory: str, folder: Path) -> Took:
    """Run the hand-written SQL over a delivery with the night's own number of threads and memory ("6GB").

    Writes features, standings and warnings as the night does. What no SQL can say is given to it: the almanac
    of lunar birthdays, and the working days of the country.
    """
    folder.mkdir(parents=True, exist_ok=True)
    calendar = Calendar(delivery.bank.country, delivery.date)
    started, before = time.perf_counter(), os.times()
    with duckdb.connect(config={"threads": threads, "memory_limit": memory}) as con:
        con.execute("SET enable_progress_bar = false")
        con.execute(f"SET temp_directory = {quoted(str(folder / '.spill'))}")
        register(con, delivery)
        _register_unknown(con, delivery)
        for name, value in (("day", delivery.date), ("work_date", calendar.work_date)):
            con.execute(f"SET VARIABLE {name} = DATE '{value}'")
        con.execute(f"SET VARIABLE currency = {quoted(delivery.bank.book_currency)}")
        con.register("lunar_births", lunar_birthdays(delivery.date).to_pyarrow())
        con.register("working_days", _working_days(calendar))
        con.execute(SQL.read_text(encoding="utf-8"))
        _write(con, folder, "features")
        con.execute(f"CREATE TEMP VIEW limit_known AS FROM {_file(folder, 'features')}")
        con.execute(DECISIONS.read_text(encoding="utf-8"))
        _write(con, folder, "standings")
        con.execute(f"CREATE OR REPLACE TEMP VIEW limit_tiers AS FROM {_file(folder, 'standings')}")
        _write(con, folder, "warnings")
    after = os.times()
    cpu = after.user + after.system - before.user - before.system
    return Took(time.perf_counter() - started, cpu)


def _register_unknown(con: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """The delivery's list of unknown balances (account_id, customer_id, on_date), empty where it has none."""
    listed = delivery.inputs().get(UNKNOWN_BALANCES)
    none = "SELECT '' AS account_id, '' AS customer_id, NULL::DATE AS on_date WHERE false"
    rows = f"SELECT * FROM read_parquet({quoted(str(listed))})" if listed else none
    con.execute(f"CREATE VIEW unknown_balances AS {rows}")


def _working_days(calendar: Calendar) -> pa.Table:
    """nth, on_date: the working days around the book date."""
    span = (calendar.day - calendar.first).days + DAYS_AHEAD
    days = [calendar.first + timedelta(days=number) for number in range(span)]
    worked = [day for day in days if calendar.is_working(day)]
    return pa.table({"nth": list(range(1, len(worked) + 1)), "on_date": worked})


def _file(folder: Path, table: str) -> str:
    return f"read_parquet({quoted(str(folder / f'{table}.parquet'))})"


def _write(con: duckdb.DuckDBPyConnection, folder: Path, table: str) -> None:
    path = quoted(str(folder / f"{table}.parquet"))
    con.execute(f"COPY (FROM limit_{table} ORDER BY customer_id) TO {path} ({QUICK})")


def compare(night: Mapping[str, Path], folder: Path) -> int:
    """Compare what the night wrote (table to Parquet) with the hand-written, row by row; how many values.

    Raises DifferentError at the first table in which a column or a value is another.
    """
    values = 0
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        for table, path in night.items():
            values += _compared(con, table, f"read_parquet({quoted(str(path))})", _file(folder, table))
    return values


def _compared(con: duckdb.DuckDBPyConnection, table: str, one: str, other: str) -> int:
    names, others = ([row[0] for row in con.execute(f"DESCRIBE FROM {of}").fetchall()] for of in (one, other))
    if odd := set(names) ^ set(others):
        raise DifferentError(f"{table}: column {min(odd)} stands only in one of both")
    columns = [name for name in names if name != "customer_id"]
    counted = ", ".join(f'count(*) FILTER (a."{n}" IS DISTINCT FROM b."{n}")' for n in columns)
    joined = f"{one} a FULL JOIN {other} b ON a.customer_id = b.customer_id"
    rows, odd_rows, *found = con.execute(
        "SELECT count(*), count(*) FILTER (a.customer_id IS NULL OR b.customer_id IS NULL),"
        f" {counted} FROM {joined}"
    ).fetchall()[0]
    if odd_rows:
        raise DifferentError(f"{table}: {odd_rows:,} customers stand only in one of both")
    for name, count in zip(columns, found, strict=True):
        if count:
            query = f'SELECT a.customer_id, a."{name}", b."{name}" FROM {joined}'
            who, night, hand = con.execute(
                f'{query} WHERE a."{name}" IS DISTINCT FROM b."{name}" LIMIT 1'
            ).fetchall()[0]
            raise DifferentError(
                f"{table}: {name} differs for {count:,} customers; of {who} the night says {night},"
                f" the hand-written SQL {hand}"
            )
    return int(rows) * len(columns)
