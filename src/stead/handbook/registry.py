"""What the handbook's pages ask of folders above it; `web/wiring.py` answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stead.core.registry import Slot


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
