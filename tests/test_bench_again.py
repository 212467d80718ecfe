"""A benchmark begins anew on its own data, and leaves the data of others alone."""

from pathlib import Path

import pytest
from bench.__main__ import claim
from bench.night import begin_anew
from django.db import connection

from stead.night.models import Publication, Run
from tests import factories


def test_a_folder_that_no_benchmark_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    with pytest.raises(SystemExit, match="was not made by a benchmark"):
        claim(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["lake"]


def test_a_folder_of_its_own_is_taken_again(tmp_path: Path) -> None:
    for _ in range(2):
        claim(tmp_path / "bench")
        (tmp_path / "bench" / "lake").mkdir(exist_ok=True)


def nights_of(data: Path) -> Path:
    nights = data / "lake" / "nights" / "2026-11-20"
    nights.mkdir(parents=True)
    (data / "lake" / "extracts").mkdir()
    return nights


# The transaction of the test is rolled back, and with it that all tables went.
@pytest.mark.database
@pytest.mark.django_db
def test_the_nights_of_an_earlier_benchmark_are_forgotten_and_the_bank_is_kept(tmp_path: Path) -> None:
    nights = nights_of(tmp_path)
    factories.night(lake=str(tmp_path / "lake"))
    assert Publication.objects.exists()
    connection.check_constraints()  # now, as at the end of a transaction: a table with checks ahead stays
    begin_anew(tmp_path)
    with connection.cursor() as cursor:
        assert connection.introspection.table_names(cursor) == []
    assert (nights.exists(), (tmp_path / "lake" / "extracts").exists()) == (False, True)
    begin_anew(tmp_path)


@pytest.mark.database
@pytest.mark.django_db
def test_a_database_with_nights_of_another_lake_is_left_alone(tmp_path: Path) -> None:
    nights = nights_of(tmp_path)
    factories.night(lake="/srv/bank/lake")
    with pytest.raises(RuntimeError, match="knows nights of /srv/bank/lake"):
        begin_anew(tmp_path)
    assert (Run.objects.count(), nights.exists()) == (1, True)
