"""Reads the rows that were set aside back from the lake, for a page."""

from datetime import date
from pathlib import Path

import duckdb

from stead.nightly.delivery import place_of

REJECTS_SHOWN_MAX = 500


def reject_rows(lake: str, day: date, table: str) -> list[dict[str, object]]:
    """The first rejects of a table: file, row, column, value, reason.

    Empty when the lake no longer has them.
    """
    path = place_of(Path(lake), day) / "rejects" / f"{table}.parquet"
    if not path.exists():
        return []
    with duckdb.connect() as connection:
        found = connection.execute(
            """
            SELECT file, "row", "column", value, reason FROM read_parquet($path)
            ORDER BY file, "row" LIMIT $most
            """,
            {"path": str(path), "most": REJECTS_SHOWN_MAX},
        ).fetchall()
    return [dict(zip(("file", "row", "column", "value", "reason"), row, strict=True)) for row in found]
