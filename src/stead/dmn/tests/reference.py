"""A slow, obvious evaluator of decision tables, one row at a time in plain Python.

It shares the parser with the library and nothing else: every operator, test and hit policy is written
here a second time, as the standard words it.
"""

import datetime as dt
import math
import statistics
from decimal import Decimal, localcontext
from typing import Any

from stead.dmn.feel import nodes
from stead.dmn.feel.parser import parse_expression, parse_tests
from stead.dmn.tables.model import DecisionTable

Row = dict[str, Any]


class Written:
    """A range of numbers in a text, taken apart by hand."""

    def __init__(self, text: str) -> None:
        self.signs = text[0] + text[-1]
        self.ends = [Decimal(end) if end else None for end in text[1:-1].split("..")]

    def holds(self, value: Any) -> bool | None:
        """Whether a number lies in it; null for null."""
        low, high = self.ends
        above = True if low is None else compare(">=" if self.signs[0] == "[" else ">", value, low)
        below = True if high is None else compare("<=" if self.signs[1] == "]" else "<", value, high)
        return conjunction([above, below])


def evaluate(node: nodes.Node, row: Row) -> Any:  # noqa: C901 - one case for each kind of expression
    """The value of an expression for one row."""
    match node:
        case nodes.Literal():
            return node.value
        case nodes.Name():
            return row[node.name]
        case nodes.Negate():
            value = evaluate(node.operand, row)
            return None if value is None else -value
        case nodes.Arithmetic():
            return arithmetic(node.operator, evaluate(node.left, row), evaluate(node.right, row))
        case nodes.Compare():
            return compare(node.operator, evaluate(node.left, row), evaluate(node.right, row))
        case nodes.Between():
            value, low, high = (evaluate(part, row) for part in (node.value, node.low, node.high))
            return conjunction([compare(">=", value, low), compare("<=", value, high)])
        case nodes.And():
            return conjunction([evaluate(item, row) for item in node.items])
        case nodes.Or():
            return disjunction([evaluate(item, row) for item in node.items])
        case nodes.If():
            return evaluate(node.then if evaluate(node.condition, row) is True else node.otherwise, row)
        case nodes.In():
            return test(nodes.Tests(node.tests), evaluate(node.value, row), row)
        case nodes.ListOf():
            return [evaluate(item, row) for item in node.items]
        case nodes.Call(function=nodes.Name(name=name)):
            return call(name, [evaluate(argument, row) for argument in node.arguments])
    raise NotImplementedError(node)


def arithmetic(sign: str, a: Any, b: Any) -> Any:
    if a is None or b is None:
        return None
    if isinstance(a, str):
        return a + b
    with localcontext(prec=50):
        match sign:
            case "+":
                return a + b
            case "-":
                return a - b
            case "*":
                return a * b
    return None if b == 0 else a / b


def compare(sign: str, a: Any, b: Any) -> bool | None:
    if sign == "=":
        return bool(a == b) if a is not None and b is not None else a is None and b is None
    if sign == "!=":
        return not compare("=", a, b)
    if a is None or b is None:
        return None
    return bool({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign])


def conjunction(values: list[bool | None]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True


def disjunction(values: list[bool | None]) -> bool | None:
    if True in values:
        return True
    return None if None in values else False


def negation(value: bool | None) -> bool | None:
    return None if value is None else not value


def call(name: str, arguments: list[Any]) -> Any:  # noqa: C901 - one case for each function
    if name == "date":
        return dt.date.fromisoformat(arguments[0])
    if name in {"median", "stddev"} and isinstance(arguments[0], list):
        arguments = arguments[0]
    if None in arguments:
        return None
    match name:
        case "range":
            return Written(arguments[0])
        case "median":
            return statistics.median(arguments)
        case "stddev":
            return statistics.stdev(arguments)
        case "not":
            return not arguments[0]
        case "abs":
            return abs(arguments[0])
        case "min":
            return min(arguments)
        case "max":
            return max(arguments)
        case "floor":
            return Decimal(math.floor(arguments[0]))
        case "ceiling":
            return Decimal(math.ceil(arguments[0]))
        case "upper case":
            return arguments[0].upper()
        case "contains":
            return arguments[1] in arguments[0]
        case "starts with":
            return arguments[0].startswith(arguments[1])
        case "string length":
            return Decimal(len(arguments[0]))
    raise NotImplementedError(name)


def test(node: nodes.Node, value: Any, row: Row) -> bool | None:
    """Whether a value satisfies the unary tests of a cell."""
    if isinstance(node, nodes.Anything):
        return True
    assert isinstance(node, nodes.Tests)
    held = disjunction([one_test(item, value, {**row, "?": value}) for item in node.items])
    return negation(held) if node.negated else held


test.__test__ = False  # type: ignore[attr-defined]


def one_test(node: nodes.Node, value: Any, row: Row) -> bool | None:
    if isinstance(node, nodes.Test):
        return compare(node.operator, value, evaluate(node.value, row))
    if isinstance(node, nodes.Range):
        low = (
            None
            if node.low is None
            else compare(">=" if node.low_closed else ">", value, evaluate(node.low, row))
        )
        high = (
            None
            if node.high is None
            else compare("<=" if node.high_closed else "<", value, evaluate(node.high, row))
        )
        return conjunction([end for end, given in ((low, node.low), (high, node.high)) if given is not None])
    found = evaluate(node, row)
    if isinstance(found, Written):
        return found.holds(value)
    if isinstance(found, list):
        return disjunction([compare("=", value, item) for item in found])
    if any(inner == nodes.Name("?") for inner in nodes.walk(node)):
        return None if found is None else bool(found)
    return compare("=", value, found)


def decide(table: DecisionTable, row: Row) -> tuple[dict[str, Any], Any]:
    """The outputs and the matching rule (a list of rules where several may match)."""
    names = frozenset({*row, "upper case", "starts with", "string length"})
    hits = [
        i
        for i, rule in enumerate(table.rules)
        if all(
            test(parse_tests(cell, names), row[clause.expression], row) is True
            for cell, clause in zip(rule.inputs, table.inputs, strict=True)
        )
    ]
    outputs = [
        [evaluate(parse_expression(cell, names), row) for cell in rule.outputs] for rule in table.rules
    ]
    columns = [clause.name for clause in table.outputs]
    if table.hit_policy in "PO":
        orders = [parse_tests(clause.allowed_values, names) for clause in table.outputs]
        ranks = [[item.value for item in one.items] for one in orders]  # type: ignore[attr-defined]
        hits.sort(key=lambda i: [rank.index(value) for rank, value in zip(ranks, outputs[i], strict=True)])
    ids = [table.rules[i].id for i in hits]
    if table.hit_policy in "ROC":
        gathered = {
            name: gather(table.aggregation, [outputs[i][c] for i in hits]) for c, name in enumerate(columns)
        }
        return gathered, ids or None
    clash = len(hits) > 1 and (
        table.hit_policy == "U"
        or (table.hit_policy == "A" and any(outputs[i] != outputs[hits[0]] for i in hits))
    )
    if clash:
        return dict.fromkeys(columns), None
    if not hits:
        defaults = [parse_expression(clause.default or "null", names) for clause in table.outputs]
        return {name: evaluate(node, row) for name, node in zip(columns, defaults, strict=True)}, None
    return dict(zip(columns, outputs[hits[0]], strict=True)), ids[0]


def gather(aggregation: str | None, values: list[Any]) -> Any:
    if aggregation is None:
        return values
    if aggregation == "COUNT":
        return Decimal(len(values))
    if not values:
        return None
    if aggregation == "SUM":
        return sum(values)
    return min(values) if aggregation == "MIN" else max(values)
