"""Rows as JSON text made from columns: what a decision read and gave, and the numbers behind an action."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
from ibis.expr.types import Table

from stead.handbook.content.book import Handbook


@dataclass(frozen=True)
class Recorded:
    """A decision that is kept with a customer: where its rule, inputs and outputs stand in a table."""

    table: str  # "2.2/tier"
    rule: str  # column of the rule id
    values: Mapping[str, str]  # input to column
    outputs: Mapping[str, str]  # output to column
    # Inputs that change with every day that passes. They are kept only where the rule that matched reads
    # them, so that a customer with whom nothing happens stays the same row from night to night.
    volatile: tuple[str, ...] = ()
    days: tuple[str, ...] = ()  # those that count days: the date they count from is kept, which stands still
    free: tuple[str, ...] = ()  # inputs whose text people wrote


def json_value(column: Any, *, is_free: bool = False) -> Any:
    """A column as JSON text: numbers as they stand, dates ISO, null as null.

    is_free: people wrote the text, so that it may hold a quote or a backslash; a code of ours never does.
    """
    dtype = column.type()
    if dtype.is_boolean():
        text = ibis.ifelse(column, "true", "false")
    elif dtype.is_numeric():
        text = column.cast("string")
    elif dtype.is_date():
        text = _quoted(column.cast("string"))
    else:
        text = _quoted(_escaped(column) if is_free else column)
    return text.fill_null("null")


def _quoted(text: Any) -> Any:
    return ibis.literal('"') + text + '"'


def _escaped(text: Any) -> Any:
    """A text with its quotes and backslashes escaped, as JSON wants them."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _object(entries: Mapping[str, Any]) -> list[Any]:
    """The parts of a JSON object: texts, columns of JSON text, and parts of objects within it."""
    parts: list[Any] = []
    for position, (name, value) in enumerate(entries.items()):
        parts.append(("{" if position == 0 else ",") + f'"{name}":')
        parts += value if isinstance(value, list) else [value]
    return [*parts, "}"] if entries else ["{}"]


def numbers_text(entries: Mapping[str, Any], written: Mapping[str, Any] | None = None) -> Any:
    """A JSON object whose values are columns of any type, as text; `written` are columns of JSON already."""
    values = {name: json_value(column) for name, column in entries.items()}
    return _joined(_object(values | dict(written or {})))


def with_entries(text: Any, entries: Mapping[str, Any]) -> Any:
    """A JSON object of at least one entry, as text, with more entries behind those that it has."""
    more = _object({name: json_value(column) for name, column in entries.items()})
    return _joined([text.substr(0, text.length() - 1), ",", more[0].removeprefix("{"), *more[1:]])


def _joined(parts: Iterable[Any]) -> Any:
    """Texts and columns one after the other; neighbouring texts are joined before the query sees them."""
    merged: list[Any] = []
    for part in parts:
        if merged and isinstance(part, str) and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    columns = [ibis.literal(part) if isinstance(part, str) else part for part in merged]
    # All in one go: `concat` is written as || between each two, and each of those copies what stands before.
    return ibis.literal("").join(columns) if len(columns) > 1 else columns[0]


def decisions_text(table: Table, recorded: Iterable[Recorded], handbook: Handbook, day: date) -> Any:
    """The column `Standing.decisions`: {"2.2/tier": ["<rule>", input ...], ...}, inputs in table order.

    Names, clause, version and run are the same for everybody, and the outputs are the rule's:
    `decisions_of` puts them back. A text that is not known is empty, a number null; days that pass until the
    book date `day` are {"since": date}.
    """
    entries = {one.table: _entry(table, one, handbook, day) for one in recorded}
    return _joined(_object(entries))


def decisions_of(
    text: str, handbook: Handbook | None, run_id: str, day: date | None = None
) -> dict[str, dict[str, Any]]:
    """What decisions_text wrote, by the table's path and with names.

    Names: clause, table, decision, rules, values, outputs, version, run.

    handbook, day: the version under which the published night decided, and its book date. A table that the
    handbook lacks is left out; an entry that is written out with its names stands as it is.
    """
    tables = handbook.tables if handbook else ()
    # Nights of earlier releases wrote the last part of a path.
    paths = {name.rpartition("/")[2]: name for name in tables} | {name: name for name in tables}
    found = {}
    for decision, entry in (json.loads(text, strict=False) if text else {}).items():
        name = paths.get(decision, decision)
        if isinstance(entry, dict):
            found[name] = entry
        elif handbook is not None and decision in paths:
            found[name] = _told(name, entry, handbook, day) | {"run": run_id}
    return found


def _told(name: str, entry: list[Any], handbook: Handbook, day: date | None) -> dict[str, Any]:
    """One entry with its names."""
    rule, *values = entry
    inputs, _ = handbook.columns(name)
    return {
        "clause": name.partition("/")[0],
        "table": f"{name}.dmn",
        "decision": name.rpartition("/")[2],
        "rules": [rule] if rule else [],
        "values": {key: _value(value, day) for key, value in zip(inputs, values, strict=False)},
        "outputs": handbook.outputs(name, rule),
        "version": handbook.version,
    }


def _value(stored: Any, day: date | None) -> Any:
    """A stored value as the table read it."""
    if isinstance(stored, dict):
        return (day - date.fromisoformat(stored["since"])).days if day else None
    return None if stored == "" else stored


def _entry(table: Table, one: Recorded, handbook: Handbook, day: date) -> list[Any]:
    """The parts of one entry. None may be null: a null would take the whole text with it."""
    parts = ['["', table[one.rule].fill_null(""), '"']
    for name in handbook.columns(one.table)[0]:
        parts += [",", *_input(table, one, name, handbook, day)]
    return [*parts, "]"]


def _input(table: Table, one: Recorded, name: str, handbook: Handbook, day: date) -> list[Any]:
    """An input as JSON; a volatile one only where the rule that matched reads it."""
    column = table[one.values[name]]
    if column.type().is_string() and name not in one.volatile:
        known = column.fill_null("")
        return ['"', _escaped(known) if name in one.free else known, '"']
    if name in one.days:
        since = ibis.literal(day) - column.cast("int32").as_interval("D")
        # DuckDB makes a timestamp of a date and an interval where Ibis says date, so both are told.
        since = since.cast("timestamp").cast("date").cast("string")
        text = (ibis.literal('{"since":"') + since + '"}').fill_null("null")
    else:
        text = json_value(column, is_free=name in one.free)
    if name in one.volatile:
        readers = [rule_id for rule_id, read in handbook.rules(one.table).items() if name in read]
        text = ibis.ifelse(table[one.rule].isin(readers), text, "null") if readers else "null"
    return [text]
