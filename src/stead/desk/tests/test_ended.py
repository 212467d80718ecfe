"""Who left or died is found and shown as such, and counts nowhere."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from tests import factories

from stead.access.models import Role, User
from stead.engagement.day import figures
from stead.extracts.shown_night import published
from stead.segmentation.models import Standing

pytestmark = [pytest.mark.database, pytest.mark.django_db]
PART = {"HX-Request": "true"}
LEFT = {"ended": "left", "ended_on": date(2025, 3, 5), "tier": 0, "stage": "", "pinyin": "chenguodong"}
DEAD = {"ended": "deceased", "ended_on": date(2026, 3, 5), "tier": 0, "stage": ""}


@pytest.fixture
def banker(client: Client) -> User:
    factories.night()
    factories.customer("C1")
    factories.customer("C2", "陈国栋", contact_due_on=None, maturity_next_on=factories.WORK_DATE, **LEFT)
    factories.customer("C3", "周建国", contact_due_on=None, assets_now=Decimal(5_000_000), **DEAD)
    user = factories.user()
    client.force_login(user)
    return user


def test_the_day_counts_customers_alone(banker: User) -> None:
    night = published.get()()
    assert night is not None
    found = figures(banker, night)
    assert (found.owed, found.maturities) == (1, 0)


@pytest.mark.parametrize(("number", "said"), [("C2", "Left on 5 Mar 2025"), ("C3", "Deceased, 5 Mar")])
def test_the_page_says_since_when_and_owes_nothing(
    banker: User, client: Client, number: str, said: str
) -> None:
    page = client.get(f"/customers/{number}/").content.decode()
    assert said in page
    assert "Nothing is owed any more" in page
    assert "Why this tier" not in page
    assert "Birthday" not in page
    assert 'class="tier' not in page


@pytest.mark.parametrize("tab", ["timeline/", "assets/", "family/", "decisions/"])
def test_the_other_tabs_open(banker: User, client: Client, tab: str) -> None:
    assert client.get(f"/customers/C2/{tab}").status_code == 200


def test_the_dead_do_not_grow_older(banker: User, client: Client) -> None:
    assert "years old" in client.get("/customers/C2/").content.decode()
    assert "years old" not in client.get("/customers/C3/").content.decode()


def test_a_search_finds_them_and_says_so(banker: User, client: Client) -> None:
    shown = client.get("/search/?q=chen", headers=PART).content.decode()
    assert ("陈国栋" in shown, "Left on 5 Mar 2025" in shown) == (True, True)


def test_the_family_of_one_who_died_knows_it_and_is_not_richer(banker: User, client: Client) -> None:
    factories.relationship("C1", "C3", "spouse")
    page = client.get("/customers/C1/family/").content.decode()
    assert "Deceased, 5 Mar" in page
    assert "5.3" not in page
    assert page.count("¥300") >= 1


def listed(client: Client, query: str) -> set[str]:
    page = client.get(f"/customers/?{query}").content.decode()
    return {number for number in ("C1", "C2", "C3") if f"/customers/{number}/" in page}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"C1"}),
        ("ended=left", {"C2"}),
        ("ended=deceased", {"C3"}),
        ("ended=any", {"C2", "C3"}),
        ("q=chen", {"C2"}),
        ("ended=nonsense", {"C1"}),
    ],
)
def test_a_list_has_them_where_it_is_asked_for_them(
    banker: User, client: Client, query: str, found: set[str]
) -> None:
    assert listed(client, query) == found


def test_the_file_of_a_list_says_it_too(banker: User, client: Client) -> None:
    answer = client.get("/customers.csv?ended=left")
    text = b"".join(answer).decode()
    assert text.splitlines()[1].endswith(",Left,2025-03-05")
    assert "Mass" not in text


def test_a_branch_counts_customers_alone(banker: User, client: Client) -> None:
    client.force_login(factories.user(Role.BRANCH_HEAD, "head"))
    context = client.get("/branch/").context
    assert (context["customers"], context["assets"]) == (1, Decimal(300_000))
    assert sum(count for _rank, _name, count in context["tiers"]) == 1


def test_a_household_opens_where_the_customers_assets_are_not_known(banker: User, client: Client) -> None:
    factories.customer("C4", "周小红", assets_now=Decimal(20_000))
    factories.relationship("C1", "C4", "child")
    Standing.objects.filter(pk="C1").update(assets_now=None)
    for tab in ("", "family/"):
        assert client.get(f"/customers/C1/{tab}").status_code == 200
