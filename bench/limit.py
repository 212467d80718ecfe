"""The hand-written SQL on the same extracts: the limit that features and decisions are measured against."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from stead.nightly.delivery import Delivery, register

SQL = Path(__file__).with_name("limit.sql")


@dataclass(frozen=True)
class Took:
    """How long something took: by the clock, and of all cores together."""

    seconds: float
    cpu_seconds: float


def run_limit(delivery: Delivery, threads: int, memory: str) -> Took:
    """Run limit.sql over a delivery with the night's own number of threads and memory ("6GB")."""
    with duckdb.connect(config={"threads": threads, "memory_limit": memory}) as connection:
        register(connection, delivery)
        connection.execute(f"SET VARIABLE day = DATE '{delivery.date}'")
        connection.execute(f"SET VARIABLE currency = '{delivery.bank.book_currency}'")
        started, before = time.perf_counter(), os.times()
        connection.execute(SQL.read_text(encoding="utf-8"))
        after = os.times()
        cpu = after.user + after.system - before.user - before.system
        return Took(time.perf_counter() - started, cpu)
