"""Who is to be contacted, when, and when not again: clause 2.3 by examples."""

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pytest
from tests.changed_cells import movement_of_months, with_cells, with_param

from stead.core.working_days import Calendar, CalendarError
from stead.engagement.book import candidates, owed
from stead.engagement.festivals import festivals
from stead.handbook.content.book import Handbook, load
from stead.night.registry import practices

BOOK = load(Path(__file__).parents[4] / "handbook")
DAY = date(2026, 11, 24)  # a Tuesday
CALENDAR = Calendar("CN", DAY)
WORK = CALENDAR.work_date
CON = ibis.duckdb.connect()
MONEY, RATIO = "decimal(18,2)", "decimal(18,6)"

FEATURES: dict[str, tuple[str, Any]] = {
    "customer_id": ("string", "C1"), "kind": ("string", "person"), "banker_id": ("string", "B1"),
    "branch_id": ("string", "R1"), "opened_on": ("date", date(2015, 5, 5)),
    "birth_date": ("date", date(1980, 1, 1)), "risk_grade": ("string", "C3"),
    "contact_last_on": ("date", DAY), "ended": ("string", ""),
    "assets_now": (MONEY, Decimal(600_000)), "assets_month_01": (MONEY, Decimal(600_000)),
    "assets_peak_12m": (MONEY, Decimal(600_000)), "assets_30d_ago": (MONEY, Decimal(600_000)),
    "assets_change_30d": (MONEY, Decimal(0)), "assets_change_30d_ratio": (RATIO, Decimal(0)),
    "outflow_30d": (MONEY, Decimal(0)), "outflow_largest_30d_on": ("date", None),
    "outflow_largest_own_30d": (MONEY, Decimal(0)), "outflow_largest_own_30d_ratio": (RATIO, Decimal(0)),
    "outflow_largest_own_30d_on": ("date", None),
    "inflow_largest_30d": (MONEY, None), "inflow_largest_30d_on": ("date", None),
    "maturity_past_7d_unreinvested": (MONEY, Decimal(0)), "maturity_next_on": ("date", None),
    "maturity_next_amount": (MONEY, None), "birthday_next_on": ("date", date(2027, 6, 1)),
    "birthday_next_is_lunar": ("boolean", False), "anniversary_next_on": ("date", date(2027, 5, 5)),
    "anniversary_years": ("int32", 12), "birthday_next_years": ("int32", 46), "age": ("int32", 46),
    "has_phone": ("boolean", True), "has_wecom": ("boolean", True), "has_email": ("boolean", False),
}  # fmt: skip
STANDING = {
    "tier": ("int8", 2), "stage": ("string", "mature"), "watch_months": ("int8", 0),
    "watched_on": ("date", None),
}  # fmt: skip
WARNING = {
    "warning": ("int8", 0), "warned_on": ("date", None), "warning_anchor": ("string", "open"),
    "respond_days": ("int64", None),
    "due_by": ("string", ""), "warning_rule": ("string", "2.4-warning-7"),
}  # fmt: skip


def _table(columns: dict[str, tuple[str, Any]], given: dict[str, Any]) -> Any:
    """One customer; what is not given is as in the columns."""
    values = {
        name: ibis.literal(given.get(name, value), type=dtype) for name, (dtype, value) in columns.items()
    }
    one = ibis.memtable([{"one": 1}], schema={"one": "int8"})
    return one.select(**{"customer_id": ibis.literal("C1"), **values})


def found(
    calendar: Calendar = CALENDAR,
    state: tuple[str, str, date, date | None] | None = None,
    handbook: Handbook = BOOK,
    **given: Any,
) -> list[dict[str, Any]]:
    """The candidates of one customer, the highest priority first."""
    features, standing = _table(FEATURES, given), _table(STANDING, given)
    rows = [dict(zip(("action_key", "state", "on_date", "until"), state, strict=True))] if state else []
    schema = {"action_key": "string", "state": "string", "on_date": "date", "until": "date"}
    states = ibis.memtable(rows, schema=schema)
    due = owed(features, standing, handbook, calendar.day)
    tables = {"features": features, "standings": standing, "warnings": _table(WARNING, given), "owed": due}
    table = candidates(practices.get().asks, tables, states, handbook, calendar)
    told: list[dict[str, Any]] = CON.to_pyarrow(table.order_by(ibis.desc("priority"))).to_pylist()
    return told


def kinds(**given: Any) -> list[str]:
    return [row["kind"] for row in found(**given)]


def test_a_customer_with_nothing_to_say_is_left_alone() -> None:
    assert kinds() == []


def test_a_contact_falls_due_after_the_tiers_interval() -> None:
    (row,) = found(contact_last_on=DAY - timedelta(days=89))
    assert (row["kind"], row["latest_on"], row["rule_id"]) == ("owed_contact", WORK, "2.3-contact_owed-4")
    assert row["key"] == f"C1/owed_contact/{DAY - timedelta(days=89)}"
    assert json.loads(row["numbers"])["interval_days"] == 90


def test_a_logged_contact_ends_what_was_owed() -> None:
    assert kinds(contact_last_on=DAY - timedelta(days=100)) == ["owed_contact"]
    assert kinds(contact_last_on=DAY) == []


def test_who_waits_longer_comes_earlier() -> None:
    (late,), (later,) = (found(contact_last_on=DAY - timedelta(days=days)) for days in (95, 110))
    assert later["priority"] > late["priority"]


def test_a_warning_cites_its_own_table() -> None:
    rule: dict[str, Any] = {
        "warning": 3,
        "warned_on": DAY,
        "respond_days": 0,
        "due_by": "13:00",
        "warning_rule": "2.4-warning-1",
    }
    (row,) = found(outflow_largest_30d_on=DAY, contact_last_on=DAY - timedelta(days=9), **rule)
    assert (row["kind"], row["clause"], row["table"]) == ("warning_red", "2.4", "2.4/warning.dmn")
    assert (row["rule_id"], row["latest_on"], row["due_by"]) == ("2.4-warning-1", WORK, "13:00")


def test_a_contact_after_the_event_answers_a_warning() -> None:
    assert kinds(warning=2, warned_on=DAY - timedelta(days=3), respond_days=1, contact_last_on=DAY) == []


MATURING: dict[str, Any] = {
    "maturity_next_on": DAY + timedelta(days=6),
    "maturity_next_amount": Decimal(100_000),
}
KEY = f"C1/maturity/{DAY + timedelta(days=6)}"


def test_a_maturity_is_spoken_of_a_week_before() -> None:
    (row,) = found(**MATURING)
    assert (row["key"], row["message_class"], row["minutes"]) == (KEY, "service", 10)
    assert row["earliest_on"] <= WORK <= row["latest_on"] == DAY + timedelta(days=6)


@pytest.mark.parametrize("state", ["done", "declined"])
def test_what_was_done_or_declined_does_not_come_back(state: str) -> None:
    assert found(state=(KEY, state, DAY - timedelta(days=1), None), **MATURING) == []


def test_what_was_declined_comes_back_after_its_days() -> None:
    assert found(state=(KEY, "declined", WORK - timedelta(days=60), None), **MATURING) != []


def test_what_was_postponed_comes_back_on_its_date() -> None:
    until = WORK + timedelta(days=2)
    (row,) = found(state=(KEY, "postponed", DAY, until), **MATURING)
    assert row["earliest_on"] == until


@pytest.mark.parametrize(
    ("given", "channel"),
    [
        ({}, "wecom"),
        ({"age": 65}, "call"),
        ({"has_wecom": False}, "sms"),
        ({"has_wecom": False, "has_phone": False, "has_email": True}, "email"),
        ({"has_wecom": False, "has_phone": False}, None),
    ],
)
def test_a_greeting_goes_over_what_the_customer_has(given: dict[str, Any], channel: str | None) -> None:
    (row,) = found(birthday_next_on=WORK, **given)
    assert (row["kind"], row["channel"]) == ("birthday", channel)


def test_selling_to_older_customers_is_face_to_face() -> None:
    inflow: dict[str, Any] = {"inflow_largest_30d": Decimal(300_000), "inflow_largest_30d_on": DAY, "age": 65}
    (row,) = found(contact_last_on=DAY - timedelta(days=1), **inflow)
    assert (row["message_class"], row["channel"]) == ("marketing", "visit")


def test_a_lunar_birthday_says_so_in_the_readers_language() -> None:
    (row,) = found(birthday_next_on=WORK, birthday_next_is_lunar=True)
    numbers = json.loads(row["numbers"])
    assert "(lunar), turning 46" in BOOK.texts.reason("birthday", numbers, "en")
    assert "农历" in BOOK.texts.reason("birthday", numbers, "zh-hans")


def test_a_festival_names_itself() -> None:
    (row,) = found(Calendar("CN", date(2026, 12, 29)), contact_last_on=date(2026, 12, 29))
    assert (row["key"], row["channel"]) == ("C1/festival/new_year-2027", "sms")
    assert "New Year is on 1 Jan" in BOOK.texts.reason("festival", json.loads(row["numbers"]), "en")


def test_an_organisation_has_no_birthday() -> None:
    assert kinds(kind="organisation", birthday_next_on=WORK) == []


def test_a_mass_customer_is_contacted_by_event_only() -> None:
    assert kinds(tier=0, contact_last_on=DAY - timedelta(days=900)) == []
    assert kinds(tier=0, **MATURING | {"maturity_next_on": WORK}) == ["maturity"]


def test_new_year_is_wished_two_days_before() -> None:
    kept = festivals(BOOK, "CN", date(2026, 2, 1), 40)
    assert [(one.name, one.on_date) for one in kept] == [
        ("spring_festival", date(2026, 2, 17)), ("lantern", date(2026, 3, 3)),
    ]  # fmt: skip


def test_a_make_up_day_is_worked_and_a_holiday_is_not() -> None:
    calendar = Calendar("CN", date(2026, 2, 13))
    assert calendar.work_date == date(2026, 2, 14)
    assert Calendar("CN", date(2026, 2, 14)).work_date == date(2026, 2, 24)


def test_columns_move_as_dates_do() -> None:
    days = [DAY + timedelta(days=i) for i in range(-40, 60)]
    table = ibis.memtable([{"day": day} for day in days], schema={"day": "date"})
    moved = table.select(
        "day", after=CALENDAR.after(table.day), before=CALENDAR.before(table.day),
        third=CALENDAR.plus(CALENDAR.after(table.day), ibis.literal(2)),
    )  # fmt: skip
    for row in CON.to_pyarrow(moved).to_pylist():
        first = CALENDAR.next(row["day"])
        assert row["after"] == first
        assert row["before"] == max(
            d for d in (row["day"] - timedelta(days=i) for i in range(12)) if CALENDAR.is_working(d)
        )
        assert row["third"] == CALENDAR.next(CALENDAR.next(first))


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(CalendarError, match="ISO 3166"):
        _ = Calendar("XX", DAY).work_date


@pytest.mark.parametrize(("years", "said"), [(1, "1 year with us"), (2, "2 years with us")])
def test_the_first_anniversary_is_one_year(years: int, said: str) -> None:
    sentence = BOOK.texts.reason("anniversary", {"years": years, "event_on": "2026-11-25"}, "en")
    assert sentence.startswith(f"{said} on")
    points = BOOK.texts.talking_points("anniversary", {"years": years}, "en")
    assert points[0] == f"Thank you for {said.removesuffix(' with us')}"


EARLIER = date(2026, 9, 29)
WATCHED: dict[str, Any] = {"watch_months": 4, "watched_on": date(2026, 9, 30), "contact_last_on": EARLIER}


@pytest.mark.parametrize(
    ("months", "down_on"), [((3, 6), "2026-12-31"), ((4, 9), "2027-03-02"), ((3, 20), None)]
)
def test_a_watch_ends_after_the_months_of_the_table(months: tuple[int, int], down_on: str | None) -> None:
    (row,) = found(handbook=movement_of_months(BOOK, *months), **WATCHED)
    assert (row["kind"], json.loads(row["numbers"])["down_on"]) == ("tier_watch", down_on)


@pytest.mark.parametrize(("cell", "kept"), [(">= 100000", 1), (">= 100001", 0)])
def test_an_amount_is_looked_for_from_where_the_table_asks(cell: str, kept: int) -> None:
    changed = with_cells(BOOK, {("2.3-occasion-12", "amount"): cell})
    came = {"tier": 1, "inflow_largest_30d": Decimal(100_000), "inflow_largest_30d_on": DAY}
    assert kinds(handbook=changed, contact_last_on=EARLIER, **came) == ["large_inflow"] * kept


def test_a_smaller_amount_is_looked_for_when_the_table_asks_for_it() -> None:
    changed = with_cells(BOOK, {("2.3-occasion-12", "amount"): ">= 500", ("2.3-occasion-10", "amount"): "-"})
    came = {"inflow_largest_30d": Decimal(500), "inflow_largest_30d_on": DAY}
    due = {"maturity_next_amount": Decimal(1), "maturity_next_on": DAY + timedelta(days=2)}
    assert sorted(kinds(handbook=changed, tier=0, contact_last_on=EARLIER, **came, **due)) == [
        "large_inflow",
        "maturity",
    ]


def test_a_greeting_goes_to_a_tier_for_which_the_table_asks() -> None:
    new_year = Calendar("CN", date(2026, 12, 30))
    mass: dict[str, Any] = {"tier": 0, "contact_last_on": date(2026, 12, 30)}
    assert kinds(calendar=new_year, **mass) == []
    changed = with_cells(BOOK, {("2.3-occasion-19", "tier"): "0"})
    assert kinds(calendar=new_year, handbook=changed, **mass) == ["festival"]


def test_what_a_tier_adds_to_the_priority_is_a_parameter() -> None:
    at: dict[str, Any] = {"contact_last_on": DAY - timedelta(days=95)}
    (row,) = found(**at)
    (more,) = found(handbook=with_param(BOOK, "priority_tier", "11"), **at)
    assert more["priority"] - row["priority"] == 2


def test_after_so_many_days_of_waiting_the_priority_rises_no_more() -> None:
    at: dict[str, Any] = {"contact_last_on": DAY - timedelta(days=900)}
    (row,) = found(**at)
    (more,) = found(handbook=with_param(BOOK, "priority_waited_most", "61"), **at)
    assert more["priority"] - row["priority"] == 60
