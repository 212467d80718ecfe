"""A decision table as a page shows it."""

from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation

from stead.handbook.content.book import Handbook, load
from stead.handbook.content.tables import Asked, Fired, TableView, table_view, with_counts
from stead.handbook.content.texts import Texts
from stead.handbook.content.value_words import Reader

VALUES = {"assets_30d_ago": "12400000", "assets_change_30d_ratio": "-0.52"}


ASKED = Asked(["2.4-warning-1"], VALUES)


@pytest.fixture(scope="module")
def book() -> Handbook:
    return load(settings.HANDBOOK)


def view(book: Handbook, language: str = "en", **changes: Any) -> TableView:
    reader = Reader(book.texts, language, "CNY")
    found = table_view(book, "2.4/warning.dmn", reader, **({"asked": ASKED} | changes))
    assert found is not None
    return found


def test_the_row_that_matched_is_lit_with_the_customers_values(book: Handbook) -> None:
    lit = view(book).lit
    assert lit is not None
    assert ("≤ −50%", "−52%") in [(cell.text, cell.value) for cell in lit.inputs]
    assert [row.lit for row in view(book).rows].count(True) == 1


def test_it_speaks_the_language_of_the_page(book: Handbook) -> None:
    chinese = view(book, language="zh-hans")
    assert "近30天变动" in [column.label for column in chinese.columns]
    assert "红色" in [cell.text for cell in chinese.rows[0].outputs]


def test_the_short_one_has_only_the_columns_of_the_lit_row_and_says_so(book: Handbook) -> None:
    short = view(book, short=True)
    assert len(short.columns) < len(view(book).columns)
    assert short.shortened
    assert any(row.reads_more for row in short.rows)


def test_a_table_that_is_not_there_has_no_view(book: Handbook) -> None:
    assert table_view(book, "9.9/nothing.dmn", Reader(book.texts, "en", "CNY")) is None


def test_rows_say_how_often_they_fired_and_those_that_never_did_say_none(book: Handbook) -> None:
    rows = with_counts(view(book, asked=None), {"2.4-warning-1": Fired(3, 20, 50)}).rows
    assert (rows[0].fired, rows[1].fired) == (Fired(3, 20, 50), Fired(0, 0, 0))


def test_the_whole_table_fired_as_often_as_its_rows_together(book: Handbook) -> None:
    counts = {"2.4-warning-1": Fired(3, 20, 50), "2.4-warning-2": Fired(1, 2, 3)}
    assert with_counts(view(book, asked=None), counts).fired == Fired(4, 22, 53)


def test_how_several_rows_decide_is_said_in_words(book: Handbook) -> None:
    with translation.override("en"):
        assert str(view(book).hit_policy) == "the first row that holds decides"


@pytest.mark.parametrize(
    ("column", "cell", "text"),
    [
        ("assets_now", ">= 50000", "≥ ¥50\u00a0k"),
        ("months_below", "[3..5]", "3 – 5"),
        ("months_below", "[3..5)", "≥ 3, < 5"),
        ("occupation", '"clerk","teacher"', "clerk, teacher"),
        ("tier", "-", "–"),
        ("starts_with", 'starts with(x, "a")', 'starts with(x, "a")'),
        ("age", "null", "not known"),
        ("assets_now", "not(< 5)", "not < ¥5"),
        ("is_person", "true", "yes"),
        ("consent", 'not("granted","none")', "not granted, none"),
    ],
)
def test_cells_are_told_in_the_signs_that_people_read(column: str, cell: str, text: str) -> None:
    assert Reader(Texts({}), "en", "CNY").cell(column, cell) == text


def test_a_date_of_another_year_than_the_pages_has_its_year() -> None:
    told = [Reader(Texts({}), "en", "CNY", today) for today in (date(2025, 6, 1), date(2026, 1, 1), None)]
    assert [one.value("due_on", "2025-12-30") for one in told] == ["30 Dec", "30 Dec 2025", "30 Dec 2025"]


def test_a_name_in_both_languages_is_told_in_that_of_the_page() -> None:
    name = {"zh": "春节", "en": "Spring Festival"}
    assert Reader(Texts({}), "zh-hans", "CNY").value("festival", name) == "春节"
    assert Reader(Texts({}), "en", "CNY").value("festival", name) == "Spring Festival"


@pytest.mark.parametrize("column", ["login_days", "assets_change_30d_ratio", "assets_now"])
@pytest.mark.parametrize("zero", ["-0", "-0.00", -0.0])
def test_nothing_is_less_than_zero_and_zero(column: str, zero: object) -> None:
    assert Reader(Texts({}), "en", "CNY").value(column, zero) in {"0", "0%", "¥0"}


def test_an_output_of_null_says_nothing() -> None:
    assert Reader(Texts({}), "en", "CNY").cell("respond_days", "null", is_output=True) == "–"
