"""One row online: the compiled query, prepared once in an in-memory DuckDB and executed with parameters."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

import duckdb
import ibis
import ibis.expr.datatypes as idt
from ibis.backends.sql.datatypes import DuckDBType
from ibis.expr.types import Table


class OneRow:
    """A query over a table of one row. Safe for threads: each has its own connection."""

    def __init__(self, schema: Mapping[str, idt.DataType], build: Callable[[Table], Table]) -> None:
        self.columns = tuple(schema)
        given = ibis.table(dict(schema) or {"none": "int64"}, name="given")
        query = build(given)
        self.names = tuple(query.columns)
        parameters = ", ".join(
            f'CAST(${i} AS {DuckDBType.to_string(dtype)}) AS "{name}"'
            for i, (name, dtype) in enumerate(schema.items(), start=1)
        )
        body = ibis.to_sql(query, dialect="duckdb")
        self.sql = f'WITH "given" AS (SELECT {parameters or "1 AS none"}) {body}'
        self.local = threading.local()

    def run(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """The one result row for values by column name; a missing value is null."""
        connection = getattr(self.local, "connection", None)
        if connection is None:
            connection = duckdb.connect(":memory:", config={"threads": 1})
            self.local.connection = connection
            self.local.statement = connection.extract_statements(self.sql)[0]
        row = connection.execute(self.local.statement, [values.get(name) for name in self.columns]).fetchone()
        assert row is not None  # noqa: S101 - one row in, one row out
        return tuple(row)
