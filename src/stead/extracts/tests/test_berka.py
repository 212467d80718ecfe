"""The Berka bank's own files give exactly the figures that are known of it on 30 March 1994."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from tests.beside import beside

from stead.extracts.delivery import Delivery, register
from stead.extracts.run import run_extract

ROOT = Path(__file__).parents[4]
BERKA = beside("STEAD_BERKA", "data", "berka")
DAY = date(1994, 3, 30)
pytestmark = pytest.mark.skipif(
    not (BERKA / "trans.csv").exists(), reason=f"the Berka files are not in {BERKA}; set STEAD_BERKA"
)


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Delivery:
    return run_extract(ROOT / "mappings" / "berka", BERKA, DAY, tmp_path_factory.mktemp("lake"))


@pytest.fixture
def con(delivery: Delivery) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        register(con, delivery)
        yield con


def test_every_row_is_accepted(delivery: Delivery) -> None:
    assert delivery.refused == ""
    assert delivery.rejects == ()
    assert delivery.bank.book_currency == "CZK"


def test_customers_accounts_and_disponents(delivery: Delivery, con: duckdb.DuckDBPyConnection) -> None:
    assert delivery.tables["customers"].rows == 1_489
    assert delivery.tables["accounts"].rows == 1_229
    roles = con.execute(
        "SELECT role, count(*), sum(share) FROM holders GROUP BY role ORDER BY role"
    ).fetchall()
    assert roles == [("authorised", 260, 0), ("owner", 1_229, 1_229)]


def test_deposits_are_the_same_over_accounts_and_over_customers(con: duckdb.DuckDBPyConnection) -> None:
    now = f"on_date = DATE '{DAY}'"
    accounts = con.execute(f"SELECT count(*), sum(balance) FROM balances WHERE {now}").fetchall()
    assert accounts == [(1_229, Decimal("39296762.80"))]
    customers = con.execute(
        "SELECT sum(owned) FROM (SELECT customer_id, sum(balance * share) AS owned "
        f"FROM balances JOIN holders USING (account_id) WHERE {now} GROUP BY customer_id)"
    ).fetchall()
    assert customers == [(Decimal("39296762.80"),)]
    assert con.execute(f"SELECT count(*) FROM balances WHERE {now} AND balance < 0").fetchall() == [(2,)]


def test_balances_stand_at_each_month_end_since_the_opening(con: duckdb.DuckDBPyConnection) -> None:
    days = con.execute("SELECT DISTINCT on_date FROM balances ORDER BY 1").fetchall()
    assert days[:2] == [(date(1993, 1, 31),), (date(1993, 2, 28),)]
    assert days[-2:] == [(date(1994, 2, 28),), (DAY,)]
    assert len(days) == 15
    early = "SELECT count(*) FROM balances JOIN accounts USING (account_id) WHERE on_date < opened_on"
    assert con.execute(early).fetchall() == [(0,)]


def test_what_the_bank_books_was_not_made_by_the_customer(con: duckdb.DuckDBPyConnection) -> None:
    made = con.execute("SELECT DISTINCT kind FROM transactions WHERE by_customer ORDER BY 1").fetchall()
    assert made == [("cash_in",), ("cash_out",)]


def test_an_earlier_day_has_only_what_was_there(tmp_path: Path) -> None:
    early = run_extract(ROOT / "mappings" / "berka", BERKA, date(1993, 2, 10), tmp_path)
    assert early.refused == ""
    assert 0 < early.tables["accounts"].rows < 300
    with duckdb.connect() as con:
        register(con, early)
        latest = con.execute("SELECT max(on_date) FROM transactions").fetchall()
    assert latest == [(date(1993, 2, 10),)]


def test_spoilt_files_lose_no_balance_in_silence(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    for path in BERKA.iterdir():
        (raw / path.name).write_bytes(path.read_bytes())
    trans = raw / "trans.csv"
    # The first booking of account 2378 and a date that never was.
    text = trans.read_text().replace(
        "695247,2378,930101,PRIJEM,VKLAD,700.0", "695247,2378,930231,PRIJEM,VKLAD,700.0"
    )
    trans.write_text(text)
    spoilt = run_extract(ROOT / "mappings" / "berka", raw, DAY, tmp_path / "lake")
    with duckdb.connect() as con:
        bookings = con.read_parquet(str(spoilt.rejects_path("transactions"))).fetchall()
        balances = con.read_parquet(str(spoilt.rejects_path("balances"))).fetchall()
    assert [reject[:4] for reject in bookings] == [("trans.csv", 2, "on_date", "930231")]
    assert {reject[2:4] for reject in balances} == {("balance", "930231")}
    assert len(balances) == 15
