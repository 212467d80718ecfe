"""All that is wrong with a mapping's SQL, found before a row is read, over views without rows."""

from datetime import date

import duckdb

from stead.extracts.checks_table import check_columns
from stead.extracts.contract import all_extracts, by_name
from stead.extracts.delivery import ContractError
from stead.extracts.mapping import Mapping, MappingError, query_of, run_prelude, sql_error


def query_faults(mapping: Mapping, day: date) -> list[ContractError]:
    """What is wrong with the prelude and with each SQL file, each with file and line.

    A query that fails for want of a source that is declared wrongly is left out: that is reported already.
    """
    with duckdb.connect() as con:
        for source in mapping.sources:
            columns = [f'NULL::VARCHAR AS "{name}"' for name in source.columns]
            origin = "NULL::VARCHAR AS _file, NULL::BIGINT AS _row"
            con.execute(f'CREATE VIEW "{source.name}" AS SELECT {", ".join(columns)}, {origin} WHERE false')
        try:
            run_prelude(con, mapping, day)
        except MappingError as error:
            # The others want what the prelude would have made: their complaints would say nothing new.
            return [] if _wants(error, mapping.unclear) else [error]
        faults = [_fault(con, mapping, name) for name in mapping.queries]
    return [fault for fault in faults if fault is not None and not _wants(fault, mapping.unclear)]


def _fault(con: duckdb.DuckDBPyConnection, mapping: Mapping, table: str) -> ContractError | None:
    """What is wrong with one SQL file; None when it fits the contract."""
    path = mapping.queries[table]
    try:
        query = query_of(con, path)
        described = con.execute(f"DESCRIBE SELECT * FROM {query}").fetchall()
        check_columns(by_name()[table], tuple(str(name) for name, *_ in described))
    except MappingError as error:
        return error
    except (duckdb.Error, ContractError) as error:
        return sql_error(path, error)
    return None


def _wants(error: ContractError, unclear: frozenset[str]) -> bool:
    return any(f"Table with name {name} does not exist" in str(error) for name in unclear)


def data_faults(
    con: duckdb.DuckDBPyConnection, mapping: Mapping, tables: dict[str, str], table: str, error: Exception
) -> MappingError:
    """The error that reading a table's rows raised, with those that the tables after it would raise too."""
    faults = [sql_error(mapping.queries[table], error)]
    names = [extract.name for extract in all_extracts()]
    for name in names[names.index(table) + 1 :]:
        if name not in tables:
            continue
        try:
            con.execute(f"CREATE OR REPLACE TEMP TABLE looked_at AS SELECT * FROM {tables[name]}")
        except duckdb.Error as another:
            faults.append(sql_error(mapping.queries[name], another))
    con.execute("DROP TABLE IF EXISTS looked_at")
    return MappingError("\n".join(str(fault) for fault in faults))
