"""Whether a connection still is one is heard, and asked only when there is something to hear."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql import base

from stead.core.postgres import address_of, django_database

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def another() -> Iterator[BaseDatabaseWrapper]:
    """A second connection to the database of the tests."""
    made = connection.copy()
    made.connect()
    yield made
    made.close()


def asked(_wrapper: object) -> bool:
    """What stands in for Django's question to the server."""
    raise AssertionError("the server was asked")


def test_a_connection_on_which_nothing_is_to_be_heard_is_not_asked(
    another: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", asked)
    assert another.is_usable()


def test_a_connection_with_an_error_behind_it_is_asked(
    another: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", asked)
    another.errors_occurred = True
    with pytest.raises(AssertionError, match="was asked"):
        another.is_usable()


def test_a_connection_whose_server_ended_is_not_usable(another: BaseDatabaseWrapper) -> None:
    with another.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        number = cursor.fetchone()[0]
    with connection.cursor() as cursor:
        # It answers when that process is gone, or after the milliseconds.
        cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [number])
        assert cursor.fetchone()[0]
    assert not another.is_usable()


def test_a_connection_that_is_closed_is_not_usable(another: BaseDatabaseWrapper) -> None:
    another.close()
    assert not another.is_usable()


@pytest.mark.parametrize(("query", "threshold"), [("", 0), ("?prepare=off", None), ("?prepare=on", 0)])
def test_statements_are_prepared_unless_the_address_says_not_to(query: str, threshold: int | None) -> None:
    settings = django_database(f"postgresql://bank@db/stead{query}")
    assert settings["OPTIONS"] == {"prepare_threshold": threshold}
    assert address_of(settings) == "postgresql://bank@db/stead?"
