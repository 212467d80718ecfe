"""Reads the rows that were set aside back from the lake, for a page."""

from datetime import date
from pathlib import Path

import duckdb

from stead.extracts.contract import BY_NAME
from stead.extracts.delivery import place_of

REJECTS_SHOWN_MAX = 500


def reject_rows(lake: str, day: date, table: str) -> list[dict[str, object]]:
    """The first rejects of a table, or the lines of a raw file that are no rows, each with its reason.

    table: as the run names it, cut at its longest. Empty when the lake no longer has them.
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
    return [dict(zip(("file", "row", "column", "value", "reason"), row, strict=True)) for row in found]
