"""Reads the rows that were set aside back from the lake, for a page."""

from datetime import date
from pathlib import Path

import duckdb

from stead.core.formats import masked
from stead.extracts.contract import BY_NAME
from stead.extracts.delivery import place_of

REJECTS_SHOWN_MAX = 500
# Columns whose values tell who somebody is or how to reach them, whatever is wrong with them.
MASKED = {("customers", "identity_number"), ("customers", "phone")}


def value_shown(table: str, column: str, value: object, *, is_whole: bool) -> object:
    """A value that was set aside, as a reader may see it.

    is_whole: the reader sees customers, and so the value as it came. For others numbers of people are masked,
    and of a line that is no row nothing is shown, as it may hold all of a customer.
    """
    if is_whole or value is None or value == "":
        return value
    if table not in BY_NAME:
        return "*" * 4
    return masked(str(value)) if (table, column) in MASKED else value


def reject_rows(lake: str, day: date, table: str, *, is_whole: bool) -> list[dict[str, object]]:
    """The first rejects of a table, or the lines of a raw file that are no rows, each with its reason.

    table: as the run names it, cut at its longest. is_whole: as for `value_shown`. Empty when the lake no
    longer has them.
    """
    folder = place_of(Path(lake), day) / "rejects"
    is_table = table in BY_NAME
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
