"""The branch head's page and reassignment; the auditor's ledger."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from tests import factories

from stead.access.models import Role, User
from stead.audit.models import Entry
from stead.customers.models import Customer
from stead.insight.queries import branch_lines, standing_sums
from stead.segmentation.models import Assignment, Standing

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def head(client: Client) -> User:
    factories.night()
    factories.banker("B2", name="王强")
    factories.banker("B9", name="外行", branch_id="N2")
    user = factories.user(Role.BRANCH_HEAD)
    client.force_login(user)
    return user


def test_bankers_stand_side_by_side_with_their_figures(head: User) -> None:
    factories.customer("C1", warning=3, contact_due_on=date(2026, 11, 20))
    factories.customer("C2", contact_due_on=date(2026, 12, 20))
    factories.action("C1", minutes=30)
    factories.action("C2", status="carried")
    first = branch_lines(head, factories.WORK_DATE, standing_sums(head, factories.WORK_DATE))[0]
    assert (first.banker.banker_id, first.customers, first.red, first.overdue) == ("B1", 2, 1, 1)
    assert (first.coverage, first.load, first.carried) == (Decimal("0.5"), Decimal("0.125"), 1)


def test_the_page_opens_and_leaves_other_branches_out(head: User, client: Client) -> None:
    factories.customer("C1", "周慧敏", warning=2)
    factories.customer("C2", "陈国栋", warning=3, branch_id="N2", banker_id="B9")
    shown = client.get("/branch/").content.decode()
    assert ("周慧敏" in shown, "陈国栋" in shown, "外行" in shown) == (True, False, False)


@pytest.mark.parametrize(
    ("change", "said", "red"), [("2000.00", "+¥2,000", False), ("-2000.00", "−¥2,000", True)]
)
def test_a_rise_of_a_warned_customer_has_a_plus_and_is_not_red(
    head: User, client: Client, change: str, said: str, red: bool
) -> None:
    factories.customer("C1", "周慧敏", warning=2, assets_change_30d=Decimal(change))
    shown = client.get("/branch/").content.decode()
    assert said in shown
    assert ("is-down" in shown) == red


def reassign(client: Client, *customers: str, banker: str = "B2", reason: str = "长期休假") -> int:
    data = {"customer": list(customers), "banker": banker, "reason": reason, "back": "/customers/"}
    return client.post("/branch/reassign/", data).status_code


def test_a_customer_given_to_another_banker_is_theirs_at_once_and_for_later_nights(
    head: User, client: Client
) -> None:
    factories.customer("C1")
    assert reassign(client, "C1") == 302
    assert Standing.objects.get(pk="C1").banker_id == Customer.objects.get(pk="C1").banker_id == "B2"
    assert Assignment.objects.get(pk="C1").assigned_by == head.username
    assert Entry.objects.get(verb="customer.reassigned").detail["from"] == "B1"


def test_a_banker_of_another_branch_cannot_be_chosen(head: User, client: Client) -> None:
    factories.customer("C1")
    assert reassign(client, "C1", banker="B9") == 404
    assert not Assignment.objects.exists()


def test_one_foreign_customer_among_the_chosen_stops_them_all(head: User, client: Client) -> None:
    factories.customer("C1")
    factories.customer("C2", branch_id="N2", banker_id="B9")
    reassign(client, "C1", "C2")
    assert Standing.objects.get(pk="C1").banker_id == "B1"
    assert not Assignment.objects.exists()


def test_without_a_reason_nothing_moves(head: User, client: Client) -> None:
    factories.customer("C1")
    reassign(client, "C1", reason=" ")
    assert not Assignment.objects.exists()


def test_the_auditor_reads_the_ledger_and_verifies_it(client: Client) -> None:
    factories.night()
    client.force_login(factories.user(Role.AUDITOR))
    factories.customer("C1")
    b"".join(client.get("/customers.csv"))
    assert "list.exported" in client.get("/audit/?actor=auditor").content.decode()
    assert "is-good" in client.post("/audit/verify/").content.decode()


def test_a_place_in_the_ledger_that_is_no_number_is_no_error(client: Client) -> None:
    client.force_login(factories.user(Role.AUDITOR))
    assert client.get("/audit/?before=²").status_code == 200


def test_a_refusal_is_said_in_the_language_of_the_user(client: Client) -> None:
    factories.night()
    factories.customer("C1")
    client.force_login(factories.user(Role.BRANCH_HEAD, language="zh-hans"))
    data = {"customer": ["C1"], "banker": "B1", "reason": ""}
    text = client.post("/branch/reassign/", data, follow=True).text
    assert "请说明原因" in text


def test_the_branch_page_asks_at_most_twelve_questions(
    head: User, client: Client, django_assert_max_num_queries: object
) -> None:
    factories.customer("C1", warning=3, contact_due_on=date(2026, 11, 20))
    factories.customer("C2", warning=1)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get("/branch/")


def test_customers_whose_banker_is_not_delivered_stand_first_with_the_reason(
    head: User, client: Client
) -> None:
    factories.customer("C1", "周慧敏")
    factories.customer("C2", "陈国栋", banker_id="", assets_now=Decimal(9_000_000))
    factories.customer("C3", "林志远", banker_id="B7")
    factories.customer("C4", "外人", banker_id="B7", branch_id="N2")
    shown = client.get("/branch/").content.decode()
    first = shown[
        shown.index('id="h-nobodys"') : shown.index("side by side" if "side by side" in shown else "并排")
    ]
    assert first.index("林志远") < first.index("陈国栋")
    assert ("B7" in first, "周慧敏" in first, "外人" in first) == (True, False, False)
    assert "3" in shown[shown.index("figures") : shown.index("figures") + 400]
    listed = client.get("/customers/?banker=%20-").content.decode()
    assert ("林志远" in listed, "陈国栋" in listed, "周慧敏" in listed) == (True, True, False)


def test_a_branch_whose_customers_all_have_bankers_shows_no_such_list(head: User, client: Client) -> None:
    factories.customer("C1", "周慧敏")
    assert "h-nobodys" not in client.get("/branch/").content.decode()


def test_the_sum_of_the_branch_says_whom_it_leaves_out(head: User, client: Client) -> None:
    factories.customer("C1", assets_now=Decimal(1_000_000))
    factories.customer("C2", assets_now=None, assets_change_30d=None, unknown_accounts="A9")
    shown = client.get("/branch/?language=en").content.decode()
    assert "余额未知的客户 1" in shown or "without 1 customer" in shown
