"""What every test stands on."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.postgresql.operations import DatabaseOperations
from pytest_django import Settings

from stead.core.assets import gather
from stead.core.catalogs import compile_catalogs
from stead.handbook.firings import of_publication
from stead.insight.clause_actions import tallies_of_all
from stead.web.wiring import wire

_flush = DatabaseOperations.execute_sql_flush


def _flush_with_ledger(self: BaseDatabaseOperations, sql_list: Iterable[str]) -> None:
    """Empty the tables between tests; the ledger refuses that, so its triggers rest meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
    _flush(self, sql_list)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")


def pytest_configure(config: pytest.Config) -> None:
    """Translations and the pages' files are compiled and gathered before Django starts."""
    del config
    compile_catalogs()
    gather()
    # A served test page must not keep its connection: the test database could not be dropped.
    django_settings.DATABASES["default"]["CONN_MAX_AGE"] = 0
    # What the addresses and the command line do when they are loaded; a test may need neither.
    wire()
    DatabaseOperations.execute_sql_flush = _flush_with_ledger  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Settings) -> None:
    """Tests read static files as they lie; the manifest of packed files is made when the site is served."""
    storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    settings.STORAGES = settings.STORAGES | {"staticfiles": storage}
    # A hash that takes a quarter of a second on purpose is not what the tests are about.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    """The nights of tests bear one name, by which a process remembers what it counted."""
    tallies_of_all.cache_clear()
    of_publication.cache_clear()
