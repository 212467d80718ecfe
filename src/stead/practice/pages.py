"""What a practice declares for people: words, blocks, lines of the timeline, figures, filters and columns.

Whoever asks a practice's function has found the customer visible; queries over several customers go through
the standings that a user may see.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from stead.access.models import Role
from stead.extracts.shown_night import Night

Text = str | Promise


class Telling(Protocol):
    """How a page is told."""

    @property
    def language(self) -> str:
        """Of the page."""

    @property
    def currency(self) -> str:
        """Of the bank's books."""

    @property
    def today(self) -> date:
        """Of the page: the working day that the night prepared."""

    def sentence(self, facts: Mapping[str, Any]) -> str:
        """The reason of an action (kind, numbers, rule_id, handbook_version) as the handbook says it."""


@dataclass(frozen=True)
class KindWords:
    """What a kind of action is called and how it looks."""

    label: Text
    tone: str = ""  # red, orange, yellow, accent; empty: plain
    icon: str = ""  # beside it in the timeline


@dataclass(frozen=True)
class Event:
    """One thing that happened to a customer: where it comes from (`source`), when, and its facts by name."""

    source: str
    on: date
    clock: str  # time of day to the second in the bank's time zone; empty where only the day is known
    key: str
    facts: dict[str, Any]

    @property
    def cursor(self) -> str:
        """Where the next page begins: after this event."""
        return f"{self.on.isoformat()}~{self.clock}~{self.key}"


@dataclass(frozen=True)
class Line:
    """One line of a timeline: `title` is what happened, `detail` what was said or how much.

    source: where it is known from. why, action, run: the decision behind it, the action that the decision was
    about, and the night that made it where it is not the last one.
    """

    on: date
    clock: str
    icon: str
    title: str
    detail: str
    source: str
    clause: str = ""
    tone: str = ""
    why: str = ""
    key: str = ""
    action: str = ""
    run: str = ""


@dataclass(frozen=True)
class TimelinePart:
    """Rows of a practice's table as lines of a customer's timeline, which readers may also filter by.

    rows: by the customer's number, with an index on it. on: the column of the day. facts: columns by name.
    """

    name: str
    label: Text  # of the filter
    rows: Callable[[str], QuerySet[Any]]
    on: str
    facts: Mapping[str, Any]
    told: Callable[[Event, Telling], Line]


@dataclass(frozen=True)
class Block:
    """A block of the customer page's first tab. context: by customer and night; None: nothing to show."""

    name: str
    template: str
    context: Callable[[str, Night, str], Mapping[str, Any] | None]  # customer's number, night, language


@dataclass(frozen=True)
class Choice:
    """One choice of a filter, in the address and in words."""

    value: str
    label: Text


@dataclass(frozen=True)
class ListFilter:
    """A filter of the lists of customers. condition: on the standing, by the choice and the desk's day."""

    name: str  # in the address
    label: Text
    choices: Callable[[], tuple[Choice, ...]]
    condition: Callable[[str, date], Q]


@dataclass(frozen=True)
class ListColumn:
    """A column of the lists of customers and of their CSV.

    value: an expression over the standing. text: of such a value, for people, with a tone behind it; an empty
    text shows nothing. plain: of such a value for the CSV, where it is not the text.
    """

    name: str
    title: Text
    value: Any
    text: Callable[[Any], str] = str
    tone: Callable[[Any], str] = lambda _value: ""
    plain: Callable[[Any], str] | None = None

    @property
    def place(self) -> str:
        """The name of its value beside the standing's own columns."""
        return f"column_{self.name}"


@dataclass(frozen=True)
class FigurePart:
    """One number of a figure, with the word behind it and its tone."""

    name: str
    condition: Callable[[date], Q]  # on the standing: which customers are counted, by the desk's day
    word: Text
    tone: str = ""


@dataclass(frozen=True)
class DayFigure:
    """A figure above a banker's day, with the list that it leads to (a query of the list of customers)."""

    name: str
    title: Text
    parts: tuple[FigurePart, ...]
    list_query: str = ""


@dataclass(frozen=True)
class Item:
    """One page of the navigation: its URL name, its text, its icon, and who has it."""

    name: str
    text: Text
    icon: str
    roles: frozenset[Role]
    group: int = 0  # a thin line stands between groups
    also: tuple[str, ...] = ()  # where pages begin that belong to it, besides its own address
    is_minor: bool = False  # reached from another page too: left out where there is room for few


@dataclass(frozen=True)
class Pages:
    """What one practice gives to pages. A word stands here once, and every page reads it here."""

    name: str  # of the practice
    kinds: Mapping[str, KindWords] = field(default_factory=dict)  # by kind of action
    decisions: Mapping[str, Text] = field(default_factory=dict)  # what its tables decide, by their path
    values: Mapping[str, Text] = field(default_factory=dict)  # what its columns are called
    choices: Mapping[str, Mapping[Any, Text]] = field(default_factory=dict)  # column to its values' words
    measures: Mapping[str, Text] = field(default_factory=dict)  # what its measures are called
    timeline: tuple[TimelinePart, ...] = ()
    blocks: tuple[Block, ...] = ()
    filters: tuple[ListFilter, ...] = ()
    columns: tuple[ListColumn, ...] = ()
    figures: tuple[DayFigure, ...] = ()
    navigation: tuple[Item, ...] = ()
    urls: str = ""  # a module of addresses; empty: the practice has no pages of its own
