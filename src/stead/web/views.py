"""The first page of each role."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from stead.access.guards import user_of
from stead.web.navigation import first_page


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send the user to where the role's work begins."""
    return redirect(first_page(user_of(request).role))
