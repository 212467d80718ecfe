"""The sentences of pages have their numbers from the edition that decided."""

from datetime import date
from pathlib import Path

import pytest
from tests.changed_cells import with_cells

from stead.customers.profile import OLDER_RISK_MONTHS
from stead.desk.reasons import risk_months_of
from stead.handbook.content.book import Handbook, load

BOOK = load(Path(__file__).parents[4] / "handbook")
DAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("rule", "column", "kind", "en", "zh"),
    [
        ("2.4-warning-1", "respond_hours", "warning_red", "Call within 5 hours", "5 小时内致电"),
        ("2.4-warning-3", "respond_days", "warning_orange", "Call within 2 working days", "2 个工作日内致电"),
        ("2.4-warning-5", "respond_days", "warning_yellow", "within 4 working days", "4 个工作日内联系"),
    ],
)
def test_what_to_do_is_told_with_the_time_of_the_rule(
    rule: str, column: str, kind: str, en: str, zh: str
) -> None:
    cell = BOOK.outputs("2.4/warning", rule)[column]
    changed = with_cells(BOOK, {(rule, column): str(cell + 1)})
    says = changed.outputs("2.4/warning", rule)
    assert en in changed.texts.to_do(kind, "en", says)
    assert zh in changed.texts.to_do(kind, "zh-hans", says)


def test_a_risk_assessment_holds_as_long_as_the_list_says() -> None:
    listed = BOOK.files["1.4/limits.csv"]
    assert risk_months_of(BOOK, DAY) == 12
    changed = listed.replace("风险测评有效期,12,months", "风险测评有效期,13,months")
    assert risk_months_of(Handbook({**BOOK.files, "1.4/limits.csv": changed}), DAY) == 13


def test_an_edition_without_such_a_row_means_what_was_meant_before() -> None:
    assert risk_months_of(BOOK, date(2020, 1, 1)) == OLDER_RISK_MONTHS
    assert risk_months_of(Handbook({"params.csv": ""}), DAY) == OLDER_RISK_MONTHS
