"""A mapping: mapping.toml and one SQL file a table, which turn one core system's files into extracts."""

import codecs
import re
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from stead.nightly.contract import BY_NAME, EXTRACTS
from stead.nightly.delivery import Bank, ContractError, quoted

BANK_KEYS = ("book_currency", "country", "time_zone", "locale")
OPTION_KINDS: dict[str, tuple[type, str]] = {
    "file": (str, 'file = "accounts.csv"'),
    "columns": (list, 'columns = ["account_id", "opened"]'),
    "delimiter": (str, 'delimiter = ";"'),
    "quote": (str, """quote = '"' (one sign, or "" for none)"""),
    "encoding": (str, 'encoding = "gb18030"'),
    "header": (bool, "header = true or header = false"),
    "skip": (int, "skip = 2"),
    "compression": (str, 'compression = "gzip"'),
    "null": (list, 'null = ["NULL"]'),
}
FORMAT_KEYS = tuple(key for key in OPTION_KINDS if key not in {"file", "columns"})
COMPRESSIONS = ("none", "gzip", "zstd")
PRELUDE = "prelude.sql"


class MappingError(ContractError):
    """The mapping itself is wrong; the message names its file, and the line or entry in it."""


@dataclass(frozen=True)
class Source:
    """A raw file (or several of the same shape) as mapping.toml declares it. All its columns are text."""

    name: str  # the view that the SQL files read
    file: str  # a name or a pattern with *; {date:%Y%m%d} stands for the extract's date
    columns: tuple[str, ...]  # with a header: those that must be there; without: all, in order
    delimiter: str = ","
    quote: str = '"'  # doubled within a quoted value; "" when values are never quoted
    encoding: str = "utf-8"
    header: bool = True
    skip: int = 0  # lines before the header
    compression: str = "none"
    null: tuple[str, ...] = ()  # texts that mean "no value", beside nothing at all


@dataclass(frozen=True)
class Mapping:
    """How one core system's files become the tables of the contract."""

    folder: Path
    bank: Bank
    sources: tuple[Source, ...]
    queries: dict[str, Path]  # table of the contract to its SQL file
    date_formats: tuple[str, ...] = ("%Y-%m-%d",)

    @property
    def toml(self) -> Path:
        """The file that declares it."""
        return self.folder / "mapping.toml"


def load_mapping(folder: Path) -> Mapping:
    """Read a mapping; raises MappingError that names the file and the entry when something is wrong."""
    path = folder / "mapping.toml"
    if not path.is_file():
        raise MappingError(f"{path}: there is no such file; a mapping is a folder with a mapping.toml in it.")
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{path}: this is not TOML: {error}.") from None
    known = {*BANK_KEYS, "name", "date_formats", "format", "sources"}
    _refuse_unknown(path, "", told, known)
    missing = [key for key in BANK_KEYS if not isinstance(told.get(key), str)]
    if missing:
        raise MappingError(
            f'{path}: {missing[0]} is missing; right would be a line like {missing[0]} = "...".'
        )
    bank = Bank(str(told.get("name", folder.name)), *(told[key] for key in BANK_KEYS))
    defaults = told.get("format", {})
    _refuse_unknown(path, "format", defaults, set(FORMAT_KEYS))
    sources = tuple(
        _source(path, name, {**defaults, **each}) for name, each in told.get("sources", {}).items()
    )
    formats = tuple(told.get("date_formats", ("%Y-%m-%d",)))
    return Mapping(folder, bank, sources, _queries(folder), formats)


def _source(path: Path, name: str, told: dict[str, Any]) -> Source:
    entry = f"sources.{name}"
    _refuse_unknown(path, entry, told, {"file", "columns", *FORMAT_KEYS})
    for key in ("file", "columns"):
        if not told.get(key):
            raise MappingError(f"{path}: [{entry}] has no {key}; right would be {OPTION_KINDS[key][1]}.")
    _check_kinds(path, entry, told)
    options: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in told.items()
    }
    source = Source(name=name, **options)
    if source.compression not in COMPRESSIONS:
        raise MappingError(
            f"{path}: [{entry}] compression {source.compression!r} is unknown; right would be one of "
            f"{', '.join(COMPRESSIONS)}."
        )
    if len(source.delimiter) != 1 and source.quote:
        raise MappingError(
            f"{path}: [{entry}] a delimiter of several characters goes with unquoted values only; "
            'right would be quote = "" beside it.'
        )
    return source


def _check_kinds(path: Path, entry: str, told: dict[str, Any]) -> None:
    """Refuse options of the wrong kind, delimiters of no length and encodings that nobody knows."""
    for key, value in told.items():
        kind, example = OPTION_KINDS[key]
        good = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
        if kind is list and good:
            good = all(isinstance(each, str) for each in value)
        if not good or (key == "delimiter" and not value) or (key == "quote" and len(value) > 1):
            raise MappingError(f"{path}: [{entry}] {key} = {value!r} cannot be; right would be {example}.")
    try:
        codecs.lookup(told.get("encoding", "utf-8"))
    except LookupError:
        raise MappingError(
            f"{path}: [{entry}] the encoding {told['encoding']!r} is unknown; right would be one such as "
            "utf-8, gb18030 or latin-1."
        ) from None


def _refuse_unknown(path: Path, entry: str, told: dict[str, Any], known: set[str]) -> None:
    unknown = [key for key in told if key not in known]
    if unknown:
        where = f" in [{entry}]" if entry else ""
        raise MappingError(
            f"{path}: {unknown[0]}{where} is unknown; right would be one of {', '.join(sorted(known))}."
        )


def _queries(folder: Path) -> dict[str, Path]:
    queries = {path.stem: path for path in sorted(folder.glob("*.sql")) if path.name != PRELUDE}
    for name, path in queries.items():
        if name not in BY_NAME:
            raise MappingError(
                f"{path}: the contract knows no table {name}; right would be one of {', '.join(BY_NAME)}."
            )
    for extract in EXTRACTS:
        if not extract.optional and extract.name not in queries:
            raise MappingError(
                f"{folder / extract.name}.sql: the file is missing; the contract requires {extract.name} "
                f"({extract.meaning})"
            )
    return queries


def prepare(con: duckdb.DuckDBPyConnection, mapping: Mapping, day: date) -> dict[str, str]:
    """Run the prelude and return what stands behind FROM for each table: its query in brackets.

    In SQL, `extract_date()` is the extract's date. Raises MappingError naming file and line when an SQL
    file is no single query.
    """
    con.execute(f"CREATE OR REPLACE MACRO extract_date() AS DATE {quoted(day.isoformat())}")
    prelude = mapping.folder / PRELUDE
    if prelude.exists():
        try:
            con.execute(prelude.read_text(encoding="utf-8"))
        except duckdb.Error as error:
            raise sql_error(prelude, error, lines_before=0) from None
    tables = {}
    for name, path in mapping.queries.items():
        text = path.read_text(encoding="utf-8")
        try:
            statements = con.extract_statements(text)
        except duckdb.Error as error:
            raise sql_error(path, error, lines_before=0) from None
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise MappingError(
                f"{path}: right would be one query (SELECT ...); here are {len(statements)} statements."
            )
        # Where the query is put in brackets a semicolon at its end would close it too early.
        tables[name] = "(\n" + re.sub(r";(\s*(--[^\n]*)?)*\Z", "\n", text) + "\n)"
    return tables


def sql_error(path: Path, error: Exception, *, lines_before: int = 1) -> MappingError:
    """The error of a query as one that names the SQL file, the line in it and the line's text.

    lines_before: how many lines stood before the file's first one where it was run.
    """
    message = str(error)
    found = re.search(r"\n+LINE (\d+):", message)
    told = message[: found.start()] if found else message
    told = " ".join(told.split())
    if not found:
        return MappingError(f"{path}: {told}")
    number = int(found.group(1)) - lines_before
    lines = path.read_text(encoding="utf-8").splitlines()
    text = lines[number - 1].strip() if 1 <= number <= len(lines) else ""
    return MappingError(f"{path}, line {number}: {told}\n    {text}")
