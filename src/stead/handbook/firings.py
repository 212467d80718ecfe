"""How often each rule decided: in the night on the desk, in the 90 days up to it, and in all nights."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache

from django.db.models import Q, Sum

from stead.extracts.shown_night import Night, published
from stead.handbook.content.tables import Fired
from stead.handbook.models import Firing

DAYS = 90
NEVER = Fired()


def fired(
    *, table: str = "", version: str = "", night: Night | None = None, ever: bool = False
) -> dict[tuple[str, str], Fired]:
    """The rules that decided in 90 days, by table ("2.2/tier") and rule id; empty before the first night.

    A rule that is not there never fired. table: that one only. version: decisions by that version only; a
    rule keeps its id while its cells change, so that without it older wordings count too. night: the one on
    the desk, where the caller knows it. ever: count all nights besides, and give rules that decided in any.
    """
    night = night or published.get()()
    if night is None:
        return {}
    since = night.book_date - timedelta(days=DAYS)
    recent = Q(book_date__gt=since, book_date__lte=night.book_date)
    rows = Firing.objects.filter(Q() if ever else recent, shown=True)
    if table:
        rows = rows.filter(table=table)
    if version:
        rows = rows.filter(version=version)
    counted = rows.values_list("table", "rule_id").annotate(
        last_night=Sum("count", filter=Q(run_id=night.run_id), default=0),
        days_90=Sum("count", filter=recent, default=0),
        ever=Sum("count"),
    )
    return {
        (name, rule_id): Fired(last, days, every if ever else 0)
        for name, rule_id, last, days, every in counted
    }


@dataclass(frozen=True)
class Firings:
    """Counts by table ("2.2/tier") and rule. Without any night that counted, `counted` is False."""

    rules: Mapping[str, Mapping[str, Fired]] = field(default_factory=dict)

    @property
    def counted(self) -> bool:
        """Whether any night has counted."""
        return bool(self.rules)

    def of_table(self, table: str) -> Mapping[str, Fired]:
        """By rule of one table."""
        return self.rules.get(table, {})

    def of_clause(self, clause: str) -> Fired:
        """All rules of a clause together."""
        own = (rules for table, rules in self.rules.items() if table.startswith(f"{clause}/"))
        return sum((one for rules in own for one in rules.values()), NEVER)


def firings(night: Night | None, *, ever: bool = False) -> Firings:
    """What `fired` counts, by table; nothing before the first night."""
    return of_publication(night, ever) if night else Firings()


@lru_cache(maxsize=4)
def of_publication(night: Night, ever: bool) -> Firings:  # noqa: FBT001 - a key of the cache
    """The counts until a night. Only a publication changes them, so one is counted once."""
    found: dict[str, dict[str, Fired]] = {}
    for (table, rule_id), counts in fired(night=night, ever=ever).items():
        found.setdefault(table, {})[rule_id] = counts
    return Firings(found)
