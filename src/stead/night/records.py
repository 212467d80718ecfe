"""The ledger as the night reads it: contacts logged, what became of actions, assignments; as Parquet."""

from pathlib import Path

import adbc_driver_postgresql.dbapi as adbc
import pyarrow as pa
import pyarrow.parquet as pq

from stead.extracts.delivery import file_sha256

# Each in the order of a key, so that the same ledger gives the same bytes.
QUERIES = {
    "ledger_contacts": """
        SELECT id, customer_id, banker_id, at, channel, message_class, direction, outcome, action_key,
               action_kind
        FROM engagement_contact ORDER BY id""",
    "action_states": """
        SELECT action_key, customer_id, kind, state, on_date, until
        FROM engagement_actionstate ORDER BY action_key COLLATE "C\"""",
    "assignments": """
        SELECT customer_id, banker_id, branch_id
        FROM segmentation_assignment ORDER BY customer_id COLLATE "C\"""",
}


def snapshot(url: str, folder: Path) -> dict[str, str]:
    """Write the ledger of one moment into `folder`; returns each table's SHA-256.

    Times are UTC, to the microsecond.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with adbc.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for name, query in QUERIES.items():
            cursor.execute(query)
            pq.write_table(_plain(cursor.fetch_arrow_table()), folder / f"{name}.parquet")
    return hashes(folder)


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of each table of a snapshot."""
    return {name: file_sha256(folder / f"{name}.parquet") for name in QUERIES}


def _plain(table: pa.Table) -> pa.Table:
    """The table without the driver's notes on columns, which may change with its version."""
    fields = [pa.field(field.name, field.type) for field in table.schema]
    return table.cast(pa.schema(fields))
