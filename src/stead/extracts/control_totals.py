"""Control totals: what the core system says that it delivered, beside what was read of it.

A mapping may have a `control.sql`: a query over its sources that gives, a row a total, `table` (of the
contract, or a source), `measure` ("rows", or "sum of" and a column) and `total`.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

import duckdb

from stead.extracts.contract import by_name
from stead.extracts.delivery import ContractError

SUM_OF = "sum of "


def control_differences(
    con: duckdb.DuckDBPyConnection, query: str, path: Path, staged: Mapping[str, str]
) -> list[str]:
    """Where the totals are not those that were read, in sentences with both numbers.

    query: that of control.sql in brackets. staged: what stands behind FROM for the rows of each table of the
    contract as they were read, those that were set aside among them. Raises ContractError when a total cannot
    be read.
    """
    rows = con.execute(
        f'SELECT CAST("table" AS VARCHAR), CAST(measure AS VARCHAR), CAST(total AS VARCHAR) FROM {query}'
    ).fetchall()
    found = []
    for table, measure, total in rows:
        try:
            told = Decimal(str(total).strip())
        except InvalidOperation:
            raise ContractError(
                f"{path}: the total {total!r} of {table} is not a number; right would be digits with a point."
            ) from None
        read = _read(con, path, staged.get(table, f'"{table}"'), str(table), str(measure))
        if read != told:
            found.append(f"{table}, {measure}: {told:,} by the core system, {read:,} read")
    return found


def _read(con: duckdb.DuckDBPyConnection, path: Path, rows: str, table: str, measure: str) -> Decimal:
    """A measure of what was read."""
    column = measure.removeprefix(SUM_OF)
    if measure != "rows" and not measure.startswith(SUM_OF):
        raise ContractError(
            f'{path}: nothing is measured as {measure!r}; right would be "rows" or "sum of" a column.'
        )
    asked = "count(*)" if measure == "rows" else f'coalesce(sum(TRY_CAST("{column}" AS DECIMAL(38,4))), 0)'
    try:
        return Decimal(str(con.execute(f"SELECT {asked} FROM {rows}").fetchall()[0][0])).normalize() + 0
    except duckdb.Error:
        known = ", ".join(by_name())
        raise ContractError(
            f"{path}: there is no {measure} of {table!r}; right would be a source of the mapping or one of "
            f"{known}, and a column of it."
        ) from None
