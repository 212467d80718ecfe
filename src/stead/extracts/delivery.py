"""A delivery: the checked extracts of one date in the lake, and how to find and read them."""

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from stead.extracts.contract import EXTRACTS, all_extracts, by_name

CORE = frozenset(extract.name for extract in EXTRACTS)
UNKNOWN_BALANCES = "unknown_balances"


class ContractError(Exception):
    """What a bank delivered cannot be read; the message says which file, where, and what was expected."""


class DeliveryError(Exception):
    """A delivery is missing or damaged; the message says which file and what to do."""


@dataclass(frozen=True)
class Bank:
    """What the mapping says of the bank as a whole."""

    mapping: str  # name of the mapping, such as "berka"
    book_currency: str  # ISO 4217
    country: str  # ISO 3166, for the holidays: "CN", "CZ"
    time_zone: str  # IANA, such as "Asia/Shanghai"
    locale: str  # such as "zh-hans"


@dataclass(frozen=True)
class DeliveredTable:
    """One table of a delivery: rows accepted, rows set aside, SHA-256 of the Parquet file."""

    rows: int
    rejected: int
    sha256: str


@dataclass(frozen=True)
class RejectGroup:
    """The rows of a table (or lines of a raw file) that were set aside for one reason, with an example."""

    table: str
    column: str
    code: str  # the kind of check, such as "missing"; the name by which a page may translate the reason
    reason: str
    count: int
    share: float  # of the rows read for the table, 0 to 1
    example: dict[str, Any] = field(default_factory=dict)  # file, row, value


@dataclass(frozen=True)
class Accepted:
    """Somebody took a delivery that differs from the last one by more than the limits."""

    by: str  # the user of the machine who gave the command
    reason: str


@dataclass(frozen=True)
class Delivery:
    """The extracts of one date as they lie in the lake."""

    date: date
    folder: Path
    bank: Bank
    tables: dict[str, DeliveredTable]
    rejects: tuple[RejectGroup, ...] = ()
    refused: str = ""  # why no night may publish this delivery; empty when it may
    # Balances that the contract needs and that are not there; none in deliveries older than this file.
    unknown_balances: DeliveredTable | None = None

    needed: dict[str, int] = field(default_factory=dict)  # balances that it needed, as `Needed` has them
    measures: dict[str, str] = field(default_factory=dict)  # what the next delivery is compared with
    differs: tuple[
        str, ...
    ] = ()  # what is beyond the limits, beside the last good delivery or control totals
    accepted: Accepted | None = None

    @property
    def stopped(self) -> str:
        """Why no night may read it, whatever the limit of rejects; empty when it may."""
        if not self.differs or self.accepted:
            return ""
        return (
            "The delivery differs by more than the limits, as if a file were missing. "
            f"{'; '.join(self.differs)}. When it is right all the same, extract it with --accept and say why."
        )

    @property
    def is_good(self) -> bool:
        """Whether a night may read it."""
        return not self.refused and not self.stopped

    def path(self, table: str) -> Path:
        """Where the Parquet file of a table of the contract lies."""
        return self.folder / f"{by_name()[table].name}.parquet"

    def has(self, table: str) -> bool:
        """Whether the delivery has a table of the contract; one that a practice brought later it lacks."""
        return table in self.tables or table in CORE

    def inputs(self) -> dict[str, Path]:
        """Where everything lies that a night reads of the delivery, by name."""
        # What a practice may be delivered was not in the contract when older deliveries were made.
        found = {
            extract.name: self.path(extract.name) for extract in all_extracts() if self.has(extract.name)
        }
        if self.unknown_balances is not None:
            found[UNKNOWN_BALANCES] = self.folder / "rejects" / f"{UNKNOWN_BALANCES}.parquet"
        return found

    def hashes(self) -> dict[str, str]:
        """SHA-256 of each of the `inputs`, by name."""
        hashes = {name: table.sha256 for name, table in self.tables.items()}
        if self.unknown_balances is not None:
            hashes[UNKNOWN_BALANCES] = self.unknown_balances.sha256
        return hashes

    def rejects_path(self, table: str) -> Path:
        """Where the rows of a table that were set aside lie."""
        return self.folder / "rejects" / f"{by_name()[table].name}.parquet"


def folder_of(lake: Path, day: date) -> Path:
    """The folder of one date's extracts in a lake."""
    return lake / "extracts" / day.isoformat()


def refused_folder(folder: Path) -> Path:
    """Where a delivery of that day lies that no night may read, so that it takes no good one's place."""
    return folder.with_name(f"{folder.name}.refused")


def place_of(lake: Path, day: date) -> Path:
    """Where the delivery of a date lies: the good one, else the one that was refused."""
    folder = folder_of(lake, day)
    if not folder.exists() and old_folder(folder).exists():
        # A replacement was stopped in that moment; the old delivery is still whole.
        return old_folder(folder)
    refused = refused_folder(folder)
    return refused if not folder.exists() and refused.exists() else folder


def last_good(lake: Path, day: date) -> Delivery | None:
    """The newest delivery before a day that a night may read; None when there is none."""
    held = sorted(path.parent.name for path in lake.glob("extracts/????-??-??/delivery.json"))
    for name in reversed([name for name in held if name < day.isoformat()]):
        with suppress(DeliveryError):
            found = load(lake, date.fromisoformat(name))
            if found.is_good:
                return found
    return None


def old_folder(folder: Path) -> Path:
    """Where the delivery that is being replaced lies for the moment between two renamings."""
    return folder.with_name(f".{folder.name}.old")


def as_json(delivery: Delivery) -> dict[str, Any]:
    """A delivery as `delivery.json` holds it."""
    return {
        "date": delivery.date.isoformat(),
        **asdict(delivery.bank),
        "tables": {name: asdict(table) for name, table in delivery.tables.items()},
        "rejects": [asdict(group) for group in delivery.rejects],
        "refused": delivery.refused,
        "needed": delivery.needed,
        "measures": delivery.measures,
        "differs": list(delivery.differs),
        "accepted": asdict(delivery.accepted) if delivery.accepted else None,
        UNKNOWN_BALANCES: asdict(delivery.unknown_balances) if delivery.unknown_balances else None,
    }


def load(lake: Path, day: date) -> Delivery:
    """The delivery of a date, a refused one as well (see `refused`).

    Raises DeliveryError when there is none, or when a file of it is missing.
    """
    folder = place_of(lake, day)
    path = folder / "delivery.json"
    if not path.exists():
        held = sorted(each.parent.name for each in lake.glob("extracts/????-??-??/delivery.json"))
        have = f"the lake holds {', '.join(held[-5:])}" if held else "the lake holds no extracts yet"
        raise DeliveryError(
            f"{path}: there are no extracts of {day}; {have}. Run: stead extract --date {day} --lake {lake}"
        )
    told = json.loads(path.read_text(encoding="utf-8"))
    delivery = Delivery(
        date=date.fromisoformat(told["date"]),
        folder=folder,
        bank=Bank(**{name: told[name] for name in Bank.__dataclass_fields__}),
        tables={name: DeliveredTable(**table) for name, table in told["tables"].items()},
        rejects=tuple(RejectGroup(**group) for group in told["rejects"]),
        refused=told["refused"],
        needed=told.get("needed", {}),
        measures=told.get("measures", {}),
        differs=tuple(told.get("differs", ())),
        accepted=Accepted(**accepted) if (accepted := told.get("accepted")) else None,
        unknown_balances=DeliveredTable(**unknown) if (unknown := told.get(UNKNOWN_BALANCES)) else None,
    )
    for path in delivery.inputs().values():
        if not path.exists():
            raise DeliveryError(f"{path}: the file is missing; extract {day} again or restore it.")
    return delivery


def register(con: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """Give a DuckDB connection one view for each table of the contract, named after it."""
    for extract in all_extracts():
        if not delivery.has(extract.name):
            continue
        path = quoted(str(delivery.path(extract.name)))
        con.execute(f'CREATE OR REPLACE VIEW "{extract.name}" AS SELECT * FROM read_parquet({path})')


def quoted(text: str) -> str:
    """A text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
