"""Which combinations of pieces the rules of a table cover: overlaps, gaps, rules that never match.

A rule is one bit set of pieces for each dimension. The searches go dimension by dimension and remember
what they saw for a set of rules that are still possible, so that they are exact without visiting each
combination.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

STATES_MAX = 200_000
Box = tuple[int, ...]


class TooManyError(Exception):
    """The search would take too long; the answer is not known."""


@dataclass
class Regions:
    """Rules as boxes in the space of all dimensions; `universe` has the pieces that are allowed."""

    universe: Box
    boxes: Sequence[Box]
    seen: dict[tuple[int, int], bool] = field(default_factory=dict)
    accepts: list[list[tuple[int, int]]] = field(init=False)

    def __post_init__(self) -> None:
        # For each dimension: sets of pieces that the same rules accept, with those rules as bits.
        self.accepts = []
        for dimension, allowed in enumerate(self.universe):
            groups: dict[int, int] = {}
            for piece in bits(allowed):
                rules = sum(1 << i for i, box in enumerate(self.boxes) if box[dimension] >> piece & 1)
                groups[rules] = groups.get(rules, 0) | 1 << piece
            self.accepts.append([(pieces, rules) for rules, pieces in groups.items()])

    def gaps(self, most: int) -> list[Box]:
        """Up to `most` regions that no rule covers."""
        found: list[Box] = []
        self._gaps(0, (1 << len(self.boxes)) - 1, (), found, most)
        return found

    def _gaps(self, dimension: int, active: int, above: Box, found: list[Box], most: int) -> None:
        if len(found) >= most or (active and not self.has_gap(dimension, active)):
            return
        if not active:
            found.append((*above, *self.universe[dimension:]))
            return
        merged: dict[int, int] = {}
        for pieces, rules in self.accepts[dimension]:
            merged[active & rules] = merged.get(active & rules, 0) | pieces
        for remaining, pieces in merged.items():
            self._gaps(dimension + 1, remaining, (*above, pieces), found, most)

    def has_gap(self, dimension: int, active: int) -> bool:
        """Whether something from this dimension on is covered by none of the active rules."""
        if not active:
            return True
        if dimension == len(self.universe):
            return False
        key = (dimension, active)
        if key not in self.seen:
            if len(self.seen) > STATES_MAX:
                raise TooManyError
            remaining = {active & rules for _, rules in self.accepts[dimension]}
            self.seen[key] = any(self.has_gap(dimension + 1, some) for some in remaining)
        return self.seen[key]

    def first_for(self, rule: int, earlier: Sequence[int]) -> Box | None:
        """A region where the rule matches and none of the earlier ones does; None when there is none."""
        box = tuple(a & b for a, b in zip(self.boxes[rule], self.universe, strict=True))
        if not all(box):
            return None
        others = [self.boxes[i] for i in earlier]
        inside = Regions(box, [tuple(a & b for a, b in zip(other, box, strict=True)) for other in others])
        found = inside.gaps(1)
        return found[0] if found else None

    def overlap(self, one: int, other: int) -> Box | None:
        """The region where both rules match; None when there is none."""
        pairs = zip(self.boxes[one], self.boxes[other], self.universe, strict=True)
        shared = tuple(a & b & c for a, b, c in pairs)
        return shared if all(shared) else None


def bits(number: int) -> Iterator[int]:
    """The positions of the bits that are set."""
    position = 0
    while number:
        if number & 1:
            yield position
        number >>= 1
        position += 1
