"""What comes with a type is read as itself, whatever the forms are in which the bank's texts are written."""

import datetime as dt
import sqlite3
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest
from django.db import connection

from stead.core.postgres import address_of
from stead.extracts.raw_texts import column_text, text_of_value
from stead.extracts.tests.plain_bank import FILES, PlainBank, make_plain_bank
from stead.extracts.values import Forms

FORMS = """\
date_formats = ["%d.%m.%Y", "%Y-%m-%d"]
decimal = ","
thousands = "."
booleans = ["J", "N"]
"""
HEADER = ("transaction_id", "account_id", "on_date", "amount", "kind", "by_customer")
ROWS = [
    (1001, "A1", dt.date(2024, 3, 30), 1234.5, "cash_in", True),
    (1002, "A1", dt.date(2024, 3, 29), -2000.0, "fee", False),
    (1003, "A1", dt.date(2024, 3, 28), 1.25, "cash_in", True),
]
READ = [(str(number), *rest) for number, *rest in ROWS]
Make = Callable[[Path], str]


def make_workbook(path: Path) -> str:
    book = openpyxl.Workbook()
    for row in [HEADER, *ROWS]:
        book.active.append(row)
    book.save(path)
    return 'kind = "xlsx"'


def query(number: str, amount: str) -> str:
    values = ", ".join(
        f"({nr}, '{account}', DATE '{on}', {sum_}, '{kind}', {own})"
        for nr, account, on, sum_, kind, own in ROWS
    )
    casts = f"transaction_id::{number} AS transaction_id, amount::{amount} AS amount"
    return f"SELECT * REPLACE ({casts}) FROM (VALUES {values}) t({', '.join(HEADER)})"


def make_parquet(number: str, amount: str) -> Make:
    def make(path: Path) -> str:
        duckdb.sql(f"COPY ({query(number, amount)}) TO '{path}' (FORMAT parquet)")
        return 'kind = "parquet"'

    return make


def make_duckdb(path: Path) -> str:
    with duckdb.connect(str(path)) as base:
        base.execute(f"CREATE TABLE bookings AS {query('BIGINT', 'DECIMAL(18, 4)')}")
    return 'kind = "duckdb"\ntable = "bookings"'


def make_sqlite(path: Path) -> str:
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(
            "CREATE TABLE bookings (transaction_id INTEGER, account_id TEXT, on_date DATE, "
            "amount DECIMAL(18, 2), kind TEXT, by_customer BOOLEAN)"
        )
        rows = [(nr, account, on.isoformat(), *rest) for nr, account, on, *rest in ROWS]
        base.executemany("INSERT INTO bookings VALUES (?, ?, ?, ?, ?, ?)", rows)
    return 'kind = "sqlite"\ntable = "bookings"'


@pytest.fixture
def bank(tmp_path: Path) -> PlainBank:
    """A bank whose texts have their own forms in every file."""
    bank = make_plain_bank(tmp_path)
    toml = bank.mapping / "mapping.toml"
    text = toml.read_text("utf-8").replace("[sources", '[format]\ndelimiter = ";"\n\n[sources', 1)
    toml.write_text(FORMS + text, "utf-8")
    for table, told in FILES.items():
        own = told.replace(",", ";").replace(".", ",").replace("true", "J").replace("false", "N")
        bank.write(table, own)
    return bank


def declare(bank: PlainBank, file: str, entry: str) -> None:
    """Let the bookings come from somewhere else."""
    toml = bank.mapping / "mapping.toml"
    told = f'file = "{file}"\n{entry}' if file else entry
    toml.write_text(toml.read_text("utf-8").replace('file = "transactions.csv"', told), "utf-8")


def bookings(bank: PlainBank) -> list[tuple[object, ...]]:
    """The bookings that were delivered; nothing may have been set aside."""
    delivery = bank.deliver()
    assert delivery.rejects == ()
    return duckdb.read_parquet(str(delivery.path("transactions"))).project(", ".join(HEADER)).fetchall()


@pytest.mark.parametrize(
    "make",
    [
        make_workbook,
        make_parquet("BIGINT", "DECIMAL(18, 4)"),
        make_parquet("DOUBLE", "DOUBLE"),
        make_parquet("DECIMAL(38, 10)", "FLOAT"),
        make_duckdb,
        make_sqlite,
    ],
    ids=["xlsx", "parquet", "parquet of fractions", "parquet of decimals", "duckdb", "sqlite"],
)
def test_typed_values_are_read_as_themselves_beside_texts_of_other_forms(bank: PlainBank, make: Make) -> None:
    declare(bank, "core.xlsx", make(bank.source / "core.xlsx"))
    assert bookings(bank) == READ


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_typed_values_of_postgresql_are_read_as_themselves(
    bank: PlainBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(bank, "", 'kind = "postgresql"\naddress = "CORE_DATABASE"\ntable = "bookings"')
    monkeypatch.setenv("CORE_DATABASE", address_of(connection.settings_dict))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bookings (transaction_id numeric(20, 3), account_id text, on_date date, "
            "amount numeric(18, 4), kind text, by_customer boolean)"
        )
        cursor.executemany("INSERT INTO bookings VALUES (%s, %s, %s, %s, %s, %s)", ROWS)
    try:
        assert bookings(bank) == READ
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE bookings")


def test_texts_in_a_typed_file_are_still_read_by_their_forms(bank: PlainBank) -> None:
    book = openpyxl.Workbook()
    for row in [
        HEADER,
        ("T1", "A1", "30.03.2024", "1.234,50", "fee", "J"),
        ("T2", "A1", "x", "1.5", "fee", 1),
    ]:
        book.active.append(row)
    book.save(bank.source / "core.xlsx")
    declare(bank, "core.xlsx", 'kind = "xlsx"')
    assert bank.rows("transactions")[0][:4] == ("T1", "A1", dt.date(2024, 3, 30), Decimal("1234.50"))
    assert [(row, column) for _, row, column, *_ in bank.rejects("transactions")] == [(3, "on_date")]


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        ("1234.5000", "DECIMAL(18,4)", "1234,5"),
        ("100.00", "DECIMAL(9,2)", "100"),
        ("100", "DECIMAL(9,0)", "100"),
        ("1e-08", "DOUBLE", "0,00000001"),
        ("1e16", "DOUBLE", "10000000000000000"),
        ("-0.000015", "DOUBLE", "-0,000015"),
        ("1e300", "DOUBLE", "1e+300"),
        ("nan", "DOUBLE", "nan"),
        ("0.1", "FLOAT", "0,1"),
        ("1200", "BIGINT", "1200"),
        ("false", "BOOLEAN", "N"),
        ("2024-03-31", "DATE", "31.03.2024"),
        ("2024-03-31 00:00:00", "TIMESTAMP", "31.03.2024"),
        ("1.50", "VARCHAR", "1.50"),
    ],
)
def test_a_value_of_a_database_becomes_the_text_of_its_digits(value: str, kind: str, text: str) -> None:
    forms = Forms(("%d.%m.%Y",), ",", ".", ("J", "N"))
    query = f"SELECT {column_text('v', kind, forms, ())} FROM (SELECT CAST('{value}' AS {kind}) AS v)"
    assert duckdb.connect().execute(query).fetchall() == [(text,)]


def test_a_value_of_a_workbook_becomes_the_text_of_its_digits() -> None:
    forms = Forms(("%d.%m.%Y",), ",", ".", ("J", "N"))
    told = [
        text_of_value(value, forms) for value in (1234.5, 1e-8, 7, True, dt.date(2024, 3, 31), "1.5", None)
    ]
    assert told == ["1234,5", "0,00000001", "7", "J", "31.03.2024", "1.5", None]
