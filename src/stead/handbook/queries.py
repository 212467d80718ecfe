"""Reads of stored handbooks: their texts, and a decision table for a page with the row that matched."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from stead.core.formats import is_chinese, money_short, percent
from stead.dmn import Decision, DmnError, read
from stead.dmn.model import Rule
from stead.handbook.book import Handbook, HandbookError
from stead.handbook.models import Version
from stead.handbook.texts import Texts

# Columns that hold amounts in the book currency, by how their names begin, and by their whole names.
MONEY = ("assets", "contribution", "outflow", "inflow", "income", "yearly_income", "amount", "maturity_past",
         "loans")  # fmt: skip
MONEY_NAMES = ("value", "maturity_next_amount")
SHARES = ("_ratio", "_to_peak")
SIGNS = {"<=": "≤", ">=": "≥", "<": "<", ">": ">"}
_COMPARISON = re.compile(r"^(<=|>=|<|>)\s*(-?[\d.]+)$")
_INTERVAL = re.compile(r"^([\[\](])\s*(-?[\d.]+)\s*\.\.\s*(-?[\d.]+)\s*([\[\])])$")
NO_TEXTS = Texts({})
YES_NO = {"true": "✓", "false": "✗"}


def kind_of(column: str) -> str:
    """What a column of a decision table holds, as a format of the texts: money, percent, date or text."""
    if column.endswith(SHARES):
        return "percent"
    if column.endswith("_on"):
        return "date"
    is_money = column.startswith(MONEY) or column in MONEY_NAMES
    return "money" if is_money and not column.endswith("_days") else "text"


@dataclass(frozen=True)
class Cell:
    """One cell for reading: what the rule asks, and the customer's own value in the row that matched."""

    text: str
    value: str = ""

    @property
    def is_any(self) -> bool:
        """Whether the rule does not care."""
        return self.text == "–"


@dataclass(frozen=True)
class RuleRow:
    """One rule of a table. `lit`: it decided about this customer."""

    number: int
    rule_id: str
    lit: bool
    inputs: tuple[Cell, ...]
    outputs: tuple[Cell, ...]
    note: str
    reads_more: bool = False  # it has conditions in columns that are left out


@dataclass(frozen=True)
class TableView:
    """A decision table for reading, in one language."""

    question: str
    input_names: tuple[str, ...]
    output_names: tuple[str, ...]
    rows: tuple[RuleRow, ...]
    shortened: bool = False  # columns are left out

    @property
    def lit(self) -> RuleRow | None:
        """The row that decided."""
        return next((row for row in self.rows if row.lit), None)


@lru_cache(maxsize=8)
def _handbook(version: str) -> Handbook:
    """A stored handbook; it never changes, so it is read once a process. Raises LookupError if not stored."""
    files = Version.objects.filter(pk=version).values_list("files", flat=True).first()
    if files is None:
        raise LookupError(version)
    return Handbook(files)


def handbook(version: str) -> Handbook | None:
    """The handbook of a version; None when it is not stored (which is asked again the next time)."""
    try:
        return _handbook(version)
    except LookupError:
        return None


def texts(version: str) -> Texts:
    """The sentences of a version; none at all rather than an error when they cannot be read."""
    found = handbook(version)
    if found is None:
        return NO_TEXTS
    try:
        return found.texts
    except HandbookError:
        return NO_TEXTS


def plain_number(number: Decimal) -> str:
    """A number without idle decimals, in groups of three digits."""
    whole = number.to_integral_value()
    return f"{whole if number == whole else number:,f}"


@dataclass(frozen=True)
class Reader:
    """How values are told: with which handbook's names, in which language and currency."""

    texts: Texts
    language: str
    currency: str

    def label(self, text: str) -> str:
        """The half of "English / 中文" that is in the language; the whole where there is no such half."""
        english, slash, chinese = text.partition(" / ")
        return chinese if slash and is_chinese(self.language) else english

    def value(self, column: str, value: Any) -> str:
        """A value as its column means it: an amount, a share, a name, a number."""
        if value is None or value in {"", "null"}:
            return "–"
        if str(value).lower() in YES_NO:
            return YES_NO[str(value).lower()]
        named = self.texts.value(column, value, self.language)
        if named != str(value):
            return named
        try:
            return self._number(column, Decimal(str(value)))
        except InvalidOperation:
            return str(value)

    def _number(self, column: str, number: Decimal) -> str:
        """A number as a share, an amount or itself."""
        kind = kind_of(column)
        if kind == "percent":
            return percent(number)
        if kind == "money":
            return money_short(number, self.currency, self.language)
        return plain_number(number)

    def _interval(self, column: str, found: re.Match[str]) -> str:
        """A range as people write it; an end that does not belong to it is told by its sign."""
        low, high = self.value(column, found[2]), self.value(column, found[3])
        if found[1] == "[" and found[4] == "]":
            return f"{low} – {high}"
        return f"{'≥' if found[1] == '[' else '>'} {low}, {'≤' if found[4] == ']' else '<'} {high}"

    def cell(self, column: str, text: str) -> str:
        """A cell of a rule (FEEL) in the signs that people read."""
        text = text.strip()
        if text in {"", "-"}:
            return "–"
        if found := _COMPARISON.match(text):
            return f"{SIGNS[found[1]]} {self.value(column, found[2])}"
        if found := _INTERVAL.match(text):
            return self._interval(column, found)
        parts = [part.strip().strip('"') for part in text.split(",")] if "(" not in text else [text]
        return ", ".join(self.value(column, part) for part in parts)


@lru_cache(maxsize=256)
def _decision(version: str, table: str) -> Decision | None:
    """The decision of a stored table, read once a process; None when there is none that can be read."""
    source = _handbook(version).files.get(table, "")
    name = table.rpartition("/")[2].removesuffix(".dmn")
    try:
        return read(source.encode()).decisions.get(name) if source else None
    except DmnError:
        return None


def column_labels(version: str, table: str, language: str) -> dict[str, str]:
    """The labels that a stored table gives its columns, in one language; none when it cannot be read."""
    decision = _decision(version, table) if handbook(version) is not None else None
    if decision is None or decision.table is None:
        return {}
    reader = Reader(NO_TEXTS, language, "")
    pairs = [(clause.expression, clause.label) for clause in decision.table.inputs]
    pairs += [(clause.name, clause.label) for clause in decision.table.outputs]
    return {name: reader.label(label) for name, label in pairs if name and label}


def table_view(
    version: str,
    table: str,
    *,
    values: Mapping[str, Any],
    rules: Sequence[str],
    language: str,
    currency: str,
    short: bool = False,
) -> TableView | None:
    """The decision table `table` ("2.4/warning.dmn") with the rows `rules` lit and the customer's values.

    short: only the columns that the lit rows read; a row with other conditions says so. None when the
    version or the table is not stored or cannot be read.
    """
    decision = _decision(version, table) if handbook(version) is not None else None
    found = decision.table if decision is not None else None
    if decision is None or found is None:
        return None
    reader = Reader(texts(version), language, currency)
    read_by_any = _columns_read(found.rules)
    lit = [rule for rule in found.rules if rule.id in rules]
    shown = _columns_read(lit) if short and lit else read_by_any
    names = [found.inputs[at].expression or found.inputs[at].label for at in range(len(found.inputs))]
    return TableView(
        question=reader.label(decision.question),
        input_names=tuple(reader.label(found.inputs[at].label or names[at]) for at in shown),
        output_names=tuple(reader.label(clause.label or clause.name) for clause in found.outputs),
        rows=tuple(
            RuleRow(
                number=number,
                rule_id=rule.id,
                lit=rule.id in rules,
                inputs=tuple(
                    Cell(
                        reader.cell(names[at], rule.inputs[at]),
                        reader.value(names[at], values.get(names[at])) if rule.id in rules else "",
                    )
                    for at in shown
                ),
                outputs=tuple(
                    Cell(reader.cell(clause.name, text))
                    for clause, text in zip(found.outputs, rule.outputs, strict=True)
                ),
                note=reader.label(rule.annotations[0]) if rule.annotations else "",
                reads_more=any(at not in shown for at in _columns_read([rule])),
            )
            for number, rule in enumerate(found.rules, start=1)
        ),
        shortened=len(shown) < len(read_by_any),
    )


def _columns_read(rules: Sequence[Rule]) -> list[int]:
    """The places of the input columns in which at least one of the rules asks for something."""
    width = len(rules[0].inputs) if rules else 0
    return [at for at in range(width) if any(rule.inputs[at].strip() not in {"", "-"} for rule in rules)]
