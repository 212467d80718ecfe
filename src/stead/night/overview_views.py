"""The bank in counts, for those who look after rules and not after customers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from stead.access.guards import for_roles, user_of
from stead.access.models import Role
from stead.handbook.queries import texts
from stead.night.models import Publication, Run
from stead.night.queries import measure_lines, measured
from stead.practice.registry import kind_name
from stead.segmentation.models import Stage, Tier, WarningColour


@dataclass(frozen=True)
class Bar:
    """One line of a bar chart: a name, a count, and its length out of 100."""

    name: object
    count: int
    length: float


@dataclass
class ClauseLine:
    """What one clause asked for last night, by what became of it."""

    clause: str
    kind: str
    version: str = ""
    today: int = 0
    carried: int = 0
    later: int = 0
    held: int = 0

    @property
    def name(self) -> str:
        """What the handbook that asked calls the kind; the name of this program where it has no word."""
        said = texts(self.version).value("occasion", self.kind, get_language() or "")
        return said if said != self.kind else kind_name(self.kind)

    @property
    def total(self) -> int:
        """Every time that the clause asked."""
        return self.today + self.carried + self.later + self.held


def bars(counts: Mapping[str, int], names: Iterable[tuple[Any, Any]]) -> list[Bar]:
    """The counts in the order of the names, drawn against the largest."""
    most = max(counts.values(), default=0) or 1
    return [Bar(name, counts.get(str(key), 0), 100 * counts.get(str(key), 0) / most) for key, name in names]


def clause_lines(actions: Iterable[Mapping[str, Any]], version: str = "") -> list[ClauseLine]:
    """Actions by clause and kind; `version` is the handbook that asked for them."""
    lines: dict[tuple[str, str], ClauseLine] = {}
    for action in actions:
        place = (action["clause"], action["kind"])
        line = lines.setdefault(place, ClauseLine(*place, version))
        if action["status"] in {"today", "carried", "later", "held"}:
            setattr(line, action["status"], getattr(line, action["status"]) + action["count"])
    return [lines[place] for place in sorted(lines)]


def held_counts(actions: Iterable[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """Why candidates lost, the most frequent reason first."""
    found: dict[str, int] = defaultdict(int)
    for action in actions:
        if action["status"] == "held":
            found[action["held_reason"]] += action["count"]
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))


@for_roles(Role.POLICY_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR)
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Customers by tier, stage and warning, and what each clause asked for last night."""
    run = Run.objects.filter(pk__in=Publication.objects.values("run_id")).first()
    summary = run.manifest.get("summary") if run else None
    context: dict[str, Any] = {"run": run, "summary": summary}
    if run and summary:
        context |= {
            "assets": Decimal(summary["assets"]),
            "tiers": bars(summary["tiers"], Tier.choices[::-1]),
            "stages": bars(summary["stages"], Stage.choices),
            "warnings": bars(summary["warnings"], WarningColour.choices[:0:-1]),
            "measures": measure_lines(measured(user_of(request))),
            "clauses": clause_lines(summary["actions"], run.handbook_version),
            "held": [
                (texts(run.handbook_version).held(reason, get_language() or ""), count)
                for reason, count in held_counts(summary["actions"])
            ],
        }
    return render(request, "night/overview.html", context)
