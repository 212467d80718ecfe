"""The ledger as the night reads it: contacts logged, what became of actions, assignments; as Parquet."""

from pathlib import Path

import adbc_driver_postgresql.dbapi as adbc
import pyarrow as pa
import pyarrow.parquet as pq

from stead.extracts.delivery import file_sha256
from stead.night.registry import practices
from stead.practice.night import Record


def names() -> tuple[str, ...]:
    """The tables of a snapshot: the records of all practices."""
    return tuple(record.name for record in practices.get().records)


def query_of(record: Record) -> str:
    """The rows of a record in the order of its key, so that the same ledger gives the same bytes."""
    order = (f'{name} COLLATE "C"' if record.columns[name] == "VARCHAR" else name for name in record.order)
    columns = (f'"{name}"' for name in record.columns)
    return f"SELECT {', '.join(columns)} FROM {record.table} ORDER BY {', '.join(order)}"


def snapshot(url: str, folder: Path) -> dict[str, str]:
    """Write the ledger of one moment into `folder`; returns each table's SHA-256.

    Times are UTC, to the microsecond.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with adbc.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for record in practices.get().records:
            cursor.execute(query_of(record))
            pq.write_table(_plain(cursor.fetch_arrow_table()), folder / f"{record.name}.parquet")
    return hashes(folder)


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of each table of a snapshot."""
    return {name: file_sha256(folder / f"{name}.parquet") for name in names()}


def _plain(table: pa.Table) -> pa.Table:
    """The table without the driver's notes on columns, which may change with its version."""
    fields = [pa.field(field.name, field.type) for field in table.schema]
    return table.cast(pa.schema(fields))
