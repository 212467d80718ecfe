"""The demo bank: that it is whole, agrees with itself, and shows what there is to show."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from stead.extracts.delivery import Delivery, load, register
from stead.night.demo import generate, lists, next_day
from stead.night.demo import generate as demo_package
from stead.night.demo.calendar import months
from stead.night.demo.generate import seed_key

DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with one small bank and its second day."""
    folder = tmp_path_factory.mktemp("lake")
    generate(5000, DAY, 7, "zh", folder)
    next_day(folder, DAY)
    return folder


@pytest.fixture(scope="module")
def bank(lake: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        register(con, load(lake, DAY))
        yield con


def ask(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return list(con.execute(sql).fetchall())


def test_nothing_is_set_aside(lake: Path) -> None:
    delivery = load(lake, DAY)
    assert delivery.rejects == ()
    assert delivery.tables["customers"].rows == 5000


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    def hashes(delivery: Delivery) -> list[str]:
        return [table.sha256 for table in delivery.tables.values()]

    first = hashes(generate(900, DAY, 3, "zh", tmp_path / "a"))
    assert hashes(generate(900, DAY, 3, "zh", tmp_path / "b")) == first
    assert hashes(generate(900, DAY, 4, "zh", tmp_path / "c")) != first


def test_the_ranges_in_which_it_is_made_do_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = generate(900, DAY, 3, "zh", tmp_path / "a")
    monkeypatch.setitem(demo_package.__globals__, "CHUNK", 160)
    ranges = generate(900, DAY, 3, "zh", tmp_path / "b")
    with duckdb.connect() as con:
        for name, table in whole.tables.items():
            assert ranges.tables[name].rows == table.rows
            files = [f"read_parquet('{each.path(name)}')" for each in (whole, ranges)]
            assert ask(con, f"FROM {files[0]} EXCEPT FROM {files[1]}") == []


def test_each_balance_is_the_one_before_plus_the_bookings_between(bank: duckdb.DuckDBPyConnection) -> None:
    # A fund also moves with its market, so it is left out; accounts older than the history begin with it.
    wrong = ask(
        bank,
        """
        WITH told AS (
            SELECT account_id, on_date, balance, lag(balance, 1, 0) OVER w AS before,
                   lag(on_date, 1, DATE '1900-01-01') OVER w AS since, row_number() OVER w AS n
            FROM balances WINDOW w AS (PARTITION BY account_id ORDER BY on_date)
        ), booked AS (
            SELECT t.account_id, t.on_date, sum(x.amount) AS amount FROM told t
            JOIN transactions x
              ON x.account_id = t.account_id AND x.on_date > t.since AND x.on_date <= t.on_date
            GROUP BY ALL
        )
        SELECT a.product_id, t.*
        FROM told t JOIN accounts a USING (account_id) JOIN products p USING (product_id)
        LEFT JOIN booked b ON b.account_id = t.account_id AND b.on_date = t.on_date
        WHERE p.kind <> 'fund' AND (n > 1 OR a.opened_on >= DATE '2024-12-01')
          AND balance <> before + coalesce(b.amount, 0)
        """,
    )
    assert wrong == []


def test_no_current_account_is_overdrawn(bank: duckdb.DuckDBPyConnection) -> None:
    sql = """SELECT count(*) FROM balances JOIN accounts USING (account_id) JOIN products USING (product_id)
             WHERE kind = 'demand' AND balance < 0"""
    assert ask(bank, sql) == [(0,)]


def test_identity_numbers_tell_birth_gender_and_their_own_check_digit(
    bank: duckdb.DuckDBPyConnection,
) -> None:
    rows = ask(bank, "SELECT identity_number, birth_date, gender FROM customers WHERE kind = 'person'")
    for number, born, gender in rows:
        assert number[6:14] == f"{born:%Y%m%d}"
        assert ("m" if int(number[16]) % 2 else "f") == gender
        total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(number[:17]))
        assert number[17] == "10X98765432"[total % 11]


@pytest.mark.parametrize("column", ["customer_id", "identity_number", "phone"])
def test_no_two_customers_share_a_number(bank: duckdb.DuckDBPyConnection, column: str) -> None:
    # Identity numbers are drawn, so that a rare pair may meet; the others are made from the customer's own.
    [(rows, different)] = ask(bank, f"SELECT count({column}), count(DISTINCT {column}) FROM customers")
    assert rows - different <= (3 if column == "identity_number" else 0)


def test_a_small_bank_has_every_tier(bank: duckdb.DuckDBPyConnection) -> None:
    sql = """
        WITH assets AS (
            SELECT customer_id, sum(share * balance) AS amount
            FROM holders JOIN balances USING (account_id) JOIN accounts USING (account_id)
            JOIN products USING (product_id)
            WHERE kind NOT IN ('loan', 'card') AND on_date = DATE '2026-11-22'
              AND accounts.currency = 'CNY' GROUP BY 1
        )
        SELECT count(*) FILTER (amount >= 10e6), count(*) FILTER (amount BETWEEN 5e6 AND 10e6),
               count(*) FILTER (amount BETWEEN 5e5 AND 5e6), count(*) FILTER (amount BETWEEN 5e4 AND 5e5)
        FROM assets"""
    [(private, diamond, sunflower, gold)] = ask(bank, sql)
    assert private >= 5
    assert diamond >= 10
    assert sunflower >= 50
    assert gold >= 300


def test_some_move_a_third_of_their_money_to_their_own_account_elsewhere(
    bank: duckdb.DuckDBPyConnection,
) -> None:
    sql = """SELECT count(DISTINCT banker_id) FROM transactions JOIN holders USING (account_id)
             JOIN customers USING (customer_id) WHERE own_elsewhere AND on_date > DATE '2026-10-23'"""
    assert ask(bank, sql)[0][0] >= 4


def test_deposits_fall_due_this_week(bank: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT count(*) FROM accounts WHERE matures_on BETWEEN DATE '2026-11-23' AND DATE '2026-11-29'"
    assert ask(bank, sql)[0][0] >= 20


def test_every_banker_of_gold_and_above_has_a_sensible_portfolio(bank: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT banker_id, count(*) FROM customers GROUP BY 1"
    most = {"P": 60, "D": 150, "G": 300, "M": 2000}
    assert all(count <= most[banker[0]] for banker, count in ask(bank, sql))


def test_the_next_day_one_customer_in_a_hundred_has_changed(lake: Path) -> None:
    with duckdb.connect() as con:
        register(con, load(lake, DAY))
        con.execute(
            "CREATE TABLE was AS SELECT account_id, balance FROM balances WHERE on_date = DATE '2026-11-22'"
        )
        con.execute("CREATE TABLE booked AS SELECT * FROM transactions")
        con.execute("CREATE TABLE people AS SELECT * FROM customers")
        register(con, load(lake, DAY + timedelta(days=1)))
        changed = ask(
            con,
            """SELECT count(*) FILTER (w.balance <> b.balance), count(*), sum(b.balance - w.balance)
               FROM was w JOIN balances b USING (account_id) WHERE on_date = DATE '2026-11-23'""",
        )
        [(some, every, moved)] = changed
        assert every == ask(con, "SELECT count(*) FROM was")[0][0]
        assert 25 <= some <= 80
        assert ask(con, "SELECT sum(amount) FROM (FROM transactions EXCEPT FROM booked)") == [(moved,)]
        assert ask(con, "SELECT count(*) FROM (FROM people EXCEPT FROM customers)") == [(0,)]


def test_women_have_their_own_form_of_the_family_name_in_the_second_locale(tmp_path: Path) -> None:
    delivery = generate(400, DAY, 7, "cz", tmp_path)
    assert (delivery.bank.book_currency, delivery.bank.country) == ("CZK", "CZ")
    with duckdb.connect() as con:
        register(con, delivery)
        sql = (
            """SELECT count(*) FROM customers WHERE kind = 'person' AND (name LIKE '%ová') AND gender = 'm'"""
        )
        assert ask(con, sql) == [(0,)]


def test_a_month_end_needs_no_further_balance() -> None:
    assert len(months(date(2026, 10, 31), 1, lunar=True)) == 24
    history = months(DAY, 1, lunar=True)
    assert (len(history), history[-1].last_day) == (25, DAY)
    # Spring Festival of 2026 is on 17 February.
    assert [x.bonus_on for x in history if x.bonus_on] == [date(2025, 1, 17), date(2026, 2, 5)]


def test_lists_are_spread_by_weight() -> None:
    assert lists.spread([3.0, 1.0], 8) == [0] * 6 + [1] * 2


def test_every_list_is_there_in_each_locale() -> None:
    for locale in lists.LOCALES:
        for name in (*lists.PLAIN, "surnames", "given", "cities", "occupations", "products", "branches"):
            assert lists.read(locale, name)


def test_words_are_the_same_in_each_locale() -> None:
    assert {tuple(lists.words(locale)) for locale in lists.LOCALES} == {tuple(lists.words("zh"))}


def test_an_unknown_locale_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there are for zh, cz"):
        generate(100, DAY, 1, "xx", tmp_path)


def test_too_few_customers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="it has 8 to"):
        generate(3, DAY, 1, "zh", tmp_path)


def test_the_seed_s_number_fits_a_signed_integer() -> None:
    assert 0 <= seed_key(-5) < 2**62
    assert Decimal(seed_key(1)) != seed_key(2)
