"""Tags of the pages of drafts: states, counts, and comparisons row by row."""

import re
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from stead.handbook.content.differences import Cell, Conflict, Row, TableChange
from stead.handbook.content.value_words import half

register = template.Library()
STATES = {
    "draft": (_("draft"), "yellow"),
    "submitted": (_("submitted"), "blue"),
    "approved": (_("approved, holds later"), "accent"),
    "in force": (_("in force"), "accent"),
    "superseded": (_("superseded"), ""),
    "withdrawn": (_("withdrawn"), ""),
}
STEPS = {
    "created": _("Begun"),
    "edited": _("Edited"),
    "merged": _("Merged"),
    "submitted": _("Submitted"),
    "returned": _("Given back"),
    "approved": _("Approved"),
    "withdrawn": _("Withdrawn"),
}
_MARKS = {
    "added": (_("new"), "accent"),
    "removed": (_("removed"), "red"),
    "moved": (_("moved"), "blue"),
    "changed": ("", ""),
}
_SIGN = re.compile(r"<=|>=")
_NUMBER = re.compile(r'(?<![\w."-])\d{4,}(?![\w"-])')
_SHORT = 24  # characters that stay on one line
# Rows without a change on either side of one with a change, so that it can be read.
_AROUND = 1


@register.simple_tag
def draft_state(status: str) -> SafeString:
    """Where a draft or edition stands, as a badge."""
    text, tone = STATES[status]
    return format_html('<span class="badge-s {}">{}</span>', f"is-{tone}" if tone else "", text)


@register.simple_tag
def step_name(kind: str) -> str:
    """What was done in a step."""
    return str(STEPS[kind])


@register.simple_tag
def change_words(counts: Mapping[str, int] | None) -> str:
    """How much changes: cells where cells changed, else rows or files."""
    if not counts or not counts["files"]:
        return gettext("nothing changed")
    parts = []
    if counts["cells"]:
        parts.append(ngettext("%(n)s cell", "%(n)s cells", counts["cells"]) % {"n": counts["cells"]})
    if counts["rows"]:
        parts.append(ngettext("%(n)s row", "%(n)s rows", counts["rows"]) % {"n": counts["rows"]})
    parts.append(ngettext("%(n)s file", "%(n)s files", counts["files"]) % {"n": counts["files"]})
    return gettext("%(what)s changed") % {"what": gettext(", ").join(parts)}


def _read(label: str) -> str:
    """The half of "English / 中文" in the language of the page."""
    return half(label, get_language() or "en")


def feel_words(column: str, text: str | None) -> str:
    """A cell of a decision table with the signs that people read; exact, since it is about differences."""
    if text is None or not column.startswith(("input:", "output:")):
        return text or ""
    text = _SIGN.sub(lambda sign: {"<=": "≤", ">=": "≥"}[sign[0]], text)
    return _NUMBER.sub(lambda number: f"{int(number[0]):,}", text)


def _unchanged(column: str, text: str | None) -> str:
    """A cell beside a change: of a note in two languages, the half that the reader reads."""
    return (
        _read(text or "") if column.startswith(("annotation:", "description:")) else feel_words(column, text)
    )


@register.simple_tag
def diff_table(table: TableChange, short: bool) -> dict[str, Any]:  # noqa: FBT001 - templates name it
    """A table's change for the page: columns and rows; short: rows far from any change are left out."""
    shared = bool(table.columns)
    columns = [
        {
            "label": _column_label(column),
            "kind": column.column.partition(":")[0],
            "note": _column_note(column),
        }
        for column in table.columns
    ] or [
        {"label": gettext("Key"), "kind": "", "note": ""},
        {"label": gettext("Text"), "kind": "", "note": ""},
    ]
    rows: list[dict[str, Any]] = []
    # In a decision table the rows around say what the change means; in others each row stands for itself.
    around = _AROUND if any(one.column.startswith("input:") for one in table.columns) else 0
    near = _near(table.rows, around) if short and table.kind == "changed" else set(range(len(table.rows)))
    for number, row in enumerate(table.rows):
        if number in near:
            rows += [_row(row, row.cells)] if shared else _keyed(row)
        elif rows and "gap" in rows[-1]:
            rows[-1]["gap"] += 1
        else:
            rows.append({"gap": 1})
    return {
        "columns": columns,
        "rows": rows,
        "width": len(columns) + 1,
        "setting": table.setting.is_changed and table.kind == "changed",
    }


def _column_label(column: Cell) -> str:
    """What stands above a column; the notes of the handbook's own tables are called as on its pages."""
    is_note = column.column in {"annotation:note", "description:description:"}
    return gettext("Remark") if is_note else _read(column.label)


def _column_note(column: Cell) -> str:
    if column.old is None:
        return gettext("new")
    if column.new is None:
        return gettext("removed")
    return gettext("changed") if column.is_changed else ""


def _near(rows: tuple[Row, ...], around: int) -> set[int]:
    """The places of changed rows and of those around them."""
    changed = [number for number, row in enumerate(rows) if row.kind != "same"]
    return {near for number in changed for near in range(number - around, number + around + 1)}


def _row(row: Row, cells: Any) -> dict[str, Any]:
    mark, tone = _MARKS.get(row.kind, ("", ""))
    if row.kind == "changed" and row.has_moved:
        mark, tone = _MARKS["moved"]
    told = row.kind == "changed"
    return {
        "kind": row.kind,
        "number": row.new_number or row.old_number,
        "mark": mark,
        "tone": tone,
        "cells": [
            {
                "changed": told and cell.is_changed,
                "condition": cell.column.startswith("input:") and len(cell.new or cell.old or "") < _SHORT,
                "old": feel_words(cell.column, cell.old),
                "new": feel_words(cell.column, cell.new),
                "text": _unchanged(cell.column, cell.new if cell.new is not None else cell.old),
            }
            for cell in cells
        ],
    }


def _keyed(row: Row) -> list[dict[str, Any]]:
    """A row of a file whose rows have cells of their own (TOML): a line for each cell that changed."""
    lines = []
    for cell in row.cells:
        if not cell.is_changed and row.kind == "changed":
            continue
        line = _row(row, [cell])
        key = f"{row.key}.{cell.column}" if cell.column else row.key
        line["cells"] = [{"changed": False, "text": key}, *line["cells"]]
        lines.append(line)
    return lines


@register.simple_tag
def conflict_words(conflict: Conflict) -> str:
    """Where a conflict is, in words."""
    parts = [conflict.path, conflict.table if conflict.table not in {"", conflict.path} else ""]
    parts += [conflict.row, _read(conflict.label) or conflict.column]
    return " · ".join(part for part in parts if part)


@register.simple_tag
def said(conflict: Conflict, side: str) -> str:
    """What a side of a conflict says; a dash where there is nothing."""
    text = {"base": conflict.base, "theirs": conflict.theirs, "ours": conflict.ours}[side]
    return "–" if text is None else feel_words(conflict.column, text)


@register.simple_tag
def choice(choices: Mapping[str, str], key: str) -> str:
    """What was chosen for a conflict; empty for nothing yet."""
    return choices.get(key, "")
