"""The banker's day as the night left it and as it stands now: actions with their customers, and figures."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from stead.access.models import User
from stead.access.queries import AnyUser, scope
from stead.customers.models import Banker, Customer
from stead.engagement.models import Action, ActionState, Contact, MessageClass, Outcome
from stead.engagement.queries import counting_of, that_count, visible_to
from stead.extracts.shown_night import Night
from stead.handbook.content.night_words import OWED
from stead.practice.pages import DayFigure, FigurePart
from stead.practice.registry import pages
from stead.segmentation.models import Standing, TierMove

# No banker works off more in a day; what lies beyond comes up on the days after.
ENTRIES_MAX = 150
MATURITY_DAYS = 7
# A desk may show a day that is not today's: a demo, a rehearsal, a night that failed. Up to this many days
# behind, a contact carries the true time; further away it carries the desk's own day.
LIVE_DAYS_MAX = 7


@dataclass(frozen=True)
class Entry:
    """One action of the day, and whose it is. `state`: what a user did with it since the night, or empty."""

    action: Action
    name: str
    tier: int
    warning: int
    state: str
    numbers: dict[str, Any]

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return not self.state


@dataclass(frozen=True)
class ShownFigure:
    """A figure of a practice with its numbers, in the order of its parts."""

    figure: DayFigure
    numbers: Sequence[tuple[FigurePart, Any]]


@dataclass(frozen=True)
class Figures:
    """A banker's figures. Amounts: book currency. `owed`: customers to whom clause 2.3 owes contacts."""

    owed: int
    overdue: int
    maturities: int
    maturing: Decimal
    watched: int
    up: int
    down: int
    capacity_minutes: int
    of_practices: Sequence[ShownFigure] = ()

    @property
    def coverage(self) -> Decimal | None:
        """Share of the owed contacts that are not overdue; None when none is owed."""
        return Decimal(self.owed - self.overdue) / self.owed if self.owed else None


def refused_marketing(outer: str, night: Night) -> Exists:
    """Whether the customer whose number stands in the column `outer` refused marketing on the desk's day.

    It holds from the moment it is logged. What was said before, the night has read from the same contacts,
    together with consents given since.
    """
    said = Contact.objects.filter(customer_id=OuterRef(outer), at__gte=_begin(night), outcome=Outcome.REFUSED)
    return Exists(said)


def _begin(night: Night) -> datetime:
    """When the desk's day begins, in the bank's time zone."""
    return timezone.make_aware(datetime.combine(night.work_date, time.min))


def entries(user: AnyUser, night: Night) -> list[Entry]:
    """The actions of today and those carried, in the order in which they are to be done. One query."""
    rows = _with_customer(visible_to(user).filter(status__in=("today", "carried")), night)
    # Marketing to somebody who refused it today is not offered any more.
    rows = rows.exclude(
        Q(message_class=MessageClass.MARKETING)
        & refused_marketing("customer_id", night)
        & Q(state__isnull=True)
    )
    found = [_entry(row) for row in rows.order_by("-status", "rank", "-priority", "key")[:ENTRIES_MAX]]
    return [entry for entry in found if entry.name]


def held_reasons(user: AnyUser) -> list[tuple[str, int]]:
    """Why candidates of the night were held back, with how many for each reason, the most first."""
    held = visible_to(user).filter(status="held").order_by().values_list("held_reason")
    return list(held.annotate(number=Count("pk")).order_by("-number", "held_reason"))


def entry(user: AnyUser, night: Night, key: str) -> Entry | None:
    """One action with its customer; None when it is not the user's to see."""
    row = _with_customer(visible_to(user).filter(pk=key), night).first()
    return _entry(row) if row is not None and row.name else None


def _with_customer(actions: QuerySet[Action], night: Night) -> QuerySet[Any]:
    """The actions with the customer's name, tier and warning, and with what was done since the night."""
    standing = Standing.objects.filter(pk=OuterRef("customer_id"))
    since = ActionState.objects.filter(pk=OuterRef("pk"), set_at__gte=night.published_at)
    return actions.annotate(
        name=Subquery(Customer.objects.filter(pk=OuterRef("customer_id")).values("name")),
        tier=Subquery(standing.values("tier")),
        warning=Subquery(standing.values("warning")),
        state=Subquery(since.values("state")),
    )


def _entry(row: Any) -> Entry:
    """An entry from an annotated action."""
    numbers = json.loads(row.numbers) if row.numbers else {}
    return Entry(row, row.name or "", row.tier or 0, row.warning or 0, row.state or "", numbers)


def figures(user: User, night: Night) -> Figures:
    """What stands above the day: two queries over the banker's own customers, by index."""
    today = night.work_date
    declared = [figure for one in pages.get() for figure in one.figures]
    conditions = {
        f"{figure.name}_{part.name}": part.condition(today) for figure in declared for part in figure.parts
    }
    owed = that_count(OWED, counting_of(night.handbook_version, today))
    reached = Contact.objects.filter(owed, customer_id=OuterRef("pk"), at__gte=night.published_at)
    soon = Q(maturity_next_on__range=(today, today + timedelta(days=MATURITY_DAYS)))
    totals = (
        Standing.objects.filter(scope(user), ended="")
        .annotate(met=Exists(reached), **{f"is_{name}": is_so for name, is_so in conditions.items()})
        .aggregate(
            owed=Count("pk", filter=Q(contact_due_on__isnull=False)),
            overdue=Count("pk", filter=Q(contact_due_on__lt=today, met=False)),
            maturities=Count("pk", filter=soon),
            maturing=Sum("maturity_next_amount", filter=soon, default=Decimal(0)),
            watched=Count("pk", filter=Q(watched_on__isnull=False)),
            **{name: Count("pk", filter=Q(**{f"is_{name}": True})) for name in conditions},
        )
    )
    since = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    moves = TierMove.objects.filter(banker_id=user.banker_id, on_month__gte=since)
    ranks = {(old, new): number for old, new, number in _moves(moves)}
    capacity = Banker.objects.filter(pk=user.banker_id).values_list("capacity_minutes", flat=True).first()
    return Figures(
        up=sum(number for (old, new), number in ranks.items() if new > old),
        down=sum(number for (old, new), number in ranks.items() if new < old),
        capacity_minutes=capacity or 0,
        of_practices=[
            ShownFigure(figure, [(part, totals.pop(f"{figure.name}_{part.name}")) for part in figure.parts])
            for figure in declared
        ],
        **totals,
    )


def _moves(moves: QuerySet[TierMove]) -> QuerySet[TierMove, tuple[int, int, int]]:
    """How many customers moved from which tier to which."""
    return moves.order_by().values_list("from_tier", "to_tier").annotate(number=Count("pk"))


def contact_since(key: str, night: Night) -> Contact | None:
    """The contact that was logged for an action on the desk's day; an earlier one met an earlier need."""
    return Contact.objects.filter(action_key=key, at__gte=_begin(night)).order_by("-id").first()


def desk_moment(now: datetime, work_date: date) -> datetime:
    """When something that happens `now` happens on a desk that shows `work_date`."""
    local = timezone.localtime(now)
    if 0 <= (local.date() - work_date).days <= LIVE_DAYS_MAX:
        return now
    clock = time(local.hour, local.minute, local.second)
    return timezone.make_aware(datetime.combine(work_date, clock))
