"""The order of rules by their outputs, for the hit policies priority and output order (DMN 1.5, 8.2.10)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis

from stead.dmn.errors import FeelError, LimitError, Place
from stead.dmn.feel.evaluate import Evaluator, Scope
from stead.dmn.feel.nodes import ListOf, Node, Tests
from stead.dmn.feel.parser import parse_tests
from stead.dmn.feel.values import Scalar, Value, column_of

# What the ranks of all columns and the rule's number have to fit in: a whole number of 64 bits.
_KEYS_MAX = 2**62


@dataclass(frozen=True)
class Ranks:
    """The priority of each rule: a number, or a column where an output is computed. The lowest comes first.

    No two are equal, since rules of one rank come in the order of the table.
    """

    keys: tuple[Any, ...]
    limit: int  # above all of them

    @property
    def order(self) -> list[int] | None:
        """Rules (from 0) by falling priority; None where that differs from one row of data to another."""
        known = [key for key in self.keys if isinstance(key, int)]
        return None if len(known) < len(self.keys) else sorted(range(len(known)), key=known.__getitem__)

    def marks(self, conditions: Sequence[Scalar], unmatched: Any) -> list[Any]:
        """For each rule its key where it matches, as a column, and `unmatched` where it does not."""
        return [
            ibis.ifelse(
                column_of(held), ibis.literal(key, "int64") if isinstance(key, int) else key, unmatched
            )
            for key, held in zip(self.keys, conditions, strict=True)
        ]

    def first(self, conditions: Sequence[Scalar], missing: int) -> Any:
        """The number of the matching rule that comes first; `missing` where none matches."""
        lowest = ibis.least(*self.marks(conditions, ibis.literal(self.limit, "int64")))
        found = ibis.ifelse(lowest == self.limit, missing, lowest % len(self.keys))
        return found.cast("int16")

    def sorted(self, conditions: Sequence[Scalar]) -> Any:
        """The numbers of the matching rules as an array, by falling priority."""
        keys = ibis.array(self.marks(conditions, ibis.null("int64"))).filter(lambda one: one.notnull())
        return keys.sort().map(lambda key: (key % len(self.keys)).cast("int16"))


def ranks(rows: Sequence[Sequence[Value]], allowed: Sequence[str], scope: Scope, decision: str) -> Ranks:
    """The priorities of rules by their outputs, column by column from the left.

    rows: the outputs of each rule; allowed: the allowed values of each output column, "" for one without.
    Raises FeelError when no column has allowed values: their order is the priority.
    """
    orders = [_items(text, scope) for text in allowed]
    if not any(orders):
        raise FeelError(
            "the hit policy needs allowed values on an output column: their order is the priority",
            Place(decision),
        )
    count = max(len(rows), 1)
    limit = math.prod(len(order) + 1 for order in orders) * count
    if limit > _KEYS_MAX:
        raise LimitError("the output columns have more combinations of allowed values than can be ranked")
    keys = []
    for position, row in enumerate(rows):
        key: Any = 0
        for value, order in zip(row, orders, strict=True):
            key = key * (len(order) + 1) + (_rank(value, order, scope) if order else 0)
        keys.append(key * count + position)
    return Ranks(tuple(keys), limit)


def _items(text: str, scope: Scope) -> tuple[Node, ...]:
    """The allowed values one by one; a list among them stands for its items."""
    if not text:
        return ()
    node = parse_tests(text, scope.parse_names)
    items = node.items if isinstance(node, Tests) else ()
    return tuple(inner for item in items for inner in (item.items if isinstance(item, ListOf) else (item,)))


def _rank(value: Value, order: Sequence[Node], scope: Scope) -> Any:
    """The position of the first allowed value that an output is, and their number for one that is none."""
    branches: list[tuple[Any, int]] = []
    last = len(order)
    for position, item in enumerate(order):
        held = Evaluator(scope.afresh().with_names({"?": value})).test(Tests((item,)), value)
        if held.known and held.constant is True:
            last = position
            break
        if not held.known:
            branches.append((held.column, position))
    return ibis.cases(*branches, else_=last).cast("int64") if branches else last
