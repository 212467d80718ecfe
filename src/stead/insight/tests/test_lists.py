"""The list of customers: who sees whom, filters, pages, CSV, views."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils.html import escape
from tests import factories

from stead.access.models import Role
from stead.audit.models import Entry
from stead.insight.filters import Filters
from stead.insight.queries import PAGE_ROWS, page
from stead.segmentation.models import SavedView, Standing, Tier
from stead.segmentation.queries import visible_to

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def banker(client: Client) -> Client:
    factories.night()
    client.force_login(factories.user(Role.BANKER))
    return client


def test_a_banker_sees_own_customers_only(banker: Client) -> None:
    factories.customer("C1", "周慧敏")
    factories.customer("C2", "陈国栋", banker_id="B2")
    shown = banker.get("/customers/").content.decode()
    assert "周慧敏" in shown
    assert "陈国栋" not in shown


def test_another_bankers_number_in_the_filter_opens_nothing(banker: Client) -> None:
    factories.customer("C2", "陈国栋", banker_id="B2")
    assert "陈国栋" not in banker.get("/customers/?banker=B2").content.decode()


@pytest.mark.parametrize(
    ("query", "fits", "fails"),
    [
        ("tier=3", {"tier": Tier.DIAMOND}, {"tier": Tier.GOLD}),
        ("stage=lost", {"stage": "lost"}, {"stage": "new"}),
        ("warning=any", {"warning": 1}, {"warning": 0}),
        ("warning=3", {"warning": 3}, {"warning": 2}),
        ("due=overdue", {"contact_due_on": date(2026, 11, 22)}, {"contact_due_on": date(2026, 11, 23)}),
        ("due=never", {"contact_shown_on": None}, {"contact_shown_on": date(2026, 1, 1)}),
        ("maturity=7", {"maturity_next_on": date(2026, 11, 30)}, {"maturity_next_on": date(2026, 12, 1)}),
        ("move=watch", {"watched_on": date(2026, 10, 31)}, {"watched_on": None, "watch_months": 8}),
        ("q=zhm", {"initials": "zhm"}, {"initials": "cgd"}),
    ],
)
def test_a_filter_keeps_who_fits_and_drops_who_does_not(
    banker: Client, query: str, fits: dict[str, object], fails: dict[str, object]
) -> None:
    factories.customer("C1", "周慧敏", **fits)
    factories.customer("C2", "陈国栋", **fails)
    shown = banker.get(f"/customers/?{query}").content.decode()
    assert ("周慧敏" in shown, "陈国栋" in shown) == (True, False)


def test_moved_up_means_since_last_month_began(banker: Client) -> None:
    for number, month in (("C1", date(2026, 10, 31)), ("C2", date(2026, 9, 30))):
        factories.customer(number, number * 2)
        factories.tier_move(number, Tier.GOLD, Tier.SUNFLOWER, on_month=month)
    shown = banker.get("/customers/?move=up").content.decode()
    assert ("C1C1" in shown, "C2C2" in shown) == (True, False)


@pytest.mark.parametrize("sort", ["assets", "change", "due", "maturity", "contribution"])
def test_pages_together_hold_everyone_once(sort: str) -> None:
    for number in range(2 * PAGE_ROWS + 3):
        day = date(2026, 12, 1) + timedelta(days=number % 7)
        factories.customer(
            f"C{number:03}",
            assets_now=Decimal(number % 5),
            assets_change_30d=Decimal(-(number % 3)),
            contact_due_on=day,
            maturity_next_on=day,
        )
    seen: list[str] = []
    after = ""
    for _ in range(4):
        found = page(Standing.objects.all(), Filters(sort=sort), after)
        seen += [row.standing.customer_id for row in found.rows]
        after = found.after
        if not after:
            break
    assert sorted(seen) == sorted(set(seen))
    assert len(seen) == 2 * PAGE_ROWS + 3


@pytest.mark.parametrize("after", ["x|C1", "|C1", "5", "5|"])
def test_a_forged_place_in_the_list_is_not_found(banker: Client, after: str) -> None:
    assert banker.get("/customers/", {"after": after}).status_code == 404


def test_the_csv_has_the_same_customers_and_is_in_the_ledger(banker: Client) -> None:
    factories.customer("C1", "周慧敏", tier=Tier.DIAMOND)
    factories.customer("C2", "陈国栋")
    body = b"".join(banker.get("/customers.csv?tier=3")).decode()
    assert "周慧敏" in body
    assert "陈国栋" not in body
    assert Entry.objects.filter(verb="list.exported", detail={"filters": "tier=3", "rows": 1}).exists()


def test_a_kept_view_is_shown_to_its_owner_alone(banker: Client) -> None:
    factories.customer("C1")
    banker.post("/views/", {"name": "Diamonds & more", "query": "tier=3&evil=1"})
    assert SavedView.objects.get().query == "tier=3"
    assert escape("Diamonds & more") in banker.get("/customers/").content.decode()
    other = Client()
    other.force_login(factories.user(Role.BANKER, "other", banker_id="B2"))
    assert other.post(f"/views/{SavedView.objects.get().pk}/remove/").status_code == 404


def test_the_list_asks_few_questions_of_the_database(
    banker: Client, django_assert_max_num_queries: object
) -> None:
    for number in range(20):
        factories.customer(f"C{number}")
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        banker.get("/customers/")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_no_name_becomes_a_formula_in_a_spreadsheet(banker: Client, sign: str) -> None:
    factories.customer("C1", f"{sign}HYPERLINK(1)")
    assert f"'{sign}HYPERLINK(1)" in b"".join(banker.get("/customers.csv")).decode()


@pytest.mark.parametrize(("sort", "first"), [("assets", True), ("contribution", True), ("change", False)])
def test_customers_with_unknown_amounts_are_in_every_page_of_the_list_once(sort: str, first: bool) -> None:
    factories.night()
    user = factories.user(Role.BRANCH_HEAD)
    unknown = {"assets_now": None, "assets_change_30d": None, "contribution_12m": None}
    for number in range(60):
        values = unknown if number % 20 == 0 else {"assets_now": Decimal(number)}
        factories.customer(f"C{number:02}", **values)
    filters, seen, after = Filters(sort=sort), [], ""
    while True:
        found = page(visible_to(user), filters, after)
        seen += [row.standing for row in found.rows]
        after = found.after
        if not after:
            break
    assert sorted(row.customer_id for row in seen) == [f"C{number:02}" for number in range(60)]
    edge = seen[:3] if first else seen[-3:]
    assert [row.assets_now for row in edge] == [None] * 3


@pytest.mark.parametrize("sort", ["assets", "due", "maturity"])
def test_the_csv_has_everybody_with_or_without_a_value_to_order_by(banker: Client, sort: str) -> None:
    factories.customer("C1", contact_due_on=None, maturity_next_on=None)
    factories.customer("C|2", contact_due_on=date(2026, 12, 1), maturity_next_on=date(2026, 12, 1))
    lines = b"".join(banker.get(f"/customers.csv?sort={sort}")).decode().splitlines()
    assert sorted(line.split(",")[0] for line in lines[1:]) == ["C1", "C|2"]
    assert Entry.objects.get(verb="list.exported").detail["rows"] == 2


def test_a_list_goes_on_behind_a_number_with_a_bar(banker: Client) -> None:
    factories.customer("A|1", "周慧敏", assets_now=Decimal(5))
    factories.customer("B", "陈国栋", assets_now=Decimal(4))
    shown = banker.get("/customers/", {"after": "5|A|1"}).content.decode()
    assert ("周慧敏" in shown, "陈国栋" in shown) == (False, True)
