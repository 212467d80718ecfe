"""The pages of simulations: list, new, one, its progress, its customers, and the panel of a draft's page."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stead.access.guards import for_roles, user_of
from stead.access.models import Role
from stead.access.queries import has_role
from stead.handbook.models import Draft
from stead.simulation import actions, queries
from stead.simulation.models import Simulation
from stead.simulation.pages import page, words
from stead.simulation.pages.forms import SimulationForm
from stead.simulation.results import lists
from stead.simulation.work import folder_of

SHOWN_MAX = 60
reads = for_roles(*queries.READERS)
writes = for_roles(Role.POLICY_OFFICER)


def _one(request: HttpRequest, pk: int) -> Simulation:
    """A simulation that the user may see. Raises Http404 for any other."""
    return get_object_or_404(queries.visible_to(user_of(request)), pk=pk)


def _is_writer(request: HttpRequest) -> bool:
    return has_role(request.user, Role.POLICY_OFFICER)


@reads
@require_GET
def simulations(request: HttpRequest) -> HttpResponse:
    """The simulations, newest first; while one runs the list renews itself."""
    found = list(queries.visible_to(user_of(request)).defer("summary")[:SHOWN_MAX])
    context = {
        "simulations": found,
        "is_moving": any(not one.is_ended for one in found),
        "may_write": _is_writer(request),
        "days": queries.days(),
    }
    template = "simulation/_list.html" if request.headers.get("HX-Request") else "simulation/list.html"
    return render(request, template, context)


@writes
@require_http_methods(["GET", "HEAD", "POST"])
def simulation_new(request: HttpRequest) -> HttpResponse:
    """Ask for a simulation: of which content, over which nights, compared with what."""
    user = user_of(request)
    if request.method == "POST":
        form = SimulationForm(request.POST)
        if form.is_valid() and form.asked is not None:
            try:
                return redirect("simulation", actions.ask(by=user, asked=form.asked).pk)
            except actions.RefusedError as refused:
                form.add_error(None, str(refused))
    else:
        form = SimulationForm(initial={"draft": request.GET.get("draft", "")})
    status = 422 if form.errors else 200
    return render(request, "simulation/new.html", {"form": form, "days": queries.days()}, status=status)


@reads
@require_GET
def simulation(request: HttpRequest, pk: int) -> HttpResponse:
    """One simulation: how far it is, or what came out."""
    found = _one(request, pk)
    context: dict[str, Any] = {"simulation": found, "may_write": _is_writer(request)} | _progress(found)
    if found.state == Simulation.State.DONE:
        context |= page.context(found)
    return render(request, "simulation/simulation.html", context)


def _progress(found: Simulation) -> dict[str, Any]:
    """What is said of a simulation at work, and where history lacks."""
    gaps = [gap | {"reason": words.REASONS.get(gap["reason"], gap["reason"])} for gap in found.missing]
    return {
        "step": words.STEPS.get(found.step, ""),
        "gaps": gaps,
        "days_missing": sum(gap["days"] for gap in gaps),
    }


@reads
@require_GET
def simulation_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a simulation is; once it has ended the whole page is asked for again."""
    found = _one(request, pk)
    context = {"simulation": found, "may_write": _is_writer(request)} | _progress(found)
    answer = render(request, "simulation/_progress.html", context)
    if found.is_ended:
        answer["HX-Refresh"] = "true"
    return answer


@writes
@require_POST
def simulation_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a simulation."""
    found = _one(request, pk)
    actions.cancel(by=user_of(request), pk=found.pk)
    return redirect("simulation", found.pk)


@reads
@require_GET
def simulation_customers(request: HttpRequest, pk: int) -> HttpResponse:
    """The customers behind a number, by their numbers alone; the ledger keeps who looked at whom."""
    found = _one(request, pk)
    results = queries.results(found, folder_of(found))
    context: dict[str, Any] = {"simulation": found}
    if not results.days or not results.is_there:
        return render(request, "simulation/customers.html", context)
    try:
        wanted = lists.Wanted.read(request.GET.dict(), results)
        shown = lists.page(results, wanted, request.GET.get("after", ""))
    except lists.WantedError as error:
        raise Http404(str(error)) from None
    except FileNotFoundError:  # removed between two lines above
        return render(request, "simulation/customers.html", context)
    measure = lists.MEASURES[wanted.measure]
    if measure.is_customers:
        customers = [row[0] for row in shown.rows]
        actions.look(by=user_of(request), simulation=found, asked=wanted.asked, customers=customers)
    context |= _rows(found, wanted, shown, measure)
    return render(request, "simulation/customers.html", context)


def _rows(
    found: Simulation, wanted: lists.Wanted, shown: lists.Page, measure: lists.Measure
) -> dict[str, Any]:
    """A page of a list in words."""
    names = ("customer_id" if measure.is_customers else "banker_id", *shown.columns)
    rows = [
        [
            {
                "kind": words.kind(name, value),
                "value": value,
                "text": words.text(name, value, found.version_id),
            }
            for name, value in zip(names, row, strict=True)
        ]
        for row in shown.rows
    ]
    narrowed = [(words.column(name), words.text(name, value, found.version_id))
                for name, value in wanted.narrowed.items()]  # fmt: skip
    asked = wanted.asked
    return {
        "title": words.MEASURES[wanted.measure],
        "wanted": wanted,
        "has_side": wanted.measure not in {"tiers", "services", "bankers"},
        "has_night": wanted.measure not in {"actions", "made", "services", "red"},
        "side": words.SIDES[wanted.side],
        "narrowed": narrowed,
        "columns": [
            {"name": words.column(name), "kind": rows[0][place]["kind"] if rows else ""}
            for place, name in enumerate(names)
        ],
        "rows": rows,
        "count": shown.count,
        "first": shown.after + 1,
        "last": shown.after + len(rows),
        "previous": f"?{urlencode({**asked, 'after': max(shown.after - lists.PAGE, 0)})}"
        if shown.after
        else "",
        "next": "" if shown.is_last else f"?{urlencode({**asked, 'after': shown.after + len(rows)})}",
    }


@reads
@require_GET
def simulation_panel(request: HttpRequest) -> HttpResponse:
    """The newest simulation of a content, in a few lines, for the page of its draft."""
    version = request.GET.get("version", "")
    number = request.GET.get("draft", "")
    of_content = queries.visible_to(user_of(request)).filter(version_id=version)
    newest = of_content.exclude(state__in=(Simulation.State.FAILED, Simulation.State.CANCELLED)).first()
    context: dict[str, Any] = {
        "simulation": newest,
        "may_write": _is_writer(request),
        "draft": Draft.objects.filter(pk=int(number)).first() if number.isdecimal() else None,
        "panel": request.get_full_path(),
    }
    if newest is not None:
        context |= _progress(newest)
        if newest.state == Simulation.State.DONE:
            context |= _panel(newest)
    return render(request, "simulation/panel.html", context)


def _panel(found: Simulation) -> dict[str, Any]:
    told = page.context(found)
    names = ("last", "up", "down", "moved_href", "tiers", "matrix", "costs", "assumed")
    return {name: told[name] for name in names}
