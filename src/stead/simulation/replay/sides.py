"""One side of one night: the same computing as the night's own stages, over that side's ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from pathlib import Path

import ibis
from ibis.expr.types import Table

from stead.core.working_days import Calendar
from stead.customers.book_person import current
from stead.engagement import allocation, policy
from stead.engagement import book as engagement
from stead.engagement.counting import counting
from stead.extracts.delivery import Delivery
from stead.handbook.content.book import Handbook
from stead.night import features as customer_features
from stead.night.customer_tables import delivered, measured, rows_of, wanted
from stead.night.engine import Engine
from stead.night.published_rows import consenting
from stead.night.registry import practices
from stead.practice.night import FEATURES, CustomerTable
from stead.simulation.replay.ledgers import Place
from stead.simulation.results.tables import LISTED

# What the tables of 2.2 and 2.4 read of a customer, kept once a night to show why a number is what it is.
FIGURES = (
    "customer_id", "assets_month_01", "contribution_m01", "assets_now", "assets_peak_12m", "assets_30d_ago",
    "assets_change_30d_ratio", "assets_change_90d_ratio", "outflow_largest_own_30d_ratio",
    "maturity_past_7d_unreinvested", "own_transaction_days", "tenure_months", "login_days",
)  # fmt: skip
ACTION = (
    "key", "customer_id", "banker_id", "branch_id", "kind", "message_class", "channel", "status",
    "held_reason", "earliest_on", "latest_on", "due_by", "first_owed_on", "minutes", "priority", "value",
    "rank", "clause", "table", "decision", "rule_id",
)  # fmt: skip


@dataclass(frozen=True)
class Side:
    """What one side of a night is made of. `features`: of the delivery, as `cache` keeps them."""

    delivery: Delivery
    handbook: Handbook
    features: Path
    place: Place

    @property
    def day(self) -> date:
        """The book date."""
        return self.delivery.date

    @property
    def calendar(self) -> Calendar:
        """Working days around it."""
        return Calendar(self.delivery.bank.country, self.day)


def figures(engine: Engine, features: Path, path: Path) -> int:
    """Write what the decisions read of each customer."""
    rows = engine.read(features, "lasting").select(FIGURES)
    return engine.write(path, rows, "customer_id", is_listed=True)


def _write(engine: Engine, path: Path, rows: Table) -> int:
    """Write a table of a row a customer; one that lists are read from lies in their order."""
    listed = LISTED.get(path.stem)
    return engine.write(
        path, rows, *(listed.order if listed else ("customer_id",)), is_listed=listed is not None
    )


def decide(engine: Engine, side: Side, other: Side | None) -> None:
    """Write the customer tables that neither contacts nor records change.

    other: a side of the same night that is done; where it decides by the same rules, its rows are taken.
    """
    plan = practices.get()
    tables = {FEATURES: current(engine.read(side.features, "lasting")), **_delivered(engine, side)}
    first = [table for table in plan.tables if not plan.follows_people(table)]
    taken = (
        {one.name for one in first if one.promise and plan.decides_alike(one, side.handbook, other.handbook)}
        if other
        else set()
    )
    needed = plan.needed(table.name for table in first if table.promise and table.name not in taken)
    for table in first:
        if other is not None and table.name in taken:
            _link(other.place.path(table.name), side.place.path(table.name))
            tables[table.name] = engine.read(side.place.path(table.name), table.name)
        elif table.name in needed:
            tables[table.name] = _made(engine, side, table, tables)


def _made(engine: Engine, side: Side, table: CustomerTable, tables: Mapping[str, Table]) -> Table:
    """A customer table, computed; written where it is a result."""
    rows = rows_of(table, tables, side.handbook, side.calendar, engine.kept)
    if table.promise is None:
        return engine.kept(table.name, rows)
    path = side.place.path(table.name)
    _write(engine, path, rows)
    return engine.read(path, table.name)


def _delivered(engine: Engine, side: Side) -> dict[str, Table]:
    return delivered(practices.get(), side.delivery, engine.read, engine.con.sql)


def compare(engine: Engine, now: Side, then: Side, path: Path) -> int:
    """Write the tiers of both sides beside each other, so that a list of who moves needs no join."""
    current, draft = (
        engine.read(side.place.path("standings"), name) for side, name in ((now, "n"), (then, "t"))
    )
    row = current.join(draft, "customer_id")
    beside = row.select(
        "customer_id",
        "potential",
        tier_current=current.tier,
        tier_draft=draft.tier,
        moved=current.tier != draft.tier,
        rule_current=current.tier_rule,
        rule_draft=draft.tier_rule,
    )
    return _write(engine, path, beside)


def _link(source: Path, place: Path) -> None:
    """Give a file a second name."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    place.hardlink_to(source)


def plan(engine: Engine, side: Side, told: Mapping[str, Path]) -> None:
    """Write what follows what was said until then: the other tables, `actions`, `bankers`, `over`.

    told: the side's ledger, as `ledgers.build` wrote it. `decide` has been there before.
    """
    declared, calendar = practices.get(), side.calendar
    ledger = {name: engine.read(path, name) for name, path in told.items()}
    known = _known(engine, side, ledger)
    tables = {FEATURES: current(known), **ledger, **_delivered(engine, side)}
    for table in declared.tables:
        if declared.follows_people(table):
            tables[table.name] = _made(engine, side, table, tables)
        elif table.promise:
            tables[table.name] = engine.read(side.place.path(table.name), table.name)
    engine.write(side.place.path("measured"), measured(declared, tables), "key")
    asked = {**tables, FEATURES: known}
    states = ledger[engagement.STATES]
    judged = engine.kept("judged", wanted(declared, asked, states, side.handbook, calendar, engine.kept))
    bankers = engine.read(side.delivery.path("bankers"), "bankers")
    actions = allocation.allocate(judged, bankers, calendar.work_date).select(ACTION)
    actions = actions.mutate(
        work_date=ibis.literal(calendar.work_date),
        overdue=(actions.latest_on < calendar.work_date) & actions.status.isin(["today", "carried"]),
    )
    _write(engine, side.place.path("actions"), actions)
    actions = engine.read(side.place.path("actions"), "actions")
    engine.write(side.place.path("bankers"), _bankers(actions, bankers), "banker_id")
    counts = current(consenting(known))
    _write(engine, side.place.path("over"), _over(actions, counts, side.handbook, side.day))


def _known(engine: Engine, side: Side, ledger: Mapping[str, Table]) -> Table:
    """The features, whole, with what this side's contacts say."""
    con = engine.con
    tables = {
        name: con.read_parquet(side.delivery.path(name), table_name=name) for name in ("contacts", "consents")
    }
    known = engine.read(side.features, "lasting")
    return customer_features.told(
        con,
        known,
        {**tables, **ledger},
        side.day,
        work_date=side.calendar.work_date,
        time_zone=side.delivery.bank.time_zone,
        counts=counting(side.handbook, side.day),
    )


def _bankers(actions: Table, bankers: Table) -> Table:
    """One row a banker: branch_id, capacity_minutes, minutes and actions of the day, minutes carried."""
    is_today, is_carried = actions.status == "today", actions.status == "carried"
    minutes = actions.minutes.cast("int64")
    sums = actions.group_by("banker_id").aggregate(
        minutes=minutes.sum(where=is_today),
        minutes_carried=minutes.sum(where=is_carried),
        actions=is_today.sum(),
        carried=is_carried.sum(),
    )
    rows = bankers.select("banker_id", "branch_id", "capacity_minutes").left_join(sums, "banker_id")
    names = ("minutes", "minutes_carried", "actions", "carried")
    return rows.select(
        "banker_id",
        "branch_id",
        "capacity_minutes",
        **{name: rows[name].fill_null(0).cast("int64") for name in names},
    )


def _over(actions: Table, counts: Table, handbook: Handbook, day: date) -> Table:
    """Customers who hear more than a limit allows, once the day's plan is done.

    One row a customer: the limit that is broken by most, and how many are (`limits`). Statutory messages may
    do that, and so may a limit that was lowered after the contacts were made.
    """
    bound = policy.limits(handbook, day)
    none = actions.filter(ibis.literal(False)).select(
        "customer_id",
        reason=ibis.literal(""),
        contacts=ibis.literal(0, "int64"),
        most=ibis.literal(0, "int64"),
    )
    today = actions.filter(actions.status == "today")
    names = {limit.name: limit.scope for limit in bound}
    planned = today.group_by("customer_id").aggregate(
        **{
            f"plan_{name}": (today["message_class" if scope == "class" else "channel"] == name).sum()
            for name, scope in names.items()
        }
    )
    known = counts.select("customer_id", *sorted({limit.column for limit in bound}))
    row = known.left_join(planned, "customer_id").drop("customer_id_right")
    parts = []
    for limit in bound:
        contacts = (row[limit.column] + row[f"plan_{limit.name}"].fill_null(0)).cast("int64")
        over = row.mutate(contacts=contacts)
        parts.append(
            over.filter(over.contacts > limit.most).select(
                "customer_id",
                "contacts",
                reason=ibis.literal(limit.reason),
                most=ibis.literal(limit.most, "int64"),
            )
        )
    columns = ["customer_id", "reason", "contacts", "most"]
    broken = reduce(lambda left, right: left.union(right.select(columns)), parts, none.select(columns))
    by_customer = ibis.window(
        group_by="customer_id", order_by=[(broken.contacts - broken.most).desc(), broken.reason]
    )
    ranked = broken.mutate(
        place=ibis.row_number().over(by_customer),
        limits=broken.count().over(ibis.window(group_by="customer_id")),
    )
    return ranked.filter(ranked.place == 0).drop("place")
