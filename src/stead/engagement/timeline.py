"""Everything that happened with one customer, newest first, out of six tables in one statement."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, JSONObject, Left, TruncDate, TruncTime

from stead.core.prepared import ask_rows, place
from stead.customers.models import NotableTransaction
from stead.engagement.models import Action, ActionState, Contact, PastContact
from stead.practice.pages import Event
from stead.practice.registry import pages
from stead.segmentation.models import TierMove

# What a reader may filter by, besides the parts of the practices. Each is made of one or more sources below.
_KINDS = ("contact", "action", "transaction", "tier")
PAGE = 30
ID = place("customer")


def _part(
    source: str, rows: QuerySet[Any], on: Any, clock: Any, facts: dict[str, Any], after: Q | None
) -> QuerySet[Any, Any]:
    """One table's part of the union: all parts have the same four columns."""
    part: QuerySet[Any, Any] = rows.order_by().annotate(
        day=F(on) if isinstance(on, str) else on,
        clock=clock,
        mark=Concat(Value(f"{source}:"), Cast("pk", CharField()), output_field=CharField()),
        facts=JSONObject(**facts),
    )
    if after is not None:
        part = part.filter(after)
    return part.order_by("-day", "-clock", "-mark").values_list("day", "clock", "mark", "facts")


def _same(*fields: str) -> dict[str, Any]:
    """Facts that are columns of the same name."""
    return {field: F(field) for field in fields}


NO_TIME = Value("", CharField())


def _logged(field: str) -> tuple[Any, Any]:
    """Day and time of a moment, in the bank's time zone."""
    return TruncDate(field), Left(Cast(TruncTime(field), CharField()), 8)


Source = tuple[str, QuerySet[Any], Any, Any, dict[str, Any]]


def _contacts(customer_id: str, *, of_actions: bool) -> Iterator[Source]:
    """Contacts that were logged here and those that came with the extracts."""
    logged = Contact.objects.filter(customer_id=customer_id)
    if of_actions:
        logged = logged.exclude(action_key="")
    facts = _same(
        "channel", "message_class", "direction", "outcome", "note", "action_kind", "action_key", "clause"
    )
    yield "contact", logged, *_logged("at"), facts | {"by": F("logged_by")}
    if not of_actions:
        past = PastContact.objects.filter(customer_id=customer_id)
        facts = _same("channel", "message_class", "direction", "outcome", "note")
        yield "past", past, "on_date", NO_TIME, facts | {"by": F("banker_id")}


def _actions(customer_id: str) -> Iterator[Source]:
    """What users did with actions other than a contact, and what was held back and why."""
    states = ActionState.objects.filter(customer_id=customer_id).exclude(state=ActionState.State.DONE)
    facts = _same("kind", "state", "reason", "until")
    yield "state", states, *_logged("set_at"), facts | {"by": F("set_by")}
    held = Action.objects.filter(customer_id=customer_id, status="held")
    yield "held", held, "first_owed_on", NO_TIME, NIGHT_FACTS


# What a line tells of an action of the night.
NIGHT_FACTS = _same(
    "kind", "channel", "held_reason", "clause", "decision", "rule_id", "numbers", "handbook_version", "run_id"
)


def kinds() -> tuple[str, ...]:
    """What a reader may filter by."""
    return (*_KINDS, *(part.name for one in pages.get() for part in one.timeline))


def _sources(customer_id: str, kind: str) -> Iterator[Source]:
    """The tables behind a kind; all of them for an empty kind."""
    if kind in {"", "contact"}:
        yield from _contacts(customer_id, of_actions=False)
    if kind == "action":
        yield from _contacts(customer_id, of_actions=True)
    if kind in {"", "action"}:
        yield from _actions(customer_id)
    if kind in {"", "transaction"}:
        rows = NotableTransaction.objects.filter(customer_id=customer_id)
        facts = _same("kind", "channel", "counterparty", "currency", "account_id", "run_id")
        amount = {"amount": Cast("amount", CharField())}
        yield "transaction", rows, "on_date", NO_TIME, facts | amount
    if kind in {"", "tier"}:
        moves = TierMove.objects.filter(customer_id=customer_id)
        yield "tier", moves, "on_month", NO_TIME, _same("from_tier", "to_tier", "rule_id", "run_id")
    for part in (part for one in pages.get() for part in one.timeline):
        if kind in {"", part.name}:
            yield part.name, part.rows(customer_id), part.on, NO_TIME, dict(part.facts)


def _after(cursor: str) -> Q | None:
    """The condition for what comes after a cursor; None for the first page or a cursor that is none."""
    parts = cursor.split("~", 2)
    if len(parts) != 3:
        return None
    try:
        day = date.fromisoformat(parts[0])
    except ValueError:
        return None
    same = Q(day=day)
    earlier = Q(clock__lt=parts[1]) | Q(clock=parts[1], mark__lt=parts[2])
    return Q(day__lt=day) | (same & earlier)


def events(customer_id: str, kind: str = "", cursor: str = "", limit: int = PAGE) -> list[Event]:
    """The customer's events after `cursor`, newest first; one more than `limit` when there are more.

    kind: one of `kinds`, or empty for all. The caller has found the customer visible. One statement: each
    table gives its newest rows by an index on the customer.
    """
    after = _after(cursor)
    if after is None:
        # The first page of a kind is asked all day; its text is written once.
        rows = ask_rows(("timeline", kind, limit), lambda: _union(ID, kind, None, limit), {ID: customer_id})
    else:
        rows = list(_union(customer_id, kind, after, limit))
    return [_event(*row) for row in rows]


def _union(customer_id: str, kind: str, after: Q | None, limit: int) -> QuerySet[Any, Any]:
    """The newest events of every table behind a kind."""
    parts = [_part(*source, after)[: limit + 1] for source in _sources(customer_id, kind)]
    if len(parts) == 1:
        return parts[0]
    return parts[0].union(*parts[1:], all=True).order_by("-day", "-clock", "-mark")[: limit + 1]


def _event(on: date, clock: str, key: str, facts: Any) -> Event:
    """An event from a row of the union."""
    read = json.loads(facts) if isinstance(facts, str) else facts
    return Event(key.split(":", 1)[0], on, clock, key, read)
