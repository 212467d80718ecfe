"""Prepared statements: the text is written once, the values are new each time."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import factories

from stead.access.models import Role, User
from stead.core.prepared import ask, place
from stead.customers.queries import profile

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NAME = place("name")


def test_a_statement_is_built_once_and_asked_with_other_values() -> None:
    built = []

    def build() -> object:
        built.append(1)
        return User.objects.filter(username=NAME)

    for name in ("chen", "li"):
        factories.user(Role.AUDITOR, name)
    found = [ask(User, "test of a name", build, {NAME: name})[0].username for name in ("chen", "li", "chen")]  # type: ignore[arg-type]
    assert found == ["chen", "li", "chen"]
    assert built == [1]


def test_a_value_is_a_parameter_and_never_text() -> None:
    odd = "'; DROP TABLE access_user; --"
    assert ask(User, "test of a value", lambda: User.objects.filter(username=NAME), {NAME: odd}) == []


def test_users_of_one_role_do_not_see_each_others_customers() -> None:
    factories.night()
    factories.customer("C1")
    factories.customer("C2", banker_id="B2")
    first, second = factories.user(), factories.user(username="two", banker_id="B2")
    with CaptureQueriesContext(connection) as seen:
        found = [profile(user, number) is not None for user in (first, second) for number in ("C1", "C2")]
    assert found == [True, False, False, True]
    assert len(seen) == 4
