"""A decision table as a page shows it."""

from datetime import date
from typing import Any

import pytest
from django.conf import settings

from stead.handbook.book import load
from stead.handbook.models import Version
from stead.handbook.queries import Reader, TableView, table_view, texts
from stead.handbook.texts import Texts

pytestmark = [pytest.mark.database, pytest.mark.django_db]
VALUES = {"assets_30d_ago": "12400000", "assets_change_30d_ratio": "-0.52"}


@pytest.fixture
def version() -> str:
    book = load(settings.HANDBOOK)
    Version.objects.create(version=book.version, first_used_on=date(2026, 11, 23), files=dict(book.files))
    return book.version


def view(version: str, **changes: Any) -> TableView:
    asked: dict[str, Any] = {
        "values": VALUES,
        "rules": ["2.4-warning-1"],
        "language": "en",
        "currency": "CNY",
    }
    found = table_view(version, "2.4/warning.dmn", **(asked | changes))
    assert found is not None
    return found


def test_the_row_that_matched_is_lit_with_the_customers_values(version: str) -> None:
    lit = view(version).lit
    assert lit is not None
    assert ("≤ −50%", "−52%") in [(cell.text, cell.value) for cell in lit.inputs]
    assert [row.lit for row in view(version).rows].count(True) == 1


def test_it_speaks_the_language_of_the_page(version: str) -> None:
    chinese = view(version, language="zh-hans")
    assert "近30天变动" in chinese.input_names
    assert "红色" in [cell.text for cell in chinese.rows[0].outputs]


def test_the_short_one_has_only_the_columns_of_the_lit_row_and_says_so(version: str) -> None:
    short = view(version, short=True)
    assert len(short.input_names) < len(view(version).input_names)
    assert short.shortened
    assert any(row.reads_more for row in short.rows)


def test_what_is_not_stored_has_no_table(version: str) -> None:
    asked: dict[str, Any] = {"values": {}, "rules": [], "language": "en", "currency": "CNY"}
    assert table_view("unknown", "2.4/warning.dmn", **asked) is None
    assert table_view(version, "9.9/nothing.dmn", **asked) is None
    assert texts("unknown").to_do("birthday", "en") == ""


@pytest.mark.parametrize(
    ("column", "cell", "text"),
    [
        ("assets_now", ">= 50000", "≥ ¥50\u00a0k"),
        ("months_below", "[3..5]", "3 – 5"),
        ("months_below", "[3..5)", "≥ 3, < 5"),
        ("occupation", '"clerk","teacher"', "clerk, teacher"),
        ("tier", "-", "–"),
        ("respond_days", "null", "–"),
        ("starts_with", 'starts with(x, "a")', 'starts with(x, "a")'),
    ],
)
def test_cells_are_told_in_the_signs_that_people_read(column: str, cell: str, text: str) -> None:
    assert Reader(Texts({}), "en", "CNY").cell(column, cell) == text
