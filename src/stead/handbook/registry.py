"""What the handbook's pages ask of folders above it; `web/slots.py` answers."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stead.access.queries import AnyUser
from stead.core.registry import Slot
from stead.extracts.shown_night import Night


@dataclass(frozen=True)
class FinishedSimulation:
    """A simulation that can be attached to a submission. summary: plain values, kept as evidence."""

    id: str
    title: str
    summary: Mapping[str, Any]


# By the hash of a content: its finished simulations, the newest first.
finished_simulations: Slot[Callable[[str], list[FinishedSimulation]]] = Slot(
    "the finished simulations of a handbook"
)


@dataclass(frozen=True)
class DayActions:
    """How many of the day's actions came of each rule and clause, as far as a user may know."""

    by_rule: Mapping[str, int] = field(default_factory=dict)
    by_clause: Mapping[str, int] = field(default_factory=Counter)
    address: str = ""  # of their list, to which "?clause=" is added; empty for who sees numbers alone


# The tables and lists that a night reads ("2.2/tier.dmn", "2.3/limits.csv", "params.csv"), each with the
# stages that apply it.
night_reads: Slot[Callable[[], Mapping[str, tuple[str, ...]]]] = Slot("knowing which tables a night reads")
day_actions: Slot[Callable[[AnyUser, Night], DayActions]] = Slot("counting the day's actions by rule")
