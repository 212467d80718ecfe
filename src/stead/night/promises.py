"""What each stage promises of its tables, and the check that it keeps the promise."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import duckdb

from stead.core.formats import counted
from stead.extracts.delivery import quoted
from stead.night.published_tables import PublishedTable
from stead.night.table_changes import identifier
from stead.practice.promises import ColumnPromise, TablePromise

_EMPTY = "is empty"


class StageContractError(Exception):
    """A stage broke its promise; the message names stage, table, column, count and an example."""


def published(table: PublishedTable, *, row_a: Literal["", "customer"] = "") -> TablePromise:
    """The promise that lets a table be published: exactly the database's columns."""
    columns = tuple(ColumnPromise(one.name, one.type, one.nullable, one.length_max) for one in table.columns)
    return TablePromise(table.lake_name, (table.key,), columns, row_a, is_open=False)


def check_schema(con: duckdb.DuckDBPyConnection, stage: str, promise: TablePromise, path: Path) -> None:
    """Check the names and types of a table's columns. Raises StageContractError."""
    where = f"stage {stage}, table {promise.name}"
    if not path.exists():
        raise StageContractError(f"{where}: {path} was not written")
    rows = con.execute(f"DESCRIBE SELECT * FROM read_parquet({quoted(str(path))})").fetchall()
    found = {row[0]: row[1] for row in rows}
    for column in promise.columns:
        if column.name not in found:
            raise StageContractError(f"{where}: column {column.name} is missing; it has {', '.join(found)}")
        if found[column.name] != column.type:
            raise StageContractError(
                f"{where}: column {column.name} is {found[column.name]}; it must be {column.type}"
            )
    names = [column.name for column in promise.columns]
    extra = [name for name in found if name not in names]
    if extra and not promise.is_open:
        raise StageContractError(f"{where}: column {extra[0]} is not in the contract; leave it out")


def check(
    con: duckdb.DuckDBPyConnection, stage: str, promise: TablePromise, path: Path, customers: int
) -> int:
    """Check a whole table in one pass and return its rows. Raises StageContractError at the first breach.

    customers: how many rows a table with a row a customer must have.
    """
    check_schema(con, stage, promise, path)
    where = f"stage {stage}, table {promise.name}"
    source = f"read_parquet({quoted(str(path))})"
    key = f"({', '.join(identifier(name) for name in promise.key)})"
    # Nulls are counted by the Parquet footer; a column is only read where that does not say.
    nulls = _nulls_known(con, path)
    breaches = [one for one in _breaches(promise) if not (one[2] == _EMPTY and nulls.get(one[0]) == 0)]
    # Rows that rise by key cannot have a key twice, which costs a fifth of counting the different ones.
    counts = ["count(*)", "count(*)" if _is_rising(con, key, source) else f"count(DISTINCT {key})"]
    counts += [f"count(*) FILTER (WHERE {condition})" for _, condition, _ in breaches]
    numbers = con.execute(f"SELECT {', '.join(counts)} FROM {source}").fetchall()[0]
    rows, distinct = numbers[:2]
    for (column, condition, wrong), count in zip(breaches, numbers[2:], strict=True):
        if count:
            example = con.execute(f"SELECT {key} FROM {source} WHERE {condition} LIMIT 1").fetchall()[0][0]
            raise StageContractError(
                f"{where}: column {column} {wrong} in {counted(count, 'row')}, "
                f"for example {_shown(promise, example)}"
            )
    if distinct != rows:
        example = con.execute(
            f"SELECT {key} FROM {source} GROUP BY ALL HAVING count(*) > 1 LIMIT 1"
        ).fetchall()[0][0]
        raise StageContractError(
            f"{where}: {', '.join(promise.key)} stands {counted(rows - distinct, 'time')} too often,"
            f" for example {_shown(promise, example)}"
        )
    if promise.row_a and rows != customers:
        raise StageContractError(
            f"{where}: {counted(rows, 'row')} for {counted(customers, 'customer')}; "
            f"it must be one a {promise.row_a}"
        )
    return int(rows)


def _is_rising(con: duckdb.DuckDBPyConnection, key: str, source: str) -> bool:
    """Whether each row has a larger key than the one before."""
    pairs = f"SELECT row{key} AS one, lag(row{key}) OVER () AS before FROM {source}"
    found = con.execute(
        f"SELECT count(*) FROM ({pairs}) WHERE before IS NOT NULL AND NOT before < one"
    ).fetchall()
    return bool(found[0][0] == 0)


def _nulls_known(con: duckdb.DuckDBPyConnection, path: Path) -> dict[str, int]:
    """How many nulls each column has, of the columns of which every row group says it."""
    rows = con.execute(
        "SELECT path_in_schema, CAST(sum(stats_null_count) AS BIGINT) "
        f"FROM parquet_metadata({quoted(str(path))}) GROUP BY path_in_schema "
        "HAVING count(*) = count(stats_null_count)"
    ).fetchall()
    return dict(rows)


def _breaches(promise: TablePromise) -> Iterable[tuple[str, str, str]]:
    """Column, condition and words for each value that a table must not hold."""
    for column in promise.columns:
        name = identifier(column.name)
        if not column.nullable:
            yield column.name, f"{name} IS NULL", _EMPTY
        if column.length_max is not None:
            yield (
                column.name,
                f"length({name}) > {column.length_max}",
                f"is longer than {column.length_max} characters",
            )


def _shown(promise: TablePromise, key: object) -> str:
    """A row's key in words."""
    values = key.values() if isinstance(key, dict) else key if isinstance(key, tuple) else (key,)
    return ", ".join(f"{name} {value}" for name, value in zip(promise.key, values, strict=False))
