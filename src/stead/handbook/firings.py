"""How often each rule decided: in the night on the desk, and in the 90 days up to it."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, Sum

from stead.customers.night import published
from stead.handbook.models import Firing

DAYS = 90


@dataclass(frozen=True)
class Fired:
    """The decisions of one rule: of the last night, and of all nights in 90 days."""

    last_night: int
    days_90: int


NEVER = Fired(0, 0)


def fired(*, table: str = "", version: str = "") -> dict[tuple[str, str], Fired]:
    """The rules that decided in 90 days, by table ("2.2/tier") and rule id; empty before the first night.

    A rule that is not there never fired. table: that one only. version: decisions by that version only; a
    rule keeps its id while its cells change, so that without it older wordings count too.
    """
    night = published.get()()
    if night is None:
        return {}
    since = night.book_date - timedelta(days=DAYS)
    rows = Firing.objects.filter(shown=True, book_date__gt=since, book_date__lte=night.book_date)
    if table:
        rows = rows.filter(table=table)
    if version:
        rows = rows.filter(version=version)
    counted = rows.values_list("table", "rule_id").annotate(
        last_night=Sum("count", filter=Q(run_id=night.run_id), default=0), days_90=Sum("count")
    )
    return {(name, rule_id): Fired(last, days) for name, rule_id, last, days in counted}
