"""The handbook for reading: its contents and its clauses."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from stead.access.guards import for_roles
from stead.access.models import Role
from stead.handbook import clauses as book
from stead.handbook.shown import frame, shown_of


@for_roles(*Role)
@require_safe
def clauses(request: HttpRequest) -> HttpResponse:
    """The contents of the handbook."""
    shown = shown_of(request)
    if shown is None:
        return render(request, "handbook/none.html")
    return render(request, "handbook/clauses.html", frame(shown))


@for_roles(*Role)
@require_safe
def clause(request: HttpRequest, number: str) -> HttpResponse:
    """One clause: its prose, with its tables and figures in place."""
    shown = shown_of(request)
    try:
        found = book.clause(shown.handbook, number, get_language() or "en") if shown else None
    except LookupError:
        found = None
    if shown is None or found is None:
        raise Http404
    return render(request, "handbook/clause.html", {**frame(shown, number), "clause": found})
