"""Numbers of decision tables that more than the tables need: dates, pages and searches are told by them.

They are read from the cells, so that each stands once, in the table, and whoever changes it there changes it
everywhere.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import product

from stead.dmn.tables.model import DecisionTable
from stead.handbook.content.book import Handbook, HandbookError
from stead.handbook.content.night_words import MONTHS_REPLAYED

MOVEMENT, WARNING, OCCASION = "2.2/movement", "2.4/warning", "2.3/occasion"
# Unknown comes last, as editions of the handbook from before it have no row for it.
COMPARISONS = ["none", "first", "higher", "same", "lower", "unknown"]
COUNTS_BELOW = MONTHS_REPLAYED + 1  # months below that have a case, none included
# The oldest month replayed is the first that there is, so that none can be below in it.
BELOW_MOST = MONTHS_REPLAYED - 1
_NUMBER = r"-?\d+(?:\.\d+)?"
_FROM = re.compile(
    rf"(?P<sign>=|>=|>)?\s*(?P<one>{_NUMBER})"
    rf"|(?P<open>[\[(\]])\s*(?P<low>{_NUMBER})\s*\.\.\s*{_NUMBER}\s*[\[)\]]"
)
_QUOTED = re.compile(r'"[^"]*"')
_YEARS = range(2000, 2005)  # a leap year among them


@dataclass(frozen=True)
class Movement:
    """What 2.2/movement says of each case: (comparison * 2 + ended) * COUNTS_BELOW + months below."""

    moves: list[str]
    rules: list[str]

    @cached_property
    def at_end(self) -> tuple[str, ...]:
        """The move at the end of a month that earns less than the held tier, by the months below."""
        first = (COMPARISONS.index("lower") * 2 + 1) * COUNTS_BELOW
        return tuple(self.moves[first : first + COUNTS_BELOW])

    @cached_property
    def watch_began(self) -> dict[int, int]:
        """For each number of months below at which a customer is watched, the one at which that began."""
        began: dict[int, int] = {}
        for below in range(1, BELOW_MOST + 1):
            if self.at_end[below] == "watch":
                began[below] = began.get(below - 1, below)
        return began

    @property
    def watched_from(self) -> int | None:
        """The months below from which a customer is watched; None when nobody ever is."""
        return min(self.watch_began, default=None)

    @property
    def moved_after(self) -> int | None:
        """The months below with which a customer moves down; None when nobody ever does."""
        return next((n for n in range(1, BELOW_MOST + 1) if self.at_end[n] == "down"), None)

    @property
    def watch_days(self) -> int | None:
        """The most days from the beginning of a watch to the move down: that many whole months."""
        if self.watched_from is None or self.moved_after is None or self.moved_after < self.watched_from:
            return None
        return longest_days(self.moved_after - self.watched_from)


def movement(handbook: Handbook) -> Movement:
    """The movement table asked about all its cases, once for each text of it.

    The cases are few, and looking one up is much cheaper than twelve tables one upon the other.
    """
    handbook.decision(MOVEMENT)  # refuses a handbook that has none, or may not be asked for it
    return _asked(handbook.files[f"{MOVEMENT}.dmn"])


@lru_cache(maxsize=16)
def _asked(text: str) -> Movement:
    table = Handbook({f"{MOVEMENT}.dmn": text}).compiled(MOVEMENT)
    rows = [
        table.one({"comparison": comparison, "month_ended": ended, "months_below": below})
        for comparison, ended, below in product(COMPARISONS, (False, True), range(COUNTS_BELOW))
    ]
    # A case for which the table has no row changes nothing, as "keep" does.
    return Movement([row["move"] or "" for row in rows], [row["movement_rule"] or "" for row in rows])


def longest_days(months: int) -> int:
    """The most days that so many whole months in a row can have: 92 for three."""
    firsts = [date(year, month, 1) for year in _YEARS for month in range(1, 13)]
    return max((last - first).days for first, last in zip(firsts, firsts[months:], strict=False))


def login_days(handbook: Handbook) -> Decimal | None:
    """The days without a login from which 2.4/warning warns; None where no row says it in its own cell."""
    return least(handbook, WARNING, "login_days", {"counts_from": "login"}, is_whole=True)


def least(
    handbook: Handbook, name: str, column: str, given: Mapping[str, str], *, is_whole: bool = False
) -> Decimal | None:
    """The smallest number of a column for which a table says anything; None where there is none.

    given: words that stand in other columns, inputs or outputs, of the rows in question. A row that asks
    for any number, or in a way that is more than a list or range of numbers, knows no smallest one.
    """
    table = handbook.decision(name).table
    found = (
        [lowest(cells.get(column, ""), is_whole=is_whole) for cells in rows_of(table, given)] if table else []
    )
    known = [number for number in found if number is not None]
    return min(known) if known and len(known) == len(found) else None


def rows_of(table: DecisionTable, given: Mapping[str, str]) -> list[dict[str, str]]:
    """The cells by column, and the id as "rule", of the rules that say anything where these words stand."""
    inputs = [clause.expression or clause.label for clause in table.inputs]
    outputs = [clause.name or clause.label for clause in table.outputs]
    rows = []
    for rule in table.rules:
        cells = dict(zip((*inputs, *outputs), (*rule.inputs, *rule.outputs), strict=True))
        says = any(cell.strip() not in {"", "-", "null"} for cell in rule.outputs)
        if says and all(_allows(cells.get(name, ""), word) for name, word in given.items()):
            rows.append({name: cell.strip() for name, cell in cells.items()} | {"rule": rule.id})
    return rows


def _allows(cell: str, word: str) -> bool:
    """Whether a cell may hold a word: it names it, or asks for nothing, or asks in another way."""
    text = cell.strip()
    return f'"{word}"' in text if text.startswith('"') else text != "null"


def lowest(cell: str, *, is_whole: bool = False) -> Decimal | None:
    """The smallest number that a cell lets pass; None where there is none, or it is told in another way.

    is_whole: the column counts, so that over 89 means from 90 on; else it is the end that is not passed.
    """
    parts = [_FROM.fullmatch(part.strip()) for part in cell.split(",")]
    numbers = [_first(part, is_whole=is_whole) for part in parts if part is not None]
    return min(numbers) if numbers and len(numbers) == len(parts) else None


def _first(part: re.Match[str], *, is_whole: bool) -> Decimal:
    """The number with which a part of a cell begins."""
    number = Decimal(part["one"] or part["low"])
    is_over = part["sign"] == ">" or (part["open"] or "[") != "["
    return math.floor(number) + Decimal(1) if is_over and is_whole else number


def numbers_in(cell: str) -> list[Decimal]:
    """All numbers that stand in a cell outside of words."""
    return [Decimal(number) for number in re.findall(_NUMBER, _QUOTED.sub("", cell))]


def movement_or_none(handbook: Handbook | None) -> Movement | None:
    """The movement of a handbook; None where it has no such table, or one that cannot be asked."""
    try:
        return movement(handbook) if handbook else None
    except (HandbookError, KeyError):
        return None
