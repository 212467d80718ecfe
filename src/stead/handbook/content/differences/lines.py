"""Texts line by line: what differs, and both sides' changes in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_LANDMARKS_LINES_MAX = 4_000


@dataclass(frozen=True)
class Line:
    """One line of a difference: kind is same, added or removed; numbers from 1, None where it is not."""

    kind: str
    old_number: int | None
    new_number: int | None
    text: str


@dataclass(frozen=True)
class Part:
    """A run of lines of a merge: agreed text, or what the base and both sides have where they differ."""

    text: str = ""
    clash: tuple[str, str, str] | None = None  # base, theirs, ours
    number: int = 0  # the line of the base where a clash begins, from 1


def _matcher(old: Sequence[str], new: Sequence[str]) -> SequenceMatcher[str]:
    # In a long text, lines that stand there often are no landmarks: comparing all with all would take hours.
    return SequenceMatcher(None, old, new, autojunk=len(old) + len(new) > _LANDMARKS_LINES_MAX)


def differences(old: str, new: str, context: int = 3) -> tuple[tuple[Line, ...], ...]:
    """The changed places of a text, each with some lines around it."""
    before, after = old.splitlines(), new.splitlines()
    hunks = []
    for group in _matcher(before, after).get_grouped_opcodes(context):
        lines: list[Line] = []
        for kind, a, b, c, d in group:
            if kind == "equal":
                lines += [Line("same", a + n + 1, c + n + 1, before[a + n]) for n in range(b - a)]
            else:
                lines += [Line("removed", n + 1, None, before[n]) for n in range(a, b)]
                lines += [Line("added", None, n + 1, after[n]) for n in range(c, d)]
        hunks.append(tuple(lines))
    return tuple(hunks)


def merge(base: str, theirs: str, ours: str) -> list[Part]:
    """Both sides' changes; where they changed the same lines differently, a clash."""
    if theirs in {base, ours}:
        return [Part(ours)]
    if ours == base:
        return [Part(theirs)]
    b, t, o = (text.splitlines(keepends=True) for text in (base, theirs, ours))
    parts: list[Part] = []
    i, j, k = 0, 0, 0
    for start, length in [*_stable(b, t, o), ((len(b), len(t), len(o)), 0)]:
        parts += _between(b[i : start[0]], t[j : start[1]], o[k : start[2]], i + 1)
        parts.append(Part("".join(b[start[0] : start[0] + length])))
        i, j, k = (place + length for place in start)
    return [part for part in parts if part.text or part.clash]


def _stable(b: list[str], t: list[str], o: list[str]) -> list[tuple[tuple[int, int, int], int]]:
    """Runs of lines that all three have: where they begin in each, and how long they are."""
    in_t = {m.a + n: m.b + n for m in _matcher(b, t).get_matching_blocks() for n in range(m.size)}
    in_o = {m.a + n: m.b + n for m in _matcher(b, o).get_matching_blocks() for n in range(m.size)}
    runs: list[tuple[tuple[int, int, int], int]] = []
    for line in range(len(b)):
        if line not in in_t or line not in in_o:
            continue
        place = (line, in_t[line], in_o[line])
        if runs and place == tuple(start + runs[-1][1] for start in runs[-1][0]):
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((place, 1))
    return runs


def _between(b: list[str], t: list[str], o: list[str], number: int) -> list[Part]:
    base, theirs, ours = "".join(b), "".join(t), "".join(o)
    if theirs in {base, ours}:
        return [Part(ours)]
    if ours == base:
        return [Part(theirs)]
    return [Part(clash=(base, theirs, ours), number=number)]
