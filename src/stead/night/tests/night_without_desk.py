"""A night's stages over a delivery, without a database: what is written is checked as for a publication."""

from datetime import date
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from stead.extracts.delivery import Delivery
from stead.extracts.tests.plain_bank import DAY
from stead.handbook.content.book import Handbook, load
from stead.handbook.draft_check import problems
from stead.night.registry import practices
from stead.night.stage_work import work
from stead.night.stages import LEDGER, Night, stages

_TYPES = {
    "VARCHAR": pa.string(), "BIGINT": pa.int64(), "DATE": pa.date32(),
    "TIMESTAMP WITH TIME ZONE": pa.timestamp("us", "UTC"),
}  # fmt: skip


def decide(folder: Path, delivery: Delivery, handbook: Handbook, day: date) -> Night:
    """Let all stages work over an empty ledger. Raises what a night would raise."""
    night = Night(folder, "a-night", day, delivery, handbook)
    place = folder / LEDGER
    place.mkdir(parents=True)
    for record in practices.get().records:
        columns = {name: pa.array([], _TYPES[type_]) for name, type_ in record.columns.items()}
        pq.write_table(pa.table(columns), place / f"{record.name}.parquet")
    for stage in stages():
        work(night, stage, lambda _share, _what: None)
    return night


@cache
def founding() -> dict[str, str]:
    """The files of the handbook that is delivered."""
    return dict(load(Path(settings.HANDBOOK)).files)


def survives(folder: Path, delivery: Delivery, files: dict[str, str]) -> None:
    """Run the night by a handbook that passes the check."""
    assert [one for one in problems(files) if one.severity == "error"] == []
    decide(folder / "night", delivery, Handbook(files), DAY)
