"""Lists are read once, and a row ends where its line does."""

from datetime import date

import pytest

from stead.handbook.content import csv_lists, prose
from stead.handbook.content.book import Handbook, HandbookError
from stead.handbook.content.csv_rows import Rows
from stead.handbook.content.differences import compare
from stead.handbook.tests.making import FILES, HEADER

DAY = date(2026, 11, 24)
# Signs at which a line of prose may break and a row of CSV may not.
BREAKS = pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\x1c"])


def with_source(source: str, days: int = 31) -> str:
    return f"{HEADER}horizon_days,{days},days,1900-01-01,,{source}\nadult_age,18,years,1900-01-01,,x\n"


@BREAKS
def test_a_cell_may_hold_any_sign_that_is_no_end_of_a_line(sign: str) -> None:
    text = with_source(f"an{sign}order")
    rows = Handbook({"params.csv": text}).rows("params.csv", DAY)
    assert [row["source"] for row in rows] == [f"an{sign}order", "x"]
    assert Rows.read(text).written(text) == text


@BREAKS
def test_such_a_row_is_compared_as_one(sign: str) -> None:
    old, new = (with_source(f"an{sign}order", days) for days in (31, 30))
    (file,) = compare({**FILES, "params.csv": old}, {**FILES, "params.csv": new}).files
    (table,) = file.tables
    assert [row.kind for row in table.changed_rows] == ["changed"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_csv_ends_them_also_within_quotes(end: str) -> None:
    text = f'name,value{end}a,"1{end}2"{end}'
    assert csv_lists.read(text).rows == ({"name": "a", "value": f"1{end}2"},)


def test_a_list_is_read_once_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    once = csv_lists.read

    def counted(text: str) -> csv_lists.CsvList:
        read.append(text)
        return once(text)

    monkeypatch.setattr(csv_lists, "read", counted)
    book = Handbook(FILES)
    book.params(DAY)
    for name in ("horizon_days", "adult_age"):
        prose.value(book, prose.Place("param", name), DAY)
    assert book.only(["params.csv"]).rows("params.csv", DAY)
    assert read == [FILES["params.csv"]]


@pytest.mark.parametrize("day", ["1900-1-1", "19000101", "2026-02-30", ""])
def test_a_day_that_is_none_is_refused_with_file_and_row(day: str) -> None:
    text = FILES["params.csv"].replace("31,days,1900-01-01", f"31,days,{day}")
    with pytest.raises(HandbookError, match=r"params\.csv, row 2: effective_from"):
        Handbook({"params.csv": text}).rows("params.csv", DAY)
