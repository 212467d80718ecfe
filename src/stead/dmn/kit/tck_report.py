"""What the compatibility kit gave, by folder: for a terminal, for programs, and as docs/dmn-kit.md."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from stead.dmn.kit.tck import Outcome, Verdict, shown

FAILURES = tuple(verdict for verdict in Verdict if verdict is not Verdict.PASSED)
_SHOWN_MAX = 200
_HEAD = """# What the DMN compatibility kit gives

This page is written by `stead dmn tck --page FOLDER` over the folder `TestCases` of the kit
(https://github.com/dmn-tck/tck); a test compares it with a run where the kit is there (`STEAD_DMN_TCK`).

Each case is one decision with its inputs as columns of a table, all cases of a file in one query where that
is possible: what is counted is what a million customers would get. A case passes when the value is the
expected one (numbers to eight digits), or, where the kit expects an error, when the decision gives null or
is refused as an error of the expression. A model that cannot be read, or is refused for its size, has not
answered: all its cases are failures, also those that expect an error. Nor does "beyond columns" pass for
an error: what is right FEEL, and yet no query over columns, is refused with its reason. What is constant is
worked out before any column is, so years before 1 or after 9999 and billionths of a second are right there;
where a column would meet or hold them, they are refused.

A text in a column that carries an offset or a zone is read by `date and time()` with its offset, which
comparisons, `date()`, `string()` and the parts use; put in a column of dates and times it is null, since that
keeps no offset, and so it is where it has the name of a zone. Functions of Java (0076) and functions that
call themselves (0088) are refused and named.
Models that import others are refused.
"""


@dataclass(frozen=True)
class FolderCount:
    """How the cases of one folder of the kit ended."""

    level: str
    folder: str
    verdicts: Counter[Verdict]

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return self.verdicts.total()

    @property
    def passed(self) -> int:
        """How many of them passed."""
        return self.verdicts[Verdict.PASSED]

    @property
    def failures(self) -> dict[str, int]:
        """How many ended in each other way."""
        return {str(kind): self.verdicts[kind] for kind in FAILURES if self.verdicts[kind]}


def counted(outcomes: Iterable[Outcome]) -> list[FolderCount]:
    """The counts of each folder of test files, in order."""
    found: dict[Path, Counter[Verdict]] = {}
    for one in outcomes:
        found.setdefault(one.file.parent, Counter())[one.verdict] += 1
    return [FolderCount(path.parent.name, path.name, found[path]) for path in sorted(found)]


def total(counts: Iterable[FolderCount]) -> Counter[Verdict]:
    """The verdicts of several folders together."""
    return sum((one.verdicts for one in counts), Counter())


def lines(counts: list[FolderCount]) -> list[str]:
    """A line for each folder: its cases, how many passed, and how the others ended."""
    return [
        f"{one.level}/{one.folder}: {one.passed} of {one.cases} passed{_rest(one.verdicts)}" for one in counts
    ]


def _rest(verdicts: Counter[Verdict]) -> str:
    rest = [f"{verdicts[one]} {one}" for one in FAILURES if verdicts[one]]
    return f" ({', '.join(rest)})" if rest else ""


def page(outcomes: list[Outcome]) -> str:
    """The page of the documentation: counts by level and folder, and each failure with its reason."""
    counts = counted(outcomes)
    parts = [_HEAD]
    for level in dict.fromkeys(one.level for one in counts):
        within = [one for one in counts if one.level == level]
        parts.append(_level(level, within))
    failed = [one for one in outcomes if not one.passed]
    if failed:
        parts.append("## What does not pass, and why\n")
        parts.append("\n".join(_reasons(failed)) + "\n")
    return "\n".join(parts)


def _level(level: str, counts: list[FolderCount]) -> str:
    verdicts = total(counts)
    used = [one for one in FAILURES if verdicts[one]]
    said = _rest(verdicts).removeprefix(" (").removesuffix(")")
    rest = f" The rest: {said}." if said else ""
    head = f"## {level}\n\n{verdicts[Verdict.PASSED]:,} of {verdicts.total():,} cases pass.{rest}\n"
    names = ["folder", "cases", "passed", *(str(one) for one in used)]
    rows = [
        [one.folder, str(one.cases), str(one.passed), *(str(one.verdicts[kind] or "") for kind in used)]
        for one in counts
    ]
    return "\n".join([head, *(_row(cells) for cells in (names, ["---"] * len(names), *rows)), ""])


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _reasons(failed: list[Outcome]) -> list[str]:
    """A line for each case: where it stands, what the kit expects, what came and why."""
    return [
        f"- {one.file.parent.name}, {one.case}, {one.decision} ({one.verdict}): "
        f"expected {_short(one.expected)}; {_short(one.got)}"
        for one in failed
    ]


def _short(value: object) -> str:
    text = " ".join(shown(value).replace("|", "\\|").split())
    return f"`{text if len(text) <= _SHOWN_MAX else text[: _SHOWN_MAX - 3] + '...'}`"
