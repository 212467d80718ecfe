"""Every address of the site, put together from the apps."""

from django.urls import URLPattern, URLResolver, include, path

from stead.web.slots import wire
from stead.web.views import home

wire()

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("", include("stead.access.urls")),
    path("", include("stead.insight.urls")),
    path("", include("stead.desk.urls")),
    path("", include("stead.office.urls")),
    path("", include("stead.night.urls")),
    path("", include("stead.simulation.pages.urls")),
]
