"""Features and decisions by the night, and the same by hand-written SQL: the same values, row for row."""

from datetime import date
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bench import limit

from stead.extracts.contract import EXTRACTS
from stead.extracts.delivery import Delivery
from stead.handbook.content.book import load
from stead.night import features, stages
from stead.night.demo.generate import generate
from stead.night.stage_work import work

DAY = date(2026, 11, 22)
# Ibis 12 still calls a function that DuckDB has renamed.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")]
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """A demo bank of 400 customers with its `features` and the accounts behind them."""
    delivery = generate(400, DAY, 7, "zh", tmp_path_factory.mktemp("lake"))
    con = ibis.duckdb.connect()
    tables = {
        each.name: con.read_parquet(delivery.path(each.name), table_name=each.name) for each in EXTRACTS
    }
    made = features.tables(con, tables, DAY, work_date=DAY, book_currency="CNY", time_zone="Asia/Shanghai")
    for name, rows in made:
        con.raw_sql(f"CREATE TEMP TABLE {name} AS {con.compile(rows)}")
    plain: duckdb.DuckDBPyConnection = con.con
    return plain


# The second ends a month, where the movement rule counts the month itself.
@pytest.mark.parametrize("day", [DAY, date(2026, 10, 31)])
def test_features_tiers_stages_and_warnings_are_the_same_row_for_row(tmp_path: Path, day: date) -> None:
    assert compared(generate(400, day, 7, "zh", tmp_path / "lake"), tmp_path) > 400 * 100


def compared(delivery: Delivery, tmp_path: Path) -> int:
    """How many values of the night and of the hand-written SQL are the same, all of them."""
    day = delivery.date
    night = stages.Night(tmp_path / "night", "limit", day, delivery, load(ROOT / "handbook"))
    write_empty_ledger(night.folder / stages.LEDGER)
    for stage in stages.stages()[:2]:
        work(night, stage, lambda *_: None)
    limit.run_limit(delivery, 1, "1GB", tmp_path / "hand")
    written = {table: night.path(stage, table) for table, stage in limit.WRITTEN.items()}
    return limit.compare(written, tmp_path / "hand")


def test_what_is_not_known_is_left_open_by_both(tmp_path: Path) -> None:
    """Balances of today, of a year and of a whole account are unknown, of assets and of what is owed."""
    delivery = generate(400, DAY, 7, "zh", tmp_path / "lake")
    balances, holders = (delivery.path(name) for name in ("balances", "holders"))
    rows = f"""
        WITH held AS (
            SELECT *, row_number() OVER (ORDER BY account_id) AS nth
            FROM '{holders}' WHERE role <> 'authorised'),
        dated AS (SELECT on_date, row_number() OVER (ORDER BY on_date DESC) AS ago FROM
            (SELECT DISTINCT on_date FROM '{balances}'))
        SELECT account_id, customer_id, on_date FROM held JOIN dated
            ON nth % 5 = 0 AND ago = 1 OR nth % 7 = 0 AND ago BETWEEN 4 AND 9 OR nth % 11 = 0 AND ago > 12
        UNION ALL SELECT account_id, customer_id, NULL FROM held WHERE nth % 13 = 0"""
    duckdb.execute(f"COPY ({rows}) TO '{delivery.inputs()['unknown_balances']}' (FORMAT parquet)")
    assert compared(delivery, tmp_path) > 400 * 100
    known = f"SELECT count(*) FROM '{tmp_path}/night/features/features.parquet' WHERE assets_now IS NOT NULL"
    assert 0 < duckdb.execute(known).fetchall()[0][0] < 400


def write_empty_ledger(folder: Path) -> None:
    """A ledger in which nothing was logged."""
    folder.mkdir(parents=True)
    texts = {
        "ledger_contacts": "customer_id channel message_class direction outcome",
        "action_states": "action_key customer_id kind state",
        "assignments": "customer_id banker_id branch_id",
    }
    for table, names in texts.items():
        fields = [pa.field(name, pa.string()) for name in names.split()]
        fields += [pa.field("at", pa.timestamp("us", "UTC")), pa.field("on_date", pa.date32())]
        fields += [pa.field("until", pa.date32())]
        pq.write_table(pa.schema(fields).empty_table(), folder / f"{table}.parquet")


def test_a_difference_is_named_with_the_customer(tmp_path: Path) -> None:
    for name, assets in (("night", 1), ("hand", 2)):
        (tmp_path / name).mkdir()
        rows = pa.table({"customer_id": ["C1"], "assets_now": [assets]})
        pq.write_table(rows, tmp_path / name / "features.parquet")
    with pytest.raises(limit.DifferentError, match="features: assets_now differs for 1 customers; of C1"):
        limit.compare({"features": tmp_path / "night" / "features.parquet"}, tmp_path / "hand")


def test_every_customer_has_one_row(bank: duckdb.DuckDBPyConnection) -> None:
    asked = "SELECT count(*), count(DISTINCT customer_id), (SELECT count(*) FROM customers) FROM features"
    assert bank.execute(asked).fetchone() == (400, 400, 400)


def test_the_banks_assets_are_the_sum_of_its_balances(bank: duckdb.DuckDBPyConnection) -> None:
    assets = (
        "SELECT DISTINCT account_id, balance_book FROM holding WHERE product_kind NOT IN ('loan', 'card')"
    )
    held = bank.execute(f"SELECT sum(balance_book) FROM ({assets})").fetchone()
    assert bank.execute("SELECT sum(assets_now) FROM features").fetchone() == held
