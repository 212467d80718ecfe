"""Small decision models for the tests, written as XML."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import duckdb
import ibis
from ibis.backends.sql.datatypes import DuckDBType

from stead import dmn

NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def definitions(body: str) -> bytes:
    start = f'<definitions xmlns="{NAMESPACE}" name="test" id="test" namespace="test">'
    return f"{start}{body}</definitions>".encode()


def input_data(name: str, type_ref: str) -> str:
    quoted = quoteattr(name)
    typed = f" typeRef={quoteattr(type_ref)}" if type_ref else ""
    return (
        f"<inputData id={quoteattr('i ' + name)} name={quoted}><variable name={quoted}{typed}/></inputData>"
    )


def literal(name: str, text: str, inputs: Sequence[str] = (), type_ref: str = "") -> str:
    typed = f" typeRef={quoteattr(type_ref)}" if type_ref else ""
    needs = "".join(
        f"<informationRequirement><requiredInput href={quoteattr('#i ' + one)}/></informationRequirement>"
        for one in inputs
    )
    return (
        f"<decision id={quoteattr('d ' + name)} name={quoteattr(name)}>"
        f"<variable name={quoteattr(name)}{typed}/>"
        f"{needs}<literalExpression><text>{escape(text)}</text></literalExpression></decision>"
    )


def table(
    inputs: Sequence[tuple[str, str]],
    outputs: Sequence[tuple[str, str]],
    rules: Sequence[Sequence[str]],
    policy: str = "FIRST",
    *,
    aggregation: str = "",
    allowed: dict[str, str] | None = None,
    defaults: dict[str, str] | None = None,
    name: str = "Decision",
    given: Sequence[tuple[str, str]] = (),
) -> str:
    """A decision with a table; columns are (name, type), a rule its cells from left to right."""
    data = "".join(input_data(*one) for one in given)
    needs = "".join(
        f"<informationRequirement><requiredInput href={quoteattr('#i ' + one)}/></informationRequirement>"
        for one, _ in given
    )
    allowed, defaults = allowed or {}, defaults or {}
    gathered = f' aggregation="{aggregation}"' if aggregation else ""
    parts = [f'<decision id="d" name={quoteattr(name)}><variable name={quoteattr(name)}/>{needs}']
    parts.append(f'<decisionTable hitPolicy="{policy}"{gathered}>')
    for column, kind in inputs:
        values = (
            f"<inputValues><text>{escape(allowed[column])}</text></inputValues>" if column in allowed else ""
        )
        parts.append(
            f'<input><inputExpression typeRef="{kind}"><text>{escape(column)}</text></inputExpression>'
            f"{values}</input>"
        )
    for column, kind in outputs:
        values = (
            f"<outputValues><text>{escape(allowed[column])}</text></outputValues>"
            if column in allowed
            else ""
        )
        if column in defaults:
            values += f"<defaultOutputEntry><text>{escape(defaults[column])}</text></defaultOutputEntry>"
        parts.append(f'<output name={quoteattr(column)} typeRef="{kind}">{values}</output>')
    for row, cells in enumerate(rules, start=1):
        entries = "".join(
            f"<{tag}Entry><text>{escape(cell)}</text></{tag}Entry>"
            for position, cell in enumerate(cells)
            for tag in ("input" if position < len(inputs) else "output",)
        )
        parts.append(f'<rule id="r{row}">{entries}</rule>')
    return "".join([data, *parts, "</decisionTable></decision>"])


def column(
    body: str, columns: Mapping[str, tuple[str, Sequence[Any]]], session: str = "", decision: str = "Decision"
) -> list[Any]:
    """The first output of the decision for columns (Ibis type and values), decided in DuckDB at once.

    session: a statement that DuckDB is given first, such as "SET TimeZone = 'Asia/Shanghai'".
    """
    types = {"nr": "int32", **{name: kind for name, (kind, _) in columns.items()}}
    given = ibis.schema(types)
    decide = dmn.compile(dmn.read(definitions(body)), decision)
    view = (
        decide(ibis.table(given, name="t"), prefix="o_")
        .order_by("nr")
        .select(f"o_{next(iter(decide.outputs))}")
    )
    with duckdb.connect() as connection:
        connection.execute(session or "SELECT 1")
        kinds = ", ".join(f'"{name}" {DuckDBType.to_string(dtype)}' for name, dtype in given.items())
        connection.execute(f"CREATE TABLE t ({kinds})")
        for nr, row in enumerate(zip(*(values for _, values in columns.values()), strict=True)):
            connection.execute(f"INSERT INTO t VALUES (?{', ?' * len(row)})", [nr, *row])
        return [row[0] for row in connection.execute(ibis.to_sql(view, dialect="duckdb")).fetchall()]
