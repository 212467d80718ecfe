"""Every shared read of contacts and actions."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from stead.access.queries import AnyUser, scope, sees_customers, stand_in
from stead.core.prepared import DAY, MOMENT, ask, ask_rows, place
from stead.engagement.counting import OLDER, Counting, counting
from stead.engagement.models import Action, ActionState, Contact, Outcome, PastContact
from stead.engagement.policy import Limit
from stead.extracts.shown_night import Night
from stead.handbook.content.book import HandbookError
from stead.handbook.content.night_words import LIMITS
from stead.handbook.queries import handbook
from stead.segmentation.queries import visible_to as standings

ID = place("customer")
# What the night does with a candidate; `held` are those that lost.
OPEN = ("today", "carried", "later")
HELD = "held"


def visible_to(user: AnyUser) -> QuerySet[Action]:
    """The actions about customers whom this user may see now: who is handed over takes the actions along.

    An action keeps the banker for whom the night planned it; who looks after the customer stands with the
    standing alone.
    """
    whose = scope(user)
    # Who may see everybody needs no look at whose they are.
    return (
        Action.objects.filter(customer_id__in=standings(user).values("pk")) if whose else Action.objects.all()
    )


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
    if not sees_customers(user):
        return []
    other, values = stand_in(user)
    rows = ask(
        Action,
        ("open about", user.role),
        lambda: visible_to(other).filter(~settled_since(MOMENT), customer_id=ID, status__in=OPEN),
        {**values, ID: customer_id, MOMENT: published_at},
    )
    order = {status: number for number, status in enumerate(OPEN)}
    return sorted(rows, key=lambda row: (order[row.status], row.rank, row.latest_on, -row.priority, row.key))


def numbers(action: Action) -> dict[str, Any]:
    """What fired the action, by name."""
    found: dict[str, Any] = json.loads(action.numbers) if action.numbers else {}
    return found


@dataclass(frozen=True)
class Reached:
    """A contact that counts for something, by 2.3/counting.csv."""

    on: date
    channel: str
    message_class: str
    outcome: str = Outcome.REACHED
    direction: str = "out"

    def counts(self, use: str, counting: Counting) -> bool:
        """Whether the night counts it for a use."""
        return counting.counts(use, self.direction, self.outcome, self.message_class)


def made(customer_id: str, today: date, days: int) -> list[Reached]:
    """All contacts with the customer in the last `days` days, today included.

    The caller has found the customer visible.
    """
    first = today - timedelta(days=days - 1)
    begin = timezone.make_aware(datetime.combine(first, time.min))
    rows = ask_rows(
        "contacts made",
        lambda: _both(
            Contact.objects.filter(customer_id=ID, at__gte=MOMENT),
            PastContact.objects.filter(customer_id=ID, on_date__gte=DAY),
        ),
        {ID: customer_id, MOMENT: begin, DAY: first},
    )
    return [Reached(*row) for row in rows]


def known_in(night: Night, customer_id: str, days: int) -> list[Reached]:
    """The contacts that a night knew of the `days` days that end with its working day, newest first.

    The caller has found the customer visible.
    """
    first = night.work_date - timedelta(days=days - 1)
    begin = timezone.make_aware(datetime.combine(first, time.min))
    logged = Contact.objects.filter(customer_id=customer_id, at__gte=begin, at__lt=night.published_at)
    past = PastContact.objects.filter(customer_id=customer_id, on_date__range=(first, night.book_date))
    found = [Reached(*row) for row in _both(logged, past)]
    return sorted(found, key=lambda one: one.on, reverse=True)


def _both(logged: QuerySet[Contact], past: QuerySet[PastContact]) -> QuerySet[Any, Any]:
    """Rows of Reached: those that were logged here and those that were delivered, together."""
    columns = ("channel", "message_class", "outcome", "direction")
    here = logged.annotate(on=TruncDate("at")).values_list("on", *columns)
    return here.union(past.values_list("on_date", *columns), all=True)


def counting_of(version: str, day: date) -> Counting:
    """Which contacts count for what on a day, by a stored version of the handbook."""
    found = handbook(version)
    try:
        return counting(found, day) if found else OLDER
    except HandbookError:
        return OLDER


def that_count(use: str, counting: Counting) -> Q:
    """The condition on logged contacts under which they count for a use."""
    ways = [
        Q(direction=way.direction, outcome__in=way.outcomes, message_class__in=way.classes)
        for way in counting.of(use)
    ]
    return reduce(or_, ways, Q(pk__in=[]))


def counted(limit: Limit, contacts: Sequence[Reached], counting: Counting) -> list[Reached]:
    """The contacts that use up a limit; over a channel those of every class, as in the night."""
    return [
        one
        for one in contacts
        if one.counts(LIMITS, counting)
        and (one.message_class if limit.scope == "class" else one.channel) == limit.name
    ]
