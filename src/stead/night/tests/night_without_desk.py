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
from stead.night.records import QUERIES
from stead.night.stage_work import work
from stead.night.stages import LEDGER, STAGES, Night

_TEXTS = (
    "customer_id", "banker_id", "branch_id", "channel", "message_class", "direction", "outcome", "action_key",
    "action_kind", "kind", "state",
)  # fmt: skip
_TYPES = dict.fromkeys(_TEXTS, pa.string()) | {
    "id": pa.int64(), "at": pa.timestamp("us", "UTC"), "on_date": pa.date32(), "until": pa.date32(),
}  # fmt: skip


def _columns_of(query: str) -> list[str]:
    """The columns of a query of the ledger."""
    return [name.strip() for name in query.partition("FROM")[0].replace("SELECT", "").split(",")]


def decide(folder: Path, delivery: Delivery, handbook: Handbook, day: date) -> Night:
    """Let all stages work over an empty ledger. Raises what a night would raise."""
    night = Night(folder, "a-night", day, delivery, handbook)
    place = folder / LEDGER
    place.mkdir(parents=True)
    for name, query in QUERIES.items():
        columns = {column: pa.array([], _TYPES[column]) for column in _columns_of(query)}
        pq.write_table(pa.table(columns), place / f"{name}.parquet")
    for stage in STAGES:
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
