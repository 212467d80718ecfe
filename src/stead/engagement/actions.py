"""Every write of contacts and of what became of actions."""

from datetime import UTC, date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from stead.access.models import User
from stead.access.queries import works_with_customers
from stead.audit.actions import record
from stead.customers.models import Customer
from stead.engagement.day import contact_since, desk_moment
from stead.engagement.models import Action, ActionState, Channel, Contact, MessageClass, Outcome
from stead.engagement.queries import visible_to
from stead.extracts.shown_night import Night

State = ActionState.State
POSTPONE_DAYS_MAX = 90
REASON_LENGTH_MIN = 2
# Before every night: marks a row that was made only to be locked.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class RefusedError(ValueError):
    """The write makes no sense; the message says to the user what would."""


def _own_action(by: User, key: str) -> Action:
    """The action, if this user may work on it. Raises Action.DoesNotExist or PermissionDenied."""
    if not works_with_customers(by):
        raise PermissionDenied
    return visible_to(by).get(pk=key)


def _settle(*, by: User, action: Action, now: datetime, night: Night, **values: object) -> ActionState | None:
    """Write where the action went; return what stood there since the night was published, None if nothing.

    The row is locked, so that a double click waits and then finds what the first click wrote.
    """
    fields = {
        "customer_id": action.customer_id,
        "kind": action.kind,
        "on_date": timezone.localtime(desk_moment(now, night.work_date)).date(),
        "until": None,
        "reason": "",
        "set_by": by.get_username(),
        "set_at": now,
    } | values
    ActionState.objects.get_or_create(action_key=action.key, defaults=fields | {"set_at": NEVER})
    before = ActionState.objects.select_for_update().get(pk=action.key)
    ActionState.objects.filter(pk=action.key).update(**fields)
    return before if before.set_at >= night.published_at else None


@transaction.atomic
def log_contact(
    *, by: User, key: str, channel: Channel, outcome: Outcome, note: str, now: datetime, night: Night
) -> Contact:
    """Log what came of an action. It is done; when nobody was reached it comes back on the next day.

    The same entry twice is one contact. Another entry for the same action, before the next night, corrects
    the first. A refusal of marketing withdraws the consent at once (see `queries` of this folder).
    """
    action = _own_action(by, key)
    went: dict[str, object] = {"state": State.DONE}
    if outcome == Outcome.NOT_REACHED:
        went = {"state": State.POSTPONED, "until": night.work_date + timedelta(days=1)}
    before = _settle(by=by, action=action, now=now, night=night, **went)
    values = {"channel": channel, "outcome": outcome, "note": note.strip()}
    logged = contact_since(key, night) if before is not None else None
    if logged is not None:
        return _correct(by, logged, values)
    contact = Contact.objects.create(
        customer_id=action.customer_id,
        banker_id=action.banker_id,
        at=desk_moment(now, night.work_date),
        message_class=action.message_class,
        action_key=key,
        action_kind=action.kind,
        clause=action.clause,
        logged_by=by.get_username(),
        **values,
    )
    _record(by, "contact.logged", contact.customer_id, action=key, channel=channel, outcome=outcome)
    return contact


def _correct(by: User, contact: Contact, values: dict[str, str]) -> Contact:
    """Write a logged contact anew; what stood there is kept in the ledger."""
    before = {name: getattr(contact, name) for name in values}
    if before == values:
        return contact
    for name, value in values.items():
        setattr(contact, name, value)
    contact.save(update_fields=[*values])
    _record(
        by, "contact.corrected", contact.customer_id, action=contact.action_key, before=before, after=values
    )
    return contact


@transaction.atomic
def log_other_contact(
    *,
    by: User,
    customer: Customer,
    channel: Channel,
    outcome: Outcome,
    message_class: MessageClass,
    note: str,
    now: datetime,
    night: Night,
) -> Contact:
    """Log a contact that no action asked for. `customer` comes from what the user may see."""
    if not works_with_customers(by):
        raise PermissionDenied
    at = desk_moment(now, night.work_date)
    values = {"channel": channel, "outcome": outcome, "message_class": message_class, "note": note.strip()}
    # The second click of a double click comes within seconds and says the same.
    same = Contact.objects.filter(
        customer_id=customer.pk, logged_by=by.get_username(), at__gte=at - timedelta(seconds=10), **values
    ).first()
    if same is not None:
        return same
    contact = Contact.objects.create(
        customer_id=customer.pk, banker_id=customer.banker_id, at=at, logged_by=by.get_username(), **values
    )
    _record(by, "contact.logged", customer.pk, action="", channel=channel, outcome=outcome)
    return contact


@transaction.atomic
def postpone(*, by: User, key: str, until: date, now: datetime, night: Night) -> None:
    """Put an action off to a later day. Raises RefusedError for a day that is past or too far away."""
    latest = night.work_date + timedelta(days=POSTPONE_DAYS_MAX)
    if not night.work_date < until <= latest:
        raise RefusedError(f"choose a day from {night.work_date + timedelta(days=1)} to {latest}")
    action = _own_action(by, key)
    before = _settle(by=by, action=action, now=now, night=night, state=State.POSTPONED, until=until)
    if before is None or (before.state, before.until) != (State.POSTPONED, until):
        _record(by, "action.postponed", action.customer_id, action=key, until=until.isoformat())


@transaction.atomic
def decline(*, by: User, key: str, reason: str, now: datetime, night: Night) -> None:
    """Say that an action does not fit, and why. Raises RefusedError without a reason."""
    reason = reason.strip()
    if len(reason) < REASON_LENGTH_MIN:
        raise RefusedError("say in a few words why this does not fit; the policy office reads it")
    action = _own_action(by, key)
    before = _settle(by=by, action=action, now=now, night=night, state=State.DECLINED, reason=reason[:300])
    if before is None or (before.state, before.reason) != (State.DECLINED, reason):
        _record(by, "action.declined", action.customer_id, action=key, reason=reason)


def _record(by: User, verb: str, customer_id: str, **detail: object) -> None:
    """One row of the ledger about a customer."""
    record(by=by, verb=verb, object_kind="customer", object_id=customer_id, detail=detail)
