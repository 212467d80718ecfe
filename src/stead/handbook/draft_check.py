"""What is wrong with a draft, found by itself and said in the language of the page, with its place."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from stead import dmn
from stead.dmn.tables.reading import read_xml
from stead.handbook import night_needs
from stead.handbook.content import csv_rows, prose
from stead.handbook.content.book import Handbook, HandbookError
from stead.handbook.content.editor_xml import editor_id
from stead.handbook.content.error_words import said, told
from stead.handbook.content.steps import BPMN
from stead.handbook.content.texts import Texts, TextsError
from stead.handbook.content.value_words import half
from stead.handbook.contradictions import contradictions
from stead.handbook.registry import night_reads

# Findings of stead.dmn that pages say in words of their own; `saying` has the words of all others.
_TEMPLATES = {
    "no rule covers {region}": _("No rule covers {region}."),
    "matches together with row {row} for {region}": _("Matches together with row {row}: {region}."),
    "has other outputs than row {row} for {region}": _("Says something else than row {row}: {region}."),
    "{value} is not one of the allowed values {allowed}": _("{value} is not one of the values {allowed}."),
    "can never match: rules above it match wherever it would": _(
        "Can never match: rules above match wherever it would."
    ),
    "can never match: rules of higher priority match wherever it would": _(
        "Can never match: rules of higher priority match wherever it would."
    ),
    "can never match: no allowed value satisfies all its cells": _(
        "Can never match: no allowed value satisfies all its cells."
    ),
}
KINDS = {
    "syntax": _("Not readable"),
    "name": _("Unknown name"),
    "type": _("Does not fit"),
    "allowed": _("Not allowed"),
    "overlap": _("Overlap"),
    "contradiction": _("Contradiction"),
    "gap": _("Gap"),
    "never": _("Never matches"),
    "note": _("Note"),
    "column": _("New column"),
    "file": _("File"),
    "prose": _("Prose"),
}
_PART = re.compile(r"^(?P<name>.+?) (?P<sign>in|<=|>=|<|>) (?P<rest>.+)$")
_RANGE = re.compile(r"^([\[(])(\S+?)\.\.(\S+?)([\])])$")
_OTHER = "(any other text)"
_SPANS = {
    "[)": _("from %(first)s up to %(last)s"),
    "[]": _("from %(first)s to %(last)s, both included"),
    "()": _("over %(first)s and under %(last)s"),
    "(]": _("over %(first)s and at most %(last)s"),
}
_SIGNS = {
    "<": _("under %(value)s"),
    "<=": _("at most %(value)s"),
    ">": _("over %(value)s"),
    ">=": _("from %(value)s"),
}


@dataclass(frozen=True)
class Problem:
    """One thing to look at. severity: error, warning or note; rule and column: the editor's ids."""

    path: str
    severity: str
    kind: str
    text: str
    example: str = ""
    rule: str = ""
    column: str = ""
    row: int | None = None
    also: tuple[str, ...] = ()  # the other rules that it is about

    @property
    def kind_name(self) -> str:
        """The kind in the language of the page."""
        return str(KINDS.get(self.kind, self.kind))

    def as_json(self, *, is_known: bool = False) -> dict[str, Any]:
        """For the editor in the browser. is_known: what the draft was made from has it as well."""
        return {**asdict(self), "kind_name": self.kind_name, "known": is_known}

    @property
    def same(self) -> tuple[str, ...]:
        """What makes two findings of two contents one and the same."""
        return self.path, self.severity, self.kind, self.text, self.rule


@dataclass(frozen=True)
class _Content:
    """The files of a handbook, told apart by their hash alone."""

    version: str
    files: Mapping[str, str] = field(compare=False)


def problems(files: Mapping[str, str], base: Mapping[str, str] | None = None) -> list[Problem]:
    """Everything wrong with a handbook. base: what it was made from, which tells the new columns.

    Errors come first, then files in order. A whole check takes about a second, and the page of a draft asks
    for two of them: what was found is remembered by the contents, and each file's findings by its text.
    """
    before = _Content(Handbook(base).version, base) if base else None
    return list(_problems(_Content(Handbook(files).version, files), before, get_language() or "en"))


@lru_cache(maxsize=16)
def _problems(content: _Content, base: _Content | None, language: str) -> tuple[Problem, ...]:
    """The same; language: in which they are told, as this is another answer."""
    del language
    files = content.files
    read = _inputs_of(base.files) if base else None
    found = [one for path in sorted(files) for one in problems_of(path, files[path], read)]
    found += whole_problems(files)
    if not any(one.severity == "error" for one in found):
        try:
            Handbook(files).check()
        except (HandbookError, dmn.DmnError) as error:
            found.append(Problem("", "error", "file", said(error)))
        else:
            found += prose_problems(files)
            found += contradiction_problems(files)
    return tuple(sorted(found, key=lambda one: one.severity != "error"))


def whole_problems(files: Mapping[str, str]) -> Iterator[Problem]:
    """What the night would miss: tables and lists that it reads, parameters without a number on some day."""
    needed = night_reads.get()().keys() - night_needs.OPTIONAL
    # A part of a handbook, such as an excerpt to be merged, is checked for itself.
    if len(needed & set(files)) * 2 > len(needed):
        for path in sorted(needed - set(files)):
            yield Problem(path, "error", "file", gettext("The file is missing; the night reads it."))
    if "params.csv" in files:
        listed = Handbook(files).listed("params.csv")
        if night_needs.missing_columns("params.csv", listed.columns):
            return
        for row, column, text in night_needs.uncovered(listed, frozenset(files)):
            place = row if row >= 0 else None
            yield Problem(
                "params.csv", "error", "file", text, rule=str(row), column=column,
                row=None if place is None else place + 1,
            )  # fmt: skip


def contradiction_problems(files: Mapping[str, str]) -> list[Problem]:
    """Numbers of which one part of a handbook says another than another: warnings, as the night runs."""
    return [
        Problem(
            one.path, "warning", "contradiction", one.text,
            rule=editor_id(one.rule) if one.rule else "" if one.row is None else str(one.row),
            column=one.column, row=None if one.row is None else one.row + 1,
        )
        for one in contradictions(Handbook(files))
    ]  # fmt: skip


def prose_problems(files: Mapping[str, str], only: str = "") -> list[Problem]:
    """What is wrong with the prose of a handbook, or of one file: warnings, as no decision needs it."""
    return [
        Problem(one.path, "warning", "prose", said(one.error))
        for one in prose.problems(Handbook(files))
        if only in {"", one.path}
    ]


def problems_of(path: str, text: str, read: frozenset[str] | None = None) -> list[Problem]:
    """Everything wrong with one file. read: the columns that are known to be there, if any are known."""
    if path.endswith(".dmn"):
        found = list(_of_table(path, text, get_language() or "en"))
        return found + list(_new_columns(path, text, read)) if read is not None else found
    if path.endswith(".csv"):
        return list(_of_rows(path, text))
    if path.endswith(".toml"):
        try:
            Texts.read({path: text})
        except TextsError as error:
            return [Problem(path, "error", "file", said(error).removeprefix(path).lstrip(":：\N{SPACE}"))]
    return _of_process(path, text) if path.endswith(".bpmn") else []


def _of_process(path: str, text: str) -> list[Problem]:
    """A process must be XML without entities, and hold one; how it runs is not looked at."""
    try:
        root = read_xml(text.encode())
    except dmn.DmnError as error:
        return [Problem(path, "error", "file", said(error))]
    if root.find(f"{BPMN}process") is None:
        missing = gettext("There is no process of BPMN 2.0 in this file.")
        return [Problem(path, "error", "file", missing)]
    return []


def inputs_of(files: Mapping[str, str]) -> frozenset[str]:
    """The names that the tables of a handbook read or give."""
    return _inputs_of(files)


def _inputs_of(files: Mapping[str, str]) -> frozenset[str]:
    texts = [text for path, text in files.items() if path.endswith(".dmn")]
    return frozenset(name for text in texts for name in _names(text))


@lru_cache(maxsize=128)
def _names(text: str) -> tuple[str, ...]:
    try:
        model = dmn.read(text.encode())
    except dmn.DmnError:
        return ()
    tables = [decision.table for decision in model.all_decisions if decision.table]
    read = [one.expression for table in tables for one in table.inputs]
    return (*read, *(one.name or one.label for table in tables for one in table.outputs))


def _new_columns(path: str, text: str, read: frozenset[str]) -> Iterator[Problem]:
    """Columns that no table read so far: the night must have them, which only the night can know."""
    for name in dict.fromkeys(_names(text)):
        if name.isidentifier() and name not in read:
            unknown = gettext("No table has a column %(name)s so far; the night must know it.")
            yield Problem(path, "warning", "column", unknown % {"name": name})


@lru_cache(maxsize=256)
def _of_table(path: str, text: str, language: str) -> tuple[Problem, ...]:
    try:
        model = dmn.read(text.encode())
        findings = dmn.check(model)
    except dmn.DmnError as error:
        return (Problem(path, "error", "file", said(error)),)
    tables = [decision.table for decision in model.all_decisions if decision.table]
    labels = {
        clause.expression: half(clause.label, language)
        for table in tables
        for clause in table.inputs
        if clause.label
    }
    return (*(_told(path, finding, labels) for finding in findings), *_of_outputs(path, tables))


def _of_outputs(path: str, tables: Sequence[dmn.DecisionTable]) -> Iterator[Problem]:
    """What the tables of a file say that the night cannot use."""
    for table in tables:
        for row, rule, column, text in night_needs.output_problems(path.removesuffix(".dmn"), table):
            ids = [editor_id(one) if one else "" for one in (rule, column)]
            yield Problem(path, "error", "allowed", text, rule=ids[0], column=ids[1], row=row or None)


def _told(path: str, finding: dmn.Finding, labels: Mapping[str, str]) -> Problem:
    values = dict(finding.values)
    if "region" in values:
        values["region"] = region_words(str(values["region"]), labels)
    template = _TEMPLATES.get(finding.template)
    text = str(template).format(**values) if template else told(finding.template, values)
    example = "; ".join(
        f"{labels.get(name, name)} = {_value(value)}" for name, value in finding.as_json()["example"].items()
    )
    place = finding.place
    rule, column = (editor_id(one) if one else "" for one in (place.rule, place.clause))
    also = tuple(editor_id(other.rule) for other in finding.also)
    return Problem(path, finding.severity, finding.kind, text, example, rule, column, place.row, also)


def region_words(region: str, labels: Mapping[str, str]) -> str:
    """A region of inputs as people say it: "Average assets from 30,000 up to 50,000 and Potential ..."."""
    return gettext(" and ").join(_part_words(part, labels) for part in region.split(" and "))


def _part_words(part: str, labels: Mapping[str, str]) -> str:
    found = _PART.match(part)
    if part == "any input":
        return gettext("any input")
    if found is None:
        return part
    name, sign, rest = labels.get(found["name"], found["name"]), found["sign"], found["rest"]
    pieces = rest.split(", ") if sign == "in" else [f"{sign} {rest}"]
    words = gettext(" or ").join(_piece_words(piece) for piece in pieces)
    # Single values are told with one sign for all: = high or medium.
    is_values = all(_RANGE.match(one) is None and one.partition(" ")[0] not in _SIGNS for one in pieces)
    return f"{name} = {words}" if is_values else f"{name} {words}"


def _piece_words(piece: str) -> str:
    """One run of values in words: "from 30,000 up to 50,000", "under 1,000", "high"."""
    if span := _RANGE.match(piece):
        opening, first, last, closing = span.groups()
        template = _SPANS[opening + closing]
        return str(template) % {"first": _value(first), "last": _value(last)}
    sign, _space, value = piece.partition(" ")
    if sign in _SIGNS:
        return str(_SIGNS[sign]) % {"value": _value(value)}
    return _value(piece)


def _value(text: str) -> str:
    """A value of FEEL for reading: numbers in groups of three, texts without quotes."""
    bare = text.strip('"')
    if bare == _OTHER:
        return gettext("any other")
    if bare == "any value":
        return gettext("any value")
    try:
        return f"{Decimal(text) or 0:,f}"
    except InvalidOperation:
        return bare


def _of_rows(path: str, text: str) -> Iterator[Problem]:
    try:
        rows = csv_rows.Rows.read(text)
    except ValueError as error:
        yield Problem(path, "error", "file", str(error))
        return
    for one in csv_rows.problems(path, rows):
        yield Problem(path, "error", "file", one.text, rule=str(one.row), column=one.column, row=one.row + 1)
