"""Reads the rows that were set aside back from the lake, for a page."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb

from stead.core.formats import masked, shape
from stead.extracts.contract import by_name
from stead.extracts.delivery import RejectGroup, place_of

REJECTS_SHOWN_MAX = 500
HIDDEN = "****"
# Numbers of which the last signs may be seen, so that a row can be found again.
ENDINGS = {("customers", "identity_number"), ("customers", "phone")}
# What a check tells in place of a text that is too long.
OUR_WORDS = re.compile(r"a text of \d+ characters")
# One word as codes are: what else stands where a code should, may be a name or a number that slipped in.
CODE = re.compile(r"[A-Za-z0-9_.-]{1,20}", re.ASCII)
DAY = re.compile(r"[ -~年月日]{1,30}")


def value_shown(table: str, column: str, value: object, *, is_whole: bool) -> object:
    """A value that was set aside, as a reader may see it.

    is_whole: the reader sees customers, and so the value as it came. For others the last signs of numbers of
    people are left and nothing of what else is personal; of a line that is no row nothing is shown, as it may
    hold all of a customer. Keys are shown, so that the row can be found. Where a code should stand, a row
    whose columns have slipped may have a name or a phone: of what is none, only the form is shown.
    """
    if is_whole or value is None or value == "":
        return value
    text = str(value)
    known = by_name()[table].columns if table in by_name() else ()
    found = next((one for one in known if one.name == column), None)
    if found is None:
        return HIDDEN
    if found.personal:
        return _ending(table, column, text)
    if found.kind == "date":
        is_plain = DAY.fullmatch(text) and not re.search(r"\d{9}|[A-Za-z]{4}", text)
    elif found.allowed or found.currency or found.kind == "boolean":
        is_plain = CODE.fullmatch(text) and not re.search(r"\d{7}", text)
    else:
        is_plain = True
    return value if is_plain else shape(text)


def _ending(table: str, column: str, text: str) -> str:
    """What may be seen of a value that is personal."""
    if (table, column) in ENDINGS:
        return masked(text)
    return text if OUR_WORDS.fullmatch(text) else HIDDEN


def group_shown(group: RejectGroup) -> RejectGroup:
    """A group with its example as the terminal shows it.

    What is printed goes into logs, tickets and screens that others see, so it is masked for everybody. Who
    works on the server reads the values in full beside the delivery, in the files that the message names.
    """
    value = value_shown(group.table, group.column, group.example.get("value"), is_whole=False)
    return replace(group, example=group.example | {"value": value})


def reject_rows(lake: str, day: date, table: str, *, is_whole: bool) -> list[dict[str, object]]:
    """The first rejects of a table, or the lines of a raw file that are no rows, each with its reason.

    table: as the run names it, cut at its longest. is_whole: as for `value_shown`. Empty when the lake no
    longer has them.
    """
    folder = place_of(Path(lake), day) / "rejects"
    is_table = table in by_name()
    path = folder / f"{table if is_table else 'lines'}.parquet"
    if not path.exists():
        return []
    with duckdb.connect() as connection:
        found = connection.execute(
            """
            SELECT file, "row", "column", value, reason FROM read_parquet($path)
            WHERE $is_table OR starts_with(file, $table)
            ORDER BY file, "row" LIMIT $most
            """,
            {"path": str(path), "most": REJECTS_SHOWN_MAX, "is_table": is_table, "table": table},
        ).fetchall()
    rows = [dict(zip(("file", "row", "column", "value", "reason"), row, strict=True)) for row in found]
    return [
        row | {"value": value_shown(table, str(row["column"]), row["value"], is_whole=is_whole)}
        for row in rows
    ]
