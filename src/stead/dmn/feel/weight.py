"""How long the SQL of an expression becomes: a value that is used twice is written twice."""

from dataclasses import dataclass
from typing import TypeVar

import ibis.expr.operations as ops

from stead.dmn.errors import LimitError
from stead.dmn.feel.values import ColumnList, ContextValue, ListValue, Scalar, Value

NODES_MAX = 50_000
# For everything that one decision needs, its tables' cells and what it requires together.
ALL_NODES_MAX = 2_000_000
ALL_STEPS_MAX = 1_000_000
_CHARACTERS_A_NODE = 100
Any_ = TypeVar("Any_", bound=Value)


@dataclass
class Spent:
    """What the expressions of one decision and of all that it requires have cost so far."""

    steps: int = 0
    nodes: int = 0

    def step(self) -> None:
        """One step more; raises LimitError when all expressions together take too many."""
        self.steps += 1
        if self.steps > ALL_STEPS_MAX:
            raise LimitError(
                "the expressions take more than {steps_max} steps together", steps_max=f"{ALL_STEPS_MAX:,}"
            )

    def bounded(self, value: Any_) -> Any_:
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
                weight = _weight(one.column.op(), weights)
                _refuse(weight)
                self.nodes += weight
        if self.nodes > ALL_NODES_MAX:
            raise LimitError(
                "the expressions become more than {nodes_max} operations together",
                nodes_max=f"{ALL_NODES_MAX:,}",
            )
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
        weights.setdefault(node, _own(node) + sum(weights[child] for child in below))
        waiting.pop()
    return weights[root]


def _own(node: ops.Node) -> int:
    """What a node counts for by itself: a long text is written as often as it is used."""
    known = node.value if isinstance(node, ops.Literal) else None
    return 1 + len(known) // _CHARACTERS_A_NODE if isinstance(known, str) else 1
