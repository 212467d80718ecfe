"""Every shared read of contacts and actions."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from stead.access.queries import AnyUser, scope
from stead.customers.night import Night
from stead.engagement.models import OWED_CLASSES, Action, ActionState, Contact, Outcome, PastContact
from stead.engagement.policy import Limit

# What the night does with a candidate; `held` are those that lost.
OPEN = ("today", "carried", "later")
HELD = "held"


def visible_to(user: AnyUser) -> QuerySet[Action]:
    """The actions about customers whom this user may see."""
    return Action.objects.filter(scope(user))


def settled_since(moment: datetime) -> Exists:
    """Whether a user did something with an action since that moment.

    A need that comes back keeps its key, so only what happened since the last publication settles it.
    """
    return Exists(ActionState.objects.filter(action_key=OuterRef("pk"), set_at__gte=moment))


def about(user: AnyUser, customer_id: str) -> list[Action]:
    """Every action of the night about one customer, open and held, the first to do first."""
    rows = visible_to(user).filter(customer_id=customer_id)
    place = {"today": 0, "carried": 1, "later": 2, HELD: 3}
    return sorted(rows, key=lambda row: (place.get(row.status, 9), row.latest_on, -row.priority, row.key))


def open_about(user: AnyUser, customer_id: str, published_at: datetime) -> list[Action]:
    """What is still to do for one customer: open, and nobody did anything with it since the night."""
    rows = visible_to(user).filter(customer_id=customer_id, status__in=OPEN)
    place = {status: number for number, status in enumerate(OPEN)}
    return sorted(
        rows.filter(~settled_since(published_at)),
        key=lambda row: (place[row.status], row.rank, row.latest_on, -row.priority, row.key),
    )


def numbers(action: Action) -> dict[str, Any]:
    """What fired the action, by name."""
    found: dict[str, Any] = json.loads(action.numbers) if action.numbers else {}
    return found


@dataclass(frozen=True)
class Reached:
    """A contact that counts towards the limits: one that went out and was not in vain."""

    on: date
    channel: str
    message_class: str
    outcome: str = Outcome.REACHED

    @property
    def is_owed(self) -> bool:
        """Whether the night counts it as a contact that clause 2.3 owes (`contact_last_on`)."""
        return self.message_class in OWED_CLASSES and self.outcome != Outcome.REFUSED


def made(customer_id: str, today: date, days: int) -> list[Reached]:
    """Contacts to the customer in the last `days` days, today included; attempts in vain do not count.

    The caller has found the customer visible.
    """
    first = today - timedelta(days=days - 1)
    begin = timezone.make_aware(datetime.combine(first, time.min))
    return _arrived(
        Contact.objects.filter(customer_id=customer_id, at__gte=begin),
        PastContact.objects.filter(customer_id=customer_id, on_date__gte=first),
    )


def known_in(night: Night, customer_id: str, days: int) -> list[Reached]:
    """The contacts that a night counted in the `days` days that end with its working day, newest first.

    The caller has found the customer visible.
    """
    first = night.work_date - timedelta(days=days - 1)
    begin = timezone.make_aware(datetime.combine(first, time.min))
    logged = Contact.objects.filter(customer_id=customer_id, at__gte=begin, at__lt=night.published_at)
    past = PastContact.objects.filter(customer_id=customer_id, on_date__range=(first, night.book_date))
    return sorted(_arrived(logged, past), key=lambda one: one.on, reverse=True)


def _arrived(logged: QuerySet[Contact], past: QuerySet[PastContact]) -> list[Reached]:
    """Those that went out and reached the customer."""
    here = (
        logged.filter(direction="out")
        .exclude(outcome=Outcome.NOT_REACHED)
        .annotate(on=TruncDate("at"))
        .values_list("on", "channel", "message_class", "outcome")
    )
    delivered = (
        past.filter(direction="out")
        .exclude(outcome=Outcome.NOT_REACHED)
        .values_list("on_date", "channel", "message_class", "outcome")
    )
    return [Reached(*row) for row in here.union(delivered, all=True)]


def counted(limit: Limit, contacts: Sequence[Reached]) -> list[Reached]:
    """The contacts that count towards a limit; over a channel those of every class, as in the night."""
    return [
        one
        for one in contacts
        if (one.message_class if limit.scope == "class" else one.channel) == limit.name
    ]
