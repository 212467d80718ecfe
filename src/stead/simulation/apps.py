"""Django's name for this folder."""

from django.apps import AppConfig


class SimulationConfig(AppConfig):
    """The app `simulation`."""

    name = "stead.simulation"
    label = "simulation"
