"""Each number of the table of occasions, and parameters of clause 2.3, changed: candidates follow them."""

from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any

import ibis
import pyarrow as pa
import pytest
from tests.changed_cells import with_cells, with_param
from tests.every_number import all_changed, numbers

from stead.core.working_days import Calendar
from stead.engagement.book import candidates, owed
from stead.handbook.content.book import Handbook
from stead.night.registry import practices
from stead.night.tests.test_candidates import BOOK, FEATURES, STANDING, WARNING

DAY = date(2026, 12, 30)  # a Wednesday, two days before New Year
CALENDAR = Calendar("CN", DAY)
CON = ibis.duckdb.connect()
TURN = count()
# Ibis 12 still calls a function that DuckDB has renamed.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")
OCCASION = "2.3/occasion"
# What makes the night ask the table about a row of each occasion; the tier and amount are the row's.
EVENTS: dict[str, dict[str, Any]] = {
    **{
        f"warning_{name}": {
            "warning": colour,
            "warned_on": DAY,
            "respond_days": 2,
            "warning_rule": f"2.4-warning-{colour}",
        }
        for name, colour in (("red", 3), ("orange", 2), ("yellow", 1))
    },
    "maturity": {"maturity_next_on": DAY + timedelta(days=1)},
    "large_inflow": {"inflow_largest_30d_on": DAY - timedelta(days=1)},
    "birthday": {"birthday_next_on": DAY},
    "anniversary": {"anniversary_next_on": DAY},
    "tier_watch": {"watch_months": 4, "watched_on": DAY - timedelta(days=30)},
    "new_customer_welcome": {"opened_on": DAY - timedelta(days=2)},
    "festival": {},
}
AMOUNTS = {
    "maturity": "maturity_next_amount",
    "large_inflow": "inflow_largest_30d",
    "anniversary": "anniversary_years",
}
NUMBERS = [one for one in numbers(BOOK, [OCCASION]) if one.is_output]


def people() -> list[dict[str, Any]]:
    """A customer for each row of the table that gives an occasion, numbered as the row is."""
    table = BOOK.decision(OCCASION).table
    assert table is not None
    found = []
    for rule in table.rules[:-1]:
        word, tier, _days, amount = (cell.strip('"') for cell in rule.inputs)
        ranks = {">= 3": 3, ">= 2": 2, ">= 1": 1, "[1..2]": 1, "[0..1]": 1}
        given = {"tier": ranks.get(tier, int(tier) if tier.isdigit() else 0), "customer_id": rule.id}
        if word in AMOUNTS:
            given[AMOUNTS[word]] = int(amount.removeprefix(">= ").split(",")[0])
        # Nobody has been spoken to since the event, and nobody is owed a contact yet.
        found.append(EVENTS[word] | given | {"contact_last_on": DAY - timedelta(days=40), "stage": "new"})
    return found


def table_of(columns: dict[str, tuple[str, Any]], rows: list[dict[str, Any]]) -> Any:
    """The rows with what they do not name as in the columns."""
    names = {"customer_id": ("string", ""), **columns}
    filled = [{name: row.get(name, otherwise) for name, (_dtype, otherwise) in names.items()} for row in rows]
    schema = ibis.schema({name: dtype for name, (dtype, _otherwise) in names.items()}).to_pyarrow()
    for row in filled:
        for name, (dtype, _otherwise) in names.items():
            if dtype.startswith("decimal") and row[name] is not None:
                row[name] = Decimal(row[name])
    return ibis.memtable(pa.Table.from_pylist(filled, schema=schema))


def kept(_name: str, rows: Any) -> Any:
    """The rows, computed once, as the night keeps them."""
    return CON.create_table(f"kept_{next(TURN)}", rows, temp=True)


def found(
    handbook: Handbook, states: list[dict[str, Any]] | None = None, **given: Any
) -> dict[str, dict[str, Any]]:
    """The candidate of each row's customer, by the row; contacts owed are left out."""
    rows = [row | given for row in people()]
    features, standing, warning = (
        kept("", table_of(columns, rows)) for columns in (FEATURES, STANDING, WARNING)
    )
    schema = {"action_key": "string", "state": "string", "on_date": "date", "until": "date"}
    done = ibis.memtable(states or [], schema=schema)
    due = kept("", owed(features, standing, handbook, DAY))
    tables = {"features": features, "standings": standing, "warnings": warning, "owed": due}
    table = candidates(practices.get().asks, tables, done, handbook, CALENDAR, kept)
    told = CON.to_pyarrow(table).to_pylist()
    return {row["customer_id"]: row for row in told if row["occasion_rule"] == row["customer_id"]}


@cache
def before() -> dict[str, dict[str, Any]]:
    """The candidates by the handbook as it is."""
    return found(BOOK)


def changed(column: str) -> Handbook:
    """The handbook in which all numbers of an output are larger by one."""
    return all_changed(BOOK, [one for one in NUMBERS if one.column == column])


def test_every_row_of_the_table_has_its_customer() -> None:
    assert sorted(before()) == sorted(row["customer_id"] for row in people())


@pytest.mark.parametrize(("column", "told"), [("minutes", "minutes"), ("base_priority", "priority")])
def test_minutes_and_priority_are_the_rows(column: str, told: str) -> None:
    after = found(changed(column))
    assert {rule: row[told] - before()[rule][told] for rule, row in after.items()} == dict.fromkeys(
        before(), 1
    )


def test_what_was_done_comes_back_after_the_days_of_the_row() -> None:
    days = {one.rule: int(one.value) for one in NUMBERS if one.column == "repeat_days"}
    states = [
        {
            "action_key": row["key"], "state": "done", "until": None,
            "on_date": CALENDAR.work_date - timedelta(days=days[rule]),
        }
        for rule, row in before().items()
    ]  # fmt: skip
    assert set(found(BOOK, states)) == set(before())
    assert found(changed("repeat_days"), states) == {}


def test_days_before_and_days_to_do_it_are_the_rows_where_the_night_asks_for_them() -> None:
    # By ten days, so that no week-end and no holiday swallows them.
    for column, moved in (("lead_days", "earliest_on"), ("window_days", "latest_on")):
        some = [one for one in NUMBERS if one.column == column]
        after = found(all_changed(BOOK, some, 10))
        other = {
            rule.removeprefix("2.3-occasion-")
            for rule, row in after.items()
            if row[moved] != before()[rule][moved]
        }
        ahead = {str(number) for number in (*range(8, 11), *range(13, 20))}
        respond = {str(number) for number in range(1, 8)}
        everything = {str(number) for number in range(1, 24)}
        assert other == (ahead if column == "lead_days" else everything - ahead - respond)


# Where the table looks further than the parameter, the parameter decides.
FURTHER = with_cells(BOOK, {("2.3-occasion-22", "days"): ">= -40"})
EDGE: dict[str, Any] = {
    "opened_on": DAY - timedelta(days=31),
    "birthday_next_on": DAY + timedelta(days=8),
    "age": 65,
}


@cache
def on_the_edge() -> dict[str, dict[str, Any]]:
    """The candidates of customers who stand on the edge of each parameter."""
    return found(FURTHER, **EDGE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("horizon_days", "30"), ("look_ahead_days", "6"), ("priority_waited_day", "61"),
        ("elder_contact_age", "66"),
    ],
)  # fmt: skip
def test_a_parameter_that_is_another_by_one_decides(name: str, value: str) -> None:
    assert on_the_edge() != found(with_param(FURTHER, name, value), **EDGE)
