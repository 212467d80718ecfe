"""The handbook for reading: its contents, its clauses, a process, words in it, and its coverage."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from stead.access.guards import for_roles
from stead.access.models import Role
from stead.extracts.shown_night import night_of
from stead.handbook import clauses as book
from stead.handbook.content.figures import figure_view
from stead.handbook.content.steps import in_language
from stead.handbook.content.steps import process as read_process
from stead.handbook.firings import firings
from stead.handbook.registry import DayActions, day_actions, night_reads
from stead.office.coverage import coverage as covered
from stead.office.search import find
from stead.office.versions_shown import Shown, counts_of, frame, shown_of, writer

COVERAGE_ROLES = (Role.POLICY_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR, Role.BRANCH_HEAD)
PARAMS = "params.csv"


def _shown(request: HttpRequest) -> Shown:
    """The handbook that is asked for. Raises Http404 before there is any."""
    shown = shown_of(request)
    if shown is None:
        raise Http404
    return shown


@for_roles(*Role)
@require_safe
def clauses(request: HttpRequest) -> HttpResponse:
    """The contents of the handbook; with `?whole=1` all of it on one page, for printing."""
    shown = shown_of(request)
    if shown is None:
        return render(request, "office/none.html")
    fired, actions = counts_of(request)
    context = frame(shown, "", fired) | {
        "params": figure_view(shown.handbook, PARAMS, shown.reader, shown.day),
    }
    numbers = book.numbers(shown.handbook)
    made = writer(shown, fired, actions)
    if request.GET.get("whole"):
        pages = [made.page(number) for number in numbers]
        return render(request, "office/whole.html", context | {"pages": pages})
    chapters = {one["clauses"][0][0].number: f"{one['number']} {one['title']}" for one in context["contents"]}
    context["openings"] = [
        _opening(made.page(number), fired.of_clause(number).last_night) | {"part": chapters.get(number, "")}
        for number in numbers
    ]
    return render(request, "office/clauses.html", context)


def _opening(page: Any, fired: int) -> dict[str, Any]:
    """How a clause is announced in the contents: its first words, and what it has."""
    first = next((piece.html for section in page.sections for piece in section.pieces if piece.html), "")
    paragraph = first.partition("</p>")[0].partition("<p>")[2]
    return {
        "clause": page.clause,
        "first": paragraph,
        "fired": fired,
        "is_executed": any(
            path in night_reads.get()() for path in (*page.clause.tables, *page.clause.figures)
        ),
    }


@for_roles(*Role)
@require_safe
def clause(request: HttpRequest, number: str) -> HttpResponse:
    """One clause: its prose, with its tables and figures in place."""
    shown = _shown(request)
    fired, actions = counts_of(request)
    try:
        page = writer(shown, fired, actions).page(number)
    except LookupError:
        raise Http404 from None
    numbers = book.numbers(shown.handbook)
    at = numbers.index(number)
    context = {
        "page": page,
        "clause": page.clause,
        "fired": fired.of_clause(number) if fired.counted else None,
        "actions": actions,
        "came": actions.by_clause.get(number, 0),
        "rule_link": f"{actions.address}?clause={number}&rule=" if actions.address else "",
        "before": numbers[at - 1] if at else "",
        "after": numbers[at + 1] if at + 1 < len(numbers) else "",
    }
    return render(request, "office/clause.html", frame(shown, number, fired) | context)


@for_roles(*Role)
@require_safe
def process(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """A process drawn, with its steps in words beside it."""
    shown = _shown(request)
    path = f"{number}/{name}.bpmn"
    source = shown.handbook.files.get(path)
    found = read_process(source, path, shown.reader) if source else None
    if found is None:
        raise Http404
    title = book.clause(shown.handbook, number, get_language() or "en").title
    context = {
        "process": found,
        "source": in_language(source or "", shown.reader),
        "clause_title": title,
        "number": number,
    }
    return render(request, "office/process.html", frame(shown, number) | context)


@for_roles(*Role)
@require_safe
def handbook_find(request: HttpRequest) -> HttpResponse:
    """Where words stand in the handbook: a part for the field above, or a page of its own."""
    shown = _shown(request)
    asked = request.GET.get("q", "").strip()[:100]
    hits = find(writer(shown), asked)
    context = {"hits": hits, "asked": asked, "shown": shown}
    if request.headers.get("HX-Request") == "true":
        return render(request, "office/_hits.html", context)
    return render(request, "office/find.html", frame(shown) | context)


@for_roles(*COVERAGE_ROLES)
@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """What executes each clause, how often it fired, and what never did."""
    shown = shown_of(request)
    if shown is None:
        return render(request, "office/none.html")
    night = night_of(request)
    fired = firings(night, ever=True)
    found = covered(writer(shown), fired, night_reads.get()())
    actions = day_actions.get()(request.user, night) if night else DayActions()
    context = {"coverage": found, "counted": fired.counted, "actions": actions}
    return render(request, "office/coverage.html", frame(shown, "", fired) | context)
