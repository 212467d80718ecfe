"""Limits, consent and capacity: what never happens, whatever the candidates are."""

import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import ibis
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from stead.engagement.allocation import allocate
from stead.engagement.policy import ROUNDS, Limit, apply, limits
from stead.handbook.content.book import Handbook, HandbookError, load

BOOK = load(Path(__file__).parents[4] / "handbook")
DAY, WORK = date(2026, 11, 24), date(2026, 11, 25)
LIMITS = limits(BOOK, DAY)
CON = ibis.duckdb.connect()
# Each example is a query of its own, so a failing one is shown as found, not made smaller for minutes.
PHASES = (Phase.explicit, Phase.generate)
CLASSES = ("statutory", "service", "relationship", "marketing")
CHANNELS = ("call", "visit", "wecom", "sms", "email", None)
SCHEMA = {
    "key": "string", "customer_id": "string", "banker_id": "string", "branch_id": "string", "kind": "string",
    "message_class": "string", "channel": "string", "earliest_on": "date", "latest_on": "date",
    "due_by": "string", "first_owed_on": "date", "minutes": "int16", "value": "decimal(18,2)",
    "priority": "int32", "clause": "string", "table": "string", "decision": "string", "rule_id": "string",
    "numbers": "string",
}  # fmt: skip
COUNTS = {
    "customer_id": "string", "kind": "string", "age": "int32", "marketing_consent": "boolean",
    **{limit.column: "int32" for limit in LIMITS},
}  # fmt: skip


def candidate(key: str, **values: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "key": key, "customer_id": "C0", "banker_id": "B0", "branch_id": "R", "kind": "owed_contact",
        "message_class": "service", "channel": "call", "earliest_on": WORK,
        "latest_on": WORK + timedelta(days=5),
        "due_by": "", "first_owed_on": WORK, "minutes": 10, "value": 0, "priority": 100, "clause": "2.3",
        "table": "t", "decision": "d", "rule_id": "r", "numbers": '{"x":1}',
    }  # fmt: skip
    return row | values


def customer(customer_id: str = "C0", **values: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"customer_id": customer_id, "kind": "person", "age": 40, "marketing_consent": True}
    return row | {limit.column: 0 for limit in LIMITS} | values


def applied(rows: list[dict[str, Any]], people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    table = apply(
        ibis.memtable(rows, schema=SCHEMA), ibis.memtable(people, schema=COUNTS), BOOK, DAY, WORK
    ).order_by("key")
    found: list[dict[str, Any]] = CON.to_pyarrow(table).to_pylist()
    return found


def reasons(rows: list[dict[str, Any]], **person: Any) -> list[str]:
    return [row["held_reason"] for row in applied(rows, [customer(**person)])]


WHO = 10
rows_of_customers = st.lists(
    st.builds(
        lambda number, who, kind, channel, priority, ahead: {
            "key": f"k{number}", "customer_id": f"C{who}", "message_class": kind, "channel": channel,
            "priority": priority, "earliest_on": WORK + timedelta(days=ahead),
        },
        st.integers(0, 10_000), st.integers(0, WHO - 1), st.sampled_from(CLASSES), st.sampled_from(CHANNELS),
        st.integers(0, 5), st.sampled_from((-2, 0, 0, 0, 3)),
    ),
    min_size=1, max_size=60, unique_by=lambda row: row["key"],
)  # fmt: skip


def _named(values: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [customer(f"C{who}", **one) for who, one in enumerate(values)]


facts = {
    "age": st.one_of(st.none(), st.integers(10, 80)),
    "marketing_consent": st.sampled_from((True, False, None)),
    **{limit.column: st.integers(0, 3) for limit in LIMITS},
}  # fmt: skip
people = st.lists(st.fixed_dictionaries(facts), min_size=WHO, max_size=WHO).map(_named)


def expected(rows: list[dict[str, Any]], person: dict[str, Any]) -> dict[str, str]:
    """The policy as one would do it by hand, candidate by candidate."""
    given_out: Counter[str] = Counter()
    found, turn = {}, 0
    for row in sorted(rows, key=lambda one: (-one["priority"], one["key"])):
        reason = _forbidden(row, person)
        if not reason and row["earliest_on"] <= WORK:
            turn += 1
            reason = "" if row["message_class"] == "statutory" or turn <= ROUNDS else "rounds"
            if not reason:
                reason = next((one.reason for one in LIMITS if _breaks(one, row, person, given_out)), "")
            if not reason and turn <= ROUNDS:
                given_out.update((row["message_class"], row["channel"]))
        found[row["key"]] = reason
    return found


def _forbidden(row: dict[str, Any], person: dict[str, Any]) -> str:
    if row["message_class"] == "marketing":
        if person["age"] is None or person["age"] < 18:
            return "minor" if person["age"] is not None else "age_unknown"
        if not person["marketing_consent"]:
            return "refused" if person["marketing_consent"] is False else "consent"
    return "" if row["channel"] else "no_channel"


def _breaks(limit: Limit, row: dict[str, Any], person: dict[str, Any], given_out: Counter[str]) -> bool:
    counts = limit.name in {row["message_class"], row["channel"]}
    reached = person[limit.column] + given_out[limit.name] >= limit.most
    return row["message_class"] in limit.binds and counts and reached


@pytest.mark.unmeasured
@settings(max_examples=5, deadline=None, phases=PHASES, suppress_health_check=[HealthCheck.too_slow])
@given(rows=rows_of_customers, persons=people)
def test_the_policy_is_what_one_would_do_by_hand(rows: list[Any], persons: list[Any]) -> None:
    whole = [candidate(**row) for row in rows]
    found = {row["key"]: row["held_reason"] for row in applied(whole, persons)}
    hand: dict[str, str] = {}
    for person in persons:
        hand |= expected([r for r in whole if r["customer_id"] == person["customer_id"]], person)
    assert found == hand


@pytest.mark.unmeasured
@settings(max_examples=3, deadline=None, phases=PHASES, suppress_health_check=[HealthCheck.too_slow])
@given(rows=rows_of_customers, persons=people, seed=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows: list[Any], persons: list[Any], seed: Any) -> None:
    whole = [candidate(**row) for row in rows]
    shuffled = seed.sample(whole, len(whole))
    assert applied(whole, persons) == applied(shuffled, persons[::-1])


def test_statutory_is_never_blocked() -> None:
    full = {limit.column: 99 for limit in LIMITS}
    rows = [candidate(f"k{i}", message_class="statutory", channel="sms") for i in range(9)]
    assert reasons(rows, age=9, marketing_consent=False, **full) == [""] * 9


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        ({"marketing_consent": None}, "consent"),
        ({"marketing_consent": False}, "refused"),
        ({"age": 17}, "minor"),
        ({"age": None}, "age_unknown"),
        ({"contacts_marketing_7d": 2}, "limit/marketing/7"),
        ({"contacts_call_30d": 2}, "limit/call/30"),
        ({}, ""),
    ],
)
def test_marketing_is_held_for_its_reason(person: dict[str, Any], reason: str) -> None:
    assert reasons([candidate("k", message_class="marketing")], **person) == [reason]


def test_what_is_held_keeps_the_row_of_the_permission_table_and_what_it_read() -> None:
    rows = [candidate("a", message_class="marketing"), candidate("b", message_class="service")]
    held, free = applied(rows, [customer(marketing_consent=False)])
    assert json.loads(held["numbers"]) | {"x": 1} == {
        "permission_rule": held["permission_rule"], "is_person": True, "age_group": "adult",
        "consent": "refused", "x": 1,
    }  # fmt: skip
    assert held["permission_rule"] == "2.3-permission-4"
    assert "permission_rule" not in free["numbers"]


def test_the_second_of_a_day_waits() -> None:
    rows = [candidate(f"k{i}", message_class="relationship", priority=i) for i in range(2)]
    assert reasons(rows) == ["limit/relationship/1", ""]


def test_a_limit_on_statutory_messages_is_refused() -> None:
    text = BOOK.files["2.3/limits.csv"] + "class,statutory,1,1,statutory,2000-01-01,,x\n"
    with pytest.raises(HandbookError, match="binds one or more"):
        limits(Handbook({**BOOK.files, "2.3/limits.csv": text}), DAY)


def days(rows: list[dict[str, Any]], capacity: int = 30) -> list[dict[str, Any]]:
    bankers = ibis.memtable(
        [{"banker_id": "B0", "capacity_minutes": capacity}],
        schema={"banker_id": "string", "capacity_minutes": "int32"},
    )
    table = ibis.memtable(
        [{"held_reason": "", **row} for row in rows], schema={**SCHEMA, "held_reason": "string"}
    )
    found: list[dict[str, Any]] = CON.to_pyarrow(allocate(table, bankers, WORK).order_by("key")).to_pylist()
    return found


def told(rows: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    return [(row["status"], row["held_reason"], row["rank"]) for row in rows]


def test_a_day_is_filled_by_priority_and_the_rest_is_carried() -> None:
    rows = [candidate(f"k{i}", priority=i) for i in range(5)]
    assert told(days(rows)) == [
        ("carried", "capacity", 0), ("carried", "capacity", 0), ("today", "", 3), ("today", "", 2),
        ("today", "", 1),
    ]  # fmt: skip


def test_what_must_be_done_today_comes_first_and_is_never_left_out() -> None:
    rows = [candidate(f"k{i}", latest_on=WORK, due_by="11:30", minutes=20, priority=9 - i) for i in range(3)]
    rows.append(candidate("k9", priority=99))
    assert told(days(rows)) == [
        ("today", "", 1), ("today", "over_capacity", 2), ("today", "over_capacity", 3),
        ("carried", "capacity", 0),
    ]  # fmt: skip


def test_a_backlog_without_hours_or_law_behind_it_waits_for_a_freer_day() -> None:
    rows = [candidate(f"k{i}", latest_on=WORK - timedelta(days=40), minutes=20) for i in range(3)]
    assert Counter(status for status, _, _ in told(days(rows))) == {"today": 1, "carried": 2}


def test_what_the_law_asks_for_is_done_on_its_last_day_however_full_it_is() -> None:
    rows = [candidate(f"k{i}", message_class="statutory", latest_on=WORK, minutes=20) for i in range(3)]
    assert {status for status, _, _ in told(days(rows))} == {"today"}


def test_what_is_held_or_not_yet_due_uses_no_minutes() -> None:
    rows = [
        candidate("k0", held_reason="consent", minutes=30, priority=9),
        candidate("k1", earliest_on=WORK + timedelta(days=1), minutes=30, priority=9),
        candidate("k2", minutes=30),
        candidate("k3", banker_id="nobody"),
    ]
    assert told(days(rows)) == [
        ("held", "consent", 0),
        ("later", "", 0),
        ("today", "", 1),
        ("held", "no_banker", 0),
    ]


@pytest.mark.unmeasured
@settings(max_examples=8, deadline=None, phases=PHASES)
@given(st.lists(st.tuples(st.integers(1, 40), st.booleans(), st.integers(0, 9)), min_size=1, max_size=20))
def test_the_minutes_are_never_exceeded_but_by_what_must_be_done(
    given_rows: list[tuple[int, bool, int]],
) -> None:
    rows = [
        candidate(f"k{i:02d}", minutes=m, priority=p, latest_on=WORK, due_by="11:30" if must else "")
        for i, (m, must, p) in enumerate(given_rows)
    ]
    today = [row for row in days(rows, 60) if row["status"] == "today"]
    must_minutes = sum(row["minutes"] for row in rows if row["due_by"])
    assert sum(row["minutes"] for row in today) <= max(60, must_minutes)
    assert {row["key"] for row in rows if row["due_by"]} <= {row["key"] for row in today}
    assert sorted(row["rank"] for row in today) == list(range(1, len(today) + 1))
