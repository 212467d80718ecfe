"""The pages of all practices, for whatever page shows them; `web/slots.py` fills it from the one list."""

from collections.abc import Iterable, Mapping
from typing import Any

from stead.core.registry import Slot
from stead.practice.pages import KindWords, Pages, Text

pages: Slot[tuple[Pages, ...]] = Slot("what the practices declare for pages")


def kind_words(kind: str) -> KindWords:
    """What a kind of action is called and how it looks; its code where no practice knows it any more."""
    return next((one.kinds[kind] for one in pages.get() if kind in one.kinds), KindWords(kind))


def kind_name(kind: str) -> str:
    """What a kind of action is called."""
    return str(kind_words(kind).label)


def decision_name(decision: str) -> str:
    """What a decision is called, by its path, its address, or the last part of either."""
    path = decision.replace(":", "/")
    titles: dict[str, Text] = {}
    for one in pages.get():
        for name, title in one.decisions.items():
            titles.setdefault(name.rpartition("/")[2], title)
            titles[name] = title
    return str(titles.get(path, path.rpartition("/")[2]))


def knows_decision(decision: str) -> bool:
    """Whether any practice decides by a table of this path, address or last part."""
    path = decision.replace(":", "/")
    return any(path in {name, name.rpartition("/")[2]} for one in pages.get() for name in one.decisions)


def column_name(column: str) -> str:
    """The words for a column of a decision table; the column's name where there are none."""
    found = next((one.values[column] for one in pages.get() if column in one.values), None)
    return str(found) if found is not None else column.replace("_", " ")


def choice_name(column: str, value: Any) -> str | None:
    """The word for a coded value of a column; None where it is no code."""
    known = (one.choices[column] for one in pages.get() if column in one.choices)
    return next((str(words[value]) for words in known if value in words), None)


def measure_name(name: str) -> str:
    """What a measure is called."""
    return str(next((one.measures[name] for one in pages.get() if name in one.measures), name))


def refuse_twice(declared: Iterable[Pages]) -> None:
    """Raise ValueError where two practices give one name to a kind, filter, column, figure, block or line."""
    seen: dict[tuple[str, str], str] = {}
    for one in declared:
        named: Mapping[str, Iterable[str]] = {
            "kind of action": one.kinds,
            "measure": one.measures,
            "timeline part": [part.name for part in one.timeline],
            "block": [block.name for block in one.blocks],
            "filter": [each.name for each in one.filters],
            "column": [column.name for column in one.columns],
            "figure": [figure.name for figure in one.figures],
        }
        for what, names in named.items():
            for name in names:
                if (other := seen.setdefault((what, name), one.name)) != one.name:
                    raise ValueError(f"the {what} {name!r} is given by {other} and by {one.name}")
