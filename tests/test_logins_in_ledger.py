"""Who came in, who went and who was refused stands in the ledger."""

import pytest
from django.test import Client

from stead.access.models import Role
from stead.audit.models import Entry
from tests import factories

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_coming_in_and_going_are_in_the_ledger(client: Client) -> None:
    factories.user(Role.ADMINISTRATOR, "chen")
    client.post("/login/", {"username": "chen", "password": factories.PASSWORD})
    client.post("/logout/")
    told = list(Entry.objects.values_list("actor", "verb", "detail"))
    assert told == [
        ("chen", "user.logged_in", {"address": "127.0.0.1"}),
        ("chen", "user.logged_out", {"address": "127.0.0.1"}),
    ]


def test_a_wrong_password_is_in_the_ledger(client: Client) -> None:
    client.post("/login/", {"username": "chen", "password": "wrong"})
    entry = Entry.objects.get()
    assert (entry.actor, entry.verb, entry.object_id) == ("visitor", "user.login_refused", "chen")
