"""FEEL text to tokens. Names may hold spaces and operators, so the names in scope decide where one ends."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from lark import Token
from lark.lexer import Lexer

from stead.dmn.errors import FeelError, LimitError

TOKENS_MAX = 5_000
CHARACTERS_MAX = 50_000
BRACKETS_MAX = 60

KEYWORDS = frozenset(
    {
        "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between", "and", "or",
        "not", "true", "false", "null", "instance", "of", "function", "external",
    }
)  # fmt: skip
# `of` and `external` count only in their places; elsewhere they may be names.
_SOFT_AFTER = {"of": "INSTANCE", "external": "RPAR"}
_EXTERNAL = re.compile(r"external(?=\s*\{)")
_LONG_NAMES = (
    "date and time", "years and months duration", "days and time duration",
    "time offset", "start included", "end included",
)  # fmt: skip
_SPACE = re.compile(r"(?:[\s\u00a0\ufeff]+|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_NUMBER = re.compile(r"(?:\d+(?:\.(?!\.)\d+)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_HIGH = "\U00010000-\U000effff"  # characters beyond the basic plane, which names may have
_WORD = re.compile(rf"(?:[^\W\d]|[{_HIGH}])[\w\u2019'{_HIGH}]*|\?(?=\W|$)", re.UNICODE)
# The name of an entry of a context: whatever a name may be made of, up to the colon.
_KEY = re.compile(rf"(?:[^\W\d]|[{_HIGH}])[\w\u2019'{_HIGH}./+*\- ]{{0,200}}?(?=\s*:)", re.UNICODE)
# What a name is made of: words, and signs one by one.
_PART = re.compile(r"[\w\u2019']+|[^\w\s]")
_WORD_PART = re.compile(r"[\w\u2019']")
_OPERATORS = re.compile(r"\*\*|\.\.\.|\.\.|->|<=|>=|!=|[-+*/<>=(){}\[\],:.@]")
_NAMES = {
    "**": "POWER", "..": "DOTS", "<=": "LE", ">=": "GE", "!=": "NE", "-": "MINUS", "+": "PLUS", "*": "STAR",
    "/": "SLASH", "<": "LT", ">": "GT", "=": "EQ", "(": "LPAR", ")": "RPAR", "{": "LBRACE", "}": "RBRACE",
    "[": "LSQB", "]": "RSQB", ",": "COMMA", ":": "COLON", ".": "DOT", "@": "AT", "->": "ARROW",
}  # fmt: skip
# After one of these an operand has ended, so a "]" closes and a "[" filters.
_ENDS = frozenset(
    {"NAME", "NUMBER", "STRING", "RPAR", "RSQB", "RBRACE", "TRUE", "FALSE", "NULL", "CLOSE_OPEN"}
)


@dataclass(frozen=True)
class _Spelling:
    """Names in scope that read alike: the same words and signs, whatever blanks stand around the signs."""

    names: tuple[str, ...]

    def name_of(self, text: str) -> str:
        """The name that a text writes; raises FeelError where it may be either of two."""
        if len(self.names) == 1:
            return self.names[0]
        written = " ".join(text.split())
        if written in self.names:
            return written
        raise FeelError(
            "{text} may be {names}: they differ by blanks only; write one as it is, or rename it",
            kind="name", text=repr(text), names=" or ".join(map(repr, self.names)),
        )  # fmt: skip


@lru_cache(maxsize=256)
def _known(names: frozenset[str]) -> tuple[re.Pattern[str], tuple[_Spelling, ...]]:
    """A pattern for the names in scope, longest first, with a group for each spelling, and the spellings.

    Blanks between two words are part of a name: "Net Income" and "NetIncome" are two. Around a sign they
    may be left out or put in, so "a-b" is also written "a - b".
    """
    alike: dict[tuple[str, ...], list[str]] = {}
    # Sorted, since the order of a set depends on the hash seed and the first that fits is taken.
    for name in sorted(names | set(_LONG_NAMES)):
        if parts := tuple(_PART.findall(name)):
            alike.setdefault(parts, []).append(name)
    longest_first = sorted(alike, key=lambda parts: (-len(parts) - sum(map(len, parts)), parts))
    spellings = tuple(_Spelling(tuple(alike[parts])) for parts in longest_first)
    return re.compile("|".join(f"({_pattern_of(parts)})" for parts in longest_first)), spellings


def _pattern_of(parts: tuple[str, ...]) -> str:
    pattern = re.escape(parts[0])
    for before, after in pairwise(parts):
        # Between two words there must be space; around a sign it may be left out.
        gap = r"\s+" if _WORD_PART.match(before) and _WORD_PART.match(after) else r"\s*"
        pattern += gap + re.escape(after)
    return pattern + (r"(?!\w)" if _WORD_PART.match(parts[-1]) else "")


class Scanner:
    """One pass over one expression."""

    def __init__(self, text: str, names: frozenset[str]) -> None:
        if len(text) > CHARACTERS_MAX:
            raise LimitError(
                "the expression has {text} characters; at most {characters_max} are read",
                text=len(text),
                characters_max=CHARACTERS_MAX,
            )
        self.text = text
        self.position = 0
        self.names = names
        self.known, self.spellings = _known(names)
        self.brackets: list[str] = []
        self.previous = ""

    def tokens(self) -> Iterator[Token]:
        """The tokens of the expression; raises FeelError at a character that FEEL does not have."""
        for count, (kind, value, start) in enumerate(self._scan()):
            if count >= TOKENS_MAX:
                raise LimitError(
                    "the expression has more than {tokens_max} tokens; split it up", tokens_max=TOKENS_MAX
                )
            self.previous = kind
            yield Token(kind, value, start_pos=start)

    def _scan(self) -> Iterator[tuple[str, str, int]]:
        text = self.text
        while self.position < len(text):
            if space := _SPACE.match(text, self.position):
                self.position = space.end()
                continue
            start = self.position
            kind, value = self._next(start)
            yield kind, value, start

    def _next(self, start: int) -> tuple[str, str]:
        text = self.text
        if self.previous in {"LBRACE", "COMMA"} and self.brackets[-1:] == ["{"]:
            key = _KEY.match(text, start)
            if key is not None and key.group() not in KEYWORDS:
                return self._key(key)
        word = _WORD.match(text, start)
        known = self.known.match(text, start)
        # A word of the grammar is never a name by itself, though a longer name may begin with one.
        is_word = known is not None and known.group() in KEYWORDS
        if known and not is_word and (not word or len(known.group()) >= len(word.group())):
            self.position = known.end()
            return "NAME", self.spellings[(known.lastindex or 1) - 1].name_of(known.group())
        if word:
            self.position = word.end()
            return self._word(word.group())
        for kind, pattern in (("NUMBER", _NUMBER), ("STRING", _STRING)):
            if found := pattern.match(text, start):
                self.position = found.end()
                return kind, found.group()
        sign = _OPERATORS.match(text, start)
        if not sign:
            shown = repr(text[:80])
            if text[start] == '"':
                raise FeelError(
                    "the string that begins at position {position} of {text} does not end",
                    kind="syntax", position=start + 1, text=shown,
                )  # fmt: skip
            if text[start] in "'\u2018\u2019\u201c\u201d":
                raise FeelError(
                    'a text stands in double quotes ("gold"), not in {character} as at position {position} '
                    "of {text}",
                    kind="syntax", character=text[start], position=start + 1, text=shown,
                )  # fmt: skip
            raise FeelError(
                "the character {character} at position {position} of {text} is not FEEL",
                kind="syntax", character=repr(text[start]), position=start + 1, text=shown,
            )  # fmt: skip
        self.position = sign.end()
        return self._sign(sign.group()), sign.group()

    def _key(self, found: re.Match[str]) -> tuple[str, str]:
        """The name of an entry, which the entries after it may use."""
        self.position = found.end()
        name = " ".join(found.group().split())
        if not _WORD.fullmatch(name) and name not in self.names:
            self.names |= {name}
            self.known, self.spellings = _known(self.names)
        return "NAME", name

    def _word(self, word: str) -> tuple[str, str]:
        after = _SOFT_AFTER.get(word, self.previous)
        if word == "external" and not _EXTERNAL.match(self.text, self.position - len(word)):
            return "NAME", word
        if word in KEYWORDS and self.previous != "DOT" and self.previous == after:
            return word.upper(), word
        return "NAME", word

    def _sign(self, sign: str) -> str:
        """The kind of a sign; brackets depend on whether they open a list, close an interval, or filter."""
        if sign == "]" and self.previous not in _ENDS and self.previous != "LSQB":
            self._open("(")
            return "OPEN_RSQB"
        if sign == "[" and self.brackets and self.brackets[-1] == ".." and self.previous in _ENDS:
            self.brackets.pop()
            return "CLOSE_OPEN"
        if sign in "([{":
            self._open(sign)
        elif sign in ")]}" and self.brackets:
            self.brackets.pop()
        elif sign == ".." and self.brackets:
            self.brackets[-1] = ".."
        return _NAMES.get(sign, "ELLIPSIS")

    def _open(self, sign: str) -> None:
        self.brackets.append(sign)
        if len(self.brackets) > BRACKETS_MAX:
            raise LimitError(
                "brackets are nested more than {brackets_max} deep; split the expression up",
                brackets_max=BRACKETS_MAX,
            )


class ScopedLexer(Lexer):
    """What lark calls; the input is a pair of the text and the names in scope."""

    def __init__(self, lexer_conf: Any) -> None:
        del lexer_conf

    def lex(self, data: tuple[str, frozenset[str]]) -> Iterator[Token]:  # type: ignore[override]
        """Tokens of data = (text, names in scope)."""
        return Scanner(*data).tokens()
