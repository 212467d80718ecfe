"""Addresses of the customer page, search and "why"."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, path

from stead.core import addresses  # noqa: F401 - registers <part:...>
from stead.desk import customer_views, search_views, why_views

View = Callable[..., HttpResponseBase]


def _part(ending: str, view: View) -> URLPattern:
    """A page of a customer. A number that ends like it, typed with its slash, is that customer's first page.

    Our own links write the slash of a number otherwise, and need no such guess.
    """

    @wraps(view)
    def either(request: HttpRequest, customer_id: str) -> HttpResponseBase:
        try:
            answer = view(request, customer_id)
        except Http404:
            answer = None
        if request.method in {"GET", "HEAD"} and (answer is None or answer.status_code == 405):
            try:
                return customer_views.overview(request, f"{customer_id}/{ending}")
            except Http404:
                if answer:
                    return answer
        if answer is None:
            raise Http404
        return answer

    return path(f"customers/<part:customer_id>/{ending}/", either, name=f"customer_{ending}")


urlpatterns: list[URLPattern | URLResolver] = [
    path("search/", search_views.suggestions, name="search"),
    _part("timeline", customer_views.timeline),
    _part("assets", customer_views.assets),
    _part("family", customer_views.family),
    _part("decisions", customer_views.decisions),
    _part("contact", customer_views.contact),
    _part("reveal", customer_views.reveal),
    path("why/<part:customer_id>/<part:decision>/", why_views.why, name="why"),
    # The last, since a number may hold a slash and end like one of the pages above.
    path("customers/<part:customer_id>/", customer_views.overview, name="customer"),
]
