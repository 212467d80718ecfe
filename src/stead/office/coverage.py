"""Coverage: what executes each clause, how often it fired, and what nothing executes or never fired."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from stead.handbook import clauses
from stead.handbook.content.figures import figure_view
from stead.handbook.content.tables import Fired, RuleRow, TableView, with_counts
from stead.handbook.firings import Firings
from stead.office.reading import Writer


@dataclass(frozen=True)
class Part:
    """A table, list or process of a clause."""

    path: str  # "2.2/tier.dmn"
    title: str
    kind: str  # table, list, process
    executed_by: tuple[str, ...] = ()  # the stages of the night that apply it
    fired: Fired | None = None

    @property
    def name(self) -> str:
        """Clause and table, list or process: 2.2/tier."""
        return self.path.rpartition(".")[0]

    @property
    def is_read(self) -> bool:
        """Whether the night applies it."""
        return bool(self.executed_by)


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
    shared: tuple[Part, ...] = ()  # the lists that belong to no clause

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
    others: tuple[Part, ...]  # the lists and processes
    order: tuple[str, ...]  # the names of all, in the order of the page
    sentences: int


@dataclass(frozen=True)
class _Skeleton:
    """A whole content, before anything is counted."""

    clauses: tuple[_Clause, ...]
    shared: tuple[Part, ...]


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
def skeleton(asked: _Asked) -> _Skeleton:
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
                others.append(Part(piece.figures.path, piece.figures.title, "list"))
                order.append(piece.figures.name)
            elif piece.process:
                others.append(Part(piece.process.path, piece.process.title, "process"))
                order.append(piece.process.name)
        found.append(
            _Clause(number, page.clause.title, tuple(tables), tuple(others), tuple(order),
                    len(page.sentences))
        )  # fmt: skip
    writer = asked.writer
    paths = (path for path in sorted(writer.handbook.files) if "/" not in path and path.endswith(".csv"))
    views = (figure_view(writer.handbook, path, writer.reader, writer.day) for path in paths)
    return _Skeleton(tuple(found), tuple(Part(view.path, view.title, "list") for view in views if view))


def coverage(writer: Writer, fired: Firings, reads: Mapping[str, tuple[str, ...]]) -> Coverage:
    """What executes each clause. reads: the stages of the night by the paths that they apply."""
    bare = replace(writer, firings=None, actions=None)
    reader = writer.reader
    asked = _Asked(
        writer.handbook.version, reader.language, reader.currency, writer.day, writer.query, bare
    )  # fmt: skip
    found, quiet = [], []
    content = skeleton(asked)
    for clause in content.clauses:
        parts = [_executed(part, reads) for part in clause.others]
        for table in clause.tables:
            view = with_counts(table, fired.of_table(table.name))
            part = _executed(Part(view.path, view.question or view.name, "table", fired=view.fired), reads)
            parts.append(part)
            if part.is_read and fired.counted:
                quiet += _quiet(clause.number, view)
        parts.sort(key=lambda part: clause.order.index(part.name))
        counted = fired.of_clause(clause.number)
        found.append(Covered(clause.number, clause.title, tuple(parts), clause.sentences, counted))
    return Coverage(tuple(found), tuple(quiet), tuple(_executed(part, reads) for part in content.shared))


def _executed(part: Part, reads: Mapping[str, tuple[str, ...]]) -> Part:
    """A part with the stages that apply it."""
    return replace(part, executed_by=reads.get(part.path, ()))


def _quiet(number: str, view: TableView) -> list[Quiet]:
    """The rules of a table that did not fire in 90 days."""
    return [
        Quiet(number, view, row, never=row.fired.ever == 0)
        for row in view.rows
        if row.fired is not None and row.fired.days_90 == 0
    ]
