"""Pages of customers whose numbers have signs that mean something in an address."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from tests import factories

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NUMBERS = [
    "A/12",
    "A/timeline",
    "a?b",
    "a#b",
    "50%",
    "50%2F",
    "a b",
    "客户7",
    "..",
    ".",
    "~2F",
    "a~b",
    "A//B",
    "a&b=c",
    "x|y",
]
PAGES = ("customer", "customer_timeline", "customer_assets", "customer_family", "customer_decisions")


@pytest.mark.parametrize("number", NUMBERS)
def test_every_page_of_a_customer_opens_and_is_linked(client: Client, number: str) -> None:
    factories.night()
    factories.customer(number, "周慧敏")
    client.force_login(factories.user())
    for name in PAGES:
        address = reverse(name, args=[number])
        # No part of an address that a browser would take for a folder, a question or a place in the page.
        assert not set(address.split("/")) & {".", ".."}
        assert not set(address) & set("?#")
        assert client.get(address).status_code == 200, address
    assert client.get(reverse("why", args=[number, "tier"])).status_code == 200
    assert client.post(reverse("customer_reveal", args=[number])).status_code == 200
    assert escape(reverse("customer", args=[number])) in client.get("/customers/").content.decode()
    assert "周慧敏" in b"".join(client.get("/customers.csv")).decode()
    found = client.get("/search/", {"q": "周慧敏"})
    assert found["Location"] == reverse("customer", args=[number])
