"""The day's actions that came of a clause or a rule: how many, and for who sees customers, which."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from stead.access.guards import for_roles, user_of
from stead.access.models import Role, User
from stead.access.queries import CUSTOMER_ROLES, AnyUser, has_role, sees_customers
from stead.audit.actions import record
from stead.customers.models import Customer
from stead.engagement.models import Action
from stead.engagement.queries import visible_to
from stead.extracts.shown_night import Night, night_of
from stead.handbook.content.book import Handbook, HandbookError
from stead.handbook.content.value_words import Reader
from stead.handbook.queries import handbook, reader, texts
from stead.handbook.registry import DayActions
from stead.segmentation.queries import tiers

PAGE = 100
STATUSES = {
    "today": _("today"),
    "carried": _("carried over"),
    "later": _("later"),
    "held": _("held back"),
}


@dataclass(frozen=True)
class Tally:
    """How many actions of a kind and status came of a rule."""

    clause: str
    table: str
    rule_id: str
    kind: str
    status: str
    count: int

    @property
    def clauses(self) -> set[str]:
        """The clause that the actions cite, and the one in which the rule's table stands."""
        return {self.clause, self.table.partition("/")[0]}


def _tallied(actions: QuerySet[Action]) -> tuple[Tally, ...]:
    groups = actions.order_by().values_list("clause", "table", "rule_id", "kind", "status")
    return tuple(Tally(*group) for group in groups.annotate(n=Count("key")))


@lru_cache(maxsize=2)
def tallies_of_all(_run_id: str, _published_at: datetime) -> tuple[Tally, ...]:
    """The tallies of all customers' actions. Only a publication changes them, so one is counted once."""
    return _tallied(Action.objects.all())


def tallies(user: AnyUser, night: Night) -> tuple[Tally, ...]:
    """How many actions came of each rule, as far as this user may know: their own customers', or all."""
    if has_role(user, Role.POLICY_OFFICER, Role.AUDITOR):
        return tallies_of_all(night.run_id, night.published_at)
    return _tallied(visible_to(user)) if sees_customers(user) else ()


def day_actions(user: AnyUser, night: Night) -> DayActions:
    """How many of the day's actions came of each rule and clause, for the pages of the handbook."""
    if not (sees_customers(user) or has_role(user, Role.POLICY_OFFICER)):
        return DayActions()
    by_rule: Counter[str] = Counter()
    by_clause: Counter[str] = Counter()
    for tally in tallies(user, night):
        by_rule[tally.rule_id] += tally.count
        for number in tally.clauses:
            by_clause[number] += tally.count
    return DayActions(by_rule, by_clause, reverse("clause_actions"))


@dataclass
class Ruled:
    """A rule with how many actions came of it, by status."""

    rule_id: str
    table: str
    note: str
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """All of them."""
        return self.counts.total()

    @property
    def cells(self) -> list[int]:
        """By status, in the order of STATUSES."""
        return [self.counts[status] for status in STATUSES]


def of_clause(user: AnyUser, clause: str) -> QuerySet[Action]:
    """The actions that cite a clause or came of one of its tables; all for an empty one."""
    found = visible_to(user)
    return found if not clause else found.filter(clause=clause) | found.filter(table__startswith=f"{clause}/")


def by_rule(counted: Iterable[Tally], version: str, language: str) -> list[Ruled]:
    """The rules that actions came of, the most frequent first."""
    said, book = reader(version, language, "", None), handbook(version)
    found: dict[str, Ruled] = {}
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for tally in counted:
        one = found.setdefault(tally.rule_id, Ruled(tally.rule_id, tally.table, ""))
        one.counts[tally.status] += tally.count
        kinds[tally.rule_id][tally.kind] += tally.count
    for rule, one in found.items():
        kind = kinds[rule].most_common(1)[0][0]
        one.note = _remark(book, one.table, rule, said) or said.texts.value("occasion", kind, language)
    return sorted(found.values(), key=lambda one: (-one.total, one.rule_id))


def _remark(book: Handbook | None, table: str, rule: str, said: Reader) -> str:
    """What the handbook remarks on a rule; nothing where it does not, or is not stored."""
    try:
        found = book.decision(table.removesuffix(".dmn")).table if book else None
    except HandbookError:
        return ""
    rules = found.rules if found else ()
    return next((said.label(one.annotations[0]) for one in rules if one.id == rule and one.annotations), "")


@for_roles(*CUSTOMER_ROLES, Role.POLICY_OFFICER)
@require_safe
def clause_actions(request: HttpRequest) -> HttpResponse:
    """The actions of a clause (`?clause=`), rule or status; a policy officer sees numbers alone."""
    night, user, language = night_of(request), user_of(request), get_language() or "en"
    if night is None:
        raise Http404
    clause, rule, status = (request.GET.get(name, "")[:60] for name in ("clause", "rule", "status"))
    counted = (one for one in tallies(user, night) if not clause or clause in one.clauses)
    rules = by_rule(counted, night.handbook_version, language)
    context: dict[str, Any] = {
        "clause": clause,
        "rule": rule,
        "status": status if status in STATUSES else "",
        "statuses": list(STATUSES.items()),
        "rules": rules,
        "total": sum(one.total for one in rules),
        "totals": [sum(one.counts[name] for one in rules) for name in STATUSES],
        "sees": sees_customers(user),
    }
    if sees_customers(user):
        chosen = of_clause(user, clause)
        chosen = chosen.filter(rule_id=rule) if rule else chosen
        chosen = chosen.filter(status=status) if context["status"] else chosen
        rows, after = _page(chosen, request.GET.get("after", ""))
        context |= {"lines": _lines(rows, night, language), "after": after}
        if rows:
            _record(user, {"clause": clause, "rule": rule, "status": context["status"]}, rows)
    return render(request, "insight/clause_actions.html", context)


def _record(user: User, narrowed: dict[str, str], rows: list[Action]) -> None:
    """Names are shown: the ledger keeps whose, and by which list."""
    customers = sorted({one.customer_id for one in rows})
    filters = urlencode({name: value for name, value in narrowed.items() if value})
    record(
        by=user, verb="list.seen", object_kind="list", object_id="clause_actions",
        detail={"filters": filters, "customers": customers},
    )  # fmt: skip


def _page(actions: QuerySet[Action], after: str) -> tuple[list[Action], str]:
    """The next rows by key, and the key after which more follow."""
    rows = list((actions.filter(key__gt=after) if after else actions).order_by("key")[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].key if len(rows) > PAGE else ""


def _lines(actions: list[Action], night: Night, language: str) -> list[dict[str, Any]]:
    """Each action with its customer, its sentence and why it lost. The caller has found them visible."""
    numbers = {one.customer_id for one in actions}
    names = dict(Customer.objects.filter(pk__in=numbers).values_list("pk", "name"))
    held = tiers(numbers)
    found = []
    for one in actions:
        said = texts(one.handbook_version)
        facts = json.loads(one.numbers) if one.numbers else {}
        found.append(
            {
                "action": one,
                "name": names.get(one.customer_id, one.customer_id),
                "tier": held.get(one.customer_id),
                "sentence": said.reason(
                    one.kind,
                    facts,
                    language,
                    rule_id=one.rule_id,
                    currency=night.book_currency,
                    today=night.work_date,
                ),
                "held": said.held(one.held_reason, language) if one.held_reason else "",
                "status": STATUSES.get(one.status, one.status),
            }
        )
    return found
