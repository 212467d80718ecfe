"""The administrator's pages: nights with their stages, rejects and manifest; the contract as a page."""

import io
from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from stead.access.guards import for_roles, user_of
from stead.access.models import Role
from stead.access.queries import sees_customers
from stead.extracts.contract import all_extracts
from stead.extracts.contract_words import SECTIONS
from stead.extracts.delivery import place_of
from stead.extracts.reject_files import write_workbook
from stead.extracts.reject_rows import REJECTS_SHOWN_MAX, reject_rows, value_shown
from stead.night.actions import rejects_downloaded
from stead.night.models import Publication, Run

RUNS_SHOWN_MAX = 60
sees_runs = for_roles(Role.ADMINISTRATOR, Role.AUDITOR)


@sees_runs
@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    """The nights, newest first; while one runs the list renews itself."""
    found = list(Run.objects.defer("manifest").prefetch_related("stages", "rejects")[:RUNS_SHOWN_MAX])
    context = {
        "runs": found,
        "published": Publication.objects.values_list("run_id", flat=True).first(),
        "running": any(run.status == Run.Status.RUNNING for run in found),
        "longest": max((run.seconds for run in found), default=1.0) or 1.0,
    }
    template = "night/_runs.html" if request.headers.get("HX-Request") else "night/runs.html"
    return render(request, template, context)


@sees_runs
@require_GET
def run(request: HttpRequest, run_id: str) -> HttpResponse:
    """One night: stages, what was set aside, what went in and came out."""
    found = get_object_or_404(Run.objects.prefetch_related("stages", "rejects"), pk=run_id)
    is_whole = sees_customers(user_of(request))
    for reject in found.rejects.all():
        value = reject.example.get("value")
        shown = value_shown(reject.table, reject.column, value, is_whole=is_whole)
        reject.example = reject.example | {"value": shown}
    context = {
        "run": found,
        "stages": found.stages.all(),
        "rejects": sorted(
            found.rejects.all(), key=lambda reject: (-reject.count, reject.table, reject.column)
        ),
        "published": Publication.objects.filter(run=found).exists(),
        "seconds": found.seconds,
        "running": found.status == Run.Status.RUNNING,
    }
    template = "night/_run.html" if request.headers.get("HX-Request") else "night/run.html"
    return render(request, template, context)


@sees_runs
@require_GET
def run_rejects(request: HttpRequest, run_id: str) -> HttpResponse:
    """The rows that were set aside, one table at a time, each with file, row, column, value and reason."""
    found = get_object_or_404(Run, pk=run_id)
    tables = sorted({reject.table for reject in found.rejects.all()})
    table = request.GET.get("table") or (tables[0] if tables else "")
    if table and table not in tables:
        raise Http404
    is_whole = sees_customers(user_of(request))
    rows = reject_rows(found.lake, found.book_date, table, is_whole=is_whole) if table else []
    context = {"run": found, "tables": tables, "table": table, "rows": rows, "most": REJECTS_SHOWN_MAX}
    return render(request, "night/rejects.html", context)


@sees_runs
@require_GET
def run_rejects_workbook(request: HttpRequest, run_id: str) -> HttpResponseBase:
    """The rows that were set aside as a workbook; written into the ledger.

    The raw rows tell all of a customer, so they are only in what an auditor gets, who sees customers; in what
    others get, numbers of people are masked.
    """
    found = get_object_or_404(Run, pk=run_id)
    folder = place_of(Path(found.lake), found.book_date) / "rejects"
    user = user_of(request)
    file = io.BytesIO()
    write_workbook(folder, file, is_whole=sees_customers(user))
    rejects_downloaded(by=user, run_id=found.run_id)
    name = f"rejects-{found.book_date}.xlsx"
    return FileResponse(io.BytesIO(file.getvalue()), as_attachment=True, filename=name)


@sees_runs
@require_GET
def run_manifest(_request: HttpRequest, run_id: str) -> HttpResponse:
    """The manifest as JSON: hashes of inputs and outputs, versions, rows and seconds."""
    found = get_object_or_404(Run, pk=run_id)
    response = JsonResponse(found.manifest, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = f'inline; filename="manifest-{found.run_id}.json"'
    return response


@for_roles(Role.ADMINISTRATOR, Role.AUDITOR, Role.POLICY_OFFICER)
@require_GET
def contract(request: HttpRequest) -> HttpResponse:
    """What a bank delivers, from the one declaration that is also checked."""
    chinese = (get_language() or "").startswith("zh")
    sections = [
        {
            "key": one.key,
            "title": one.title.zh if chinese else one.title.en,
            "paragraphs": [_with_code(said.zh if chinese else said.en) for said in one.paragraphs],
        }
        for one in SECTIONS
    ]
    context = {"extracts": all_extracts(), "sections": sections, "chinese": chinese}
    return render(request, "night/contract.html", context)


def _with_code(said: str) -> SafeString:
    """A paragraph whose names in `backticks` are shown as code."""
    parts = (
        (format_html("<code>{}</code>", part) if nth % 2 else part,)
        for nth, part in enumerate(said.split("`"))
    )
    return format_html_join("", "{}", parts)
