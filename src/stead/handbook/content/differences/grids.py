"""A file as rows of named cells: what differences and merges are told in, whatever the file's form."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

SEPARATOR = " · "


class FormError(ValueError):
    """A text that is not in the form that its name promises; it is looked at line by line instead."""


@dataclass(frozen=True)
class Grid:
    """Rows by key, in their order, each with cells by column.

    columns: key to what stands above the column. Empty where each row has cells of its own (TOML).
    setting: what holds for the whole table, such as its hit policy.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    setting: str = ""
    name: str = ""
    # Rows whose keys are given out, so that two drafts may give the same one to different rows.
    keys_are_given: bool = False

    def same_as(self, other: "Grid") -> bool:
        """Whether it says the same, in the same order."""
        return (
            list(self.columns.items()) == list(other.columns.items())
            and [(key, dict(row)) for key, row in self.rows.items()]
            == [(key, dict(row)) for key, row in other.rows.items()]
            and self.setting == other.setting
        )


@dataclass(frozen=True)
class Sheet:
    """A file: its grids by name, and the rest as text in which each grid has left a mark."""

    grids: Mapping[str, Grid] = field(default_factory=dict)
    rest: str = ""
    source: Any = None  # what the form needs to write it again


class Form(NamedTuple):
    """How files of one kind are read and written.

    read: the texts, of which the first says how the others' columns are called; raises FormError.
    write: merged grids and rest, and the two sheets that the pieces of text are taken from, the first first.
    """

    read: Callable[[Sequence[str]], list[Sheet]]
    write: Callable[[Mapping[str, Grid], str, Sheet, Sheet], str]


def label_of(header: str) -> str:
    """The name that people read above a column, without what the column reads and its type."""
    return header.partition(SEPARATOR)[0]
