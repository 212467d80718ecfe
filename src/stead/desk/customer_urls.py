"""Addresses of the customer page, search and "why"."""

from django.urls import URLPattern, URLResolver, path

from stead.customers import addresses  # noqa: F401 - registers <customer:...>
from stead.desk import customer_views, search_views, why_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("search/", search_views.suggestions, name="search"),
    path("customers/<customer:customer_id>/timeline/", customer_views.timeline, name="customer_timeline"),
    path("customers/<customer:customer_id>/assets/", customer_views.assets, name="customer_assets"),
    path("customers/<customer:customer_id>/family/", customer_views.family, name="customer_family"),
    path("customers/<customer:customer_id>/decisions/", customer_views.decisions, name="customer_decisions"),
    path("customers/<customer:customer_id>/contact/", customer_views.contact, name="customer_contact"),
    path("customers/<customer:customer_id>/reveal/", customer_views.reveal, name="customer_reveal"),
    path("why/<customer:customer_id>/<str:decision>/", why_views.why, name="why"),
    # The last, since a number may hold a slash and end like one of the pages above.
    path("customers/<customer:customer_id>/", customer_views.overview, name="customer"),
]
