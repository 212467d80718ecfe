"""A customer who is handed over belongs to the new banker on every page at once, with what is to be done."""

import pytest
from django.test import Client

from stead.access.models import Role, User
from stead.customers.models import Banker
from stead.insight.queries import branch_lines, standing_sums
from stead.segmentation.actions import reassign
from tests import factories

pytestmark = [pytest.mark.database, pytest.mark.django_db]
SENTENCE = "周慧敏"
PAGES = ("/day/", "/actions/?clause=2.3", "/customers/C1/", "/customers/", "/search/?q=C1")


@pytest.fixture
def head() -> User:
    factories.night()
    factories.banker("B2", name="王强")
    factories.customer("C1", SENTENCE)
    factories.action("C1", minutes=30)
    return factories.user(Role.BRANCH_HEAD, "head")


def seen_by(banker: str) -> list[str]:
    """The pages on which a banker sees the customer."""
    client = Client()
    client.force_login(
        User.objects.filter(banker_id=banker).first() or factories.user(Role.BANKER, banker, banker_id=banker)
    )
    found = []
    for page in PAGES:
        answer = client.get(page, follow=True)
        if answer.status_code == 200 and SENTENCE in answer.text:
            found.append(page)
    return found


def give(head: User, banker: str) -> None:
    reassign(customer_ids=["C1"], to=Banker.objects.get(pk=banker), reason="long leave", by=head)


def test_before_it_the_banker_sees_the_customer_everywhere_and_no_other_does(head: User) -> None:
    assert seen_by("B1") == list(PAGES)
    assert seen_by("B2") == []


def test_after_it_the_new_banker_sees_the_customer_everywhere_and_the_old_one_nowhere(head: User) -> None:
    give(head, "B2")
    assert seen_by("B2") == list(PAGES)
    assert seen_by("B1") == []


def test_it_can_be_taken_back(head: User) -> None:
    give(head, "B2")
    give(head, "B1")
    assert seen_by("B1") == list(PAGES)
    assert seen_by("B2") == []


def test_what_is_to_be_done_stands_on_the_customers_page_of_the_new_banker(head: User) -> None:
    give(head, "B2")
    client = Client()
    client.force_login(factories.user(Role.BANKER, "B2", banker_id="B2"))
    assert "Nothing to do" not in client.get("/customers/C1/").text
    assert "birthday" in client.get("/customers/C1/").text.lower()


def test_the_branch_counts_the_action_with_the_new_banker(head: User) -> None:
    give(head, "B2")
    lines = branch_lines(head, factories.WORK_DATE, standing_sums(head, factories.WORK_DATE))
    assert {line.banker.banker_id: line.today for line in lines} == {"B1": 0, "B2": 1}


def test_an_auditor_sees_the_action_once_before_and_after(head: User, client: Client) -> None:
    client.force_login(factories.user(Role.AUDITOR, "auditor"))
    before = client.get("/actions/?clause=2.3").text.count(SENTENCE)
    give(head, "B2")
    assert client.get("/actions/?clause=2.3").text.count(SENTENCE) == before
    assert before
