"""No sentence says "1 rows": a number and its noun are joined by what knows how many there are."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from stead.core.formats import counted

SOURCE = Path(__file__).parents[1] / "src/stead"
NOUNS = "|".join(
    (
        "accounts|actions|arguments|bytes|cells|characters|clauses|columns|contacts|customers|days|entries|errors|faults",
        "files|hours|lines|minutes|months|nights|pages|parameters|places|products|questions|rows|rules|seconds|sentences",
        "sheets|signs|simulations|statements|tables|texts|times|values|views|warnings|years",
    )
)
# What may stand between a number and its noun.
BEHIND = re.compile(rf"^ (?:(?:open|known|more|other|working) )?({NOUNS})\b")
# What is never 1: limits, names of types, and a part told beside the whole ("1 of 30 rows").
NEVER_ONE = re.compile(
    r"[A-Z]{3}|_max\b|_most\b|\bmost\b|\bleast\b|DECIMALS|DIGITS|^type$|digits|length|capacity"
)
TOO_MANY = re.compile(r"at most (?:%\(most\)s|\{\w+_max\})")  # what is told beside a limit is more than it
WHOLE = re.compile(r" of $")
PLACE = re.compile(r"%\((\w+)\)[sd]|(?<!\{)\{(\w+)\}")


def told_one(source: str) -> Iterator[str]:
    """The places of a module where a number that may be 1 stands before a noun in the plural."""
    tree = ast.parse(source)
    several = {
        id(part)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"ngettext", "ngettext_lazy"}
        for part in call.args
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield from _formatted(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in several:
            for place in PLACE.finditer(node.value):
                is_limit = NEVER_ONE.search(place[1] or place[2]) or TOO_MANY.search(node.value)
                if BEHIND.match(node.value[place.end() :]) and not is_limit:
                    yield f"line {node.lineno}: {node.value}"


def _formatted(node: ast.JoinedStr) -> Iterator[str]:
    for number, part in enumerate(node.values[:-1]):
        behind = node.values[number + 1]
        before = node.values[number - 1] if number else None
        if not (isinstance(part, ast.FormattedValue) and isinstance(behind, ast.Constant)):
            continue
        is_part = isinstance(before, ast.Constant) and WHOLE.search(str(before.value))
        if BEHIND.match(str(behind.value)) and not is_part and not NEVER_ONE.search(ast.unparse(part.value)):
            yield f"line {node.lineno}: {ast.unparse(node)}"


def test_no_message_has_a_plural_behind_a_number_that_may_be_one() -> None:
    found = [
        f"{path.relative_to(SOURCE)}: {one}"
        for path in sorted(SOURCE.rglob("*.py"))
        if not {"tests", "migrations"} & set(path.parts)
        for one in told_one(path.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ('f"{len(found)} rows"', True),
        ('gettext("%(count)s errors") % told', True),
        ('FeelError("{name}() takes no {parts} arguments", parts=1)', True),
        ('FeelError("{count} rules; at most {rules_max} are read", count=9)', False),
        ('ngettext("%(n)s row", "%(n)s rows", n)', False),
        ("f\"{counted(n, 'row')}\"", False),
        ('f"at most {ROWS_MAX} rows"', False),
        ('f"{part} of {whole} rows"', False),
    ],
)
def test_such_a_message_would_be_found(source: str, is_found: bool) -> None:
    assert bool(list(told_one(source))) is is_found


def test_a_number_is_told_with_its_noun() -> None:
    assert [counted(n, "row") for n in (0, 1, 2, 1000)] == ["0 rows", "1 row", "2 rows", "1,000 rows"]
    assert counted(1, "entry", "entries") == "1 entry"
    assert counted(2, "entry", "entries") == "2 entries"


BLOCK = re.compile(
    r"\{%\s*blocktranslate((?:(?!count)[^%])*)%\}(.*?)\{%\s*endblocktranslate\s*%\}", re.DOTALL
)


def test_no_template_has_a_plural_behind_a_number_that_may_be_one() -> None:
    found = [
        f"{path.relative_to(SOURCE)}: {text}"
        for path in sorted(SOURCE.rglob("*.html"))
        for _options, text in BLOCK.findall(path.read_text("utf-8"))
        for place in re.finditer(r"\{\{\s*(\w+)\s*\}\}", text)
        if BEHIND.match(text[place.end() :])
        and not NEVER_ONE.search(place[1])
        and not WHOLE.search(text[: place.start()])
    ]
    assert found == []
