"""What a list of customers may be narrowed and ordered by, read from the address and written back to it."""

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Self
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import QueryDict

from stead.customers.models import Banker, Ended
from stead.segmentation.models import Stage, Standing, Tier, TierMove, WarningColour

MATURITY_DAYS = {"7": 7, "30": 30, "90": 90}
# In the address: customers whom no banker of the delivery looks after. No number of a banker has blanks at
# its ends, so that none is called like this.
NOBODY = " -"
NOBODYS = ~Q(Exists(Banker.objects.filter(pk=OuterRef("banker_id"))))
UNKNOWN = "unknown"  # the value of a row whose amount is unknown, in the address that continues a list
MOVES = ("up", "down", "watch")


@dataclass(frozen=True)
class Order:
    """An order of the list: the column, whether the largest comes first, and what becomes of empty values.

    nullable: who has no such date is not in the list. has_unknown: an amount that is unknown is empty; those
    customers stand first where the largest come first and last where the smallest do, as in PostgreSQL.
    """

    column: str
    descending: bool
    nullable: bool = False
    has_unknown: bool = False


ORDERS = {
    "assets": Order("assets_now", descending=True, has_unknown=True),
    "change": Order("assets_change_30d", descending=False, has_unknown=True),
    "due": Order("contact_due_on", descending=False, nullable=True),
    "maturity": Order("maturity_next_on", descending=False, nullable=True),
    "contribution": Order("contribution_12m", descending=True, has_unknown=True),
}


@dataclass(frozen=True)
class Filters:
    """One list's choice. An empty value narrows nothing."""

    q: str = ""
    tier: str = ""  # rank
    stage: str = ""
    warning: str = ""  # "any" or a colour's number
    banker: str = ""  # number, or NOBODY
    branch: str = ""
    due: str = ""  # "overdue", "week", "never" (no contact known)
    maturity: str = ""  # days
    move: str = ""  # "up", "down" this month, "watch"
    ended: str = ""  # "left", "deceased", "any"; empty: customers alone, but where `q` names somebody
    sort: str = "assets"

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """The filters of an address; a value that is none of the choices counts as empty."""
        raw = {field.name: query.get(field.name, "")[:60] for field in fields(cls)}
        raw |= {name: value.strip() for name, value in raw.items() if (name, value) != ("banker", NOBODY)}
        for name, allowed in ALLOWED.items():
            if raw[name] not in allowed:
                raw[name] = ""
        raw["sort"] = raw["sort"] or "assets"
        return cls(**raw)

    @property
    def query(self) -> str:
        """The query string that gives these filters again."""
        default = Filters()
        chosen = {f.name: getattr(self, f.name) for f in fields(self)}
        return urlencode({k: v for k, v in chosen.items() if v and v != getattr(default, k)})

    def without(self, name: str) -> Self:
        """The same filters but for one."""
        return replace(self, **{name: getattr(Filters(), name)})

    def apply(self, standings: QuerySet[Standing], today: date) -> QuerySet[Standing]:
        """Narrow the standings; `today` is the work date that the desk shows."""
        for condition in self._conditions(today):
            standings = standings.filter(condition)
        return standings

    def _conditions(self, today: date) -> list[Q]:
        """One condition for each filter that is set."""
        found = []
        if self.ended or not self.q:
            found.append(~Q(ended="") if self.ended == "any" else Q(ended=self.ended))
        for name, column in (
            ("tier", "tier"),
            ("stage", "stage"),
            ("banker", "banker_id"),
            ("branch", "branch_id"),
        ):
            if value := getattr(self, name):
                found.append(NOBODYS if (name, value) == ("banker", NOBODY) else Q(**{column: value}))
        if self.warning:
            found.append(Q(warning__gt=0) if self.warning == "any" else Q(warning=self.warning))
        if self.due == "overdue":
            found.append(Q(contact_due_on__lt=today))
        elif self.due == "week":
            found.append(Q(contact_due_on__range=(today, today + timedelta(days=7))))
        elif self.due == "never":
            found.append(Q(contact_shown_on=None, contact_interval_days__isnull=False))
        if self.maturity:
            until = today + timedelta(days=MATURITY_DAYS[self.maturity])
            found.append(Q(maturity_next_on__range=(today, until)))
        if self.move:
            found.append(_moved(self.move, today))
        return found


def _moved(move: str, today: date) -> Q:
    """Customers whose tier rose or fell since the month before began, or who are watched."""
    if move == "watch":
        return Q(watched_on__isnull=False)
    since = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    moves = TierMove.objects.filter(customer_id=OuterRef("customer_id"), on_month__gte=since)
    higher = Q(to_tier__gt=F("from_tier")) if move == "up" else Q(to_tier__lt=F("from_tier"))
    return Q(Exists(moves.filter(higher)))


ALLOWED: dict[str, set[str]] = {
    "tier": {"", *(str(tier) for tier in Tier.values)},
    "stage": {"", *Stage.values},
    "warning": {"", "any", *(str(colour) for colour in WarningColour.values if colour)},
    "due": {"", "overdue", "week", "never"},
    "maturity": {"", *MATURITY_DAYS},
    "move": {"", *MOVES},
    "ended": {"", "any", *Ended.values},
    "sort": {"", *ORDERS},
}
