"""What the pane beside the day shows of one customer: five queries, one of them the ledger's row."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from stead.access.models import User
from stead.customers.models import Customer
from stead.customers.profile import age, risk_grade_ends
from stead.customers.queries import Months, profile
from stead.desk.contact_hours import ContactHours, contact_hours
from stead.desk.customer_timeline import Telling
from stead.desk.customer_why import Value, values_of
from stead.desk.customer_words import PRODUCT_KINDS, word
from stead.desk.day_words import line, speaker
from stead.desk.reasons import risk_months
from stead.engagement.day import Entry, contact_since
from stead.engagement.models import Channel, Contact, Outcome
from stead.engagement.timeline import events
from stead.extracts.shown_night import Night
from stead.handbook.content.tables import TableView
from stead.practice.pages import Event
from stead.segmentation.models import Standing
from stead.segmentation.queries import Decision, decisions, standing

RECENT = 6
# Tomorrow, in three days, in a week: one click each.
POSTPONE_DAYS = (1, 3, 7)
# What may come of a contact, by the button that was pressed first.
SPOKEN = (Outcome.REACHED, Outcome.FOLLOW_UP, Outcome.NOT_REACHED, Outcome.REFUSED)
WRITTEN = (Outcome.SENT, Outcome.FOLLOW_UP, Outcome.REFUSED)


@dataclass(frozen=True)
class Way:
    """A button of the pane: a way to reach the customer, its key, and the outcomes that it may have."""

    channel: Channel
    key: str
    icon: str
    outcomes: tuple[Outcome, ...]
    advised: bool  # the handbook's own choice for this action


@dataclass(frozen=True)
class Recent:
    """One event of the recent past in words."""

    event: Event
    what: str
    more: str

    @property
    def amount(self) -> Decimal | None:
        """The amount of a transaction; None for every other event."""
        text = self.event.facts.get("amount")
        return Decimal(text) if text else None


@dataclass(frozen=True)
class Pane:
    """One customer beside the list."""

    entry: Entry
    customer: Customer
    standing: Standing | None
    sentence: str
    to_do: str
    talk: list[str]
    ways: tuple[Way, ...]
    decision: Decision | None
    why: TableView | None
    values: list[Value]  # what the decision read, for where the table itself is not stored
    chart: dict[str, Any]
    recent: list[Recent]
    postpone_to: tuple[date, ...]
    logged: Contact | None
    age: int | None
    years: int | None
    risk_ends: date | None
    hours: ContactHours | None


def ways(entry: Entry, customer: Customer) -> tuple[Way, ...]:
    """The buttons: call, message, visit. The message goes over the channel that the customer has."""
    advised = Channel(entry.action.channel)
    message = Channel.WECOM if customer.wecom_id else Channel.SMS if customer.phone else Channel.EMAIL
    if advised in {Channel.WECOM, Channel.SMS, Channel.EMAIL}:
        message = advised
    icons = {Channel.WECOM: "brand-wechat", Channel.SMS: "device-mobile-message", Channel.EMAIL: "mail"}
    return (
        Way(Channel.CALL, "c", "phone", SPOKEN, advised == Channel.CALL),
        Way(message, "m", icons[message], WRITTEN, advised == message),
        Way(Channel.VISIT, "v", "users", SPOKEN, advised == Channel.VISIT),
    )


def chart(months: Months) -> dict[str, Any]:
    """The data of the asset chart."""
    series = [
        {"name": word(PRODUCT_KINDS, kind), "values": values} for kind, values in months.by_kind.items()
    ]
    return {"months": months.months, "series": series}


def pane(user: User, entry: Entry, night: Night, now: datetime) -> Pane | None:
    """Everything about the entry's customer that the pane shows; None when not the user's to see.

    now: on the bank's clocks.
    """
    known = profile(user, entry.action.customer_id)
    if known is None:
        return None
    customer, today = known.customer, night.work_date
    stands, says = standing(user, customer.pk), speaker(night)
    told = Telling(says.language, says.currency, today)
    decision = decisions(stands, night).get(entry.action.decision) if stands else None
    return Pane(
        entry=entry,
        customer=customer,
        standing=stands,
        sentence=says.sentence(entry),
        to_do=says.to_do(entry),
        talk=says.talking_points(entry),
        ways=ways(entry, customer),
        decision=decision,
        why=says.table(entry, decision),
        values=values_of(decision.values, decision.version, decision.table, told) if decision else [],
        chart=chart(known.months),
        recent=[Recent(event, *line(event)) for event in events(customer.pk, limit=RECENT)[:RECENT]],
        postpone_to=tuple(today + timedelta(days=days) for days in POSTPONE_DAYS),
        logged=contact_since(entry.action.key, night) if entry.state else None,
        age=age(customer.birth_date, today),
        years=age(customer.opened_on, today),
        risk_ends=risk_grade_ends(customer, risk_months(entry.action.handbook_version, today)),
        hours=contact_hours(entry.action.handbook_version, now),
    )
