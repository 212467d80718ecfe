"""The decisions about a customer for reading: which rule said what on which values, what lost."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from stead.desk import customer_words as words
from stead.desk import reasons
from stead.desk.customer_timeline import CHANNELS, CLASSES, Telling
from stead.desk.reasons import path_of, sentence, value_name
from stead.engagement.models import Action
from stead.engagement.queries import HELD
from stead.extracts.shown_night import Night
from stead.handbook.content.texts import formatted
from stead.handbook.content.value_words import kind_of, plain_number
from stead.practice.registry import choice_name, column_name, decision_name, kind_name
from stead.segmentation.models import Standing
from stead.segmentation.queries import Decision


@dataclass(frozen=True)
class Value:
    """A value that a rule read or gave, under its name."""

    label: str
    text: str


@dataclass(frozen=True)
class Decided:
    """One decision for reading."""

    name: str
    address: str  # of its "why" page
    title: str
    clause: str
    rules: str
    version: str
    night: str
    outputs: list[Value]
    values: list[Value]


@dataclass(frozen=True)
class Refused:
    """A candidate that lost, with its reason and what it would have been."""

    title: str
    reason: str
    sentence: str
    clause: str
    decision: str
    key: str


def _coded(name: str, value: Any) -> str | None:
    """Tiers, colours, channels and the like by their names; None for everything else."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return choice_name(name, value)


def value_text(name: str, value: Any, told: Telling) -> str:
    """A value as people of the page's language read it, by what its column is."""
    coded = _coded(name, value)
    if coded is not None:
        return coded
    kind = kind_of(name)
    if kind == "text" and isinstance(value, int | float):
        return plain_number(Decimal(str(value)))
    return formatted(value, kind, told.language, told.currency, told.today)


def values_of(values: dict[str, Any], version: str, path: str, told: Telling) -> list[Value]:
    """All values of a decision for reading, in the order in which the table at `path` reads them.

    The names are those that the table itself gives its columns, as its own page shows them.
    """
    labels = reasons.labels(version, path, told.language)
    return [
        Value(
            labels.get(name) or column_name(name),
            value_name(version, name, value, told.language) or value_text(name, value, told),
        )
        for name, value in values.items()
        if value is not None
    ]


def decided(decisions: dict[str, Decision], standing: Standing, night: Night, told: Telling) -> list[Decided]:
    """The decisions for reading, in the order of their clauses.

    Clause, version and run stand with the decision only where they differ from those of the whole night.
    """
    found = []
    for one in decisions.values():
        version = one.version or night.handbook_version
        path = one.table or path_of(version, one.name)
        run = one.run_id or standing.run_id
        found.append(
            Decided(
                name=one.name,
                address=one.address,
                title=decision_name(one.name),
                clause=one.clause or path.partition("/")[0],
                rules=", ".join(one.rules),
                version=version[:8],
                night=formatted(run[:10], "date", told.language, told.currency, told.today),
                outputs=values_of(one.outputs, version, path, told),
                values=values_of(one.values, version, path, told),
            )
        )
    return sorted(found, key=lambda one: one.clause)


def refused(actions: list[Action], told: Telling) -> list[Refused]:
    """The candidates that lost: why not."""
    return [
        Refused(
            title=_("%(action)s by %(channel)s")
            % {
                "action": kind_name(one.kind),
                "channel": CHANNELS.get(one.channel, one.channel),
            },
            reason=words.held_reason(one.held_reason, CLASSES, CHANNELS),
            sentence=sentence(one, one.handbook_version, told.currency, told.language, told.today),
            clause=one.clause,
            decision=one.decision,
            key=one.key,
        )
        for one in actions
        if one.status == HELD
    ]
