"""The handbook's prose: clauses, their four sections, and the places that point to tables and numbers.

A place is `{kind:target}`. What it shows always comes out of the tables, so that prose and tables cannot say
two things. The kinds are listed in the README beside this file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from stead.handbook.content.book import Handbook, HandbookError
from stead.handbook.content.value_words import counted

LANGUAGES = {"en": "clause.md", "zh": "clause.zh.md"}
SECTIONS = {
    "en": ("Purpose", "What staff do", "What the system does", "What is measured"),
    "zh": ("目的", "员工做什么", "系统做什么", "衡量什么"),
}
KINDS = ("param", "value", "cell", "table", "process", "clause")
PLACE = re.compile(r"\{(" + "|".join(KINDS) + r"):([^{}\s]+)\}")
_CONSTANT = re.compile(r'^(?:<=|>=|<|>)?\s*(-?\d+(?:\.\d+)?|"[^"]*"|true|false)$')
_CLAUSE = re.compile(r"^\d+\.\d+$")


@dataclass(frozen=True)
class Place:
    """A place in the prose: kind (one of KINDS) and target, such as "param" and "elder_age"."""

    kind: str
    target: str

    def __str__(self) -> str:
        return f"{{{self.kind}:{self.target}}}"


@dataclass(frozen=True)
class Section:
    """A section of a clause: its heading, and its body in Markdown with places."""

    heading: str
    body: str

    @property
    def parts(self) -> tuple[str | Place, ...]:
        """The body as texts and places in turn."""
        return parts(self.body)


@dataclass(frozen=True)
class Clause:
    """A clause in one language; `intro` is what stands before the first section."""

    number: str
    title: str
    intro: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Value:
    """What a place shows: the text as the table has it, what its column is called, and from when it holds.

    column: as `queries.kind_of` reads it (amount, share, plain). holds: False where no row holds on the day,
    and `text` is of the next row, or of the last one where none follows.
    source: of the row, nothing for a cell.
    """

    text: str
    column: str
    unit: str = ""
    effective_from: date | None = None
    holds: bool = True
    source: str = ""


def clauses(handbook: Handbook) -> tuple[str, ...]:
    """The numbers of the clauses that have prose in English, in their order: ("1.1", ..., "3.1")."""
    found = {path.partition("/")[0] for path in handbook.files if path.endswith("/" + LANGUAGES["en"])}
    numbers = [one for one in found if _CLAUSE.match(one)]
    return tuple(sorted(numbers, key=lambda one: [int(part) for part in one.split(".")]))


def read(handbook: Handbook, clause: str, language: str) -> Clause:
    """A clause in "en" or "zh". Raises HandbookError where the file is missing or has no title."""
    path = f"{clause}/{LANGUAGES[language]}"
    if path not in handbook.files:
        raise HandbookError("the handbook has no {path}", path=path)
    first, _, rest = handbook.files[path].lstrip().partition("\n")
    number, _, title = first.removeprefix("# ").partition(" ")
    if not first.startswith("# ") or number != clause or not title:
        wrong = HandbookError(
            "the first line should be '# {clause} ' and the title, not {first}",
            clause=clause,
            first=repr(first),
        )
        raise HandbookError("{path}: {problem}", path=path, problem=wrong)
    intro, *bodies = re.split(r"^## ", rest, flags=re.MULTILINE)
    split = [body.partition("\n") for body in bodies]
    sections = tuple(Section(heading.strip(), body.strip()) for heading, _, body in split)
    return Clause(number, title.strip(), intro.strip(), sections)


def parts(text: str) -> tuple[str | Place, ...]:
    """A text as texts and places in turn; empty texts are left out."""
    found: list[str | Place] = []
    end = 0
    for match in PLACE.finditer(text):
        found += [text[end : match.start()], Place(match[1], match[2])]
        end = match.end()
    return tuple(one for one in [*found, text[end:]] if one != "")


def file_of(handbook: Handbook, place: Place) -> str:
    """The file that a place of kind table or process points to. Raises HandbookError where there is none."""
    endings = {"table": (".dmn", ".csv"), "process": (".bpmn",)}[place.kind]
    found = [place.target + ending for ending in endings if place.target + ending in handbook.files]
    if len(found) != 1:
        paths = ", ".join(place.target + ending for ending in endings)
        if found:
            raise HandbookError(
                "{where}: the handbook has all of {paths}; there should be one", where=place, paths=paths
            )
        raise HandbookError("{where}: the handbook has no {paths}", where=place, paths=paths)
    return found[0]


def value(handbook: Handbook, place: Place, day: date) -> Value:
    """What a place of kind param, value or cell shows on a day. Raises HandbookError where there is none."""
    if place.kind == "cell":
        return _cell(handbook, place)
    target = f"params:{place.target}" if place.kind == "param" else place.target
    table, _, rest = target.partition(":")
    name, _, column = rest.partition(":")
    return _dated(handbook, place, f"{table}.csv", name, column or "value", day)


def _cell(handbook: Handbook, place: Place) -> Value:
    """The constant in a cell of a decision table, without its sign: {cell:2.2-tier-8:assets_average}."""
    rule_id, _, column = place.target.partition(":")
    for name in handbook.tables:
        table = handbook.compiled(name).decision.table
        rule = next((one for one in table.rules if one.id == rule_id), None) if table else None
        if rule is None:
            continue
        inputs, outputs = handbook.columns(name)
        cells = dict(zip((*inputs, *outputs), (*rule.inputs, *rule.outputs), strict=True))
        found = _CONSTANT.match(cells.get(column, "").strip())
        if not found:
            raise HandbookError(
                "{where}: {name}.dmn has no single value in column {column} of that rule",
                where=place,
                name=name,
                column=column,
            )
        # Where the row counts years in a column of amounts, they are told as years.
        unit = counted(column, cells)
        return Value(found[1].strip('"'), "value" if unit else column, unit)
    raise HandbookError(
        "{where}: no table of the handbook has a rule {rule_id}", where=place, rule_id=rule_id
    )


def _dated(handbook: Handbook, place: Place, path: str, name: str, column: str, day: date) -> Value:
    """The cell of a dated row, by the row's name: {value:2.6/deadlines:simple}."""
    rows = handbook.listed(path).rows if path in handbook.files else ()
    named = [row for row in rows if row.get("name") == name]
    if not named:
        raise HandbookError(
            "{where}: {path} is not there or has no row named {name}", where=place, path=path, name=repr(name)
        )
    if not named[0].get(column):
        raise HandbookError(
            "{where}: {path} has no {column} in the row {name}",
            where=place,
            path=path,
            column=repr(column),
            name=repr(name),
        )
    holding = [row for row in handbook.rows(path, day) if row.get("name") == name]
    by_date = sorted(named, key=lambda row: row["effective_from"])
    later = [row for row in by_date if row["effective_from"] > day.isoformat()]
    row = (holding or later or by_date[-1:])[0]
    unit = row.get("unit", "") if column == "value" else ""
    return Value(
        row[column],
        "amount" if unit == "book currency" else column,
        unit,
        date.fromisoformat(row["effective_from"]),
        bool(holding),
        row.get("source") or "",
    )


@dataclass(frozen=True)
class ProseProblem:
    """What is wrong with a file of prose."""

    path: str
    error: HandbookError

    def __str__(self) -> str:
        return f"{self.path}: {self.error}"


def problems(handbook: Handbook) -> Iterator[ProseProblem]:
    """Everything that is wrong with the prose: sections, places that lead nowhere, stray braces."""
    known = clauses(handbook)
    for path in sorted(handbook.files):
        file = PurePosixPath(path)
        language = next((one for one, name in LANGUAGES.items() if name == file.name), None)
        if language is not None and _CLAUSE.match(file.parent.as_posix()):
            for error in _file_problems(handbook, path, language, known):
                yield ProseProblem(path, error)


def _file_problems(
    handbook: Handbook, path: str, language: str, known: tuple[str, ...]
) -> Iterator[HandbookError]:
    try:
        clause = read(handbook, PurePosixPath(path).parent.as_posix(), language)
    except HandbookError as error:
        wrong = error.values.get("problem")
        yield wrong if isinstance(wrong, HandbookError) else error
        return
    headings = tuple(section.heading for section in clause.sections)
    if headings != SECTIONS[language]:
        yield HandbookError(
            "the sections are {headings}; they should be {sections}",
            headings=", ".join(headings), sections=", ".join(SECTIONS[language]),
        )  # fmt: skip
    for part in parts(handbook.files[path]):
        yield from _part_problems(handbook, part, known)


def _part_problems(handbook: Handbook, part: str | Place, known: tuple[str, ...]) -> Iterator[HandbookError]:
    if isinstance(part, str):
        for stray in re.findall(r"\{[^}]*\}?|\}", part):
            yield HandbookError(
                "{stray} is no place; a place is {{kind:target}} with a kind of {kinds}",
                stray=stray, kinds=", ".join(KINDS),
            )  # fmt: skip
        return
    try:
        if part.kind == "clause":
            if part.target not in known:
                yield HandbookError(
                    "{where}: there is no such clause; there are {clauses}",
                    where=part, clauses=", ".join(known),
                )  # fmt: skip
        elif part.kind in {"table", "process"}:
            file_of(handbook, part)
        else:
            value(handbook, part, date.max)  # a row is found on any day
    except HandbookError as error:
        yield error
