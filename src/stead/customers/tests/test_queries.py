"""Reading customers: who sees whom, accounts with their holders, months for the chart."""

from datetime import date
from decimal import Decimal

import pytest
from tests import factories

from stead.access.models import Role
from stead.customers.profile import completeness, months_later, risk_grade_ends
from stead.customers.queries import accounts, months_of, profile, visible_to

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _night() -> None:
    factories.night()


def numbers(user: object) -> set[str]:
    return set(visible_to(user).values_list("pk", flat=True))  # type: ignore[arg-type]


def test_a_banker_sees_the_own_customers_alone() -> None:
    factories.customer("C1")
    factories.customer("C2", banker_id="B2")
    assert numbers(factories.user()) == {"C1"}


def test_a_branch_head_sees_the_branch() -> None:
    factories.customer("C1", banker_id="B2")
    factories.customer("C2", branch_id="N2")
    assert numbers(factories.user(Role.BRANCH_HEAD)) == {"C1"}


def test_an_auditor_sees_all_and_an_administrator_nobody() -> None:
    factories.customer("C1", branch_id="N2")
    assert numbers(factories.user(Role.AUDITOR)) == {"C1"}
    assert numbers(factories.user(Role.ADMINISTRATOR)) == set()
    assert numbers(factories.user(Role.POLICY_OFFICER)) == set()


def test_a_profile_names_banker_and_branch() -> None:
    factories.customer("C1")
    found = profile(factories.user(), "C1")
    assert found is not None
    assert (found.banker_name, found.branch_name) == ("林晓雯", "静安支行")
    assert len(found.months.months) == 24


def test_a_foreign_customer_has_no_profile() -> None:
    factories.customer("C1", banker_id="B2")
    assert profile(factories.user(), "C1") is None


def test_months_come_in_the_order_of_kinds_with_their_sum() -> None:
    found = months_of('{"last": "2026-11", "fund": [1, 2], "demand": [3, 4]}')
    assert list(found.by_kind) == ["demand", "fund"]
    assert found.totals == (4, 6)


def test_a_customer_without_history_has_no_months() -> None:
    assert months_of(None).totals == ()


def test_accounts_name_the_other_holders_and_who_may_be_opened() -> None:
    factories.customer("C1")
    factories.customer("C2", "李国强", banker_id="B2")
    factories.holding("C1", "A1", share=Decimal("0.5"), role="joint")
    factories.holding("C2", "A1", share=Decimal("0.5"), role="joint")
    factories.holding("C2", "A2")
    (found,) = accounts(factories.user(), "C1")
    assert [(one.name, one.can_open) for one in found.others] == [("李国强", False)]


def test_closed_accounts_come_last() -> None:
    factories.customer("C1")
    factories.holding("C1", "A1", closed_on=date(2026, 1, 1), balance_book=Decimal(900000))
    factories.holding("C1", "A2")
    assert [one.holding.account_id for one in accounts(factories.user(), "C1")] == ["A2", "A1"]


def test_an_archive_says_what_is_missing() -> None:
    made = factories.customer("C1", email="", address="", employer="有限公司")
    assert completeness(made, factories.WORK_DATE).missing == ("address", "email")


def test_a_risk_grade_runs_out_after_twelve_months() -> None:
    made = factories.customer("C1", risk_graded_on=date(2025, 11, 20))
    assert risk_grade_ends(made) == date(2026, 11, 20)
    assert "risk_grade" in completeness(made, factories.WORK_DATE).missing


def test_a_leap_day_ends_on_the_last_of_february() -> None:
    assert months_later(date(2024, 2, 29), 12) == date(2025, 2, 28)
