"""Every shared read of standings, moves between tiers and saved views."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from stead.access.queries import AnyUser, scope, sees_customers, stand_in
from stead.core.prepared import ask, place
from stead.customers.models import Customer, Relationship
from stead.extracts.shown_night import Night
from stead.handbook.content.record import decisions_of
from stead.handbook.content.table_numbers import Movement, movement_or_none
from stead.handbook.queries import handbook
from stead.segmentation.models import Standing, TierMove

ID = place("customer")
# Who makes a household, in the order in which a page names them.
HOUSEHOLD_KINDS = ("spouse", "child", "parent")


def visible_to(user: AnyUser) -> QuerySet[Standing]:
    """The standings of all whom this user may see, those who left or died among them."""
    return Standing.objects.filter(scope(user))


def current_of(user: AnyUser) -> QuerySet[Standing]:
    """The standings of the customers: what portfolios, tiers and branches are counted by."""
    return visible_to(user).filter(ended="")


def standing(user: AnyUser, customer_id: str) -> Standing | None:
    """Where the customer stands after the last night; None when unknown or not the user's to see."""
    if not sees_customers(user):
        return None
    other, values = stand_in(user)
    values[ID] = customer_id
    rows = ask(Standing, ("standing", user.role), lambda: visible_to(other).filter(pk=ID), values)
    return next(iter(rows), None)


def movement_of(version: str) -> Movement | None:
    """The movement table of a stored version; None where it has none that can be read."""
    return movement_or_none(handbook(version))


@dataclass(frozen=True)
class Decision:
    """What one table of the handbook said about one customer, with the values that it read."""

    name: str  # the table's: 2.2/tier
    clause: str
    table: str  # path in the handbook: 2.2/tier.dmn
    rules: tuple[str, ...]  # ids of the rows that matched
    values: dict[str, Any]
    outputs: dict[str, Any]
    version: str  # of the handbook
    run_id: str

    @property
    def address(self) -> str:
        """The name as addresses hold it, where a slash would part it."""
        return self.name.replace("/", ":")


def decision_of(found: Mapping[str, Decision], address: str) -> Decision | None:
    """The decision that an address names: "2.2:tier", or "tier" where only one table is called so."""
    if one := found.get(address.replace(":", "/")):
        return one
    called = [one for name, one in found.items() if name.rpartition("/")[2] == address]
    return called[0] if len(called) == 1 else None


def decisions(found: Standing, night: Night | None = None) -> dict[str, Decision]:
    """The stored decisions of a standing by the path of their table, in the order of their clauses.

    night: the one that the page shows; without it only entries with names can be read. Whatever a row
    holds was decided again, with the same result, under the handbook of that night.
    """
    book = handbook(night.handbook_version) if night else None
    stored = (
        decisions_of(found.decisions, book, night.run_id, night.book_date)
        if night
        else decisions_of(found.decisions, None, "")
    )
    read = [
        Decision(
            name=name,
            clause=str(entry.get("clause", "")),
            table=str(entry.get("table", "")),
            rules=tuple(entry.get("rules", ())),
            values=entry.get("values", {}),
            outputs=entry.get("outputs", {}),
            version=str(entry.get("version", "")),
            run_id=str(entry.get("run", "")),
        )
        for name, entry in stored.items()
    ]
    return {one.name: one for one in sorted(read, key=lambda one: (one.clause, one.table, one.name))}


def tiers(customer_ids: Iterable[str]) -> dict[str, int]:
    """The tier of each customer; the caller has already found them visible."""
    return dict(Standing.objects.filter(pk__in=list(customer_ids)).values_list("pk", "tier"))


@dataclass(frozen=True)
class Relative:
    """Another customer who belongs to this one, and what they are to this one."""

    customer_id: str
    kind: str
    name: str
    birth_date: date | None  # None too where it is not the user's to see
    assets: Decimal | None  # book currency; None: not the user's to see, or unknown
    can_open: bool  # whether the user may open this customer too
    ended: str = ""  # left, deceased; empty: a customer
    ended_on: date | None = None


def relatives(user: AnyUser, customer_id: str) -> list[Relative]:
    """Everybody related to the customer, the household first.

    Names belong to this customer's record; sums and birth dates are those of whom the user may open.
    """
    if not sees_customers(user):
        return []
    other, values = stand_in(user)
    values[ID] = customer_id
    rows: list[Any] = ask(Relationship, ("relatives", user.role), lambda: _relatives(other), values)
    found = [
        Relative(
            row.other_id,
            row.kind,
            row.name or "",
            row.birth_date,
            row.assets,
            row.can_open,
            row.ended or "",
            row.ended_on,
        )
        for row in rows
    ]
    place = {kind: number for number, kind in enumerate(HOUSEHOLD_KINDS)}
    return sorted(found, key=lambda one: (place.get(one.kind, 9), one.kind, one.customer_id))


def _relatives(user: AnyUser) -> QuerySet[Any]:
    """The relationships of any customer with what is known of the others."""
    other = Customer.objects.filter(pk=OuterRef("other_id"))
    seen = visible_to(user).filter(pk=OuterRef("other_id"))
    return Relationship.objects.filter(customer_id=ID).annotate(
        name=Subquery(other.values("name")),
        ended=Subquery(other.values("ended")),
        ended_on=Subquery(other.values("ended_on")),
        birth_date=Subquery(other.filter(scope(user)).values("birth_date")),
        assets=Subquery(seen.values("assets_now")),
        can_open=Exists(seen),
    )


def moves(user: AnyUser, customer_id: str) -> QuerySet[TierMove]:
    """The customer's moves between tiers in twelve months, newest first."""
    seen = visible_to(user).filter(pk=customer_id).values("pk")
    return TierMove.objects.filter(customer_id__in=seen).order_by("-on_month")
