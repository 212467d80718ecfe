"""What a list of customers may be narrowed and ordered by, read from the address and written back to it."""

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Self
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import QueryDict

from stead.customers.models import Banker, Ended
from stead.practice.pages import ListFilter
from stead.practice.registry import pages
from stead.segmentation.models import Stage, Standing, Tier, TierMove

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
    banker: str = ""  # number, or NOBODY
    branch: str = ""
    due: str = ""  # "overdue", "week", "never" (no contact known)
    maturity: str = ""  # days
    move: str = ""  # "up", "down" this month, "watch"
    ended: str = ""  # "left", "deceased", "any"; empty: customers alone, but where `q` names somebody
    sort: str = "assets"
    more: tuple[tuple[str, str], ...] = ()  # the practices' own filters: name and choice of each that is set

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """The filters of an address; a value that is none of the choices counts as empty."""
        raw = {name: query.get(name, "")[:60] for name in _OWN}
        raw |= {name: value.strip() for name, value in raw.items() if (name, value) != ("banker", NOBODY)}
        for name, allowed in ALLOWED.items():
            if raw[name] not in allowed:
                raw[name] = ""
        raw["sort"] = raw["sort"] or "assets"
        chosen = ((one.name, query.get(one.name, "").strip()) for one in declared_filters())
        more = tuple((name, value) for name, value in chosen if value in _choices(name))
        return cls(**raw, more=more)

    @property
    def query(self) -> str:
        """The query string that gives these filters again."""
        default = Filters()
        chosen = {name: getattr(self, name) for name in _OWN}
        own = {name: value for name, value in chosen.items() if value and value != getattr(default, name)}
        return urlencode(own | dict(self.more))

    def without(self, name: str) -> Self:
        """The same filters but for one."""
        if name not in _OWN:
            return replace(self, more=tuple(one for one in self.more if one[0] != name))
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
        chosen = dict(self.more)
        found += [one.condition(chosen[one.name], today) for one in declared_filters() if one.name in chosen]
        found += self._contact_conditions(today)
        if self.maturity:
            until = today + timedelta(days=MATURITY_DAYS[self.maturity])
            found.append(Q(maturity_next_on__range=(today, until)))
        if self.move:
            found.append(_moved(self.move, today))
        return found

    def _contact_conditions(self, today: date) -> list[Q]:
        """What is asked of the contact that is owed."""
        conditions = {
            "overdue": Q(contact_due_on__lt=today),
            "week": Q(contact_due_on__range=(today, today + timedelta(days=7))),
            "never": Q(contact_shown_on=None, contact_interval_days__isnull=False),
        }
        return [conditions[self.due]] if self.due else []


def _moved(move: str, today: date) -> Q:
    """Customers whose tier rose or fell since the month before began, or who are watched."""
    if move == "watch":
        return Q(watched_on__isnull=False)
    since = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    moves = TierMove.objects.filter(customer_id=OuterRef("customer_id"), on_month__gte=since)
    higher = Q(to_tier__gt=F("from_tier")) if move == "up" else Q(to_tier__lt=F("from_tier"))
    return Q(Exists(moves.filter(higher)))


def declared_filters() -> tuple[ListFilter, ...]:
    """The practices' own filters."""
    return tuple(each for one in pages.get() for each in one.filters)


def _choices(name: str) -> set[str]:
    return {choice.value for one in declared_filters() if one.name == name for choice in one.choices()}


_OWN = tuple(field.name for field in fields(Filters) if field.name != "more")
ALLOWED: dict[str, set[str]] = {
    "tier": {"", *(str(tier) for tier in Tier.values)},
    "stage": {"", *Stage.values},
    "due": {"", "overdue", "week", "never"},
    "maturity": {"", *MATURITY_DAYS},
    "move": {"", *MOVES},
    "ended": {"", "any", *Ended.values},
    "sort": {"", *ORDERS},
}
