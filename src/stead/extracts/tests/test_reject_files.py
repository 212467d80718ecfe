"""What was set aside goes to a person as a workbook, with the raw row beside it and no formula in it."""

import io
from pathlib import Path

import duckdb
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from stead.extracts import reject_files
from stead.extracts.reject_files import WORKBOOK, write_workbook
from stead.extracts.tests.plain_bank import PlainBank, make_plain_bank


@pytest.fixture
def bank(tmp_path: Path) -> PlainBank:
    return make_plain_bank(tmp_path)


def rows(sheet: Worksheet) -> list[tuple[object, ...]]:
    return [tuple(row) for row in sheet.iter_rows(values_only=True)]


def test_a_row_set_aside_stands_whole_beside_what_was_wrong(bank: PlainBank) -> None:
    bank.write("rates", 'currency,on_date,rate\nCNY,2020-01-01,1\nUSD,"2024,01\n01",7.1\nEUR,,8\n')
    path = bank.deliver().rejects_path("rates")
    found = duckdb.connect().read_parquet(str(path)).project('"row", "column", raw').fetchall()
    assert found == [(3, "on_date", 'USD,"2024,01\n01",7.1'), (5, "on_date", "EUR,,8")]


def test_a_line_that_is_no_row_stands_whole_too(bank: PlainBank) -> None:
    bank.change("balances", "A2,2024-03-31,-3\n", "A2,2024-03-31,-3,x\n")
    path = bank.deliver().folder / "rejects" / "lines.parquet"
    assert duckdb.connect().read_parquet(str(path)).project("raw").fetchall() == [("A2,2024-03-31,-3,x",)]


def test_the_workbook_counts_the_reasons_and_has_a_sheet_a_table(bank: PlainBank) -> None:
    bank.change("rates", "CNY,2020-01-01,1\n", "CNY,2020-01-01,1\nEUR,never,8\nGBP,2024-01-01,-9\n")
    bank.change("holders", "A3,3,owner,1", "A3,9,owner,1")
    book = openpyxl.load_workbook(bank.deliver().folder / "rejects" / WORKBOOK)
    assert book.sheetnames == ["rejects", "accounts", "balances", "holders", "rates"]
    counted = rows(book["rejects"])
    assert counted[0] == ("table", "column", "reason", "rows", "shown")
    assert {(row[0], row[1], row[3], row[4]) for row in counted[1:]} >= {
        ("rates", "on_date", 1, 1), ("rates", "rate", 1, 1), ("holders", "customer_id", 1, 1),
    }  # fmt: skip
    assert rows(book["rates"])[1][:4] == ("rates.csv", 3, "on_date", "never")
    assert rows(book["rates"])[1][5] == "EUR,never,8"


@pytest.mark.parametrize("sign", ["\0", "\x0b", "\x1b", "\ufffe", "\uffff"])
def test_signs_that_a_workbook_cannot_hold_are_shown_as_such(bank: PlainBank, sign: str) -> None:
    bank.change("rates", "CNY,2020-01-01,1\n", f"CNY,2020-01-01,1\nEUR,2024-{sign},8\n")
    book = openpyxl.load_workbook(bank.deliver().folder / "rejects" / WORKBOOK)
    assert rows(book["rates"])[1][5] == "EUR,2024-\N{REPLACEMENT CHARACTER},8"


@pytest.mark.parametrize("value", ['=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "=1"])
def test_no_value_of_a_bank_becomes_a_formula(bank: PlainBank, value: str) -> None:
    quoted = '"' + value.replace('"', '""') + '"'
    bank.change("rates", "CNY,2020-01-01,1\n", f"CNY,2020-01-01,1\nEUR,{quoted},8\n")
    book = openpyxl.load_workbook(bank.deliver().folder / "rejects" / WORKBOOK)
    cell = book["rates"]["D2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (value, "s", True)


def test_signs_that_no_workbook_holds_are_replaced(bank: PlainBank) -> None:
    bank.change("rates", "CNY,2020-01-01,1\n", "CNY,2020-01-01,1\nEUR,a\x01b,8\n")
    book = openpyxl.load_workbook(bank.deliver().folder / "rejects" / WORKBOOK)
    assert book["rates"]["D2"].value == "a\ufffdb"


def test_a_sheet_is_bounded_and_says_how_many_rows_there_are(
    bank: PlainBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reject_files, "ROWS_MAX", 3)
    bad = "".join(f"X{number},never,1\n" for number in range(8))
    bank.change("rates", "CNY,2020-01-01,1\n", f"CNY,2020-01-01,1\n{bad}")
    book = openpyxl.load_workbook(bank.deliver().folder / "rejects" / WORKBOOK)
    assert [row[3:] for row in rows(book["rejects"])[1:] if row[0] == "rates"] == [(8, 3)]
    assert len(rows(book["rates"])) == 1 + 3


def test_without_raw_rows_there_is_no_such_column(bank: PlainBank) -> None:
    bank.change("rates", "USD,2024-01-01,7.1", "USD,never,7.1")
    file = io.BytesIO()
    write_workbook(bank.deliver().folder / "rejects", file, is_whole=False)
    assert rows(openpyxl.load_workbook(file)["rates"])[0] == ("file", "row", "column", "value", "reason")


def test_a_delivery_without_rejects_has_no_workbook(bank: PlainBank) -> None:
    assert not (bank.deliver().folder / "rejects" / WORKBOOK).exists()
