"""The contact that a tier is owed: when it falls due."""

from datetime import date
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from stead.engagement.book import owed
from stead.handbook.content.book import load

BOOK = load(Path(__file__).parents[4] / "handbook")
DAY = date(2026, 11, 24)
CON = ibis.duckdb.connect()
GOLD, SUNFLOWER, MASS = 1, 2, 0


def due(tier: int, last: date | None, opened: date = date(2015, 5, 1)) -> date | None:
    row = {"customer_id": "C1", "opened_on": opened, "contact_last_on": last}
    schema = pa.schema(
        [("customer_id", pa.string()), ("opened_on", pa.date32()), ("contact_last_on", pa.date32())]
    )
    known = ibis.memtable(pa.Table.from_pylist([row], schema=schema))
    standing = ibis.memtable(pa.table({"customer_id": ["C1"], "tier": [tier], "stage": ["mature"]}))
    [found] = CON.to_pyarrow(owed(known, standing, BOOK, DAY)).to_pylist()
    falls_due: date | None = found["contact_due_on"]
    return falls_due


def test_it_falls_due_an_interval_after_the_last_contact() -> None:
    assert due(SUNFLOWER, date(2026, 9, 1)) == date(2026, 11, 30)


def test_nobody_without_a_contact_on_record_is_years_overdue() -> None:
    assert due(SUNFLOWER, None) == date(2026, 11, 1)


def test_a_new_customer_without_contact_has_the_whole_interval() -> None:
    assert due(SUNFLOWER, None, opened=date(2026, 11, 10)) == date(2027, 2, 8)


@pytest.mark.parametrize("last", [None, date(2020, 1, 1)])
def test_the_mass_tier_is_owed_none(last: date | None) -> None:
    assert due(MASS, last) is None
