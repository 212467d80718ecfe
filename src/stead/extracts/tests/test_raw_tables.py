"""Workbooks, archives, Parquet files and databases are read like texts, and called what they are."""

import datetime as dt
import gzip
import sqlite3
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from django.db import connection

from stead.core.postgres import address_of
from stead.extracts.delivery import ContractError
from stead.extracts.tests.plain_bank import FILES, PlainBank, make_plain_bank

RATES = [("currency", "on_date", "rate"), ("CNY", "2020-01-01", "1"), ("USD", "2024-01-01", "7.1")]
TYPED: list[tuple[Any, ...]] = [
    ("currency", "on_date", "rate"),
    ("CNY", dt.date(2020, 1, 1), 1),
    ("USD", dt.date(2024, 1, 1), 7.1),
]


@pytest.fixture
def bank(tmp_path: Path) -> PlainBank:
    return make_plain_bank(tmp_path)


def declare(bank: PlainBank, file: str, lines: str) -> Path:
    """Let the rates come from another file, with options; returns where it is to lie."""
    path = bank.mapping / "mapping.toml"
    path.write_text(path.read_text().replace('file = "rates.csv"', f'file = "{file}"\n{lines}'))
    return bank.source / file


def workbook(path: Path, sheets: dict[str, list[tuple[Any, ...]]]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


def rates(bank: PlainBank) -> list[tuple[str, str, str]]:
    """The rates that were delivered, as texts."""
    rows = bank.rows("rates")
    return [(str(code), str(day), format(Decimal(str(rate)).normalize(), "f")) for code, day, rate in rows]


def test_a_workbook_is_read_with_days_and_numbers_as_they_are_shown(bank: PlainBank) -> None:
    workbook(declare(bank, "rates.xlsx", 'kind = "xlsx"'), {"Rates": [*TYPED, (None, None, None)]})
    assert rates(bank) == RATES[1:]


def test_a_workbook_of_several_sheets_asks_which(bank: PlainBank) -> None:
    path = declare(bank, "rates.xlsx", 'kind = "xlsx"')
    workbook(path, {"说明": [("notes",)], "汇率": TYPED})
    with pytest.raises(ContractError, match=r"has 2 sheets \(说明, 汇率\); right would be one of them"):
        bank.deliver()
    bank.options("rates", 'sheet = "汇率"')
    assert rates(bank) == RATES[1:]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("EUR", "2024-01-01", "#N/A"), "cell_error"),
        (("EUR", 110101199001011234, 7), "lost_digits"),
        (("EUR", "2024-01-01", 7, "more"), "broken_line"),
        (("currency", "on_date", "rate"), "repeated_header"),
    ],
)
def test_a_row_of_a_workbook_that_cannot_be_is_set_aside(
    bank: PlainBank, row: tuple[Any, ...], code: str
) -> None:
    workbook(declare(bank, "rates.xlsx", 'kind = "xlsx"'), {"Rates": [*TYPED, row]})
    assert [(group.code, group.example["row"]) for group in bank.deliver().rejects] == [(code, 4)]
    assert rates(bank) == RATES[1:]


def test_a_parquet_file_is_read(bank: PlainBank) -> None:
    path = declare(bank, "rates.parquet", 'kind = "parquet"')
    values = "('CNY', DATE '2020-01-01', 1.0), ('USD', DATE '2024-01-01', 7.1)"
    duckdb.sql(f"COPY (FROM (VALUES {values}) t(currency, on_date, rate)) TO '{path}'")
    assert rates(bank) == RATES[1:]


def test_a_table_of_an_sqlite_file_is_read_and_a_wrong_name_is_told(bank: PlainBank) -> None:
    path = declare(bank, "core.db", 'kind = "sqlite"\ntable = "fx"')
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE fx (currency TEXT, on_date TEXT, rate REAL)")
        base.executemany("INSERT INTO fx VALUES (?, ?, ?)", RATES[1:])
    base.close()
    assert rates(bank) == RATES[1:]
    toml = bank.mapping / "mapping.toml"
    toml.write_text(toml.read_text().replace('table = "fx"', 'table = "fxx"'))
    with pytest.raises(ContractError, match="there is no table fxx; right would be one of fx"):
        bank.deliver()


def test_a_table_of_a_duckdb_file_is_read(bank: PlainBank) -> None:
    path = declare(bank, "core.duckdb", 'kind = "duckdb"\ntable = "main.fx"')
    with duckdb.connect(str(path)) as base:
        base.execute("CREATE TABLE fx (currency VARCHAR, on_date DATE, rate DECIMAL(9, 2))")
        base.executemany("INSERT INTO fx VALUES (?, ?, ?)", [list(row) for row in RATES[1:]])
    assert rates(bank) == RATES[1:]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_a_table_of_postgresql_is_read_by_an_address_from_the_environment(
    bank: PlainBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bank.mapping / "mapping.toml"
    told = 'kind = "postgresql"\naddress = "CORE_DATABASE"\ntable = "public.fx"'
    path.write_text(path.read_text().replace('file = "rates.csv"', told))
    with pytest.raises(ContractError, match="the environment has no CORE_DATABASE"):
        bank.deliver()
    monkeypatch.setenv("CORE_DATABASE", address_of(connection.settings_dict))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE fx (currency text, on_date date, rate numeric(9, 2))")
        cursor.executemany("INSERT INTO fx VALUES (%s, %s, %s)", RATES[1:])
    try:
        assert rates(bank) == RATES[1:]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE fx")


def test_a_file_in_an_archive_is_read_by_its_name(bank: PlainBank) -> None:
    path = declare(bank, "core.zip", 'compression = "zip"')
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("20240331/rates.csv", "\n".join(",".join(row) for row in RATES))
        archive.writestr("20240331/readme.txt", "hello")
    with pytest.raises(ContractError, match=r"holds 2 files \(20240331/rates.csv, 20240331/readme.txt\)"):
        bank.deliver()
    bank.options("rates", 'member = "*/rates.csv"')
    assert rates(bank) == RATES[1:]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "this is an Excel workbook of the old form"),
        (gzip.compress(b"CNY", mtime=0), 'compressed by gzip, not text; right would be compression = "gzip"'),
        (b"PAR1" + b"\0" * 60, 'this is a Parquet file, not text; right would be kind = "parquet"'),
        (b"<html><table><tr><td>CNY</td></tr></table></html>", "this is an HTML page"),
        (b"%PDF-1.7 ...", "this is a PDF document, not text"),
        (b"Rar!\x1a\x07", "this is a RAR archive"),
    ],
)
def test_what_is_given_as_text_and_is_none_is_called_what_it_is(
    bank: PlainBank, data: bytes, told: str
) -> None:
    (bank.source / "rates.csv").write_bytes(data)
    with pytest.raises(ContractError) as caught:
        bank.deliver()
    assert str(caught.value).startswith(f"{bank.source}/rates.csv: ")
    assert told in str(caught.value)


def test_a_workbook_given_as_text_names_the_entry_that_reads_it(bank: PlainBank) -> None:
    workbook(bank.source / "rates.csv", {"Rates": TYPED})
    told = r'this is an Excel workbook \(.xlsx\), not text; right would be kind = "xlsx"'
    with pytest.raises(ContractError, match=told):
        bank.deliver()


def test_an_archive_given_as_text_is_no_workbook(bank: PlainBank) -> None:
    with zipfile.ZipFile(bank.source / "rates.csv", "w") as archive:
        archive.writestr("rates.csv", FILES["rates"])
    told = 'this is a zip archive, not text; right would be compression = "zip"'
    with pytest.raises(ContractError, match=told):
        bank.deliver()


def test_a_text_given_as_a_workbook_is_called_text(bank: PlainBank) -> None:
    declare(bank, "rates.csv", 'kind = "xlsx"')
    with pytest.raises(ContractError, match="this is not an Excel workbook"):
        bank.deliver()
