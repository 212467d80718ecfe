"""The files of a replay, as one table over all its nights; summary and lists of customers read the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from stead.extracts.delivery import quoted
from stead.simulation.results.shelves import runs_path

CURRENT, DRAFT = "current", "draft"
SIDES = (CURRENT, DRAFT)
# What becomes of a candidate on the day that a night prepares. One that is not due yet is owed later.
OWED = "status <> 'later'"
PLANNED, HELD, CARRIED = "status = 'today'", "status = 'held'", "status = 'carried'"


@dataclass(frozen=True)
class Listed:
    """A file that lists are read from: what narrows them, and the order of the rows of a list."""

    by: tuple[str, ...]
    key: tuple[str, ...]

    @property
    def order(self) -> tuple[str, ...]:
        """The order of the file."""
        return self.by + self.key


# Of one night: of both sides together first, then of each side.
BOTH = {
    "tiers": Listed(("moved", "tier_current", "tier_draft"), ("customer_id",)),
    "hours": Listed(("branch_id",), ("banker_id",)),
}
EACH = {
    "standings": Listed(("stage",), ("customer_id",)),
    "warnings": Listed(("warning",), ("customer_id",)),
    "actions": Listed(("status", "overdue"), ("customer_id", "key")),
    "over": Listed((), ("customer_id",)),
}
LISTED = BOTH | EACH
# Of all nights together.
_GROUP = ("clause", "kind", "message_class", "channel")
WHOLE = {
    "actions": Listed(("status", "held_reason", *_GROUP), ("night", "customer_id", "key")),
    "made": Listed(("clause", "message_class", "channel"), ("night", "customer_id", "action_key")),
    "red": Listed(("in_time",), ("customer_id", "key")),
    "services": Listed(("kind", "change"), ("customer_id",)),
}


@dataclass(frozen=True)
class Results:
    """Where the results of a replay lie. days: the book dates of its nights, in order."""

    folder: Path
    days: Sequence[date]

    @property
    def last(self) -> date:
        """The last night."""
        return self.days[-1]

    def path(self, day: date, side: str, name: str) -> Path:
        """A table of one side of a night; of both sides where `side` is empty."""
        return self.folder / day.isoformat() / side / f"{name}.parquet"

    def whole(self, name: str) -> Path:
        """A table of all nights together, which the summary writes."""
        return self.folder / f"{name}.parquet"

    def source(self, name: str) -> str:
        """Such a table as a source of SQL."""
        return f"read_parquet({quoted(str(self.whole(name)))})"

    @property
    def is_there(self) -> bool:
        """Whether the files still lie in the lake."""
        return runs_path(self.whole("services")).exists()

    def one(self, day: date, side: str, name: str) -> str:
        """A table of one night, as a source of SQL."""
        return f"read_parquet({quoted(str(self.path(day, side, name)))})"

    def every(self, side: str, name: str, columns: str = "*") -> str:
        """A table over all nights, with the book date in the column `night`, as a source of SQL."""
        parts = [
            f"SELECT DATE '{day}' AS night, {columns} FROM {self.one(day, side, name)}" for day in self.days
        ]
        return f"({' UNION ALL '.join(parts)})"


def made(results: Results, side: str) -> str:
    """Contacts to customers that arrived, as a source of SQL: those that are real, and those assumed.

    A contact that was logged between two nights stands with the later one, whose ledger tells of it.
    """
    columns = "customer_id, channel, message_class, direction, outcome, action_key, action_kind"
    parts = [
        f"SELECT *, {is_assumed} AS is_assumed FROM {results.every(side, name, columns)}"
        for name, is_assumed in (("fresh", "FALSE"), ("assumed", "TRUE"))
    ]
    clauses = results.every(side, "actions", "key, clause")
    return f"""(
        SELECT m.*, coalesce(a.clause, '') AS clause FROM ({" UNION ALL ".join(parts)}) m
        LEFT JOIN (SELECT key, max(clause) AS clause FROM {clauses} GROUP BY key) a ON a.key = m.action_key
        WHERE direction = 'out' AND coalesce(outcome, 'reached') <> 'not_reached')"""


def listed_actions(results: Results, side: str) -> str:
    """What every night of a side owed, as a source of SQL."""
    return f"(SELECT * FROM {results.every(side, 'actions')} WHERE {OWED})"


def hours(results: Results, day: date) -> str:
    """The bankers of a night, both sides beside each other, as a source of SQL."""
    now, then = (results.one(day, side, "bankers") for side in SIDES)
    return f"""(
        SELECT n.banker_id, n.branch_id, n.capacity_minutes, n.minutes AS minutes_current,
            t.minutes AS minutes_draft, n.carried AS carried_current, t.carried AS carried_draft
        FROM {now} n JOIN {then} t USING (banker_id))"""


def given(results: Results, side: str) -> str:
    """Who has which service on a side, as a source of SQL: kind, customer_id, first night.

    A kind of action is a service to those for whom a day's plan had it; contacts owed by clause 2.3 are one
    to those whose tier gives a right to them.
    """
    actions = results.every(side, "actions", "customer_id, kind, status")
    owed = results.every(side, "owed", "customer_id, contact_interval_days")
    return f"""(
        SELECT kind, customer_id, min(night) AS first_night FROM (
            SELECT night, kind, customer_id FROM {actions} WHERE {PLANNED} AND kind <> 'owed_contact'
            UNION ALL SELECT night, 'owed_contact', customer_id FROM {owed}
            WHERE contact_interval_days IS NOT NULL)
        GROUP BY ALL)"""


def services(results: Results) -> str:
    """Who gains and who loses a service, as a source of SQL."""
    now, then = given(results, CURRENT), given(results, DRAFT)
    return f"""(
        SELECT kind, customer_id, coalesce(t.first_night, n.first_night) AS first_night,
            CASE WHEN t.first_night IS NULL THEN 'lose' ELSE 'gain' END AS change
        FROM {now} n FULL JOIN {then} t USING (kind, customer_id)
        WHERE (t.first_night IS NULL) <> (n.first_night IS NULL))"""


def red(results: Results, side: str) -> str:
    """Each red warning of a side, as a source of SQL: key, customer_id, latest_on, in_time as planned.

    In time: a day's plan had it on or before the last day that the clause gives, or, where the first night
    that saw it came too late for that, on that night's day.
    """
    actions = results.every(side, "actions", "key, customer_id, kind, status, latest_on, work_date")
    return f"""(
        SELECT key, any_value(customer_id) AS customer_id, min(latest_on) AS latest_on,
            min(work_date) FILTER (WHERE {PLANNED}) AS planned_on,
            coalesce(planned_on <= greatest(min(latest_on), min(work_date)), FALSE) AS in_time
        FROM {actions} WHERE kind = 'warning_red' GROUP BY key)"""
