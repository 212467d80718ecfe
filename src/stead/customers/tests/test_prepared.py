"""Prepared statements: the text is written once, the values are new each time."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import factories

from stead.access.models import Role, User
from stead.core.prepared import MOMENT, NUMBER, ask, place
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


def prepared_statements() -> set[str]:
    """The statements that this connection has prepared."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return {row[0] for row in cursor.fetchall()}


def test_a_statement_is_prepared_by_its_connection_with_the_first_asking() -> None:
    before = prepared_statements()
    for name in ("chen", "li"):
        ask(
            User, "test of preparing", lambda: User.objects.filter(username=NAME, first_name=""), {NAME: name}
        )
    fresh = prepared_statements() - before
    assert len(fresh) == 1
    assert "$1" in fresh.pop()


def test_numbers_days_and_moments_have_places_too() -> None:
    user = factories.user(Role.AUDITOR, "chen")
    later = timezone.now() + timedelta(days=1)

    def found(number: int, moment: datetime) -> list[User]:
        values = {NUMBER: number, MOMENT: moment}
        build = User.objects.filter(pk=NUMBER, date_joined__lt=MOMENT)
        return ask(User, "test of kinds", lambda: build, values)

    assert found(user.pk, later) == [user]
    assert found(user.pk, user.date_joined) == []
    assert found(user.pk + 1, later) == []
