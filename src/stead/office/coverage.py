"""Coverage: what executes each clause, how often it fired, and what nothing executes or never fired."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from stead.handbook import clauses
from stead.handbook.content.tables import Fired, RuleRow, TableView, with_counts
from stead.handbook.firings import Firings
from stead.office.reading import Writer


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


@dataclass(frozen=True)
class _Clause:
    """What executes a clause, before anything is counted."""

    number: str
    title: str
    tables: tuple[TableView, ...]
    others: tuple[tuple[str, Part], ...]  # path and part of each list and process
    order: tuple[str, ...]  # the names of all, in the order of the page
    sentences: int


@dataclass(frozen=True)
class _Asked:
    """A content in a language on a day: pages of the same show the same parts."""

    version: str
    language: str
    currency: str
    day: date
    query: str
    writer: Writer = field(compare=False)


@lru_cache(maxsize=8)
def skeleton(asked: _Asked) -> tuple[_Clause, ...]:
    """The parts of all clauses. To find them means to make the page of every clause, so it is done once."""
    found = []
    for number in clauses.numbers(asked.writer.handbook):
        page = asked.writer.page(number)
        pieces = [piece for section in page.sections for piece in section.pieces] + list(page.rest)
        tables, others, order = [], [], []
        for piece in pieces:
            if piece.table:
                tables.append(piece.table)
                order.append(piece.table.name)
            elif piece.figures:
                told = piece.figures
                others.append((told.path, Part(told.name, told.title, "list", is_read=False)))
                order.append(told.name)
            elif piece.process:
                others.append(("", Part(piece.process.name, piece.process.title, "process", is_read=False)))
                order.append(piece.process.name)
        found.append(
            _Clause(number, page.clause.title, tuple(tables), tuple(others), tuple(order),
                    len(page.sentences))
        )  # fmt: skip
    return tuple(found)


def coverage(writer: Writer, fired: Firings, reads: Collection[str]) -> Coverage:
    """What executes each clause. reads: the paths that a night applies."""
    bare = replace(writer, firings=None, actions=None)
    reader = writer.reader
    asked = _Asked(
        writer.handbook.version, reader.language, reader.currency, writer.day, writer.query, bare
    )  # fmt: skip
    found, quiet = [], []
    for clause in skeleton(asked):
        parts = [replace(part, is_read=path in reads) for path, part in clause.others]
        for table in clause.tables:
            view = with_counts(table, fired.of_table(table.name))
            is_read = view.path in reads
            parts.append(Part(view.name, view.question or view.name, "table", is_read, view.fired))
            if is_read and fired.counted:
                quiet += _quiet(clause.number, view)
        parts.sort(key=lambda part: clause.order.index(part.name))
        counted = fired.of_clause(clause.number)
        found.append(Covered(clause.number, clause.title, tuple(parts), clause.sentences, counted))
    return Coverage(tuple(found), tuple(quiet))


def _quiet(number: str, view: TableView) -> list[Quiet]:
    """The rules of a table that did not fire in 90 days."""
    return [
        Quiet(number, view, row, never=row.fired.ever == 0)
        for row in view.rows
        if row.fired is not None and row.fired.days_90 == 0
    ]
