"""The one order in which what all practices declare is computed, for nights and for replays."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any

from stead.extracts.contract import Extract
from stead.handbook.content.book import Handbook
from stead.handbook.content.record import Recorded
from stead.practice.night import FEATURES, Ask, CustomerTable, Measure, Practice, PublishedRows, Record
from stead.practice.occasions import PEOPLE


class PlanError(Exception):
    """The declarations do not fit together; the message names them."""


@dataclass(frozen=True, eq=False)
class Plan:
    """All practices in one order. Made by `plan_of`, which refuses what does not fit together."""

    practices: tuple[Practice, ...]
    tables: tuple[CustomerTable, ...]  # each after those that it reads

    @cached_property
    def decisions(self) -> tuple[Recorded, ...]:
        """Every decision that is kept with a customer, in the order of computing."""
        return tuple(decision for table in self.tables for decision in table.decisions)

    @cached_property
    def asks(self) -> tuple[Ask, ...]:
        """Everything that practices ask for, in their order."""
        return tuple(ask for practice in self.practices for ask in practice.asks)

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """The records that the night reads."""
        return tuple(record for practice in self.practices for record in practice.records)

    @cached_property
    def extracts(self) -> tuple[Extract, ...]:
        """What a bank may deliver for single practices."""
        return tuple(extract for practice in self.practices for extract in practice.extracts)

    @cached_property
    def published(self) -> tuple[PublishedRows, ...]:
        """Published tables of the practices, besides those that the night itself makes."""
        return tuple(rows for practice in self.practices for rows in practice.published)

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """The numbers that practices count."""
        return tuple(measure for practice in self.practices for measure in practice.measures)

    @cached_property
    def written(self) -> tuple[CustomerTable, ...]:
        """The customer tables that a night writes."""
        return tuple(table for table in self.tables if table.promise is not None)

    def cited_by(self, kind: str) -> str:
        """The path of the table whose row asks for a kind of action; empty where nobody asks for it."""
        return next((ask.cites for ask in self.asks if kind in {one.name for one in ask.kinds}), "")

    def practices_of(self, path: str) -> tuple[str, ...]:
        """The names of the practices that apply a file of the handbook."""
        return tuple(practice.name for practice in self.practices if path in practice.rules)

    def follows_people(self, table: CustomerTable) -> bool:
        """Whether a table changes with what people said or wrote, itself or through what it reads."""
        known = {one.name: one for one in self.tables}
        records = {record.name for record in self.records}
        return table.follows_contacts or any(
            name in records or (name in known and self.follows_people(known[name])) for name in table.reads
        )

    def needed(self, names: Iterable[str]) -> set[str]:
        """These tables, and the intermediate ones that they are made of."""
        found = set(names)
        # Readers come after what they read.
        for table in reversed(self.tables):
            if table.promise is None and any(
                table.name in one.reads for one in self.tables if one.name in found
            ):
                found.add(table.name)
        return found

    def rules_behind(self, table: CustomerTable) -> frozenset[str]:
        """Every file of the handbook on which the rows of a table depend, through all that it reads."""
        known = {one.name: one for one in self.tables}
        found, waiting = set(table.rules), list(table.reads)
        while waiting:
            if before := known.get(waiting.pop()):
                found |= set(before.rules)
                waiting += before.reads
        return frozenset(found)

    def decides_alike(self, table: CustomerTable, one: Handbook, other: Handbook) -> bool:
        """Whether two handbooks give the same rows of a table, as all that it depends on is the same text."""
        return all(one.files.get(path) == other.files.get(path) for path in self.rules_behind(table))


def plan_of(practices: Sequence[Practice]) -> Plan:
    """Put the practices in order. Raises PlanError when names clash, something is missing, or they circle."""
    _by_name("practice", practices)
    tables = _by_name("customer table", [table for one in practices for table in one.tables])
    records = _by_name("record", [record for one in practices for record in one.records])
    _by_name("published table", [rows for one in practices for rows in one.published])
    _by_name("kind of action", [kind for one in practices for ask in one.asks for kind in ask.kinds])
    _by_name("measure", [measure for one in practices for measure in one.measures])
    extracts = _by_name("extract", [extract for one in practices for extract in one.extracts])
    shared = {FEATURES, *tables, *records}
    if clash := sorted((set(tables) & set(records)) | ((set(tables) | set(records)) & set(extracts))):
        raise PlanError(f"{clash[0]!r} is the name of two things; give one another name")
    for practice in practices:
        own = shared | {extract.name for extract in practice.extracts}
        for table in practice.tables:
            _refuse_missing(practice.name, table.name, table.reads, own)
        for rows in practice.published:
            _refuse_missing(practice.name, rows.name, rows.reads, own)
        for ask in practice.asks:
            kinds = ", ".join(kind.name for kind in ask.kinds)
            _refuse_missing(practice.name, kinds, {*ask.columns, *PEOPLE}, {FEATURES, *tables})
        for measure in practice.measures:
            _refuse_missing(practice.name, measure.name, [measure.table], {FEATURES, *tables})
    return Plan(tuple(practices), tuple(tables[name] for name in _ordered(tables)))


def _by_name(what: str, things: Iterable[Any]) -> dict[str, Any]:
    """Things by name. Raises PlanError when two have the same."""
    found: dict[str, Any] = {}
    for thing in things:
        if thing.name in found:
            raise PlanError(f"the {what} {thing.name!r} is declared twice; give one another name")
        found[thing.name] = thing
    return found


def _refuse_missing(practice: str, part: str, reads: Iterable[str], known: set[str]) -> None:
    for name in reads:
        if name not in known:
            raise PlanError(f"{practice}: {part} reads {name!r}, which no practice declares")


def _ordered(tables: Mapping[str, CustomerTable]) -> list[str]:
    """The names of the tables, each after those that it reads; as declared where nothing says otherwise."""
    waiting = TopologicalSorter(
        {name: [read for read in table.reads if read in tables] for name, table in tables.items()}
    )
    try:
        waiting.prepare()
    except CycleError as error:
        circle = " -> ".join(reversed(error.args[1]))
        raise PlanError(f"these tables wait for each other: {circle}") from None
    order: list[str] = []
    declared = list(tables)
    while waiting.is_active():
        ready = sorted(waiting.get_ready(), key=declared.index)
        order += ready
        waiting.done(*ready)
    return order
