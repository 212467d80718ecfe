"""Lines of a delimited text become rows, and a row that breaks the form costs no other row.

A quote that is opened and never closed would take all lines after it into its value. So a value that goes on
over lines is only believed when it ends as the form says, and when none of its lines looks like a row of its
own; otherwise the line on which it began is set aside alone, and reading goes on with the next one.

A carriage return by itself ends a line too, as in old files. Where the lines of a file end otherwise, it may
as well stand within a value, and cut it in two. So there a piece that is no row is set aside with the pieces
beside it, up to the next true end: one of them holds the rest of its value.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

VALUE_LINES_MAX = 500  # a value that goes on longer than this was never meant to


@dataclass(frozen=True)
class Form:
    """How the values of a line are told apart. `columns` is 0 where it is not known yet."""

    delimiter: str
    quote: str  # "" when values are never quoted
    columns: int = 0


@dataclass(frozen=True)
class RawRow:
    """A row with the number of the line on which it begins.

    `stray` when its quotes break the form, `cut` when a carriage return may have cut it off: without values.
    """

    number: int
    values: list[str]
    text: str
    stray: bool = False
    cut: bool = False


class _Lines:
    """Lines with their numbers, of which some may be looked at before they are taken."""

    def __init__(self, lines: Iterable[str], first: int) -> None:
        self._rest = enumerate(lines, first)
        self._ahead: deque[tuple[int, str]] = deque()

    def peek(self, place: int) -> tuple[int, str] | None:
        """The line `place` lines ahead; None behind the end."""
        while len(self._ahead) <= place:
            following = next(self._rest, None)
            if following is None:
                return None
            self._ahead.append(following)
        return self._ahead[place]

    def take(self, count: int) -> None:
        """Go on behind the next `count` lines, which have been looked at."""
        for _ in range(count):
            self._ahead.popleft()


def split_rows(lines: Iterable[str], form: Form, first: int = 1) -> Iterator[RawRow]:
    """The rows of a text, without its blank lines. first: the number of the first of the lines."""
    ahead = _Lines(lines, first)
    head = ahead.peek(0)
    # Where the first line ends in a carriage return alone, that is how this file ends its lines.
    is_doubted = form.columns > 1 and head is not None and not _is_cut(head[1])
    doubted: set[int] = set()
    judged_to = first
    while (line := ahead.peek(0)) is not None:
        number, text = line[0], line[1].rstrip("\r\n")
        if is_doubted and number >= judged_to and _is_cut(line[1]):
            pieces = _pieces(ahead, form)
            doubted, judged_to = _cut_pieces(pieces, form), number + len(pieces)
        if number in doubted:
            yield RawRow(number, [], text, cut=True)
            ahead.take(1)
            continue
        if not text:
            ahead.take(1)
            continue
        values, is_open = _values(text, form)
        taken = 1
        if is_open:
            values, taken = _over_lines(ahead, form)
        yield RawRow(number, values or [], text, stray=values is None)
        ahead.take(taken)


def _is_cut(line: str) -> bool:
    """Whether a line ends in a carriage return alone."""
    return line.endswith("\r")


def _pieces(ahead: _Lines, form: Form) -> list[tuple[int, str]]:
    """The lines up to the next true end, or to a value that goes on over lines: its quotes judge that."""
    pieces: list[tuple[int, str]] = []
    while len(pieces) < VALUE_LINES_MAX and (line := ahead.peek(len(pieces))) is not None:
        text = line[1].rstrip("\r\n")
        if _values(text, form)[1]:
            break
        pieces.append((line[0], text))
        if not _is_cut(line[1]):
            break
    return pieces


def _cut_pieces(pieces: list[tuple[int, str]], form: Form) -> set[int]:
    """The numbers of the pieces that are no rows, and of those beside them."""
    filled = [(number, _values(text, form)[0]) for number, text in pieces if text]
    broken = {at for at, (_, values) in enumerate(filled) if values is None or len(values) != form.columns}
    return {filled[at][0] for at in range(len(filled)) if broken & {at - 1, at, at + 1}}


def _values(text: str, form: Form) -> tuple[list[str] | None, bool]:
    """The values of a text, or None where its quotes break the form; True when the last one is still open."""
    if not form.quote or form.quote not in text:
        return text.split(form.delimiter), False
    values, at = [], 0
    while True:
        begin = _past_blanks(text, at)
        if text.startswith(form.quote, begin):
            value, at = _quoted_value(text, begin, form.quote)
            if value is None:
                return None, True
            values.append(value)
            at = _past_blanks(text, at)
            if at == len(text):
                return values, False
            if not text.startswith(form.delimiter, at):
                return None, False
        else:
            end = text.find(form.delimiter, at)
            values.append(text[at:] if end < 0 else text[at:end])
            if form.quote in values[-1]:
                return None, False
            if end < 0:
                return values, False
            at = end
        at += len(form.delimiter)


def _past_blanks(text: str, at: int) -> int:
    while text.startswith(" ", at):
        at += 1
    return at


def _quoted_value(text: str, begin: int, quote: str) -> tuple[str | None, int]:
    """The quoted value that begins at `begin` and the place behind it; None when it does not end."""
    parts, at = [], begin + 1
    while (end := text.find(quote, at)) >= 0:
        parts.append(text[at:end])
        if not text.startswith(quote, end + 1):
            return "".join(parts), end + 1
        parts.append(quote)
        at = end + 2
    return None, begin


def _over_lines(ahead: _Lines, form: Form) -> tuple[list[str] | None, int]:
    """The row whose value is open at the end of the first line, and its lines; (None, 1) when it is stray."""
    begun = ahead.peek(0)
    text = begun[1] if begun else ""
    shape = _shape(text.split(form.delimiter)[0])
    for place in range(1, VALUE_LINES_MAX):
        line = ahead.peek(place)
        if line is None or _is_row_itself(line[1], shape, form):
            break
        text += line[1]
        if form.quote in line[1]:
            values, is_open = _values(text.rstrip("\r\n"), form)
            if not is_open:
                return (values, place + 1) if values is not None else (None, 1)
    return None, 1


def _is_row_itself(line: str, shape: str, form: Form) -> bool:
    """Whether a line within a value is rather a row: as many values, the first one written like a row's."""
    parts = line.rstrip("\r\n").split(form.delimiter)
    return form.columns > 1 and len(parts) == form.columns and _shape(parts[0]) == shape


def _shape(value: str) -> str:
    """How a value is written: its runs of digits and of letters, such as "a9" for "N17"."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", value))
