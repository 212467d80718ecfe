"""The toy's one page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from stead.access.guards import for_roles
from stead.access.models import Role


@for_roles(Role.BANKER)
def album(request: HttpRequest) -> HttpResponse:
    """An album."""
    return render(request, "toy/block.html", {"block": {"stamps": "every"}})
