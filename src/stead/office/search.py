"""Finding a word in the handbook: in prose, tables, lists, processes and sentences."""

from collections.abc import Iterator
from dataclasses import dataclass

from stead.handbook import clauses
from stead.handbook.content.prose_html import plain
from stead.handbook.content.tables import TableView
from stead.office.reading import Writer

HITS_MAX = 12
AROUND = 48  # characters shown on each side of what was found


@dataclass(frozen=True)
class Line:
    """Something that can be found: its clause, what it is called, its words, where it stands on the page."""

    clause: str
    title: str
    text: str
    anchor: str = ""


@dataclass(frozen=True)
class Hit:
    """A line that has all the words, with the words around the first of them."""

    clause: str
    title: str
    excerpt: str
    anchor: str


def find(writer: Writer, asked: str) -> list[Hit]:
    """The lines that have every word of what was asked, titles first; at most HITS_MAX."""
    words = asked.casefold().split()
    if not words:
        return []
    found = []
    for line in lines(writer):
        text = f"{line.clause} {line.title} {line.text}".casefold()
        if all(word in text for word in words):
            in_title = all(word in f"{line.clause} {line.title}".casefold() for word in words)
            found.append(
                (not in_title, Hit(line.clause, line.title, _excerpt(line.text, words), line.anchor))
            )
    return [hit for _, hit in sorted(found, key=lambda one: one[0])][:HITS_MAX]


def lines(writer: Writer) -> Iterator[Line]:
    """Everything in the handbook that has words, clause by clause."""
    for number in clauses.numbers(writer.handbook):
        page = writer.page(number)
        source = clauses.markdown(writer.handbook, number, writer.reader.language)
        yield Line(number, page.clause.title, plain(clauses.without_heading(source)))
        pieces = [piece for section in page.sections for piece in section.pieces] + list(page.rest)
        for piece in pieces:
            if piece.table:
                yield from _table_lines(number, piece.table)
            elif piece.figures:
                for row in piece.figures.rows:
                    yield Line(number, piece.figures.title, " · ".join(row.cells), piece.figures.name)
            elif piece.process:
                steps = " · ".join(step.name for step in piece.process.steps)
                yield Line(number, piece.process.title, steps, piece.process.name)
        for one in page.sentences:
            yield Line(number, page.clause.title, " ".join(one.said), "sentences")


def _table_lines(number: str, table: TableView) -> Iterator[Line]:
    """A table by its question and columns, and each of its rows."""
    title = table.question or table.name
    yield Line(number, title, " · ".join(one.label for one in (*table.columns, *table.outputs)), table.name)
    for row in table.rows:
        cells = [cell.text for cell in (*row.inputs, *row.outputs) if not cell.is_any]
        yield Line(
            number, f"{title} #{row.number}", f"{row.note} · {' · '.join(cells)} · {row.rule_id}", row.rule_id
        )


def _excerpt(text: str, words: list[str]) -> str:
    """The text around the first word that it has; its beginning where the word stands in the title alone."""
    places = [at for word in words if (at := text.casefold().find(word)) >= 0]
    begin = max(0, min(places, default=0) - AROUND)
    end = begin + 2 * AROUND
    return f"{'…' if begin else ''}{text[begin:end]}{'…' if end < len(text) else ''}"
