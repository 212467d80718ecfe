"""What a replay carries from one night to the next, on a bank of three customers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb
import pytest

from stead.handbook.content.book import Handbook
from stead.night.engine import CancelledError, Stop
from stead.night.registry import practices
from stead.simulation.replay import engine
from stead.simulation.replay.periods import PeriodError, period
from stead.simulation.results.tables import CURRENT, DRAFT
from stead.simulation.tests.three_customers import (
    ANNIVERSARY,
    ANNIVERSARY_KEY,
    BIRTHDAY,
    BIRTHDAY_KEY,
    make_lake,
    strict,
    without_birthdays,
)

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two deliveries; the nights were never really run."""
    return make_lake(tmp_path_factory.mktemp("bank"))


def order(
    lake: Path, draft: Handbook, current: Handbook, name: str, stop: Stop | None = None
) -> engine.Order:
    """A replay of both nights."""
    found = period(lake, date(2024, 3, 29), ANNIVERSARY)
    sides = {night.day: current for night in found.nights}
    folder = lake / "simulations" / name
    return engine.Order(lake, folder, found, sides, draft, "test", stop=stop or Stop())


def status(done: engine.Order, side: str, night: int, key: str) -> str:
    """What a side does with an action, and why."""
    path = done.place(done.period.nights[night], side).path("actions")
    with duckdb.connect() as con:
        query = f"SELECT status, held_reason FROM read_parquet('{path}') WHERE key = '{key}'"
        found = con.execute(query).fetchall()
    return " ".join(found[0]).strip() if found else ""


@pytest.fixture(scope="module")
def pair(lake: Path) -> tuple[engine.Order, engine.Order]:
    """Two replays, done at once, of the same nights: each one's draft is what the other decides by now."""
    left = order(lake, without_birthdays(), strict(), "left")
    right = order(lake, strict(), without_birthdays(), "right")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(engine.run, (left, right)))
    return left, right


@pytest.mark.slow
def test_a_contact_that_the_draft_holds_back_frees_the_later_one(
    pair: tuple[engine.Order, engine.Order],
) -> None:
    done, _ = pair
    assert status(done, CURRENT, 0, BIRTHDAY_KEY) == "today"
    assert status(done, CURRENT, 1, ANNIVERSARY_KEY) == "held limit/relationship/7"
    assert status(done, DRAFT, 0, BIRTHDAY_KEY) == ""
    assert status(done, DRAFT, 1, ANNIVERSARY_KEY) == "today"


@pytest.mark.slow
def test_what_only_the_draft_plans_counts_against_its_limits_afterwards(
    pair: tuple[engine.Order, engine.Order],
) -> None:
    _, done = pair
    assert status(done, DRAFT, 0, BIRTHDAY_KEY) == "today"
    assert status(done, DRAFT, 1, ANNIVERSARY_KEY) == "held limit/relationship/7"
    assert status(done, CURRENT, 1, ANNIVERSARY_KEY) == "today"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "is_same"),
    [
        ("params.csv", False),
        ("2.4/warning.dmn", False),
        ("2.2/movement.dmn", False),
        ("2.3/limits.csv", True),
    ],
)
def test_a_side_decides_the_same_only_by_the_same_tables_and_parameters(path: str, is_same: bool) -> None:
    files = strict().files
    changed = Handbook({**files, path: files[path] + "\n"})
    plan = practices.get()
    warnings = next(table for table in plan.tables if table.name == "warnings")
    assert plan.decides_alike(warnings, strict(), changed) == is_same


def test_two_replays_at_once_do_not_disturb_each_other(pair: tuple[engine.Order, engine.Order]) -> None:
    left, right = pair
    assert status(left, DRAFT, 1, ANNIVERSARY_KEY) == status(right, CURRENT, 1, ANNIVERSARY_KEY) == "today"
    held = "held limit/relationship/7"
    assert status(left, CURRENT, 1, ANNIVERSARY_KEY) == status(right, DRAFT, 1, ANNIVERSARY_KEY) == held


@pytest.mark.slow
def test_a_replay_that_was_stopped_goes_on_with_the_night_where_it_stopped(lake: Path) -> None:
    stop = Stop()
    halfway = order(lake, without_birthdays(), strict(), "halfway", stop)
    told: list[date] = []
    watched = engine.Order(**{**halfway.__dict__, "report": stopping(stop, told)})
    with pytest.raises(CancelledError):
        engine.run(watched)
    marker = halfway.folder / BIRTHDAY.isoformat() / engine.DONE
    written = marker.stat().st_mtime_ns
    assert not (halfway.folder / ANNIVERSARY.isoformat() / engine.DONE).exists()
    again = order(lake, without_birthdays(), strict(), "halfway")
    engine.run(again)
    assert marker.stat().st_mtime_ns == written
    assert status(again, DRAFT, 1, ANNIVERSARY_KEY) == "today"


def stopping(stop: Stop, told: list[date]) -> Callable[[float, date, str], None]:
    """Ask for the stop once the second night is being planned."""

    def report(_share: float, night: date, step: str) -> None:
        told.append(night)
        if night == ANNIVERSARY and step == engine.STEPS[1]:
            stop.ask()

    return report


def test_dates_without_extracts_are_named(lake: Path) -> None:
    found = period(lake, date(2024, 3, 25), date(2024, 4, 3))
    assert [night.day for night in found.nights] == [BIRTHDAY, ANNIVERSARY]
    gaps = [(gap.first, gap.last, gap.days, gap.reason) for gap in found.missing]
    assert gaps == [
        (date(2024, 3, 25), date(2024, 3, 29), 5, "no_extracts"),
        (date(2024, 4, 1), date(2024, 4, 1), 1, "no_extracts"),
        (date(2024, 4, 3), date(2024, 4, 3), 1, "no_extracts"),
    ]


def test_a_period_without_any_extracts_is_refused_and_says_what_there_is(lake: Path) -> None:
    with pytest.raises(PeriodError, match=r"2024-03-31, 2024-04-02"):
        period(lake, date(2024, 5, 1), date(2024, 5, 31))
