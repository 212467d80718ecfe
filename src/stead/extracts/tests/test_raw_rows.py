"""Texts become rows; what breaks the form costs its own line and no other."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stead.extracts.raw_rows import Form, split_rows

VALUES = st.text(st.sampled_from('ab1 ,;"\n\t北'), max_size=6)


def split(text: str, columns: int = 2, delimiter: str = ",") -> tuple[list[list[str]], list[int]]:
    """The rows of a text, and the lines that were set aside for their quotes."""
    rows = list(split_rows(io.StringIO(text, newline=""), Form(delimiter, '"', columns)))
    return [row.values for row in rows if not row.stray], [row.number for row in rows if row.stray]


@given(st.lists(st.tuples(VALUES, VALUES, VALUES), max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_what_a_program_wrote_by_the_form_is_read_back(rows: list[tuple[str, ...]], end: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator=end).writerows(rows)
    # With the number of columns unknown, only the form itself decides what a row is.
    assert split(file.getvalue(), columns=0) == ([list(row) for row in rows], [])


@pytest.mark.parametrize(
    ("text", "rows", "stray"),
    [
        ('1,"South\n2,East\n3,West\n', [["2", "East"], ["3", "West"]], [1]),
        ('1,"South\n2,"East"\n3,West\n', [["2", "East"], ["3", "West"]], [1]),
        ('1,"South\n2,East"\n3,West\n', [["3", "West"]], [1, 2]),
        ('1,So"uth\n2,East\n', [["2", "East"]], [1]),
        ('1,"So"uth\n2,East\n', [["2", "East"]], [1]),
        ('"1,South\n"2","East"\n', [["2", "East"]], [1]),
        ('1,South"\n2,"East"\n', [["2", "East"]], [1]),
        ('1,"South', [], [1]),
        ('1,"a\nb"\n2,"c, d\ne, f"\n', [["1", "a\nb"], ["2", "c, d\ne, f"]], []),
        ('1,"a ""b"" c"\n2, "East" \n', [["1", 'a "b" c'], ["2", "East"]], []),
        ("1,a\r\n2,b\n3,c\r4,d", [["1", "a"], ["2", "b"], ["3", "c"], ["4", "d"]], []),
        ('1,""\n\n2,\n', [["1", ""], ["2", ""]], []),
    ],
    ids=[
        "open", "open before a quoted one", "open and closed in another row", "within", "after a closed one",
        "open at the beginning", "only closed", "open at the end", "breaks that belong to values",
        "doubled, with blanks around", "mixed ends", "empty",
    ],
)  # fmt: skip
def test_a_stray_quote_costs_its_own_row(text: str, rows: list[list[str]], stray: list[int]) -> None:
    assert split(text) == (rows, stray)


def test_rows_keep_the_number_of_the_line_on_which_they_begin() -> None:
    lines = io.StringIO('1,"a\nb"\n\n2,c\n', newline="")
    assert [row.number for row in split_rows(lines, Form(",", '"', 2), first=5)] == [5, 8]


def test_a_quote_that_takes_in_more_lines_than_any_value_has_is_stray() -> None:
    rows, stray = split('1,"note\n' + "x\n" * 600 + '"\n', columns=2)
    assert stray[0] == 1
    assert len(rows) == 600
