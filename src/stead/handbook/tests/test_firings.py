"""How often rules fired."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries
from tests import factories

from stead.extracts.shown_night import published
from stead.handbook.content.tables import Fired
from stead.handbook.firings import NEVER, fired, firings
from stead.handbook.models import Firing

pytestmark = [pytest.mark.database, pytest.mark.django_db]
DAY = factories.BOOK_DATE


def firing(
    day: date, count: int, *, run_id: str = "", rule_id: str = "2.2-tier-1", shown: bool = True
) -> None:
    Firing.objects.create(
        run_id=run_id or f"{day}-x",
        book_date=day,
        table="2.2/tier",
        rule_id=rule_id,
        version="v",
        count=count,
        shown=shown,
    )


def test_nights_of_ninety_days_are_added_up_and_the_last_one_is_told_apart() -> None:
    factories.night()
    firing(DAY, 5, run_id=factories.RUN_ID)
    firing(DAY - timedelta(days=89), 7)
    firing(DAY - timedelta(days=90), 100)
    assert fired(table="2.2/tier") == {("2.2/tier", "2.2-tier-1"): Fired(last_night=5, days_90=12)}


def test_a_run_that_another_of_the_same_date_replaced_does_not_count() -> None:
    factories.night()
    firing(DAY, 5, run_id=factories.RUN_ID)
    firing(DAY, 9, run_id="replaced", shown=False)
    assert fired()["2.2/tier", "2.2-tier-1"].days_90 == 5


def test_a_rule_without_decisions_never_fired() -> None:
    factories.night()
    firing(DAY, 5)
    assert fired().get(("2.2/tier", "2.2-tier-2"), NEVER) == Fired(0, 0)
    assert fired(version="another") == {}


def test_before_the_first_night_nothing_fired() -> None:
    firing(DAY, 5)
    assert fired() == {}


def test_the_counts_of_a_publication_are_made_once_and_those_of_the_next_anew(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    factories.night()
    firing(DAY, 5)
    night = published.get()()
    assert night is not None
    assert firings(night).of_clause("2.2").days_90 == 5
    with django_assert_num_queries(0):
        firings(night)
    firing(DAY, 2, run_id="next")
    later = replace(night, published_at=night.published_at + timedelta(hours=1))
    assert firings(later).of_clause("2.2").days_90 == 7
