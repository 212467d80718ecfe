"""What the check says where two parts of a handbook tell different numbers."""

from pathlib import Path

import pytest
from tests.changed_cells import movement_of_months, with_cells, with_param

from stead.handbook.content.book import Handbook, load
from stead.handbook.content.table_numbers import least, longest_days, lowest, movement
from stead.handbook.contradictions import contradictions

BOOK = load(Path(__file__).parents[4] / "handbook")


def told(handbook: Handbook) -> list[tuple[str, str]]:
    """Where something is found: the file, and the row or rule."""
    return [(one.path, one.rule or str(one.row)) for one in contradictions(handbook)]


def older(name: str, value: str) -> Handbook:
    """The handbook with a parameter that the tables say by themselves."""
    row = f"{name},{value},days,1900-01-01,,Bank's own rule; proposed default,Days,天\n"
    return Handbook({**BOOK.files, "params.csv": BOOK.files["params.csv"] + row})


def test_the_default_handbook_contradicts_itself_nowhere() -> None:
    assert told(BOOK) == []


@pytest.mark.parametrize("months", [(2, 5), (3, 6), (4, 9), (5, 11)])
def test_other_months_of_the_movement_are_no_contradiction(months: tuple[int, int]) -> None:
    changed = movement_of_months(BOOK, *months)
    assert told(changed) == []
    assert (movement(changed).watched_from, movement(changed).moved_after) == months


def test_months_that_a_replay_never_counts_are_pointed_out() -> None:
    assert told(movement_of_months(BOOK, 3, 12)) == [("2.2/movement.dmn", "2.2-movement-8")]
    assert told(movement_of_months(BOOK, 12, 13)) == [("2.2/movement.dmn", "None")]


def test_a_move_down_before_the_watch_is_pointed_out() -> None:
    cells = {("2.2-movement-6", "months_below"): "< 2", ("2.2-movement-7", "months_below"): ">= 5"}
    changed = with_cells(BOOK, cells | {("2.2-movement-8", "months_below"): "[2..5)"})
    assert told(changed) == [("2.2/movement.dmn", "None")]


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("warning_login_days", "90", "91"),
        ("watch_ends_days", "92", "93"),
        ("watch_months_least", "3", "2"),
        ("large_inflow_least", "100000", "100001"),
        ("maturity_least", "20000", "20001"),
    ],
)
def test_a_parameter_that_repeats_a_table_must_say_the_same(name: str, right: str, wrong: str) -> None:
    assert told(older(name, right)) == []
    last = str(len(BOOK.listed("params.csv").rows))
    assert told(older(name, wrong)) == [("params.csv", last)]


def test_a_parameter_is_held_against_a_changed_table_too() -> None:
    known = older("warning_login_days", "90")
    changed = with_cells(known, {("2.4-warning-6", "login_days"): "[91..180]"})
    assert [path for path, _ in told(changed)] == ["params.csv"]


@pytest.mark.parametrize(
    ("rule", "column", "fits", "beyond"),
    [
        ("2.3-occasion-22", "days", ">= -31", ">= -32"),
        ("2.3-occasion-8", "lead_days", "31", "32"),
        ("2.3-contact_owed-6", "lead_days", "31", "32"),
    ],
)
def test_days_beyond_the_horizon_are_pointed_out(rule: str, column: str, fits: str, beyond: str) -> None:
    assert told(with_cells(BOOK, {(rule, column): fits})) == []
    assert [found for _, found in told(with_cells(BOOK, {(rule, column): beyond}))] == [rule]


@pytest.mark.parametrize(
    ("rule", "column"),
    [
        ("2.3-occasion-11", "lead_days"), ("2.3-occasion-14", "window_days"),
        ("2.3-occasion-3", "window_days"), ("2.3-occasion-20", "lead_days"),
    ],
)  # fmt: skip
def test_days_that_no_night_asks_for_are_pointed_out(rule: str, column: str) -> None:
    assert told(with_cells(BOOK, {(rule, column): "4"})) == [("2.3/occasion.dmn", rule)]


def test_a_time_to_react_that_changed_in_one_table_alone_is_pointed_out() -> None:
    changed = with_cells(
        BOOK, {("2.4-warning-5", "respond_days"): "4", ("2.4-warning-6", "respond_days"): "4"}
    )
    assert [rule for _, rule in told(changed)] == ["2.3-occasion-5", "2.3-occasion-6", "2.3-occasion-7"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("contact_hours_start", "7"), ("contact_hours_start", "20"), ("contact_hours_end", "22"),
        ("hard_hours_end", "19"), ("adult_age", "65"),
    ],
)  # fmt: skip
def test_hours_and_ages_in_the_wrong_order_are_pointed_out(name: str, value: str) -> None:
    found = told(with_param(BOOK, name, value))
    assert found
    assert {path for path, _ in found} == {"params.csv"}


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (">= 5", 5), ("> 5", 5), ("5", 5), ("[3..6)", 3), ("5,2,10", 2), ("]3..6[", 3), (">= -10", -10),
        ("-", None), ("", None), ("< 5", None), ("not(5)", None), ("5,not(2)", None), ('"a"', None),
    ],
)  # fmt: skip
def test_the_smallest_number_of_a_cell(cell: str, number: int | None) -> None:
    assert lowest(cell) == number


@pytest.mark.parametrize(("cell", "number"), [("> 89", 90), ("(89..180]", 90), ("> 89.5", 90), (">= 90", 90)])
def test_over_a_number_of_days_begins_with_the_next(cell: str, number: int) -> None:
    assert lowest(cell, is_whole=True) == number


def test_a_row_without_a_smallest_number_leaves_none() -> None:
    assert least(BOOK, "2.3/occasion", "amount", {"occasion": "birthday"}) is None
    assert least(BOOK, "2.3/occasion", "amount", {"occasion": "maturity"}) == 20_000


def test_whole_months_in_a_row_have_so_many_days_at_most() -> None:
    assert [longest_days(months) for months in (1, 2, 3, 6, 12)] == [31, 62, 92, 184, 366]
