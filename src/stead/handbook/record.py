"""Rows as JSON text made from columns: what a decision read and gave, and the numbers behind an action."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import ibis
from ibis.expr.types import Table

from stead.handbook.book import Handbook


@dataclass(frozen=True)
class Recorded:
    """A decision that is kept with a customer: where its rule, inputs and outputs stand in a table."""

    table: str  # "2.2/tier"
    rule: str  # column of the rule id
    values: Mapping[str, str]  # input to column
    outputs: Mapping[str, str]  # output to column
    # Inputs that change with every day that passes. They are kept only where the rule that matched reads
    # them, so that a customer with whom nothing happens stays the same row from night to night.
    volatile: tuple[str, ...] = field(default=())


def json_value(column: Any) -> Any:
    """A column as JSON text: numbers as they stand, dates ISO, null as null."""
    dtype = column.type()
    if dtype.is_boolean():
        text = ibis.ifelse(column, "true", "false")
    elif dtype.is_numeric():
        text = column.cast("string")
    elif dtype.is_date():
        text = ibis.literal('"') + column.cast("string") + '"'
    else:
        # Quotes and backslashes are escaped, control characters have no place in a name or occupation.
        plain = column.re_replace(r"[\x00-\x1f]", " ").replace("\\", "\\\\").replace('"', '\\"')
        text = ibis.literal('"') + plain + '"'
    return text.fill_null("null")


def json_object(entries: Mapping[str, Any]) -> Any:
    """A JSON object of columns, as text; the names are our own and need no escape."""
    parts: list[Any] = []
    for position, (name, column) in enumerate(entries.items()):
        parts += [("{" if position == 0 else ",") + f'"{name}":', column]
    return _joined([*parts, "}"]) if entries else ibis.literal("{}")


def numbers_text(entries: Mapping[str, Any]) -> Any:
    """A JSON object whose values are columns of any type, as text."""
    return json_object({name: json_value(column) for name, column in entries.items()})


def _joined(parts: Iterable[Any]) -> Any:
    """Texts and columns one after the other; neighbouring texts are joined before the query sees them."""
    merged: list[Any] = []
    for part in parts:
        if merged and isinstance(part, str) and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    return reduce(
        lambda left, right: left + right, [ibis.literal(p) if isinstance(p, str) else p for p in merged]
    )


def decisions_text(table: Table, recorded: Iterable[Recorded], handbook: Handbook) -> Any:
    """The column `Standing.decisions`: {"tier": {"rules": [...], "values": {...}, "outputs": {...}}, ...}.

    Clause, table, version and run are the same for everybody; `queries.decisions` puts them back.
    """
    entries = {one.table.rpartition("/")[2]: _entry(table, one, handbook) for one in recorded}
    return json_object(entries)


def _entry(table: Table, one: Recorded, handbook: Handbook) -> Any:
    rule = table[one.rule]
    reads = handbook.rules(one.table)
    values: dict[str, Any] = {}
    for name, column in one.values.items():
        text = json_value(table[column])
        if name in one.volatile:
            readers = [rule_id for rule_id, inputs in reads.items() if name in inputs]
            text = ibis.ifelse(rule.isin(readers), text, "null") if readers else ibis.literal("null")
        values[name] = text
    outputs = {name: json_value(table[column]) for name, column in one.outputs.items()}
    rules = _joined(["[", json_value(rule), "]"])
    return json_object({"rules": rules, "values": json_object(values), "outputs": json_object(outputs)})
