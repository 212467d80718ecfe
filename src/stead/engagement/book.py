"""Clause 2.3 in the night: contacts owed, occasions, and what users did: the candidates for action."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from typing import Any

import ibis
from ibis.expr.types import Table

from stead.core.working_days import Calendar, days_later
from stead.engagement import ended
from stead.engagement.ages import with_age_group
from stead.engagement.asks import ASKS
from stead.handbook.content.book import Handbook
from stead.handbook.content.night_words import MINUTES_MOST, POINTS_MOST, TEN_YEARS_DAYS, YEAR_DAYS
from stead.handbook.content.record import Recorded
from stead.practice import occasions
from stead.practice.night import FEATURES, Ask, CustomerTable, Given, Practice, Record
from stead.practice.promises import row_a_customer

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
    asks: Sequence[Ask],
    tables: Mapping[str, Table],
    states: Table,
    handbook: Handbook,
    calendar: Calendar,
    keep: Keep = as_it_is,
) -> Table:
    """Everything that somebody could do for a customer on the work date or soon after, before any limit.

    asks: of all practices. tables: the features of everybody, and the customer tables that the asks read, one
    row a customer each. states: engagement.ActionState (action_key, state, on_date, until). Returns the
    columns of CANDIDATE; `channel` is null where the customer cannot be reached. Beside the rule that it
    cites, each says which rows of the other tables matched. What was done or declined does not come back
    within its repeat_days; what was postponed comes back on its date.
    keep: gives back a table under a name with the same rows, perhaps stored, so that the plans stay small.
    """
    params = handbook.params(calendar.day)
    people = keep("people", _people(asks, tables))
    asked, owed_rows = (
        [
            one
            for ask in asks
            if ask.is_owed == is_owed
            for one in ask.rows(people, Given(handbook.only(ask.rules), calendar, tables, keep))
        ]
        for is_owed in (False, True)
    )
    found = _from_occasions(keep("occasions", _in_days(_united(asked), calendar)), asks, handbook, calendar)
    # A practice may give narrower numbers than the columns of all hold.
    found = keep("wanted", _united([found, *(rows.cast(found.schema()) for rows in owed_rows)]))
    found = _not_done(found, states, calendar)
    ahead = calendar.work_date.toordinal() - calendar.day.toordinal() + int(params["look_ahead_days"])
    last = calendar.day + timedelta(days=ahead)
    found = found.filter(found.earliest_on <= ibis.literal(last))
    found = _prioritised(found, handbook, calendar, params)
    found = found.join(tables[FEATURES].select("customer_id", *_REACH), "customer_id")
    found = with_age_group(found.rename(preferred="channel"), handbook, "2.3/channel", calendar.day)
    return handbook.decide(found, "2.3/channel").select(CANDIDATE)


def columns_read(asks: Iterable[Ask]) -> dict[str, tuple[str, ...]]:
    """What is read of a customer for these asks, whatever they are: columns by table, each once."""
    read: dict[str, dict[str, None]] = {}
    for part in (occasions.PEOPLE, *(ask.columns for ask in asks)):
        for table, names in part.items():
            read.setdefault(table, {}).update(dict.fromkeys(names))
    return {table: tuple(names) for table, names in read.items()}


def _people(asks: Iterable[Ask], tables: Mapping[str, Table]) -> Table:
    """Everybody with what the asks read of them; the night joins no more than this."""
    read = columns_read(asks)
    people = tables[FEATURES].select("customer_id", *read.pop(FEATURES))
    for table, names in read.items():
        # Nothing was decided about who left or died; what the law asks is owed to them all the same.
        people = people.left_join(tables[table].select("customer_id", *names), "customer_id")
        people = people.drop("customer_id_right")
    return people.mutate(tier=people.tier.fill_null(0))


def _united(parts: Sequence[Table]) -> Table:
    return reduce(lambda left, right: left.union(right), parts)


def _in_days(found: Table, calendar: Calendar) -> Table:
    """The occasions with the days until their event."""
    return found.mutate(days=found.event_on.delta(ibis.literal(calendar.day), unit="day").cast("int32"))


def _from_occasions(found: Table, asks: Iterable[Ask], handbook: Handbook, calendar: Calendar) -> Table:
    """The occasions that the handbook wants, with their days."""
    found = ended.allowed(_told(handbook.decide(found, occasions.OCCASION)), handbook, calendar.day)
    answered = found.answered.fill_null(False) & (found.contact_last_on >= found.event_on).fill_null(False)
    found = found.filter(found.message_class.notnull() & ~answered)
    lead_on = days_later(found.event_on, -found.lead_days)
    ahead = sorted(kind.name for ask in asks for kind in ask.kinds if kind.is_ahead)
    found = found.mutate(is_ahead=found.occasion.isin(ahead), lead_on=lead_on)
    earliest = ibis.ifelse(found.is_ahead, calendar.before(found.lead_on), calendar.after(found.event_on))
    found = found.mutate(earliest_on=earliest)
    window = found.respond_days.coalesce(found.window_days.cast("int32"))
    by_event = ibis.greatest(found.earliest_on, calendar.before(found.event_on))
    latest = ibis.ifelse(found.is_ahead, by_event, calendar.plus(found.earliest_on, window))
    # An occasion that cites no row of another table cites the one that wants it.
    rule_id = found.rule_id.coalesce(found.occasion_rule)
    return found.mutate(latest_on=latest, kind=found.occasion, rule_id=rule_id).select(occasions.OWED)


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


def _owed(given: Given) -> Table:
    return owed(given.tables[FEATURES], given.tables["standings"], given.handbook, given.day)


# What the handbook's process of an action reads besides what the practices declare.
RULES = (
    "2.3/occasion.dmn", "2.3/channel.dmn", "2.3/worth.dmn", "2.3/permission.dmn", "2.3/limits.csv",
    "2.3/ended.csv", "params.csv",
)  # fmt: skip
STATES = "action_states"
PRACTICE = Practice(
    name="engagement",
    clauses=("2.3",),
    records=(
        Record(
            name="ledger_contacts",
            table="engagement_contact",
            columns={
                "id": "BIGINT", "customer_id": "VARCHAR", "banker_id": "VARCHAR",
                "at": "TIMESTAMP WITH TIME ZONE", "channel": "VARCHAR", "message_class": "VARCHAR",
                "direction": "VARCHAR", "outcome": "VARCHAR", "action_key": "VARCHAR",
                "action_kind": "VARCHAR",
            },
            order=("id",),
            in_replay="follows action",
        ),
        Record(
            name=STATES,
            table="engagement_actionstate",
            columns={
                "action_key": "VARCHAR", "customer_id": "VARCHAR", "kind": "VARCHAR", "state": "VARCHAR",
                "on_date": "DATE", "until": "DATE",
            },
            order=("action_key",),
            in_replay="follows action",
        ),
    ),
    tables=(
        CustomerTable(
            name="owed",
            reads=(FEATURES, "standings"),
            work=_owed,
            rules=("2.3/contact_owed.dmn",),
            decisions=(OWED,),
            promise=row_a_customer("owed"),
            follows_contacts=True,
        ),
    ),
    asks=ASKS,
    lists=("2.3/counting.csv", *RULES),
)  # fmt: skip
