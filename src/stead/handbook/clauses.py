"""The handbook as a book: its chapters and clauses in order, and what each clause has."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from stead.core.formats import is_chinese
from stead.handbook.content.book import Handbook
from stead.handbook.content.texts import Texts
from stead.handbook.queries import texts_of

CLAUSE = re.compile(r"^\d+(\.\d+)+$")
CHAPTER = re.compile(r"^\d+$")
_HEADING = re.compile(r"^#\s+(?P<number>[\d.]+)?\s*(?P<title>.*?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Clause:
    """A clause as the contents name it, with the paths of what makes it run."""

    number: str
    title: str
    tables: tuple[str, ...]  # "2.2/tier.dmn"
    processes: tuple[str, ...]  # "3.1/opening.bpmn"
    figures: tuple[str, ...]  # dated rows: "2.3/limits.csv"
    texts: tuple[str, ...]  # "2.2/texts.toml"


@dataclass(frozen=True)
class Chapter:
    """Clauses whose numbers begin alike: 2 has 2.1, 2.2, 2.3."""

    number: str
    title: str
    clauses: tuple[Clause, ...]


def order(number: str) -> tuple[int, ...]:
    """The place of a clause: 2.10 comes after 2.9."""
    return tuple(int(part) for part in number.split("."))


def numbers(handbook: Handbook) -> list[str]:
    """The clauses of a handbook: its folders with such names as 2.3, in order."""
    folders = {path.partition("/")[0] for path in handbook.files if "/" in path}
    return sorted((name for name in folders if CLAUSE.match(name)), key=order)


def markdown(handbook: Handbook, folder: str, language: str) -> str:
    """The prose of a clause or chapter in a language, or else in the other one; empty if there is none."""
    names = ("clause.zh.md", "clause.md") if is_chinese(language) else ("clause.md", "clause.zh.md")
    return next((handbook.files[f"{folder}/{n}"] for n in names if f"{folder}/{n}" in handbook.files), "")


def title(source: str, otherwise: str) -> str:
    """The first heading without its number: "# 2.3 Contacts" is Contacts."""
    found = _HEADING.search(source)
    return found["title"] if found and found["title"] else otherwise


def without_heading(source: str) -> str:
    """The prose after its first heading, which the page writes itself."""
    found = _HEADING.search(source)
    return source if found is None else source[: found.start()] + source[found.end() :]


def clause(handbook: Handbook, number: str, language: str) -> Clause:
    """One clause. Raises LookupError when the handbook does not have it."""
    paths = sorted(path for path in handbook.files if path.startswith(f"{number}/"))
    if not paths or not CLAUSE.match(number):
        raise LookupError(number)

    def ending(suffix: str) -> tuple[str, ...]:
        return tuple(path for path in paths if PurePosixPath(path).suffix == suffix)

    said = title(markdown(handbook, number, language), number)
    return Clause(number, said, ending(".dmn"), ending(".bpmn"), ending(".csv"), ending(".toml"))


def contents(handbook: Handbook, language: str) -> list[Chapter]:
    """All chapters with their clauses, named by the handbook's own names or by <chapter>/clause.md."""
    names = texts_of(handbook)
    chapters: dict[str, list[Clause]] = {}
    for number in numbers(handbook):
        chapters.setdefault(number.partition(".")[0], []).append(clause(handbook, number, language))
    return [
        Chapter(number, _chapter(handbook, names, number, language), tuple(clauses))
        for number, clauses in chapters.items()
    ]


def _chapter(handbook: Handbook, names: Texts, number: str, language: str) -> str:
    named = names.name("chapter", number, language)
    return named if named != number else title(markdown(handbook, number, language), "")
