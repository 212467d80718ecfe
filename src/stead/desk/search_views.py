"""Search: suggestions under the search field as one types, and the same as a page."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from stead.access.guards import for_roles, user_of
from stead.access.models import User
from stead.access.queries import CUSTOMER_ROLES
from stead.core.formats import masked
from stead.customers.models import Customer
from stead.customers.search import by_numbers, search
from stead.desk.customer_page import spaced
from stead.extracts.shown_night import country_of
from stead.segmentation.queries import tiers

# Fewer under the field, where each more pushes the first ones away; more on the page.
HITS = 8
HITS_PAGE = 50
WAYS: dict[str, Promise | str] = {
    "name": "",
    "given_name": "",
    "pinyin": lazy("by pinyin"),
    "initials": lazy("by initials"),
    "number": lazy("by number"),
    "phone": lazy("by phone"),
    "identity": lazy("by identity number"),
}


@dataclass(frozen=True)
class Hit:
    """A customer who was found, and by what."""

    customer: Customer
    number: str
    phone: str
    tier: int | None
    way: str


def hits(user: User, text: str, limit: int, country: str) -> list[Hit]:
    """Customers whom the text may name: three statements, each by index."""
    found = search(user, text, limit, country=country)
    if not found:
        return []
    ways = dict(found)
    rows = by_numbers(user, list(ways))
    ranks = tiers(ways)
    return [
        Hit(row, spaced(row.pk), masked(row.phone), ranks.get(row.pk), str(WAYS[ways[row.pk]]))
        for row in rows
    ]


@for_roles(*CUSTOMER_ROLES)
@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """The hits for `q`: under the field for htmx, else a page; a single hit on the page opens at once."""
    user, text, country = user_of(request), request.GET.get("q", ""), country_of(request)
    if request.headers.get("HX-Request") == "true":
        found = hits(user, text, HITS, country)
        # Without the request: nothing around the hits has to be read for them.
        return HttpResponse(render_to_string("desk/search_hits.html", {"hits": found, "q": text.strip()}))
    found = hits(user, text, HITS_PAGE, country)
    if len(found) == 1:
        return redirect("customer", found[0].customer.pk)
    return render(request, "desk/search.html", {"hits": found, "q": text.strip(), "most": HITS_PAGE})
