"""A stage that breaks its promise is named, with the column, the count and an example."""

from datetime import date
from pathlib import Path
from unittest.mock import Mock

import duckdb
import ibis
import pytest

from stead.extracts.delivery import Delivery
from stead.handbook.content.book import Handbook
from stead.night.engine import Engine
from stead.night.promises import StageContractError, check
from stead.night.stages import Bench, Night, Stage
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


@pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")
@pytest.mark.parametrize("numbers", [("C1", "C2", "C3"), ("C2", "C3", "C1")])
def test_rows_that_were_to_come_in_order_are_put_in_order_where_they_do_not(
    tmp_path: Path, numbers: tuple[str, ...]
) -> None:
    stage = Stage("features", (PROMISE,), lambda bench: None)
    delivery = Mock(spec=Delivery, tables={"customers": Mock(rows=3)})
    night = Night(tmp_path, "run", date(2026, 11, 20), delivery, Handbook({}))
    values = ", ".join(f"('{number}', 1, 'An')" for number in numbers)
    path = written(tmp_path, f"SELECT * FROM (VALUES {values}) AS t(customer_id, age, name)")
    con = ibis.duckdb.connect()
    bench = Bench(night, stage, Engine(con), lambda *_: None)
    bench.write("features", con.read_parquet(path, table_name="given"), is_ordered=True)
    found = duckdb.connect().execute(f"FROM '{night.path('features', 'features')}'").fetchall()
    assert [row[0] for row in found] == ["C1", "C2", "C3"]
    assert [path.name for path in (tmp_path / "features").iterdir()] == ["features.parquet"]
