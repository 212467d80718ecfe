"""Every shared read of customers; a customer whom the user may not see is not there."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from stead.access.queries import AnyUser, scope, sees_customers, stand_in
from stead.core.prepared import ask, place
from stead.customers.models import AssetHistory, Banker, Branch, Customer, Holding

# Kinds of product in the order in which pages stack them; each has a colour of its own.
ID = place("customer")
ASSET_KINDS = ("demand", "time", "wealth", "fund", "insurance", "metal")


def visible_to(user: AnyUser) -> QuerySet[Customer]:
    """The customers whom this user may see: own, the branch's, all or none, by role."""
    return Customer.objects.filter(scope(user))


@dataclass(frozen=True)
class Months:
    """Month-end assets for the chart: `by_kind` has as many whole amounts as there are months.

    None in all kinds of a month of which a balance is unknown.
    """

    months: tuple[str, ...]  # "2026-11", oldest first
    by_kind: dict[str, tuple[int | None, ...]]  # in the order of ASSET_KINDS

    @property
    def totals(self) -> tuple[int | None, ...]:
        """The sum over kinds of each month; None where a part of it is unknown."""
        if not self.by_kind:
            return ()
        months = zip(*self.by_kind.values(), strict=True)
        return tuple(
            None if None in month else sum(part for part in month if part is not None) for month in months
        )


@dataclass(frozen=True)
class Profile:
    """A customer with what stands in the small tables around: one row, one query."""

    customer: Customer
    banker_name: str  # empty: nobody looks after this customer
    branch_name: str
    months: Months


def months_of(text: str | None) -> Months:
    """Read AssetHistory.months. Kinds that the bank added later than this program come last."""
    stored = json.loads(text) if text else {}
    last = stored.pop("last", "")
    # Nights before this form named every month.
    named = stored.pop("months", None)
    order = [kind for kind in ASSET_KINDS if kind in stored]
    order += sorted(set(stored) - set(ASSET_KINDS))
    by_kind = {
        kind: tuple(None if value is None else round(float(value)) for value in stored[kind])
        for kind in order
    }
    count = max(map(len, by_kind.values()), default=0)
    return Months(tuple(named or _months_until(last, count)), by_kind)


def _months_until(last: str, count: int) -> list[str]:
    """So many months ("2026-11") up to the last one, oldest first."""
    if not count:
        return []
    year, month = map(int, last.split("-"))
    numbers = [year * 12 + month - 1 - back for back in range(count - 1, -1, -1)]
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in numbers]


def profile(user: AnyUser, customer_id: str) -> Profile | None:
    """The customer with banker, branch and 24 months of assets; None when the user may not see them."""
    if not sees_customers(user):
        return None
    other, values = stand_in(user)
    values[ID] = customer_id
    rows = ask(Customer, ("profile", user.role), lambda: _profiles(other), values)
    found: Any = next(iter(rows), None)
    if found is None:
        return None
    return Profile(found, found.banker_name or "", found.branch_name or "", months_of(found.months))


def _profiles(user: AnyUser) -> QuerySet[Any]:
    """The query of `profile`, for any customer."""
    return (
        visible_to(user)
        .filter(pk=ID)
        .annotate(
            banker_name=Subquery(Banker.objects.filter(pk=OuterRef("banker_id")).values("name")),
            branch_name=Subquery(Branch.objects.filter(pk=OuterRef("branch_id")).values("name")),
            months=Subquery(AssetHistory.objects.filter(pk=OuterRef("pk")).values("months")),
        )
    )


@dataclass(frozen=True)
class Holder:
    """Somebody else in one of the customer's accounts."""

    customer_id: str
    name: str
    role: str
    share: str
    can_open: bool


def shares(customer_id: str) -> dict[str, Decimal]:
    """The customer's part, 0 to 1, of each joint account by its number; the caller has found them visible."""
    joint = Holding.objects.filter(customer_id=customer_id, share__gt=0, share__lt=1)
    return dict(joint.values_list("account_id", "share"))


@dataclass(frozen=True)
class Account:
    """One of the customer's holdings with the other holders of the same account."""

    holding: Holding
    others: tuple[Holder, ...]


def _may_open(user: AnyUser, other: str) -> Exists:
    """Whether the user may open the customer whose number stands in the column `other`."""
    return Exists(visible_to(user).filter(pk=OuterRef(other)))


def _holdings(user: AnyUser) -> QuerySet[Any]:
    """All holdings in any of a customer's accounts, with the holders' names."""
    own = Holding.objects.filter(customer_id=ID).values("account_id")
    return Holding.objects.filter(account_id__in=own).annotate(
        name=Subquery(Customer.objects.filter(pk=OuterRef("customer_id")).values("name")),
        can_open=_may_open(user, "customer_id"),
    )


def accounts(user: AnyUser, customer_id: str) -> list[Account]:
    """The customer's accounts, largest first and closed ones last, with everybody who holds them."""
    if not sees_customers(user):
        return []
    other, values = stand_in(user)
    values[ID] = customer_id
    rows: list[Any] = ask(Holding, ("accounts", user.role), lambda: _holdings(other), values)
    mine: list[Holding] = []
    others: dict[str, list[Holder]] = {}
    for row in rows:
        if row.customer_id == customer_id:
            mine.append(row)
        else:
            holder = Holder(row.customer_id, row.name or "", row.role, str(row.share), row.can_open)
            others.setdefault(row.account_id, []).append(holder)
    mine.sort(
        key=lambda row: (row.closed_on is not None, -abs(row.balance_book or Decimal(0)), row.account_id)
    )
    return [
        Account(row, tuple(sorted(others.get(row.account_id, ()), key=lambda one: one.customer_id)))
        for row in mine
    ]
