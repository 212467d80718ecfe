"""Each side's ledger: what stays of the real one, and what is assumed."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from stead.night.engine import Engine, Stop, engine
from stead.simulation.replay import ledgers
from stead.simulation.replay.ledgers import Past, Place

NIGHT, WORK = date(2026, 3, 2), date(2026, 3, 3)
PLANS = {
    "current": [("both", "today"), ("current only", "today"), ("waits on one", "carried"), ("held", "held")],
    "draft": [("both", "today"), ("draft only", "today"), ("waits on one", "today"), ("held", "held")],
}
LOGGED = [("", 1), ("both", 2), ("current only", 3), ("waits on one", 4), ("held", 5), ("old", 6)]


def write(path: Path, query: str) -> None:
    """Write a query's rows as Parquet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as con:
        con.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")


def values(rows: list[str]) -> str:
    """Rows of SQL as a source."""
    return f"(VALUES {', '.join(rows)})"


def snapshot(folder: Path, logged: list[tuple[str, int]], states: list[tuple[str, str]]) -> Path:
    """A real ledger: contacts (key, number) and what became of actions (key, state)."""
    rows = values([f"({number}, '{key}')" for key, number in logged])
    contacts = (
        "SELECT number::BIGINT id, 'c' customer_id, 'k' banker_id,"
        " TIMESTAMPTZ '2026-03-03 02:00:00+00' \"at\", 'call' channel,"
        " 'service' message_class, 'out' direction, 'reached' outcome, key action_key,"
        f" '' action_kind FROM {rows} t(number, key)"
    )
    write(folder / "ledger_contacts.parquet", contacts)
    rows = values([f"('{key}', '{state}')" for key, state in states] or ["(NULL, NULL)"])
    write(
        folder / "action_states.parquet",
        "SELECT key action_key, 'c' customer_id, '' kind, state, DATE '2026-03-03' on_date, NULL::DATE until"
        f" FROM {rows} t(key, state) WHERE key IS NOT NULL",
    )
    write(folder / "assignments.parquet", "SELECT 'c' customer_id, 'k' banker_id, 'n' branch_id")
    return folder


@pytest.fixture
def at_work(tmp_path: Path) -> Iterator[Engine]:
    """A small DuckDB."""
    with engine(Stop(), tmp_path / "spill", 2**28) as made:
        yield made


@pytest.fixture
def night(tmp_path: Path, at_work: Engine) -> dict[str, Place]:
    """A night that was really run, planned by both sides, whose ledger knew of one contact."""
    places = {}
    before = snapshot(tmp_path / "before", [("old", 6)], [("old", "done")])
    for side, plan in PLANS.items():
        places[side] = Place(tmp_path / side)
        rows = values([f"('{key}', '{status}')" for key, status in plan])
        write(
            places[side].path("actions"),
            "SELECT key, status, 'c' customer_id, 'k' banker_id, 'call' channel, 'service' message_class,"
            f" 'birthday' kind FROM {rows} t(key, status)",
        )
        ledgers.build(at_work, Past(before, None, [], [], [], unplanned=False), places[side])
    for side in PLANS:
        ledgers.assume(at_work, places[side], places["current"], WORK, "Asia/Shanghai", all_done=False)
    return places


def after(at_work: Engine, night: dict[str, Place], tmp_path: Path, side: str, **more: bool) -> Place:
    """A side's ledger before the next night, when all of LOGGED was logged and some actions were declined."""
    states = [("old", "done"), ("both", "declined"), ("current only", "declined")]
    real = snapshot(tmp_path / "real", LOGGED, states)
    unplanned = more.get("unplanned", False)
    plans, current = [night[side]], [night["current"]]
    past = Past(real, tmp_path / "before", plans, current, [night[side]], unplanned=unplanned)
    into = Place(tmp_path / f"{side} after")
    ledgers.build(at_work, past, into)
    return into


def keys(place: Place, table: str = "ledger_contacts") -> list[str]:
    """The actions that a side's ledger tells of, in order."""
    with duckdb.connect() as con:
        query = f"SELECT action_key FROM read_parquet('{place.path(table)}') ORDER BY 1"
        return [row[0] for row in con.execute(query).fetchall()]


def test_the_side_of_the_real_nights_keeps_all_that_was_logged(
    at_work: Engine, night: dict[str, Place], tmp_path: Path
) -> None:
    place = after(at_work, night, tmp_path, "current")
    assert keys(place) == sorted(key for key, _ in LOGGED)
    assert keys(place, "action_states") == ["both", "current only", "old"]


def test_a_real_contact_falls_away_where_the_draft_does_not_plan_its_action(
    at_work: Engine, night: dict[str, Place], tmp_path: Path
) -> None:
    place = after(at_work, night, tmp_path, "draft")
    # What the draft alone planned for the day was done once: as assumed, not as it really happened later.
    assert keys(place) == ["", "both", "draft only", "held", "old", "waits on one"]
    assert keys(place, "action_states") == ["both", "draft only", "old", "waits on one"]
    assert keys(place, "fresh") == ["", "both", "held"]


def test_on_a_night_that_was_never_run_all_of_the_plan_is_taken_to_be_done(
    at_work: Engine, night: dict[str, Place]
) -> None:
    for side in PLANS:
        ledgers.assume(at_work, night[side], night["current"], WORK, "Asia/Shanghai", all_done=True)
    assert keys(night["current"], "assumed") == ["both", "current only"]
    assert keys(night["draft"], "assumed") == ["both", "draft only", "waits on one"]


def test_contacts_of_nights_that_are_not_replayed_stay(
    at_work: Engine, night: dict[str, Place], tmp_path: Path
) -> None:
    LOGGED.append(("of another night", 9))
    try:
        assert "of another night" not in keys(after(at_work, night, tmp_path, "draft"))
        place = after(at_work, night, tmp_path, "draft", unplanned=True)
    finally:
        LOGGED.pop()
    assert "of another night" in keys(place)
    assert "current only" not in keys(place)
