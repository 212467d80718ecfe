"""A delivery beside the last good one, and beside what the core system says it delivered.

A file that did not arrive looks like customers who left: every row is right, and many are missing. So what is
measured of each delivery is kept with it, and the next one is held against it before any night reads it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from stead.core.formats import counted
from stead.extracts.delivery import Accepted, Delivery, quoted
from stead.extracts.limits import AGE, Limit

Measures = dict[str, str]  # measure to its number as text, as delivery.json holds it


@dataclass(frozen=True)
class ReadFile:
    """A raw file as it was read: the source that it belongs to, its name and size."""

    source: str
    name: str
    bytes: int
    modified_on: date | None = None  # None where there is no file, as of a database's table


def nothing_told(_staged: Mapping[str, str]) -> list[str]:
    """Control totals of a core system that gives none."""
    return []


@dataclass(frozen=True)
class Comparison:
    """What a delivery is held against."""

    limits: Mapping[str, Limit]
    files: tuple[ReadFile, ...] = ()
    # Says what differs from the core system's own totals, given the rows of each table as they were read.
    control: Callable[[Mapping[str, str]], list[str]] = nothing_told
    accepted: Accepted | None = None  # who takes it although it differs


def old_files(files: Sequence[ReadFile], limits: Mapping[str, Limit], day: date) -> list[str]:
    """The files that are older than the bank allows, in sentences."""
    most = limits[AGE].rise_most
    if most is None:
        return []
    return [
        f"{file.name}: last changed on {file.modified_on}, "
        f"{counted((day - file.modified_on).days, 'day')} before {day} "
        f"(may be {counted(int(most), 'day')})"
        for file in files
        if file.modified_on and (day - file.modified_on).days > most
    ]


def measures_of(
    con: duckdb.DuckDBPyConnection,
    tables: Mapping[str, Path],
    rows: Mapping[str, int],
    files: Sequence[ReadFile],
    day: date,
) -> Measures:
    """What is measured of a delivery. tables: the Parquet files of the contract's tables by name."""
    view = {name: f"read_parquet({quoted(str(path))})" for name, path in tables.items()}
    found = {f"rows of {name}": str(count) for name, count in rows.items()}
    sums = con.execute(
        f"""WITH held AS (SELECT currency, CAST(arg_max(rate, on_date) AS DECIMAL(38,8)) AS rate
            FROM {view["rates"]} WHERE on_date <= DATE '{day}' GROUP BY currency)
        SELECT coalesce(sum(cast(balance * rate AS DECIMAL(38,2))) FILTER (WHERE balance > 0), 0),
            coalesce(-sum(cast(balance * rate AS DECIMAL(38,2))) FILTER (WHERE balance < 0), 0)
        FROM {view["balances"]} b JOIN {view["accounts"]} USING (account_id) JOIN held USING (currency)
        WHERE on_date = DATE '{day}'"""
    ).fetchall()[0]
    found["sum of assets"], found["sum of debts"] = str(sums[0]), str(sums[1])
    found["customers with a banker"] = _one(
        con, f"SELECT count(*) FROM {view['customers']} SEMI JOIN {view['bankers']} USING (banker_id)"
    )
    for source in sorted({file.source for file in files}):
        own = [file for file in files if file.source == source]
        found[f"files of {source}"] = str(len(own))
        found[f"bytes of {source}"] = str(sum(file.bytes for file in own))
    return found


def differences(
    con: duckdb.DuckDBPyConnection,
    tables: Mapping[str, Path],
    now: Measures,
    last: Delivery | None,
    limits: Mapping[str, Limit],
) -> list[str]:
    """What is beyond the limits, in sentences with both numbers; nothing where there is no last delivery."""
    if last is None:
        return []
    found = []
    for measure, before in last.measures.items():
        if _limit(measure, limits).allows(Decimal(before), Decimal(now.get(measure, "0"))):
            continue
        found.append(_said(measure, Decimal(before), Decimal(now.get(measure, "0")), _limit(measure, limits)))
    for measure, table, key, condition in (
        ("customers still there", "customers", "customer_id", "true"),
        ("open accounts still there", "accounts", "account_id", "closed_on IS NULL"),
    ):
        before_rows = f"(SELECT {key} FROM read_parquet({quoted(str(last.path(table)))}) WHERE {condition})"
        now_rows = f"(SELECT {key} FROM read_parquet({quoted(str(tables[table]))}))"
        before_count = Decimal(_one(con, f"SELECT count(*) FROM {before_rows}"))
        still = Decimal(_one(con, f"SELECT count(*) FROM {before_rows} SEMI JOIN {now_rows} USING ({key})"))
        if not limits[measure].allows(before_count, still):
            found.append(_said(measure, before_count, still, limits[measure]))
    return found


def _limit(measure: str, limits: Mapping[str, Limit]) -> Limit:
    if measure in limits:
        return limits[measure]
    return limits["files" if measure.startswith("files of ") else "bytes of files"]


def _said(measure: str, before: Decimal, now: Decimal, limit: Limit) -> str:
    """A difference as a sentence."""
    change = f"{(now - before) / before:+.2%}" if before else "new"
    most = limit.fall_most if now < before else limit.rise_most
    way = "fall" if now < before else "rise"
    return f"{measure}: {before:,} in the last delivery, {now:,} now ({change}; may {way} by {most:.2%})"


def _one(con: duckdb.DuckDBPyConnection, query: str) -> str:
    return str(con.execute(query).fetchall()[0][0])
