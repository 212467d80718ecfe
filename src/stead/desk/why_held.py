"""Why not: the row of the permission table, the limit and what used it up, or the full day."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from stead.customers.models import Banker
from stead.engagement.models import Action
from stead.engagement.policy import Limit, limits
from stead.engagement.queries import Reached, counted, counting_of, known_in, numbers
from stead.extracts.shown_night import Night
from stead.handbook.content.book import Handbook, HandbookError
from stead.handbook.content.figures import FigureView, figure_view
from stead.handbook.content.tables import Asked, TableView, table_view
from stead.handbook.content.value_words import Reader

PERMISSION = "2.3/permission"
LIMITS = "2.3/limits.csv"
FULL = "capacity"


@dataclass(frozen=True)
class FullDay:
    """A banker's day without room: its minutes, and those of what goes before. None: no longer known."""

    minutes: int | None = None
    taken: int | None = None


@dataclass(frozen=True)
class WhyNot:
    """What stood in the way of a candidate; only what belongs to its reason is there."""

    permission: TableView | None = None
    limits: FigureView | None = None
    limit: Limit | None = None
    used: Sequence[Reached] = ()  # contacts that had used up the limit
    before: Sequence[Action] = ()  # of the same night, higher in priority, that used it up
    full: FullDay | None = None


def why_not(
    action: Action,
    others: Sequence[Action],
    handbook: Handbook,
    night: Night,
    reader: Reader,
    *,
    is_past: bool = False,
) -> WhyNot:
    """What held an action back in a night. others: all of the night's actions about the customer."""
    reason = action.held_reason
    if reason == FULL:
        return WhyNot(full=_full_day(action, is_past=is_past))
    if reason.startswith("limit/"):
        return _by_limit(action, others, handbook, night, reader)
    return WhyNot(permission=_by_permission(action, handbook, reader))


def _full_day(action: Action, *, is_past: bool) -> FullDay:
    """The day of the action's banker as the night filled it."""
    if is_past:
        return FullDay()
    banker = Banker.objects.filter(pk=action.banker_id).first()
    taken = Action.objects.filter(banker_id=action.banker_id, status="today").aggregate(sum=Sum("minutes"))
    return FullDay(banker.capacity_minutes if banker else None, taken["sum"] or 0)


def _by_permission(action: Action, handbook: Handbook, reader: Reader) -> TableView | None:
    """The permission table with the row lit that gave the reason; None where another thing gave it.

    A night before the row was kept lights every row that gives this reason.
    """
    values = permission_values(action)
    kept = numbers(action).get("permission_rule")
    try:
        rules = [
            rule
            for rule in handbook.rules(PERMISSION)
            if handbook.outputs(PERMISSION, rule).get("held_reason") == action.held_reason
        ]
    except HandbookError:
        return None
    if not rules:
        return None
    rules = [kept] if kept in rules else rules
    return table_view(handbook, PERMISSION, reader, asked=Asked(rules, values), explained=True)


def permission_values(action: Action) -> dict[str, Any]:
    """What the permission table read, as the night kept it."""
    kept = numbers(action)
    return {"message_class": action.message_class} | {
        name: kept[name] for name in ("is_person", "age", "age_group", "consent") if name in kept
    }


def _by_limit(
    action: Action,
    others: Sequence[Action],
    handbook: Handbook,
    night: Night,
    reader: Reader,
) -> WhyNot:
    """The row of the limit as it held in that night, and what had used it up."""
    _, name, days = action.held_reason.split("/")
    lit = {"name": name, "days": days}
    figure = figure_view(handbook, LIMITS, reader, night.book_date, lit)
    try:
        bound = limits(handbook, night.book_date)
    except HandbookError:
        return WhyNot(limits=figure)
    limit = next((one for one in bound if one.reason == action.held_reason), None)
    if limit is None:
        return WhyNot(limits=figure)
    place = (-action.priority, action.key)
    before = [
        one
        for one in others
        if not (one.held_reason and one.status == "held")
        and one.earliest_on <= night.work_date
        and (one.message_class if limit.scope == "class" else one.channel) == limit.name
        and (-one.priority, one.key) < place
    ]
    counts = counting_of(handbook.version, night.book_date)
    contacts = known_in(night, action.customer_id, limit.days)
    return WhyNot(limits=figure, limit=limit, used=counted(limit, contacts, counts), before=before)
