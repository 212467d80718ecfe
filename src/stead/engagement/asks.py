"""What engagement itself asks for: contacts that the tier is owed, and wishes on festivals."""

import json
from collections.abc import Iterable
from decimal import Decimal

import ibis
from ibis.expr.types import Table

from stead.core.working_days import days_later
from stead.engagement.festivals import Festival, festivals
from stead.handbook.content.record import numbers_text
from stead.practice.night import FEATURES, ActionKind, Ask, Given
from stead.practice.occasions import OCCASION, OWED, horizon_days, least_asked, occasion, reaches

OWED_CONTACT = "owed_contact"


def _wished(people: Table, given: Given) -> Iterable[Table]:
    """Wishes on each festival that comes near."""
    horizon = horizon_days(given.params)
    kept = festivals(given.handbook, given.calendar.country, given.day, horizon)
    smallest = least_asked(given, "festival", "tier")
    return [_festival(people, festival, smallest) for festival in kept]


def _festival(people: Table, festival: Festival, smallest: Decimal | None) -> Table:
    kept = people.filter((people.kind == "person") & reaches(people.tier, smallest))
    event_on = ibis.literal(festival.on_date)
    names = ibis.literal(json.dumps(dict(festival.names), ensure_ascii=False))
    return occasion(
        kept, "festival", event_on, value=kept.assets_now, numbers={"event_on": event_on},
        anchor=ibis.literal(f"{festival.name}-{festival.on_date:%Y}"), written={"festival": names},
    )  # fmt: skip


def _owed(people: Table, given: Given) -> Iterable[Table]:
    """The contacts owed by tier that fall due, or are overdue."""
    calendar = given.calendar
    days = people.contact_due_on.delta(ibis.literal(calendar.day), unit="day")
    due = people.filter(people.contact_due_on.notnull() & (days <= horizon_days(given.params)))
    numbers = {
        "tier": due.tier, "stage": due.stage, "interval_days": due.contact_interval_days,
        "contact_last_on": due.contact_last_on, "opened_on": due.opened_on, "due_on": due.contact_due_on,
        "assets_now": due.assets_now, "assets_change_30d": due.assets_change_30d,
    }  # fmt: skip
    lead_on = days_later(due.contact_due_on, -due.owed_lead_days)
    due = due.mutate(lead_on=lead_on)
    table = due.mutate(
        kind=ibis.literal(OWED_CONTACT),
        # The need is named after the contact that it follows: a new contact ends it.
        anchor=due.contact_last_on.cast("string").fill_null("first"),
        message_class=due.owed_class, channel=due.owed_channel, earliest_on=calendar.before(due.lead_on),
        latest_on=calendar.before(due.contact_due_on), due_by=ibis.literal(""), minutes=due.owed_minutes,
        base_priority=due.owed_priority, value=due.assets_now.fill_null(0).cast("decimal(18,2)"),
        repeat_days=due.owed_repeat_days, clause=ibis.literal("2.3"),
        table=ibis.literal("2.3/contact_owed.dmn"), decision=ibis.literal("contact_owed"),
        rule_id=due.contact_owed_rule, numbers=numbers_text(numbers), occasion_rule=ibis.null("string"),
    )  # fmt: skip
    yield table.mutate(latest_on=ibis.greatest(table.earliest_on, table.latest_on)).select(OWED)


ASKS = (
    Ask(
        kinds=(ActionKind("festival", is_ahead=True),),
        columns={FEATURES: ("assets_now",)},
        rows=_wished,
        rules=("2.3/festivals.csv", f"{OCCASION}.dmn", "params.csv"),
    ),
    Ask(
        kinds=(ActionKind(OWED_CONTACT),),
        columns={
            FEATURES: ("opened_on", "assets_now", "assets_change_30d"),
            "owed": (
                "contact_interval_days", "contact_due_on", "owed_class", "owed_channel", "owed_lead_days",
                "owed_minutes", "owed_priority", "owed_repeat_days", "contact_owed_rule",
            ),
        },
        rows=_owed,
        rules=("params.csv",),
        is_owed=True,
        cites="2.3/contact_owed",
    ),
)  # fmt: skip
