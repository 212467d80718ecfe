"""Searching: every way of naming a customer finds them, and nobody else's."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import factories

from stead.access.models import Role, User
from stead.customers import search as searching
from stead.customers.search import found_by

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def search(user: User, text: str, limit: int = 8) -> list[tuple[str, str]]:
    """The search of a bank in China."""
    return searching.search(user, text, limit, country="CN")


@pytest.fixture
def banker() -> User:
    factories.night()
    factories.customer("00921183", "周慧敏", phone="13812342206", identity_ending="11220X")
    factories.customer("00921184", "周慧", phone="13900001111")
    factories.customer("00921185", "Jana Nováková", phone="")
    factories.customer("00991186", "周慧敏", banker_id="B2")
    return factories.user()


@pytest.mark.parametrize(
    ("typed", "way"),
    [
        ("周慧敏", "name"),
        ("周慧", "name"),
        ("慧敏", "given_name"),
        ("zhouhuim", "pinyin"),
        ("Zhou Huimin", "pinyin"),
        ("zhm", "initials"),
        ("00921183", "number"),
        ("0092 1183", "number"),
        ("1381234", "phone"),
        ("138 1234 2206", "phone"),
        ("2206", "phone"),
        ("220X", "identity"),
        ("11220x", "identity"),
    ],
)
def test_a_customer_is_found_by(banker: User, typed: str, way: str) -> None:
    assert dict(search(banker, typed)).get("00921183") == way


def test_the_whole_name_comes_before_longer_names(banker: User) -> None:
    assert search(banker, "周慧")[0] == ("00921184", "name")


def test_a_family_name_after_a_space_is_found(banker: User) -> None:
    assert search(banker, "nová") == [("00921185", "given_name")]


def test_customers_of_others_are_not_found(banker: User) -> None:
    assert "00991186" not in dict(search(banker, "周慧敏"))
    assert search(banker, "00991186") == []


def test_an_auditor_finds_all(banker: User) -> None:
    auditor = factories.user(Role.AUDITOR)
    assert {"00921183", "00991186"} <= set(dict(search(auditor, "周慧敏")))


@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "'", "\\", "((", "x" * 500, "1" * 500, "周" * 500])
def test_odd_texts_find_nobody_and_break_nothing(banker: User, typed: str) -> None:
    assert search(banker, typed) == []


def test_one_statement_answers(banker: User) -> None:
    with CaptureQueriesContext(connection) as seen:
        search(banker, "2206")
    assert len(seen) == 1


def test_no_condition_joins_two_columns_by_or(banker: User) -> None:
    # An OR over two columns reads the whole table where the table is large.
    for typed in ("周慧敏", "zhou", "2206", "11220X", "watts isaac", "010-66667777"):
        with CaptureQueriesContext(connection) as seen:
            search(banker, typed)
        assert " OR " not in seen[0]["sql"]


def test_more_customers_of_a_name_than_a_page_shows_are_all_in_the_list() -> None:
    factories.night()
    for number in range(12):
        factories.customer(f"C{number}", "周慧敏")
    user = factories.user()
    assert len(search(user, "周慧敏", 8)) == 8
    assert found_by(user, "周慧敏", country="CN").count() == 12
