"""The peers of bench/dmn.py, row by row: SpiffWorkflow's DMN engine and pyDMNrules.

Reads from standard input, as JSON, what to decide: a list of tables with "name", "inputs" and "outputs"
(name and type), "rules" (cells in FEEL) and "rows". Prints as JSON, for each table and peer, the rows a
second and the outputs. A process of its own, because nothing else needs the peers: requirements-bench.lock.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lxml import etree
from pyDMNrules import DMN
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
from SpiffWorkflow.dmn.parser.DMNParser import DMNParser

SECONDS_MAX = 3.0
Row = dict[str, Any]
Decide = Callable[[Row], Row]
NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def in_python(cell: str) -> str:
    """A cell as SpiffWorkflow reads it: Python, with ? for the input."""
    if cell == "-":
        return ""
    if cell.startswith('"') and "," in cell:
        return f"? in ({cell})"
    if ".." in cell:
        low, _, high = cell[1:-1].partition("..")
        return f"{low} <= ? <= {high}"
    return "None" if cell == "null" else cell


def xml_of(one: dict[str, Any], policy: str, said: Callable[[str], str]) -> str:
    """The table as plain DMN: without labels and notes, which the peers stumble over."""
    parts = [
        f'<definitions xmlns="{NAMESPACE}" id="bench" name="bench" namespace="bench">',
        *(
            f"<inputData id={quoteattr('in-' + name)} name={quoteattr(name)}>"
            f'<variable name={quoteattr(name)} typeRef="{kind}"/></inputData>'
            for name, kind in one["inputs"]
        ),
        f'<decision id="d" name="{one["name"]}">',
        *(
            f"<informationRequirement><requiredInput href={quoteattr('#in-' + name)}/>"
            "</informationRequirement>"
            for name, _ in one["inputs"]
        ),
        f'<decisionTable id="t" name="{one["name"]}" hitPolicy="{policy}">',
    ]
    for i, (name, kind) in enumerate(one["inputs"]):
        parts.append(
            f'<input id="i{i}" label={quoteattr(name)}><inputExpression typeRef="{kind}">'
            f"<text>{escape(name)}</text></inputExpression></input>"
        )
    parts += [
        f'<output id="o{i}" name="{name}" label="{name}" typeRef="{kind}"/>'
        for i, (name, kind) in enumerate(one["outputs"])
    ]
    count = len(one["inputs"])
    for i, cells in enumerate(one["rules"]):
        entries = "".join(
            f'<{"inputEntry" if j < count else "outputEntry"} id="e{i}-{j}"><text>{escape(said(cell))}</text>'
            f"</{'inputEntry' if j < count else 'outputEntry'}>"
            for j, cell in enumerate(cells)
        )
        parts.append(f'<rule id="r{i}">{entries}</rule>')
    return "".join([*parts, "</decisionTable></decision></definitions>"])


@dataclass
class Workflow:
    """What SpiffWorkflow's engine asks of a workflow."""

    script_engine: PythonScriptEngine


@dataclass
class Task:
    """What SpiffWorkflow's engine asks of a task: the values and where expressions are evaluated."""

    data: Row
    workflow: Workflow


def spiff(one: dict[str, Any]) -> Decide:
    """SpiffWorkflow. It has no FIRST; its UNIQUE stops at the first rule that matches, which is the same."""
    root = etree.fromstring(xml_of(one, "UNIQUE", in_python).encode())
    parser = DMNParser(None, root, {"dmn": NAMESPACE})
    parser.parse()
    engine, workflow = DMNEngine(parser.decision.decisionTables[0]), Workflow(PythonScriptEngine())
    return lambda row: dict(engine.result(Task(row, workflow)))


def pydmnrules(one: dict[str, Any]) -> Decide:
    """pyDMNrules; a row that no rule matches is an error there, and here no output."""
    rules = DMN()
    status = rules.useXML(xml_of(one, "FIRST", str))
    if status.get("errors"):
        raise SystemExit(f"pyDMNrules does not read {one['name']}: {status['errors']}")

    def decide(row: Row) -> Row:
        _, found = rules.decide(row)
        last = found[-1] if isinstance(found, list) and found else found
        return dict(last["Result"]) if last else {}

    return decide


def measured(decide: Decide, rows: list[Row]) -> dict[str, Any]:
    """Rows a second over as many of the rows as fit in the time, and the outputs of those."""
    decide(rows[0])
    outputs: list[Row] = []
    start = time.perf_counter()
    for row in rows:
        outputs.append(decide(row))
        if time.perf_counter() - start > SECONDS_MAX:
            break
    return {"rows_a_second": len(outputs) / (time.perf_counter() - start), "outputs": outputs}


def main() -> int:
    """Print what the peers gave."""
    peers = {"SpiffWorkflow": spiff, "pyDMNrules": pydmnrules}
    found = {
        one["name"]: {peer: measured(make(one), one["rows"]) for peer, make in peers.items()}
        for one in json.load(sys.stdin)
    }
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
