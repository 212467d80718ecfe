"""Changes of a handbook for tests: one cell of a decision table, or one row of a list, is another."""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from stead.handbook.content.book import Handbook

_CELL = re.compile(r"(<(?:input|output)Entry[^>]*>\s*<text>)(.*?)(</text>)", re.DOTALL)


def with_cells(handbook: Handbook, cells: Mapping[tuple[str, str], str]) -> Handbook:
    """The handbook in which (rule id, column) holds this text. Fails where there is none."""
    files = dict(handbook.files)
    for (rule_id, column), text in cells.items():
        path = next(path for path, written in files.items() if f'<rule id="{rule_id}">' in written)
        files[path] = _changed(files[path], rule_id, _place(handbook, path, column), text)
    return Handbook(files)


def _place(handbook: Handbook, path: str, column: str) -> int:
    inputs, outputs = handbook.columns(path.removesuffix(".dmn"))
    return (*inputs, *outputs).index(column)


def _changed(written: str, rule_id: str, place: int, text: str) -> str:
    before, mark, rest = written.partition(f'<rule id="{rule_id}">')
    rule, end, after = rest.partition("</rule>")
    cell = list(_CELL.finditer(rule))[place]
    return before + mark + rule[: cell.start(2)] + escape(text) + rule[cell.end(2) :] + end + after


def with_param(handbook: Handbook, name: str, value: str) -> Handbook:
    """The handbook in which a row of params.csv has another value."""
    rows = handbook.files["params.csv"].splitlines(keepends=True)
    changed = [
        re.sub(r"^([^,]*),[^,]*", rf"\g<1>,{value}", row) if row.startswith(f"{name},") else row
        for row in rows
    ]
    assert changed != rows, f"{name} is not there, or has this value already"
    return Handbook({**handbook.files, "params.csv": "".join(changed)})


def movement_of_months(handbook: Handbook, watched_from: int, moved_after: int) -> Handbook:
    """The handbook whose movement table watches and moves down after other months."""
    column = "months_below"
    return with_cells(
        handbook,
        {
            ("2.2-movement-6", column): f"< {watched_from}",
            ("2.2-movement-7", column): f"[{watched_from}..{moved_after})",
            ("2.2-movement-8", column): f">= {moved_after}",
        },
    )
