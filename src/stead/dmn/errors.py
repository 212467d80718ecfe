"""What goes wrong with a decision model, said with the place and what would be right."""

from collections.abc import Mapping
from dataclasses import dataclass


class Kinds(str):
    """Names of types in a message ("number", "date or string", "number 5"): another language has its own."""

    __slots__ = ()


def worded(template: str, values: Mapping[str, object]) -> str:
    """A template with its values in place, in English."""
    return template.format(**values) if values else template


class WordedError(Exception):
    """An error whose message is a template with values in its braces, so that it can be said in any language.

    A value is a text or number as it is to be shown, Kinds, a Place, or another such error.
    """

    def __init__(self, template: str, **values: object) -> None:
        self.template = template
        self.values = values
        super().__init__(worded(template, values))


class DmnError(WordedError):
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
    """An expression that cannot be read or does not fit the types; `place` is filled in by the caller.

    kind: "syntax", "name", "type", or "columns" for what is right and yet beyond what columns express.
    """

    def __init__(
        self, template: str, place: Place | None = None, *, kind: str = "type", **values: object
    ) -> None:
        super().__init__(template, **values)
        self.place = place
        self.kind = kind
        if place and str(place):
            self.args = (f"{place}: {self.problem}",)

    @property
    def problem(self) -> str:
        """What is wrong, without the place."""
        return worded(self.template, self.values)

    def at(self, place: Place) -> "FeelError":
        """The same error with its place, unless one nearer to the cause is known already."""
        return (
            self if self.place is not None else FeelError(self.template, place, kind=self.kind, **self.values)
        )
