"""My day: what is shown, to whom, and what two clicks do."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from tests import factories
from tests.markup import tight

from stead.access.models import Role, User
from stead.audit.models import Entry
from stead.engagement.models import ActionState, Contact

pytestmark = [pytest.mark.database, pytest.mark.django_db]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def banker(client: Client) -> User:
    factories.night()
    made = factories.user(Role.BANKER)
    client.force_login(made)
    return made


@pytest.fixture
def two(banker: User) -> None:
    factories.customer("C1", "周慧敏", tier=4, warning=3)
    factories.customer("C2", "李淑芬")
    factories.action("C1", "warning_red", latest_on=factories.WORK_DATE, due_by="11:30", rank=1, clause="2.4")
    factories.action("C2", rank=2, latest_on=date(2026, 11, 27))


def test_before_the_first_night_the_page_says_so(client: Client) -> None:
    client.force_login(factories.user(Role.BANKER))
    assert "No night has been published yet" in client.get("/day/").text


def test_a_day_without_actions_is_done(client: Client, banker: User) -> None:
    assert "Everything for today is done" in client.get("/day/").text


def test_a_day_on_which_all_was_held_back_says_why(client: Client, banker: User) -> None:
    factories.customer("C1")
    factories.action("C1", "warning_red", status="held", held_reason="no_channel")
    factories.action("C1", "festival", status="held", held_reason="limit/marketing/30")
    text = client.get("/day/").text
    assert "2 actions were held back" in text
    assert "no address for this channel: 1" in text
    assert "in 30 days is used up: 1" in text
    assert "Everything for today is done" not in text


def test_the_list_of_what_is_done_hides_while_nothing_is(client: Client, two: None) -> None:
    assert 'data-group="done" hidden' in tight(client.get("/day/").text)


def test_it_stands_in_groups_with_deadline_and_clause(client: Client, two: None) -> None:
    page = client.get("/day/")
    assert [group.name for group in page.context["groups"]] == ["must", "due"]
    assert "today by 11:30" in page.text
    assert '<span class="clause"' in page.text


def test_overdue_and_carried_over_are_marked(client: Client, banker: User) -> None:
    factories.customer("C1")
    day = date(2026, 11, 20)
    factories.action("C1", latest_on=day, first_owed_on=day)
    text = client.get("/day/").text
    assert "3 days overdue" in text
    assert "Waits since" in text


def test_the_first_action_stands_beside_the_list_and_its_opening_in_the_ledger(
    client: Client, two: None
) -> None:
    page = client.get("/day/")
    assert page.context["pane"].customer.name == "周慧敏"
    assert Entry.objects.get().verb == "customer.opened"


def test_it_takes_at_most_twelve_queries(
    client: Client, two: None, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for number in range(30):
        factories.customer(f"X{number}")
        factories.action(f"X{number}", rank=number + 3)
    with django_assert_max_num_queries(12):
        client.get("/day/")


def test_another_bankers_actions_are_not_there(client: Client, two: None) -> None:
    client.force_login(factories.user(Role.BANKER, "other", banker_id="B2"))
    assert client.get("/day/").context["groups"] == []
    assert client.get("/day/C1/warning_red/2026-11/pane/").status_code == 404


def test_the_pane_is_a_part_for_htmx_and_a_page_on_a_phone(client: Client, two: None) -> None:
    part = client.get("/day/C2/owed_contact/2026-11/pane/", headers=HTMX).text
    page = client.get("/day/C2/owed_contact/2026-11/pane/").text
    assert "<html" not in part
    assert "<html" in page


def test_logging_takes_the_row_off_the_list(client: Client, two: None) -> None:
    data = {"channel": "call", "outcome": "reached"}
    answer = client.post("/day/C1/warning_red/2026-11/log/", data, headers=HTMX)
    assert '"stead:settled"' in answer["HX-Trigger"]
    assert Contact.objects.get().outcome == "reached"
    assert [row.key for row in client.get("/day/").context["groups"][0].rows] == ["C2/owed_contact/2026-11"]


def test_without_htmx_logging_leads_back_to_the_list(client: Client, two: None) -> None:
    data = {"channel": "call", "outcome": "reached"}
    assert client.post("/day/C1/warning_red/2026-11/log/", data)["Location"] == "/day/"


def test_an_unknown_outcome_changes_nothing_and_says_what_to_do(client: Client, two: None) -> None:
    answer = client.post(
        "/day/C1/warning_red/2026-11/log/", {"channel": "call", "outcome": "x"}, headers=HTMX
    )
    assert answer.status_code == 422
    assert "Choose how you reached" in answer.text
    assert not Contact.objects.exists()


def test_postponing_and_declining_settle_an_action(client: Client, two: None) -> None:
    client.post("/day/C1/warning_red/2026-11/postpone/", {"until": "2026-11-25"}, headers=HTMX)
    client.post("/day/C2/owed_contact/2026-11/decline/", {"other": "moved away"}, headers=HTMX)
    assert set(ActionState.objects.values_list("state", flat=True)) == {"postponed", "declined"}


def test_what_is_done_can_be_corrected_from_the_list_of_done(client: Client, two: None) -> None:
    data = {"channel": "call", "outcome": "reached"}
    client.post("/day/C1/warning_red/2026-11/log/", data, headers=HTMX)
    pane = client.get("/day/C1/warning_red/2026-11/pane/", headers=HTMX).text
    assert "To correct it" in pane
    client.post("/day/C1/warning_red/2026-11/log/", data | {"outcome": "follow_up"}, headers=HTMX)
    assert Contact.objects.get().outcome == "follow_up"


def test_it_speaks_chinese(client: Client, two: None, banker: User) -> None:
    User.objects.filter(pk=banker.pk).update(language="zh-hans")
    text = client.get("/day/").text
    assert "今天必须" in text
    assert "农历十月十五" in text


def test_a_refused_write_takes_a_branch_head_to_a_page_that_there_is(client: Client, two: None) -> None:
    client.force_login(factories.user(Role.BRANCH_HEAD))
    answer = client.post("/day/C1/warning_red/2026-11/log/", {"channel": "call"}, follow=True)
    assert answer.status_code == 200
