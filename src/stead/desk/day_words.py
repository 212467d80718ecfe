"""The day's sentences: the handbook's texts with the numbers that the night stored."""

from typing import Any

from django.utils.translation import gettext

from stead.desk.customer_words import ACTIONS, TRANSACTION_CHANNELS, TRANSACTIONS, held_reason, word
from stead.engagement.day import Entry
from stead.engagement.models import ActionState, Channel, MessageClass, Outcome
from stead.engagement.timeline import Event
from stead.segmentation.models import Tier

State = ActionState.State


def sentence(entry: Entry) -> str:
    """Why this customer, why today, in the language of the page."""
    return str(entry.numbers.get("sentence") or word(ACTIONS, entry.action.kind))


def talking_points(entry: Entry) -> list[str]:
    """What may be said, as the handbook has it."""
    return list(entry.numbers.get("talk", []))


def line(event: Event) -> tuple[str, str]:
    """One event of the recent past: what it is, and its particulars."""
    facts = event.facts
    if event.source in {"contact", "past"}:
        return _contact(facts)
    if event.source == "transaction":
        particulars = [str(facts.get("counterparty") or ""), word(TRANSACTION_CHANNELS, facts["channel"])]
        return word(TRANSACTIONS, facts["kind"]), " · ".join(part for part in particulars if part)
    if event.source == "tier":
        moved = {"old": Tier(facts["from_tier"]).label, "new": Tier(facts["to_tier"]).label}
        return gettext("Tier: %(old)s → %(new)s") % moved, ""
    if event.source == "state":
        what = State(facts["state"]).label
        return f"{what}: {word(ACTIONS, facts['kind'])}", str(facts.get("reason") or facts.get("until") or "")
    if event.source == "held":
        labels = dict(MessageClass.choices), dict(Channel.choices)
        why = held_reason(str(facts["held_reason"]), *_texts(*labels))
        return gettext("Held back: %(what)s") % {"what": word(ACTIONS, facts["kind"])}, why
    return word(ACTIONS, facts["kind"]), ""


def _contact(facts: dict[str, Any]) -> tuple[str, str]:
    """A contact: channel and outcome; the note."""
    channel, outcome = str(facts["channel"]), str(facts["outcome"])
    said = Outcome(outcome).label if outcome in Outcome.values else outcome
    how = Channel(channel).label if channel in Channel.values else channel
    return f"{how} – {said}", str(facts.get("note") or "")


def _texts(*choices: dict[Any, Any]) -> tuple[dict[str, str], ...]:
    """Labels as plain texts in the language of the page."""
    return tuple({str(key): str(label) for key, label in one.items()} for one in choices)
