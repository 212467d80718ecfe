"""How long the SQL of an expression becomes: a value that is used twice is written twice."""

from typing import TypeVar

import ibis.expr.operations as ops

from stead.dmn.errors import LimitError
from stead.dmn.values import ColumnList, ContextValue, ListValue, Scalar, Value

NODES_MAX = 50_000
Any_ = TypeVar("Any_", bound=Value)


def bounded(value: Any_) -> Any_:
    """The value; raises LimitError when one of its columns would be written with too many operations.

    Sixteen doublings in a context make a text of 65,536 operations out of sixteen short lines.
    """
    waiting: list[Value] = [value]
    weights: dict[ops.Node, int] = {}
    while waiting:
        one = waiting.pop()
        if isinstance(one, ListValue):
            waiting.extend(one.items)
        elif isinstance(one, ContextValue):
            waiting.extend(entry for _, entry in one.entries)
        elif isinstance(one, ColumnList | Scalar) and one.column is not None:
            _refuse(_weight(one.column.op(), weights))
    return value


def _refuse(weight: int) -> None:
    if weight > NODES_MAX:
        raise LimitError(
            "the expression becomes more than {nodes_max} operations; split it up", nodes_max=f"{NODES_MAX:,}"
        )


def _weight(root: ops.Node, weights: dict[ops.Node, int]) -> int:
    """Operations below a node, each counted as often as it is written; tables count as one."""
    waiting = [root]
    while waiting:
        node = waiting[-1]
        below = () if node in weights or isinstance(node, ops.Relation) else node.__children__
        missing = [child for child in below if child not in weights]
        if missing:
            waiting.extend(missing)
            continue
        weights.setdefault(node, 1 + sum(weights[child] for child in below))
        waiting.pop()
    return weights[root]
