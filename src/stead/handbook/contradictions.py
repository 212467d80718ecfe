"""Where one part of a handbook says another number than another, so that one of them would say it in vain."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext

from stead.handbook.content.book import Handbook
from stead.handbook.content.csv_lists import number_of
from stead.handbook.content.night_words import AHEAD, WARNINGS
from stead.handbook.content.table_numbers import (
    BELOW_MOST,
    MOVEMENT,
    OCCASION,
    WARNING,
    least,
    login_days,
    movement,
    numbers_in,
    rows_of,
)

PARAMS = "params.csv"
_WORD = re.compile(r'"([^"]*)"')
_NO_DAYS = {"0", "", "-", "null"}
OWED = "2.3/contact_owed"
# Pairs of which the first may not be above the second, or must be below it.
_ORDERED = (
    ("hard_hours_start", "contact_hours_start", False),
    ("contact_hours_start", "contact_hours_end", True),
    ("contact_hours_end", "hard_hours_end", False),
    ("adult_age", "elder_contact_age", True),
)


@dataclass(frozen=True)
class Contradiction:
    """What is said, with its place. row: from 0, and column, in a list; rule: the id in a table."""

    path: str
    text: str
    row: int | None = None
    rule: str = ""
    column: str = ""


def contradictions(handbook: Handbook) -> Iterator[Contradiction]:
    """Everything that two parts of a handbook, each sound in itself, say differently."""
    if f"{MOVEMENT}.dmn" in handbook.files:
        yield from _of_movement(handbook)
    if f"{OCCASION}.dmn" in handbook.files:
        yield from _of_unused(handbook)
    if PARAMS in handbook.files:
        yield from _of_tables(handbook)
        yield from _of_horizon(handbook)
        yield from _of_order(handbook)


def _of_movement(handbook: Handbook) -> Iterator[Contradiction]:
    """Months that a replay of the last twelve never counts, and a table from which none can be read."""
    found, path = movement(handbook), f"{MOVEMENT}.dmn"
    if found.watched_from is None and found.moved_after is None:
        yield Contradiction(
            path,
            gettext("Nobody is ever watched or moved down within the %(most)s months that can be counted.")
            % {"most": BELOW_MOST},
        )
        return
    table = handbook.decision(MOVEMENT).table
    for move, months in (("watch", found.watched_from), ("down", found.moved_after)):
        rules = rows_of(table, {"move": move}) if table else []
        named = [rule for rule in rules if rule["move"] == f'"{move}"']
        if named and months is None:
            yield Contradiction(
                path,
                gettext("Never reached: at most %(most)s months below can be counted.")
                % {"most": BELOW_MOST},
                rule=named[0]["rule"],
            )
    if found.watched_from and found.moved_after and found.moved_after < found.watched_from:
        told = gettext(
            "Months below after which a tier moves down: %(down)s, fewer than before the watch: %(watch)s."
        )
        yield Contradiction(path, told % {"down": found.moved_after, "watch": found.watched_from})


def _of_tables(handbook: Handbook) -> Iterator[Contradiction]:
    """Parameters of older editions that repeat a number of a table, where they say another."""
    files = handbook.files
    same: dict[str, tuple[str, Decimal | int | None]] = {}
    above: dict[str, Decimal | None] = {}
    if f"{WARNING}.dmn" in files:
        same["warning_login_days"] = (WARNING, login_days(handbook))
    if f"{MOVEMENT}.dmn" in files:
        found = movement(handbook)
        same["watch_ends_days"] = (MOVEMENT, found.watch_days)
        same["watch_months_least"] = (MOVEMENT, found.watched_from)
    if f"{OCCASION}.dmn" in files:
        for occasion in ("large_inflow", "maturity"):
            above[f"{occasion}_least"] = least(handbook, OCCASION, "amount", {"occasion": occasion})
    for row, name, said in _params(handbook):
        table, number = same.get(name, ("", None))
        if number is not None and said != number:
            told = gettext(
                "%(name)s is %(said)s, but the table %(table)s says %(number)s: it needs no such row."
            )
            yield Contradiction(PARAMS, told % _words(name, said, number, table), row, column="value")
        asked = above.get(name)
        if asked is not None and said > asked:
            told = gettext(
                "%(name)s is %(said)s, but %(table)s asks from %(number)s on: it needs no such row."
            )
            yield Contradiction(PARAMS, told % _words(name, said, asked, OCCASION), row, column="value")


def _words(name: str, said: Decimal, number: Decimal | int, table: str) -> Mapping[str, str]:
    return {"name": name, "said": f"{said:,}", "number": f"{number:,}", "table": table}


def _of_horizon(handbook: Handbook) -> Iterator[Contradiction]:
    """Rows that ask for more days than those in which occasions are looked for."""
    horizons = [said for _row, name, said in _params(handbook) if name == "horizon_days"]
    if not horizons:
        return
    for table, columns in ((OCCASION, ("days", "lead_days")), (OWED, ("lead_days",))):
        decision = handbook.decision(table).table if f"{table}.dmn" in handbook.files else None
        for cells in rows_of(decision, {}) if decision else []:
            for column in columns:
                days = max((abs(one) for one in numbers_in(cells.get(column, ""))), default=Decimal(0))
                if days > min(horizons):
                    told = gettext(
                        "Asks for more days (%(days)s) than horizon_days looks around (%(horizon)s)."
                    )
                    values = {"days": f"{days:f}", "horizon": f"{min(horizons):f}"}
                    yield Contradiction(f"{table}.dmn", told % values, rule=cells["rule"])


def _of_unused(handbook: Handbook) -> Iterator[Contradiction]:
    """Days of an occasion that the night never asks for, but where they say what holds anyhow."""
    table, path = handbook.decision(OCCASION).table, f"{OCCASION}.dmn"
    for cells in rows_of(table, {}) if table else []:
        words = set(_WORD.findall(cells.get("occasion", "")))
        lead, window = cells.get("lead_days", ""), cells.get("window_days", "")
        if words and not words & set(AHEAD) and lead not in _NO_DAYS:
            told = gettext("Days before have no effect: this is known only when it has happened.")
            yield Contradiction(path, told, rule=cells["rule"])
        if words and words <= set(AHEAD) and window not in _NO_DAYS:
            told = gettext("Working days to do it have no effect: this is done by its day.")
            yield Contradiction(path, told, rule=cells["rule"])
        for colour, word in WARNINGS.items():
            days = _respond_days(handbook, colour) if words == {word} else set()
            if days and window not in days:
                told = gettext("The table %(table)s says the working days to react: %(days)s.")
                values = {"table": WARNING, "days": ", ".join(sorted(days))}
                yield Contradiction(path, told % values, rule=cells["rule"])


def _respond_days(handbook: Handbook, colour: int) -> set[str]:
    """The working days to react that the table of warnings gives for a colour; none without that table."""
    if f"{WARNING}.dmn" not in handbook.files:
        return set()
    table = handbook.decision(WARNING).table
    rows = rows_of(table, {}) if table else []
    return {cells.get("respond_days", "") for cells in rows if cells.get("colour") == str(colour)}


def _of_order(handbook: Handbook) -> Iterator[Contradiction]:
    """Hours and ages that stand in the wrong order, at each row with which that begins."""
    rows, spans = list(_params(handbook)), handbook.listed(PARAMS).spans
    for low, high, is_strict in _ORDERED:
        for row, name, _said in rows:
            span = spans[row]
            on = _on(rows, spans, span[0]) if span and name in {low, high} else {}
            if {low, high} <= set(on) and (on[low] > on[high] or (is_strict and on[low] == on[high])):
                told = gettext("%(low)s is %(first)s and %(high)s is %(second)s: the order is wrong.")
                values = {"low": low, "first": f"{on[low]:f}", "high": high, "second": f"{on[high]:f}"}
                yield Contradiction(PARAMS, told % values, row, column="value")
                break


def _on(
    rows: list[tuple[int, str, Decimal]], spans: tuple[tuple[date, date] | None, ...], day: date
) -> dict[str, Decimal]:
    """The numbers that hold on a day, by name."""
    found = {}
    for row, name, said in rows:
        span = spans[row]
        if span and span[0] <= day <= span[1]:
            found[name] = said
    return found


def _params(handbook: Handbook) -> Iterator[tuple[int, str, Decimal]]:
    """Row (from 0), name and number of each parameter that has one."""
    for row, cells in enumerate(handbook.listed(PARAMS).rows):
        said = number_of(cells.get("value", ""))
        if said is not None:
            yield row, cells.get("name", ""), said
