"""The customers behind a number of a replay: the rows that it was counted from, a page at a time, by DuckDB.

Only customers' numbers and what the decisions read: no names, no ways to reach them. Who looks after rules
may see that, and the ledger keeps who looked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from stead.simulation.results import (
    CARRIED,
    CURRENT,
    DRAFT,
    HELD,
    OWED,
    PLANNED,
    SIDES,
    Results,
)
from stead.simulation.summary import overdue

PAGE = 50
MEMORY = "1GiB"
STATES = {
    "owed": OWED,
    "planned": PLANNED,
    "held": HELD,
    "carried": CARRIED,
    "overdue": overdue(),
}
# What the tables of 2.2 and 2.4 read; shown beside the decisions that read them.
_TIER = ("assets_month_01", "contribution_m01", "potential")
_STAGE = ("assets_now", "assets_peak_12m", "assets_change_90d_ratio", "own_transaction_days", "tenure_months")
_WARNING = (
    "assets_30d_ago",
    "assets_change_30d_ratio",
    "outflow_largest_own_30d_ratio",
    "maturity_past_7d_unreinvested",
    "login_days",
)
_ACTION = (
    "night", "kind", "status", "held_reason", "message_class", "channel", "latest_on", "minutes", "value",
    "clause", "rule_id", "banker_id",
)  # fmt: skip


RANKS = ("tier_current", "tier_draft", "warning")
FLAGS = ("moved", "in_time")


class WantedError(ValueError):
    """A list that there is not."""


@dataclass(frozen=True)
class Wanted:
    """Which list: its name, the night and side where it has one, and what narrows it."""

    measure: str
    night: date
    side: str
    narrowed: Mapping[str, str]

    @classmethod
    def read(cls, asked: Mapping[str, str], results: Results) -> "Wanted":
        """From the address of the page. Raises WantedError for what no number of the page asks."""
        measure = asked.get("measure", "")
        days = {day.isoformat(): day for day in results.days}
        night = asked.get("night", results.last.isoformat())
        side = asked.get("side", DRAFT)
        if measure not in MEASURES or night not in days or side not in SIDES:
            raise WantedError(f"there is no list {measure!r} of the night {night!r} and side {side!r}")
        names = MEASURES[measure].narrowed
        narrowed = {name: asked[name] for name in names if name in asked}
        if "state" in narrowed and narrowed["state"] not in STATES:
            raise WantedError(f"there is no state {narrowed['state']!r}")
        return cls(measure, days[night], side, narrowed)

    @property
    def asked(self) -> dict[str, str]:
        """As the address has it."""
        return {
            "measure": self.measure, "night": self.night.isoformat(), "side": self.side, **self.narrowed,
        }  # fmt: skip


@dataclass(frozen=True)
class Measure:
    """A kind of list: where its rows come from, which columns narrow it, which are shown, its key."""

    source: Callable[[Results, Wanted], str]
    narrowed: tuple[str, ...]
    columns: tuple[str, ...]
    figures: tuple[str, ...] = ()
    key: str = "customer_id"
    is_customers: bool = True


def _tiers(results: Results, wanted: Wanted) -> str:
    return results.one(wanted.night, "", "tiers")


def _standings(results: Results, wanted: Wanted) -> str:
    return f"(SELECT *, stage_rule AS rule FROM {results.one(wanted.night, wanted.side, 'standings')})"


def _warnings(results: Results, wanted: Wanted) -> str:
    source = results.one(wanted.night, wanted.side, "warnings")
    return f"(SELECT *, warning_rule AS rule FROM {source})"


def _actions(results: Results, wanted: Wanted) -> str:
    state = STATES.get(wanted.narrowed.get("state", ""), "TRUE")
    actions = results.every(wanted.side, "actions")
    return f"(SELECT *, strftime(night, '%Y-%m-%d') || '|' || key AS place FROM {actions} WHERE {state})"


def _night_actions(results: Results, wanted: Wanted) -> str:
    state = STATES.get(wanted.narrowed.get("state", ""), "TRUE")
    actions = results.one(wanted.night, wanted.side, "actions")
    return f"(SELECT DATE '{wanted.night}' AS night, *, key AS place FROM {actions} WHERE {state})"


def _made(results: Results, wanted: Wanted) -> str:
    return results.source(f"made-{wanted.side}")


def _over(results: Results, wanted: Wanted) -> str:
    source = results.one(wanted.night, wanted.side, "over")
    return f"(SELECT *, customer_id || '|' || reason AS place FROM {source})"


def _services(results: Results, _wanted: Wanted) -> str:
    return results.source("services")


def _red(results: Results, wanted: Wanted) -> str:
    return results.source(f"red-{wanted.side}")


def _bankers(results: Results, wanted: Wanted) -> str:
    columns = "banker_id, branch_id, capacity_minutes, minutes, carried"
    now, then = (results.one(wanted.night, side, "bankers") for side in SIDES)
    return f"""(
        SELECT n.banker_id, n.branch_id, n.capacity_minutes, n.minutes AS minutes_current,
            t.minutes AS minutes_draft, n.carried AS carried_current, t.carried AS carried_draft
        FROM (SELECT {columns} FROM {now}) n JOIN (SELECT {columns} FROM {then}) t USING (banker_id))"""


MEASURES = {
    "tiers": Measure(
        _tiers, ("tier_current", "tier_draft", "moved"),
        ("tier_current", "tier_draft", "rule_current", "rule_draft", "potential"),
        ("assets_month_01", "contribution_m01"),
    ),
    "stages": Measure(_standings, ("stage",), ("stage", "rule", "tier"), _STAGE),
    "warnings": Measure(
        _warnings, ("warning",), ("warning", "rule", "warned_on", "warning_due_on"), _WARNING
    ),
    "actions": Measure(
        _actions, ("clause", "kind", "message_class", "channel", "state", "held_reason"), _ACTION, key="place"
    ),
    "night_actions": Measure(_night_actions, ("state", "banker_id", "branch_id"), _ACTION, key="place"),
    "made": Measure(
        _made, ("clause", "message_class", "channel"),
        ("night", "action_kind", "message_class", "channel", "outcome", "is_assumed", "clause"), key="place",
    ),
    "over": Measure(_over, ("reason",), ("reason", "contacts", "most"), key="place"),
    "services": Measure(_services, ("kind", "change"), ("kind", "change", "first_night")),
    "red": Measure(_red, ("in_time",), ("latest_on", "planned_on", "in_time"), key="place"),
    "bankers": Measure(
        _bankers, ("branch_id",),
        ("branch_id", "capacity_minutes", "minutes_current", "minutes_draft", "carried_current",
         "carried_draft"),
        key="banker_id", is_customers=False,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Page:
    """Some rows of a list, all of them counted, and where it goes on (empty at its end)."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]  # the number of the customer (or banker) first
    count: int
    after: str


def page(results: Results, wanted: Wanted, after: str = "") -> Page:
    """A page of a list, in the order of its key, from the row after `after` on."""
    measure = MEASURES[wanted.measure]
    names = [name for name in wanted.narrowed if name != "state"]
    # Compared in the column's own type, so that what cannot match is not read.
    conditions = " AND ".join([f"{name} = ?" for name in names] or ["TRUE"])
    values = [_typed(name, wanted.narrowed[name]) for name in names]
    source, key = measure.source(results, wanted), measure.key
    who = "customer_id" if measure.is_customers else "banker_id"
    shown = ", ".join(f'"{name}"' for name in measure.columns)
    with duckdb.connect(config={"memory_limit": MEMORY}) as con:
        con.execute("SET enable_progress_bar = false")
        [[count]] = con.execute(f"SELECT count(*) FROM {source} WHERE {conditions}", values).fetchall()
        rows = con.execute(
            f"SELECT {key}, {who}, {shown} FROM {source} WHERE {conditions} AND {key} > ?"
            f" ORDER BY {key} LIMIT {PAGE + 1}",
            [*values, after],
        ).fetchall()
        is_more, rows = len(rows) > PAGE, rows[:PAGE]
        figures = _figures(con, results, wanted, measure.figures, [row[1] for row in rows])
    none = (None,) * len(measure.figures)
    return Page(
        (*measure.columns, *measure.figures),
        [(*row[1:], *figures.get(row[1], none)) for row in rows],
        count,
        str(rows[-1][0]) if is_more else "",
    )


def _typed(name: str, text: str) -> int | bool | str:
    """A value of the address in the type of its column. Raises WantedError for what is no number."""
    if name in FLAGS:
        return text.lower() == "true"
    if name not in RANKS:
        return text
    try:
        return int(text)
    except ValueError:
        raise WantedError(f"{name} is a number, not {text!r}") from None


def _figures(
    con: duckdb.DuckDBPyConnection,
    results: Results,
    wanted: Wanted,
    names: tuple[str, ...],
    customers: list[str],
) -> dict[str, tuple[Any, ...]]:
    """What the decisions read of these customers."""
    if not names or not customers:
        return {}
    # The file is in the order of the numbers, so that the two ends leave most of it unread.
    query = f"""SELECT customer_id, {", ".join(names)} FROM {results.one(wanted.night, "", "figures")}
        SEMI JOIN (SELECT unnest(?) AS customer_id) USING (customer_id)
        WHERE customer_id BETWEEN ? AND ?"""
    found = con.execute(query, [customers, min(customers), max(customers)]).fetchall()
    return {row[0]: tuple(row[1:]) for row in found}


__all__ = ["CURRENT", "DRAFT", "MEASURES", "Page", "Wanted", "WantedError", "page"]
