"""Addresses of the banker's pages."""

from django.urls import URLPattern, URLResolver, include, path

from stead.core import addresses  # noqa: F401 - registers <part:...>
from stead.desk import day_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("day/", day_views.day, name="day"),
    path("day/<part:key>/pane/", day_views.day_pane, name="day_pane"),
    path("day/<part:key>/log/", day_views.day_log, name="day_log"),
    path("day/<part:key>/postpone/", day_views.day_postpone, name="day_postpone"),
    path("day/<part:key>/decline/", day_views.day_decline, name="day_decline"),
    path("", include("stead.desk.customer_urls")),
]
