"""One night at a time, over the lake and over the database."""

from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from stead.core.postgres import address_of
from stead.night.locks import AnotherNightError, one_night

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
DAY = date(2026, 11, 23)


def test_a_second_night_in_the_lake_is_refused_and_told_which_runs(tmp_path: Path) -> None:
    url = address_of(connection.settings_dict)
    with (
        one_night(tmp_path, url, DAY),
        pytest.raises(AnotherNightError, match=r"2026-11-23, process .*since 20"),
        one_night(tmp_path, url, date(2026, 11, 24)),
    ):
        pass


def test_a_second_night_on_the_database_is_refused(tmp_path: Path) -> None:
    url = address_of(connection.settings_dict)
    with (
        one_night(tmp_path / "a", url, DAY),
        pytest.raises(AnotherNightError, match="stead night 2026-11-23"),
        one_night(tmp_path / "b", url, DAY),
    ):
        pass


def test_the_locks_end_with_the_night(tmp_path: Path) -> None:
    url = address_of(connection.settings_dict)
    for _ in range(2):
        with one_night(tmp_path, url, DAY):
            pass
