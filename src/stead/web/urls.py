"""Every address of the site, put together from the apps."""

from django.urls import URLPattern, URLResolver, include, path

from stead.practice.registry import pages
from stead.web.slots import wire
from stead.web.views import home

wire()

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("", include("stead.access.urls")),
    *(path("", include(one.urls)) for one in pages.get() if one.urls),
    # Lists before single customers: customers/views/ is no customer's number.
    path("", include("stead.insight.urls")),
    path("", include("stead.desk.urls")),
    path("", include("stead.office.urls")),
    path("", include("stead.night.urls")),
    path("", include("stead.simulation.pages.urls")),
]
