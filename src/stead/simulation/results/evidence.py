"""A simulation in a few lines: for the draft's page, and as evidence kept with a submission."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop

from stead.simulation.models import Simulation
from stead.simulation.results.tables import CURRENT, DRAFT

ARROW = "→"


def moved(night: Mapping[str, Any]) -> tuple[int, int]:
    """How many customers of a night the draft puts into a higher and into a lower tier."""
    up = sum(count for now, then, count in night["tiers"] if then > now)
    down = sum(count for now, then, count in night["tiers"] if then < now)
    return up, down


def totals(summary: Mapping[str, Any], name: str) -> tuple[int, int]:
    """A number of all nights together, in force and by the draft."""
    now, then = (sum(night["sides"][side][name] for night in summary["nights"]) for side in (CURRENT, DRAFT))
    return now, then


def change(now: float, then: float) -> str:
    """By how much the draft is more, in percent; empty where it is the same or cannot be said."""
    if not now or round(now) == round(then):
        return ""
    said = f"{(then - now) / now:+.0%}"
    return "0%" if said in {"+0%", "-0%"} else said


def beside(now: float, then: float) -> str:
    """Two numbers as the pages write them."""
    percent = change(now, then)
    return f"{now:,.0f} {ARROW} {then:,.0f}" + (f" ({percent})" if percent else "")


def in_time(red: Mapping[str, int]) -> float | None:
    """The share of the red warnings that were planned in time; None where there were none."""
    return red["in_time"] / red["raised"] if red["raised"] else None


def hours_a_day(summary: Mapping[str, Any]) -> tuple[float, float]:
    """Hours in the bankers' days, on average over the nights."""
    now, then = totals(summary, "minutes")
    return now / 60 / len(summary["nights"]), then / 60 / len(summary["nights"])


def facts(simulation: Simulation) -> dict[str, str]:
    """A finished simulation as names and texts; the names are translated where they are shown."""
    summary = simulation.summary
    last = summary["nights"][-1]
    up, down = moved(last)
    shares = [in_time(summary["red"][side]) for side in (CURRENT, DRAFT)]
    red = f" {ARROW} ".join("–" if share is None else f"{share:.0%}" for share in shares)
    assumed = sum(1 for night in summary["nights"] if not night["run"])
    return {
        gettext_noop("Simulation"): f"{simulation.pk} · {simulation.name}",
        gettext_noop("Period"): f"{simulation.days[0]} – {simulation.days[-1]}",
        gettext_noop("Nights replayed"): f"{len(simulation.days)}",
        gettext_noop("Of these never really run"): f"{assumed}",
        gettext_noop("Working days without extracts"): f"{sum(gap['days'] for gap in simulation.missing)}",
        gettext_noop("Customers, last night"): f"{last['customers']:,}",
        gettext_noop("Into a higher tier, last night"): f"{up:,}",
        gettext_noop("Into a lower tier, last night"): f"{down:,}",
        gettext_noop("Hours a day"): beside(*hours_a_day(summary)),
        gettext_noop("Bankers over capacity"): beside(*totals(summary, "bankers_over")),
        gettext_noop("Contacts planned"): beside(*totals(summary, "planned")),
        gettext_noop("Contacts held back"): beside(*totals(summary, "held")),
        gettext_noop("Red warnings planned in time"): red,
    }
