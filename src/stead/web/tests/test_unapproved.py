"""A night by rules that nobody approved says so on the desk for as long as it is shown."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests import factories

from stead.access.models import Role
from stead.extracts.shown_night import published

pytestmark = [pytest.mark.database, pytest.mark.django_db]
SAID = "Tonight's rules are not approved: the night used the handbook in try,"
PAGES = [("/day/", Role.BANKER), ("/customers/C1/", Role.BANKER), ("/branch/", Role.BRANCH_HEAD)]


def shown(client: Client, address: str, role: Role, language: str = "en") -> str:
    user = factories.user(role)
    user.language = language
    user.save()
    client.force_login(user)
    return client.get(address, follow=True).content.decode()


@pytest.mark.parametrize(("address", "role"), PAGES)
def test_the_desk_warns_of_rules_that_nobody_approved(client: Client, address: str, role: Role) -> None:
    factories.night(unapproved="/tmp/try")
    factories.customer("C1")
    text = shown(client, address, role)
    assert SAID in text
    assert "/tmp" not in text


@pytest.mark.parametrize(("address", "role"), PAGES)
def test_the_desk_is_silent_about_rules_in_force(client: Client, address: str, role: Role) -> None:
    factories.night()
    factories.customer("C1")
    assert "unapproved" not in shown(client, address, role)


def test_the_warning_is_there_in_chinese(client: Client) -> None:
    factories.night(unapproved="/tmp/try")
    assert "今晚的规则未经批准" in shown(client, "/day/", Role.BANKER, "zh-hans")


def test_to_know_it_asks_nothing_of_the_database(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    factories.night(unapproved="/tmp/try")
    with django_assert_num_queries(1):
        night = published.get()()
        assert night is not None
        assert night.unapproved == "try"


def test_the_list_of_nights_marks_such_a_run(client: Client) -> None:
    factories.night(unapproved="/tmp/try")
    assert "not approved" in shown(client, "/runs/", Role.ADMINISTRATOR)
