"""TOML as a grid: a row for each [section], a cell for each key; comments stay with what follows them.

The values are read by tomllib; only the lines of each key are cut here. tomlkit would keep the bytes of a
file too, but it leaves a comment where it stood when the key under it is taken out, adds a key at the end of
its section, and does not give out the text of one header or key, which a merge takes from either side.
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stead.handbook.content.differences.grids import Form, FormError, Grid, Sheet

_LINES_A_VALUE_MAX = 500


@dataclass
class _Section:
    """A section as written: its header with what stands before it, and each key's lines."""

    header: str = ""
    raw: dict[str, str] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Document:
    sections: dict[str, _Section]
    end: str  # what follows the last key


def _loaded(text: str) -> Any:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _parsed(text: str) -> _Document:
    if _loaded(text) is None:
        raise FormError("not TOML")
    sections = {"": _Section()}
    current, lead, open_lines = "", "", ""
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        if not open_lines and (not bare or bare.startswith("#")):
            lead += line
        elif not open_lines and bare.startswith("["):
            current = _section_name(line)
            if current in sections:
                raise FormError("a section stands there twice")
            sections[current] = _Section(header=lead + line)
            lead = ""
        else:
            open_lines += line
            told = _loaded(open_lines)
            if told is not None:
                _take(sections[current], lead + open_lines, told)
                lead, open_lines = "", ""
            elif open_lines.count("\n") > _LINES_A_VALUE_MAX:
                raise FormError("a value is too long")
    if open_lines:
        raise FormError("a value does not end")
    return _Document(sections, lead)


def _section_name(line: str) -> str:
    told = _loaded(line)
    if told is None or line.strip().startswith("[["):
        raise FormError("a list of sections")
    names = []
    while told:
        (name,) = told
        names.append(name)
        told = told[name]
    return ".".join(json.dumps(name, ensure_ascii=False) if "." in name else name for name in names)


def _take(section: _Section, raw: str, told: Mapping[str, Any]) -> None:
    (name,) = told
    if name in section.raw:
        raise FormError("a key with dots stands in two places")
    section.raw[name] = raw
    section.cells[name] = json.dumps(told[name], ensure_ascii=False, sort_keys=True, default=str)


def read(texts: Sequence[str]) -> list[Sheet]:
    """The sheets of TOML texts. A section without keys is a row without cells."""
    sheets = []
    for text in texts:
        document = _parsed(text)
        rows = {name: one.cells for name, one in document.sections.items()}
        sheets.append(Sheet({"": Grid(rows=rows)}, "", document))
    return sheets


def write(grids: Mapping[str, Grid], rest: str, first: Sheet, second: Sheet) -> str:
    """The text of a merged grid, each header and key as a side wrote it."""
    del rest
    sides: tuple[_Document, ...] = (first.source, second.source)
    parts = []
    for name, row in grids[""].rows.items():
        sections = [side.sections[name] for side in sides if name in side.sections]
        parts.append(sections[0].header)
        for key, value in row.items():
            parts.append(next(one.raw[key] for one in sections if one.cells.get(key) == value))
    text = "".join(part if not part or part.endswith("\n") else part + "\n" for part in parts)
    return text + sides[0].end


FORM = Form(read, write)
