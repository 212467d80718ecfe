"""Reads for lists and dashboards: pages of standings, counts that stay cheap, a branch side by side."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, When, Window

from stead.access.models import Role, User
from stead.customers.models import Banker, Customer
from stead.engagement.models import Action, Contact
from stead.insight.filters import NOBODYS, ORDERS, UNKNOWN, Filters, Order
from stead.practice.pages import ListColumn
from stead.practice.registry import pages
from stead.segmentation.models import Standing
from stead.segmentation.queries import current_of

PAGE_ROWS = 50
COUNTED_MAX = 10_000


@dataclass(frozen=True)
class Cell:
    """What a practice's column says of a customer, and its tone."""

    text: str
    tone: str


@dataclass(frozen=True)
class Row:
    """A line of the list: the standing with the names that belong to it."""

    standing: Standing
    customer: Customer
    banker: str
    cells: Sequence[Cell] = ()  # of the practices' own columns, in their order


@dataclass(frozen=True)
class Page:
    """One page of a list and the address part that continues it; empty at the end."""

    rows: Sequence[Row]
    after: str


def declared_columns() -> tuple[ListColumn, ...]:
    """The practices' own columns."""
    return tuple(column for one in pages.get() for column in one.columns)


def with_columns(standings: QuerySet[Standing]) -> QuerySet[Standing]:
    """The standings with the values of the practices' own columns."""
    return standings.annotate(**{column.place: column.value for column in declared_columns()})


def _cells(standing: Standing, columns: Iterable[ListColumn]) -> list[Cell]:
    values = ((column, getattr(standing, column.place, None)) for column in columns)
    return [
        Cell("", "") if value is None else Cell(column.text(value), column.tone(value))
        for column, value in values
    ]


def ordered(standings: QuerySet[Standing], filters: Filters, after: str) -> QuerySet[Standing]:
    """The standings in the order asked for, from behind the row that `after` names (value|customer_id)."""
    order = ORDERS[filters.sort]
    if order.nullable:
        standings = standings.filter(**{f"{order.column}__isnull": False})
    if after:
        standings = standings.filter(_beyond(order, *after.partition("|")[::2]))
    return standings.order_by(f"{'-' if order.descending else ''}{order.column}", "customer_id")


def _beyond(order: Order, value: str, customer_id: str) -> Q:
    """The rows behind the one with this value; unknown amounts stand where PostgreSQL puts what is null."""
    unknown = Q(**{f"{order.column}__isnull": True})
    if order.has_unknown and value == UNKNOWN:
        rest = unknown & Q(customer_id__gt=customer_id)
        return rest | ~unknown if order.descending else rest
    beyond = f"{order.column}__{'lt' if order.descending else 'gt'}"
    behind = Q(**{beyond: value}) | Q(**{order.column: value, "customer_id__gt": customer_id})
    return behind | unknown if order.has_unknown and not order.descending else behind


def everybody(standings: QuerySet[Standing], filters: Filters) -> QuerySet[Standing]:
    """All standings in the order asked for; those that have no value to be ordered by come last."""
    order = ORDERS[filters.sort]
    column = F(order.column)
    place = column.desc(nulls_last=True) if order.descending else column.asc(nulls_last=True)
    return standings.order_by(place, "customer_id")


def page(standings: QuerySet[Standing], filters: Filters, after: str = "") -> Page:
    """One page of the list with names: three queries, whatever the size of the bank."""
    found = list(ordered(with_columns(standings), filters, after).defer("decisions")[: PAGE_ROWS + 1])
    rows = with_names(found[:PAGE_ROWS])
    more = len(found) > PAGE_ROWS
    if not more:
        return Page(rows, "")
    last = found[PAGE_ROWS - 1]
    value = getattr(last, ORDERS[filters.sort].column)
    return Page(rows, f"{UNKNOWN if value is None else value}|{last.customer_id}")


def with_names(standings: Sequence[Standing], bankers: Mapping[str, Banker] | None = None) -> list[Row]:
    """The standings with the names of customer and banker; one whose customer is gone is left out."""
    customers = Customer.objects.only("name", "kind", "gender", "birth_date", "phone", "city").in_bulk(
        [standing.customer_id for standing in standings]
    )
    columns = declared_columns()
    if bankers is None:
        bankers = Banker.objects.in_bulk({standing.banker_id for standing in standings})
    return [
        Row(
            standing,
            customers[standing.customer_id],
            bankers[standing.banker_id].name if standing.banker_id in bankers else "",
            _cells(standing, columns),
        )
        for standing in standings
        if standing.customer_id in customers
    ]


def counted(standings: QuerySet[Standing]) -> tuple[int, bool]:
    """How many there are, and whether that is all: counting stops at COUNTED_MAX so that it stays quick."""
    found = standings.order_by().values("customer_id")[: COUNTED_MAX + 1].count()
    return min(found, COUNTED_MAX), found <= COUNTED_MAX


def bankers_of(user: User) -> QuerySet[Banker]:
    """The bankers whose customers the user may see: of the branch, or all of them for an auditor."""
    everyone = Banker.objects.order_by("name", "banker_id")
    if user.role == Role.BRANCH_HEAD:
        return everyone.filter(branch_id=user.branch_id)
    if user.role == Role.BANKER:
        return everyone.filter(banker_id=user.banker_id)
    return everyone if user.role == Role.AUDITOR else everyone.none()


@dataclass
class BankerLine:
    """A banker's figures beside the others' of the branch."""

    banker: Banker
    customers: int = 0
    assets: Decimal = Decimal(0)
    unknown: int = 0  # customers whose assets are unknown, and not in the sum
    top_tiers: int = 0
    owed: int = 0
    overdue: int = 0
    red: int = 0
    orange: int = 0
    yellow: int = 0
    watched: int = 0
    minutes_today: int = 0
    today: int = 0
    carried: int = 0
    contacts_30d: int = 0

    @property
    def coverage(self) -> Decimal | None:
        """Customers contacted in time out of those who are owed a contact; None where none is owed."""
        return Decimal(self.owed - self.overdue) / self.owed if self.owed else None

    @property
    def load(self) -> Decimal | None:
        """Today's minutes out of the banker's capacity."""
        capacity = self.banker.capacity_minutes
        return Decimal(self.minutes_today) / capacity if capacity else None


def standing_sums(user: User, today: date) -> list[dict[str, Any]]:
    """The customers that the user may see, counted by banker and tier: one query for lines and tiers."""
    sums = (
        current_of(user)
        .order_by()
        .values("banker_id", "tier")
        .annotate(
            n=Count("customer_id"),
            assets=Sum("assets_now"),
            unknown=Count("customer_id", filter=Q(assets_now=None)),
            owed=Count("contact_due_on"),
            overdue=Count("customer_id", filter=Q(contact_due_on__lt=today)),
            red=Count("customer_id", filter=Q(warning=3)),
            orange=Count("customer_id", filter=Q(warning=2)),
            yellow=Count("customer_id", filter=Q(warning=1)),
            watched=Count("customer_id", filter=Q(watched_on__isnull=False)),
        )
    )
    return [dict(found) for found in sums]


def branch_lines(user: User, today: date, sums: Iterable[Mapping[str, Any]]) -> list[BankerLine]:
    """The bankers of the user's branch side by side, the one with most red warnings first: three queries.

    sums: those of `standing_sums`.
    """
    lines = {banker.banker_id: BankerLine(banker) for banker in bankers_of(user)}
    for found in sums:
        if line := lines.get(found["banker_id"]):
            line.customers += found["n"]
            line.assets += found["assets"] or 0
            line.unknown += found["unknown"]
            line.top_tiers += found["n"] if found["tier"] >= 2 else 0
            for name in ("owed", "overdue", "watched", "red", "orange", "yellow"):
                setattr(line, name, getattr(line, name) + found[name])
    _add_days(lines)
    _add_contacts(lines, today)
    return sorted(lines.values(), key=lambda line: (-line.red, -line.overdue, line.banker.banker_id))


def _add_days(lines: dict[str, BankerLine]) -> None:
    """What each banker's day holds, with what came along with customers who were handed over."""
    keeper = Standing.objects.filter(pk=OuterRef("customer_id")).values("banker_id")
    sums = (
        # Customers are handed over within a branch, so the bankers asked about are those of before too.
        Action.objects.filter(banker_id__in=lines, status__in=["today", "carried"])
        .annotate(keeper=Subquery(keeper))
        .values("keeper", "status")
        .annotate(n=Count("key"), minutes=Sum("minutes"))
    )
    for found in sums:
        line = lines.get(found["keeper"])
        if line is None:
            continue
        if found["status"] == "today":
            line.today, line.minutes_today = found["n"], found["minutes"]
        else:
            line.carried = found["n"]


def _add_contacts(lines: dict[str, BankerLine], today: date) -> None:
    """The contacts that each banker logged in the last 30 days."""
    since = today - timedelta(days=30)
    sums = (
        Contact.objects.filter(banker_id__in=lines, at__date__gt=since)
        .values("banker_id")
        .annotate(n=Count("id"))
    )
    for found in sums:
        lines[found["banker_id"]].contacts_30d = found["n"]


def focus(user: User, lines: Sequence[BankerLine], today: date, most: int = 8) -> tuple[list[Row], list[Row]]:
    """The most valuable customers whose owed contact is overdue, and the gravest warnings: three queries.

    lines: the bankers of the branch, whose names are known already.
    """
    seen = current_of(user).defer("decisions")
    late = seen.filter(contact_due_on__lt=today)
    overdue = list(late.order_by(F("assets_now").desc(nulls_last=True), "customer_id")[:most])
    peak = F("assets_peak_12m").desc(nulls_last=True)
    warned = list(seen.filter(warning__gt=0).order_by("-warning", peak, "customer_id")[:most])
    bankers = {line.banker.banker_id: line.banker for line in lines}
    rows = {row.standing.customer_id: row for row in with_names([*overdue, *warned], bankers)}
    first, grave = (
        [rows[one.customer_id] for one in part if one.customer_id in rows] for part in (overdue, warned)
    )
    return first, grave


def without_banker(
    user: User, lines: Sequence[BankerLine], sums: Iterable[Mapping[str, Any]], most: int = 8
) -> tuple[list[Row], int]:
    """The branch's customers whom no banker of the delivery looks after, and how many there are.

    lines, sums: as for the bankers side by side; where they cover each other nobody is asked for.
    Those whose banker is no longer delivered come first: somebody counted on being looked after.
    """
    if {found["banker_id"] for found in sums} <= {line.banker.banker_id for line in lines}:
        return [], 0
    nobodys = current_of(user).filter(NOBODYS).annotate(total=Window(Count("customer_id")))
    value = F("assets_now").desc(nulls_first=True)
    is_lost = Case(When(banker_id="", then=1), default=0)
    found = list(nobodys.defer("decisions").order_by(is_lost, value, "customer_id")[:most])
    return with_names(found, {}), found[0].total if found else 0


def tier_counts(sums: Iterable[Mapping[str, Any]]) -> dict[int, int]:
    """Customers by tier, as the last night left them. sums: those of `standing_sums`."""
    counts: Counter[int] = Counter()
    for found in sums:
        counts[found["tier"]] += found["n"]
    return dict(counts)
