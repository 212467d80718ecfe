"""Rows of figures: checked cell by cell, written as they were."""

from pathlib import Path

import pytest
from django.utils import translation

from stead.handbook.content.book import load
from stead.handbook.content.csv_rows import KEYS, CellProblem, Rows, problems

HEADER = "name,value,unit,effective_from,effective_to,source\n"


def found(*lines: str, path: str = "params.csv") -> list[CellProblem]:
    """The problems of a file with these lines."""
    return problems(path, Rows.read(HEADER + "".join(f"{line}\n" for line in lines)))


def test_good_rows_have_no_problem() -> None:
    assert found("a,1,days,2026-01-01,2026-01-31,law", "a,2,days,2026-02-01,,law") == []


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("a,1,days,2026-1-1,,law", "effective_from"),
        ("a,1,days,,,law", "effective_from"),
        ("a,1,days,2026-02-01,2026-02-31,law", "effective_to"),
        ("a,1,days,2026-02-01,2026-01-01,law", "effective_to"),
        ("a,one,days,2026-02-01,,law", "value"),
        ("a,NaN,days,2026-02-01,,law", "value"),
        (",1,days,2026-02-01,,law", "name"),
    ],
)
def test_a_wrong_cell_is_named(line: str, column: str) -> None:
    assert [(one.row, one.column) for one in found(line)] == [(0, column)]


def test_two_rows_of_a_name_at_the_same_time_are_named() -> None:
    assert [(one.row, one.column) for one in found("a,1,d,2026-01-01,,x", "a,2,d,2026-06-01,,x")] == [
        (1, "effective_from")
    ]


def test_limits_of_one_scope_differ_by_their_days() -> None:
    header = "scope,name,days,most,binds,effective_from,effective_to,source\n"
    row = "1900-01-01,,x"
    rows = Rows.read(f"{header}class,marketing,1,1,marketing,{row}\nclass,marketing,7,2,marketing,{row}\n")
    assert problems("2.3/limits.csv", rows) == []


@pytest.mark.parametrize("path", sorted(KEYS))
def test_a_file_without_dates_says_so(path: str) -> None:
    text = "scope,name,days,value\nclass,a,1,1\n"
    assert [one.column for one in problems(path, Rows.read(text))] == ["effective_from"]


def test_every_list_of_the_handbook_has_its_key_declared() -> None:
    files = load(Path(__file__).parents[4] / "handbook").files
    lists = {path: text for path, text in files.items() if path.endswith(".csv")}
    assert set(lists) == set(KEYS)
    for path, text in lists.items():
        rows = Rows.read(text)
        assert set(KEYS[path]) <= set(rows.columns), path
        twice = Rows(rows.columns, (*rows.rows, rows.rows[0]))
        assert [(one.row, one.column) for one in problems(path, twice)] == [
            (len(rows.rows), "effective_from")
        ], path


def test_a_list_of_a_bank_is_no_other_because_it_is_called_alike() -> None:
    header = "scope,name,days,effective_from,effective_to,source\n"
    rows = Rows.read(f"{header}a,x,many,1900-01-01,,x\na,y,1,1900-01-01,,x\n")
    assert [(one.row, one.column) for one in problems("9.1/limits.csv", rows)] == [(1, "effective_from")]


def test_untouched_rows_are_written_as_they_were() -> None:
    text = 'name,value\r\n"a",1\r\nb,2\r\n'
    rows = Rows.read(text)
    changed = Rows(rows.columns, (rows.rows[0], ("b", "3,5")))
    assert changed.written(text) == 'name,value\r\n"a",1\r\nb,"3,5"\r\n'


@pytest.mark.parametrize("text", ["", "a,b\n1\n", 'a,b\n"1,2\n'])
def test_what_is_no_table_is_refused(text: str) -> None:
    with translation.override("en"), pytest.raises(ValueError, match=r"empty|cells|CSV"):
        Rows.read(text)
