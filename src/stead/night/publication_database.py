"""Makes, fills and moves tables in PostgreSQL for a publication. Knows tables, not nights."""

from contextlib import suppress
from dataclasses import dataclass

import adbc_driver_postgresql.dbapi as adbc
import duckdb
import psycopg
from psycopg import sql

# New tables are made in a schema of their own, so that indexes can have their final names from the start.
BESIDE = "stead_next"
BEFORE = "stead_before"
SORT_MEMORY = "256MB"
BATCH_ROWS = 50_000
# Of each page. A later night changes few rows: where the new row fits beside the old one, the indexes of what
# did not change stay as they are.
FILLED_PERCENT = 90

_INDEXES = """
SELECT replace(pg_get_indexdef(i.indexrelid), format(' ON %%I.%%I USING ', n.nspname, c.relname),
               format(' ON %%I.%%I USING ', %(beside)s::text, c.relname))
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE i.indrelid = %(table)s::regclass
  AND NOT EXISTS (
    SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
ORDER BY i.indexrelid
"""
_KEYS = """
SELECT format('ALTER TABLE %%I.%%I ADD CONSTRAINT %%I %%s', %(beside)s::text, c.relname, k.conname,
              pg_get_constraintdef(k.oid))
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE k.conrelid = %(table)s::regclass AND k.contype IN ('p', 'u', 'x') ORDER BY k.contype, k.conname
"""
_GRANTS = """
SELECT format('GRANT %%s ON %%I.%%I TO %%s', a.privilege_type, %(beside)s::text, c.relname,
              CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = %(table)s::regclass AND a.grantee <> c.relowner
"""


@dataclass(frozen=True)
class Definition:
    """What lets a new table take a live one's place: where that lies, and the statements after the load."""

    name: str
    schema: str
    statements: tuple[str, ...]

    @property
    def live(self) -> sql.Identifier:
        """The table that pages read."""
        return sql.Identifier(self.schema, self.name)

    @property
    def beside(self) -> sql.Identifier:
        """The new table, before it is shown."""
        return sql.Identifier(BESIDE, self.name)


def define(connection: psycopg.Connection, name: str) -> Definition:
    """Read keys, indexes and grants of a live table, with their names, as its migrations left them."""
    found = connection.execute(
        "SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.oid = to_regclass(%s)",
        (name,),
    ).fetchone()
    if found is None:
        raise LookupError(f"the database has no table {name}; run the migrations (stead serve does)")
    values = {"table": name, "beside": BESIDE}
    statements = [
        row[0] for query in (_KEYS, _INDEXES, _GRANTS) for row in connection.execute(query, values).fetchall()
    ]
    return Definition(name, found[0], tuple(statements))


def clean(connection: psycopg.Connection) -> None:
    """Drop what a publication left behind, finished or killed, and make room for the next."""
    for schema in (BESIDE, BEFORE):
        connection.execute(
            sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)), prepare=False
        )


def prepare(connection: psycopg.Connection) -> None:
    """An empty place for new tables and for those that they replace."""
    clean(connection)
    for schema in (BESIDE, BEFORE):
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))


def build(url: str, definition: Definition, rows: duckdb.DuckDBPyRelation) -> None:
    """Make the new table beside the live one, whole: rows, keys, indexes, statistics; in one transaction.

    The table is made in the transaction that fills it, so a server with minimal WAL logs none of its rows.
    """
    live, beside = definition.live.as_string(), definition.beside.as_string()
    with adbc.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL maintenance_work_mem = '{SORT_MEMORY}'")
        cursor.execute(
            f"CREATE TABLE {beside} (LIKE {live} INCLUDING ALL EXCLUDING INDEXES)"
            f" WITH (fillfactor = {FILLED_PERCENT})"
        )
        cursor.adbc_ingest(
            definition.name, rows.to_arrow_reader(BATCH_ROWS), mode="append", db_schema_name=BESIDE
        )
        for statement in definition.statements:
            cursor.execute(statement)
        cursor.execute(f"ANALYZE {beside}")
        connection.commit()


def stage(
    url: str, definition: Definition, written: duckdb.DuckDBPyRelation, gone: duckdb.DuckDBPyRelation
) -> None:
    """Bring changed rows, and the keys of those gone, beside the live table; nothing is shown yet."""
    live, beside = definition.live.as_string(), definition.beside.as_string()
    with adbc.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE UNLOGGED TABLE {beside} (LIKE {live})")
        cursor.execute(f"CREATE UNLOGGED TABLE {_gone(definition).as_string()} (key text)")
        for name, rows in ((definition.name, written), (f"{definition.name}_gone", gone)):
            cursor.adbc_ingest(name, rows.to_arrow_reader(BATCH_ROWS), mode="append", db_schema_name=BESIDE)
            cursor.execute(f"ANALYZE {sql.Identifier(BESIDE, name).as_string()}")
        connection.commit()


def _gone(definition: Definition) -> sql.Identifier:
    return sql.Identifier(BESIDE, f"{definition.name}_gone")


def apply_delta(cursor: psycopg.Cursor, definition: Definition, key: str, columns: tuple[str, ...]) -> None:
    """Write the staged rows into the live table, within the caller's transaction."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    setters = sql.SQL(", ").join(
        sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in columns if name != key
    )
    cursor.execute(
        sql.SQL("DELETE FROM {} AS t USING {} AS g WHERE t.{} = g.key").format(
            definition.live, _gone(definition), sql.Identifier(key)
        )
    )
    cursor.execute(
        sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} ON CONFLICT ({}) DO UPDATE SET {}").format(
            definition.live, names, names, definition.beside, sql.Identifier(key), setters
        )
    )


def swap(cursor: psycopg.Cursor, definitions: list[Definition], lock_timeout_ms: int) -> bool:
    """Put the new tables in the place of the live ones, within the caller's transaction.

    Returns False, with nothing changed and no lock held, when readers kept a table too long. The wait is
    kept below the server's deadlock timeout, so that a page is never the one to be cancelled.
    """
    if not definitions:
        return True
    tables = sql.SQL(", ").join(definition.live for definition in definitions)
    with suppress(psycopg.errors.LockNotAvailable), cursor.connection.transaction():
        cursor.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(sql.Literal(lock_timeout_ms)))
        cursor.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(tables))
        for definition in definitions:
            for table, schema in ((definition.live, BEFORE), (definition.beside, definition.schema)):
                cursor.execute(sql.SQL("ALTER TABLE {} SET SCHEMA {}").format(table, sql.Identifier(schema)))
        return True
    return False
