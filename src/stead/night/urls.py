"""Addresses of the nights' pages."""

from django.urls import path

from stead.night import overview_views, run_views

urlpatterns = [
    path("overview/", overview_views.overview, name="overview"),
    path("runs/", run_views.runs, name="runs"),
    path("runs/<str:run_id>/", run_views.run, name="run"),
    path("runs/<str:run_id>/rejects/", run_views.run_rejects, name="run_rejects"),
    path("runs/<str:run_id>/rejects.xlsx", run_views.run_rejects_workbook, name="run_rejects_workbook"),
    path("runs/<str:run_id>/manifest.json", run_views.run_manifest, name="run_manifest"),
    path("contract/", run_views.contract, name="contract"),
]
