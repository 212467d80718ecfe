"""What check() says: findings with their place and example, and regions of inputs put into words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stead.dmn.check import pieces
from stead.dmn.check.regions import Box
from stead.dmn.errors import FeelError, Place, worded
from stead.dmn.tables.hit_policies import Compiler


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: `kind` is syntax, name, type, allowed, overlap, contradiction, gap,
    never or note.

    `example`: values of the inputs that show it. A note says where the check is not exact; all other kinds
    are errors, except gap and never, which are warnings. `also`: the other rules that it is about.
    `template` with `values` in its braces is the message, so that a caller can say it in another language.
    """

    kind: str
    place: Place
    template: str
    example: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, object] = field(default_factory=dict)
    also: tuple[Place, ...] = ()

    @property
    def severity(self) -> str:
        """error, warning or note."""
        return {"gap": "warning", "never": "warning", "note": "note"}.get(self.kind, "error")

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return worded(self.template, self.values)

    def __str__(self) -> str:
        """One line for a reader."""
        shown = ", ".join(f"{name} = {pieces.written(value)}" for name, value in self.example.items())
        where = f"{self.place}: " if str(self.place) else ""
        line = f"{self.severity} ({self.kind}): {where}{self.message}"
        return f"{line}; for example {shown}" if shown else line

    def as_json(self) -> dict[str, Any]:
        """The finding for a program: plain texts, numbers and lists, the example's values as FEEL."""
        place = self.place
        return {
            "severity": self.severity, "kind": self.kind, "message": self.message,
            "decision": place.decision, "decision_id": place.decision_id,
            "row": place.row, "rule": place.rule,
            "column": place.column, "side": place.side, "index": place.index, "clause": place.clause,
            "cell": place.text, "entry": place.entry,
            "also": [{"row": one.row, "rule": one.rule} for one in self.also],
            "example": {name: pieces.written(value) for name, value in self.example.items()},
        }  # fmt: skip


def of_error(error: FeelError, place: Place) -> Finding:
    """An error of the language at its place."""
    # For who edits a table, what columns cannot hold does not fit there, as a wrong type does not.
    kind = "type" if error.kind == "columns" else error.kind
    return Finding(kind, place, error.template, values=error.values)


def note(place: Place, template: str, **values: object) -> Finding:
    """Where the check is not exact."""
    return Finding("note", place, template, values=values)


def not_allowed(value: Any, allowed: str, place: Place) -> Finding:
    """A constant that the allowed values do not have."""
    said = {"value": pieces.written(value), "allowed": allowed}
    return Finding("allowed", place, "{value} is not one of the allowed values {allowed}", values=said)


@dataclass(frozen=True)
class Dimension:
    """An input expression with its pieces; columns with the same expression share one."""

    label: str
    kind: str
    pieces: tuple[pieces.Piece, ...]
    allowed: int


@dataclass(frozen=True)
class Sayer:
    """Puts regions into words."""

    compiler: Compiler
    dimensions: Sequence[Dimension]

    def example(self, region: Box) -> dict[str, Any]:
        """One value for each input, from within the region."""
        chosen = {}
        for dimension, bits in zip(self.dimensions, region, strict=True):
            options = [one for i, one in enumerate(dimension.pieces) if bits >> i & 1]
            # A null says less than a value; it is shown only where nothing else is left.
            chosen[dimension.label] = next((o.example for o in options if o.example is not None), None)
        return chosen

    def words(self, region: Box) -> str:
        """The region as conditions; inputs that do not matter are left out."""
        parts = []
        for dimension, bits in zip(self.dimensions, region, strict=True):
            everything = bits == dimension.allowed
            text = "" if everything else pieces.described(dimension.pieces, bits)
            if text:
                parts.append(f"{dimension.label} {text if text[0] in '<>' else 'in ' + text}")
        return " and ".join(parts) or "any input"

    def _place(self, row: int) -> Place:
        return Place(self.compiler.decision, row + 1, self.compiler.table.rules[row].id)

    def clash(self, earlier: int, later: int, region: Box, *, contradicts: bool) -> Finding:
        """Two rules match at once."""
        return Finding(
            "contradiction" if contradicts else "overlap",
            self._place(later),
            "has other outputs than row {row} for {region}"
            if contradicts
            else "matches together with row {row} for {region}",
            self.example(region),
            {"row": str(earlier + 1), "region": self.words(region)},
            (self._place(earlier),),
        )

    def never(self, row: int, template: str) -> Finding:
        """A rule has no effect."""
        return Finding("never", self._place(row), template)

    def gap(self, region: Box) -> Finding:
        """No rule covers the region."""
        place = Place(self.compiler.decision)
        said = {"region": self.words(region)}
        return Finding("gap", place, "no rule covers {region}", self.example(region), said)
