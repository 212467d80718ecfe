"""The day's actions by clause and rule: who sees how many, and who sees which."""

import pytest
from django.test import Client
from tests import factories

from stead.access.models import Role
from stead.audit.models import Entry
from stead.extracts.shown_night import published
from stead.insight.clause_actions import day_actions

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _night() -> None:
    factories.night()
    factories.banker("B2")
    factories.customer("C1")
    factories.customer("C2", banker_id="B2", branch_id="N2")
    factories.action("C1")
    factories.action("C2", banker_id="B2", branch_id="N2")


@pytest.mark.parametrize(
    ("role", "count"),
    [(Role.BANKER, 1), (Role.AUDITOR, 2), (Role.POLICY_OFFICER, 2), (Role.ADMINISTRATOR, 0)],
)
def test_each_role_counts_what_it_may_know(role: Role, count: int) -> None:
    night = published.get()()
    assert night is not None
    assert sum(day_actions(factories.user(role), night).by_rule.values()) == count


def test_a_banker_reads_the_own_customers_alone(client: Client) -> None:
    client.force_login(factories.user())
    page = client.get("/actions/").content.decode()
    assert "/customers/C1/" in page
    assert "/customers/C2/" not in page


def test_a_policy_officer_reads_numbers_and_no_customer(client: Client) -> None:
    client.force_login(factories.user(Role.POLICY_OFFICER))
    page = client.get("/actions/").content.decode()
    assert "/customers/" not in page
    assert '<data class="count" value="2"' in page


def test_the_list_is_asked_in_few_queries(client: Client, django_assert_max_num_queries: object) -> None:
    client.force_login(factories.user(Role.AUDITOR))
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert client.get("/actions/?clause=2.3").status_code == 200


def test_whose_names_were_shown_stands_in_the_ledger_and_is_found_by_each_of_them(client: Client) -> None:
    client.force_login(factories.user())
    client.get("/actions/?clause=2.3&status=today")
    [entry] = Entry.objects.filter(verb="list.seen")
    assert entry.detail == {"filters": "clause=2.3&status=today", "customers": ["C1"]}
    client.force_login(factories.user(Role.AUDITOR))
    assert "Looked at a list" in client.get("/audit/?object=C1").content.decode()
    assert "Looked at a list" not in client.get("/audit/?object=C2").content.decode()


def test_a_page_without_names_leaves_the_ledger_as_it_was(client: Client) -> None:
    client.force_login(factories.user(Role.POLICY_OFFICER))
    client.get("/actions/")
    client.force_login(factories.user())
    client.get("/actions/?rule=none")
    assert not Entry.objects.filter(verb="list.seen").exists()
