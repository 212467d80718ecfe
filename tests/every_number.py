"""Every number of the executed tables, and customers who stand on the edges of what they ask."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

from stead.handbook.content.book import Handbook
from tests.changed_cells import with_cells

_NUMBER = re.compile(r'"[^"]*"|(-?\d+(?:\.\d+)?)')


@dataclass(frozen=True)
class Number:
    """One number of a decision table: where it stands, and the whole cell."""

    table: str
    rule: str
    column: str
    is_output: bool
    cell: str
    start: int
    value: Decimal

    def by(self, steps: int) -> str:
        """The cell with the number larger by so many steps: ones, or hundredths of a share."""
        old = _NUMBER.match(self.cell, self.start)
        assert old is not None
        value = self.value + steps * step(self.value)
        return self.cell[: self.start] + f"{value:f}" + self.cell[old.end() :]

    def changed(self, handbook: Handbook, steps: int) -> Handbook:
        """The handbook in which this number alone is another."""
        return with_cells(handbook, {(self.rule, self.column): self.by(steps)})


def step(value: Decimal) -> Decimal:
    """The smallest change that means something: one, or a hundredth where there are decimals."""
    return Decimal(1) if value == value.to_integral_value() else Decimal("0.01")


def numbers(handbook: Handbook, tables: Sequence[str]) -> Iterator[Number]:
    """Every number that stands in a cell of these tables outside of words."""
    for name in tables:
        table = handbook.decision(name).table
        assert table is not None
        inputs, outputs = handbook.columns(name)
        for rule in table.rules:
            cells = zip((*inputs, *outputs), (*rule.inputs, *rule.outputs), strict=True)
            for place, (column, cell) in enumerate(cells):
                for found in _NUMBER.finditer(cell):
                    if found[1]:
                        yield Number(
                            name,
                            rule.id,
                            column,
                            place >= len(inputs),
                            cell,
                            found.start(),
                            Decimal(found[1]),
                        )


def all_changed(handbook: Handbook, found: Sequence[Number], steps: int = 1) -> Handbook:
    """The handbook in which all of these are another at once; of several in a cell the last goes first."""
    cells: dict[tuple[str, str], str] = {}
    for one in sorted(found, key=lambda one: -one.start):
        now = Number(**{**one.__dict__, "cell": cells.get((one.rule, one.column), one.cell)})
        cells[one.rule, one.column] = now.by(steps)
    return with_cells(handbook, cells)


def edges(found: Sequence[Number], column: str) -> list[Decimal]:
    """The numbers that a column is compared with, and those a step to each side."""
    values = {one.value for one in found if one.column == column and not one.is_output}
    return sorted({value + by * step(value) for value in values for by in (-1, 0, 1)})


def grid(*grids: Mapping[str, Sequence[Any]], **otherwise: Any) -> list[dict[str, Any]]:
    """A customer for each combination of each grid, numbered; `otherwise`: what a grid does not name."""
    rows = [
        otherwise | dict(zip(columns, values, strict=True))
        for columns in grids
        for values in product(*columns.values())
    ]
    return [{"customer_id": f"C{number:05d}", **row} for number, row in enumerate(rows)]
