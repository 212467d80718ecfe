"""A stage that breaks its promise is named, with the column, the count and an example."""

from pathlib import Path

import duckdb
import pytest

from stead.night.promises import StageContractError, check
from stead.practice.promises import ColumnPromise, TablePromise

PROMISE = TablePromise(
    "features",
    ("customer_id",),
    (
        ColumnPromise("customer_id", "VARCHAR"),
        ColumnPromise("age", "INTEGER", nullable=True),
        ColumnPromise("name", "VARCHAR", length_max=3),
    ),
    row_a="customer",
)


def written(tmp_path: Path, rows: str) -> Path:
    """A table of these rows of SQL."""
    path = tmp_path / "features.parquet"
    duckdb.connect().execute(f"COPY ({rows}) TO '{path}' (FORMAT parquet)")
    return path


def test_a_kept_promise_gives_the_rows(tmp_path: Path) -> None:
    path = written(
        tmp_path, "SELECT 'C' || i AS customer_id, NULL::INTEGER AS age, 'An' AS name FROM range(3) t(i)"
    )
    assert check(duckdb.connect(), "features", PROMISE, path, customers=3) == 3


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("SELECT 'C1' AS customer_id, 1 AS age", "column name is missing"),
        ("SELECT 'C1' AS customer_id, 1.5 AS age, 'An' AS name", "column age is DECIMAL"),
        (
            "SELECT 'C1' AS customer_id, 1 AS age, NULL::VARCHAR AS name",
            "column name is empty in 1 row, for example",
        ),
        (
            "SELECT 'C1' AS customer_id, 1 AS age, 'Anna' AS name",
            "name is longer than 3 characters in 1 row.* C1",
        ),
        (
            "SELECT 'C1' AS customer_id, 1 AS age, 'An' AS name FROM range(2)",
            "customer_id stands 1 time too often",
        ),
        ("SELECT 'C1' AS customer_id, 1 AS age, 'An' AS name", "1 row for 2 customers"),
    ],
)
def test_a_broken_promise_is_named(tmp_path: Path, rows: str, message: str) -> None:
    path = written(tmp_path, rows)
    with pytest.raises(StageContractError, match=f"stage features, table features: .*{message}"):
        check(duckdb.connect(), "features", PROMISE, path, customers=2)


def test_a_column_too_many_is_refused_where_the_table_is_closed(tmp_path: Path) -> None:
    closed = TablePromise("t", ("customer_id",), PROMISE.columns[:1], is_open=False)
    path = written(tmp_path, "SELECT 'C1' AS customer_id, 1 AS age")
    with pytest.raises(StageContractError, match="column age is not in the contract"):
        check(duckdb.connect(), "features", closed, path, customers=1)
