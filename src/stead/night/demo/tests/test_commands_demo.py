"""The demo's lake: what is there is kept, and nobody else's is touched."""

from datetime import date
from pathlib import Path

import pytest
from rich.console import Console
from tests import factories

from stead.extracts.delivery import Bank
from stead.extracts.writing import check_and_write, connect
from stead.night.demo.commands import (
    DemoError,
    Wanted,
    days_held,
    ensure_extracts,
    is_published,
    refuse_other_banks,
    remove_lake,
)

DAY = date(2026, 11, 22)
QUIET = Console(quiet=True)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    ensure_extracts(folder, Wanted(200, 1, "zh", None), DAY, QUIET)
    return folder


def test_without_a_date_it_makes_yesterday_and_then_keeps_that(lake: Path) -> None:
    made = (lake / "extracts/2026-11-22/customers.parquet").stat().st_mtime_ns
    delivery = ensure_extracts(lake, Wanted(200, 1, "zh", None), date(2027, 1, 1), QUIET)
    assert delivery.date == DAY
    assert (lake / "extracts/2026-11-22/customers.parquet").stat().st_mtime_ns == made


def test_the_day_after_is_a_second_day_of_the_same_bank(lake: Path) -> None:
    ensure_extracts(lake, Wanted(200, 1, "zh", date(2026, 11, 23)), DAY, QUIET)
    files = [lake / f"extracts/2026-11-{day}/customers.parquet" for day in (22, 23)]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_bank_of_another_size_is_not_overwritten(lake: Path) -> None:
    with pytest.raises(DemoError, match="demo bank of 200 customers, not 300"):
        ensure_extracts(lake, Wanted(300, 1, "zh", None), DAY, QUIET)


@pytest.mark.database
@pytest.mark.django_db
def test_a_lake_of_a_real_bank_is_refused(tmp_path: Path, lake: Path) -> None:
    names = {
        path.stem: f"read_parquet('{path}')" for path in (lake / "extracts/2026-11-22").glob("*.parquet")
    }
    bank = Bank("berka", "CNY", "CN", "Asia/Shanghai", "zh-hans")
    with connect(tmp_path / "work") as con:
        check_and_write(con, names, day=DAY, lake=tmp_path, bank=bank)
    with pytest.raises(DemoError, match="come from the mapping berka"):
        refuse_other_banks(tmp_path)


@pytest.mark.database
@pytest.mark.django_db
def test_a_database_of_another_lake_is_refused(lake: Path) -> None:
    refuse_other_banks(lake)
    factories.night(lake="/another/lake")
    with pytest.raises(DemoError, match="the demo needs a database of its own"):
        refuse_other_banks(lake)


@pytest.mark.database
@pytest.mark.django_db
def test_a_night_counts_as_published_only_for_its_day_and_lake(lake: Path) -> None:
    factories.night(lake=str(lake))
    assert is_published(DAY, lake)
    assert not is_published(date(2026, 11, 23), lake)
    assert not is_published(DAY, lake / "other")


def test_starting_over_leaves_no_day(tmp_path: Path) -> None:
    ensure_extracts(tmp_path, Wanted(100, 1, "zh", None), DAY, QUIET)
    remove_lake(tmp_path)
    assert days_held(tmp_path) == []
