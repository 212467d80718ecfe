"""What a practice declares for the night. The same declarations make a night and its replay in a simulation.

Functions named here take tables and give tables: no Django, no clock, no files.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from ibis.expr.types import Table

from stead.core.working_days import Calendar
from stead.extracts.contract import Extract
from stead.handbook.content.book import Handbook
from stead.handbook.content.record import Recorded
from stead.practice.promises import TablePromise

FEATURES = "features"  # what the extracts and the contacts say of each customer, the table that all may read


@dataclass(frozen=True)
class Given:
    """What a function of a practice is given of a night."""

    handbook: Handbook  # of which only the files can be read that were declared
    calendar: Calendar  # working days around the book date, in the bank's country
    tables: Mapping[str, Table]  # those that the declaration reads, by name
    keep: Callable[[str, Table], Table]  # the same rows under a name, computed once

    @property
    def day(self) -> date:
        """The book date."""
        return self.calendar.day

    @property
    def params(self) -> dict[str, Decimal]:
        """The numbers of params.csv that hold on the book date."""
        return self.handbook.params(self.day)


@dataclass(frozen=True)
class Record:
    """Rows that people wrote and the night reads: a table of the database as it stood when it began."""

    name: str  # in the snapshot, in `reads` and in `Given.tables`
    table: str  # in the database
    columns: Mapping[str, str]  # column to its type as DuckDB names it
    order: tuple[str, ...]  # a key: the same rows always give the same bytes
    # What a replay by another handbook does with them: all stay as they were, or each stays only where the
    # action stays of which it came, which its column `action_key` names.
    in_replay: Literal["kept", "follows action"] = "kept"


@dataclass(frozen=True)
class CustomerTable:
    """A table of one row a customer: facts, decisions, or both.

    It is made of the features, of other such tables, of records, and of extracts of the practice's own. The
    order of computing follows from `reads`; a circle is refused when the practices are wired.
    """

    name: str
    reads: tuple[str, ...]  # FEATURES, and names of customer tables, records and own extracts
    work: Callable[[Given], Table]
    rules: tuple[str, ...] = ()  # files of the handbook that it applies: "2.2/tier.dmn"
    decisions: tuple[Recorded, ...] = ()  # kept with each customer, so that "why" can be answered later
    promise: TablePromise | None = None  # None: an intermediate result, written nowhere
    follows_contacts: bool = False  # changes with what was said to customers: a replay has it on each side


@dataclass(frozen=True)
class ActionKind:
    """A kind of action that a practice asks for."""

    name: str
    is_ahead: bool = False  # its day is known before and it is done until then; otherwise it follows its day


@dataclass(frozen=True)
class Ask:
    """What a practice wants done for customers; engagement alone decides what is done, and when.

    rows: takes the customers with `columns`, gives tables of rows. Occasions (`practice.occasions.occasion`)
    go through the handbook's 2.3/occasion.dmn, which says whether they are wanted, how and within what time.
    Rows of something owed (`practice.occasions.OWED`) say all of that themselves.
    """

    kinds: tuple[ActionKind, ...]
    columns: Mapping[str, tuple[str, ...]]  # what is read of a customer: columns by the table they stand in
    rows: Callable[[Table, Given], Iterable[Table]]
    rules: tuple[str, ...] = ()  # files of the handbook that it reads besides
    is_owed: bool = False
    cites: str = "2.3/occasion"  # the table whose row asks for it


@dataclass(frozen=True)
class PublishedRows:
    """The rows of a published table that a practice makes of its customer tables."""

    name: str  # of the model, in small letters
    reads: tuple[str, ...]
    work: Callable[[Given], Table]


@dataclass(frozen=True)
class Measure:
    """A number that the practice counts, by banker, branch and tier; pages show it without knowing it."""

    name: str
    table: str  # the customer table that it is counted from
    value: Callable[[Table], Any]  # a sum or a count over rows of that table
    unit: Literal["customers", "actions", "money", "minutes", "days"]
    better: Literal["higher", "lower", ""] = ""  # empty: neither


@dataclass(frozen=True)
class Practice:
    """One practice of the handbook, for the night."""

    name: str  # of its folder
    clauses: tuple[str, ...]  # that it executes: "2.4"
    extracts: tuple[Extract, ...] = ()  # tables that a bank may deliver for it
    records: tuple[Record, ...] = ()
    tables: tuple[CustomerTable, ...] = ()
    asks: tuple[Ask, ...] = ()
    published: tuple[PublishedRows, ...] = ()
    measures: tuple[Measure, ...] = ()
    lists: tuple[str, ...] = ()  # files of the handbook read besides those of tables and asks

    @property
    def rules(self) -> tuple[str, ...]:
        """Every file of the handbook that the practice applies, each once."""
        of_tables = (path for table in self.tables for path in table.rules)
        of_asks = (path for ask in self.asks for path in ask.rules)
        return tuple(dict.fromkeys((*self.lists, *of_tables, *of_asks)))
