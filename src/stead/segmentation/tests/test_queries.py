"""Reading standings: decisions as stored, relatives with the sums that may be seen."""

import json
from datetime import date
from decimal import Decimal

import pytest
from tests import factories

from stead.segmentation.queries import decisions, moves, relatives, standing

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _night() -> None:
    factories.night()


def test_the_standing_of_a_foreign_customer_is_not_there() -> None:
    factories.customer("C1", banker_id="B2")
    assert standing(factories.user(), "C1") is None


def test_decisions_come_by_clause() -> None:
    stored = {
        "warning": {
            "clause": "2.4",
            "table": "2.4/warning.dmn",
            "rules": ["red"],
            "values": {"login_days": 3},
        },
        "tier": {
            "clause": "2.2",
            "table": "2.2/tier.dmn",
            "rules": ["a"],
            "outputs": {"tier": 4},
            "run": "r",
        },
    }
    factories.customer("C1", decisions=json.dumps(stored))
    found = standing(factories.user(), "C1")
    assert found is not None
    read = decisions(found)
    assert list(read) == ["tier", "warning"]
    assert read["warning"].values == {"login_days": 3}


def test_a_sum_is_shown_only_of_those_whom_the_user_may_open() -> None:
    factories.customer("C1")
    factories.customer("C2", "李国强", assets_now=Decimal(3300000))
    factories.customer("C3", "李想", banker_id="B2")
    factories.relationship("C1", "C3", "child")
    factories.relationship("C1", "C2", "spouse")
    found = relatives(factories.user(), "C1")
    assert [(one.name, one.kind, one.assets) for one in found] == [
        ("李国强", "spouse", Decimal("3300000.00")),
        ("李想", "child", None),
    ]


def test_a_birth_date_is_shown_only_of_those_whom_the_user_may_open() -> None:
    factories.customer("C1")
    factories.customer("C2", birth_date=date(1980, 5, 1))
    factories.customer("C3", birth_date=date(2010, 5, 1), banker_id="B2")
    factories.relationship("C1", "C2", "spouse")
    factories.relationship("C1", "C3", "child")
    assert [one.birth_date for one in relatives(factories.user(), "C1")] == [date(1980, 5, 1), None]


def test_moves_of_a_foreign_customer_are_not_there() -> None:
    factories.customer("C1")
    factories.customer("C2", banker_id="B2")
    factories.tier_move("C1")
    factories.tier_move("C2")
    user = factories.user()
    assert [moves(user, number).count() for number in ("C1", "C2")] == [1, 0]
