"""The handbook as content: its files, their version, dated rows, and decide(): a table in, a table out."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path
from typing import Any

from ibis.expr.types import Table

from stead import dmn
from stead.handbook.content import csv_lists
from stead.handbook.content.csv_lists import FROM, TO, CsvList, Span
from stead.handbook.content.texts import Texts, TextsError

SUFFIXES = (".dmn", ".bpmn", ".csv", ".toml", ".md")
FILE_BYTES_MAX = 1_000_000
FILES_MAX = 1_000


class HandbookError(dmn.WordedError):
    """What is wrong with a handbook, with file and row, and what would be right."""


class Params(dict[str, Decimal]):
    """The numbers that hold on a day, by name. One that is not there is an error of the handbook."""

    def __init__(self, day: date) -> None:
        super().__init__()
        self.day = day

    def __missing__(self, name: str) -> Decimal:
        raise HandbookError(
            "params.csv: no row of {name} holds on {day}; one should begin on that day or before",
            name=name,
            day=self.day,
        )


@dataclass(frozen=True)
class Handbook:
    """A handbook, whole: `files` is path (such as "2.2/tier.dmn") to text; all else follows from it."""

    files: Mapping[str, str]
    _compiled: dict[tuple[str, tuple[tuple[str, str], ...]], dmn.Compiled] = field(
        default_factory=dict, compare=False, repr=False
    )
    # The tables and lists that may be read, where whoever reads has said which; None: all.
    allowed: frozenset[str] | None = field(default=None, compare=False)
    _models: dict[str, dmn.Model] = field(default_factory=dict, compare=False, repr=False)
    _lists: dict[str, CsvList] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def version(self) -> str:
        """SHA-256 over all files in order of their paths, as hexadecimal digits."""
        digest = hashlib.sha256()
        for path in sorted(self.files):
            for part in (path.encode(), self.files[path].encode()):
                # The length goes first, so that no two handbooks read the same when their parts are joined.
                digest.update(len(part).to_bytes(8, "big") + part)
        return digest.hexdigest()

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """The names of all decision tables, such as "2.2/tier", in order of their clauses."""
        return tuple(path.removesuffix(".dmn") for path in sorted(self.files) if path.endswith(".dmn"))

    @cached_property
    def texts(self) -> Texts:
        """The sentences of the handbook."""
        found = {path: text for path, text in sorted(self.files.items()) if path.endswith(".toml")}
        try:
            return Texts.read(found)
        except TextsError as error:
            raise HandbookError(error.template, **error.values) from None

    def compiled(self, name: str, columns: Mapping[str, str] | None = None) -> dmn.Compiled:
        """A decision table ready to be applied; `columns` says in which column an input stands."""
        key = (name, tuple(sorted((columns or {}).items())))
        if key not in self._compiled:
            try:
                self._compiled[key] = dmn.compile(self._model(name), name.rpartition("/")[2], columns)
            except dmn.DmnError as error:
                raise HandbookError("{name}.dmn: {error}", name=name, error=error) from None
        return self._compiled[key]

    def decision(self, name: str) -> dmn.Decision:
        """A decision table as it is written: for reading, which needs no compiling."""
        model, decision = self._model(name), name.rpartition("/")[2]
        if decision not in model.decisions:
            raise HandbookError(
                "{name}.dmn: there is no decision named {decision}", name=name, decision=decision
            )
        return model.decisions[decision]

    def _model(self, name: str) -> dmn.Model:
        """The model in a table's file, read once."""
        path = f"{name}.dmn"
        self._allow(path)
        if path not in self.files:
            raise HandbookError(
                "the handbook has no {path}; its tables are: {tables}",
                path=path,
                tables=", ".join(self.tables) or "-",
            )
        if name not in self._models:
            try:
                self._models[name] = dmn.read(self.files[path].encode())
            except dmn.DmnError as error:
                raise HandbookError("{path}: {error}", path=path, error=error) from None
        return self._models[name]

    def only(self, paths: Iterable[str]) -> "Handbook":
        """The same handbook, of which only these tables and lists may be read."""
        return replace(self, allowed=frozenset(paths))

    def _allow(self, path: str) -> None:
        """Refuse what was not named: what a program says that it reads is what it reads."""
        if self.allowed is not None and path not in self.allowed:
            raise HandbookError(
                "{path} is read, but only these were to be read: {allowed}",
                path=path,
                allowed=", ".join(sorted(self.allowed)),
            )

    def decide(
        self, table: Table, name: str, prefix: str = "", columns: Mapping[str, str] | None = None
    ) -> Table:
        """The table with the outputs of a decision table and `<prefix><decision>_rule` added.

        name: clause and decision, such as "2.2/tier". columns: input to column where the names differ.
        Raises HandbookError for an unknown table, dmn.DmnError when a column is missing or of another type.
        """
        return self.compiled(name, columns)(table, prefix)

    def rules(self, name: str) -> dict[str, tuple[str, ...]]:
        """For each rule of a decision table the inputs that its own cells read."""
        names, _ = self.columns(name)
        table = self.compiled(name).decision.table
        return (
            {}
            if table is None
            else {
                rule.id: tuple(
                    n for n, cell in zip(names, rule.inputs, strict=True) if cell.strip() not in {"", "-"}
                )
                for rule in table.rules
            }
        )

    def columns(self, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The inputs and the outputs of a decision table, in its order."""
        table = self.compiled(name).decision.table
        if table is None:
            raise HandbookError("{name}.dmn holds no decision table", name=name)
        inputs = tuple(clause.expression or clause.label for clause in table.inputs)
        return inputs, tuple(clause.name or clause.label for clause in table.outputs)

    def outputs(self, name: str, rule_id: str) -> dict[str, Any]:
        """What a rule of a table gives, by output; a cell that is no constant as its text, {} for no rule."""
        table = self.compiled(name).decision.table
        rule = next((one for one in table.rules if one.id == rule_id), None) if table else None
        names = self.columns(name)[1]
        return {} if rule is None else {n: _constant(c) for n, c in zip(names, rule.outputs, strict=True)}

    def rows(self, path: str, day: date) -> list[dict[str, str]]:
        """The rows of a CSV file that hold on a day (effective_from to effective_to, both included)."""
        found = self.listed(path)
        missing = {FROM, TO} - set(found.columns)
        if missing:
            raise HandbookError(
                "{path}: column {missing} is missing; every row has its dates",
                path=path, missing=min(missing),
            )  # fmt: skip
        return [
            row
            for number, (row, span) in enumerate(zip(found.rows, found.spans, strict=True), start=2)
            if _holds(row, span, day, f"{path}, row {number}")
        ]

    def listed(self, path: str) -> CsvList:
        """A CSV file as it is written, whatever the day; read once."""
        self._allow(path)
        if path not in self.files:
            raise HandbookError("the handbook has no {path}", path=path)
        if path not in self._lists:
            self._lists[path] = csv_lists.read(self.files[path])
        return self._lists[path]

    def params(self, day: date) -> dict[str, Decimal]:
        """The numbers of params.csv that hold on a day, by name.

        Raises HandbookError when a value is no number or two rows of a name hold on the same day; asked for
        a name that has no row on that day, the answer raises one too.
        """
        found = Params(day)
        for row in self.rows("params.csv", day):
            if row["name"] in found:
                raise HandbookError(
                    "params.csv: two rows of {name} hold on {day}; end the earlier one before",
                    name=row["name"],
                    day=day,
                )
            try:
                found[row["name"]] = Decimal(row["value"])
            except InvalidOperation:
                raise HandbookError(
                    "params.csv: {name} is {value}; it should be a number such as 45 or 0.3",
                    name=row["name"],
                    value=repr(row["value"]),
                ) from None
        return found

    def check(self) -> None:
        """Compile every table, read all texts: a handbook that passes can be used.

        Raises HandbookError with file and reason; rule ids must be there and differ across the handbook.
        """
        seen: dict[str, str] = {}
        for name in self.tables:
            self.columns(name)
            table = self.compiled(name).decision.table
            for rule in [one.id for one in table.rules] if table else []:
                if not rule:
                    raise HandbookError("{name}.dmn: a rule has no id", name=name)
                if rule in seen:
                    raise HandbookError(
                        "{name}.dmn: rule id {rule} is used twice, here and in {other}.dmn",
                        name=name, rule=repr(rule), other=seen[rule],
                    )  # fmt: skip
                seen[rule] = name
        _ = self.texts


def _constant(cell: str) -> Any:
    """The value of an output cell; the constants of FEEL in these tables are written like JSON's."""
    try:
        return json.loads(cell)
    except ValueError:
        return cell


def _holds(row: Mapping[str, str], span: Span | None, day: date, place: str) -> bool:
    """Whether a dated row holds on a day."""
    if span is None:
        raise HandbookError(
            "{where}: effective_from {first} and effective_to {last} should be dates such as 2026-02-01; "
            "effective_to may be empty",
            where=place, first=repr(row[FROM]), last=repr(row[TO]),
        )  # fmt: skip
    return span[0] <= day <= span[1]


def load(folder: Path) -> Handbook:
    """The handbook in a folder. Raises HandbookError naming the file that cannot be read."""
    if not folder.is_dir():
        raise HandbookError(
            "{folder}: there is no such folder; a handbook is a folder of clauses", folder=folder
        )
    files: dict[str, str] = {}
    paths = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file())
    if len(paths) > FILES_MAX:
        raise HandbookError(
            "{folder}: {paths} files; a handbook has at most {files_max}",
            folder=folder,
            paths=len(paths),
            files_max=FILES_MAX,
        )
    for path in paths:
        name = path.relative_to(folder).as_posix()
        size = path.stat().st_size
        if size > FILE_BYTES_MAX:
            raise HandbookError(
                "{name}: {size} bytes; a file has at most {file_bytes_max}",
                name=name,
                size=f"{size:,}",
                file_bytes_max=f"{FILE_BYTES_MAX:,}",
            )
        try:
            files[name] = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise HandbookError(
                "{name}: not UTF-8 at byte {start}; save it as UTF-8", name=name, start=error.start
            ) from None
    if "params.csv" not in files:
        raise HandbookError(
            "{folder}: params.csv is missing; it holds the handbook's dated numbers", folder=folder
        )
    return Handbook(files)
