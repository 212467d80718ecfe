"""A whole night over a bank in which some left and some died: who counts, and what fires."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from stead.extracts.delivery import quoted
from stead.handbook.content.book import load
from stead.night import stages
from stead.night.demo.generate import generate
from stead.night.stage_work import work
from stead.night.summary import firings, summarise
from tests.test_limit import write_empty_ledger

DAY = date(2026, 11, 20)
ROOT = Path(__file__).parents[1]
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> stages.Night:
    """Of 400 customers of the demo some have left; three of the others died, left today, leave tomorrow."""
    lake = tmp_path_factory.mktemp("lake")
    delivery = generate(400, DAY, 7, "zh", lake)
    path = delivery.path("customers")
    with duckdb.connect() as con:
        con.execute(
            """
            CREATE TABLE changed AS
            WITH numbered AS (
                SELECT *, row_number() OVER (PARTITION BY closed_on IS NULL AND kind = 'person'
                    ORDER BY customer_id) AS n FROM read_parquet(?)),
            placed AS (SELECT * REPLACE (CASE WHEN closed_on IS NULL AND kind = 'person' THEN n END AS n)
                FROM numbered)
            SELECT * EXCLUDE (n) REPLACE (
                CASE n WHEN 1 THEN DATE '2026-03-01' END AS died_on,
                CASE n WHEN 2 THEN DATE '2026-11-20' WHEN 3 THEN DATE '2026-11-21'
                    ELSE closed_on END AS closed_on)
            FROM placed
            """,
            [str(path)],
        )
        con.execute(f"COPY (FROM changed ORDER BY customer_id) TO {quoted(str(path))} (FORMAT parquet)")
    made = stages.Night(lake / "night", "ended", DAY, delivery, load(ROOT / "handbook"))
    write_empty_ledger(made.folder / stages.LEDGER)
    for stage in stages.stages():
        work(made, stage, lambda *_: None)
    return made


def asked(night: stages.Night, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        for table in ("customer", "standing", "action", "tiermove"):
            con.read_parquet(str(night.path("", table))).create_view(table)
        con.read_parquet(str(night.delivery.path("customers"))).create_view("customers")
        return con.execute(query).fetchall()


GONE = (
    "SELECT customer_id FROM customers WHERE closed_on <= DATE '2026-11-20' OR died_on <= DATE '2026-11-20'"
)


def test_everybody_has_a_standing_that_says_who_is_no_customer(night: stages.Night) -> None:
    ((everybody, gone, wrong),) = asked(
        night,
        f"""SELECT count(*), count(*) FILTER (ended <> ''),
            count(*) FILTER ((ended <> '') <> (customer_id IN ({GONE}))) FROM standing""",
    )
    assert (everybody, wrong) == (400, 0)
    assert gone >= 3  # some of the demo, and two of these
    assert asked(night, "SELECT count(*) FROM standing WHERE ended = 'deceased'") == [(1,)]
    assert asked(night, "SELECT count(*) FROM customer JOIN standing USING (customer_id, ended)") == [(400,)]


def test_who_is_no_customer_has_nothing_decided_or_owed(night: stages.Night) -> None:
    neutral = (
        "tier = 0 AND stage = '' AND warning = 0 AND watch_months = 0 AND contact_due_on IS NULL"
        " AND contact_interval_days IS NULL AND warning_due_on IS NULL AND decisions = '{}'"
    )
    assert asked(night, f"SELECT count(*) FROM standing WHERE ended <> '' AND NOT ({neutral})") == [(0,)]
    assert asked(night, f"SELECT count(*) FROM action WHERE customer_id IN ({GONE})") == [(0,)]
    assert asked(night, f"SELECT count(*) FROM tiermove WHERE customer_id IN ({GONE})") == [(0,)]


def test_who_leaves_tomorrow_is_a_customer_today(night: stages.Night) -> None:
    query = (
        "SELECT ended, stage <> '' FROM standing JOIN customers USING (customer_id)"
        " WHERE closed_on = '2026-11-21'"
    )
    assert asked(night, query) == [("", True)]


def test_the_counts_of_the_night_and_of_fired_rules_agree(night: stages.Night) -> None:
    ((current,),) = asked(night, "SELECT count(*) FROM standing WHERE ended = ''")
    told = summarise(night.folder / stages.PUBLISHED)
    assert told["customers"] == current
    assert sum(told["tiers"].values()) == sum(told["stages"].values()) == current
    fired = firings(stages.fired_in(night))
    for table in ("2.2/tier", "2.2/stage", "2.4/warning", "2.3/contact_owed"):
        assert sum(one.count for one in fired if one.table == table) == current, table
