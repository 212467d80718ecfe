"""A mapping: mapping.toml and one SQL file a table, which turn one core system's files into extracts."""

import codecs
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from stead.core.error_values import without_values
from stead.core.formats import counted
from stead.extracts.contract import all_extracts, by_name
from stead.extracts.delivery import Bank, ContractError, quoted
from stead.extracts.values import FORM_KEYS, Forms, declare_macros, forms_of

BANK_KEYS = ("book_currency", "country", "time_zone", "locale")
OPTION_KINDS: dict[str, tuple[type, str]] = {
    "file": (str, 'file = "accounts.csv"'),
    "columns": (list, 'columns = ["account_id", "opened"]'),
    "kind": (str, 'kind = "xlsx"'),
    "sheet": (str, 'sheet = "Accounts"'),
    "table": (str, 'table = "core.accounts"'),
    "address": (str, 'address = "CORE_DATABASE"'),
    "member": (str, 'member = "accounts.csv"'),
    "delimiter": (str, 'delimiter = ";"'),
    "quote": (str, """quote = '"' (one sign, or "" for none)"""),
    "encoding": (str, 'encoding = "gb18030"'),
    "header": (bool, "header = true or header = false"),
    "skip": (int, "skip = 2"),
    "compression": (str, 'compression = "gzip"'),
    "null": (list, 'null = ["NULL"]'),
}
FORMAT_KEYS = ("delimiter", "quote", "encoding", "header", "skip", "compression", "null")
COMPRESSIONS = ("none", "gzip", "zstd", "zip")
KINDS = ("text", "xlsx", "parquet", "sqlite", "duckdb", "postgresql")
DATABASES = ("sqlite", "duckdb", "postgresql")
PRELUDE, CONTROL = "prelude.sql", "control.sql"


class MappingError(ContractError):
    """The mapping itself is wrong; the message names its file, and the line or entry in it."""


def raise_all(faults: Sequence[ContractError]) -> None:
    """Raise all faults as one error, one below the other; a MappingError when all of them are."""
    if faults:
        is_mapping = all(isinstance(fault, MappingError) for fault in faults)
        raise (MappingError if is_mapping else ContractError)("\n".join(str(fault) for fault in faults))


@dataclass(frozen=True)
class Source:
    """A raw file (or several of the same shape) as mapping.toml declares it. All its columns are text."""

    name: str  # the view that the SQL files read
    file: str  # a name or a pattern with *; {date:%Y%m%d} stands for the extract's date
    columns: tuple[str, ...]  # with a header: those that must be there; without: all, in order
    kind: str = "text"
    sheet: str = ""  # of a workbook; the only one when it is not named
    table: str = ""  # of a database
    address: str = (
        ""  # environment variable that holds the database's address, so that no password stands here
    )
    member: str = ""  # of a zip archive: a name or a pattern with *; the only one when it is not named
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
    forms: Forms = field(default_factory=Forms)
    unclear: frozenset[str] = frozenset()  # names of sources that are declared, and wrongly

    @property
    def toml(self) -> Path:
        """The file that declares it."""
        return self.folder / "mapping.toml"


def mapping_text(path: Path) -> str:
    """The text of a file of a mapping; raises MappingError when it is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise MappingError(
            f"{path}, line {line}: this is not UTF-8; right would be the file saved so."
        ) from None


def load_mapping(folder: Path) -> Mapping:
    """Read a mapping; raises MappingError that names every fault with its file and line."""
    mapping, faults = read_mapping(folder)
    raise_all(faults)
    return mapping


def read_mapping(folder: Path) -> tuple[Mapping, list[ContractError]]:
    """A mapping and all that is wrong with its files; sources that are wrong are not among its sources.

    Raises MappingError when there is no mapping.toml or when it is not TOML: nothing can be said then.
    """
    path = folder / "mapping.toml"
    if not path.is_file():
        raise MappingError(f"{path}: there is no such file; a mapping is a folder with a mapping.toml in it.")
    text = mapping_text(path)
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{path}: this is not TOML: {error}.") from None
    file = TomlFile(path, text)
    file.refuse_unknown("", told, {*BANK_KEYS, "name", *FORM_KEYS, "format", "sources"})
    for key in BANK_KEYS:
        if not isinstance(told.get(key), str):
            file.fault("", key, f'{key} is missing; right would be a line like {key} = "...".')
    forms, wrong = forms_of(told)
    for key, message in wrong.items():
        file.fault("", key, message)
    defaults, declared = file.part(told, "format"), file.part(told, "sources")
    file.refuse_unknown("format", defaults, set(FORMAT_KEYS))
    file.check_kinds("format", {key: value for key, value in defaults.items() if key in FORMAT_KEYS})
    bank = Bank(str(told.get("name", folder.name)), *(str(told.get(key, "")) for key in BANK_KEYS))
    found = [_source(file, name, defaults, each) for name, each in declared.items()]
    queries = _queries(folder, file.faults)
    sources = tuple(source for source in found if source is not None)
    unclear = frozenset(declared) - {source.name for source in sources}
    return Mapping(folder, bank, sources, queries, forms, unclear), list(file.faults)


@dataclass
class TomlFile:
    """mapping.toml as text, to name the line of an entry, and the faults found in it."""

    path: Path
    text: str
    faults: list[MappingError] = field(default_factory=list)

    def fault(self, table: str, key: str, message: str) -> None:
        """Keep what is wrong with an entry, with its line: the key's, else the table's."""
        where = f"[{table}] " if table else ""
        self.faults.append(MappingError(f"{self.path}{self.place(table, key)}: {where}{message}"))

    def place(self, table: str, key: str = "") -> str:
        """The line of a key, or of its table, as ", line 7"; nothing where it has none."""
        within, found = "", 0
        for number, line in enumerate(self.text.splitlines(), start=1):
            if head := re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line):
                within = re.sub(r"[\"']|\s*(?=\.)|(?<=\.)\s*", "", head[1])
                found = number if within == table and table else found
            elif key and within == table and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
                return f", line {number}"
        return f", line {found}" if found else ""

    def part(self, told: dict[str, Any], key: str) -> dict[str, Any]:
        """A table of the file, empty where there is none or something else stands there."""
        value: dict[str, Any] = told.get(key, {})
        tables = [value] if key == "format" or not isinstance(value, dict) else [value, *value.values()]
        if all(isinstance(each, dict) for each in tables):
            return value
        right = "[format]" if key == "format" else "[sources.<name>]"
        self.fault("", key, f"{key} holds something else than options; right would be a part {right}.")
        return {}

    def refuse_unknown(self, table: str, told: dict[str, Any], known: set[str]) -> None:
        """Keep a fault for each entry that nobody knows."""
        where = f" in [{table}]" if table else ""
        right = f"right would be one of {', '.join(sorted(known))}."
        for key in told:
            if key not in known:
                line = self.place(table, key)
                self.faults.append(MappingError(f"{self.path}{line}: {key}{where} is unknown; {right}"))

    def check_kinds(self, table: str, told: dict[str, Any]) -> bool:
        """Whether all options are of the right kind, with delimiters of some length and known encodings."""
        before = len(self.faults)
        for key, value in told.items():
            kind, example = OPTION_KINDS[key]
            good = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
            if kind is list and good:
                good = all(isinstance(each, str) for each in value)
            if not good or (key == "delimiter" and not value) or (key == "quote" and len(value) > 1):
                self.fault(table, key, f"{key} = {value!r} cannot be; right would be {example}.")
            elif key == "encoding" and not _is_encoding(value):
                right = "right would be one such as utf-8, gb18030 or latin-1."
                self.fault(table, key, f"the encoding {value!r} is unknown; {right}")
        return len(self.faults) == before


def _is_encoding(name: str) -> bool:
    try:
        return bool(codecs.lookup(name))
    except LookupError:
        return False


def _source(file: TomlFile, name: str, defaults: dict[str, Any], own: dict[str, Any]) -> Source | None:
    """A source as it is declared; None, with the faults kept, when it is wrong."""
    entry, before = f"sources.{name}", len(file.faults)
    file.refuse_unknown(entry, own, set(OPTION_KINDS))
    own = {key: value for key, value in own.items() if key in OPTION_KINDS}
    told = {key: value for key, value in defaults.items() if key in FORMAT_KEYS} | own
    in_database = told.get("kind") in DATABASES
    needed = ["address"] if told.get("kind") == "postgresql" else ["file"]
    for key in [*needed, *(["table"] if in_database else []), "columns"]:
        if not told.get(key):
            file.fault(entry, key, f"has no {key}; right would be {OPTION_KINDS[key][1]}.")
    if not file.check_kinds(entry, own) or len(file.faults) > before:
        return None
    options: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in told.items()
    }
    source = Source(**{"file": "", **options, "name": name})
    for key, value, known in (
        ("compression", source.compression, COMPRESSIONS),
        ("kind", source.kind, KINDS),
    ):
        if value not in known:
            file.fault(entry, key, f"{key} {value!r} is unknown; right would be one of {', '.join(known)}.")
    if len(source.delimiter) != 1 and source.quote and source.kind == "text":
        why = "a delimiter of several characters goes with unquoted values only"
        file.fault(entry, "delimiter", f'{why}; right would be quote = "" beside it.')
    return source if len(file.faults) == before else None


def _queries(folder: Path, faults: list[MappingError]) -> dict[str, Path]:
    """The SQL file of each table; faults get those that are missing, and those for no table."""
    queries = {
        path.stem: path for path in sorted(folder.glob("*.sql")) if path.name not in {PRELUDE, CONTROL}
    }
    for name, path in list(queries.items()):
        if name not in by_name():
            right = f"right would be one of {', '.join(by_name())}."
            faults.append(MappingError(f"{path}: the contract knows no table {name}; {right}"))
            del queries[name]
    for extract in all_extracts():
        if not extract.optional and extract.name not in queries:
            told = f"the file is missing; the contract requires {extract.name} ({extract.meaning})"
            faults.append(MappingError(f"{folder / extract.name}.sql: {told}"))
    return queries


def prepare(con: duckdb.DuckDBPyConnection, mapping: Mapping, day: date) -> dict[str, str]:
    """Run the prelude and return what stands behind FROM for each table: its query in brackets.

    In SQL, `extract_date()` is the extract's date. Raises MappingError naming file and line when an SQL
    file is no single query.
    """
    run_prelude(con, mapping, day)
    return {name: query_of(con, path) for name, path in mapping.queries.items()}


def run_prelude(con: duckdb.DuckDBPyConnection, mapping: Mapping, day: date) -> None:
    """Make what the SQL files use: `extract_date()` and the mapping's own prelude."""
    con.execute(f"CREATE OR REPLACE MACRO extract_date() AS DATE {quoted(day.isoformat())}")
    declare_macros(con, mapping.forms)
    prelude = mapping.folder / PRELUDE
    if prelude.exists():
        try:
            con.execute(mapping_text(prelude))
        except duckdb.Error as error:
            raise sql_error(prelude, error, lines_before=0) from None


def query_of(con: duckdb.DuckDBPyConnection, path: Path) -> str:
    """The one query of an SQL file, in brackets; raises MappingError when it holds something else."""
    text = mapping_text(path)
    try:
        statements = con.extract_statements(text)
    except duckdb.Error as error:
        raise sql_error(path, error, lines_before=0) from None
    if not statements:
        raise MappingError(f"{path}: the query is still to be written; right would be one (SELECT ...).")
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise MappingError(
            f"{path}: right would be one query (SELECT ...); here: {counted(len(statements), 'statement')}."
        )
    # Where the query is put in brackets a semicolon at its end would close it too early.
    return "(\n" + re.sub(r";(\s*(--[^\n]*)?)*\Z", "\n", text) + "\n)"


def sql_error(path: Path, error: Exception, *, lines_before: int = 1) -> MappingError:
    """The error of a query as one that names the SQL file, the line in it and the line's text.

    lines_before: how many lines stood before the file's first one where it was run.
    """
    message = without_values(error)
    found = re.search(r"\n+LINE (\d+):", message)
    told = message[: found.start()] if found else message
    told = " ".join(told.split())
    if not found:
        return MappingError(f"{path}: {told}")
    number = int(found.group(1)) - lines_before
    lines = mapping_text(path).splitlines()
    text = lines[number - 1].strip() if 1 <= number <= len(lines) else ""
    return MappingError(f"{path}, line {number}: {told}\n    {text}")
