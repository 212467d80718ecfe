"""The day's sentences: the handbook's texts with the numbers that the night stored."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext

from stead.desk.customer_words import TRANSACTION_CHANNELS, TRANSACTIONS, held_reason, word
from stead.engagement.day import Entry
from stead.engagement.models import ActionState, Channel, MessageClass, Outcome
from stead.extracts.shown_night import Night
from stead.handbook.content.tables import Asked, TableView, table_view
from stead.handbook.content.texts import Texts
from stead.handbook.queries import handbook, reader, rule_outputs, texts
from stead.practice.pages import Event
from stead.practice.registry import kind_name
from stead.segmentation.models import Tier
from stead.segmentation.queries import Decision

State = ActionState.State


@dataclass(frozen=True)
class Speaker:
    """Fills the handbook's texts for one page: in its language, on its day, in the book currency."""

    currency: str
    language: str
    today: date
    # The versions that this page has read; an unknown one is asked for once, not once a row.
    read: dict[str, Texts] = field(default_factory=dict)

    def sentence(self, entry: Entry) -> str:
        """Why this customer, why today; the kind of the action where the handbook has no sentence."""
        action = entry.action
        said = self._texts(entry).reason(
            action.kind,
            entry.numbers,
            self.language,
            rule_id=action.rule_id,
            currency=self.currency,
            today=self.today,
        )
        return said if said != action.kind else kind_name(action.kind)

    def to_do(self, entry: Entry) -> str:
        """What to do, as the handbook says; empty where it does not."""
        action = entry.action
        # The rule that is cited says how soon: the sentence has its number from there.
        says = rule_outputs(action.handbook_version, action.table, action.rule_id)
        return self._texts(entry).to_do(
            action.kind, self.language, entry.numbers | says, currency=self.currency, today=self.today
        )

    def talking_points(self, entry: Entry) -> list[str]:
        """What may be said."""
        return self._texts(entry).talking_points(
            entry.action.kind, entry.numbers, self.language, currency=self.currency, today=self.today
        )

    def table(self, entry: Entry, decision: Decision | None) -> TableView | None:
        """The table of the handbook that asked for the action, its row lit, with the customer's values."""
        action = entry.action
        version = decision.version if decision else action.handbook_version
        found = handbook(version)
        rules = decision.rules if decision else (action.rule_id,)
        asked = Asked(rules, entry.numbers | (decision.values if decision else {}))
        path = decision.table if decision else action.table
        told = reader(version, self.language, self.currency, self.today)
        return table_view(found, path, told, asked=asked, short=True) if found else None

    def _texts(self, entry: Entry) -> Texts:
        """Every text of the version of the handbook that made the action."""
        version = entry.action.handbook_version
        if version not in self.read:
            self.read[version] = texts(version)
        return self.read[version]


def speaker(night: Night) -> Speaker:
    """The speaker of a page in the language that is active."""
    return Speaker(night.book_currency, get_language() or "en", night.work_date)


def held_lines(reasons: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Why candidates were held back, in words, with how many."""
    labels = _texts(dict(MessageClass.choices), dict(Channel.choices))
    return [(held_reason(reason, *labels), number) for reason, number in reasons]


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
        return f"{what}: {kind_name(facts['kind'])}", str(facts.get("reason") or facts.get("until") or "")
    if event.source == "held":
        labels = dict(MessageClass.choices), dict(Channel.choices)
        why = held_reason(str(facts["held_reason"]), *_texts(*labels))
        return gettext("Held back: %(what)s") % {"what": kind_name(facts["kind"])}, why
    return kind_name(facts["kind"]), ""


def _contact(facts: dict[str, Any]) -> tuple[str, str]:
    """A contact: channel and outcome; the note."""
    channel, outcome = str(facts["channel"]), str(facts["outcome"])
    said = Outcome(outcome).label if outcome in Outcome.values else outcome
    how = Channel(channel).label if channel in Channel.values else channel
    return f"{how} – {said}", str(facts.get("note") or "")


def _texts(*choices: dict[Any, Any]) -> tuple[dict[str, str], ...]:
    """Labels as plain texts in the language of the page."""
    return tuple({str(key): str(label) for key, label in one.items()} for one in choices)
