"""Filling each banker's day: what must be done today, then by priority, within the banker's minutes."""

from datetime import date

import ibis
from ibis.expr.types import Table

ACTION = (
    "key", "customer_id", "banker_id", "branch_id", "kind", "message_class", "channel", "status",
    "held_reason",
    "earliest_on", "latest_on", "due_by", "first_owed_on", "minutes", "priority", "value", "rank",
    "clause", "table",
    "decision", "rule_id", "numbers",
)  # fmt: skip


def allocate(candidates: Table, bankers: Table, work_date: date) -> Table:
    """The candidates with `status`, `rank` and the final `held_reason`: the columns of ACTION, one row a key.

    candidates: as policy.apply returns them. bankers: banker_id, capacity_minutes.
    status: today (rank 1 first), carried (did not fit: held_reason "capacity"), later (not yet due), held.
    What must be done today is never left out; beyond the minutes it says "over_capacity". That is what the
    law asks for and what the handbook gives hours for; anything else, overdue or not, has its place by its
    priority, which rises with each day that it waits, so that a backlog cannot drown a day.
    The result does not depend on the order of rows: ties are broken by key.
    """
    today = ibis.literal(work_date)
    minutes = bankers.select("banker_id", "capacity_minutes")
    table = candidates.left_join(minutes, "banker_id").drop("banker_id_right")
    reason = ibis.ifelse(
        (table.held_reason == "") & table.capacity_minutes.isnull(), "no_banker", table.held_reason
    )
    table = table.mutate(
        held_reason=reason,
        must=(table.latest_on <= today) & ((table.message_class == "statutory") | (table.due_by != "")),
        # Held candidates and later ones stand in a line of their own and use no minutes.
        line=ibis.cases((reason != "", "held"), (table.earliest_on > today, "later"), else_="open"),
    )
    order = [table.must.desc(), table.priority.desc(), table.key.asc()]
    lines = ibis.window(group_by=[table.banker_id, table.line], order_by=order, preceding=None, following=0)
    place = ibis.row_number().over(ibis.window(group_by=[table.banker_id, table.line], order_by=order))
    table = table.mutate(place=place + 1, minutes_until=table.minutes.cast("int64").sum().over(lines))
    fits = table.minutes_until <= table.capacity_minutes
    is_open = table.line == "open"
    # Those who go today are the first of the line: first all that must, then those that fit.
    status = ibis.cases((~is_open, table.line), (table.must | fits, "today"), else_="carried")
    final = ibis.cases(
        (is_open & table.must & ~fits, "over_capacity"),
        (is_open & ~table.must & ~fits, "capacity"),
        else_=table.held_reason,
    )
    table = table.mutate(status=status, held_reason=final)
    rank = ibis.ifelse(table.status == "today", table.place, 0).cast("int32")
    # Codes that no column of the database may hold as null.
    return table.mutate(
        rank=rank, channel=table.channel.fill_null(""), banker_id=table.banker_id.fill_null("")
    ).select(ACTION)
