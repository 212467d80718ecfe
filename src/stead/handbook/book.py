"""The handbook as content: its files, their version, dated rows, and decide(): a table in, a table out."""

import csv
import hashlib
import io
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
from stead.handbook.texts import Texts, TextsError

SUFFIXES = (".dmn", ".bpmn", ".csv", ".toml", ".md")
FILE_BYTES_MAX = 1_000_000
FILES_MAX = 1_000


class HandbookError(Exception):
    """What is wrong with a handbook, with file and row, and what would be right."""


class Params(dict[str, Decimal]):
    """The numbers that hold on a day, by name. One that is not there is an error of the handbook."""

    def __init__(self, day: date) -> None:
        super().__init__()
        self.day = day

    def __missing__(self, name: str) -> Decimal:
        raise HandbookError(
            f"params.csv: no row of {name} holds on {self.day}; one should begin on that day or before"
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
            raise HandbookError(str(error)) from None

    def compiled(self, name: str, columns: Mapping[str, str] | None = None) -> dmn.Compiled:
        """A decision table ready to be applied; `columns` says in which column an input stands."""
        key = (name, tuple(sorted((columns or {}).items())))
        if key not in self._compiled:
            try:
                self._compiled[key] = dmn.compile(self._model(name), name.rpartition("/")[2], columns)
            except dmn.DmnError as error:
                raise HandbookError(f"{name}.dmn: {error}") from None
        return self._compiled[key]

    def decision(self, name: str) -> dmn.Decision:
        """A decision table as it is written: for reading, which needs no compiling."""
        model, decision = self._model(name), name.rpartition("/")[2]
        if decision not in model.decisions:
            raise HandbookError(f"{name}.dmn: there is no decision named {decision}")
        return model.decisions[decision]

    def _model(self, name: str) -> dmn.Model:
        """The model in a table's file, read once."""
        path = f"{name}.dmn"
        self._allow(path)
        if path not in self.files:
            raise HandbookError(f"the handbook has no {path}; it has {', '.join(self.tables) or 'no table'}")
        if name not in self._models:
            try:
                self._models[name] = dmn.read(self.files[path].encode())
            except dmn.DmnError as error:
                raise HandbookError(f"{path}: {error}") from None
        return self._models[name]

    def only(self, paths: Iterable[str]) -> "Handbook":
        """The same handbook, of which only these tables and lists may be read."""
        return replace(self, allowed=frozenset(paths))

    def _allow(self, path: str) -> None:
        """Refuse what was not named: what a program says that it reads is what it reads."""
        if self.allowed is not None and path not in self.allowed:
            raise HandbookError(f"{path} is read, but only these were to be read: {sorted(self.allowed)}")

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
            raise HandbookError(f"{name}.dmn holds no decision table")
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
        self._allow(path)
        if path not in self.files:
            raise HandbookError(f"the handbook has no {path}")
        reader = csv.DictReader(io.StringIO(self.files[path]))
        missing = {"effective_from", "effective_to"} - set(reader.fieldnames or ())
        if missing:
            raise HandbookError(f"{path}: column {min(missing)} is missing; every row has its dates")
        return [
            row for number, row in enumerate(reader, start=2) if _holds(row, day, f"{path}, row {number}")
        ]

    def params(self, day: date) -> dict[str, Decimal]:
        """The numbers of params.csv that hold on a day, by name.

        Raises HandbookError when a value is no number or two rows of a name hold on the same day; asked for
        a name that has no row on that day, the answer raises one too.
        """
        found = Params(day)
        for row in self.rows("params.csv", day):
            if row["name"] in found:
                raise HandbookError(
                    f"params.csv: two rows of {row['name']} hold on {day}; end the earlier one before"
                )
            try:
                found[row["name"]] = Decimal(row["value"])
            except InvalidOperation:
                raise HandbookError(
                    f"params.csv: {row['name']} is {row['value']!r}; it should be a number such as 45 or 0.3"
                ) from None
        return found

    def check(self) -> None:
        """Compile every table, read all texts: a handbook that passes can be used.

        Raises HandbookError with file and reason; rule ids must be there and differ across the handbook.
        """
        seen: dict[str, str] = {}
        for name in self.tables:
            for rule in self.rules(name):
                if not rule or rule in seen:
                    other = f" and in {seen[rule]}.dmn" if rule else ""
                    raise HandbookError(f"{name}.dmn: rule id {rule!r} is empty or used twice{other}")
                seen[rule] = name
        _ = self.texts


def _constant(cell: str) -> Any:
    """The value of an output cell; the constants of FEEL in these tables are written like JSON's."""
    try:
        return json.loads(cell)
    except ValueError:
        return cell


def _holds(row: Mapping[str, str], day: date, place: str) -> bool:
    """Whether a dated row holds on a day."""
    try:
        first = date.fromisoformat(row["effective_from"])
        last = date.fromisoformat(row["effective_to"]) if row["effective_to"] else date.max
    except (TypeError, ValueError):
        raise HandbookError(
            f"{place}: effective_from {row['effective_from']!r} and effective_to {row['effective_to']!r} "
            "should be dates such as 2026-02-01; effective_to may be empty"
        ) from None
    return first <= day <= last


def load(folder: Path) -> Handbook:
    """The handbook in a folder. Raises HandbookError naming the file that cannot be read."""
    if not folder.is_dir():
        raise HandbookError(f"{folder}: there is no such folder; a handbook is a folder of clauses")
    files: dict[str, str] = {}
    paths = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file())
    if len(paths) > FILES_MAX:
        raise HandbookError(f"{folder}: {len(paths)} files; a handbook has at most {FILES_MAX}")
    for path in paths:
        name = path.relative_to(folder).as_posix()
        size = path.stat().st_size
        if size > FILE_BYTES_MAX:
            raise HandbookError(f"{name}: {size:,} bytes; a file has at most {FILE_BYTES_MAX:,}")
        try:
            files[name] = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise HandbookError(f"{name}: not UTF-8 at byte {error.start}; save it as UTF-8") from None
    if "params.csv" not in files:
        raise HandbookError(f"{folder}: params.csv is missing; it holds the handbook's dated numbers")
    return Handbook(files)
