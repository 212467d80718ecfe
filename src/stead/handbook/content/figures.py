"""The handbook's lists (CSV) for reading: each row, and whether it holds today, is coming or has ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from stead.core.formats import is_chinese
from stead.handbook.content.book import Handbook
from stead.handbook.content.csv_lists import FROM, TO, day_of
from stead.handbook.content.sources import UNVERIFIED, certainty, read_source
from stead.handbook.content.value_words import NOT_SAID, Reader

ALWAYS = date(1900, 1, 2)  # rows that begin before are told as having held always
BOOK_CURRENCY = "book currency"
# Columns that are told in a place of their own, or not at all: a row's name in both languages, its dates.
APART = {"en", "zh", "unit", "source", FROM, TO}
NAME_GROUPS = ("class", "channel", "unit", "scope", "calendar", "country")


@dataclass(frozen=True)
class FigureRow:
    """A row of a list. state: holds, coming or ended; nothing where the list has no dates."""

    key: str
    cells: tuple[str, ...]
    state: str
    begins: date | None  # None: always
    ends: date | None
    source: str
    certainty: str  # how sure the source is: the last part of it
    lit: bool = False
    is_unverified: bool = False  # nobody has compared it with the official text


@dataclass(frozen=True)
class FigureView:
    """A list in one language."""

    path: str  # "2.3/limits.csv"
    title: str
    columns: tuple[str, ...]
    rows: tuple[FigureRow, ...]

    @property
    def name(self) -> str:
        """Clause and list: 2.3/limits."""
        return self.path.removesuffix(".csv")

    @property
    def is_dated(self) -> bool:
        """Whether its rows hold from a day and until a day."""
        return any(row.state for row in self.rows)

    @property
    def has_sources(self) -> bool:
        """Whether any row names its source."""
        return any(row.source for row in self.rows)


def figure_view(
    handbook: Handbook, path: str, reader: Reader, day: date, lit: Mapping[str, str] | None = None
) -> FigureView | None:
    """The list at `path` as it stands on a day; None when it is not there.

    lit: the rows that hold on the day and have these values in these columns are lit.
    """
    if path not in handbook.files:
        return None
    found = handbook.listed(path)
    header = list(found.columns)
    both = {"en", "zh"} <= set(header)
    shown = [name for name in header if name not in APART]
    rows = tuple(_row(line, shown, reader, day, lit) for line in found.rows)
    name = path.removesuffix(".csv")
    title = reader.texts.name("table", name, reader.language)
    return FigureView(
        path,
        title if title != name else name.rpartition("/")[2].replace("_", " "),
        tuple(reader.column("name" if both and one == "name" else one, "") for one in shown),
        tuple(sorted(rows, key=lambda row: row.state == "ended")),
    )


def _row(
    line: Mapping[str, str], shown: list[str], reader: Reader, day: date, lit: Mapping[str, str] | None
) -> FigureRow:
    begins, ends = day_of(line.get(FROM, "")), day_of(line.get(TO, ""))
    is_dated = FROM in line
    state = "coming" if begins and begins > day else "ended" if ends and ends < day else "holds"
    written = line.get("source") or ""
    source, sure = read_source(written, reader.label)
    return FigureRow(
        key=line.get("name") or "",
        cells=tuple(_cell(line, column, reader) for column in shown),
        state=state if is_dated else "",
        begins=begins if begins and begins > ALWAYS else None,
        ends=ends,
        source=source,
        certainty=sure,
        lit=bool(lit)
        and state == "holds"
        and all(line.get(column) == value for column, value in (lit or {}).items()),
        is_unverified=certainty(written) == UNVERIFIED,
    )


def _cell(line: Mapping[str, str], column: str, reader: Reader) -> str:
    """A cell as it is read: a row's name in the language of the page, a number with its unit."""
    text = (line.get(column) or "").strip()
    if column == "name" and line.get("en") and line.get("zh"):
        return line["zh"] if is_chinese(reader.language) else line["en"]
    if not text:
        return NOT_SAID
    if column == "value" and line.get("unit"):
        return with_unit(text, line["unit"], reader)
    if " / " in text:
        return reader.label(text)
    words = [_named(word, reader) for word in text.split()]
    return " ".join(words) if words == text.split() else ", ".join(words)


def with_unit(text: str, unit: str, reader: Reader) -> str:
    """A number with its unit: an amount of the book currency, 65 years."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if unit == BOOK_CURRENCY:
        return reader.value("amount", number)
    return reader.with_unit(reader.value("", number), unit)


def _named(word: str, reader: Reader) -> str:
    """The handbook's name of a code such as a class or channel; the word itself where it has none."""
    for group in NAME_GROUPS:
        named = reader.texts.name(group, word, reader.language)
        if named != word:
            return named
    return word.replace("_", " ")
