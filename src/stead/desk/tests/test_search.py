"""Search from the field in the bar."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import factories

pytestmark = [pytest.mark.database, pytest.mark.django_db]
PART = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _banker(client: Client) -> None:
    factories.night()
    factories.customer("00921183", pinyin="zhouhuimin", initials="zhm")
    factories.customer("00921184", "周慧", pinyin="zhouhui", initials="zh")
    client.force_login(factories.user())


def test_hits_are_options_that_open_the_customer(client: Client) -> None:
    part = client.get("/search/?q=zhm", headers=PART).content.decode()
    assert 'role="option"' in part
    assert "/customers/00921183/" in part
    assert "13812342206" not in part


def test_suggestions_take_seven_queries(client: Client) -> None:
    with CaptureQueriesContext(connection) as seen:
        client.get("/search/?q=zhou", headers=PART)
    assert len(seen) <= 7


def test_nothing_typed_is_nothing_found(client: Client) -> None:
    assert client.get("/search/?q=", headers=PART).content.decode().strip() == ""


def test_nobody_found_says_what_to_try(client: Client) -> None:
    assert "last four digits" in client.get("/search/?q=qqq", headers=PART).content.decode()


def test_one_hit_opens_at_once_and_several_are_listed(client: Client) -> None:
    assert client.get("/search/?q=zhm")["Location"] == "/customers/00921183/"
    assert client.get("/search/?q=zhou").status_code == 200
