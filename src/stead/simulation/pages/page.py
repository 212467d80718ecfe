"""What the page of a finished simulation shows: its summary in tables, charts and addresses of lists."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from stead.night.registry import practices
from stead.practice.registry import measure_name
from stead.segmentation.models import Stage, Tier, WarningColour
from stead.simulation.models import Simulation
from stead.simulation.pages import words
from stead.simulation.results.evidence import beside, change, hours_a_day, in_time, moved, totals
from stead.simulation.results.tables import CURRENT, DRAFT, SIDES

Numbers = Mapping[str, Any]


@dataclass(frozen=True)
class Pair:
    """A number on both sides, each with the address of its list (empty where there is none)."""

    now: int
    then: int
    now_href: str = ""
    then_href: str = ""

    @property
    def difference(self) -> int:
        """What the draft has more."""
        return self.then - self.now


@dataclass(frozen=True)
class Line:
    """A line of a table: its names (clauses first where they are), and its pairs."""

    names: tuple[str, ...]
    pairs: tuple[Pair, ...]
    clause: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell of the matrix of tiers."""

    count: int
    href: str
    change: int  # 1 up, -1 down, 0 the same


def address(pk: int, measure: str, **narrowed: object) -> str:
    """Where the customers behind a number are."""
    told = {name: value for name, value in narrowed.items() if value is not None}
    return f"{reverse('simulation_customers', args=[pk])}?{urlencode({'measure': measure, **told})}"


def pair(pk: int, numbers: Mapping[str, int], measure: str, **narrowed: object) -> Pair:
    """A number of both sides with its lists; a number of nothing has none."""
    hrefs = [
        address(pk, measure, side=side, **narrowed) if numbers[side] and measure else "" for side in SIDES
    ]
    return Pair(numbers[CURRENT], numbers[DRAFT], *hrefs)


def matrix(pk: int, night: Numbers) -> list[dict[str, Any]]:
    """Tiers in force against tiers by the draft, the highest first; each cell opens its customers."""
    counts = {(now, then): count for now, then, count in night["tiers"]}
    ranks = sorted(Tier.values, reverse=True)
    return [
        {
            "name": Tier(now).label,
            "cells": [
                Cell(
                    counts.get((now, then), 0),
                    address(pk, "tiers", night=night["day"], tier_current=now, tier_draft=then)
                    if counts.get((now, then))
                    else "",
                    (then > now) - (then < now),
                )
                for then in ranks
            ],
        }
        for now in ranks
    ]


def by_code(pk: int, night: Numbers, name: str, choices: Iterable[tuple[Any, Any]]) -> list[Line]:
    """Customers of a night by stage or by warning, on both sides."""
    column = name.removesuffix("s")
    lines = []
    for value, label in choices:
        numbers = {side: night["sides"][side][name].get(str(value), 0) for side in SIDES}
        told = pair(pk, numbers, name, night=night["day"], **{column: value})
        lines.append(Line((str(label),), (told,)))
    return lines


def measured(pk: int, night: Numbers) -> list[Line]:
    """What the practices count at the end of a night, on both sides."""
    # Simulations of earlier releases have none.
    found = {side: night["sides"][side].get("measures", {}) for side in SIDES}
    lines = []
    for one in practices.get().measures:
        numbers = {side: int(Decimal(found[side].get(one.name, 0))) for side in SIDES}
        lines.append(Line((measure_name(one.name),), (pair(pk, numbers, ""),)))
    return lines


def contacts(pk: int, summary: Numbers, version: str) -> list[Line]:
    """Needs by clause, kind, class and channel: owed, planned, held back, carried over."""
    lines = []
    for row in summary["actions"]:
        narrowed = {name: row[name] for name in ("clause", "kind", "message_class", "channel")}
        pairs = [
            pair(pk, {side: row[side][state] for side in SIDES}, "actions", state=state, **narrowed)
            for state in ("owed", "planned", "held", "carried")
        ]
        names = tuple(words.text(name, row[name], version) for name in ("kind", "message_class", "channel"))
        lines.append(Line(names, tuple(pairs), row["clause"]))
    return lines


def made(pk: int, summary: Numbers) -> list[Line]:
    """Contacts made by clause, class and channel, and how many of them are assumed."""
    lines = []
    for row in summary["made"]:
        narrowed = {name: row[name] for name in ("clause", "message_class", "channel")}
        pairs = (
            pair(pk, {side: row[side]["made"] for side in SIDES}, "made", **narrowed),
            pair(pk, {side: row[side]["assumed"] for side in SIDES}, ""),
        )
        names = (words.text("message_class", row["message_class"]), words.text("channel", row["channel"]))
        lines.append(Line(names, pairs, row["clause"]))
    return lines


def held(pk: int, summary: Numbers, version: str) -> list[Line]:
    """Needs held back by reason, the most frequent first."""
    rows = sorted(summary["held"], key=lambda row: -max(row[CURRENT], row[DRAFT]))
    return [
        Line(
            (words.held(row["reason"], version),),
            (pair(pk, row, "actions", state="held", held_reason=row["reason"]),),
        )
        for row in rows
    ]


def nights(pk: int, summary: Numbers) -> list[dict[str, Any]]:
    """One line a night: who moves, and what the bankers' days hold."""
    lines = []
    for night in summary["nights"]:
        up, down = moved(night)
        sides = night["sides"]
        numbers = {
            name: {side: sides[side][name] for side in SIDES}
            for name in ("planned", "held", "carried", "overdue", "over", "minutes", "bankers_over")
        }
        day = {"night": night["day"]}
        states = ("planned", "held", "carried", "overdue")
        lines.append(
            {
                "night": night,
                "up": up,
                "down": down,
                "moved_href": address(pk, "tiers", moved="true", **day) if up + down else "",
                "pairs": [pair(pk, numbers[name], "night_actions", state=name, **day) for name in states],
                "over": pair(pk, numbers["over"], "over", **day),
                "hours": Pair(*(round(numbers["minutes"][side] / 60) for side in SIDES)),
                "capacity": round(sides[DRAFT]["capacity"] / 60),
                "bankers_over": pair(pk, numbers["bankers_over"], ""),
                "bankers_href": address(pk, "bankers", **day),
            }
        )
    return lines


def branches(pk: int, summary: Numbers) -> list[dict[str, Any]]:
    """Hours by branch over all nights against capacity; each opens the bankers of the last night."""
    last = summary["nights"][-1]["day"]
    return [
        {
            "branch_id": row["branch_id"],
            "href": address(pk, "bankers", night=last, branch_id=row["branch_id"]),
            "hours": Pair(round(row[CURRENT] / 60), round(row[DRAFT] / 60)),
            "capacity": round(row["capacity"] / 60),
            "loads": [row[side] / row["capacity"] if row["capacity"] else None for side in SIDES],
        }
        for row in summary["branches"]
    ]


def services(pk: int, summary: Numbers, version: str) -> list[dict[str, Any]]:
    """Who gains and who loses a kind of action, or the right to contacts."""
    return [
        {
            "name": words.text("kind", row["kind"], version),
            "gain": row["gain"],
            "lose": row["lose"],
            "gain_href": address(pk, "services", kind=row["kind"], change="gain") if row["gain"] else "",
            "lose_href": address(pk, "services", kind=row["kind"], change="lose") if row["lose"] else "",
        }
        for row in summary["services"]
    ]


def costs(summary: Numbers) -> list[dict[str, str]]:
    """What the draft costs, in a few lines: name, in force and draft, by how much more."""
    rows = [
        (_("Banker hours a day"), hours_a_day(summary)),
        (_("Bankers over capacity"), totals(summary, "bankers_over")),
        (_("Contacts planned"), totals(summary, "planned")),
        (_("Contacts held back"), totals(summary, "held")),
        (_("Overdue"), totals(summary, "overdue")),
    ]
    lines = [
        {"name": name, "now": f"{now:,.0f}", "then": f"{then:,.0f}", "more": change(now, then)}
        for name, (now, then) in rows
    ]
    shares = [in_time(summary["red"][side]) for side in SIDES]
    now_text, then_text = ("–" if share is None else f"{share:.0%}" for share in shares)
    return [
        *lines,
        {"name": _("Red warnings planned in time"), "now": now_text, "then": then_text, "more": ""},
    ]


def charts(summary: Numbers) -> dict[str, Any]:
    """The lines of the charts: per night, in force and draft."""
    days = [night["day"] for night in summary["nights"]]

    def series(name: str, divisor: int = 1) -> list[dict[str, Any]]:
        return [
            {
                "name": str(words.SIDES[side]),
                "values": [round(night["sides"][side][name] / divisor, 1) for night in summary["nights"]],
            }
            for side in SIDES
        ]

    capacity = [round(night["sides"][DRAFT]["capacity"] / 60, 1) for night in summary["nights"]]
    hours = [*series("minutes", 60), {"name": _("capacity"), "values": capacity}]
    moves = [moved(night) for night in summary["nights"]]
    return {
        "moves": {
            "months": days,
            "series": [
                {"name": _("into a higher tier"), "values": [up for up, _down in moves]},
                {"name": _("into a lower tier"), "values": [down for _up, down in moves]},
            ],
        },
        "hours": {"months": days, "series": hours},
        "planned": {"months": days, "series": series("planned")},
        "held": {"months": days, "series": series("held")},
    }


def context(simulation: Simulation) -> dict[str, Any]:
    """Everything that the page of a finished simulation shows."""
    summary, pk = simulation.summary, simulation.pk
    last = summary["nights"][-1]
    up, down = moved(last)
    return {
        "last": last,
        "up": up,
        "down": down,
        "moved_href": address(pk, "tiers", night=last["day"], moved="true") if up + down else "",
        "tiers": [Tier(rank).label for rank in sorted(Tier.values, reverse=True)],
        "matrix": matrix(pk, last),
        "stages": by_code(pk, last, "stages", Stage.choices),
        "measures": measured(pk, last),
        "warnings": by_code(pk, last, "warnings", WarningColour.choices[:0:-1]),
        "contacts": contacts(pk, summary, simulation.version_id),
        "made": made(pk, summary),
        "held": held(pk, summary, simulation.version_id),
        "nights": nights(pk, summary),
        "branches": branches(pk, summary),
        "services": services(pk, summary, simulation.version_id),
        "costs": costs(summary),
        "red": pair(pk, {side: summary["red"][side]["raised"] for side in SIDES}, "red"),
        "charts": charts(summary),
        "assumed": [night["day"] for night in summary["nights"] if not night["run"]],
        "others": [night for night in summary["nights"] if night["ran_by"]],
    }


__all__ = ["address", "beside", "context", "costs", "matrix"]
