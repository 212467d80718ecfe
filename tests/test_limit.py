"""The features by Ibis and the same features by hand-written SQL: the same values, row for row."""

from datetime import date
from pathlib import Path

import duckdb
import ibis
import pytest

from stead.nightly.contract import EXTRACTS
from stead.nightly.demo.generate import generate
from stead.nightly.features import build

DAY = date(2026, 11, 22)
# Ibis 12 still calls a function that DuckDB has renamed.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")
LIMIT = Path(__file__).parents[1] / "bench" / "limit.sql"


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """A demo bank of 400 customers with both results: `features` and `limit_features`."""
    delivery = generate(400, DAY, 7, "zh", tmp_path_factory.mktemp("lake"))
    con = ibis.duckdb.connect()
    tables = {
        each.name: con.read_parquet(delivery.path(each.name), table_name=each.name) for each in EXTRACTS
    }
    made = build(con, tables, DAY, work_date=DAY, book_currency="CNY", time_zone="Asia/Shanghai")
    con.raw_sql(f"CREATE TEMP TABLE features AS {con.compile(made['features'])}")
    con.raw_sql(f"SET VARIABLE day = DATE '{DAY}'; SET VARIABLE currency = 'CNY'")
    con.raw_sql(LIMIT.read_text("utf-8"))
    plain: duckdb.DuckDBPyConnection = con.con
    return plain


def test_every_figure_is_the_same_row_for_row(bank: duckdb.DuckDBPyConnection) -> None:
    names = [row[0] for row in bank.execute("DESCRIBE limit_features").fetchall()]
    shared = ", ".join(name for name in names if not name.startswith("margin_"))
    apart = bank.execute(
        f"(SELECT {shared} FROM features EXCEPT ALL SELECT {shared} FROM limit_features)"
        f" UNION ALL (SELECT {shared} FROM limit_features EXCEPT ALL SELECT {shared} FROM features)"
    ).fetchall()
    assert apart == []


def test_every_customer_has_one_row(bank: duckdb.DuckDBPyConnection) -> None:
    asked = "SELECT count(*), count(DISTINCT customer_id), (SELECT count(*) FROM customers) FROM features"
    assert bank.execute(asked).fetchone() == (400, 400, 400)


def test_the_banks_assets_are_the_sum_of_its_balances(bank: duckdb.DuckDBPyConnection) -> None:
    book = "SELECT sum(s) FROM (SELECT s{} AS s FROM book_accounts WHERE kind NOT IN ('loan', 'card'))"
    names = [row[0] for row in bank.execute("DESCRIBE book_accounts").fetchall()]
    last = max(int(name[1:]) for name in names if name[1:].isdigit())
    cents = bank.execute(book.format(f"{last:02d}")).fetchone()
    assert bank.execute("SELECT sum(assets_now) * 100 FROM features").fetchone() == cents
