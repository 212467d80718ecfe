"""merge3(): two changes of the same handbook in one, cell by cell, and what only a person can decide."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from stead.dmn import DmnError
from stead.dmn import read as read_dmn
from stead.handbook.content.differences import dmn_form, lines
from stead.handbook.content.differences.comparing import Files, form_of, interleaved
from stead.handbook.content.differences.grids import Form, FormError, Grid, Sheet, label_of

OURS, THEIRS = "ours", "theirs"
_NUMBERED = re.compile(r"^(.*?)(\d+)$")


@dataclass(frozen=True)
class Conflict:
    """One place that both sides changed differently. None: there is nothing.

    `kind` is file (no `table`), lines, table (its columns or hit policy), order, row or cell.
    """

    kind: str
    path: str
    table: str
    row: str
    column: str
    label: str
    base: str | None
    theirs: str | None
    ours: str | None

    @property
    def key(self) -> str:
        """The name of this difference in the form by which somebody chooses a side."""
        return "|".join((self.kind, self.path, self.table, self.row, self.column))


@dataclass(frozen=True)
class Merged:
    """The merged files; where there is a conflict without a choice, they say what ours says."""

    files: dict[str, str]
    conflicts: tuple[Conflict, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)  # ids of our new rules that theirs had given out
    sides: tuple[Files, Files, Files] = ({}, {}, {})
    used: Collection[str] = ()


@dataclass
class _Judge:
    """Decides each place, by the rule of three or by what was chosen, and keeps the conflicts."""

    path: str
    choices: Mapping[str, str]
    conflicts: list[Conflict] = field(default_factory=list)
    table: str = ""

    def pick(
        self, b: str | None, t: str | None, o: str | None, kind: str, row: str = "", column: str = "",
        label: str = "",
    ) -> str | None:  # fmt: skip
        """What holds: the side that changed, ours where both did and nobody chose."""
        if t in {b, o}:
            return o
        if o == b:
            return t
        conflict = Conflict(kind, self.path, self.table, row, column, label, b, t, o)
        choice = self.choices.get(conflict.key)
        if choice not in {OURS, THEIRS}:
            self.conflicts.append(conflict)
        return t if choice == THEIRS else o


def merge3(
    base: Files,
    theirs: Files,
    ours: Files,
    *,
    used: Collection[str] = (),
    choices: Mapping[str, str] | None = None,
) -> Merged:
    """The changes of both sides since `base`.

    used: rule ids that were ever given out. choices: a conflict's key to "ours" or "theirs".
    """
    files: dict[str, str] = {}
    conflicts: list[Conflict] = []
    renamed: dict[str, str] = {}
    for path in sorted(base.keys() | theirs.keys() | ours.keys()):
        b, t, o = base.get(path), theirs.get(path), ours.get(path)
        judge = _Judge(path, choices or {})
        if t in {b, o} or o == b or None in {b, t, o}:
            # One side left it as it was, or there are not three texts to look into.
            text = judge.pick(b, t, o, "file")
        else:
            text = _merged_file(path, (str(b), str(t), str(o)), judge, renamed, used)
        conflicts += judge.conflicts
        if text is not None:
            files[path] = text
    return Merged(files, tuple(conflicts), renamed, (base, theirs, ours), used)


def resolve(merged: Merged, choices: Mapping[str, str]) -> Merged:
    """The merge with choices made for its conflicts; those without a choice remain."""
    return merge3(*merged.sides, used=merged.used, choices=choices)


def _merged_file(
    path: str, texts: tuple[str, str, str], judge: _Judge, renamed: dict[str, str], used: Collection[str]
) -> str:
    form = form_of(path, *texts)
    try:
        if form is not None:
            return _merged_sheets(form, texts, judge, renamed, used)
    except FormError:
        # Not all three are in the form, or what came out is not.
        judge.conflicts.clear()
        judge.table = ""
    # The lines are still there to be merged; but lines of two tables do not make a third.
    return (judge.pick(*texts, "file") or "") if path.endswith(".dmn") else _merged_lines(*texts, judge)


def _merged_sheets(
    form: Form,
    texts: tuple[str, str, str],
    judge: _Judge,
    renamed: dict[str, str],
    used: Collection[str],
) -> str:
    b, t, o = form.read(texts)
    fresh = _fresh_ids(b, t, o, used)
    if fresh:
        renamed |= fresh
        texts = (*texts[:2], dmn_form.with_rule_ids(texts[2], fresh))
        b, t, o = form.read(texts)
    grids: dict[str, Grid] = {}
    for name in interleaved(list(o.grids), list(t.grids)):
        judge.table = name
        one = _merged_grid(b.grids.get(name), t.grids.get(name), o.grids.get(name), judge)
        if one is not None:
            grids[name] = one
    judge.table = ""
    rest = _merged_lines(b.rest, t.rest, o.rest, judge)
    # A side that was written anew by another program has the rest of its file; its tables fit into that.
    sides = (t, o) if rest == t.rest != o.rest else (o, t)
    text = form.write(grids, rest, *sides)
    _verify(form, texts[0], text, grids)
    return text


def _verify(form: Form, base: str, text: str, grids: Mapping[str, Grid]) -> None:
    """What was written must say what was merged; raises FormError otherwise."""
    if form is dmn_form.FORM:
        try:
            read_dmn(text.encode())
        except DmnError as error:
            raise FormError(str(error)) from None
    read = form.read([base, text])[1].grids
    if read.keys() != grids.keys() or not all(read[name].same_as(grid) for name, grid in grids.items()):
        raise FormError("the parts do not fit together")


def _merged_lines(b: str, t: str, o: str, judge: _Judge) -> str:
    said = []
    for part in lines.merge(b, t, o):
        if part.clash is None:
            said.append(part.text)
        else:
            said.append(judge.pick(*part.clash, "lines", row=str(part.number)) or "")
    return "".join(said)


def _fresh_ids(b: Sheet, t: Sheet, o: Sheet, used: Iterable[str]) -> dict[str, str]:
    """New ids for our new rules whose ids theirs gave to other new rules."""
    sheets = (b, t, o)
    known = {*used, *(key for sheet in sheets for grid in sheet.grids.values() for key in grid.rows)}
    fresh: dict[str, str] = {}
    for name, ours in o.grids.items():
        theirs, base = t.grids.get(name), b.grids.get(name, Grid())
        for key, row in ours.rows.items() if theirs and ours.keys_are_given else ():
            if key in base.rows or theirs is None or theirs.rows.get(key, row) == row:
                continue
            fresh[key] = next_id(key, known)
            known.add(fresh[key])
    return fresh


def next_id(taken: str, known: Collection[str]) -> str:
    """The next id of the same table: a number higher than all that were given out under its prefix."""
    found = _NUMBERED.match(taken)
    prefix = found[1] if found else f"{taken}-"
    numbers = [int(m[2]) for one in known if (m := _NUMBERED.match(one)) and m[1] == prefix]
    return f"{prefix}{max(numbers, default=0) + 1}"


def _merged_grid(b: Grid | None, t: Grid | None, o: Grid | None, judge: _Judge) -> Grid | None:
    if t is None or o is None:
        there = t or o
        if b is None:
            return there
        if there is not None and there.same_as(b):
            return None
        stays = judge.pick("", None if t is None else "changed", None if o is None else "changed", "table")
        return None if stays is None else there
    base = b or Grid()
    columns = _merged_columns(base, t, o, judge)
    rows: dict[str, Mapping[str, str]] = {}
    for key in dict.fromkeys([*o.rows, *t.rows]):
        row = _merged_row(key, base, t, o, columns, judge)
        if row is not None:
            rows[key] = row
    order = _order(list(base.rows), list(t.rows), list(o.rows), judge, "rows")
    setting = judge.pick(base.setting if b else None, t.setting, o.setting, "table", column="setting") or ""
    return Grid(columns, {key: rows[key] for key in order if key in rows}, setting, o.name, o.keys_are_given)


def _merged_columns(base: Grid, t: Grid, o: Grid, judge: _Judge) -> dict[str, str]:
    """The columns that stay, with what stands above them."""
    found: dict[str, str] = {}
    for key in _order(list(base.columns), list(t.columns), list(o.columns), judge, "columns"):
        above = base.columns.get(key), t.columns.get(key), o.columns.get(key)
        is_gone = None in above[1:]
        # A column that one side took away is missed only where the other side worked in it.
        theirs, ours = (
            f"{side.columns[key]} *" if is_gone and _worked_in(key, base, side) else side.columns.get(key)
            for side in (t, o)
        )
        label = label_of(above[2] or above[1] or above[0] or "")
        said = judge.pick(above[0], theirs, ours, "table", column=key, label=label)
        if said is not None:
            found[key] = said.removesuffix(" *") if is_gone else said
    return found


def _worked_in(key: str, base: Grid, side: Grid) -> bool:
    """Whether a side has other cells in a column than the base."""
    if key not in side.columns or key not in base.columns:
        return False
    return any(
        row[key] != base.rows.get(row_key, {}).get(key, _blank(key, side))
        for row_key, row in side.rows.items()
    )


def _blank(key: str, grid: Grid) -> str:
    return dmn_form.blank(key) if grid.keys_are_given else ""


def _merged_row(
    key: str, base: Grid, t: Grid, o: Grid, columns: Mapping[str, str], judge: _Judge
) -> dict[str, str] | None:
    """The row that holds; None where it is gone."""
    b_row, t_row, o_row = base.rows.get(key), t.rows.get(key), o.rows.get(key)
    if t_row is None or o_row is None:
        grid, row = (t, t_row) if t_row is not None else (o, o_row)
        if row is None or (b_row is not None and not _changed(base, b_row, grid, row)):
            return None
        if (
            b_row is not None
            and judge.pick(_joined(b_row), _joined(t_row), _joined(o_row), "row", key) is None
        ):
            return None
        return {one: row.get(one, _blank(one, grid)) for one in columns or row}
    cells: dict[str, str] = {}
    for column in columns or interleaved(list(o_row), list(t_row)):
        b = b_row.get(column) if b_row else None
        # A side that does not have the column has not changed the cell.
        theirs, ours = (
            b if columns and column not in side.columns else row.get(column)
            for side, row in ((t, t_row), (o, o_row))
        )
        label = label_of(columns.get(column, column))
        value = judge.pick(b, theirs, ours, "cell", key, column, label)
        if value is not None or columns:
            cells[column] = _blank(column, o) if value is None else value
    return cells


def _changed(base: Grid, b_row: Mapping[str, str], grid: Grid, row: Mapping[str, str]) -> bool:
    """Whether a side's row says something else than the base's, where both have the column."""
    shared = [key for key in base.columns if key in grid.columns] or [*b_row, *row]
    return any(b_row.get(key) != row.get(key) for key in shared)


def _joined(row: Mapping[str, str] | None) -> str | None:
    return None if row is None else " | ".join(row.values())


def _order(b: list[str], t: list[str], o: list[str], judge: _Judge, what: str) -> list[str]:
    """All keys in the order of the side that moved some; new ones follow what they follow on their side."""
    shared = set(b) & set(t) & set(o)
    before, theirs, ours = ("\n".join(key for key in side if key in shared) for side in (b, t, o))
    is_theirs = judge.pick(before, theirs, ours, "order", column=what) == theirs != ours
    spine, other = (t, o) if is_theirs else (o, t)
    return interleaved(spine, other)
