"""The branch head's page: bankers side by side, customers without contact, warnings, reassignment."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from stead.access.guards import for_roles, user_of
from stead.access.models import Role
from stead.insight import queries
from stead.insight.filters import NOBODY
from stead.insight.list_views import today_of
from stead.night.queries import branch_measured
from stead.segmentation.actions import RefusedError, reassign
from stead.segmentation.models import Tier

heads_only = for_roles(Role.BRANCH_HEAD)


@heads_only
@require_GET
def branch(request: HttpRequest) -> HttpResponse:
    """The branch on one page."""
    user, today = user_of(request), today_of(request)
    sums = queries.standing_sums(user, today)
    lines, counts = queries.branch_lines(user, today, sums), queries.tier_counts(sums)
    without_contact, warned = queries.focus(user, lines, today)
    own, measures = branch_measured(user)
    nobodys, nobodys_count = queries.without_banker(user, lines, sums)

    def total(name: str) -> Any:
        # Over all customers of the branch, also those without a banker.
        return sum(found[name] or 0 for found in sums)

    owed, overdue = total("owed"), total("overdue")
    context = {
        "branch": own,
        "lines": lines,
        "tiers": [(rank, name, counts.get(rank, 0)) for rank, name in Tier.choices[::-1]],
        "owed": owed,
        "overdue": overdue,
        "coverage": (owed - overdue) / owed if owed else None,
        "red": total("red"),
        "orange": total("orange"),
        "yellow": total("yellow"),
        "carried": sum(line.carried for line in lines),
        "assets": total("assets"),
        "unknown": total("unknown"),
        "customers": total("n"),
        "nobodys": nobodys,
        "nobodys_count": nobodys_count,
        "nobody": NOBODY,
        "without_contact": without_contact,
        "warned": warned,
        "measures": measures,
        "today": today,
    }
    return render(request, "insight/branch.html", context)


@heads_only
@require_POST
def branch_reassign(request: HttpRequest) -> HttpResponse:
    """Give the ticked customers of a list to another banker of the branch."""
    user = user_of(request)
    banker = get_object_or_404(queries.bankers_of(user), banker_id=request.POST.get("banker", ""))
    try:
        moved = reassign(
            customer_ids=request.POST.getlist("customer"),
            to=banker,
            reason=request.POST.get("reason", ""),
            by=user,
        )
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        text = ngettext("%(n)s customer now with %(banker)s.", "%(n)s customers now with %(banker)s.", moved)
        messages.success(request, text % {"n": moved, "banker": banker.name})
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else reverse("customers"))
