"""What the tier card of a customer says will happen: the months are those of the edition that decided."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation
from tests.changed_cells import movement_of_months, with_cells

from stead.desk.customer_overview import tier_next
from stead.handbook.content.book import load
from stead.handbook.content.table_numbers import movement
from stead.segmentation.models import Standing

BOOK = load(Path(__file__).parents[4] / "handbook")
END, MIDDLE = date(2026, 11, 30), date(2026, 11, 20)
SIX, NINE = BOOK, movement_of_months(BOOK, watched_from=4, moved_after=9)


def said(below: int, months: tuple[int, int] = (3, 6), day: date = END, language: str = "en") -> str:
    """The sentence for somebody so many months below."""
    watched = date(2026, 10, 31) if below >= months[0] else None
    standing = Standing(
        tier=3, tier_earned=1, watch_months=below, watched_on=watched, contribution_12m=Decimal(0)
    )
    told = movement(movement_of_months(BOOK, *months) if months != (3, 6) else BOOK)
    with translation.override("zh-hans" if language == "zh" else "en"):
        return tier_next(standing, told, day, language)[0]


def test_the_month_of_the_move_is_the_tables() -> None:
    assert said(4) == "Watched: 4 months below; moves down in January 2027 unless it recovers."
    assert said(4, (4, 9)) == "Watched: 4 months below; moves down in April 2027 unless it recovers."


def test_the_month_in_which_a_watch_begins_is_the_tables() -> None:
    assert said(2) == "2 months below; watched from December 2026 unless it recovers."
    assert said(2, (4, 9)) == "2 months below; watched from January 2027 unless it recovers."


def test_a_month_that_is_not_over_counts_when_it_ends() -> None:
    # September and October were below; November's end is the third.
    assert "watched from November 2026" in said(2, day=MIDDLE)
    assert "moves down in January 2027" in said(3, day=MIDDLE)


def test_the_same_in_chinese() -> None:
    assert "2027年4月" in said(4, (4, 9), language="zh")


@pytest.mark.parametrize(
    ("below", "words"), [(2, "2 months below; watched from"), (4, "Watched: 4 months below.")]
)
def test_a_table_that_moves_nobody_down_promises_no_move(below: int, words: str) -> None:
    never = movement(with_cells(BOOK, {("2.2-movement-8", "move"): '"watch"'}))
    watched = date(2026, 10, 31) if below >= 3 else None
    standing = Standing(
        tier=3, tier_earned=1, watch_months=below, watched_on=watched, contribution_12m=Decimal(0)
    )
    with translation.override("en"):
        assert words in tier_next(standing, never, END, "en")[0]
