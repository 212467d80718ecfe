"""Files that lists are read from, in the order of what narrows a list: a page is read by its place.

Rows that agree in the narrowing columns lie together, a run. Beside the file stands how many rows each run
has: a list is some runs, its count is their sum, and a page of it is a few row groups, however deep it lies.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stead.extracts.delivery import quoted
from stead.night.engine import Engine
from stead.night.manifest import write_atomically

Row = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """Rows of a file that agree in what narrows a list: where they begin, how many they are."""

    values: Mapping[str, Any]
    first: int
    count: int


def runs_path(path: Path) -> Path:
    """Where the runs of a file stand."""
    return path.with_suffix(".runs.json")


def count(engine: Engine, path: Path, by: Sequence[str]) -> None:
    """Write down the runs of a file. Raises ValueError when its rows do not lie in their order."""
    columns = "".join(f"{name}, " for name in by)
    rows = engine.sql(
        f"""SELECT {columns}min(file_row_number), max(file_row_number), count(*)
        FROM read_parquet({quoted(str(path))}, file_row_number = TRUE)
        GROUP BY ALL HAVING count(*) > 0 ORDER BY min(file_row_number)"""
    )
    if any(last - first + 1 != rows_in for *_values, first, last, rows_in in rows):
        raise ValueError(f"{path} is not in the order of {', '.join(by)}")
    told = [[values, first, rows_in] for *values, first, _last, rows_in in rows]
    write_atomically(runs_path(path), json.dumps({"by": list(by), "runs": told}))


def runs(path: Path) -> list[Run]:
    """The runs of a file, in its order."""
    told = json.loads(runs_path(path).read_text(encoding="utf-8"))
    return [
        Run(dict(zip(told["by"], values, strict=True)), first, rows) for values, first, rows in told["runs"]
    ]


def page(
    path: Path, columns: Sequence[str], is_in: Callable[[Mapping[str, Any]], bool], start: int, most: int
) -> tuple[list[Row], int]:
    """Rows of the runs that are in a list, from its row `start` on, and how many the list has in all."""
    chosen = [run for run in runs(path) if is_in(run.values)]
    places: list[int] = []
    passed = 0
    for run in chosen:
        low, high = max(start - passed, 0), min(start + most - passed, run.count)
        places += range(run.first + low, run.first + high)
        passed += run.count
    return (_rows(path, columns, places) if places else []), passed


def _rows(path: Path, columns: Sequence[str], places: Sequence[int]) -> list[Row]:
    """The rows at these places of a file, from the row groups that hold them."""
    with pq.ParquetFile(path) as file:
        groups = range(file.metadata.num_row_groups)
        starts = [0, *accumulate(file.metadata.row_group(group).num_rows for group in groups)]
        found: list[Row] = []
        for group in groups:
            within = [place - starts[group] for place in places if starts[group] <= place < starts[group + 1]]
            if within:
                rows = file.read_row_group(group, columns=list(columns), use_threads=False)
                found += rows.take(within).to_pylist()
    return found


def look_up(path: Path, key: str, keys: Iterable[str], columns: Sequence[str]) -> dict[str, Row]:
    """The rows that have these keys, from the row groups that may hold them; the file is in their order."""
    wanted = sorted(set(keys))
    found: dict[str, Row] = {}
    with pq.ParquetFile(path) as file:
        place = file.schema_arrow.names.index(key)
        for group in range(file.metadata.num_row_groups):
            told = file.metadata.row_group(group).column(place).statistics
            within = (
                [one for one in wanted if told.min <= one <= told.max]
                if told and told.has_min_max
                else wanted
            )
            if within:
                rows = file.read_row_group(group, columns=[key, *columns], use_threads=False)
                kept = rows.filter(pc.is_in(rows[key], value_set=pa.array(within, rows[key].type)))
                found |= {row[key]: row for row in kept.to_pylist()}
    return found
