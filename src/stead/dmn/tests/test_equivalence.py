"""Compiled columns give what the slow evaluator gives, on DuckDB and on Spark; planted faults are found."""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import duckdb
import ibis
import ibis.expr.datatypes as idt
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from ibis.formats.pyarrow import PyArrowSchema

from stead import dmn
from stead.dmn.feel import aggregates, operators
from stead.dmn.feel.values import RangeValue, Scalar, column_of
from stead.dmn.tables import hit_policies
from stead.dmn.tables.naming import column_name
from stead.dmn.tables.priority import Ranks
from stead.dmn.tests import reference
from stead.dmn.tests.strategies import Example, examples

SCHEMA: dict[str, idt.DataType] = {
    "row": idt.int64, "amount": idt.Decimal(18, 2), "age": idt.Decimal(18, 2), "home_branch": idt.string,
    "vip": idt.boolean, "since": idt.date,
}  # fmt: skip
Engine = Callable[[ibis.Table, pa.Table], list[dict[str, Any]]]


def on_duckdb(query: ibis.Table, given: pa.Table) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        connection.register("given", given)
        found = connection.execute(ibis.to_sql(query, dialect="duckdb")).fetchall()
    return [dict(zip(query.columns, row, strict=True)) for row in found]


def rows_of(example: Example) -> pa.Table:
    columns = {name: [row[name] for row in example.rows] for name in example.rows[0]}
    data = {"row": list(range(len(example.rows))), **{column_name(name): v for name, v in columns.items()}}
    return pa.table(data, schema=PyArrowSchema.from_ibis(ibis.schema(SCHEMA)))


def agree(example: Example, engine: Engine) -> None:
    """The engine's outputs and rules are those of the slow evaluator, row for row."""
    model = dmn.read(example.xml)
    decide = dmn.compile(model, "Decision")
    table = model.decisions["Decision"].table
    assert table is not None
    query = decide(ibis.table(SCHEMA, name="given"), "x_").order_by("row")
    got = engine(query, rows_of(example))
    assert len(got) == len(example.rows)
    for row, found in zip(example.rows, got, strict=True):
        outputs, rule = reference.decide(table, row)
        assert found["x_decision_rule"] == rule
        for name, expected in outputs.items():
            assert same(found["x_" + column_name(name)], expected), (name, row)


def same(got: Any, expected: Any) -> bool:
    if isinstance(expected, list):
        return len(got) == len(expected) and all(same(a, b) for a, b in zip(got, expected, strict=True))
    if isinstance(expected, Decimal) and got is not None:
        # A computed number leaves the table with ten decimals.
        return bool(Decimal(got) == expected) or abs(Decimal(got) - expected) < Decimal("1e-10")
    return bool(got == expected)


pytestmark = pytest.mark.unmeasured
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@given(examples())
@QUICK
def test_duckdb_gives_what_the_slow_evaluator_gives(example: Example) -> None:
    agree(example, on_duckdb)


@given(examples())
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.slow
def test_duckdb_gives_it_three_hundred_times(example: Example) -> None:
    agree(example, on_duckdb)


def _strict_less(sign: str, left: Any, right: Any) -> Any:
    return COMPARED({"<=": "<", ">=": ">"}.get(sign, sign), left, right)


def _without_null(a: Scalar, b: Scalar) -> Scalar:
    """Equality as SQL has it: null where one side is null."""
    if a.known and b.known:
        return EQUAL(a, b)
    if a.is_null or b.is_null:
        return Scalar("boolean", None)
    x, y = column_of(a), column_of(b)
    return Scalar("boolean", column=x == y)


def _last_match(conditions: Any, order: Any, missing: Any) -> Any:
    return FIRST_MATCH(conditions, list(order)[::-1], missing)


COMPARED, EQUAL, FIRST_MATCH = operators.compared, operators._equal_scalars, hit_policies.first_match
RANGE = operators.in_range

FAULTS: dict[str, tuple[Any, str, Any]] = {
    "<= taken for <": (operators, "compared", _strict_less),
    "null = null as in SQL": (operators, "_equal_scalars", _without_null),
    "not() of nothing": (operators, "inverted", lambda value: value),
    "and taken for or": (operators, "all_of", operators.any_of),
    "the last rule that matches": (hit_policies, "first_match", _last_match),
    "priority by rule order": (
        hit_policies.Compiler,
        "ranks",
        lambda self: Ranks(tuple(range(len(self.table.rules))), len(self.table.rules)),
    ),
    "unique without the check": (hit_policies.Compiler, "_guarded", lambda _self, _c, first, _g, _m: first),
    "an interval without its low end": (
        operators,
        "in_range",
        lambda value, ends: RANGE(value, RangeValue(None, ends.high, ends.low_closed, ends.high_closed)),
    ),
    "min and max that pass over null": (aggregates, "any_null", lambda _columns: ibis.literal(value=False)),
}


SHOWN_BY = {"priority by rule order": ("PRIORITY", "OUTPUT ORDER"), "unique without the check": ("UNIQUE",)}


class ExposedError(Exception):
    """An example shows the fault."""


def exposed(fault: str, monkeypatch: pytest.MonkeyPatch) -> Example | None:
    """Plants the fault and gives the first example in which DuckDB and the slow evaluator differ."""
    where, name, wrong = FAULTS[fault]
    monkeypatch.setattr(where, name, wrong)
    # The hit policies that the fault can show in: most invented tables have another.
    policies = tuple((one, "") for one in SHOWN_BY.get(fault, ("FIRST", "RULE ORDER")))
    found: list[Example] = []

    @given(examples(policies=policies))
    @settings(
        max_examples=150, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        report_multiple_bugs=False, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def compare(example: Example) -> None:
        # Once one is found, Hypothesis draws it again to tell of it, and no other.
        if found or not agrees(example, on_duckdb):
            found.append(example)
            raise ExposedError

    with suppress(ExposedError):
        compare()
    return found[0] if found else None


def agrees(example: Example, engine: Engine) -> bool:
    try:
        agree(example, engine)
    except (AssertionError, dmn.DmnError):
        return False
    return True


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_planted_in_the_compiler_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert exposed(fault, monkeypatch) is not None
