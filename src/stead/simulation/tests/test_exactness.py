"""Replaying the version in force over nights that were really run gives exactly their rows."""

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from stead.night.demo import generate, next_day
from stead.night.manifest import run_folder
from stead.simulation.replay.engine import Order
from stead.simulation.replay.sides import ACTION
from stead.simulation.results.tables import CURRENT, DRAFT
from stead.simulation.tests import real_nights

pytestmark = [
    pytest.mark.database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning"),
]
FIRST, NIGHTS = date(2026, 11, 17), 3
TABLES = {
    "standings": "decisions/standings.parquet",
    "warnings": "decisions/warnings.parquet",
    "owed": "decisions/owed.parquet",
}


def differences(real: Path, replayed: Path, columns: str = "*") -> int:
    """Rows that stand in one file and not in the other, as often as they stand there."""
    pair = [f"SELECT {columns} FROM read_parquet('{path}')" for path in (real, replayed)]
    query = f"({pair[0]} EXCEPT ALL {pair[1]}) UNION ALL ({pair[1]} EXCEPT ALL {pair[0]})"
    return number(f"SELECT count(*) FROM ({query})")


def rows(path: Path) -> int:
    """How many rows a file has."""
    return number(f"SELECT count(*) FROM read_parquet('{path}')")


def number(query: str) -> int:
    """The one number that a query gives."""
    with duckdb.connect() as con:
        return int(con.execute(query).fetchall()[0][0])


@pytest.fixture
def worked(tmp_path: Path) -> tuple[Path, dict[date, Path]]:
    """A lake with real nights, between which bankers worked; the decisions of each are set aside."""
    lake = tmp_path / "lake"
    generate(400, FIRST, 7, "zh", lake)
    kept: dict[date, Path] = {}
    for number in range(NIGHTS):
        day = FIRST + timedelta(days=number)
        if number:
            next_day(lake, day - timedelta(days=1), share=0.3, seed=number)
        run = run_folder(lake, day, real_nights.night(lake, day))
        kept[day] = tmp_path / "kept" / day.isoformat()
        copy(run, kept[day])
        real_nights.work()
    return lake, kept


def copy(run: Path, place: Path) -> None:
    """Set a run's results aside, which the nights after it drop."""
    for name in (*TABLES.values(), "published/action.parquet"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes((run / name).read_bytes())


def check_same(order: Order, kept: dict[date, Path], side: str) -> None:
    """Decisions and actions of a side are those of the real nights, row for row."""
    total = 0
    assert [night.day for night in order.period.nights] == list(kept)
    for night in order.period.nights:
        place, real = order.place(night, side), kept[night.day]
        for name, path in TABLES.items():
            assert rows(real / path) == 399  # of 400 one has left
            assert differences(real / path, place.path(name)) == 0, (night.day, side, name)
        columns = ", ".join(f'"{name}"' for name in ACTION)
        total += rows(place.path("actions"))
        actions = real / "published" / "action.parquet"
        assert differences(actions, place.path("actions"), columns) == 0, (night.day, side)
    assert total > 60


@pytest.mark.slow
def test_the_version_in_force_gives_the_rows_of_the_real_nights(
    worked: tuple[Path, dict[date, Path]],
) -> None:
    lake, kept = worked
    order = real_nights.replayed(lake, FIRST, max(kept), real_nights.handbook())
    for side in (CURRENT, DRAFT):
        check_same(order, kept, side)
    # The bankers did change what followed: with another ledger the rows would be others.
    last = order.period.nights[-1]
    assert rows(order.place(last, CURRENT).path("ledger_contacts")) > 20
