"""Addresses of simulations."""

from django.urls import path

from stead.simulation.pages import views

urlpatterns = [
    path("simulations/", views.simulations, name="simulations"),
    path("simulations/new/", views.simulation_new, name="simulation_new"),
    path("simulations/panel/", views.simulation_panel, name="simulation_panel"),
    path("simulations/<int:pk>/", views.simulation, name="simulation"),
    path("simulations/<int:pk>/progress/", views.simulation_progress, name="simulation_progress"),
    path("simulations/<int:pk>/cancel/", views.simulation_cancel, name="simulation_cancel"),
    path("simulations/<int:pk>/customers/", views.simulation_customers, name="simulation_customers"),
]
