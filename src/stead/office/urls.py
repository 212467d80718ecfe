"""Addresses of the handbook. A clause's number stands last, so that words such as find are no clause."""

from django.urls import URLPattern, URLResolver, include, path, register_converter

from stead.core import addresses  # noqa: F401 - registers <part:...>
from stead.office import reading_views


class ClauseNumber:
    """A number such as 2.3."""

    regex = r"\d+(?:\.\d+)+"

    def to_python(self, value: str) -> str:
        """As it is written."""
        return value

    def to_url(self, value: str) -> str:
        """As it is written."""
        return value


register_converter(ClauseNumber, "clause")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("stead.office.draft_urls")),
    path("handbook/", reading_views.clauses, name="clauses"),
    path("handbook/find/", reading_views.handbook_find, name="handbook_find"),
    path("handbook/coverage/", reading_views.coverage, name="coverage"),
    path("handbook/<clause:number>/", reading_views.clause, name="clause"),
    path("handbook/<clause:number>/<part:name>.bpmn/", reading_views.process, name="process"),
]
