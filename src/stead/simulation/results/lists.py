"""The customers behind a number of a replay: the rows that it was counted from, a page at a time.

Only customers' numbers and what the decisions read: no names, no ways to reach them. Who looks after rules
may see that, and the ledger keeps who looked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from stead.simulation.results import shelves
from stead.simulation.results.tables import DRAFT, SIDES, Results

PAGE = 50
DIGITS_MAX = 12  # of a place in a list
# What a state means of a run of actions.
STATES: Mapping[str, Mapping[str, tuple[object, ...]]] = {
    "owed": {"status": ("today", "held", "carried")},
    "planned": {"status": ("today",)},
    "held": {"status": ("held",)},
    "carried": {"status": ("carried",)},
    "overdue": {"overdue": (True,)},
}
# What the tables of 2.2 and 2.4 read; shown beside the decisions that read them.
_TIER = ("assets_month_01", "contribution_m01")
_STAGE = ("assets_now", "assets_peak_12m", "assets_change_90d_ratio", "own_transaction_days", "tenure_months")
_WARNING = (
    "assets_30d_ago",
    "assets_change_30d_ratio",
    "outflow_largest_own_30d_ratio",
    "maturity_past_7d_unreinvested",
    "login_days",
)
_ACTION = (
    "kind", "status", "held_reason", "message_class", "channel", "latest_on", "minutes", "value", "clause",
    "rule_id", "banker_id",
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
        if narrowed.get("state", "owed") not in MEASURES[measure].states:
            raise WantedError(f"there is no state {narrowed['state']!r}")
        return cls(measure, days[night], side, narrowed)

    @property
    def asked(self) -> dict[str, str]:
        """As the address has it."""
        return {
            "measure": self.measure, "night": self.night.isoformat(), "side": self.side, **self.narrowed,
        }  # fmt: skip

    def accepts(self) -> Callable[[Mapping[str, Any]], bool]:
        """Which runs of its file are in the list."""
        told: dict[str, tuple[object, ...]] = {
            name: (_typed(name, text),) for name, text in self.narrowed.items() if name != "state"
        }
        if "state" in self.narrowed:
            told |= STATES[self.narrowed["state"]]
        return lambda values: all(values[name] in allowed for name, allowed in told.items())


@dataclass(frozen=True)
class Measure:
    """A kind of list: the file of its rows, which columns narrow it, and which are shown."""

    path: Callable[[Results, Wanted], Path]
    narrowed: tuple[str, ...]
    columns: tuple[str, ...]
    figures: tuple[str, ...] = ()
    is_customers: bool = True
    states: tuple[str, ...] = ("owed",)


def _both(name: str) -> Callable[[Results, Wanted], Path]:
    """A file of a night of both sides together."""
    return lambda results, wanted: results.path(wanted.night, "", name)


def _each(name: str) -> Callable[[Results, Wanted], Path]:
    """A file of a night of one side."""
    return lambda results, wanted: results.path(wanted.night, wanted.side, name)


def _whole(name: str) -> Callable[[Results, Wanted], Path]:
    """A file of all nights of one side."""
    return lambda results, wanted: results.whole(f"{name}-{wanted.side}")


_GROUPED = ("owed", "planned", "held", "carried")
MEASURES = {
    "tiers": Measure(
        _both("tiers"), ("tier_current", "tier_draft", "moved"),
        ("tier_current", "tier_draft", "rule_current", "rule_draft", "potential"),
        _TIER,
    ),
    "stages": Measure(_each("standings"), ("stage",), ("stage", "stage_rule", "tier"), _STAGE),
    "warnings": Measure(
        _each("warnings"), ("warning",), ("warning", "warning_rule", "warned_on", "warning_due_on"), _WARNING
    ),
    "actions": Measure(
        _whole("actions"), ("clause", "kind", "message_class", "channel", "state", "held_reason"),
        ("night", *_ACTION), states=_GROUPED,
    ),
    "night_actions": Measure(_each("actions"), ("state",), _ACTION, states=(*_GROUPED, "overdue")),
    "made": Measure(
        _whole("made"), ("clause", "message_class", "channel"),
        ("night", "action_kind", "message_class", "channel", "outcome", "is_assumed", "clause"),
    ),
    "over": Measure(_each("over"), (), ("reason", "contacts", "most", "limits")),
    "services": Measure(
        lambda results, _wanted: results.whole("services"), ("kind", "change"),
        ("kind", "change", "first_night"),
    ),
    "red": Measure(_whole("red"), ("in_time",), ("latest_on", "planned_on", "in_time")),
    "bankers": Measure(
        _both("hours"), ("branch_id",),
        ("branch_id", "capacity_minutes", "minutes_current", "minutes_draft", "carried_current",
         "carried_draft"),
        is_customers=False,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Page:
    """Some rows of a list, all of them counted, and the row that it begins after."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]  # the number of the customer (or banker) first
    count: int
    after: int

    @property
    def is_last(self) -> bool:
        """Whether the list ends with it."""
        return self.after + len(self.rows) >= self.count


def page(results: Results, wanted: Wanted, after: str = "") -> Page:
    """A page of a list, in the order of its file, from the row after the first `after` ones on.

    What it costs does not grow with the list, nor with the place in it. Raises WantedError for a place that
    is no number.
    """
    measure = MEASURES[wanted.measure]
    if not (after or "0").isdecimal() or len(after) > DIGITS_MAX:
        raise WantedError(f"after counts rows, {after!r} is no number")
    start = int(after or 0)
    who = "customer_id" if measure.is_customers else "banker_id"
    shown = measure.columns
    path = measure.path(results, wanted)
    found, count = shelves.page(path, (who, *shown), wanted.accepts(), start, PAGE)
    figures: Mapping[str, Mapping[str, Any]] = {}
    if measure.figures and found:
        path = results.path(wanted.night, "", "figures")
        figures = shelves.look_up(path, "customer_id", [row[who] for row in found], measure.figures)
    rows = [
        (
            *(row[name] for name in (who, *shown)),
            *(figures.get(row[who], {}).get(name) for name in measure.figures),
        )
        for row in found
    ]
    return Page((*shown, *measure.figures), rows, count, start)


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


__all__ = ["MEASURES", "PAGE", "Page", "Wanted", "WantedError", "page"]
