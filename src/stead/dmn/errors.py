"""What goes wrong with a decision model, said with the place and what would be right."""

from dataclasses import dataclass


class DmnError(Exception):
    """A model, a table or a cell that cannot be used. The message says where, what, and what is right."""


class LimitError(DmnError):
    """A file or an expression larger or deeper than the library reads; refused before work is spent on it."""


@dataclass(frozen=True)
class Place:
    """Where in a model something stands; empty parts are unknown or do not apply.

    For a reader: `decision`, `row`, `column` and `text` of the cell. For a program that has the same file
    open: the ids of the decision, the rule, the column (input or output clause) and the cell's entry, as
    the file has them, and the position of the column among those of its side.
    """

    decision: str = ""
    row: int | None = None  # from 1, as a reader counts the rules
    rule: str = ""  # the rule's id; "row-<row>" when the file gives it none
    column: str = ""
    text: str = ""
    decision_id: str = ""
    side: str = ""  # "input" or "output"
    index: int | None = None  # of the column on its side, from 0
    clause: str = ""
    entry: str = ""

    def __str__(self) -> str:
        """The place as a reader would point at it."""
        parts = [f"decision {self.decision!r}"] if self.decision else []
        if self.row is not None:
            parts.append(f"row {self.row}" + (f" (rule {self.rule})" if self.rule else ""))
        if self.column:
            parts.append(f"column {self.column!r}")
        if self.text:
            parts.append(f"cell {self.text!r}")
        return ", ".join(parts)


class FeelError(DmnError):
    """An expression that cannot be read or does not fit the types; `place` is filled in by the caller."""

    def __init__(self, problem: str, place: Place | None = None, *, kind: str = "type") -> None:
        self.problem = problem
        self.place = place
        self.kind = kind  # "syntax", "name" or "type"
        super().__init__(f"{place}: {problem}" if place and str(place) else problem)

    def at(self, place: Place) -> "FeelError":
        """The same error with its place, unless one nearer to the cause is known already."""
        return self if self.place is not None else FeelError(self.problem, place, kind=self.kind)
