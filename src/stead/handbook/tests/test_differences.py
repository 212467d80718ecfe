"""Differences and merges, told in rows and cells."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from stead import dmn
from stead.handbook.content.book import load
from stead.handbook.content.differences import THEIRS, Merged, compare, merge3, resolve
from stead.handbook.content.differences.comparing import form_of

BASE = dict(load(Path(settings.HANDBOOK)).files)
TIER = "2.2/tier.dmn"
PARAMS = "params.csv"


def changed(path: str, *pairs: tuple[str, str]) -> dict[str, str]:
    """The handbook with texts of one file replaced, each once."""
    text = BASE[path]
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return BASE | {path: text}


def cells_of(files: dict[str, str], path: str = TIER) -> dict[str, dict[str, str]]:
    form = form_of(path)
    assert form is not None
    (grid,) = form.read([files[path]])[0].grids.values()
    return {key: dict(row) for key, row in grid.rows.items()}


LOWER = ("<text>&gt;= 5000000</text>", "<text>&gt;= 4000000</text>")  # assets of row 3
HIGHER = ("<text>&gt;= 5000000</text>", "<text>&gt;= 6000000</text>")
OTHER = ("<text>&gt;= 50000</text>", "<text>&gt;= 60000</text>")  # contribution of row 4


def with_rule(files: dict[str, str], rule_id: str, assets: str) -> dict[str, str]:
    """Another row at the end of the table of tiers."""
    rule = (
        f'<rule id="{rule_id}"><inputEntry><text>{assets}</text></inputEntry><inputEntry><text>-</text>'
        "</inputEntry><inputEntry><text>-</text></inputEntry><outputEntry><text>0</text></outputEntry></rule>"
    )
    return files | {TIER: files[TIER].replace("</decisionTable>", f"{rule}</decisionTable>")}


def with_number(name: str, value: int) -> str:
    """params.csv with a number that holds from 2027."""
    header = BASE[PARAMS].splitlines()[0].split(",")
    told = {"name": name, "value": str(value), "effective_from": "2027-01-01"}
    return BASE[PARAMS] + ",".join(told.get(column, "") for column in header) + "\n"


def test_a_changed_cell_is_told_with_its_column_and_both_texts() -> None:
    (file,) = compare(BASE, changed(TIER, LOWER)).files
    (row,) = file.tables[0].changed_rows
    told = [(cell.label, cell.old, cell.new) for cell in row.cells if cell.is_changed]
    assert (row.key, row.kind, told) == (
        "2.2-tier-3", "changed", [("Average assets of the month / 月日均资产", ">= 5000000", ">= 4000000")]
    )  # fmt: skip


def test_space_that_says_nothing_is_no_difference_of_a_table() -> None:
    spaced = changed(TIER, ("<text>4</text>", "<text>  4\n </text>"))
    (file,) = compare(BASE, spaced).files
    assert not file.tables


def test_a_row_that_was_carried_elsewhere_has_moved_and_the_others_have_not() -> None:
    text = BASE[TIER]
    first = text[text.index("<rule ") : text.index("</rule>") + len("</rule>")]
    moved = text.replace(first, "", 1).replace("</decisionTable>", f"{first}</decisionTable>")
    (file,) = compare(BASE, BASE | {TIER: moved}).files
    assert [(row.key, row.kind) for row in file.tables[0].changed_rows] == [("2.2-tier-1", "moved")]


def test_a_number_of_a_csv_file_is_told_by_its_name_and_date() -> None:
    (file,) = compare(BASE, changed(PARAMS, ("horizon_days,31,", "horizon_days,30,"))).files
    (row,) = file.tables[0].changed_rows
    assert (row.key, [(c.column, c.old, c.new) for c in row.cells if c.is_changed]) == (
        "horizon_days · 1900-01-01", [("value", "31", "30")]
    )  # fmt: skip


def test_prose_is_told_by_line() -> None:
    path = "2.2/clause.md"
    (file,) = compare(BASE, BASE | {path: BASE[path] + "One line more.\n"}).files
    assert [line.text for hunk in file.hunks for line in hunk if line.kind == "added"] == ["One line more."]


def test_two_cells_of_one_row_are_merged_without_a_question() -> None:
    note = ("Diamond by assets", "Diamond by their assets")
    merged = merge3(BASE, changed(TIER, LOWER), changed(TIER, note))
    row = cells_of(merged.files)["2.2-tier-3"]
    assert not merged.conflicts
    assert {">= 4000000", "Diamond by their assets / 资产达钻石"} <= set(row.values())


def test_one_cell_changed_differently_is_a_question_and_the_answer_is_taken() -> None:
    merged = merge3(BASE, changed(TIER, HIGHER), changed(TIER, LOWER))
    (conflict,) = merged.conflicts
    assert (conflict.row, conflict.base, conflict.theirs, conflict.ours) == (
        "2.2-tier-3", ">= 5000000", ">= 6000000", ">= 4000000"
    )  # fmt: skip
    answered = resolve(merged, {conflict.key: THEIRS})
    assert not answered.conflicts
    assert answered.files[TIER] == changed(TIER, HIGHER)[TIER]


def test_everything_else_of_the_file_stays_as_it_was_written() -> None:
    comment = ("<decisionTable ", "<!-- kept --><decisionTable ")
    merged = merge3(BASE, changed(TIER, OTHER), changed(TIER, comment, LOWER))
    assert merged.files == changed(TIER, comment, LOWER, OTHER)


def test_a_row_added_on_one_side_joins_a_cell_changed_on_the_other() -> None:
    merged = merge3(BASE, with_rule(BASE, "2.2-tier-99", "&lt; 0"), changed(TIER, LOWER))
    rows = cells_of(merged.files)
    assert not merged.conflicts
    assert list(rows)[-1] == "2.2-tier-99"
    assert ">= 4000000" in rows["2.2-tier-3"].values()


def test_two_new_rows_under_one_id_are_two_rows_and_ours_is_called_anew() -> None:
    theirs, ours = with_rule(BASE, "2.2-tier-99", "&lt; 0"), with_rule(BASE, "2.2-tier-99", "&lt; 5")
    merged = merge3(BASE, theirs, ours, used={"2.2-tier-100"})
    rows = cells_of(merged.files)
    assert merged.renamed == {"2.2-tier-99": "2.2-tier-101"}
    assert ("< 0" in rows["2.2-tier-99"].values(), "< 5" in rows["2.2-tier-101"].values()) == (True, True)


def test_a_row_removed_by_one_and_changed_by_the_other_is_a_question() -> None:
    text = BASE[TIER]
    start = text.index('<rule id="2.2-tier-3"')
    rule = text[start : text.index("</rule>", start) + len("</rule>")]
    merged = merge3(BASE, BASE | {TIER: text.replace(rule, "")}, changed(TIER, LOWER))
    assert [(one.kind, one.row, one.theirs) for one in merged.conflicts] == [("row", "2.2-tier-3", None)]
    assert "2.2-tier-3" not in cells_of(resolve(merged, {merged.conflicts[0].key: THEIRS}).files)


def test_a_column_added_on_one_side_is_in_the_rows_of_the_other() -> None:
    expression = '<inputExpression typeRef="number"><text>age</text></inputExpression>'
    wider = BASE[TIER].replace("<output ", f'<input id="new" label="Age">{expression}</input><output ', 1)
    wider = wider.replace("<outputEntry>", "<inputEntry><text>-</text></inputEntry><outputEntry>")
    merged = merge3(BASE, BASE | {TIER: wider}, with_rule(BASE, "2.2-tier-99", "&lt; 0"))
    assert not merged.conflicts
    assert cells_of(merged.files)["2.2-tier-99"]["input:age"] == "-"


def test_a_file_that_another_program_wrote_anew_still_merges_by_cell() -> None:
    spaces = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1dmn:", changed(TIER, OTHER)[TIER]).replace(
        "xmlns=", "xmlns:dmn="
    )
    merged = merge3(BASE, BASE | {TIER: spaces.replace("    <", "  <")}, changed(TIER, LOWER))
    rows = cells_of(merged.files)
    assert not merged.conflicts
    assert (">= 4000000" in rows["2.2-tier-3"].values(), ">= 60000" in rows["2.2-tier-4"].values()) == (
        True,
    ) * 2


def test_another_hit_policy_is_merged_too() -> None:
    policy = ('hitPolicy="FIRST"', 'hitPolicy="RULE ORDER"')
    assert 'hitPolicy="RULE ORDER"' in merge3(BASE, changed(TIER, policy), changed(TIER, LOWER)).files[TIER]


def test_rows_added_to_a_list_on_both_sides_are_both_there() -> None:
    theirs, ours = (with_number(name, 5) for name in ("theirs_days", "ours_days"))
    merged = merge3(BASE, BASE | {PARAMS: theirs}, BASE | {PARAMS: ours})
    rows = cells_of(merged.files, PARAMS)
    assert not merged.conflicts
    assert {"theirs_days · 2027-01-01", "ours_days · 2027-01-01"} <= rows.keys()


def test_one_row_added_on_both_sides_with_another_number_is_a_question() -> None:
    theirs, ours = (with_number("horizon_days", days) for days in (7, 8))
    merged = merge3(BASE, BASE | {PARAMS: theirs}, BASE | {PARAMS: ours})
    assert [(one.kind, one.column, one.theirs, one.ours) for one in merged.conflicts] == [
        ("cell", "value", "7", "8")
    ]


def test_a_table_that_cannot_be_read_is_merged_as_a_whole_or_not_at_all() -> None:
    merged = merge3(BASE, changed(TIER, ("</decisionTable>", "")), changed(TIER, LOWER))
    assert [one.kind for one in merged.conflicts] == ["file"]


def test_a_file_of_any_length_is_compared_without_comparing_all_with_all() -> None:
    lines = "1\n2\n" * 20_000
    (file,) = compare({"a.md": lines}, {"a.md": f"{lines}3\n"}).files
    assert [line.text for line in file.hunks[-1] if line.kind == "added"] == ["3"]


def test_keys_of_toml_are_merged_one_by_one() -> None:
    path = "2.3/texts.toml"
    lines = [line for line in BASE[path].splitlines() if line.startswith('en = "')]
    theirs, ours = ((line, line[:-1] + '!"') for line in lines[:2])
    merged = merge3(BASE, changed(path, theirs), changed(path, ours))
    assert (merged.conflicts, merged.files) == ((), changed(path, theirs, ours))


def test_a_comment_of_toml_goes_and_comes_with_the_key_below_it() -> None:
    a, b, c = (f'# why {key}\n{key} = "{key}"\n' for key in "abc")
    path, changed_b = "2.3/texts.toml", b.replace('"b"', '"bee"')
    base, theirs, ours = ({path: f"[do]\n{keys}"} for keys in (a + b, c + b, a + changed_b))
    merged = merge3(base, theirs, ours)
    assert (merged.conflicts, merged.files) == ((), {path: f"[do]\n{c}{changed_b}"})


def test_a_file_removed_by_one_and_changed_by_the_other_is_a_question() -> None:
    without = {path: text for path, text in BASE.items() if path != TIER}
    merged = merge3(BASE, without, changed(TIER, LOWER))
    assert [one.kind for one in merged.conflicts] == ["file"]
    assert TIER not in resolve(merged, {merged.conflicts[0].key: THEIRS}).files


@pytest.mark.parametrize("path", sorted(path for path in BASE if form_of(path)))
def test_what_is_read_in_cells_is_written_again_to_the_byte(path: str) -> None:
    form = form_of(path)
    assert form is not None
    (sheet,) = form.read([BASE[path]])
    assert form.write(sheet.grids, sheet.rest, sheet, sheet) == BASE[path]


# Edits of cells of two files, by hypothesis: (path, number of the row, number of the column) to a text.
_CELLS = [
    (path, row, column) for path in (TIER, "2.4/warning.dmn") for row in range(4) for column in range(3)
]
edits = st.dictionaries(
    st.sampled_from(_CELLS), st.sampled_from(["< 1", "> 7 & 1", '"<a>"', "]]>"]), max_size=6
)
Edits = dict[tuple[str, int, int], str]


def edited(edits: Edits) -> dict[str, str]:
    files = dict(BASE)
    for (path, row, column), text in edits.items():
        form = form_of(path)
        assert form is not None
        (sheet,) = form.read([files[path]])
        ((name, grid),) = sheet.grids.items()
        rows = {key: dict(cells) for key, cells in grid.rows.items()}
        rows[list(rows)[row]][list(grid.columns)[column]] = text
        changed_grid = type(grid)(grid.columns, rows, grid.setting, grid.name, grid.keys_are_given)
        files[path] = form.write({name: changed_grid}, sheet.rest, sheet, sheet)
    return files


def says(merged: Merged, edits: Edits) -> bool:
    return all(
        list(list(cells_of(merged.files, path).values())[row].values())[column] == text
        for (path, row, column), text in edits.items()
    )


@given(edits)
@examples(deadline=None, max_examples=30)
def test_a_change_on_one_side_only_is_the_merge(change: Edits) -> None:
    ours = edited(change)
    assert merge3(BASE, ours, BASE).files == ours
    assert merge3(BASE, BASE, ours).files == ours


@given(edits, edits)
@examples(deadline=None, max_examples=40)
def test_conflicts_are_where_both_changed_one_cell_differently_and_nowhere_else(a: Edits, b: Edits) -> None:
    merged = merge3(BASE, edited(a), edited(b))
    expected = {cell for cell in a.keys() & b.keys() if a[cell] != b[cell]}
    assert len(merged.conflicts) == len(expected)
    assert says(merged, {cell: text for cell, text in (a | b).items() if cell not in expected})
    for path in (TIER, "2.4/warning.dmn"):
        dmn.read(merged.files[path].encode())
