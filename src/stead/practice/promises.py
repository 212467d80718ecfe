"""What is promised of a table that one part of the night hands to another, or publishes."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ColumnPromise:
    """One column: its type as DuckDB names it, whether it may be null, how long its texts may be."""

    name: str
    type: str
    nullable: bool = False
    length_max: int | None = None


@dataclass(frozen=True)
class TablePromise:
    """One table: its columns (and others when `is_open`), its key, and of what it has a row each."""

    name: str
    key: tuple[str, ...]
    columns: tuple[ColumnPromise, ...]
    row_a: Literal["", "customer", "current customer"] = ""  # of what there is one row each
    is_open: bool = True


def columns(text: str, type_: str, *, nullable: bool = False) -> tuple[ColumnPromise, ...]:
    """Promises of several columns of one type; names separated by spaces."""
    return tuple(ColumnPromise(name, type_, nullable) for name in text.split())


def row_a_customer(name: str, *groups: tuple[ColumnPromise, ...]) -> TablePromise:
    """The promise of a table with one row a customer who neither left nor died, and more columns."""
    key = columns("customer_id", "VARCHAR")
    promised = (*key, *(one for group in groups for one in group))
    return TablePromise(name, ("customer_id",), promised, "current customer")
