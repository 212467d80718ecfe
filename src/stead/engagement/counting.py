"""Which contacts count for what: the list 2.3/counting.csv, for the night, pages and simulations."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

import ibis
from ibis.expr.types import BooleanValue, Table

from stead.handbook.content.book import Handbook, HandbookError
from stead.handbook.content.night_words import CLASSES, DIRECTIONS, LAST, LIMITS, OUTCOMES, OWED, USES

LIST = "2.3/counting.csv"
UNSAID = "reached"  # what a contact is taken for of which nobody said what came of it
_WORDS = {"direction": DIRECTIONS, "outcomes": OUTCOMES, "classes": CLASSES}


@dataclass(frozen=True)
class Way:
    """Contacts of one direction, with these outcomes and of these classes, count for a use."""

    use: str
    direction: str
    outcomes: tuple[str, ...]
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Counting:
    """All ways in which a contact counts; one that fits any way of a use counts for it."""

    ways: tuple[Way, ...]

    def of(self, use: str) -> tuple[Way, ...]:
        """The ways of one use."""
        return tuple(way for way in self.ways if way.use == use)

    def counts(self, use: str, direction: str, outcome: str, message_class: str) -> bool:
        """Whether one contact counts for a use."""
        return any(
            direction == way.direction
            and (outcome or UNSAID) in way.outcomes
            and message_class in way.classes
            for way in self.of(use)
        )

    def column(self, use: str, contacts: Table) -> BooleanValue:
        """Whether each contact counts for a use (`direction`, `outcome`, `message_class`); never null."""
        outcome = ibis.coalesce(contacts.outcome.nullif(""), UNSAID)
        fits: list[Any] = [
            (contacts.direction == way.direction)
            & outcome.isin(way.outcomes)
            & contacts.message_class.isin(way.classes)
            for way in self.of(use)
        ]
        return reduce(lambda left, right: left | right, fits, ibis.literal(False)).fill_null(False)


# What editions older than the list meant: what we said that was not in vain.
_HEARD = ("reached", "follow_up", "refused", "sent")
OLDER = Counting(
    (
        Way(OWED, "out", ("reached", "follow_up", "sent"), ("service", "relationship")),
        Way(LIMITS, "out", _HEARD, CLASSES),
        Way(LAST, "out", _HEARD, CLASSES),
    )
)


def counting(handbook: Handbook, day: date) -> Counting:
    """What counts for what on a day. Raises HandbookError for a row that says something else."""
    if LIST not in handbook.files:
        return OLDER
    return Counting(tuple(_way(row) for row in handbook.rows(LIST, day)))


def _way(row: Mapping[str, str]) -> Way:
    """A row of the list."""
    said = {column: tuple(row[column].split()) for column in _WORDS}
    known = all(words and set(words) <= set(_WORDS[column]) for column, words in said.items())
    if row["name"] not in USES or not known or len(said["direction"]) != 1:
        raise HandbookError(
            "2.3/counting.csv: {values}: name is one of {uses}, direction is in or out, outcomes are of "
            "{outcomes}, classes are of {classes}",
            values=",".join(row.values()), uses=" ".join(USES), outcomes=" ".join(OUTCOMES),
            classes=" ".join(CLASSES),
        )  # fmt: skip
    return Way(row["name"], said["direction"][0], said["outcomes"], said["classes"])
