"""Turns what happened with a customer into lines of the timeline: what, with which numbers, from where."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from stead.core import formats
from stead.desk import customer_words as words
from stead.desk.reasons import sentence
from stead.engagement.models import Action, Channel, MessageClass, Outcome
from stead.extracts.shown_night import Night
from stead.night.registry import practices
from stead.practice.pages import Event, Line
from stead.practice.registry import kind_name, pages
from stead.segmentation.models import Tier

FILTERS: dict[str, Promise] = {
    "": lazy("Everything"),
    "contact": lazy("Contacts"),
    "action": lazy("Actions"),
    "transaction": lazy("Transactions"),
    "tier": lazy("Tier"),
}
CHANNELS: dict[str, str | Promise] = dict(Channel.choices)
CLASSES: dict[str, str | Promise] = dict(MessageClass.choices)
OUTCOMES: dict[str, str | Promise] = dict(Outcome.choices)


@dataclass(frozen=True)
class Telling:
    """How lines are told: the language and the day of the page, and the currency of the bank's books."""

    language: str
    currency: str
    today: date
    names: Mapping[str, str] = field(default_factory=dict)  # who, by user name or banker number
    shares: Mapping[str, Decimal] = field(default_factory=dict)  # own part of joint accounts, by account
    nights: Sequence[Night] = ()  # those whose decisions are kept, the newest first

    def sentence(self, facts: Mapping[str, Any]) -> str:
        """The reason of an action of the night, in a sentence."""
        action = Action(kind=facts["kind"], numbers=facts["numbers"], rule_id=facts["rule_id"])
        return sentence(action, facts["handbook_version"], self.currency, self.language, self.today)

    def run_before(self, day: date) -> str:
        """The night that prepared a working day; nothing where none is kept."""
        return next((night.run_id for night in self.nights if night.work_date <= day), "")

    def run_of(self, book_date: date) -> str:
        """The night of a book date; nothing where it is not kept."""
        return next((night.run_id for night in self.nights if night.book_date == book_date), "")


def _said(choices: dict[str, str | Promise], code: str) -> str:
    """A choice's label; the code where it is not one of ours."""
    return str(choices.get(code, code))


def _contact(event: Event, told: Telling) -> Line:
    """A contact, logged here or delivered with the extracts."""
    facts = event.facts
    channel = _said(CHANNELS, facts["channel"])
    if facts["direction"] == "in":
        channel = _("%(channel)s from the customer") % {"channel": channel}
    parts = [channel, _said(CLASSES, facts["message_class"]), _said(OUTCOMES, facts["outcome"])]
    kind = facts.get("action_kind")
    if kind:
        parts.append(_("action: %(action)s") % {"action": kind_name(kind)})
    here = event.source == "contact"
    run = told.run_before(event.on) if facts.get("action_key") else ""
    who = told.names.get(facts["by"], facts["by"]) or _("mass message")
    source = _("logged by %(who)s") if here else _("from the core system, %(who)s")
    return Line(
        on=event.on,
        clock=event.clock[:5],
        icon=words.CHANNEL_ICONS.get(facts["channel"], "message"),
        title=" · ".join(part for part in parts if part),
        detail=facts["note"],
        source=source % {"who": who},
        clause=facts.get("clause") or "",
        tone="red" if facts["outcome"] == Outcome.REFUSED else "accent" if here else "",
        key=event.key,
        why=_asking(kind or "") if run else "",
        action=facts["action_key"] if run else "",
        run=run,
    )


def _state(event: Event, told: Telling) -> Line:
    """An action that somebody put off or turned down."""
    facts = event.facts
    kind = kind_name(facts["kind"])
    if facts["state"] == "postponed":
        until = date.fromisoformat(facts["until"]) if facts["until"] else event.on
        title = _("%(action)s put off to %(day)s") % {
            "action": kind,
            "day": formats.day_short(until, told.language, event.on),
        }
        icon = "player-skip-forward"
    else:
        title, icon = _("%(action)s declined") % {"action": kind}, "x"
    source = _("by %(who)s") % {"who": told.names.get(facts["by"], facts["by"])}
    run = told.run_before(event.on)
    return Line(
        on=event.on,
        clock=event.clock[:5],
        icon=icon,
        title=title,
        detail=facts["reason"],
        source=source,
        key=event.key,
        why=_asking(facts["kind"]) if run else "",
        action=event.key.split(":", 1)[1] if run else "",
        run=run,
    )


def _asking(kind: str) -> str:
    """The address of the decision that asks for actions of a kind."""
    return practices.get().cited_by(kind).replace("/", ":")


def _held(event: Event, told: Telling) -> Line:
    """A candidate that lost: why not."""
    facts = event.facts
    kind = kind_name(facts["kind"])
    channel = _said(CHANNELS, facts["channel"])
    reason = words.held_reason(facts["held_reason"], CLASSES, CHANNELS)
    # Who cannot be reached has no channel.
    title = (_("Not done: %(action)s by %(channel)s") if channel else _("Not done: %(action)s")) % {
        "action": kind,
        "channel": channel,
    }
    return Line(
        on=event.on,
        clock="",
        icon="hourglass",
        title=title,
        detail=_("%(reason)s; otherwise: %(sentence)s")
        % {"reason": reason, "sentence": told.sentence(facts)},
        source=_night(facts["run_id"]),
        clause=facts["clause"],
        tone="",
        why=facts["decision"],
        key=event.key,
        action=event.key.split(":", 1)[1],
    )


def _transaction(event: Event, told: Telling) -> Line:
    """A large transaction."""
    facts = event.facts
    amount = Decimal(facts["amount"])
    exact = formats.money_exact(amount, facts["currency"])
    how = words.word(words.TRANSACTION_CHANNELS, facts["channel"]) if facts["channel"] else ""
    number = event.key.split(":", 1)[1]
    share = told.shares.get(facts["account_id"])
    part = ""
    if share is not None:
        own = formats.money_exact(amount * share, facts["currency"])
        part = _("joint account, own share %(share)s: %(amount)s") % {
            "share": formats.percent(share),
            "amount": own,
        }
    return Line(
        on=event.on,
        clock="",
        icon="arrow-down-right" if amount > 0 else "arrow-up-right",
        title=f"{words.word(words.TRANSACTIONS, facts['kind'])} {exact}",
        detail=" · ".join(filter(None, (facts["counterparty"], how, part))),
        source=_("account %(account)s, booking %(number)s")
        % {"account": facts["account_id"], "number": number},
        key=event.key,
    )


def _tier(event: Event, told: Telling) -> Line:
    """A move between tiers."""
    facts = event.facts
    up = facts["to_tier"] > facts["from_tier"]
    run = told.run_of(event.on)
    said = _("Moved up from %(old)s to %(new)s") if up else _("Moved down from %(old)s to %(new)s")
    return Line(
        on=event.on,
        clock="",
        icon="trending-up" if up else "trending-down",
        title=said % {"old": Tier(facts["from_tier"]).label, "new": Tier(facts["to_tier"]).label},
        detail=_("rule %(rule)s") % {"rule": facts["rule_id"]} if facts["rule_id"] else "",
        source=_night(facts["run_id"]),
        clause="2.2",
        tone="accent" if up else "orange",
        why="movement" if run else "",
        run=run,
        key=event.key,
    )


def _night(run_id: str) -> str:
    """Which night said so."""
    return _("night of %(day)s") % {"day": run_id[:10]}


MAKERS: dict[str, Callable[[Event, Telling], Line]] = {
    "contact": _contact,
    "past": _contact,
    "state": _state,
    "held": _held,
    "transaction": _transaction,
    "tier": _tier,
}


def lines(events: list[Event], told: Telling) -> list[Line]:
    """The lines of the events in the same order."""
    parts = {part.name: part.told for one in pages.get() for part in one.timeline}
    return [(MAKERS.get(event.source) or parts[event.source])(event, told) for event in events]


def filters() -> dict[str, str]:
    """What a reader may filter by, in words."""
    parts = {part.name: part.label for one in pages.get() for part in one.timeline}
    return {name: str(label) for name, label in (FILTERS | parts).items()}
