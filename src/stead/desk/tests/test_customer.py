"""The customer page: who may open it, what it costs, what it writes."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import factories

from stead.access.models import Role, User
from stead.audit.models import Entry
from stead.engagement.counting import LIST
from stead.engagement.models import Contact
from stead.handbook.models import Version
from stead.handbook.queries import handbook
from stead.segmentation.models import Standing

pytestmark = [pytest.mark.database, pytest.mark.django_db]
TABS = ("", "timeline/", "assets/", "family/", "decisions/")
QUERIES_MAX = 12
LIMITS = """scope,name,days,most,binds,effective_from,effective_to,source
channel,sms,30,4,marketing relationship,2000-01-01,,default
"""


@pytest.fixture
def banker(client: Client) -> User:
    factories.night()
    factories.customer("C1")
    made = factories.user()
    client.force_login(made)
    return made


def full_life() -> None:
    """Everything that a page may have to show about C1."""
    factories.customer("C2", "李国强")
    factories.customer("C3", "周建国", banker_id="B2")
    factories.relationship("C1", "C2")
    factories.relationship("C1", "C3", "parent")
    factories.holding("C1", "A1", share="0.5", role="joint")
    factories.holding("C2", "A1", share="0.5", role="joint")
    factories.action("C1", "warning_red", decision="warning", clause="2.4")
    factories.action("C1", "festival", status="held", held_reason="limit/marketing/30")
    factories.notable("C1")
    factories.past_contact("C1")
    factories.tier_move("C1")


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_opens_within_the_queries(client: Client, banker: User, tab: str) -> None:
    full_life()
    # A version of the handbook is read once a process, not once a page.
    handbook(Version.objects.get().pk)
    with CaptureQueriesContext(connection) as seen:
        page = client.get(f"/customers/C1/{tab}")
    assert page.status_code == 200
    assert "周慧敏" in page.content.decode()
    assert len(seen) <= QUERIES_MAX, [query["sql"][:80] for query in seen]


@pytest.mark.parametrize("tab", ["", "timeline/"])
def test_a_booking_of_a_joint_account_says_the_own_share(client: Client, banker: User, tab: str) -> None:
    full_life()
    assert "own share 50%: −¥2,500,000.00" in client.get(f"/customers/C1/{tab}").content.decode()


@pytest.mark.parametrize("tab", TABS)
def test_a_foreign_customer_is_not_there(client: Client, banker: User, tab: str) -> None:
    factories.customer("C9", banker_id="B2")
    assert client.get(f"/customers/C9/{tab}").status_code == 404
    assert not Entry.objects.filter(verb="customer.opened").exists()


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.POLICY_OFFICER])
def test_roles_without_customers_find_none(client: Client, role: Role) -> None:
    factories.night()
    factories.customer("C1")
    client.force_login(factories.user(role))
    assert client.get("/customers/C1/").status_code == 404
    assert client.get("/search/?q=C1").status_code == 404


def test_opening_is_written_into_the_ledger(client: Client, banker: User) -> None:
    client.get("/customers/C1/assets/")
    entry = Entry.objects.get(verb="customer.opened")
    assert (entry.actor, entry.object_id, entry.detail) == ("banker", "C1", {"tab": "assets"})


def test_the_phone_is_masked_until_asked_for_and_the_asking_is_recorded(client: Client, banker: User) -> None:
    assert "13812342206" not in client.get("/customers/C1/").content.decode()
    assert "13812342206" in client.post("/customers/C1/reveal/").content.decode()
    assert Entry.objects.filter(verb="customer.phone_revealed", object_id="C1").count() == 1


def test_the_phone_is_not_shown_by_a_plain_link(client: Client, banker: User) -> None:
    assert client.get("/customers/C1/reveal/").status_code == 405


def test_a_logged_contact_stands_on_the_timeline(client: Client, banker: User) -> None:
    sent = {"channel": "visit", "message_class": "service", "outcome": "reached", "note": "厂房搬迁"}
    page = client.post("/customers/C1/contact/", sent, follow=True)
    assert page.redirect_chain == [("/customers/C1/timeline/", 302)]
    assert "厂房搬迁" in page.content.decode()
    assert Contact.objects.get().customer_id == "C1"


def test_a_contact_without_outcome_is_refused_with_what_was_entered(client: Client, banker: User) -> None:
    page = client.post("/customers/C1/contact/", {"channel": "visit", "note": "厂房搬迁"})
    assert page.status_code == 422
    assert "厂房搬迁" in page.content.decode()
    assert not Contact.objects.exists()


def test_an_auditor_reads_but_logs_nothing(client: Client) -> None:
    factories.night()
    factories.customer("C1")
    client.force_login(factories.user(Role.AUDITOR))
    assert "log-dialog" not in client.get("/customers/C1/").content.decode()
    assert client.post("/customers/C1/contact/", {"channel": "call"}).status_code == 404


def test_a_sum_of_a_foreign_relative_is_not_shown(client: Client, banker: User) -> None:
    factories.customer("C3", "周建国", banker_id="B2", assets_now=Decimal("987654.00"))
    factories.relationship("C1", "C3", "parent")
    for tab in ("", "family/"):
        page = client.get(f"/customers/C1/{tab}").content.decode()
        assert "周建国" in page
        assert "/customers/C3/" not in page
        assert "987654" not in page


def test_for_htmx_a_tab_is_a_part(client: Client, banker: User) -> None:
    part = client.get("/customers/C1/family/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'aria-current="page"' in part


def test_held_actions_say_why_not(client: Client, banker: User) -> None:
    full_life()
    page = client.get("/customers/C1/decisions/").content.decode()
    assert "the limit of Marketing in 30 days is used up" in page


def test_what_was_settled_since_the_night_is_not_to_do(client: Client, banker: User) -> None:
    made = factories.action("C1", "owed_contact")
    assert "Contact owed" in client.get("/customers/C1/").content.decode()
    client.post(f"/day/{made.key}/decline/", {"reason": "on a journey"})
    assert "Nothing is owed today" in client.get("/customers/C1/").content.decode()


def test_an_advertisement_does_not_settle_a_contact_that_is_owed(client: Client, banker: User) -> None:
    Standing.objects.update(contact_due_on=factories.BOOK_DATE)
    sent = {"channel": "sms", "outcome": "sent", "message_class": "marketing", "note": ""}
    client.post("/customers/C1/contact/", sent)
    assert "1 day overdue" in client.get("/customers/C1/").text
    client.post("/customers/C1/contact/", sent | {"message_class": "service"})
    assert "done; counted tonight" in client.get("/customers/C1/").text


def test_a_customer_who_called_us_has_had_a_contact(client: Client) -> None:
    files = {
        LIST: (Path(__file__).parents[4] / "handbook" / LIST).read_text("utf-8"),
        "2.3/limits.csv": LIMITS,
    }
    Version.objects.create(version="counting", first_used_on=factories.WORK_DATE, files=files)
    factories.night(handbook_version="counting")
    factories.customer("C1", contact_last_on=None, contact_shown_on=None)
    factories.past_contact("C1", days_ago=3, direction="in", outcome="reached", channel="sms")
    client.force_login(factories.user())
    budget = client.get("/customers/C1/").context["budget"]
    assert budget.last_on == factories.WORK_DATE - timedelta(days=3)
    assert [one.used for one in budget.used] == [0]
    assert not budget.since_night


def test_over_a_channel_messages_of_every_class_use_up_the_limit(client: Client) -> None:
    files = {"2.3/limits.csv": LIMITS}
    Version.objects.create(version="with-limits", first_used_on=factories.WORK_DATE, files=files)
    factories.night(handbook_version="with-limits")
    factories.customer("C1")
    client.force_login(factories.user())
    sent = {"channel": "sms", "outcome": "sent", "message_class": "service", "note": ""}
    client.post("/customers/C1/contact/", sent)
    shown = client.get("/customers/C1/").context["budget"].used
    assert [(one.used, one.most) for one in shown] == [(1, 4)]
