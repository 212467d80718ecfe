"""The stages of a night: what each reads, computes and promises. The practices' `book.py` computes."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import ibis
from ibis.expr.types import Table

from stead.core.working_days import Calendar
from stead.customers import book_search
from stead.customers.book_person import current
from stead.customers.phones import Country, key_table
from stead.engagement import allocation
from stead.engagement import book as engagement
from stead.engagement.counting import counting
from stead.extracts.delivery import Delivery
from stead.handbook.content.book import Handbook
from stead.night import customer_tables
from stead.night import features as customer_features
from stead.night import published_rows as shape
from stead.night import stage_tables as promised
from stead.night.engine import Engine
from stead.night.manifest import Output, output
from stead.night.plan import Plan
from stead.night.promises import check
from stead.night.published_tables import TABLES
from stead.night.registry import practices
from stead.practice.night import FEATURES
from stead.practice.promises import TablePromise

LEDGER = "ledger"
PUBLISHED = "published"
_TABLES = {table.lake_name: table for table in TABLES}


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

    @cached_property
    def plan(self) -> Plan:
        """What the practices declare, in one order."""
        return practices.get()

    def path(self, stage: str, table: str) -> Path:
        """Where a stage's table lies; published ones lie together."""
        return self.folder / (PUBLISHED if table in _TABLES else stage) / f"{table}.parquet"


def kept_still(_path: Path) -> None:
    """A written table that nobody waits for."""


@dataclass
class Bench:
    """One stage at work: its engine, what it may read, and the files that it has written and checked."""

    night: Night
    stage: "Stage"
    engine: Engine
    report: Callable[[float, str], None]
    written: Callable[[Path], None] = kept_still  # told of each file as soon as it is whole and checked
    current: int = 0  # customers about whom the tables decide: those who neither left nor died
    outputs: dict[str, Output] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)  # of each table, what it needed first included
    _since: float = field(default_factory=time.monotonic)
    _seconds_before: dict[str, float] = field(default_factory=dict)

    @property
    def con(self) -> Any:
        """Ibis' DuckDB backend."""
        return self.engine.con

    @property
    def handbook(self) -> Handbook:
        """The night's handbook, of which the stage can read only what it has declared."""
        return self.night.handbook.only(self.stage.rules)

    def read(self, stage: str, table: str) -> Table:
        """A table of an earlier stage."""
        return self.engine.read(self.night.path(stage, table), f"in_{table}")

    def ledger(self, table: str) -> Table:
        """A table of the ledger's snapshot."""
        return self.engine.read(self.night.folder / LEDGER / f"{table}.parquet", table)

    def extracts(self) -> dict[str, Table]:
        """The tables of the delivery, and which balances of it are unknown."""
        read = self.night.delivery.inputs()
        return {name: self.con.read_parquet(path, table_name=name) for name, path in read.items()}

    def kept(self, name: str, rows: Table) -> Table:
        """Intermediate rows, computed once."""
        return self.engine.kept(name, rows)

    def write(self, name: str, rows: Table, *, is_ordered: bool = False) -> None:
        """Write one of the stage's tables in the order of its key; `is_ordered`: the rows come in it.

        Raises StageContractError when it is not as promised.
        """
        promise = next(one for one in self.stage.promises if one.name == name)
        if name in _TABLES:
            rows = shape.conform(_TABLES[name], rows)
        self.report(len(self.outputs) / len(self.stage.promises), name)
        path = self.night.path(self.stage.name, name)
        self.engine.write(path, rows, *(() if is_ordered else promise.key))
        took = time.monotonic() - self._since + self._seconds_before.get(name, 0.0)
        self.seconds[name] = round(took, 3)
        customers = self.current if promise.row_a == "current customer" else self.night.customers
        count = check(self.con.con, self.stage.name, promise, path, customers)
        self.outputs[name] = output(self.night.folder, path, count)
        self.written(path)
        self._since = time.monotonic()

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


def _promised(*names: str) -> Iterable[TablePromise]:
    return (promised.PUBLISHED[name] for name in names)


def features(bench: Bench) -> None:
    """Everything known of each customer, and the published tables that no rule decides about.

    What does not wait for the features comes first, so that it can be published meanwhile.
    """
    night, extracts = bench.night, bench.extracts()
    for name, extract in (("branch", "branches"), ("banker", "bankers"), ("pastcontact", "contacts")):
        bench.write(name, extracts[extract], is_ordered=True)
    bench.write("relationship", shape.relationships(extracts["relationships"]))
    ledger = {name: bench.ledger(name) for name in ("ledger_contacts", "assignments")}
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
        bench.write(name, rows.join(income, "customer_id") if name == "features" else rows)
    known = bench.con.read_parquet(night.path("features", "features"), table_name="known")
    found = shape.customers(extracts["customers"], known, searched(bench, extracts["customers"]))
    bench.write("customer", found)


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
    """What every practice makes of each customer: facts, decisions each with its rule, published rows."""
    night, plan, handbook = bench.night, bench.night.plan, bench.handbook
    everybody = bench.read("features", "features")
    known = current(everybody)
    bench.current = int(bench.con.to_pyarrow(known.count()).as_py())
    tables = {FEATURES: known, **_own_tables(bench)}
    for table in plan.tables:
        rows = customer_tables.rows_of(table, tables, handbook, night.calendar, bench.kept)
        if table.promise is None:
            tables[table.name] = bench.kept(table.name, rows)
            continue
        bench.write(table.name, rows)
        path = night.path("decisions", table.name)
        tables[table.name] = bench.con.read_parquet(path, table_name=table.name)
    # Joined and put in order once, for the standing and the decisions that are written from it.
    parts = (everybody, *(tables[table.name] for table in plan.written))
    rows = bench.kept("rows", shape.joined(parts, plan.decisions).order_by("customer_id"))
    bench.write("standing", shape.standing(rows, plan.decisions, handbook, night.day), is_ordered=True)
    bench.write("measured", customer_tables.measured(plan, tables))
    for published in plan.published:
        bench.write(
            published.name,
            customer_tables.published_of(published, tables, handbook, night.calendar, bench.kept),
        )
    for one in plan.decisions:
        decided = shape.decided(current(rows), one, handbook, night.run_id, night.day)
        bench.write(one.table, decided, is_ordered=True)


def _own_tables(bench: Bench) -> dict[str, Table]:
    """Records that people wrote, and what the bank delivers for single practices."""
    plan, delivery = bench.night.plan, bench.night.delivery
    found = {record.name: bench.ledger(record.name) for record in plan.records}
    return found | customer_tables.delivered(plan, delivery, bench.engine.read, bench.con.sql)


def obligations(bench: Bench) -> None:
    """What is owed to whom, within what the contact policy allows."""
    night, plan = bench.night, bench.night.plan
    tables = {FEATURES: bench.read("features", "features")}
    for table in plan.written:
        tables[table.name] = bench.read("decisions", table.name)
    states = bench.ledger(engagement.STATES)
    rows = customer_tables.wanted(plan, tables, states, bench.handbook, night.calendar, bench.kept)
    bench.write("candidates", rows)


def allocated(bench: Bench) -> None:
    """Each banker's day."""
    night = bench.night
    candidates = bench.read("obligations", "candidates")
    bankers = bench.con.read_parquet(night.delivery.path("bankers"), table_name="bankers")
    rows = allocation.allocate(candidates, bankers, night.calendar.work_date)
    bench.write("action", rows.mutate(handbook_version=ibis.literal(night.handbook.version)))


# The first stage, the contract, is the pipeline's own: it says which night this is. The last publishes.
CONTRACT, PUBLICATION = "contract", "publication"
NAMES = (CONTRACT, "features", "decisions", "obligations", "allocation", PUBLICATION)


def stages() -> tuple[Stage, ...]:
    """The stages of a night by what the practices declare."""
    return _stages(practices.get())


@lru_cache(maxsize=4)
def _stages(plan: Plan) -> tuple[Stage, ...]:
    asked = {path for ask in plan.asks for path in ask.rules}
    return (
        Stage(
            "features",
            (
                promised.FEATURES,
                *_promised(
                    "holding",
                    "assethistory",
                    "notabletransaction",
                    "customer",
                    "relationship",
                    "branch",
                    "banker",
                    "pastcontact",
                ),
            ),
            features,
            rules=("2.3/counting.csv",),
        ),
        Stage(
            "decisions",
            (
                *(table.promise for table in plan.written if table.promise),
                *_promised("standing", "measured", *(rows.name for rows in plan.published)),
                *(promised.decision(one.table) for one in plan.decisions),
            ),
            decisions,
            reads=("features",),
            rules=tuple(dict.fromkeys(path for table in plan.tables for path in table.rules)),
        ),
        Stage(
            "obligations",
            (promised.CANDIDATES,),
            obligations,
            reads=("features", "decisions"),
            rules=tuple(dict.fromkeys([*engagement.RULES, *sorted(asked)])),
        ),
        Stage("allocation", tuple(_promised("action")), allocated, reads=("obligations",)),
    )


def readers() -> dict[str, tuple[str, ...]]:
    """What a night reads of the handbook, each file with the stages that read it, in their order.

    A stage that reads anything else fails, so that this cannot be wrong.
    """
    read = sorted({path for stage in stages() for path in stage.rules})
    return {path: tuple(stage.name for stage in stages() if path in stage.rules) for path in read}


def fired_in(night: Night) -> list[tuple[str, Path, str]]:
    """Where each decision table's rule ids stand in a run: the table, the file, the column."""
    decided = [(one.table, night.path("decisions", one.table), "rule_id") for one in night.plan.decisions]
    candidates = night.path("obligations", "candidates")
    return decided + [(table, candidates, column) for table, column in engagement.CITED.items()]
