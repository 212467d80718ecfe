"""The auditor's view of the ledger, and the check of its chain."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from stead.access.guards import for_roles, user_of
from stead.access.models import Role
from stead.audit.queries import about, verify, visible_to
from stead.insight import ledger_words

ENTRIES_A_PAGE = 100


auditors_only = for_roles(Role.AUDITOR)


@auditors_only
@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """The newest entries, narrowed by user or object, older ones a page at a time."""
    entries = visible_to(user_of(request))
    actor, number = request.GET.get("actor", "").strip(), request.GET.get("object", "").strip()
    if actor:
        entries = entries.filter(actor=actor)
    if number:
        entries = about(entries, request.GET.get("kind", "customer") or "customer", number)
    before = request.GET.get("before", "")
    if before.isdecimal():
        entries = entries.filter(id__lt=int(before))
    found = list(entries[: ENTRIES_A_PAGE + 1])
    context = {
        "lines": [
            {
                "entry": one,
                "what": ledger_words.verb(one.verb),
                "thing": ledger_words.thing(one.object_kind),
                "details": ledger_words.particulars(one.detail),
            }
            for one in found[:ENTRIES_A_PAGE]
        ],
        "before": found[ENTRIES_A_PAGE - 1].pk if len(found) > ENTRIES_A_PAGE else "",
        "actor": actor,
        "object": number,
    }
    return render(request, "insight/audit.html", context)


@auditors_only
@require_POST
def audit_verify(request: HttpRequest) -> HttpResponse:
    """Compute the whole chain again and say whether a row was changed, removed or put in."""
    return render(request, "insight/_verified.html", {"result": verify()})
