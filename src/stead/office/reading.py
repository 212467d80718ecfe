"""A clause for reading: its prose with tables, lists and processes in place, and what else belongs to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from stead.core.formats import day_short, is_chinese
from stead.handbook import clauses
from stead.handbook.content import prose
from stead.handbook.content.book import Handbook, HandbookError
from stead.handbook.content.figures import BOOK_CURRENCY, FigureView, figure_view
from stead.handbook.content.prose import Place
from stead.handbook.content.prose_html import blocks
from stead.handbook.content.sources import UNVERIFIED, certainty, read_source
from stead.handbook.content.steps import Process, process
from stead.handbook.content.tables import TableView, table_view, with_counts
from stead.handbook.content.texts import Texts, TextsError
from stead.handbook.content.value_words import Reader
from stead.handbook.firings import Firings
from stead.handbook.registry import DayActions

SENTENCES = ("reason", "do", "talk", "held")


@dataclass(frozen=True)
class Piece:
    """A piece of a clause: prose, or one of what stands in place."""

    html: SafeString | None = None
    table: TableView | None = None
    figures: FigureView | None = None
    process: Process | None = None


@dataclass(frozen=True)
class Section:
    """A section of a clause with its pieces."""

    heading: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Sentence:
    """A text that the system says: of which kind, about what, and its words with places."""

    group: str
    key: str
    said: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """A clause for reading."""

    clause: clauses.Clause
    sections: tuple[Section, ...]
    rest: tuple[Piece, ...]  # what the prose does not mention
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Writer:
    """Makes pages of one handbook. query: what links within it carry."""

    handbook: Handbook
    reader: Reader
    day: date
    query: str = ""
    firings: Firings | None = None
    actions: DayActions | None = None

    def page(self, number: str) -> Page:
        """A clause. Raises LookupError when the handbook does not have it."""
        clause = clauses.clause(self.handbook, number, self.reader.language)
        placed: set[str] = set()
        sections = tuple(
            Section(heading, tuple(self._pieces(body, placed))) for heading, body in self._bodies(number)
        )
        paths = (*clause.tables, *clause.figures, *clause.processes)
        rest = (self._piece(path) for path in paths if path not in placed)
        return Page(clause, sections, tuple(one for one in rest if one), tuple(self._sentences(number)))

    def _bodies(self, number: str) -> list[tuple[str, str]]:
        """Headings and bodies of the prose; one without heading where it has no sections."""
        try:
            read = prose.read(self.handbook, number, "zh" if is_chinese(self.reader.language) else "en")
        except HandbookError:
            source = clauses.markdown(self.handbook, number, self.reader.language)
            return [("", clauses.without_heading(source))]
        intro = [("", read.intro)] if read.intro else []
        return [*intro, *((one.heading, one.body) for one in read.sections)]

    def _pieces(self, body: str, placed: set[str]) -> Iterator[Piece]:
        for block in blocks(body, self.show):
            if block.place is None:
                yield Piece(block.html)
                continue
            try:
                path = prose.file_of(self.handbook, block.place)
            except HandbookError:
                yield Piece(_missing(block.place))
                continue
            placed.add(path)
            yield self._piece(path) or Piece(_missing(block.place))

    def _piece(self, path: str) -> Piece | None:
        """What stands at a path, ready to be shown."""
        if path.endswith(".dmn"):
            return self._table(path)
        if path.endswith(".csv"):
            found = figure_view(self.handbook, path, self.reader, self.day)
            return Piece(figures=found) if found else None
        read = process(self.handbook.files[path], path, self.reader)
        return Piece(process=read) if read else None

    def _table(self, path: str) -> Piece | None:
        view = table_view(self.handbook, path, self.reader)
        if view is None:
            return None
        fired = self.firings.of_table(view.name) if self.firings and self.firings.counted else None
        return Piece(table=with_counts(view, fired, self.actions.by_rule if self.actions else None))

    def show(self, place: Place) -> SafeString:
        """A place within a sentence: a value with its date, or a link."""
        try:
            if place.kind == "clause":
                return self._clause_link(place.target)
            if place.kind in {"table", "process"}:
                return self._link(place)
            return self._value(place)
        except (HandbookError, LookupError):
            return _missing(place)

    def _clause_link(self, number: str) -> SafeString:
        said = clauses.clause(self.handbook, number, self.reader.language).title
        address = reverse("clause", args=[number]) + self.query
        return format_html('<a href="{}">{} {}</a>', address, number, said)

    def _link(self, place: Place) -> SafeString:
        """To where a table, list or process stands."""
        path = prose.file_of(self.handbook, place)
        number = path.partition("/")[0] if "/" in path else ""
        address = (reverse("clause", args=[number]) if number else reverse("clauses")) + self.query
        piece = self._piece(path)
        return format_html('<a href="{}#{}">{}</a>', address, place.target, _title_of(piece) or place.target)

    def _value(self, place: Place) -> SafeString:
        found = prose.value(self.handbook, place, self.day)
        # What is counted is named by the sentence around it; a column called "value" is no amount by itself.
        plain = found.unit and found.unit != BOOK_CURRENCY
        said = self.reader.value("" if plain else found.column, found.text)
        if found.holds or found.effective_from is None:
            if certainty(found.source) == UNVERIFIED:
                sure = read_source(found.source, self.reader.label)[1]
                unsure = '<span class="datum is-unverified" title="{}: {}">{}</span>'
                return format_html(unsure, place.target, sure, said)
            return format_html('<span class="datum" title="{}">{}</span>', place.target, said)
        # Where no row holds yet, the next one is told with its date, so that nobody takes it for today's.
        since = day_short(found.effective_from, self.reader.language, self.day)
        coming = '<span class="datum is-coming" title="{}">{} ({})</span>'
        return format_html(coming, place.target, said, since)

    def _sentences(self, number: str) -> Iterator[Sentence]:
        """What the system says by this clause, in the language of the page."""
        own = {path: text for path, text in self.handbook.files.items() if path.startswith(f"{number}/")}
        try:
            texts = Texts.read({path: text for path, text in own.items() if path.endswith(".toml")}).groups
        except TextsError:
            return
        language = "zh" if is_chinese(self.reader.language) else "en"
        for group in SENTENCES:
            for key, entry in texts.get(group, {}).items():
                said: Any = entry.get(language, "") if isinstance(entry, Mapping) else ""
                yield Sentence(group, key, tuple(said) if isinstance(said, list) else (said,))


def _title_of(piece: Piece | None) -> str:
    """What something that stands in place is called."""
    if piece is None:
        return ""
    if piece.table:
        return piece.table.question
    return piece.figures.title if piece.figures else piece.process.title if piece.process else ""


def _missing(place: Place) -> SafeString:
    """A place that leads nowhere is shown as it is written; a check of the handbook names it."""
    return format_html('<code class="is-missing">{}</code>', str(place))
