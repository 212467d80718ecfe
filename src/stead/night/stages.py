"""The stages of a night: what each reads, computes and promises. The computing is each app's `book.py`."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import ibis
from ibis.expr.types import Table

from stead.customers import book_search
from stead.customers.book_person import current
from stead.customers.phones import Country, key_table
from stead.engagement import allocation, policy
from stead.engagement import book as engagement
from stead.engagement.calendar import Calendar
from stead.engagement.counting import counting
from stead.extracts.delivery import Delivery, quoted
from stead.handbook.content.book import Handbook
from stead.night import features as customer_features
from stead.night import published_rows as shape
from stead.night import stage_tables as promised
from stead.night.manifest import Output, output
from stead.night.promises import TablePromise, check, rises
from stead.night.published_tables import TABLES
from stead.night.records import QUERIES
from stead.night.table_changes import identifier
from stead.retention import book as retention
from stead.segmentation import book as segmentation

LEDGER = "ledger"
PUBLISHED = "published"
RECORDED = (
    segmentation.TIER,
    segmentation.MOVEMENT,
    segmentation.POTENTIAL,
    segmentation.STAGE,
    retention.WARNING,
    engagement.OWED,
)
_TABLES = {table.lake_name: table for table in TABLES}
# Amounts hardly repeat, so that looking for a dictionary of them costs more than it saves: with these
# settings a wide table is written in two thirds of the time, in about the same size.
PARQUET = "FORMAT parquet, PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 500"


@dataclass(frozen=True)
class Night:
    """What every stage of one run knows."""

    folder: Path  # of the run
    run_id: str
    day: date
    delivery: Delivery
    handbook: Handbook

    @cached_property
    def calendar(self) -> Calendar:
        """Working days around the book date, of the bank's country."""
        return Calendar(self.delivery.bank.country, self.day)

    @property
    def customers(self) -> int:
        """How many customers the delivery has."""
        return self.delivery.tables["customers"].rows

    def path(self, stage: str, table: str) -> Path:
        """Where a stage's table lies; published ones lie together."""
        return self.folder / (PUBLISHED if table in _TABLES else stage) / f"{table}.parquet"


def kept_still(_path: Path) -> None:
    """A written table that nobody waits for."""


@dataclass
class Bench:
    """One stage at work: its connection, what it may read, and the files that it has written and checked."""

    night: Night
    stage: "Stage"
    con: Any  # ibis' DuckDB backend
    report: Callable[[float, str], None]
    written: Callable[[Path], None] = kept_still  # told of each file as soon as it is whole and checked
    current: int = 0  # customers about whom the tables decide: those who neither left nor died
    outputs: dict[str, Output] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)  # of each table, what it needed first included
    _since: float = field(default_factory=time.monotonic)
    _seconds_before: dict[str, float] = field(default_factory=dict)

    @property
    def handbook(self) -> Handbook:
        """The night's handbook, of which the stage can read only what it has declared."""
        return self.night.handbook.only(self.stage.rules)

    def read(self, stage: str, table: str) -> Table:
        """A table of an earlier stage."""
        return self.con.read_parquet(self.night.path(stage, table), table_name=f"in_{table}")

    def ledger(self, table: str) -> Table:
        """A table of the ledger's snapshot."""
        return self.con.read_parquet(self.night.folder / LEDGER / f"{table}.parquet", table_name=table)

    def extracts(self) -> dict[str, Table]:
        """The tables of the delivery, and which balances of it are unknown."""
        read = self.night.delivery.inputs()
        return {name: self.con.read_parquet(path, table_name=name) for name, path in read.items()}

    def kept(self, name: str, rows: Table) -> Table:
        """Intermediate rows, computed once."""
        return self.con.create_table(f"kept_{name}", rows, temp=True)

    def write(self, name: str, rows: Table, *, is_ordered: bool = False) -> None:
        """Write one of the stage's tables in the order of its key.

        is_ordered: the rows come in it, as far as is known: from a file that lies in it, perhaps joined with
        what has at most one row for each. Where they do not after all, they are put in order then.
        Raises StageContractError when the table is not as promised.
        """
        promise = next(one for one in self.stage.promises if one.name == name)
        if name in _TABLES:
            rows = shape.conform(_TABLES[name], rows)
        self.report(len(self.outputs) / len(self.stage.promises), name)
        path = self.night.path(self.stage.name, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        is_rising = self._put(promise, path, self.con.compile(rows), is_ordered=is_ordered)
        took = time.monotonic() - self._since + self._seconds_before.get(name, 0.0)
        self.seconds[name] = round(took, 3)
        customers = self.current if promise.row_a == "current customer" else self.night.customers
        count = check(self.con.con, self.stage.name, promise, path, customers, is_rising=is_rising)
        self.outputs[name] = output(self.night.folder, path, count)
        self.written(path)
        self._since = time.monotonic()

    def _put(self, promise: TablePromise, path: Path, query: str, *, is_ordered: bool) -> bool:
        """Write what a query gives, in the order of the key; whether it was seen to rise by it."""
        order = f"ORDER BY {', '.join(identifier(column) for column in promise.key)}"
        target = f"TO {quoted(str(path))} ({PARQUET})"
        if not is_ordered:
            self.con.con.execute(f"COPY (SELECT * FROM ({query}) {order}) {target}")
            return False
        # Putting wide rows in order costs as much as joining them. DuckDB keeps the order of what it reads
        # first, unless it turns a join round, which is forbidden here, or has too little memory for it.
        self.con.con.execute("SET disabled_optimizers = 'build_side_probe_side'")
        self.con.con.execute(f"COPY ({query}) {target}")
        self.con.con.execute("RESET disabled_optimizers")
        if rises(self.con.con, promise, path):
            return True
        aside = path.replace(path.with_suffix(".unordered"))
        self.con.con.execute(f"COPY (FROM read_parquet({quoted(str(aside))}) {order}) {target}")
        aside.unlink()
        return False

    def needed(self, name: str) -> None:
        """Count what was computed since the last table was written to the seconds of `name`, its reader."""
        now = time.monotonic()
        self._seconds_before[name] = self._seconds_before.get(name, 0.0) + now - self._since
        self._since = now


@dataclass(frozen=True)
class Stage:
    """A step of the night with outputs of its own. `reads` names the stages whose tables it uses."""

    name: str
    promises: tuple[TablePromise, ...]
    work: Callable[[Bench], None]
    reads: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()  # the tables and lists of the handbook that it applies: "2.2/tier.dmn"


def _promised(names: str) -> Iterable[TablePromise]:
    return (promised.PUBLISHED[name] for name in names.split())


def features(bench: Bench) -> None:
    """Everything known of each customer, and the published tables that no rule decides about.

    What does not wait for the features comes first, so that it can be published meanwhile.
    """
    night, extracts = bench.night, bench.extracts()
    for name, extract in (("branch", "branches"), ("banker", "bankers"), ("pastcontact", "contacts")):
        bench.write(name, extracts[extract], is_ordered=True)
    bench.write("relationship", shape.relationships(extracts["relationships"]))
    ledger = {name: bench.ledger(name) for name in QUERIES}
    bank = night.delivery.bank
    income = shape.income(extracts["customers"], extracts["rates"], night.day, bank.book_currency)
    for name, rows in customer_features.tables(
        bench.con,
        {**extracts, **ledger},
        night.day,
        work_date=night.calendar.work_date,
        book_currency=bank.book_currency,
        time_zone=bank.time_zone,
        counts=counting(bench.handbook, night.day),
    ):
        bench.needed("features")
        if name == "features":
            # Whatever is joined to the customers, they are read in their order.
            bench.write(name, rows.join(income, "customer_id"), is_ordered=True)
        else:
            bench.write(name, rows)
    known = bench.con.read_parquet(night.path("features", "features"), table_name="known")
    found = shape.customers(extracts["customers"], known, searched(bench, extracts["customers"]))
    bench.write("customer", found, is_ordered=True)


def searched(bench: Bench, customers: Table) -> Table:
    """By what each customer is found."""
    country = Country(bench.night.delivery.bank.country)
    for name, rows in book_search.tables().items():
        bench.con.con.register(name, rows)

    def read(odd: Table) -> Table:
        """Phones that no pattern reads are few; each of them is read by itself."""
        texts = bench.con.to_pyarrow(odd)["text"].to_pylist()
        bench.con.con.register("odd_phones", key_table(texts, country))
        return bench.con.table("odd_phones")

    return book_search.search_columns(customers, country, bench.con.table, bench.kept, read)


def decisions(bench: Bench) -> None:
    """Tier, life stage, warning and contact owed of each customer, each with its rule."""
    night, handbook = bench.night, bench.handbook
    everybody = bench.read("features", "features")
    known = current(everybody)
    bench.current = int(bench.con.to_pyarrow(known.count()).as_py())
    replayed = bench.kept("replayed", segmentation.replay(known, handbook, night.day))
    bench.write("standings", segmentation.standings(known, replayed, handbook, night.day), is_ordered=True)
    standings = bench.con.read_parquet(night.path("decisions", "standings"), table_name="standings")
    warned = retention.warnings(known, standings, handbook, night.calendar, night.day)
    bench.write("warnings", warned, is_ordered=True)
    warnings = bench.con.read_parquet(night.path("decisions", "warnings"), table_name="warnings")
    bench.write("owed", engagement.owed(known, standings, handbook, night.day), is_ordered=True)
    owed = bench.con.read_parquet(night.path("decisions", "owed"), table_name="owed")
    # Joined once, for the standing and the six decisions that are written from it.
    rows = bench.kept("rows", shape.joined((everybody, standings, warnings, owed), RECORDED))
    bench.write("standing", shape.standing(rows, RECORDED, handbook, night.day), is_ordered=True)
    bench.write("tiermove", shape.tier_moves(segmentation.tier_moves(replayed, night.day), known))
    for one in RECORDED:
        decided = shape.decided(current(rows), one, handbook, night.run_id, night.day)
        bench.write(one.table.rpartition("/")[2], decided, is_ordered=True)


def obligations(bench: Bench) -> None:
    """What is owed to whom, within what the contact policy allows."""
    night, handbook = bench.night, bench.handbook
    known = bench.read("features", "features")
    standings, warnings, owed = (bench.read("decisions", name) for name in ("standings", "warnings", "owed"))
    found = engagement.candidates(
        known, standings, warnings, owed, bench.ledger("action_states"), handbook, night.calendar, bench.kept
    )
    found = bench.kept("candidates", found)
    bench.write(
        "candidates",
        policy.apply(found, shape.consenting(known), handbook, night.day, night.calendar.work_date),
    )


def allocated(bench: Bench) -> None:
    """Each banker's day."""
    night = bench.night
    candidates = bench.read("obligations", "candidates")
    bankers = bench.con.read_parquet(night.delivery.path("bankers"), table_name="bankers")
    rows = allocation.allocate(candidates, bankers, night.calendar.work_date)
    bench.write("action", rows.mutate(handbook_version=ibis.literal(night.handbook.version)))


# The first stage, the contract, is the pipeline's own: it says which night this is. The last publishes.
CONTRACT, PUBLICATION = "contract", "publication"
STAGES = (
    Stage(
        "features",
        (
            promised.FEATURES,
            *_promised(
                "holding assethistory notabletransaction customer relationship branch banker pastcontact"
            ),
        ),
        features,
        rules=("2.3/counting.csv",),
    ),
    Stage(
        "decisions",
        (
            promised.STANDINGS,
            promised.WARNINGS,
            promised.OWED,
            *_promised("standing tiermove"),
            *(promised.decision(one.table.rpartition("/")[2]) for one in RECORDED),
        ),
        decisions,
        reads=("features",),
        rules=(*(f"{one.table}.dmn" for one in RECORDED), "params.csv"),
    ),
    Stage(
        "obligations",
        (promised.CANDIDATES,),
        obligations,
        reads=("features", "decisions"),
        rules=(
            # The times of a watch and of a silence are told in the numbers of an action.
            "2.2/movement.dmn",
            "2.4/warning.dmn",
            "2.3/occasion.dmn",
            "2.3/channel.dmn",
            "2.3/worth.dmn",
            "2.3/permission.dmn",
            "2.3/limits.csv",
            "2.3/festivals.csv",
            "2.3/ended.csv",
            "params.csv",
        ),
    ),
    Stage("allocation", tuple(_promised("action")), allocated, reads=("obligations",)),
)
# What a night reads of the handbook. A stage that reads anything else fails, so that this cannot be wrong.
RULES = frozenset(path for stage in STAGES for path in stage.rules)
# The stages that read each of them, in their order.
READERS = {path: tuple(stage.name for stage in STAGES if path in stage.rules) for path in sorted(RULES)}
NAMES = (CONTRACT, *(stage.name for stage in STAGES), PUBLICATION)


def fired_in(night: Night) -> list[tuple[str, Path, str]]:
    """Where each decision table's rule ids stand in a run: the table, the file, the column."""
    decided = [
        (one.table, night.path("decisions", one.table.rpartition("/")[2]), "rule_id") for one in RECORDED
    ]
    candidates = night.path("obligations", "candidates")
    return decided + [(table, candidates, column) for table, column in engagement.CITED.items()]
