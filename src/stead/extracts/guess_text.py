"""How a delimited text is written, guessed from the text itself: encoding, delimiter, quotes, header.

Everything is a guess with its evidence, for a person to correct.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from stead.core.encodings import guessed_encoding
from stead.core.formats import counted
from stead.extracts.raw_rows import Form, split_rows

LOOKED_AT_BYTES = 1 << 26  # for the encoding; signs beyond ASCII may come late
SAMPLE_BYTES = 1 << 19
SAMPLE_LINES = 400
# Those of several signs first: split by a sign of theirs alone, a text has as many values in every line too.
DELIMITERS = (
    "|@|",
    "@|@",
    "|!|",
    "|+|",
    "||",
    "^|",
    "&&",
    "\x1d",
    "\x01",
    "\x1b",
    "\t",
    "|",
    ";",
    ",",
    "^",
    "~",
)
NULLS = ("NULL", "null", "(null)", "\\N", "?", "N/A", "n/a", "-", "--", "无", "空")


@dataclass(frozen=True)
class TextForm:
    """A guess of how a text is written, with the evidence for its parts."""

    encoding: str
    delimiter: str
    quote: str
    skip: int
    header: bool
    evidence: tuple[str, ...]


def text_form(path: Path, compression: str, known: frozenset[str]) -> TextForm:
    """Guess the form of a text. known: names of columns in normal form, by which a header is recognised."""
    encoding, why = guessed_encoding(_bytes(path, compression, LOOKED_AT_BYTES))
    lines = _first_lines(path, compression, encoding)
    delimiter = _delimiter(lines)
    quote = '"' if len(delimiter) == 1 and _has_good_quotes(lines, delimiter) else ""
    rows = [row.values for row in split_rows(lines, Form(delimiter, quote)) if not row.stray]
    width = Counter(len(row) for row in rows).most_common(1)[0][0] if rows else 0
    skip = next((number for number, row in enumerate(rows) if len(row) == width), 0)
    header, said = _header(rows[skip:], known)
    shown = {"\t": "tab"}.get(delimiter, repr(delimiter))
    evidence = (why, f"{counted(width, 'value')} a line, separated by {shown}", said)
    return TextForm(encoding, delimiter, quote, skip, header, evidence)


def normal(name: str) -> str:
    """A name of a column or file in normal form: letters, digits and Chinese signs alone, in lower case."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name)).casefold()


def _bytes(path: Path, compression: str, most: int) -> bytes:
    with pa.input_stream(path, compression=None if compression == "none" else compression) as stream:
        return bytes(stream.read(most))


def _first_lines(path: Path, compression: str, encoding: str) -> list[str]:
    """The first whole lines of a text."""
    text = _bytes(path, compression, SAMPLE_BYTES).decode(encoding, "ignore").removeprefix("\ufeff")
    lines = text.splitlines(keepends=True)
    cut = len(text) >= SAMPLE_BYTES // 4 and len(lines) > 1
    return [line for line in (lines[:-1] if cut else lines) if line.strip()][:SAMPLE_LINES]


def _delimiter(lines: Sequence[str]) -> str:
    """The sign by which most lines have as many values; a comma where no sign does."""
    best, best_score = ",", 0.0
    for sign in DELIMITERS:
        widths = Counter(line.count(sign) for line in lines)
        times, count = max(widths.items(), key=lambda item: item[1], default=(0, 0))
        share = count / max(len(lines), 1)
        score = share * min(times, 20) ** 0.25 if times else 0.0
        if len(sign) > 1 and times and share > 0.9:
            return sign
        if score > best_score:
            best, best_score = sign, score
    return best


def _has_good_quotes(lines: Sequence[str], delimiter: str) -> bool:
    """Whether quotes enclose values: most rows with them keep the form. So it is assumed where none stand."""
    told = [line for line in lines if '"' in line]
    stray = sum(row.stray for row in split_rows(told, Form(delimiter, '"')))
    return stray <= len(told) / 2


def _header(rows: Sequence[Sequence[str]], known: frozenset[str]) -> tuple[bool, str]:
    """Whether the first row names columns, and what speaks for it."""
    if not rows:
        return True, "the file is empty"
    first = [value.strip() for value in rows[0]]
    named = sum(normal(value) in known for value in first)
    if named >= max(1, len(first) // 4):
        return True, f"a header with {counted(named, 'known name')}"
    if any(re.fullmatch(r"[-+]?[\d.,:/ -]+", value) for value in first) or len(set(first)) < len(first):
        return False, "no header: the first line has numbers, or one value twice"
    below = [row for row in rows[1:50] if len(row) == len(first)]
    numbers = any(
        any(re.fullmatch(r"[-+]?[\d.,]+", value.strip()) for value in column)
        for column in zip(*below, strict=True)
    )
    if numbers or not below:
        return True, "a header: words above numbers"
    return False, "no header: the first line looks like the others"
