"""Clause 2.3 in the night: contacts owed, occasions, and what users did: the candidates for action."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from typing import Any

import ibis
from ibis.expr.types import Table

from stead.engagement import ended
from stead.engagement.ages import with_age_group
from stead.engagement.bounds import bounds
from stead.engagement.calendar import Calendar, days_later, festivals
from stead.engagement.occasions import AHEAD, COMMON, occasions
from stead.handbook.content.book import Handbook
from stead.handbook.content.night_words import MINUTES_MOST, POINTS_MOST, TEN_YEARS_DAYS, YEAR_DAYS
from stead.handbook.content.record import Recorded, numbers_text

Keep = Callable[[str, Table], Table]


def as_it_is(_name: str, table: Table) -> Table:
    """The table itself, computed with whatever is made of it."""
    return table


OWED = Recorded(
    "2.3/contact_owed",
    "contact_owed_rule",
    {"tier": "tier", "stage": "stage"},
    {"interval_days": "contact_interval_days", "message_class": "owed_class", "channel": "owed_channel"},
)
# The other tables that a candidate comes through, and the columns of their rules (policy adds the last).
CITED = {
    "2.3/occasion": "occasion_rule",
    "2.3/worth": "worth_rule",
    "2.3/channel": "channel_rule",
    "2.3/permission": "permission_rule",
}
# What editions older than these rows of params.csv meant: points a tier, and the working days of waiting
# after which nobody rises any further.
_OLDER = {"priority_tier": Decimal(10), "priority_waited_most": Decimal(60)}
# What the kinds of action read of a customer; the night joins no more than this.
_FEATURES = (
    "customer_id", "kind", "banker_id", "branch_id", "ended", "opened_on", "risk_grade",
    "contact_last_on",
    "assets_now", "assets_month_01", "assets_peak_12m", "assets_30d_ago", "assets_change_30d",
    "assets_change_30d_ratio",
    "outflow_30d", "outflow_largest_30d_on", "outflow_largest_own_30d", "outflow_largest_own_30d_on",
    "outflow_largest_own_30d_ratio",
    "inflow_largest_30d", "inflow_largest_30d_on", "maturity_past_7d_unreinvested",
    "maturity_next_on",
    "maturity_next_amount", "birthday_next_on", "birthday_next_is_lunar", "anniversary_next_on",
    "anniversary_years", "birthday_next_years",
)  # fmt: skip
_REACH = ("age", "has_phone", "has_wecom", "has_email")
CANDIDATE = (
    "key", "customer_id", "banker_id", "branch_id", "kind", "message_class", "channel", "earliest_on",
    "latest_on",
    "due_by", "first_owed_on", "minutes", "value", "priority", "clause", "table", "decision", "rule_id",
    "numbers", "occasion_rule", "worth_rule", "channel_rule",
)  # fmt: skip


def owed(features: Table, standings: Table, handbook: Handbook, day: date) -> Table:
    """One row a customer: the contact that the tier is owed by clause 2.3 and when it falls due.

    Columns: customer_id, contact_interval_days, contact_due_on (both null when none is owed), owed_class,
    owed_channel, owed_lead_days, owed_minutes, owed_priority, owed_repeat_days, contact_owed_rule.
    Who has no contact on record is owed the first one an interval after becoming a customer, but not before
    the first of this month: records seldom reach back to the beginning, and nobody is years overdue.
    """
    base = features.select("customer_id", "opened_on", "contact_last_on")
    table = base.join(standings.select("customer_id", "tier", "stage"), "customer_id")
    table = _told(handbook.decide(table, "2.3/contact_owed"))
    # A row that names no class says that nothing is owed.
    interval = ibis.ifelse(table.message_class.isnull(), None, _within(table.interval_days, TEN_YEARS_DAYS))
    table = table.mutate(interval_days=interval)
    due_on = days_later(table.contact_last_on.coalesce(table.opened_on), table.interval_days)
    is_first = table.contact_last_on.isnull() & due_on.notnull()
    due_on = ibis.ifelse(is_first, ibis.greatest(due_on, day.replace(day=1)), due_on)
    return table.select(
        "customer_id", "contact_owed_rule",
        contact_interval_days=table.interval_days.cast("int16"),
        contact_due_on=due_on,
        owed_class=table.message_class, owed_channel=table.channel, owed_lead_days=table.lead_days,
        owed_minutes=table.minutes, owed_priority=table.base_priority, owed_repeat_days=table.repeat_days,
    )  # fmt: skip


def _told(table: Table) -> Table:
    """What a table of the handbook says of a message, within what a night can hold; 0 where it says nothing.

    The check of the handbook refuses numbers beyond; one that a cell works out is only known here.
    """
    most = {
        "lead_days": YEAR_DAYS, "minutes": MINUTES_MOST, "base_priority": POINTS_MOST,
        "repeat_days": TEN_YEARS_DAYS,
    }  # fmt: skip
    bounds = {**most, "window_days": YEAR_DAYS} if "window_days" in table.columns else most
    return table.mutate(**{name: _within(table[name], bound).fill_null(0) for name, bound in bounds.items()})


def _within(number: Any, most: int) -> Any:
    """A number from 0 to `most`."""
    return number.cast("float64").clip(0, most).cast("int32")


def candidates(
    features: Table,
    standings: Table,
    warnings: Table,
    owed_contacts: Table,
    states: Table,
    handbook: Handbook,
    calendar: Calendar,
    keep: Keep = as_it_is,
) -> Table:
    """Everything that somebody could do for a customer on the work date or soon after, before any limit.

    features, standings, warnings, owed_contacts: one row a customer each. states: engagement.ActionState
    (action_key, state, on_date, until). Returns the columns of CANDIDATE; `channel` is null where the
    customer cannot be reached. Beside the rule that it cites, each says which rows of the other tables
    matched. What was done or declined does not come back within its repeat_days;
    what was postponed comes back on its date.
    keep: gives back a table under a name with the same rows, perhaps stored, so that the plans stay small.
    """
    params = handbook.params(calendar.day)
    horizon = int(params["horizon_days"])
    people = features.select(_FEATURES)
    for other, names in (
        (standings, ("tier", "stage", "watch_months", "watched_on")),
        (warnings, ("warning", "warned_on", "warning_anchor", "respond_days", "due_by", "warning_rule")),
        (owed_contacts, [name for name in owed_contacts.columns if name != "customer_id"]),
    ):
        # Nothing was decided about who left or died; what the law asks is owed to them all the same.
        people = people.left_join(other.select("customer_id", *names), "customer_id")
        people = people.drop("customer_id_right")
    people = keep("people", people.mutate(tier=people.tier.fill_null(0)))
    kept = festivals(handbook, calendar.country, calendar.day, horizon)
    asked = keep("occasions", occasions(people, kept, calendar, bounds(handbook, params)))
    found = _from_occasions(asked, handbook, calendar)
    found = keep("wanted", found.union(_from_owed(people, calendar, horizon)))
    found = _not_done(found, states, calendar)
    ahead = calendar.work_date.toordinal() - calendar.day.toordinal() + int(params["look_ahead_days"])
    last = calendar.day + timedelta(days=ahead)
    found = found.filter(found.earliest_on <= ibis.literal(last))
    found = _prioritised(found, handbook, calendar, params)
    found = found.join(features.select("customer_id", *_REACH), "customer_id")
    found = with_age_group(found.rename(preferred="channel"), handbook, "2.3/channel", calendar.day)
    return handbook.decide(found, "2.3/channel").select(CANDIDATE)


def _from_occasions(found: Table, handbook: Handbook, calendar: Calendar) -> Table:
    """The occasions that the handbook wants, with their days."""
    found = ended.allowed(_told(handbook.decide(found, "2.3/occasion")), handbook, calendar.day)
    answered = found.answered.fill_null(False) & (found.contact_last_on >= found.event_on).fill_null(False)
    found = found.filter(found.message_class.notnull() & ~answered)
    lead_on = days_later(found.event_on, -found.lead_days)
    found = found.mutate(is_ahead=found.occasion.isin(AHEAD), lead_on=lead_on)
    earliest = ibis.ifelse(found.is_ahead, calendar.before(found.lead_on), calendar.after(found.event_on))
    found = found.mutate(earliest_on=earliest)
    window = found.respond_days.coalesce(found.window_days.cast("int32"))
    by_event = ibis.greatest(found.earliest_on, calendar.before(found.event_on))
    latest = ibis.ifelse(found.is_ahead, by_event, calendar.plus(found.earliest_on, window))
    # A warning cites its own table: that is where the customer's numbers are judged.
    is_warning = found.rule_id.notnull()
    is_watch = found.occasion == "tier_watch"
    return found.mutate(
        latest_on=latest,
        kind=found.occasion,
        clause=ibis.cases((is_warning, "2.4"), (is_watch, "2.2"), else_="2.3"),
        table=ibis.ifelse(is_warning, "2.4/warning.dmn", "2.3/occasion.dmn"),
        decision=ibis.ifelse(is_warning, "warning", "occasion"),
        rule_id=found.rule_id.coalesce(found.occasion_rule),
    ).select(_DATED)


_DATED = (
    "customer_id", "banker_id", "branch_id", "tier", "kind", "anchor", "message_class", "channel",
    "earliest_on",
    "latest_on", "due_by", "minutes", "base_priority", "value", "repeat_days", "clause", "table",
    "decision", "rule_id",
    "numbers", "occasion_rule",
)  # fmt: skip


def _from_owed(people: Table, calendar: Calendar, horizon: int) -> Table:
    """The contacts owed by tier that fall due, or are overdue."""
    days = people.contact_due_on.delta(ibis.literal(calendar.day), unit="day")
    due = people.filter(people.contact_due_on.notnull() & (days <= horizon))
    numbers = {
        "tier": due.tier, "stage": due.stage, "interval_days": due.contact_interval_days,
        "contact_last_on": due.contact_last_on, "opened_on": due.opened_on, "due_on": due.contact_due_on,
        "assets_now": due.assets_now, "assets_change_30d": due.assets_change_30d,
    }  # fmt: skip
    lead_on = days_later(due.contact_due_on, -due.owed_lead_days)
    due = due.mutate(lead_on=lead_on)
    table = due.mutate(
        kind=ibis.literal("owed_contact"),
        # The need is named after the contact that it follows: a new contact ends it.
        anchor=due.contact_last_on.cast("string").fill_null("first"),
        message_class=due.owed_class, channel=due.owed_channel, earliest_on=calendar.before(due.lead_on),
        latest_on=calendar.before(due.contact_due_on), due_by=ibis.literal(""), minutes=due.owed_minutes,
        base_priority=due.owed_priority, value=due.assets_now.fill_null(0).cast("decimal(18,2)"),
        repeat_days=due.owed_repeat_days, clause=ibis.literal("2.3"),
        table=ibis.literal("2.3/contact_owed.dmn"), decision=ibis.literal("contact_owed"),
        rule_id=due.contact_owed_rule, numbers=numbers_text(numbers), occasion_rule=ibis.null("string"),
    )  # fmt: skip
    return table.mutate(latest_on=ibis.greatest(table.earliest_on, table.latest_on)).select(_DATED)


def _not_done(found: Table, states: Table, calendar: Calendar) -> Table:
    """Without what was done or declined of late; postponed to the day that the user chose."""
    key = found.customer_id + "/" + found.kind + "/" + found.anchor
    found = found.mutate(key=key, first_owed_on=found.earliest_on)
    told = states.select("action_key", "state", "on_date", "until")
    joined = found.left_join(told, found.key == told.action_key)
    since = ibis.literal(calendar.work_date).delta(joined.on_date, unit="day")
    is_over = joined.state.isin(("done", "declined")) & (since < joined.repeat_days)
    joined = joined.filter(~is_over.fill_null(False))
    is_postponed = (joined.state == "postponed") & joined.until.notnull()
    return joined.mutate(
        earliest_on=ibis.ifelse(
            is_postponed, ibis.greatest(joined.earliest_on, joined.until), joined.earliest_on
        ),
        latest_on=ibis.ifelse(is_postponed, ibis.greatest(joined.latest_on, joined.until), joined.latest_on),
    ).drop("action_key", "state", "on_date", "until")


def _prioritised(
    found: Table, handbook: Handbook, calendar: Calendar, params: Mapping[str, Decimal]
) -> Table:
    """With the priority: the occasion's own, what is at stake, the tier, and each working day waited."""
    found = handbook.decide(found, "2.3/worth")
    tier, most = (int(params.get(name, older)) for name, older in _OLDER.items())
    waited = ibis.least(calendar.waited(found.first_owed_on), most)
    waited_day = int(params["priority_waited_day"])
    points = _within(found.points, POINTS_MOST).fill_null(0)
    parts: list[Any] = [found.base_priority, points, found.tier * tier, waited * waited_day]
    total = reduce(lambda left, right: left + right, [part.cast("int32") for part in parts])
    return found.mutate(priority=total.cast("int32"), minutes=found.minutes.cast("int16"))


__all__ = ["CANDIDATE", "CITED", "COMMON", "OWED", "candidates", "owed"]
