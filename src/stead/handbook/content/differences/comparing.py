"""compare(): what differs between two handbooks, cell by cell."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stead.handbook.content.differences import csv_form, dmn_form, lines, toml_form
from stead.handbook.content.differences.grids import Form, FormError, Grid, Sheet, label_of
from stead.handbook.content.differences.lines import Line

FORMS: dict[str, Form] = {".dmn": dmn_form.FORM, ".csv": csv_form.FORM, ".toml": toml_form.FORM}
Files = Mapping[str, str]


# A longer file is no table that people work in; it is looked at line by line, which is fast.
CELLS_LENGTH_MAX = 300_000


def form_of(path: str, *texts: str | None) -> Form | None:
    """How files of this name are read cell by cell; None for prose, and where a text is very long."""
    is_long = any(len(text or "") > CELLS_LENGTH_MAX for text in texts)
    return None if is_long else FORMS.get(path[path.rfind(".") :])


@dataclass(frozen=True)
class Cell:
    """One cell, old and new; None where there is none."""

    column: str  # the column's key
    label: str
    old: str | None
    new: str | None

    @property
    def is_changed(self) -> bool:
        """Whether it says something else now."""
        return self.old != self.new


@dataclass(frozen=True)
class Row:
    """One row: kind is same, added, removed, changed or moved (changed ones may have moved as well)."""

    key: str
    kind: str
    old_number: int | None  # from 1
    new_number: int | None
    cells: tuple[Cell, ...]
    has_moved: bool = False


@dataclass(frozen=True)
class TableChange:
    """One table: a decision table of a DMN file, or a whole CSV or TOML file (name "")."""

    key: str
    name: str
    kind: str  # added, removed, changed, same
    columns: tuple[Cell, ...]  # what stands above each column, old and new
    rows: tuple[Row, ...]
    setting: Cell  # the hit policy

    @property
    def changed_rows(self) -> tuple[Row, ...]:
        """The rows that are not the same."""
        return tuple(row for row in self.rows if row.kind != "same")


@dataclass(frozen=True)
class FileChange:
    """One file: its tables where it has some, and the changed lines of what is not in a table."""

    path: str
    kind: str  # added, removed, changed
    tables: tuple[TableChange, ...] = ()
    hunks: tuple[tuple[Line, ...], ...] = ()


@dataclass(frozen=True)
class Comparison:
    """All files that differ, in order of their paths."""

    files: tuple[FileChange, ...]

    def __bool__(self) -> bool:
        return bool(self.files)

    @property
    def counts(self) -> dict[str, int]:
        """How many files, rows and cells differ, for a summary."""
        rows = [row for one in self.files for table in one.tables for row in table.changed_rows]
        cells = [cell for row in rows if row.kind == "changed" for cell in row.cells if cell.is_changed]
        return {"files": len(self.files), "rows": len(rows), "cells": len(cells)}


def compare(old: Files, new: Files) -> Comparison:
    """What differs between two contents (path to text)."""
    paths = sorted(old.keys() | new.keys())
    return Comparison(
        tuple(
            compare_file(path, old.get(path), new.get(path))
            for path in paths
            if old.get(path) != new.get(path)
        )
    )


def compare_file(path: str, old: str | None, new: str | None) -> FileChange:
    """What differs in one file; None where it is not there."""
    kind = "added" if old is None else "removed" if new is None else "changed"
    form = form_of(path, old, new)
    try:
        before, after = _sheets(form, old, new) if form else (Sheet(rest=old or ""), Sheet(rest=new or ""))
    except FormError:
        before, after = Sheet(rest=old or ""), Sheet(rest=new or "")
    tables = [
        compare_grids(key, before.grids.get(key), after.grids.get(key))
        for key in dict.fromkeys([*after.grids, *before.grids])
    ]
    hunks = lines.differences(before.rest, after.rest)
    return FileChange(path, kind, tuple(one for one in tables if one.kind != "same"), hunks)


def _sheets(form: Form, old: str | None, new: str | None) -> tuple[Sheet, Sheet]:
    sheets = iter(form.read([text for text in (old, new) if text is not None]))
    return (Sheet() if old is None else next(sheets)), (Sheet() if new is None else next(sheets))


def compare_grids(key: str, old: Grid | None, new: Grid | None) -> TableChange:
    """What differs between two tables; None where there is none."""
    before, after = old or Grid(), new or Grid()
    columns = tuple(
        Cell(one, label_of(after.columns.get(one) or before.columns.get(one, "")),
             before.columns.get(one), after.columns.get(one))
        for one in dict.fromkeys([*after.columns, *before.columns])
    )  # fmt: skip
    rows = _rows(before, after)
    setting = Cell("", "", old.setting if old else None, new.setting if new else None)
    is_same = not any(
        [setting.is_changed, *(c.is_changed for c in columns), *(row.kind != "same" for row in rows),
         list(before.columns) != list(after.columns)]
    )  # fmt: skip
    kind = "added" if old is None else "removed" if new is None else "same" if is_same else "changed"
    return TableChange(key, after.name or before.name, kind, columns, rows, setting)


def _rows(before: Grid, after: Grid) -> tuple[Row, ...]:
    old_numbers = {key: number for number, key in enumerate(before.rows, start=1)}
    new_numbers = {key: number for number, key in enumerate(after.rows, start=1)}
    moved = _moved([old_numbers[key] for key in after.rows if key in old_numbers])
    rows = []
    for key in interleaved(list(after.rows), list(before.rows)):
        old, new = before.rows.get(key), after.rows.get(key)
        cells = tuple(_cells(before, after, old, new))
        has_moved = new is not None and old_numbers.get(key) in moved
        if old is None or new is None:
            kind = "added" if old is None else "removed"
        elif any(cell.is_changed for cell in cells):
            kind = "changed"
        else:
            kind = "moved" if has_moved else "same"
        rows.append(Row(key, kind, old_numbers.get(key), new_numbers.get(key), cells, has_moved))
    return tuple(rows)


def _cells(
    before: Grid, after: Grid, old: Mapping[str, str] | None, new: Mapping[str, str] | None
) -> list[Cell]:
    keys = dict.fromkeys([*after.columns, *before.columns]) or dict.fromkeys([*(new or {}), *(old or {})])
    return [
        Cell(
            key, label_of(after.columns.get(key) or before.columns.get(key, key)),
            None if old is None else old.get(key), None if new is None else new.get(key),
        )
        for key in keys
    ]  # fmt: skip


def _moved(numbers: Sequence[int]) -> set[int]:
    """The rows that must be moved: those outside the longest run of rows that keep their order."""
    ends: list[int] = []  # the smallest last number of a run of each length
    before: dict[int, int | None] = {}
    for number in numbers:
        place = bisect_left(ends, number)
        before[number] = ends[place - 1] if place else None
        ends[place : place + 1] = [number]
    kept, last = set(), ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return set(numbers) - kept


def interleaved(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """Keys of `first` in its order; those that only `second` has follow what they follow there."""
    known = set(first)
    after: dict[str | None, list[str]] = {}
    last = None
    for key in second:
        if key in known:
            last = key
        else:
            after.setdefault(last, []).append(key)
    order = after.get(None, [])
    for key in first:
        order += [key, *after.get(key, [])]
    return order
