"""The DMN technology compatibility kit: runs its test cases through the column evaluator."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import duckdb
import ibis
import ibis.expr.datatypes as idt
import pyarrow as pa
from ibis.formats.pyarrow import PyArrowSchema

from stead.dmn import binding, temporal
from stead.dmn import model as m
from stead.dmn.compiled import Compiled, evaluated, plan_of
from stead.dmn.declared import base_kind
from stead.dmn.errors import DmnError
from stead.dmn.harvest import taken_apart, to_column
from stead.dmn.reading import read, read_xml, squeezed
from stead.dmn.tables import zipped
from stead.dmn.values import BOOLEAN, NUMBER, STRING, kind_of_constant, number_dtype

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
# The kit compares computed numbers with this relative difference allowed.
_TOLERANCE = Decimal("1e-8")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


class Untyped(str):
    """A value of the kit without a type, as its older files have them: what it is, the model says."""

    __slots__ = ()


@dataclass(frozen=True)
class Case:
    """One test case: inputs by name, and by decision name the expected value and whether an error is."""

    id: str
    inputs: Mapping[str, Any]
    expected: tuple[tuple[str, Any, bool], ...]


@dataclass(frozen=True)
class Outcome:
    """What one decision of one case gave."""

    file: Path
    case: str
    decision: str
    passed: bool
    expected: Any
    got: Any

    def __str__(self) -> str:
        """One line for a reader."""
        word = "passed" if self.passed else "FAILED"
        where = f"{self.file.stem} {self.case} {self.decision}"
        return f"{word} {where}: expected {shown(self.expected)}, got {shown(self.got)}"


def shown(value: Any) -> str:
    """A FEEL value as text."""
    if isinstance(value, DmnError):
        return f"error: {value}"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, list):
        return f"[{', '.join(shown(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {shown(item)}' for name, item in value.items())}}}"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return repr(value) if isinstance(value, str) else temporal.written(value)


def test_files(folder: Path) -> list[Path]:
    """The test files below a folder, in order; a file may be given as well."""
    return [folder] if folder.is_file() else sorted(folder.rglob("*-test-*.xml"))


test_files.__test__ = False  # type: ignore[attr-defined]


def run(folder: Path) -> Iterator[Outcome]:
    """The outcome of each decision of each case below a folder."""
    for path in test_files(folder):
        yield from run_file(path)


def run_file(path: Path) -> list[Outcome]:
    """The outcomes of one test file; a model that cannot be read fails all its cases, a test file that
    cannot be read is a failure by itself."""
    try:
        root = read_xml(path)
        cases = [_case(element) for element in _children(root, "testCase")]
    except DmnError as error:
        return [Outcome(path, "-", "-", passed=False, expected="test cases", got=error)]
    name = _text(_child(root, "modelName")) or path.name.partition("-test-")[0] + ".dmn"
    outcomes = []
    try:
        model = read(path.parent / name)
        types = {data.name: data.type for data in model.input_data}
        cases = [
            replace(c, inputs={k: settled(model, types.get(k, ""), v) for k, v in c.inputs.items()})
            for c in cases
        ]
        model = typed(model, cases)
    except DmnError as error:
        return [Outcome(path, c.id, d, e, w, error) for c in cases for d, w, e in c.expected]
    decisions = dict.fromkeys(decision for case in cases for decision, _, _ in case.expected)
    for decision in decisions:
        got = decided(model, decision, cases)
        for case, value in zip(cases, got, strict=True):
            for one, wanted, is_error in case.expected:
                if one == decision:
                    passed = agrees(wanted, value) or (
                        is_error and (value is None or isinstance(value, DmnError))
                    )
                    outcomes.append(Outcome(path, case.id, decision, passed, wanted, value))
    return outcomes


def decided(model: m.Model, decision: str, cases: list[Case]) -> list[Any]:
    """The value of a decision in each case, all cases as one table; an error stands where it spoils one."""
    try:
        model = called(model, decision)
        plan = plan_of(model, decision, lenient=True)
        return values(plan, [case.inputs for case in cases])
    # Whatever a case breaks is the failure of that case, and must not hide those that come after it.
    except Exception as error:  # noqa: BLE001
        if len(cases) > 1:
            return [decided(model, decision, [case])[0] for case in cases]
        reason = str(error) if isinstance(error, DmnError) else f"{type(error).__name__}: {error}"
        return [DmnError(" ".join(reason.split()))]


def called(model: m.Model, name: str) -> m.Model:
    """The model with a decision that calls the decision service or the function of this name, when a case
    asks for one: what it takes becomes input data."""
    targets: tuple[m.DecisionService | m.Knowledge, ...] = (*model.services, *model.knowledge_models)
    target = next((one for one in targets if one.name == name), None)
    if name in model.decisions or target is None:
        return model
    if isinstance(target, m.Knowledge):
        parameters = list(target.function.parameters)
    else:
        chosen = (model.by_id.get(one) for one in target.inputs)
        parameters = [(one.name, one.type) for one in chosen if isinstance(one, m.InputData | m.Decision)]
    inputs = tuple(m.InputData(f"{name} takes {one}", one, type_ref) for one, type_ref in parameters)
    bindings = tuple((one, m.LiteralExpression(one)) for one, _ in parameters)
    calling = m.Decision(
        f"calls {name}", name, expression=m.Invocation(name, bindings),
        requires=tuple(one.id for one in inputs), knowledge=(target.id,),
    )  # fmt: skip
    return replace(
        model,
        input_data=(*model.input_data, *inputs),
        all_decisions=(*model.all_decisions, calling),
    )


def values(plan: Compiled, rows: list[Mapping[str, Any]]) -> list[Any]:
    """The FEEL values of a decision for rows of inputs, keyed by FEEL names."""
    leaves = {leaf.column: leaf for group in plan.trees.values() for one in group for leaf in one.leaves()}
    schema = binding.placeholder(list(leaves.values()))
    data: dict[str, list[Any]] = {
        column: [_at_path(row, leaf.path) for row in rows] for column, leaf in leaves.items()
    }
    for column, dtype in schema.items():
        numbers = [value for value in data[column] if isinstance(value, Decimal)]
        if numbers and dtype.is_decimal():
            schema[column] = binding.widest([number_dtype(number) for number in numbers])
    data["row"] = list(range(len(rows)))
    whole = {**schema, "row": idt.int64}
    arrow = pa.table(
        {k: [to_column(v) for v in column] for k, column in data.items()},
        schema=PyArrowSchema.from_ibis(ibis.schema(whole)),
    )
    outputs, _, stager, value = evaluated(plan, ibis.table(whole, name="given"))
    columns, rebuild = taken_apart(value)
    query = stager.table.select("row", **{f"v{i}": column for i, column in enumerate(columns)}).order_by(
        "row"
    )
    with duckdb.connect() as connection:
        connection.register("given", arrow)
        found = connection.execute(ibis.to_sql(query, dialect="duckdb")).fetchall()
    results = [rebuild(iter(row[1:])) for row in found]
    table = plan.decision.table
    is_rows = len(outputs) > 1 and table is not None and table.is_multiple
    return [zipped(one) for one in results] if is_rows else results


def _at_path(row: Mapping[str, Any], path: str) -> Any:
    if path in row:
        return row[path]
    head, _, rest = path.partition(".")
    inner = row.get(head)
    return _at_path(inner, rest) if rest and isinstance(inner, Mapping) else None


def settled(model: m.Model, type_ref: str, value: Any) -> Any:
    """A value with its untyped parts read as the declared type has them, or by their look."""
    item = model.types.get(type_ref)
    if isinstance(value, dict):
        parts = {part.name: part.type_ref for part in item.components} if item is not None else {}
        return {name: settled(model, parts.get(name, ""), inner) for name, inner in value.items()}
    if isinstance(value, list):
        inner = type_ref if item is None or item.components else item.type_ref
        return [settled(model, inner, one) for one in value]
    if not isinstance(value, Untyped):
        return value
    kind = base_kind(model, item.type_ref if item is not None and item.is_collection else type_ref)
    return as_kind(kind or guessed(value), value)


def guessed(text: str) -> str:
    """The kind that a text looks like."""
    if text in {"true", "false"}:
        return BOOLEAN
    return NUMBER if _NUMBER.fullmatch(text) else STRING


def as_kind(kind: str, text: str) -> Any:
    """A text as a value of a kind; nothing, for all kinds but strings, is null."""
    if kind == STRING:
        return str(text)
    return parsed(text, {NUMBER: "decimal", BOOLEAN: "boolean"}.get(kind, "any")) if text.strip() else None


def typed(model: m.Model, cases: list[Case]) -> m.Model:
    """The model with a type for each input that declares none, taken from the cases' values."""
    extra: list[m.ItemDefinition] = []
    inputs = []
    for data in model.input_data:
        given = [case.inputs[data.name] for case in cases if case.inputs.get(data.name) is not None]
        if given and (not data.type or data.type == "Any"):
            item = _type_of(f"typed {data.name}", given[0])
            extra.append(item)
            inputs.append(replace(data, type=item.name))
        else:
            inputs.append(data)
    return replace(model, input_data=tuple(inputs), item_definitions=(*model.item_definitions, *extra))


def _type_of(name: str, value: Any) -> m.ItemDefinition:
    if isinstance(value, dict):
        parts = tuple(_type_of(key, inner) for key, inner in value.items())
        return m.ItemDefinition(name, components=parts)
    if isinstance(value, list):
        inner = _type_of(name, next((one for one in value if one is not None), ""))
        return replace(inner, is_collection=True)
    return m.ItemDefinition(name, "string" if value is None else kind_of_constant(value))


def _like(got: Any, text: str) -> Any:
    """An untyped text as a value of the kind that came out, when it reads like one."""
    if got is None or isinstance(got, list | dict | DmnError):
        return str(text) or None
    kind = kind_of_constant(got)
    return text if kind == NUMBER and not _NUMBER.fullmatch(text.strip()) else as_kind(kind, text)


def agrees(expected: Any, got: Any) -> bool:
    """Whether a result is the expected one; computed numbers may differ in the ninth digit."""
    if isinstance(expected, Untyped):
        expected = _like(got, expected)
    if isinstance(expected, dict) and isinstance(got, dict):
        return expected.keys() == got.keys() and all(agrees(expected[key], got[key]) for key in expected)
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(agrees(a, b) for a, b in zip(expected, got, strict=True))
    if isinstance(expected, bool) or isinstance(got, bool):
        return expected is got
    if isinstance(expected, Decimal) and isinstance(got, Decimal):
        return expected == got or abs(expected - got) <= _TOLERANCE * max(abs(expected), abs(got))
    return bool(type(expected) is type(got) and expected == got)


def _case(element: Element) -> Case:
    inputs = {squeezed(e.get("name", "")): _value(e) for e in _children(element, "inputNode")}
    expected = tuple(
        (squeezed(e.get("name", "")), _value(_child(e, "expected")), e.get("errorResult") == "true")
        for e in _children(element, "resultNode")
    )
    return Case(element.get("id", ""), inputs, expected)


def _children(element: Element, tag: str) -> list[Element]:
    return [child for child in element if child.tag.rpartition("}")[2] == tag]


def _child(element: Element, tag: str) -> Element | None:
    return next(iter(_children(element, tag)), None)


def _text(element: Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""


def _value(element: Element | None) -> Any:
    """The value inside an inputNode, expected, item or component."""
    if element is None or element.get(_NIL) == "true":
        return None
    components = _children(element, "component")
    if components:
        return {squeezed(one.get("name", "")): _value(one) for one in components}
    items = _child(element, "list")
    if items is not None:
        return None if items.get(_NIL) == "true" else [_value(one) for one in _children(items, "item")]
    value = _child(element, "value")
    if value is None or value.get(_NIL) == "true":
        return None
    kind = value.get(_TYPE)
    return parsed(value.text or "", kind.rpartition(":")[2]) if kind else Untyped(value.text or "")


def parsed(text: str, kind: str) -> Any:
    """A value of the kit from its text and XML schema type."""
    readers = {
        "date": temporal.date_from, "time": temporal.time_from, "dateTime": temporal.date_time_from,
        "duration": temporal.duration_from, "dayTimeDuration": temporal.duration_from,
        "yearMonthDuration": temporal.duration_from, "any": temporal.temporal_from,
    }  # fmt: skip
    if kind == "boolean":
        return text.strip() in {"true", "1"}
    if kind in {"decimal", "double", "float", "integer", "int", "long"}:
        try:
            return Decimal(text.strip())
        except InvalidOperation:
            raise DmnError(f"{text!r} is not a number; the test case says {kind}") from None
    reader = readers.get(kind)
    return reader(text.strip()) if reader is not None else text
