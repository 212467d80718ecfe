"""How sure the handbook is of each number of the law, row by row, and that a page says so."""

from datetime import date
from pathlib import Path

import pytest

from stead.handbook.content import csv_rows
from stead.handbook.content.book import load
from stead.handbook.content.figures import figure_view
from stead.handbook.content.sources import CERTAINTIES, certainty, read_source
from stead.handbook.content.value_words import Reader
from stead.handbook.queries import texts_of
from stead.office.reading import Writer

BOOK = load(Path(__file__).parents[4] / "handbook")
DAY = date(2026, 11, 23)
SEEN, KNOWN, CONFLICT, OWN = CERTAINTIES
# Each row of the lists that carry law, with how its number is known; two rows of one name follow each other.
TAGS = {
    "1.4/limits.csv": {
        SEEN: "assessments_day assessments_year validity customer_levels product_levels recording recording "
        "recording_insurance_short recording_insurance_long recording_insurance_dispute file_records "
        "declaration_single declaration_yearly declaration_age declaration_budget",
        KNOWN: "limited_capacity_age file_wealth private_experience private_net_assets "
        "private_financial_assets private_income securities_professional_assets "
        "securities_professional_income securities_professional_experience",
        OWN: "file_insurance elder_wait elder_callback",
    },
    "1.4/words.csv": {
        SEEN: "guaranteed like_a_deposit",
        KNOWN: "low_risk low_threshold instant_credit high_return low_interest no_cost return_like_a_deposit",
    },
    "2.1/retention.csv": {
        SEEN: "identity identity sharing impact network_logs",
        OWN: "consent_proof ledger contacts request_answer",
    },
    "2.3/messages.csv": {
        SEEN: "sms_refusal",
        KNOWN: "sms_log sms_identity online_licensed online_default_ticks online_private",
        CONFLICT: "wecom_group",
        OWN: "sms_consent call_refusal",
    },
    "2.6/deadlines.csv": {
        SEEN: "simple complex extension cap pause_appraisal pause_mediation review_request review_decision "
        "regulator_transfer withdrawn group_representatives major_persons disclosure",
        KNOWN: "pboc",
        OWN: "forwarding acknowledge alarm_first alarm_second file_retention causes",
    },
}


@pytest.mark.parametrize("path", TAGS)
def test_each_row_says_how_sure_its_source_is(path: str) -> None:
    rows = csv_rows.Rows.read(BOOK.files[path]).dicts()
    found = sorted((row["name"], certainty(row["source"])) for row in rows)
    assert found == sorted((name, tag) for tag, names in TAGS[path].items() for name in names.split())


@pytest.mark.parametrize(
    ("path", "name", "day", "value"),
    [
        ("1.4/limits.csv", "recording", date(2026, 1, 31), "6 months"),
        ("1.4/limits.csv", "recording", date(2026, 2, 1), "5 years"),
        ("2.6/deadlines.csv", "forwarding", DAY, "1 working days"),
        ("2.6/deadlines.csv", "pause_appraisal", DAY, "0 percent"),
        ("2.6/deadlines.csv", "pause_mediation", DAY, "0 percent"),
        ("1.4/limits.csv", "declaration_single", DAY, "4 times"),
        ("1.4/limits.csv", "declaration_yearly", DAY, "20 percent"),
        ("1.4/limits.csv", "declaration_age", DAY, "75 years"),
        ("1.4/limits.csv", "declaration_budget", DAY, "150 percent"),
    ],
)
def test_the_law_holds_from_its_own_day(path: str, name: str, day: date, value: str) -> None:
    rows = [row for row in BOOK.rows(path, day) if row["name"] == name]
    assert [f"{row['value']} {row['unit']}" for row in rows] == [value]


def test_no_order_makes_a_natural_person_a_professional_investor() -> None:
    rows = csv_rows.Rows.read(BOOK.files["1.4/limits.csv"]).dicts()
    named = [row for row in rows if "professional" in row["en"].lower()]
    assert named == [row for row in rows if row["name"] == "securities_professional_assets"]
    assert not any("2025/7" in row["source"] for row in named)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "known, not verified"), ("zh-hans", "已知，未核原文")]
)
@pytest.mark.parametrize("path", TAGS)
def test_a_list_marks_the_rows_that_nobody_has_verified(path: str, language: str, words: str) -> None:
    view = figure_view(BOOK, path, Reader(texts_of(BOOK), language, "CNY"), DAY)
    assert view is not None
    marked = {row.key for row in view.rows if row.is_unverified}
    assert marked == set(TAGS[path].get(KNOWN, "").split())
    assert {row.certainty for row in view.rows if row.is_unverified} <= {words}


def test_prose_marks_a_number_that_nobody_has_verified() -> None:
    page = Writer(BOOK, Reader(texts_of(BOOK), "en", "CNY"), DAY).page("1.4")
    html = "".join(piece.html or "" for section in page.sections for piece in section.pieces)
    title = "1.4/limits:limited_capacity_age: known, not verified"
    assert f'<span class="datum is-unverified" title="{title}">8</span>' in html
    assert '<span class="datum" title="1.4/limits:validity">12</span>' in html


@pytest.mark.parametrize(
    ("source", "tag", "parts"),
    [
        ("Order 1; a note; text seen / 第1号令；注；已见原文", "text seen", ("Order 1; a note", "text seen")),
        ("somebody said so", "", ("somebody said so", "")),
        ("Order 1; surely / 第1号令；肯定", "", ("Order 1", "surely")),
        ("", "", ("", "")),
    ],
)
def test_a_source_is_split_from_how_sure_it_is(source: str, tag: str, parts: tuple[str, str]) -> None:
    assert certainty(source) == tag
    assert read_source(source, lambda text: text.partition(" / ")[0]) == parts
