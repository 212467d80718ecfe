"""A page of a list is read by its place: each row once, in order, and few row groups wherever it lies."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from stead.night.engine import LISTED_GROUP_ROWS, Engine, Stop, engine
from stead.simulation.results import shelves

ROWS, PAGE = 100_000, 50
BY = ("status", "clause")
# 8 runs; the rows of a run in the order of their number, which is not that of the source.
SOURCE = f"""SELECT lpad((i * 7919 % {ROWS})::VARCHAR, 6, '0') AS id, i % 4 AS status, (i % 8 < 4) AS clause,
    i * 0.5 AS value FROM range({ROWS}) t(i)"""


@pytest.fixture
def con(tmp_path: Path) -> Iterator[Engine]:
    """A DuckDB."""
    with engine(Stop(), tmp_path / "spill", 2 * 1024**3) as at_work:
        yield at_work


@pytest.fixture
def path(con: Engine, tmp_path: Path) -> Path:
    """A file that lists are read from."""
    made = tmp_path / "rows.parquet"
    con.copy(SOURCE, made, *BY, "id", is_listed=True)
    shelves.count(con, made, BY)
    return made


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The row groups that are read, in turn."""
    read: list[int] = []
    whole = pq.ParquetFile.read_row_group

    def noting(self: Any, group: int, *args: Any, **kwargs: Any) -> Any:
        read.append(group)
        return whole(self, group, *args, **kwargs)

    monkeypatch.setattr(pq.ParquetFile, "read_row_group", noting)
    return read


def in_two(values: Any) -> bool:
    """A list of two runs that do not lie beside each other."""
    return values["status"] in {0, 2} and values["clause"] is True


def test_the_pages_of_a_list_hold_each_of_its_rows_once_and_in_order(con: Engine, path: Path) -> None:
    wanted = [
        row[0]
        for row in con.sql(f"SELECT id FROM ({SOURCE}) WHERE status IN (0, 2) AND clause ORDER BY status, id")
    ]
    found: list[str] = []
    while True:
        rows, count = shelves.page(path, ("id",), in_two, len(found), 4999)
        assert count == len(wanted) == ROWS // 4
        if not rows:
            break
        found += [row["id"] for row in rows]
    assert found == wanted


@pytest.mark.parametrize("start", [0, ROWS // 8 - 20, ROWS // 4 - PAGE])
def test_a_page_reads_few_row_groups_wherever_it_lies(path: Path, groups: list[int], start: int) -> None:
    rows, _count = shelves.page(path, ("id", "value"), in_two, start, PAGE)
    assert len(rows) == PAGE
    assert len(groups) <= 2  # two where it goes over the end of a run
    assert LISTED_GROUP_ROWS * 10 < ROWS


def test_a_list_without_rows_and_a_place_behind_its_end_read_nothing(path: Path, groups: list[int]) -> None:
    assert shelves.page(path, ("id",), lambda values: values["status"] == 9, 0, PAGE) == ([], 0)
    assert shelves.page(path, ("id",), in_two, ROWS, PAGE) == ([], ROWS // 4)
    assert groups == []


def test_a_file_in_another_order_is_refused(con: Engine, tmp_path: Path) -> None:
    con.copy(SOURCE, tmp_path / "rows.parquet", "id")
    with pytest.raises(ValueError, match="is not in the order of status, clause"):
        shelves.count(con, tmp_path / "rows.parquet", BY)


def test_the_rows_of_some_keys_are_found_in_the_groups_that_may_hold_them(
    con: Engine, tmp_path: Path, groups: list[int]
) -> None:
    path = tmp_path / "figures.parquet"
    con.copy(SOURCE, path, "id", is_listed=True)
    found = shelves.look_up(path, "id", ["000003", "000001", "099999", "nobody"], ("value", "status"))
    assert len(groups) == 2
    told = con.sql(f"SELECT id, value, status FROM ({SOURCE}) WHERE id IN ('000001', '000003', '099999')")
    assert {key: (row["value"], row["status"]) for key, row in found.items()} == {
        key: (value, status) for key, value, status in told
    }
