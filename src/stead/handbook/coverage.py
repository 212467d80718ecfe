"""Coverage: what executes each clause, how often it fired, and what nothing executes or never fired."""

from collections.abc import Collection
from dataclasses import dataclass

from stead.handbook import clauses
from stead.handbook.firings import Firings
from stead.handbook.reading import Writer
from stead.handbook.tables import Fired, RuleRow, TableView, with_counts


@dataclass(frozen=True)
class Part:
    """A table, list or process of a clause. is_read: the night applies it."""

    name: str
    title: str
    kind: str  # table, list, process
    is_read: bool
    fired: Fired | None = None


@dataclass(frozen=True)
class Quiet:
    """A rule that did not fire in 90 days. never: in no night that is counted."""

    clause: str
    table: TableView
    row: RuleRow
    never: bool

    @property
    def asks(self) -> list[tuple[str, str]]:
        """Its conditions with the names of their columns."""
        return [
            (cell.text, column.label)
            for cell, column in zip(self.row.inputs, self.table.columns, strict=True)
            if not cell.is_any
        ]


@dataclass(frozen=True)
class Covered:
    """A clause with what executes it."""

    number: str
    title: str
    parts: tuple[Part, ...]
    sentences: int
    fired: Fired

    @property
    def is_executed(self) -> bool:
        """Whether the night applies anything of it."""
        return any(part.is_read for part in self.parts)

    @property
    def unread(self) -> tuple[Part, ...]:
        """Tables and lists that the night does not apply."""
        return tuple(part for part in self.parts if not part.is_read)


@dataclass(frozen=True)
class Coverage:
    """The whole handbook."""

    clauses: tuple[Covered, ...]
    quiet: tuple[Quiet, ...]

    @property
    def executed(self) -> int:
        """How many clauses the night applies something of."""
        return sum(one.is_executed for one in self.clauses)


def coverage(writer: Writer, fired: Firings, reads: Collection[str]) -> Coverage:
    """What executes each clause. reads: the paths that a night applies."""
    found, quiet = [], []
    for number in clauses.numbers(writer.handbook):
        page = writer.page(number)
        pieces = [piece for section in page.sections for piece in section.pieces] + list(page.rest)
        parts = []
        for piece in pieces:
            if piece.table:
                view = with_counts(piece.table, fired.of_table(piece.table.name))
                is_read = view.path in reads
                parts.append(Part(view.name, view.question or view.name, "table", is_read, view.fired))
                if is_read and fired.counted:
                    quiet += _quiet(number, view)
            elif piece.figures:
                parts.append(
                    Part(piece.figures.name, piece.figures.title, "list", piece.figures.path in reads)
                )
            elif piece.process:
                parts.append(Part(piece.process.name, piece.process.title, "process", is_read=False))
        found.append(
            Covered(number, page.clause.title, tuple(parts), len(page.sentences), fired.of_clause(number))
        )
    return Coverage(tuple(found), tuple(quiet))


def _quiet(number: str, view: TableView) -> list[Quiet]:
    """The rules of a table that did not fire in 90 days."""
    return [
        Quiet(number, view, row, never=row.fired.ever == 0)
        for row in view.rows
        if row.fired is not None and row.fired.days_90 == 0
    ]
