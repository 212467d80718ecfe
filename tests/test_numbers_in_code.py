"""No rule stands in code: numbers there that equal one of the handbook are listed here, with a reason."""

import ast
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from stead.handbook.content.book import Handbook, load
from stead.handbook.content.table_numbers import numbers_in

ROOT = Path(__file__).parents[1]
BOOK = load(ROOT / "handbook")
# The folders that decide and tell: what lies below knows nothing of banks, what lies above only runs it.
FOLDERS = ("customers", "segmentation", "engagement", "retention", "desk", "insight", "simulation")
NAMED = re.compile(
    r"DAYS|MONTHS|YEARS|WEEKS|HOURS|(^|_)AGE(_|$)|SHARE|RATIO|LEAST|AMOUNT|POINTS|WAITED|(^|_)OLDER|AFTER(?!_S$)|FROM"
)
COUNTED = {"days", "weeks", "months", "years", "hours"}
# File and name (or the call's argument) to the reason why its number is no rule of the handbook.
ARGUED = {
    "customers/profile.py: OLDER_RISK_MONTHS": "for editions without the row of clause 1.4",
    "customers/book_dates.py: MONTHS": "how far back features reach; the columns are named after it",
    "customers/lunar.py: days": "a month of the lunar calendar",
    "desk/customer_overview.py: LIMIT_DAYS": "the longest window of 2.3/limits, whose days are 1, 7 or 30",
    "desk/day_pane.py: POSTPONE_DAYS": "what the page offers as choices",
    "engagement/actions.py: POSTPONE_DAYS_MAX": "how far a date may be chosen in the form",
    "engagement/book.py: _OLDER": "for editions without these rows of params.csv",
    "engagement/book_contacts.py: days": "the longest window of 2.3/limits, whose days are 1, 7 or 30",
    "engagement/day.py: LIVE_DAYS_MAX": "whether a desk is a rehearsal",
    "engagement/day.py: MATURITY_DAYS": "the week of a figure of the page",
    "insight/filters.py: MATURITY_DAYS": "what the list offers as choices",
    "insight/filters.py: days": "the week of a filter of the page",
    "insight/queries.py: days": "the month of a figure of the page",
    "retention/book.py: days": "the days of a week",
}


def told(handbook: Handbook) -> set[Decimal]:
    """The numbers of all tables and lists that mean a time, a share or an amount; small counts aside."""
    cells = [
        cell
        for name in handbook.tables
        if (table := handbook.decision(name).table) is not None
        for rule in table.rules
        for cell in (*rule.inputs, *rule.outputs)
    ]
    lists = [
        row.get(column, "")
        for path in handbook.files
        if path.endswith(".csv")
        for row in handbook.listed(path).rows
        for column in ("value", "most", "days")
    ]
    found = {abs(number) for text in (*cells, *lists) for number in numbers_in(text)}
    return {number for number in found if number > 2 or 0 < number < 1}


def written(source: str) -> Iterator[tuple[str, Decimal]]:
    """Names with the numbers that code gives them: constants, and arguments that count time."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [one.id for one in targets if isinstance(one, ast.Name) and one.id.isupper()]
            for name in (one for one in names if NAMED.search(one)):
                yield from ((name, number) for number in _constants(node.value))
        elif isinstance(node, ast.keyword) and node.arg in COUNTED:
            yield from ((node.arg, number) for number in _constants(node.value))


def _constants(node: ast.AST) -> Iterator[Decimal]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and type(one.value) in {int, float}:
            yield abs(Decimal(str(one.value)))


def found() -> dict[str, set[Decimal]]:
    """Each place in the code that repeats a number of the handbook."""
    numbers, places = told(BOOK), dict[str, set[Decimal]]()
    for folder in FOLDERS:
        for path in sorted((ROOT / "src/stead" / folder).rglob("*.py")):
            if {"tests", "migrations"} & set(path.parts):
                continue
            for name, number in written(path.read_text("utf-8")):
                if number in numbers:
                    where = f"{path.relative_to(ROOT / 'src/stead').as_posix()}: {name}"
                    places.setdefault(where, set()).add(number)
    return places


def test_no_code_repeats_a_number_of_the_handbook_without_a_reason() -> None:
    assert {where: numbers for where, numbers in found().items() if where not in ARGUED} == {}


def test_every_reason_is_still_needed() -> None:
    assert sorted(set(ARGUED) - set(found())) == []


def test_a_rule_in_code_would_be_found() -> None:
    assert dict(written("MOVED_AFTER = 6\nlimit = timedelta(days=90)\nROWS = 50\n")) == {
        "MOVED_AFTER": 6,
        "days": 90,
    }
