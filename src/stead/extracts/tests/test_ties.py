"""Ties that cannot be true together: the first row stands, and the one set aside tells both lines."""

from pathlib import Path

import pytest

from stead.extracts.checks import REASON_LONGEST
from stead.extracts.checks_ties import CIRCLE, TWO_KINDS, TWO_SPOUSES
from stead.extracts.tests.plain_bank import PlainBank, make_plain_bank

HEADER = "customer_id,other_id,kind\n"
KINDS = ("spouse", "parent", "child", "joint_holder", "guarantor", "employer", "beneficial_owner")


@pytest.fixture
def bank(tmp_path: Path) -> PlainBank:
    """The plain bank with six more customers and a list of relationships."""
    bank = make_plain_bank(tmp_path)
    text = (bank.source / "customers.csv").read_text("utf-8")
    more = "".join(f"{number},person,Yu,1980-01-01,,N1,,2020-01-01\n" for number in range(4, 10))
    bank.write("customers", text + more)
    path = bank.mapping / "mapping.toml"
    entry = '[sources.raw_ties]\nfile = "ties.csv"\ncolumns = ["customer_id", "other_id", "kind"]\n'
    path.write_text(f"{path.read_text('utf-8')}\n{entry}", "utf-8")
    (bank.mapping / "relationships.sql").write_text("SELECT * FROM raw_ties\n", "utf-8")
    return bank


def aside(bank: PlainBank, *rows: str) -> list[tuple[int, str | None, str]]:
    """The rows set aside of these ties, each `customer,other,kind`: line, value and reason."""
    bank.write("ties", HEADER + "".join(f"{row}\n" for row in rows))
    return [(row, value, reason) for _file, row, _column, value, reason in bank.rejects("relationships")]


# The rows, why the last one falls, and what its value says of itself and of the row before it.
CONTRADICTIONS = {
    "parent and child": ("1,2,parent 1,2,child", TWO_KINDS, "2 is child of 1", "2 is parent of 1"),
    "each a parent": ("1,2,parent 2,1,parent", TWO_KINDS, "1 is parent of 2", "2 is parent of 1"),
    "spouse and child": ("1,2,spouse 2,1,child", TWO_KINDS, "1 is child of 2", "2 is spouse of 1"),
    "child and spouse": ("1,2,child 1,2,spouse", TWO_KINDS, "2 is spouse of 1", "2 is child of 1"),
    "two spouses": ("1,2,spouse 1,4,spouse", TWO_SPOUSES, "4 is spouse of 1", "2 is spouse of 1"),
    "told by the others": ("2,1,spouse 4,1,spouse", TWO_SPOUSES, "1 is spouse of 4", "1 is spouse of 2"),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_the_second_of_two_contradictory_rows_is_set_aside_and_tells_both(bank: PlainBank, name: str) -> None:
    rows, reason, late, early = CONTRADICTIONS[name]
    value = f"{late} by ties.csv row 3; {early} by ties.csv row 2"
    assert aside(bank, *rows.split()) == [(3, value, reason)]
    assert len(bank.rows("relationships")) == 1


def test_a_circle_of_three_tells_its_rows(bank: PlainBank) -> None:
    value = "ties.csv row 2; ties.csv row 3; ties.csv row 4"
    assert aside(bank, "1,2,parent", "2,4,parent", "1,4,child") == [(4, value, CIRCLE)]


def test_what_can_be_true_together_stays(bank: PlainBank) -> None:
    """A family told from both sides, and ties of other kinds between the same customers."""
    rows = "1,2,spouse 2,1,spouse 1,4,child 4,1,parent 2,4,child 4,5,child 1,2,joint_holder 2,1,guarantor "
    rows += "1,2,guarantor 4,1,employer 1,5,beneficial_owner 4,6,spouse"
    assert aside(bank, *rows.split()) == []


def test_what_agrees_with_the_first_row_stays_though_another_contradicts_it(bank: PlainBank) -> None:
    found = aside(bank, "1,2,parent", "1,2,child", "2,1,child", "2,1,parent")
    assert [row for row, *_ in found] == [3, 5]


def test_a_marriage_that_fell_speaks_against_no_other(bank: PlainBank) -> None:
    found = aside(bank, "1,2,spouse", "2,4,spouse", "4,5,spouse", "5,6,spouse", "5,4,spouse")
    assert [row for row, *_ in found] == [3, 5]


def test_each_circle_loses_the_row_that_closes_it(bank: PlainBank) -> None:
    circles = "2,1,parent 4,2,parent 1,4,parent 6,5,parent 7,6,parent 8,7,parent 5,8,parent"
    found = aside(bank, *circles.split(), "8,5,child", "9,8,parent")
    # The last row of the second circle is told twice, from both sides; all that say it fall.
    assert [row for row, *_ in found] == [4, 8, 9]
    assert {reason for *_, reason in found} == {CIRCLE}


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_is_an_own_relation_of_any_kind(bank: PlainBank, kind: str) -> None:
    found = aside(bank, f"1,1,{kind}", "1,2,spouse")
    assert [(row, value) for row, value, _ in found] == [(2, "1")]
    assert "oneself" in found[0][2]


def test_reasons_fit_the_page_of_the_run() -> None:
    assert all(len(reason) <= REASON_LONGEST for reason in (TWO_KINDS, TWO_SPOUSES, CIRCLE))
