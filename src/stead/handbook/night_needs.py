"""What a night can take from a handbook: which parameters it needs, which words and how large numbers may be.

A table may say anything that FEEL can; a column of the database holds no more than this. What the check lets
pass, a night survives.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext

from stead.dmn.tables.model import DecisionTable
from stead.handbook.content.csv_lists import CsvList, number_of
from stead.handbook.content.night_words import (
    CHANNELS,
    CLASSES,
    COLOUR_MOST,
    DIRECTIONS,
    ENDED,
    HOURS_MOST,
    MINUTES_MOST,
    OUTCOMES,
    POINTS_MOST,
    TEN_YEARS_DAYS,
    USES,
    YEAR_DAYS,
)

FIRST_DAY = date(1900, 1, 1)
RULE_ID = re.compile(r"[\w.\-]{1,60}")
NAME = re.compile(r"[\w\-]{1,40}")
_LEAP_YEAR = 2000


@dataclass(frozen=True)
class Numbers:
    """A number from `least` to `most`, without decimals where it is `whole`."""

    least: Decimal
    most: Decimal
    whole: bool = True

    def problem(self, text: str) -> str:
        """What is wrong with a text as such a number; empty when nothing is."""
        number = number_of(text)
        is_written_whole = "." not in text
        if number is not None and (is_written_whole or not self.whole) and self.least <= number <= self.most:
            return ""
        form = gettext("%(said)s is out of range; right would be a number from %(least)s to %(most)s.")
        if self.whole:
            form = gettext(
                "%(said)s is out of range; right would be a whole number from %(least)s to %(most)s."
            )
        return form % {"said": text or "–", "least": f"{self.least:f}", "most": f"{self.most:f}"}


@dataclass(frozen=True)
class Words:
    """One of some words."""

    words: tuple[str, ...]

    def problem(self, text: str) -> str:
        """What is wrong with a text as such a word; empty when nothing is."""
        if text in self.words:
            return ""
        told = gettext("%(said)s is not known to the night; right would be one of %(words)s.")
        return told % {"said": text or "–", "words": ", ".join(self.words)}


@dataclass(frozen=True)
class SomeWords:
    """One or several of some words, with blanks between them; `needed` among them."""

    words: tuple[str, ...]
    needed: str = ""

    def problem(self, text: str) -> str:
        """What is wrong with a text as such words; empty when nothing is."""
        said = text.split()
        for word in said or [text]:
            if wrong := Words(self.words).problem(word):
                return wrong
        if self.needed and self.needed not in said:
            return gettext("%(word)s is missing; it must be among the words.") % {"word": self.needed}
        return ""


Need = Numbers | Words | SomeWords


def _whole(least: int, most: int) -> Numbers:
    return Numbers(Decimal(least), Decimal(most))


_AMOUNT = Numbers(Decimal(0), Decimal(10) ** 14, whole=False)
_AGE = _whole(0, 150)
# The numbers of params.csv that the night reads, with the table for which it reads them; those without one
# are read by pages, or do not stand in all editions.
PARAMS: dict[str, tuple[Need, str]] = {
    "horizon_days": (_whole(0, YEAR_DAYS), "2.3/occasion.dmn"),
    "look_ahead_days": (_whole(0, YEAR_DAYS), "2.3/occasion.dmn"),
    "priority_waited_day": (_whole(0, POINTS_MOST), "2.3/occasion.dmn"),
    "contact_hours_start": (_whole(0, 24), "2.4/warning.dmn"),
    "adult_age": (_AGE, "2.3/permission.dmn"),
    "elder_contact_age": (_AGE, "2.3/permission.dmn"),
    "priority_tier": (_whole(0, POINTS_MOST), ""),
    "priority_waited_most": (_whole(0, YEAR_DAYS), ""),
    "large_inflow_least": (_AMOUNT, ""),
    "maturity_least": (_AMOUNT, ""),
    "watch_months_least": (_whole(0, 12), ""),
    "warning_login_days": (_whole(0, TEN_YEARS_DAYS), ""),
    "watch_ends_days": (_whole(0, TEN_YEARS_DAYS), ""),
    "contact_hours_end": (_whole(0, 24), ""),
    "hard_hours_start": (_whole(0, 24), ""),
    "hard_hours_end": (_whole(0, 24), ""),
    "elder_age": (_AGE, ""),
}
COLUMNS: dict[str, dict[str, Need]] = {
    "2.3/limits.csv": {
        "scope": Words(("class", "channel")),
        "days": Words(("1", "7", "30")),
        "most": _whole(0, 10_000),
        "binds": SomeWords(CLASSES[1:]),
    },
    "2.3/festivals.csv": {
        "calendar": Words(("solar", "lunar")),
        "month": _whole(1, 12),
        "day": _whole(1, 31),
    },
    "2.3/ended.csv": {
        "name": Words(ENDED),
        "classes": SomeWords(CLASSES, "statutory"),
    },
    "2.3/counting.csv": {
        "name": Words(USES),
        "direction": Words(DIRECTIONS),
        "outcomes": SomeWords(OUTCOMES),
        "classes": SomeWords(CLASSES),
    },
}
REQUIRED_COLUMNS = {
    "params.csv": ("name", "value"),
    "2.3/limits.csv": ("scope", "name", "days", "most", "binds"),
    "2.3/festivals.csv": ("name", "calendar", "month", "day", "zh", "en", "countries"),
    "2.3/ended.csv": ("name", "classes"),
    "2.3/counting.csv": ("name", "direction", "outcomes", "classes"),
}
# Lists without which a night does as it did before there were any: older editions have none.
OPTIONAL = frozenset({"2.3/ended.csv", "2.3/counting.csv"})
_MESSAGE: dict[str, Need] = {
    "message_class": Words(CLASSES),
    "channel": Words(CHANNELS),
    "lead_days": _whole(0, YEAR_DAYS),
    "minutes": _whole(0, MINUTES_MOST),
    "base_priority": _whole(0, POINTS_MOST),
    "repeat_days": _whole(0, TEN_YEARS_DAYS),
}
OUTPUTS: dict[str, dict[str, Need]] = {
    "2.2/tier": {"tier": _whole(0, 4)},
    "2.2/movement": {"move": Words(("none", "start", "up", "keep", "wait", "watch", "down"))},
    "2.2/stage": {"stage": Words(("new", "growing", "mature", "fading", "dormant", "lost"))},
    "2.3/occasion": {**_MESSAGE, "window_days": _whole(0, YEAR_DAYS), "answered": Words(("true", "false"))},
    "2.3/contact_owed": {**_MESSAGE, "interval_days": _whole(1, TEN_YEARS_DAYS)},
    "2.3/channel": {"channel": Words(CHANNELS)},
    "2.3/permission": {"held_reason": Words(("consent", "refused", "minor", "age_unknown"))},
    "2.3/worth": {"points": _whole(0, POINTS_MOST)},
    "2.4/warning": {
        "colour": _whole(0, COLOUR_MOST),
        "respond_days": _whole(0, YEAR_DAYS),
        "respond_hours": _whole(0, HOURS_MOST),
        "counts_from": Words(("outflow", "outflow_own", "maturity", "login")),
    },
}


def missing_columns(path: str, columns: tuple[str, ...]) -> list[str]:
    """The columns that the night reads of a list and that it has not."""
    return [name for name in REQUIRED_COLUMNS.get(path, ()) if name not in columns]


def cell_problems(path: str, row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Column and problem of each cell of a list's row that the night could not use."""
    for column, need in COLUMNS.get(path, {}).items():
        if wrong := need.problem(row.get(column, "")):
            yield column, wrong
    if path == "params.csv" and row.get("name") in PARAMS and number_of(row.get("value", "")) is not None:
        if wrong := PARAMS[row["name"]][0].problem(row["value"]):
            yield "value", wrong
    elif path == "2.3/limits.csv":
        names = CHANNELS if row.get("scope") == "channel" else CLASSES
        if wrong := Words(names).problem(row.get("name", "")):
            yield "name", wrong
    elif path == "2.3/festivals.csv":
        yield from _festival_problems(row)


def _festival_problems(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if not NAME.fullmatch(row.get("name", "")):
        told = gettext("%(said)s is no name; right would be at most 40 letters, digits, _ and -.")
        yield "name", told % {"said": row.get("name") or "–"}
    month, day = number_of(row.get("month", "")), number_of(row.get("day", ""))
    if month is None or day is None or month not in range(1, 13) or day not in range(1, 32):
        return
    # A day that a year does not have is kept on the month's last; one that no year has is a mistake.
    last = 30
    if row.get("calendar") == "solar":
        after = date(_LEAP_YEAR + int(month) // 12, int(month) % 12 + 1, 1)
        last = (after - timedelta(days=1)).day
    if wrong := _whole(1, last).problem(row["day"]):
        yield "day", wrong


def uncovered(listed: CsvList, has: frozenset[str]) -> Iterator[tuple[int, str, str]]:
    """Row (from 0; -1: none), column and problem for each parameter without a number on some day.

    has: the paths of the handbook; a parameter is needed when the table is there for which it is read.
    """
    for name, (_need, table) in PARAMS.items():
        if table not in has:
            continue
        spans = sorted(
            (span[0], span[1], number)
            for number, (row, span) in enumerate(zip(listed.rows, listed.spans, strict=True))
            if span is not None and row.get("name") == name
        )
        if not spans:
            told = gettext("There is no row of %(name)s; the night needs one on each day.")
            yield -1, "name", told % {"name": name}
            continue
        told = gettext(
            "No row of %(name)s holds on %(day)s; the night needs one on each day from 1900-01-01."
        )
        if spans[0][0] > FIRST_DAY:
            yield spans[0][2], "effective_from", told % {"name": name, "day": FIRST_DAY}
        for (_, last, number), after in zip(spans, [*(one[0] for one in spans[1:]), None], strict=True):
            if last != date.max and (after is None or after > last + timedelta(days=1)):
                yield number, "effective_to", told % {"name": name, "day": last + timedelta(days=1)}


def output_problems(name: str, table: DecisionTable) -> Iterator[tuple[int, str, str, str]]:
    """Row (from 1; 0: the default), rule, clause and problem for each output that the night could not use.

    name: the table's, such as "2.3/occasion". An output that is worked out is bounded by the night itself.
    """
    needs = OUTPUTS.get(name, {})
    for number, rule in enumerate(table.rules, start=1):
        if not RULE_ID.fullmatch(rule.id):
            told = gettext(
                "The rule id %(said)s cannot be kept; right would be at most 60 letters, digits, . _ and -."
            )
            yield number, rule.id, "", told % {"said": rule.id or "–"}
    for place, clause in enumerate(table.outputs):
        need = needs.get(clause.name or name.rpartition("/")[2])
        if need is None:
            continue
        cells = [(number, rule.id, rule.outputs[place]) for number, rule in enumerate(table.rules, start=1)]
        for number, rule_id, cell in [*cells, (0, "", clause.default)]:
            if wrong := _cell_problem(need, cell.strip()):
                yield number, rule_id, clause.id, wrong


def _cell_problem(need: Need, cell: str) -> str:
    """What is wrong with an output cell; a number may be worked out, a word stands there as it is."""
    if cell in {"", "-", "null"}:
        return ""
    if isinstance(need, Words):
        return need.problem(cell if need.words == ("true", "false") else cell.strip('"'))
    return need.problem(cell) if number_of(cell) is not None else ""
