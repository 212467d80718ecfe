"""The contact policy of clause 2.3: consent, age, and how much a customer may hear of us."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

import ibis
from ibis.expr.types import Table

from stead.engagement.ages import with_age_group
from stead.handbook.content.book import Handbook, HandbookError
from stead.handbook.content.night_words import CHANNELS, CLASSES
from stead.handbook.content.record import with_entries

ROUNDS = 8  # candidates of one customer that are looked at in a night; the rest wait


@dataclass(frozen=True)
class Limit:
    """At most `most` contacts of a class or over a channel in `days` days; binds messages of some classes."""

    scope: str  # class or channel
    name: str
    days: int
    most: int
    binds: tuple[str, ...]

    @property
    def reason(self) -> str:
        """As it stands in Action.held_reason."""
        return f"limit/{self.name}/{self.days}"

    @property
    def column(self) -> str:
        """The column of the contacts that count, from the ledger and the extracts."""
        return f"contacts_{self.name}_{self.days}d"


def limits(handbook: Handbook, day: date) -> tuple[Limit, ...]:
    """The limits of 2.3/limits.csv that hold on a day, in the order of the file.

    Raises HandbookError for an unknown class or channel, a window other than 1, 7 or 30 days, a negative
    number, and for a limit that binds statutory messages: those are never blocked.
    """
    found = []
    for row in handbook.rows("2.3/limits.csv", day):
        names = {"class": CLASSES, "channel": CHANNELS}.get(row["scope"], ())
        binds = tuple(row["binds"].split())
        is_number = row["most"].isdigit() and row["days"] in {"1", "7", "30"}
        if row["name"] not in names or not is_number or not set(binds) <= set(CLASSES[1:]) or not binds:
            raise HandbookError(
                "2.3/limits.csv: {values}: scope is class or channel, name one of these, days 1, 7 or 30, "
                "most a whole number, binds one or more of {classes}",
                values=",".join(row.values()), classes=" ".join(CLASSES[1:]),
            )  # fmt: skip
        found.append(Limit(row["scope"], row["name"], int(row["days"]), int(row["most"]), binds))
    return tuple(found)


def apply(candidates: Table, counts: Table, handbook: Handbook, day: date, work_date: date) -> Table:
    """The candidates with `permission_rule` and `held_reason`: "" for those that may go, else one reason.

    The numbers of those that are held say also what the permission table read.

    counts: one row a customer: age, kind, marketing_consent (null: unknown), contacts_<class or
    channel>_<days>d for each limit. Candidates of one customer reserve the budget one after the other, by
    priority, then key; what is not yet due on the work date reserves none.
    """
    bound = limits(handbook, day)
    columns = sorted({limit.column for limit in bound})
    table = _permitted(candidates, counts, columns, handbook, day)
    is_due = table.earliest_on <= ibis.literal(work_date)
    # Statutory messages take part, since they count against the others, but no limit binds them.
    contests = is_due & (table.held_reason == "")
    order = [table.priority.desc(), table.key.asc()]
    turn = ibis.row_number().over(ibis.window(group_by=[table.customer_id, contests], order_by=order)) + 1
    table = table.mutate(turn=ibis.ifelse(contests, turn, 0).cast("int32"))
    reasons = _reasons(table, bound, columns)
    joined = table.left_join(reasons, "customer_id")
    told = [(joined.turn == i, joined[f"held_{i}"]) for i in range(1, ROUNDS + 1)]
    too_many = ibis.ifelse(joined.message_class == "statutory", "", "rounds")
    reason = ibis.cases((joined.turn == 0, joined.held_reason), *told, else_=too_many)
    joined = joined.mutate(held_reason=reason.fill_null(""))
    # What the permission table read, and its row, are kept where something was held: that explains itself.
    inputs = handbook.columns("2.3/permission")[0]
    read = {name: joined[name] for name in inputs if name not in candidates.columns}
    read["permission_rule"] = joined.permission_rule
    told = ibis.ifelse(joined.held_reason == "", joined.numbers, with_entries(joined.numbers, read))
    return joined.mutate(numbers=told).select(*candidates.columns, "permission_rule", "held_reason")


def _permitted(
    candidates: Table, counts: Table, columns: Sequence[str], handbook: Handbook, day: date
) -> Table:
    """The candidates with what the permission table and the missing channel say, and the counts."""
    facts = counts.select(
        "customer_id", "age", *columns,
        is_person=counts.kind == "person",
        consent=ibis.cases(
            (counts.marketing_consent.isnull(), "unknown"),
            (counts.marketing_consent, "granted"),
            else_="refused",
        ),
    )  # fmt: skip
    table = candidates.left_join(facts, "customer_id").drop("customer_id_right")
    table = with_age_group(table, handbook, "2.3/permission", day)
    table = handbook.decide(table, "2.3/permission")
    unreachable = table.channel.isnull()
    reason = table.held_reason.coalesce(ibis.ifelse(unreachable, "no_channel", ""))
    # Nobody may be forgotten because a table has no row for the message: that is an error of the handbook.
    return table.mutate(held_reason=reason)


def _reasons(table: Table, bound: Sequence[Limit], columns: Sequence[str]) -> Table:
    """One row a customer with held_1..held_8: the reason of the candidate in each turn, "" when it may go."""
    turns = range(1, ROUNDS + 1)
    contesting = table.filter(table.turn.between(1, ROUNDS))
    wide: Any = contesting.group_by("customer_id").aggregate(
        **{name: contesting[name].max() for name in columns},
        **{f"class_{i}": contesting.message_class.max(where=contesting.turn == i) for i in turns},
        **{f"channel_{i}": contesting.channel.max(where=contesting.turn == i) for i in turns},
    )
    for i in turns:
        broken = [(_is_broken(wide, limit, i), limit.reason) for limit in bound]
        wide = wide.mutate(**{f"held_{i}": ibis.cases(*broken, else_="") if broken else ibis.literal("")})
    return wide.select("customer_id", *(f"held_{i}" for i in turns))


def _is_broken(wide: Any, limit: Limit, turn: int) -> Any:
    """Whether the candidate of a turn would be one too many for a limit."""
    given = [_counts(wide, limit, earlier) & (wide[f"held_{earlier}"] == "") for earlier in range(1, turn)]
    already = wide[limit.column].fill_null(0).cast("int32")
    total = reduce(lambda left, one: left + one.fill_null(False).cast("int32"), given, already)
    is_bound = wide[f"class_{turn}"].isin(limit.binds) & _counts(wide, limit, turn)
    return is_bound & (total >= limit.most)


def _counts(wide: Any, limit: Limit, turn: int) -> Any:
    """Whether the candidate of a turn is of the limit's class or channel."""
    return wide[f"{limit.scope}_{turn}"] == limit.name
