"""What earlier nights decided about a customer. The nights keep it; who shows it must not know them."""

from typing import Protocol

from stead.core.registry import Slot
from stead.engagement.models import Action
from stead.extracts.shown_night import Night
from stead.segmentation.queries import Decision


class Archive(Protocol):
    """Reads the nights whose decisions are kept. The caller has found the customer visible."""

    def night(self, asked: str) -> Night | None:
        """The published night of a run or of a book date; None when it is not known or not kept."""

    def before(self, day: str) -> Night | None:
        """The night that prepared a working day, or the last one before it."""

    def nights(self, most: int) -> list[Night]:
        """The newest nights that are kept, one a book date, the newest first."""

    def decisions(self, night: Night, customer_id: str) -> dict[str, Decision]:
        """What the night's tables said about the customer, by the decision's name."""

    def actions(self, night: Night, customer_id: str) -> list[Action]:
        """The night's actions about the customer, not stored."""


archive: Slot[Archive] = Slot("reading what earlier nights decided")
