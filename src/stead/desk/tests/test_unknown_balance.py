"""A customer with an account whose balance is unknown: every page says so, in both languages."""

import json
from decimal import Decimal

import pytest
from django.test import Client
from tests import factories
from tests.markup import tight

from stead.access.models import User
from stead.customers.models import AssetHistory
from stead.customers.queries import months_of
from stead.segmentation.models import Standing

pytestmark = [pytest.mark.database, pytest.mark.django_db]
UNKNOWN = {
    "assets_now": None, "assets_average_month": None, "assets_peak_12m": None, "assets_change_30d": None,
    "assets_change_90d": None, "contribution_12m": None, "loans_now": None,
}  # fmt: skip
SAID = {
    "en": ("Balance unknown: account A1.", "no warning is given", "a balance is not known"),
    "zh-hans": ("余额未知:账户 A1。", "不作流失预警", "有余额未知"),
}


@pytest.fixture
def banker(client: Client) -> User:
    factories.night()
    factories.customer("C1")
    factories.customer("C2", "李国强")
    factories.relationship("C1", "C2")
    factories.holding("C1", "A1", balance=None, balance_book=None)
    factories.holding("C1", "A2")
    Standing.objects.filter(pk="C1").update(unknown_accounts="A1", **UNKNOWN)
    text = json.dumps({"last": "2026-11", "demand": [100, 200, None], "wealth": [50, 50, None]})
    AssetHistory.objects.filter(pk="C1").update(months=text)
    made = factories.user()
    client.force_login(made)
    return made


@pytest.mark.parametrize("language", list(SAID))
def test_the_page_names_the_account_and_says_what_follows(
    client: Client, banker: User, language: str
) -> None:
    User.objects.filter(pk=banker.pk).update(language=language)
    shown = client.get("/customers/C1/").content.decode()
    for said in SAID[language]:
        assert said in shown
    assert "¥0" not in shown


@pytest.mark.parametrize("tab", ["timeline/", "assets/", "family/", "decisions/"])
def test_every_tab_opens(client: Client, banker: User, tab: str) -> None:
    assert client.get(f"/customers/C1/{tab}").status_code == 200


def test_the_account_without_balance_has_a_dash_and_the_other_its_amount(
    client: Client, banker: User
) -> None:
    shown = tight(client.get("/customers/C1/assets/").content.decode())
    rows = {account: shown[shown.index(account) :][:400] for account in ("A1<", "A2<")}
    assert '<td class="num">–' in rows["A1<"]
    assert "100,000.00" in rows["A2<"]


def test_the_relative_of_such_a_customer_has_no_sum_of_the_household(client: Client, banker: User) -> None:
    factories.relationship("C2", "C1")
    shown = client.get("/customers/C2/family/").content.decode()
    assert 'href="/customers/C1/"' in shown
    head = shown[shown.index('id="h-relations"') :][:300]
    assert '<span class="none">–</span>' in head


def test_a_month_of_which_a_part_is_unknown_has_no_total() -> None:
    months = months_of('{"last":"2026-11","demand":[100,200,null],"wealth":[50,50,null]}')
    assert months.totals == (150, 250, None)
    assert months.by_kind["demand"] == (100, 200, None)


def test_the_day_of_the_banker_opens_with_such_a_customer(client: Client, banker: User) -> None:
    factories.action("C1", value=Decimal(0))
    assert client.get("/day/").status_code == 200
    assert client.get("/customers/?sort=assets").status_code == 200
