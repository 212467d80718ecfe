"""What every test stands on, and how the tests are shared out when several processes run them (`-n`)."""

import gc
from collections.abc import Generator, Iterable
from pathlib import Path

import pytest
from coverage import Coverage
from django.conf import settings as django_settings
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.postgresql.operations import DatabaseOperations
from hypothesis import HealthCheck
from hypothesis import settings as Examples  # noqa: N812 - a class
from pytest_django import Settings
from xdist.scheduler import LoadFileScheduling

from stead.core.assets import gather
from stead.core.catalogs import compile_catalogs
from stead.handbook.firings import of_publication
from stead.insight.clause_actions import tallies_of_all
from stead.web.slots import wire

pytest_plugins = ["tests.nights"]
ACCEPTANCE = "tests/acceptance/"
UNMEASURED = ("browser", "slow", "unmeasured")
OWN_BANK = f"{ACCEPTANCE}test_handbook.py"
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
    # The server of the tests in a browser looks for it before any test begins.
    Path(django_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    # A served test page must not keep its connection: the test database could not be dropped.
    django_settings.DATABASES["default"]["CONN_MAX_AGE"] = 0
    # A machine that is busy takes its time for an example, and to draw one.
    patient = Examples(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    Examples.register_profile("patient", patient)
    Examples.load_profile("patient")
    # What the addresses and the command line do when they are loaded; a test may need neither.
    wire()
    DatabaseOperations.execute_sql_flush = _flush_with_ledger  # type: ignore[method-assign]
    # Compiling a night makes millions of small objects; to look for garbage among all that is loaded as often
    # as Python does by itself takes a sixth of the time.
    gc.set_threshold(200_000, 20, 20)


class FilesAndBanks(LoadFileScheduling):  # type: ignore[misc]
    """A process takes whole files, so that nothing is made twice; those on the shared bank go together."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return ACCEPTANCE if file.startswith(ACCEPTANCE) and file != OWN_BANK else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> FilesAndBanks:
    """Share the files out in the order of `pytest_collection_modifyitems`."""
    config.option.loadscopereorder = False
    return FilesAndBanks(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With `-n`, files with slow tests come first, so that no process is left with one at the end."""
    if hasattr(config, "workerinput"):
        slow = {item.path for item in items if item.get_closest_marker("slow")}
        items.sort(key=lambda item: item.path not in slow)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """With `--cov`, tests for which that is dear are not measured (docs/decisions/0017 says which)."""
    is_measured = not any(item.get_closest_marker(name) for name in UNMEASURED)
    measuring = None if is_measured else Coverage.current()
    if measuring is None:
        return (yield)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Settings) -> None:
    """Tests read static files as they lie; the manifest of packed files is made when the site is served."""
    storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": storage}
    # A hash that takes a quarter of a second on purpose is not what the tests are about.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    """The nights of tests bear one name, by which a process remembers what it counted."""
    tallies_of_all.cache_clear()
    of_publication.cache_clear()
