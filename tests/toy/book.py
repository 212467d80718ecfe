"""The toy in the night: notes to facts, facts to a decision, a decision to a word with the customer."""

from collections.abc import Iterable

import ibis
from ibis.expr.types import Table

from stead.extracts.contract import Column, Extract
from stead.handbook.content.record import Recorded, numbers_text
from stead.practice.night import (
    FEATURES,
    ActionKind,
    Ask,
    CustomerTable,
    Given,
    Measure,
    Practice,
    PublishedRows,
    Record,
)
from stead.practice.occasions import OWED
from stead.practice.promises import columns, row_a_customer

ZEAL = Recorded("2.5/survey", "zeal_rule", {"stamps": "stamps", "tier": "tier"}, {"zeal": "zeal"})


def _collectors(given: Given) -> Table:
    """Stamps by customer from the notes, and from the fair at which the bank's customers were counted."""
    notes = given.tables["toy_notes"].group_by("customer_id").aggregate(noted=lambda t: t.stamps.sum())
    fair = given.tables["toy_fair"].select("customer_id", counted="stamps")
    people = given.tables[FEATURES].select("customer_id")
    tiers = given.tables["standings"].select("customer_id", "tier")
    table = people.join(tiers, "customer_id").left_join(notes, "customer_id").drop("customer_id_right")
    table = table.left_join(fair, "customer_id").drop("customer_id_right")
    table = table.mutate(stamps=(table.noted.fill_null(0) + table.counted.fill_null(0)).cast("int32"))
    decided = given.handbook.decide(table.select("customer_id", "tier", "stamps"), "2.5/survey")
    return decided.select("customer_id", "stamps", "zeal", zeal_rule=decided.survey_rule)


def _asked(people: Table, given: Given) -> Iterable[Table]:
    keen = people.filter(people.zeal == "keen")
    day = ibis.literal(given.calendar.work_date)
    yield keen.mutate(
        kind=ibis.literal("toy_word"), anchor=ibis.literal("stamps"), message_class=ibis.literal("service"),
        channel=ibis.literal("call"), earliest_on=day, latest_on=day, due_by=ibis.literal(""),
        minutes=ibis.literal(5), base_priority=ibis.literal(900), value=keen.assets_now.fill_null(0),
        repeat_days=ibis.literal(30), clause=ibis.literal("2.5"), table=ibis.literal("2.5/survey.dmn"),
        decision=ibis.literal("survey"), rule_id=keen.zeal_rule,
        numbers=numbers_text({"stamps": keen.stamps}), occasion_rule=ibis.null("string"),
    ).select(OWED)  # fmt: skip


def _published(given: Given) -> Table:
    table = given.tables["toy_collectors"]
    return table.filter(table.stamps > 0).select("customer_id", "stamps", "zeal")


PRACTICE = Practice(
    name="toy",
    clauses=("2.5",),
    extracts=(
        Extract(
            "toy_fair",
            "Stamps counted at the fair.",
            "集邮展上的邮票数。",
            ("customer_id",),
            (
                Column(
                    "customer_id", "text", "Who.", "客户。", required=True, refers_to="customers.customer_id"
                ),
                Column("stamps", "integer", "How many.", "枚数。", required=True, least="0"),
            ),
            optional=True,
        ),
    ),
    records=(
        Record(
            "toy_notes",
            "toy_note",
            {"id": "BIGINT", "customer_id": "VARCHAR", "said_on": "DATE", "stamps": "INTEGER"},
            ("id",),
        ),
    ),
    tables=(
        CustomerTable(
            "toy_collectors",
            (FEATURES, "standings", "toy_notes", "toy_fair"),
            _collectors,
            rules=("2.5/survey.dmn",),
            decisions=(ZEAL,),
            promise=row_a_customer("toy_collectors", columns("stamps", "INTEGER")),
        ),
    ),
    asks=(
        Ask(
            (ActionKind("toy_word"),),
            {FEATURES: ("assets_now",), "toy_collectors": ("stamps", "zeal", "zeal_rule")},
            _asked,
            is_owed=True,
            cites="2.5/survey",
        ),
    ),
    published=(PublishedRows("collector", ("toy_collectors",), _published),),
    measures=(
        Measure("toy_stamps", "toy_collectors", lambda table: table.stamps.sum(), "customers", "higher"),
    ),
)
