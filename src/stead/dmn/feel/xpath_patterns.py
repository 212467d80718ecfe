"""Regular expressions as the standard has them (XPath 3.1, 5.6) in the writing that databases read (RE2)."""

import re

from stead.dmn.errors import FeelError

# Blocks of Unicode that a pattern may name, by their first and last character.
_BLOCKS = {
    "BasicLatin": (0x0000, 0x007F),
    "Latin-1Supplement": (0x0080, 0x00FF), "LatinExtended-A": (0x0100, 0x017F),
    "LatinExtended-B": (0x0180, 0x024F), "Greek": (0x0370, 0x03FF), "Cyrillic": (0x0400, 0x04FF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
}  # fmt: skip
_CHARACTERS = 0x110000
_CLASS_PART = re.compile(r"\\[nrt\\|.?*+(){}$\[\]^-]|[^\\\[\]]", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


def translated(pattern: str, flags: str, name: str) -> str:
    """The pattern for a database; flags are some of "smix".

    Raises FeelError: of type for what is no pattern, of columns for what databases do not match.
    """
    if "x" in flags:
        pattern = _without_space(pattern)
    found = _Translator(pattern, name, dots_match_all="s" in flags).result()
    kept = "".join(sorted(set(flags) - {"x"}))
    return f"(?{kept}){found}" if kept else found


def _without_space(pattern: str) -> str:
    """The pattern without white space, but for that inside brackets."""
    inside, made, escaped = 0, "", False
    for sign in pattern:
        if not escaped:
            inside += {"[": 1, "]": -1}.get(sign, 0)
        if inside > 0 or not sign.isspace():
            made += sign
            escaped = sign == "\\" and not escaped
    return made


class _Translator:
    """One pass over one pattern."""

    def __init__(self, pattern: str, name: str, *, dots_match_all: bool) -> None:
        self.pattern = pattern
        self.name = name
        self.dot = "." if dots_match_all else r"[^\n\r]"
        self.at = 0
        self.open: list[int] = []
        self.groups = 0

    def result(self) -> str:
        made = ""
        while self.at < len(self.pattern):
            made += self._next()
        return made

    def _next(self) -> str:
        sign = self.pattern[self.at]
        if sign == "\\":
            return self._escape()
        if sign == "[":
            return self._class()
        self.at += 1
        if sign == "(":
            capturing = not self.pattern.startswith("?", self.at)
            self.groups += capturing
            self.open.append(self.groups if capturing else 0)
        elif sign == ")" and self.open:
            self.open.pop()
        return self.dot if sign == "." else sign

    def _wrong(self) -> FeelError:
        return FeelError(
            "{name}(): {pattern} is no regular expression", name=self.name, pattern=repr(self.pattern)
        )

    def _escape(self) -> str:
        block = re.compile(r"\\([pP])\{Is([^}]*)\}").match(self.pattern, self.at)
        if block:
            self.at = block.end()
            if block.group(2) not in _BLOCKS:
                raise self._wrong()
            low, high = _BLOCKS[block.group(2)]
            return _written([(low, high)], negated=block.group(1) == "P")
        number = re.compile(r"\\(\d+)").match(self.pattern, self.at)
        if number:
            # A reference to a group that is not closed yet, or not there, is no pattern.
            group = int(number.group(1)[0])
            if not 1 <= group <= self.groups or group in self.open:
                raise self._wrong()
            raise FeelError(
                "{name}(): {pattern} refers back to a group, which databases do not match",
                kind="columns", name=self.name, pattern=repr(self.pattern),
            )  # fmt: skip
        self.at += 2
        return self.pattern[self.at - 2 : self.at]

    def _class(self) -> str:
        """A class of characters; one with another taken from it is written as what is left."""
        whole = self._plain_class()
        if re.search(r"\\\d", whole):
            raise self._wrong()
        if not (whole.endswith("-") and self.pattern.startswith("[", self.at)):
            return whole
        negated, ranges = self._ranges(whole[1:-1])
        taken_negated, taken = self._ranges(self._plain_class()[1:-1])
        if not self.pattern.startswith("]", self.at):
            raise self._wrong()
        self.at += 1
        kept = _less(_turned(ranges) if negated else ranges, _turned(taken) if taken_negated else taken)
        if not kept:
            raise self._wrong()
        return _written(kept, negated=False)

    def _plain_class(self) -> str:
        """The text of a class up to its end, or up to the class that is taken from it."""
        start = self.at
        self.at += 1
        while self.at < len(self.pattern):
            sign = self.pattern[self.at]
            if sign == "[":
                if self.pattern[self.at - 1] != "-":
                    raise self._wrong()
                return self.pattern[start : self.at]
            self.at += 2 if sign == "\\" else 1
            if sign == "]":
                return self.pattern[start : self.at]
        raise self._wrong()

    def _ranges(self, text: str) -> tuple[bool, list[tuple[int, int]]]:
        """Whether a class is negated, and its ranges of characters; classes such as \\d are refused here."""
        negated = text.startswith("^")
        signs, at = [], int(negated)
        while at < len(text):
            found = _CLASS_PART.match(text, at)
            if found is None:
                raise FeelError(
                    "{name}(): {pattern} takes one class from another, which databases do not match",
                    kind="columns", name=self.name, pattern=repr(self.pattern),
                )  # fmt: skip
            signs.append(found.group())
            at = found.end()
        ranges: list[tuple[int, int]] = []
        while signs:
            low = _code(signs.pop(0))
            if len(signs) > 1 and signs[0] == "-":
                ranges.append((low, _code(signs[1])))
                del signs[:2]
            else:
                ranges.append((low, low))
        return negated, ranges


def _code(sign: str) -> int:
    return ord(_ESCAPED.get(sign[1], sign[1]) if sign.startswith("\\") else sign)


def _turned(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """All characters but these."""
    return _less([(0, _CHARACTERS - 1)], ranges)


def _less(ranges: list[tuple[int, int]], taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The ranges without those of others."""
    kept = ranges
    for low, high in taken:
        kept = [
            part
            for first, last in kept
            for part in ((first, min(last, low - 1)), (max(first, high + 1), last))
            if part[0] <= part[1]
        ]
    return kept


def _written(ranges: list[tuple[int, int]], *, negated: bool) -> str:
    parts = "".join(rf"\x{{{low:x}}}-\x{{{high:x}}}" for low, high in ranges)
    return f"[{'^' if negated else ''}{parts}]"
