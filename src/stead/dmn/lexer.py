"""FEEL text to tokens. Names may hold spaces and operators, so the names in scope decide where one ends."""

import re
from collections.abc import Iterator
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
# `of` and `external` count only in their places; alone they may be names.
_SOFT = frozenset({"of", "external"})
_LONG_NAMES = (
    "date and time", "years and months duration", "days and time duration",
    "time offset", "start included", "end included",
)  # fmt: skip
_SPACE = re.compile(r"(?:[\s\u00a0\ufeff]+|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_NUMBER = re.compile(r"(?:\d+(?:\.(?!\.)\d+)?|\.\d+)(?:[eE][+-]?\d+)?")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_WORD = re.compile(r"[^\W\d][\w\u2019']*|\?(?=\W|$)", re.UNICODE)
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


@lru_cache(maxsize=256)
def _known(names: frozenset[str]) -> re.Pattern[str] | None:
    """A pattern for the names in scope, longest first, with any spacing between their parts."""
    patterns = []
    for name in sorted(names | set(_LONG_NAMES), key=len, reverse=True):
        parts = re.findall(r"[\w\u2019']+|[^\w\s]", name)
        if not parts:
            continue
        spaced = parts[0]
        pattern = re.escape(spaced)
        for before, after in pairwise(parts):
            # Between two words there must be space; around a sign it may be left out.
            gap = r"\s+" if before[-1].isalnum() and after[0].isalnum() else r"\s*"
            pattern += gap + re.escape(after)
        patterns.append(pattern + (r"(?![\w])" if parts[-1][-1].isalnum() else ""))
    return re.compile("|".join(patterns)) if patterns else None


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
        self.known = _known(names)
        self.spelled = {"".join(name.split()): name for name in (*names, *_LONG_NAMES)}
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
        word = _WORD.match(text, start)
        known = self.known.match(text, start) if self.known else None
        # A word of the grammar is never a name by itself, though a longer name may begin with one.
        is_word = known is not None and known.group() in KEYWORDS
        if known and not is_word and (not word or len(known.group()) >= len(word.group())):
            self.position = known.end()
            spelled = self.spelled["".join(known.group().split())]
            return "NAME", spelled
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
            raise FeelError(
                "the character {character} at position {position} of {text} is not FEEL",
                kind="syntax", character=repr(text[start]), position=start + 1, text=shown,
            )  # fmt: skip
        self.position = sign.end()
        return self._sign(sign.group()), sign.group()

    def _word(self, word: str) -> tuple[str, str]:
        if word in KEYWORDS and self.previous != "DOT" and (word not in _SOFT or self.previous == "INSTANCE"):
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
