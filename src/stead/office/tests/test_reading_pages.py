"""The handbook's pages: which version they show, and how much they ask the database."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests import factories

from stead.access.models import Role
from stead.handbook import actions
from stead.handbook.models import Draft
from stead.handbook.tests import making

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def officer(client: Client) -> Client:
    """A policy officer who is logged in, after the founding edition and with a draft."""
    factories.night()
    user = making.officer("ann")
    making.edited(user, making.begun(user))
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    "address",
    ["/handbook/", "/handbook/2.2/", "/handbook/find/?q=assets", "/handbook/coverage/", "/handbook/?whole=1"],
)
def test_a_page_asks_little(
    officer: Client, address: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    officer.get(address)
    with django_assert_max_num_queries(12):
        assert officer.get(address).status_code == 200


def test_what_is_in_force_is_shown_without_a_banner(officer: Client) -> None:
    assert "book-banner" not in officer.get("/handbook/2.2/").content.decode()


def test_another_version_says_that_it_is_not_in_force_and_its_links_stay_in_it(officer: Client) -> None:
    page = officer.get("/handbook/2.3/?version=5d1c0f9e77aa").content.decode()
    assert "Version 5d1c0f9e, not in force today." in page
    assert 'href="/handbook/2.3/?version=5d1c0f9e77aa"' in page


def test_a_version_that_is_not_stored_is_not_there(officer: Client) -> None:
    assert officer.get("/handbook/?version=unknown").status_code == 404


def test_a_draft_is_read_by_those_who_may_read_drafts(officer: Client, client: Client) -> None:
    address = f"/handbook/?draft={Draft.objects.get(name='2027.1').pk}"
    assert "Draft of 2027.1" in officer.get(address).content.decode()
    client.force_login(factories.user(Role.BANKER))
    assert client.get(address).status_code == 404


def test_a_version_that_was_never_approved_is_read_by_those_who_may_read_drafts(
    officer: Client, client: Client
) -> None:
    content = Draft.objects.get(name="2027.1").files
    address = f"/handbook/?version={actions.keep(by='tests', files=content).pk}"
    assert officer.get(address).status_code == 200
    client.force_login(factories.user(Role.BANKER))
    assert client.get(address).status_code == 404
