"""The DMN technology compatibility kit: runs its test cases through the column evaluator."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.datatypes as idt
import pyarrow as pa
from ibis.formats.pyarrow import PyArrowSchema

from stead.dmn.errors import DmnError, FeelError
from stead.dmn.feel import temporal
from stead.dmn.feel.harvest import taken_apart, to_column
from stead.dmn.feel.values import number_dtype
from stead.dmn.kit.tck_cases import Case, Untyped, in_model, like, read_cases, test_files, typed
from stead.dmn.tables import binding
from stead.dmn.tables import model as m
from stead.dmn.tables.compiled import Compiled, evaluated, plan_of
from stead.dmn.tables.hit_policies import zipped
from stead.dmn.tables.reading import read

# The kit compares computed numbers with this relative difference allowed.
_TOLERANCE = Decimal("1e-8")


class Verdict(StrEnum):
    """What became of one case; all but the first are failures."""

    PASSED = "passed"
    WRONG = "wrong value"
    NO_ERROR = "value where an error was expected"
    ERROR = "error where a value was expected"
    REFUSED = "refused model"
    BEYOND = "beyond columns"
    CRASH = "crash"


class CrashError(DmnError):
    """What nobody foresaw: an exception that is no answer of the library."""


@dataclass(frozen=True)
class Outcome:
    """What one decision of one case gave."""

    file: Path
    case: str
    decision: str
    verdict: Verdict
    expected: Any
    got: Any

    @property
    def passed(self) -> bool:
        """Whether the kit would count it."""
        return self.verdict is Verdict.PASSED

    def __str__(self) -> str:
        """One line for a reader."""
        word = "passed" if self.passed else f"FAILED ({self.verdict})"
        where = f"{self.file.stem} {self.case} {self.decision}"
        return f"{word} {where}: expected {shown(self.expected)}, got {shown(self.got)}"


def judged(expected: Any, got: Any, *, is_error: bool) -> Verdict:
    """The verdict on a case. Where the kit expects an error, null or an error of the expression is one.

    A model that is refused, for its size too, has not answered, and what columns cannot express is no
    error of the model: neither passes for the error that a case expects.
    """
    if isinstance(got, CrashError):
        return Verdict.CRASH
    if isinstance(got, FeelError):
        if got.kind == "columns":
            return Verdict.BEYOND
        return Verdict.PASSED if is_error else Verdict.ERROR
    if isinstance(got, DmnError):
        return Verdict.REFUSED
    if agrees(expected, got) or (is_error and got is None):
        return Verdict.PASSED
    return Verdict.NO_ERROR if is_error else Verdict.WRONG


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


def run(folder: Path) -> Iterator[Outcome]:
    """The outcome of each decision of each case below a folder."""
    for path in test_files(folder):
        yield from run_file(path)


def run_file(path: Path) -> list[Outcome]:
    """The outcomes of one test file; a model that cannot be read fails all its cases, a test file that
    cannot be read is a failure by itself."""
    try:
        file = read_cases(path)
    except DmnError as error:
        return [Outcome(path, "-", "-", Verdict.REFUSED, "test cases", error)]
    try:
        model = read(path.parent / file.model)
        cases = in_model(model, file.cases)
    except DmnError as error:
        return [
            Outcome(path, c.id, d, Verdict.REFUSED, wanted, error)
            for c in file.cases
            for d, wanted, _ in c.expected
        ]
    asked = dict.fromkeys((case.service, decision) for case in cases for decision, _, _ in case.expected)
    outcomes = []
    for service, decision in asked:
        asking = [case for case in cases if case.service == service and case.asks(decision)]
        for case, got in zip(asking, decided(model, service, decision, asking), strict=True):
            outcomes += [
                Outcome(path, case.id, decision, judged(wanted, got, is_error=is_error), wanted, got)
                for name, wanted, is_error in case.expected
                if name == decision
            ]
    return outcomes


def decided(model: m.Model, service: str, decision: str, cases: list[Case]) -> list[Any]:
    """The value of a decision in each case, all cases as one table; an error stands where it spoils one.

    service: the decision service that the cases call for it, if they do.
    """
    try:
        model = called(model, service or decision)
        plan = plan_of(typed(model, cases), service or decision, lenient=True)
        found = values(plan, [case.inputs for case in cases])
        return [_output(model, service, decision, one) for one in found]
    # Whatever a case breaks is the failure of that case, and must not hide those that come after it.
    except Exception as error:  # noqa: BLE001
        if len(cases) > 1:
            return [decided(model, service, decision, [case])[0] for case in cases]
        return [error if isinstance(error, DmnError) else _crash(error)]


def _output(model: m.Model, service: str, decision: str, found: Any) -> Any:
    """The value of one decision in what was found; a service of several outputs gives a context of them."""
    called_service = next((one for one in model.services if one.name == service), None)
    is_context = called_service is not None and len(called_service.outputs) > 1 and isinstance(found, dict)
    return found.get(decision) if is_context else found


def _crash(error: Exception) -> CrashError:
    return CrashError("{name}: {reason}", name=type(error).__name__, reason=" ".join(str(error).split()))


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
    if not columns:
        return [rebuild(iter(())) for _ in rows]
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


def agrees(expected: Any, got: Any) -> bool:
    """Whether a result is the expected one; computed numbers may differ in the ninth digit."""
    if isinstance(expected, Untyped):
        expected = like(got, expected)
    if isinstance(expected, dict) and isinstance(got, dict):
        return expected.keys() == got.keys() and all(agrees(expected[key], got[key]) for key in expected)
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(agrees(a, b) for a, b in zip(expected, got, strict=True))
    if isinstance(expected, bool) or isinstance(got, bool):
        return expected is got
    if isinstance(expected, Decimal) and isinstance(got, Decimal):
        return expected == got or abs(expected - got) <= _TOLERANCE * max(abs(expected), abs(got))
    return bool(type(expected) is type(got) and expected == got)
