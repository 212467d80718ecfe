"""Why: the handbook's own table with the row lit that decided about a customer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stead.access.guards import for_roles
from stead.access.queries import CUSTOMER_ROLES
from stead.desk.customer_views import frame_of


@for_roles(*CUSTOMER_ROLES)
@require_safe
def why(request: HttpRequest, customer_id: str, decision: str) -> HttpResponse:
    """The table of one decision about one customer."""
    frame = frame_of(request, customer_id)
    return render(request, "desk/why.html", {"customer": frame.customer, "decision": decision})
