"""The order of the practices' declarations, and what is refused when they do not fit together."""

import pytest
from ibis.expr.types import Table

from stead.engagement.book import columns_read
from stead.handbook.content.book import Handbook
from stead.night.plan import PlanError, plan_of
from stead.night.registry import practices
from stead.practice.night import ActionKind, Ask, CustomerTable, Given, Practice, PublishedRows, Record
from stead.practice.promises import row_a_customer


def _nothing(_given: Given) -> Table:
    raise AssertionError("a plan is made without computing anything")


def table(name: str, *reads: str) -> CustomerTable:
    return CustomerTable(name, reads, _nothing)


def asking(*kinds: str, reads: str = "features") -> Ask:
    return Ask(tuple(ActionKind(kind) for kind in kinds), {reads: ("assets_now",)}, lambda *_: ())


def record(name: str) -> Record:
    return Record(name, f"house_{name}", {"id": "BIGINT"}, ("id",))


def practice(name: str, *tables: CustomerTable, asks: tuple[Ask, ...] = ()) -> Practice:
    return Practice(name, ("9.9",), tables=tables, asks=asks)


STANDINGS = practice("tiers", table("standings"))


def test_a_table_comes_after_those_that_it_reads_wherever_they_are_declared() -> None:
    plan = plan_of([practice("one", table("late", "early", "features")), practice("two", table("early"))])
    assert [one.name for one in plan.tables] == ["early", "late"]


def test_tables_that_do_not_wait_for_each_other_stay_in_the_order_of_the_declarations() -> None:
    plan = plan_of([practice("one", table("b"), table("a")), practice("two", table("c", "a"))])
    assert [one.name for one in plan.tables] == ["b", "a", "c"]


def test_a_circle_is_refused_with_its_names() -> None:
    circle = [practice("one", table("hen", "egg")), practice("two", table("egg", "hen"))]
    with pytest.raises(PlanError, match=r"wait for each other: (hen -> egg -> hen|egg -> hen -> egg)"):
        plan_of(circle)


@pytest.mark.parametrize(
    ("practices", "message"),
    [
        ([practice("one"), practice("one")], "the practice 'one'"),
        ([practice("one", table("t")), practice("two", table("t"))], "the customer table 't'"),
        ([practice("one", table("t", "nowhere"))], "one: t reads 'nowhere', which no practice declares"),
        ([STANDINGS, practice("one", asks=(asking("call", reads="nowhere"),))], "one: call reads 'nowhere'"),
        ([practice("one", asks=(asking("call"),))], "one: call reads 'standings'"),
        ([STANDINGS, practice("one", asks=(asking("call", "call"),))], "kind of action 'call'"),
        ([STANDINGS, *(practice(name, asks=(asking("call"),)) for name in ("one", "two"))], "'call'"),
        (
            [Practice("one", (), records=(record("t"),)), practice("two", table("t"))],
            "'t' is the name of two",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused_with_the_names(
    practices: list[Practice], message: str
) -> None:
    with pytest.raises(PlanError, match=message):
        plan_of(practices)


def test_published_tables_of_one_name_are_refused() -> None:
    rows = PublishedRows("t", (), _nothing)
    with pytest.raises(PlanError, match="published table 't'"):
        plan_of([Practice("one", (), published=(rows,)), Practice("two", (), published=(rows,))])


def test_columns_that_asks_read_are_joined_each_once() -> None:
    ask = Ask((ActionKind("call"),), {"features": ("assets_now", "loans_now")}, lambda *_: ())
    read = columns_read([asking("visit"), ask])["features"]
    assert read[-2:] == ("assets_now", "loans_now")
    assert len(read) == len(set(read))


def test_what_reads_the_records_of_people_is_replayed_on_each_side() -> None:
    tables = (table("a", "notes"), table("b", "a"))
    plan = plan_of([Practice("one", (), records=(record("notes"),), tables=tables)])
    assert [plan.follows_people(one) for one in plan.tables] == [True, True]
    assert not plan_of([practice("one", table("a"))]).follows_people(table("a"))


def test_two_handbooks_decide_alike_only_where_all_that_is_behind_a_table_is_the_same() -> None:
    first = CustomerTable("first", (), _nothing, rules=("1/a.dmn",))
    second = CustomerTable("second", ("first",), _nothing, rules=("1/b.dmn",))
    plan = plan_of([practice("one", first, second)])
    one, other = Handbook({"1/a.dmn": "x", "1/b.dmn": "y"}), Handbook({"1/a.dmn": "z", "1/b.dmn": "y"})
    assert not plan.decides_alike(second, one, other)
    assert plan.decides_alike(second, one, Handbook({**one.files, "1/c.dmn": "new"}))


def test_an_intermediate_table_is_needed_where_a_reader_is() -> None:
    written = CustomerTable("written", ("between",), _nothing, promise=row_a_customer("written"))
    plan = plan_of([practice("one", table("between", "before"), table("before"), table("idle"), written)])
    assert plan.needed(["written"]) == {"written", "between", "before"}


def test_the_practices_of_the_house_fit_together() -> None:
    plan = practices.get()
    assert {"standings", "warnings", "owed"} <= {one.name for one in plan.written}
    assert plan.practices_of("2.4/warning.dmn") == ("retention",)
    assert plan.practices_of("params.csv") == tuple(one.name for one in plan.practices)
