"""One table on its way into a delivery: staged, checked in one pass, its bad rows set aside, written by key.

Staging writes the rows once, in the contract's types. The fast pass then reads that file and counts the rows
that break each check; only when a count is not zero are the rows themselves looked for. This is what lets
36 million balances be checked in seconds.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from stead.extracts.checks import Check, Reference, Setting, doubled, raw, references, row_checks
from stead.extracts.contract import DUCKDB_TYPES, Column, Extract
from stead.extracts.delivery import ContractError, RejectGroup, quoted
from stead.extracts.values import trimmed, typed

PARQUET = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
SCRATCH = "(FORMAT parquet, COMPRESSION snappy)"  # for rows that are written again: quicker, larger


@dataclass
class Staged:
    """A table between the mapping and the delivery."""

    extract: Extract
    stage: Path  # rows as read, in the contract's types, with where they came from
    final: Path  # rows accepted, sorted by key
    setting: Setting
    traced: bool  # the rows say from which file and line they come
    raws: frozenset[str]
    rows: int = 0
    rejected: int = 0
    checks: list[Check] = field(default_factory=list)
    # Queries of file, row, column, value and reason of what should be there and is not.
    absent: list[str] = field(default_factory=list)

    @property
    def noted(self) -> str:
        """Name of the temporary table of the faults whose rows stay: id, which check, value."""
        return f"noted_{self.extract.name}"

    @property
    def bad(self) -> str:
        """Name of the temporary table of the rows set aside: id, which check, value."""
        return f"bad_{self.extract.name}"

    @property
    def keys(self) -> str:
        """The key's columns as SQL."""
        return ", ".join(f'"{name}"' for name in self.extract.key)

    @property
    def columns(self) -> str:
        """The contract's columns as SQL, in order."""
        return ", ".join(f's."{name}"' for name in self.extract.names)

    @property
    def source(self) -> str:
        """The staged rows with their number in the stage as `id`."""
        path = quoted(str(self.stage))
        return f"(SELECT *, file_row_number AS id FROM read_parquet({path}, file_row_number = true))"


def stage(
    con: duckdb.DuckDBPyConnection, extract: Extract, rows: str, work: Path, setting: Setting
) -> Staged:
    """Write the rows of a table once, in the contract's types, with what could not be read beside them.

    rows: what stands behind FROM (a view, a table or a query in brackets). It may give `_file` and `_row`
    (where each row comes from) and `<column>__raw` (what stood in the file, where the mapping read it).
    Columns that may be empty may be left out. Raises ContractError on missing or unknown columns.
    """
    described = con.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()
    given = {str(name): str(kind) for name, kind, *_ in described}
    check_columns(extract, tuple(given))
    traced = "_row" in given
    parts, raws = [], set()
    for column in extract.columns:
        value, unread = _read(column, given, setting)
        parts.append(f'{value} AS "{column.name}"')
        if unread:
            raws.add(column.name)
            parts.append(f'{unread} AS "{raw(column.name)}"')
    if traced:
        file = "CAST(m._file AS VARCHAR)" if "_file" in given else "NULL::VARCHAR"
        parts += [f"{file} AS _file", "CAST(m._row AS BIGINT) AS _row"]
    path = work / "stage" / f"{extract.name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    form = SCRATCH if traced or raws else PARQUET
    # The query stands on lines of its own, so that a line named in an error can be counted back to its file.
    con.execute(f"COPY (SELECT {', '.join(parts)} FROM {rows} m) TO {quoted(str(path))} {form}")
    staged = Staged(extract, path, work / f"{extract.name}.parquet", setting, traced, frozenset(raws))
    staged.checks = row_checks(extract, setting, staged.raws)
    return staged


def check_columns(extract: Extract, given: tuple[str, ...]) -> None:
    """Raise ContractError when a column that the contract requires is missing, or one is unknown to it."""
    needed = [column.name for column in extract.columns if column.required and column.name not in given]
    if needed:
        required = ", ".join(column.name for column in extract.columns if column.required)
        raise ContractError(
            f"{extract.name}: the column {', '.join(needed)} is missing; the contract requires {required}. "
            f"Given: {', '.join(given)}."
        )
    known = {*extract.names, *(raw(name) for name in extract.names), "_file", "_row"}
    unknown = [name for name in given if name not in known]
    if unknown:
        raise ContractError(
            f"{extract.name}: the contract knows no column {', '.join(unknown)}; right would be one of "
            f"{', '.join(extract.names)}."
        )


def _read(column: Column, given: dict[str, str], setting: Setting) -> tuple[str, str]:
    """The column in the contract's type, and what stood there if that could not be read ('' if it can)."""
    target = DUCKDB_TYPES[column.kind]
    if column.name not in given:
        return f"NULL::{target}", ""
    name, kind = f'm."{column.name}"', given[column.name]
    value = typed(column, name, kind, setting.forms)
    origin = f'm."{raw(column.name)}"' if raw(column.name) in given else ""
    if column.kind == "text" or (kind == target and not origin):
        return value, ""
    origin = trimmed(f"CAST({origin or name} AS VARCHAR)")
    return value, f"CASE WHEN ({value}) IS NULL THEN {origin} END"


def check(con: duckdb.DuckDBPyConnection, staged: Staged) -> bool:
    """Count the rows and those that break each check, in one pass; collect the bad ones when there are any.

    Leaves a temporary table `bad_<table>`; returns whether the rows stand strictly in order of the key.
    """
    names = [f"count(*) FILTER (WHERE {each.fails})" for each in staged.checks]
    joins = " ".join(each.join for each in references(staged.extract, staged.setting))
    path = quoted(str(staged.stage))
    counted = _numbers(con, f"SELECT {', '.join(['count(*)', *names])} FROM read_parquet({path}) s {joins}")
    staged.rows = counted[0]
    for name in (staged.bad, staged.noted):
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} (id BIGINT, which INTEGER, value VARCHAR)")
    if any(counted[1:]):
        _collect(con, staged, references(staged.extract, staged.setting))
    return _out_of_order(con, staged.stage, staged.extract, "<=") == 0


def _collect(con: duckdb.DuckDBPyConnection, staged: Staged, joins: list[Reference]) -> None:
    """Write each bad row with the first check that it breaks into the table of bad rows.

    A fault that a row is accepted with goes into a table of its own, unless the row is bad anyway.
    """
    hard = [(number, each) for number, each in enumerate(staged.checks) if not each.stays]
    which = " ".join(f"WHEN {each.fails} THEN {number}" for number, each in hard)
    value = " ".join(f"WHEN {number} THEN {each.value}" for number, each in hard)
    joined = " ".join(each.join for each in joins)
    con.execute(
        f"INSERT INTO {staged.bad} SELECT id, which, CASE which {value} END FROM ("
        f"SELECT *, CASE {which} END AS which FROM {staged.source} s {joined}) s WHERE which IS NOT NULL"
    )
    for number, each in enumerate(staged.checks):
        if each.stays:
            con.execute(
                f"INSERT INTO {staged.noted} SELECT s.id, {number}, {each.value} FROM {staged.source} s "
                f"{joined} ANTI JOIN {staged.bad} b ON s.id = b.id WHERE {each.fails}"
            )


def _out_of_order(con: duckdb.DuckDBPyConnection, path: Path, extract: Extract, sign: str) -> int:
    """How many rows have a key that is `<=` or `=` the key of the row before."""
    keys = [f'"{name}"' for name in extract.key]
    befores = [f"before_{number}" for number in range(len(keys))]
    pairs = list(zip(keys, befores, strict=True))
    same = " AND ".join(f"{key} = {before}" for key, before in pairs)
    test = f"({same})"
    if sign == "<=":
        for number in range(len(pairs)):
            equal = [f"{key} = {before}" for key, before in pairs[:number]]
            test += f" OR ({' AND '.join([*equal, f'{keys[number]} < {befores[number]}'])})"
    lags = ", ".join(f"lag({key}) OVER () AS {before}" for key, before in pairs)
    rows = f"SELECT {', '.join(keys)}, {lags} FROM read_parquet({quoted(str(path))})"
    return _numbers(con, f"SELECT count(*) FROM ({rows}) WHERE {test}")[0]


def write(con: duckdb.DuckDBPyConnection, staged: Staged, *, ordered: bool) -> None:
    """Write the accepted rows, sorted by key, and set aside all but the first row of a doubled key.

    ordered: the staged rows stand strictly in order of the key, so that no key can be doubled.
    """
    clean = _numbers(con, f"SELECT count(*) FROM {staged.bad}")[0] == 0
    if ordered and clean and not staged.traced and not staged.raws:
        staged.final.unlink(missing_ok=True)
        os.link(staged.stage, staged.final)
    else:
        rewrite(con, staged)
        # Rows without a key hide a doubled one from the check of order, so it is made again without them.
        if not (ordered and clean) and _out_of_order(con, staged.final, staged.extract, "="):
            _set_doubles_aside(con, staged)
            rewrite(con, staged)
    con.execute(
        f'CREATE OR REPLACE TEMP VIEW "accepted_{staged.extract.name}" AS '
        f"SELECT * FROM read_parquet({quoted(str(staged.final))})"
    )


def rewrite(con: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Write the staged rows that are not among the bad ones, sorted by key."""
    new = staged.final.with_suffix(".new")
    con.execute(
        f"COPY (SELECT {staged.columns} FROM {staged.source} s ANTI JOIN {staged.bad} b ON s.id = b.id "
        f"ORDER BY {staged.keys}) TO {quoted(str(new))} {PARQUET}"
    )
    new.replace(staged.final)


def _set_doubles_aside(con: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Set aside all rows of a doubled key but the first in the raw file."""
    check_of_key = doubled(staged.extract)
    staged.checks.append(check_of_key)
    origin = "s._file, s._row, s.id" if staged.traced else "s.id"
    keys = ", ".join(f's."{name}"' for name in staged.extract.key)
    same = " AND ".join(f's."{name}" = d."{name}"' for name in staged.extract.key)
    written = f"read_parquet({quoted(str(staged.final))})"
    twice = f"SELECT {staged.keys} FROM {written} GROUP BY ALL HAVING count(*) > 1"
    con.execute(
        f"INSERT INTO {staged.bad} SELECT id, {len(staged.checks) - 1}, value FROM ("
        f"SELECT s.id, {check_of_key.value} AS value, "
        f"row_number() OVER (PARTITION BY {keys} ORDER BY {origin}) AS nth "
        f"FROM {staged.source} s ANTI JOIN {staged.bad} b ON s.id = b.id "
        f"SEMI JOIN ({twice}) d ON {same}) WHERE nth > 1"
    )


def count_set_aside(con: duckdb.DuckDBPyConnection, staged: Staged) -> int:
    """How many rows of a table are set aside so far; the checks of later tables may add some."""
    return _numbers(con, f"SELECT count(*) FROM {staged.bad}")[0]


def finish(con: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Write the rejects of a table and make sure that no row was lost between reading and writing."""
    path = staged.final.parent / "rejects" / f"{staged.extract.name}.parquet"
    path.parent.mkdir(exist_ok=True)
    con.execute('CREATE OR REPLACE TEMP TABLE reasons (which INTEGER, "column" VARCHAR, reason VARCHAR)')
    if staged.checks:
        told = [[number, each.column, each.reason] for number, each in enumerate(staged.checks)]
        con.executemany("INSERT INTO reasons VALUES (?, ?, ?)", told)
    origin = (
        "_file AS file, _row AS row"
        if staged.traced
        else f"{quoted(staged.extract.name)} AS file, id + 1 AS row"
    )
    # A row whose key stands twice is noted once: the second one was set aside after its faults were noted.
    found = (
        f"(SELECT * FROM {staged.bad} UNION ALL "
        f"SELECT n.* FROM {staged.noted} n ANTI JOIN {staged.bad} b ON n.id = b.id)"
    )
    rejects = (
        f'SELECT file, row, "column", value, reason FROM (SELECT id, {origin} FROM {staged.source}) s '
        f"JOIN {found} USING (id) JOIN reasons USING (which)"
    )
    con.execute(
        f'COPY ({" UNION ALL ".join([rejects, *staged.absent])} ORDER BY file, row, "column", value) '
        f"TO {quoted(str(path))} {PARQUET}"
    )
    accepted = _numbers(con, f"SELECT count(*) FROM read_parquet({quoted(str(staged.final))})")[0]
    staged.rejected = count_set_aside(con, staged)
    if accepted + staged.rejected != staged.rows:
        raise AssertionError(
            f"{staged.extract.name}: of {staged.rows} rows read {accepted} were accepted and "
            f"{staged.rejected} set aside; the others are lost."
        )


def reject_groups(con: duckdb.DuckDBPyConnection, staged: Staged) -> list[RejectGroup]:
    """The rejects of a finished table by reason, in the order of the checks, each with its first row."""
    path = quoted(str(staged.final.parent / "rejects" / f"{staged.extract.name}.parquet"))
    rows = con.execute(
        f'SELECT "column", reason, count(*), first(struct_pack(file, row, value) ORDER BY file, row) '
        f"FROM read_parquet({path}) GROUP BY ALL"
    ).fetchall()
    found = {(column, reason): (count, example) for column, reason, count, example in rows}
    return [
        RejectGroup(
            staged.extract.name,
            each.column,
            each.code,
            each.reason,
            count,
            count / max(staged.rows, count),
            example,
        )
        for each in staged.checks
        if (each.column, each.reason) in found
        for count, example in [found[each.column, each.reason]]
    ]


def _numbers(con: duckdb.DuckDBPyConnection, query: str) -> list[int]:
    """The one row of a query that counts."""
    return [int(number) for number in con.execute(query).fetchall()[0]]
