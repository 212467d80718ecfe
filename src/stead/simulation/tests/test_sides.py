"""A side of a simulation takes no rows of the other where a table, list or parameter behind them changed."""

from pathlib import Path

from stead.handbook.content.book import Handbook, load
from stead.night.registry import practices

BOOK = load(Path(__file__).parents[4] / "handbook")


def test_any_change_of_what_a_table_depends_on_is_decided_anew() -> None:
    plan = practices.get()
    tables = [table for table in plan.tables if plan.rules_behind(table)]
    assert tables
    for table in tables:
        assert plan.decides_alike(table, BOOK, BOOK)
        for path in plan.rules_behind(table):
            other = Handbook({**BOOK.files, path: BOOK.files[path] + " "})
            assert not plan.decides_alike(table, BOOK, other), (table.name, path)
