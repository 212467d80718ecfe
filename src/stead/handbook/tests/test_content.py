"""The handbook that is delivered: every row of its tables is reached by an example worked out by hand."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from stead.handbook.content.book import Handbook, HandbookError, load
from stead.handbook.content.texts import filled
from stead.handbook.tests.content_examples import MORE

BOOK = load(Path(__file__).parents[4] / "handbook")

# table, input values, the row that must answer
EXAMPLES: list[tuple[str, dict[str, Any], int]] = [
    ("2.2/tier", {"assets_average": 10_000_000, "contribution_12m": 0, "potential": "low"}, 1),
    ("2.2/tier", {"assets_average": 0, "contribution_12m": 100_000, "potential": "low"}, 2),
    ("2.2/tier", {"assets_average": 5_000_000, "contribution_12m": 0, "potential": "low"}, 3),
    ("2.2/tier", {"assets_average": 0, "contribution_12m": 50_000, "potential": "low"}, 4),
    ("2.2/tier", {"assets_average": 500_000, "contribution_12m": 0, "potential": "low"}, 5),
    ("2.2/tier", {"assets_average": 0, "contribution_12m": 10_000, "potential": "low"}, 6),
    ("2.2/tier", {"assets_average": 50_000, "contribution_12m": 0, "potential": "high"}, 7),
    ("2.2/tier", {"assets_average": 50_000, "contribution_12m": 0, "potential": "medium"}, 8),
    ("2.2/tier", {"assets_average": 0, "contribution_12m": 1_000, "potential": "low"}, 9),
    ("2.2/tier", {"assets_average": 10_000, "contribution_12m": 0, "potential": "medium"}, 10),
    ("2.2/tier", {"assets_average": 49_999, "contribution_12m": 999, "potential": "low"}, 11),
    ("2.2/potential", {"age": 40, "yearly_income": 1_000_000, "occupation": "x"}, 1),
    ("2.2/potential", {"age": 40, "yearly_income": 500_000, "occupation": "x"}, 2),
    ("2.2/potential", {"age": 40, "yearly_income": 200_000, "occupation": "律师"}, 3),
    ("2.2/potential", {"age": 23, "yearly_income": 300_000, "occupation": None}, 4),
    ("2.2/potential", {"age": 70, "yearly_income": 900_000, "occupation": "律师"}, 5),
    ("2.2/potential", {"age": None, "yearly_income": None, "occupation": None}, 5),
    ("2.2/movement", {"comparison": "none", "month_ended": True, "months_below": 0}, 1),
    ("2.2/movement", {"comparison": "first", "month_ended": True, "months_below": 0}, 2),
    ("2.2/movement", {"comparison": "higher", "month_ended": False, "months_below": 0}, 3),
    ("2.2/movement", {"comparison": "same", "month_ended": True, "months_below": 0}, 4),
    ("2.2/movement", {"comparison": "lower", "month_ended": False, "months_below": 6}, 5),
    ("2.2/movement", {"comparison": "lower", "month_ended": True, "months_below": 2}, 6),
    ("2.2/movement", {"comparison": "lower", "month_ended": True, "months_below": 3}, 7),
    ("2.2/movement", {"comparison": "lower", "month_ended": True, "months_below": 6}, 8),
    ("2.2/movement", {"comparison": "unknown", "month_ended": True, "months_below": 0}, 9),
    ("2.3/contact_owed", {"tier": 4, "stage": "lost"}, 1),
    ("2.3/contact_owed", {"tier": 4, "stage": "mature"}, 2),
    ("2.3/contact_owed", {"tier": 3, "stage": "new"}, 3),
    ("2.3/contact_owed", {"tier": 2, "stage": "fading"}, 4),
    ("2.3/contact_owed", {"tier": 1, "stage": "fading"}, 5),
    ("2.3/contact_owed", {"tier": 1, "stage": "mature"}, 6),
    ("2.3/contact_owed", {"tier": 0, "stage": "mature"}, 7),
]  # fmt: skip

PERMISSION = ("message_class", "is_person", "age_group", "consent")
PERMISSIONS = [
    (("statutory", True, "minor", "refused"), 1), (("marketing", True, "minor", "granted"), 2),
    (("marketing", True, "unknown", "granted"), 3), (("marketing", True, "adult", "refused"), 4),
    (("marketing", False, "minor", "unknown"), 5), (("marketing", True, "elder", "granted"), 6),
]  # fmt: skip
STAGE = ("tenure_months", "own_transaction_days", "assets_now", "assets_to_peak", "assets_change_90d_ratio")
STAGES = [
    ((12, 366, 999, 0.1, None), 1), ((12, 180, 5_000, 0.19, None), 2), ((5, 1, 5_000, 1, 0), 3),
    ((30, 1, 5_000, 0.7, -0.3), 4), ((30, 180, 5_000, 0.7, 0), 5), ((30, 1, 5_000, 1, 0.1), 6),
    ((23, 1, 5_000, 1, 0.01), 7), ((24, 1, 5_000, 1, 0.01), 8),
]  # fmt: skip
WARNING = (
    "tier", "assets_30d_ago", "assets_change_30d_ratio", "outflow_largest_own_30d_ratio",
    "maturity_past_7d_unreinvested", "login_days",
)  # fmt: skip
WARNINGS = [
    ((0, 50_000, -0.5, 0, 0, 1), 1), ((0, 50_000, -0.1, 0.3, 0, 1), 2), ((0, 50_000, -0.3, 0, 0, 1), 3),
    ((1, 60_000, 0, 0, 50_000, 1), 4), ((0, 50_000, -0.2, 0, 0, 1), 5), ((1, 0, None, None, 0, 90), 6),
    ((0, 49_999, -0.9, 0.9, 0, 300), 7),
]  # fmt: skip
OCCASION = ("occasion", "tier", "days", "amount")
OCCASIONS = [
    (("warning_red", 3, 0, 1), 1), (("warning_red", 1, 0, 1), 2), (("warning_orange", 4, 0, 1), 3),
    (("warning_orange", 2, 0, 1), 4), (("warning_yellow", 3, 0, 1), 5), (("warning_yellow", 2, 0, 1), 6),
    (("warning_yellow", 1, 0, 1), 7), (("maturity", 3, 9, 50_000), 8), (("maturity", 1, 9, 50_000), 9),
    (("maturity", 0, 9, 50_000), 10), (("large_inflow", 2, -10, 200_000), 11),
    (("large_inflow", 0, -1, 100_000), 12), (("birthday", 3, 1, None), 13), (("birthday", 2, 1, None), 14),
    (("birthday", 0, 1, None), 15), (("anniversary", 2, 1, 7), 16), (("anniversary", 1, 1, 10), 17),
    (("festival", 4, 1, None), 18), (("festival", 2, 1, None), 19), (("tier_watch", 2, 0, 3), 20),
    (("tier_watch", 1, 0, 3), 21), (("new_customer_welcome", 1, -30, None), 22),
    (("new_customer_welcome", 0, -1, None), 23), (("large_inflow", 2, -11, 200_000), 24),
    (("anniversary", 1, 1, 7), 24), (("festival", 1, 1, None), 24), (("warning_red", 0, 0, 1), 24),
]  # fmt: skip
CHANNEL = ("preferred", "message_class", "age_group", "has_phone", "has_wecom", "has_email")
CHANNELS = [
    (("call", "marketing", "elder", True, True, True), 1),
    (("visit", "service", "adult", False, False, False), 2),
    (("call", "service", "adult", True, True, True), 3), (("wecom", "service", "elder", True, True, True), 4),
    (("wecom", "service", "adult", True, True, True), 5), (("sms", "service", "adult", True, True, True), 6),
    (("wecom", "service", "adult", True, False, True), 7),
    (("sms", "service", "adult", False, True, True), 8),
    (("call", "service", "adult", False, False, True), 9),
    (("call", "service", "unknown", False, False, False), 10),
    (("sms", "service", "unknown", False, False, False), 11),
]  # fmt: skip
WORTH = [(10_000_000, 1), (5_000_000, 2), (1_000_000, 3), (500_000, 4), (200_000, 5), (50_000, 6), (1, 7)]


def _all() -> list[tuple[str, dict[str, Any], int]]:
    found = list(EXAMPLES)
    tables: list[tuple[str, tuple[str, ...], Any]] = [
        ("2.2/stage", STAGE, STAGES), ("2.4/warning", WARNING, WARNINGS),
        ("2.3/occasion", OCCASION, OCCASIONS),
        ("2.3/channel", CHANNEL, CHANNELS), ("2.3/permission", PERMISSION, PERMISSIONS), *MORE,
    ]  # fmt: skip
    for table, names, rows in tables:
        found += [(table, dict(zip(names, values, strict=True)), row) for values, row in rows]
    return found + [("2.3/worth", {"value": value}, row) for value, row in WORTH]


@pytest.mark.parametrize(("table", "values", "row"), _all())
def test_each_row_answers_its_example(table: str, values: dict[str, Any], row: int) -> None:
    decision = table.rpartition("/")[2]
    exact = {k: Decimal(str(v)) if isinstance(v, float) else v for k, v in values.items()}
    expected = f"{table.replace('/', '-')}-{row}"
    assert BOOK.compiled(table).one(exact)[f"{decision}_rule"] == expected


def test_every_row_of_every_table_has_an_example() -> None:
    shown = {f"{table.replace('/', '-')}-{row}" for table, _, row in _all()}
    assert {rule for table in BOOK.tables for rule in BOOK.rules(table)} <= shown


def test_the_handbook_passes_its_own_check() -> None:
    BOOK.check()


def test_every_kind_of_action_has_its_texts_in_both_languages() -> None:
    kinds = {values["occasion"] for table, values, _ in _all() if table == "2.3/occasion"} | {"owed_contact"}
    for kind in kinds:
        for language in ("zh-hans", "en"):
            assert BOOK.texts.reason(kind, {}, language) != kind
            assert BOOK.texts.to_do(kind, language)
            assert BOOK.texts.talking_points(kind, {}, language)


def test_the_version_changes_with_any_character() -> None:
    changed = Handbook({**BOOK.files, "params.csv": BOOK.files["params.csv"] + " "})
    assert changed.version != BOOK.version
    assert Handbook(dict(BOOK.files)).version == BOOK.version


def test_a_dated_number_holds_from_its_day_on() -> None:
    assert "elder_age" not in BOOK.params(date(2026, 1, 31))
    assert BOOK.params(date(2026, 2, 1))["elder_age"] == 65


def test_a_sentence_says_amounts_as_its_language_does() -> None:
    numbers = {"amount": 12_400_000, "event_on": "2026-12-01", "share": 0.5}
    assert "¥1,240" in BOOK.texts.reason("maturity", numbers, "zh-hans")
    assert "¥12.4" in BOOK.texts.reason("maturity", numbers, "en")
    assert "50%" in BOOK.texts.reason("maturity", numbers, "en")


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2026, 11, 24), ("on 1 Dec,", "12月1日")),
        (date(2027, 1, 2), ("on 1 Dec 2026,", "2026年12月1日")),
        (None, ("on 1 Dec 2026,", "2026年12月1日")),
    ],
)
def test_a_sentence_says_the_year_by_the_day_of_its_page(today: date | None, said: tuple[str, str]) -> None:
    numbers = {"amount": 12_400_000, "event_on": "2026-12-01", "share": 0.5}
    assert said[0] in BOOK.texts.reason("maturity", numbers, "en", today=today)
    chinese = BOOK.texts.talking_points("maturity", numbers, "zh-hans", today=today)[0]
    assert chinese.startswith(f"{said[1]} ")


@pytest.mark.parametrize("calendar", [None, ""])
def test_brackets_around_nothing_are_left_out(calendar: str | None) -> None:
    numbers: dict[str, Any] = {"event_on": "2026-12-01", "calendar": calendar, "age_then": 46}
    said = [BOOK.texts.reason("birthday", numbers, language) for language in ("en", "zh-hans")]
    assert said == ["Birthday on 1 Dec 2026, turning 46", "2026年12月1日生日,46 岁"]
    numbers["calendar"] = {"zh": "农历", "en": "lunar"}
    assert "2026 (lunar), turning" in BOOK.texts.reason("birthday", numbers, "en")
    # A bank's own text may have them anywhere, also those of full width.
    assert filled("到期（{amount:money}）。", {}, "zh-hans", "CNY", None) == "到期。"


def test_a_limit_names_its_scope_and_days() -> None:
    assert BOOK.texts.held("limit/marketing/7", "en") == "Limit reached: marketing within 7 days"


def test_the_numbers_and_limits_hold_for_old_extracts_too() -> None:
    old = date(1994, 3, 30)
    assert BOOK.params(old)["horizon_days"] == 31
    assert len(BOOK.rows("2.3/limits.csv", old)) == len(BOOK.rows("2.3/limits.csv", date(2026, 11, 23)))


def test_a_number_that_does_not_hold_on_the_day_is_named_in_the_error() -> None:
    with pytest.raises(HandbookError, match="no row of elder_age holds on 1994-03-30"):
        BOOK.params(date(1994, 3, 30))["elder_age"]
