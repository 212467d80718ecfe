"""The handbook's own table for one decision about a customer: the row that decided, the cells that failed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from stead import dmn
from stead.core import formats
from stead.desk import reasons
from stead.desk.customer_timeline import Telling
from stead.desk.customer_why import label_of, value_text
from stead.handbook.queries import kind_of

ANY = {"", "-"}
NOTHING = ANY | {"null"}
# FEEL's signs as they are printed in a handbook.
SIGNS = ((">=", "≥"), ("<=", "≤"), ("..", " – "))
CLOSED = re.compile(r"^\[\s*([^\[\]]+?)\s*\.\.\s*([^\[\]]+?)\s*\]$")
NUMBER = re.compile(r"(?<![\w.\"])-?\d+(?:\.\d+)?(?![\w\"])")
QUOTED = re.compile(r'"([^"]*)"')


@dataclass(frozen=True)
class Column:
    """An input of the table with the customer's own value; `known` is False where none was kept."""

    name: str
    label: str
    value: str
    known: bool


@dataclass(frozen=True)
class Cell:
    """A condition: state is any (asks nothing), met, failed, or unknown where the value was not kept."""

    text: str
    state: str


@dataclass(frozen=True)
class Row:
    """A rule: its conditions, what follows from it, and whether it is the one that decided."""

    number: int
    rule_id: str
    cells: tuple[Cell, ...]
    outputs: tuple[str, ...]
    note: str
    is_lit: bool


@dataclass(frozen=True)
class View:
    """A decision table for reading."""

    title: str
    path: str
    first_wins: bool
    columns: tuple[Column, ...]
    outputs: tuple[str, ...]
    rows: tuple[Row, ...]


@lru_cache(maxsize=64)
def _compiled(version: str, path: str) -> dmn.Compiled:
    """A table of a stored handbook, ready to be explained. Raises KeyError when it is not stored."""
    source = reasons.files(version)[path]
    model = dmn.read(source.encode())
    return dmn.compile(model, path.rpartition("/")[2].removesuffix(".dmn"))


@lru_cache(maxsize=64)
def _table(version: str, path: str) -> dmn.DecisionTable | None:
    """A table of a stored handbook as it is written. Raises KeyError when it is not stored."""
    model = dmn.read(reasons.files(version)[path].encode())
    name = path.rpartition("/")[2].removesuffix(".dmn")
    return model.decisions[name].table if name in model.decisions else None


def conditions(version: str, path: str, rules: tuple[str, ...], told: Telling) -> list[tuple[str, str]]:
    """What the rows ask that decided: label and condition of each cell that asks for something."""
    try:
        table = _table(version, path)
    except (KeyError, dmn.DmnError):
        return []
    return [
        (_side(clause.label, told), _condition(version, clause.expression, text, told))
        for rule in (table.rules if table else ())
        if rule.id in rules
        for clause, text in zip(table.inputs if table else (), rule.inputs, strict=True)
        if text.strip() not in ANY
    ]


def view(
    version: str, path: str, rules: tuple[str, ...], values: Mapping[str, Any], told: Telling
) -> View | None:
    """The table with the customer's values; None when the handbook of that version is not stored.

    rules: ids of the rows that decided, as stored. values: by input name, as stored. Nothing is decided
    anew here: only the other rows' cells are asked why they do not hold.
    """
    try:
        compiled = _compiled(version, path)
    except (KeyError, dmn.DmnError):
        return None
    table = compiled.decision.table
    if table is None:
        return None
    names = [clause.expression for clause in table.inputs]
    row = {name: values[name] for name in names if values.get(name) is not None}
    holds = _holds(compiled, row, len(table.rules), len(names))
    columns = tuple(
        Column(
            name,
            _side(clause.label, told) or label_of(name),
            _value(version, name, values.get(name), told),
            name in row,
        )
        for name, clause in zip(names, table.inputs, strict=True)
    )
    rows = tuple(
        Row(
            number=number + 1,
            rule_id=rule.id,
            cells=tuple(
                Cell(_condition(version, name, text, told), _state(text, holds[number][place], name in row))
                for place, (name, text) in enumerate(zip(names, rule.inputs, strict=True))
            ),
            outputs=tuple(
                _condition(version, clause.name or compiled.decision.name, text, told)
                for clause, text in zip(table.outputs, rule.outputs, strict=True)
            ),
            note=_side(rule.annotations[0], told) if rule.annotations else "",
            is_lit=rule.id in rules,
        )
        for number, rule in enumerate(table.rules)
    )
    outputs = tuple(_side(one.label, told) or label_of(one.name) for one in table.outputs)
    return View(
        _question(compiled.decision.question, told), path, table.hit_policy == "F", columns, outputs, rows
    )


def _holds(compiled: dmn.Compiled, row: Mapping[str, Any], rules: int, cells: int) -> list[list[bool | None]]:
    """Which cells hold; all unknown where the stored values do not fit the table."""
    typed = {name: Decimal(str(value)) if _is_number(value) else value for name, value in row.items()}
    given = {name: typed.get(name) for name in compiled.columns}
    try:
        return dmn.explain(compiled, given)
    except (dmn.DmnError, KeyError, TypeError, ValueError):
        return [[None] * cells for _ in range(rules)]


def _is_number(value: Any) -> bool:
    """Whether a value out of JSON is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _state(text: str, holds: bool | None, known: bool) -> str:  # noqa: FBT001 - one place calls it
    """What a cell says about the customer."""
    if text.strip() in ANY:
        return "any"
    if not known or holds is None:
        return "unknown"
    return "met" if holds else "failed"


def _side(text: str, told: Telling) -> str:
    """The page's language of a text that has both: "Potential / 潜力"."""
    english, slash, chinese = text.partition(" / ")
    return chinese if slash and formats.is_chinese(told.language) else english


def _question(text: str, told: Telling) -> str:
    """What the table decides; nothing where the handbook says it in English alone and the page is Chinese."""
    return "" if formats.is_chinese(told.language) and " / " not in text else _side(text, told)


def _value(version: str, name: str, value: Any, told: Telling) -> str:
    """The customer's value as it is read."""
    named = reasons.value_name(version, name, value, told.language)
    return named or value_text(name, value, told)


def _condition(version: str, name: str, text: str, told: Telling) -> str:
    """A cell as it is read: amounts, shares and codes in words, FEEL's signs as signs."""
    if text.strip() in NOTHING:
        return "–"

    kind = kind_of(name)
    if closed := CLOSED.match(text.strip()):
        text = f"{closed[1]} – {closed[2]}"

    def number(found: re.Match[str]) -> str:
        value = Decimal(found[0])
        named = reasons.value_name(version, name, found[0], told.language)
        if named:
            return named
        if kind == "percent":
            return formats.percent(value)
        if kind == "money":
            return formats.money_short(value, told.currency, told.language)
        return found[0].replace("-", formats.MINUS)

    def code(found: re.Match[str]) -> str:
        return reasons.value_name(version, name, found[1], told.language) or value_text(name, found[1], told)

    said = NUMBER.sub(number, QUOTED.sub(code, text))
    for feel, sign in SIGNS:
        said = said.replace(feel, sign)
    return said
