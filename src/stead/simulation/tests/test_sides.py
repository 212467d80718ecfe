"""A side of a simulation takes no rows of the other where a table, list or parameter is another."""

from pathlib import Path
from typing import Any

import pytest

from stead.handbook.content.book import Handbook, load
from stead.night.stages import RULES
from stead.simulation.replay.sides import Side, _is_same

BOOK = load(Path(__file__).parents[4] / "handbook")
NOTHING: Any = None


def side(handbook: Handbook) -> Side:
    return Side(NOTHING, handbook, NOTHING, NOTHING)


@pytest.mark.parametrize("clause", ["2.2", "2.4"])
def test_any_change_of_what_a_clause_reads_is_decided_anew(clause: str) -> None:
    read = [path for path in RULES if path == "params.csv" or path.startswith(f"{clause}/")]
    assert len(read) > 1
    for path in read:
        other = Handbook({**BOOK.files, path: BOOK.files[path] + " "})
        assert not _is_same(side(BOOK), side(other), clause)
    assert _is_same(side(BOOK), side(BOOK), clause)
