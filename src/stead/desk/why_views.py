"""Why: the handbook's own table with the row lit that decided, in the last night or an earlier one."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stead.access.guards import for_roles
from stead.access.queries import CUSTOMER_ROLES
from stead.desk.customer_page import Frame, spaced
from stead.desk.customer_timeline import CHANNELS, CLASSES, Telling
from stead.desk.customer_views import frame_of, opened
from stead.desk.customer_why import values_of
from stead.desk.customer_words import held_reason
from stead.desk.reasons import path_of, sentence
from stead.desk.why_held import FULL, WhyNot, why_not
from stead.engagement.history import archive
from stead.engagement.models import Action
from stead.engagement.queries import HELD, Reached, about, numbers
from stead.extracts.shown_night import Night
from stead.handbook.content.tables import Asked, table_view
from stead.handbook.queries import handbook, reader
from stead.practice.registry import decision_name, kind_name, knows_decision
from stead.segmentation.queries import Decision, decision_of, decisions

NIGHTS = 6  # earlier nights that the page offers


@dataclass(frozen=True)
class Facts:
    """What a night knew of the customer: what its tables said, and its actions."""

    night: Night
    is_past: bool
    decisions: dict[str, Decision]
    actions: list[Action]


def _facts(frame: Frame, request: HttpRequest) -> Facts:
    """Of the night on the desk, or of the earlier one that is asked for by `?night=` or `?day=`.

    Raises Http404 for a night that is not known or whose decisions are not kept.
    """
    asked, day = request.GET.get("night", ""), request.GET.get("day", "")
    number = frame.customer.pk
    if asked or day:
        night = archive.get().night(asked) if asked else archive.get().before(day)
        if night is None:
            raise Http404
        if night.run_id != frame.night.run_id:
            kept = archive.get()
            return Facts(night, True, kept.decisions(night, number), kept.actions(night, number))
    return Facts(frame.night, False, decisions(frame.standing, frame.night), about(frame.user, number))


@for_roles(*CUSTOMER_ROLES)
@require_safe
def why(request: HttpRequest, customer_id: str, decision: str) -> HttpResponse:
    """The table of one decision about one customer.

    `?action=`: as it was asked for one action. `?night=` (a run or a book date) or `?day=` (a working day):
    as that night decided, under its version of the handbook.
    """
    frame = frame_of(request, customer_id)
    facts = _facts(frame, request)
    asked = request.GET.get("action", "")
    action = next((one for one in facts.actions if one.key == asked), None) if asked else None
    stored = decision_of(facts.decisions, decision)
    if action is None and stored is None and not knows_decision(decision):
        raise Http404
    opened(frame, f"why {decision} {facts.night.run_id}" if facts.is_past else f"why {decision}")
    return render(request, "desk/why.html", _page(frame, facts, decision, stored, action))


def _page(
    frame: Frame, facts: Facts, decision: str, stored: Decision | None, action: Action | None
) -> dict[str, Any]:
    """Everything that the page shows."""
    night = facts.night
    told = Telling(frame.language, night.book_currency, frame.today)
    values = dict(stored.values) if stored else {}
    rules: tuple[str, ...] = stored.rules if stored else ()
    version = (stored.version if stored else "") or night.handbook_version
    path = stored.table if stored else ""
    if action is not None:
        version, rules, path = action.handbook_version, (action.rule_id,), action.table
        # The kind of an action is the occasion that the table of occasions read.
        values |= {"occasion": action.kind} | numbers(action)
        # Which row held it back is lit in its table; it is no fact about the customer.
        values.pop("permission_rule", None)
    path = f"{path.removesuffix('.dmn')}.dmn" if path else path_of(version, decision)
    book, said = handbook(version), reader(version, frame.language, night.book_currency, frame.today)
    asked = Asked(rules, values)
    not_done = _not_done(facts, action, version, told) if action else None
    return {
        "customer": frame.customer,
        "number": spaced(frame.customer.pk),
        "title": decision_name(action.decision if action else decision),
        "decision": decision,
        "clause": path.partition("/")[0],
        "version": version,
        "facts": facts,
        "shown_night": night,
        "nights": archive.get().nights(NIGHTS) if facts.decisions or facts.is_past else [],
        "action": action,
        "sentence": sentence(action, version, told.currency, told.language, told.today) if action else "",
        "held": _held(action) if action else "",
        "view": table_view(book, path, said, asked=asked, explained=True) if book and path else None,
        "values": [(one.label, one.text) for one in values_of(values, version, path, told)],
        "rules": ", ".join(rules),
        "not_done": not_done,
        "used": [_told_contact(one) for one in not_done.used] if not_done else [],
        "before": [(kind_name(one.kind), one.decision, one.key) for one in not_done.before]
        if not_done
        else [],
    }


def _held(action: Action) -> str:
    """Why the action was not done, in words; nothing where it is to be done."""
    is_held = action.status == HELD or action.held_reason == FULL
    return held_reason(action.held_reason, CLASSES, CHANNELS) if is_held else ""


def _not_done(facts: Facts, action: Action, version: str, told: Telling) -> WhyNot | None:
    """What stood in the way of the action, by the handbook; None where nothing did."""
    book = handbook(version)
    if book is None or not _held(action):
        return None
    said = reader(version, told.language, told.currency, told.today)
    return why_not(action, facts.actions, book, facts.night, said, is_past=facts.is_past)


def _told_contact(contact: Reached) -> tuple[date, str]:
    """A contact that used up a limit: when, over which channel, of which class."""
    channel, kind = CHANNELS.get(contact.channel, ""), CLASSES.get(contact.message_class, "")
    return contact.on, f"{channel} · {kind}"
