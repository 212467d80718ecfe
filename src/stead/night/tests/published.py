"""Small published tables for tests: every column filled, so that a test names only what it is about."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from stead.extracts.delivery import quoted
from stead.night.published_tables import BY_NAME
from stead.night.table_changes import identifier

_ZERO = {"VARCHAR": "''", "DATE": "DATE '2026-01-01'", "BOOLEAN": "FALSE"}


def _literal(value: Any) -> str:
    return "NULL" if value is None else quoted(str(value))


def write(folder: Path, name: str, rows: Sequence[dict[str, Any]]) -> Path:
    """Write a published table of these rows; columns that a row does not name are zero or empty."""
    table = BY_NAME[name]
    folder.mkdir(parents=True, exist_ok=True)
    path = table.file(folder)
    selects = [
        "SELECT "
        + ", ".join(
            f"CAST({_literal(row[column.name]) if column.name in row else _ZERO.get(column.type, '0')}"
            f" AS {column.type}) AS {identifier(column.name)}"
            for column in table.columns
        )
        for row in rows
    ]
    duckdb.connect().execute(f"COPY ({' UNION ALL '.join(selects)}) TO {quoted(str(path))} (FORMAT parquet)")
    return path
