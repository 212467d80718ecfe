"""The replays that were asked for: of what, over which period, how far they are, and what came out."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from stead.handbook.models import Draft, Version


class Simulation(models.Model):
    """One replay. Its files lie in the lake below `simulations/<id>`; the summary outlives them."""

    class State(models.TextChoices):
        """How it stands."""

        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("finished")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    # The draft that it was asked for, if any; it may have been edited since. The content is `version`.
    draft = models.ForeignKey(Draft, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=120)  # what people call the content: a draft's name, a folder
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    # Null: on each night the version in force on it.
    against = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    lake = models.CharField(max_length=500)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    is_background = models.BooleanField(default=True)  # the worker does it; otherwise a terminal
    attempts = models.SmallIntegerField(default=0)  # how often a worker began
    cancelled_by = models.CharField(max_length=150, blank=True, default="")  # a wish until the state says so
    progress = models.FloatField(default=0)  # 0 to 1
    night = models.DateField(null=True)  # the one that is being replayed
    step = models.CharField(max_length=20, blank=True, default="")
    message = models.TextField(blank=True, default="")  # why it failed
    days = models.JSONField(default=list)  # the nights replayed, as ISO dates
    missing = models.JSONField(default=list)  # first, last, days, reason: where history lacks
    summary = models.JSONField(default=dict)
    seconds = models.FloatField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="simulation_runs_forward", condition=Q(first_day__lte=F("last_day"))),
            models.CheckConstraint(name="simulation_is_asked_for", condition=~Q(asked_by="")),
        ]
        indexes = [models.Index(fields=["version", "state"], name="simulation_version")]

    def __str__(self) -> str:
        return f"{self.pk} {self.name}"

    @property
    def is_ended(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in {self.State.DONE, self.State.FAILED, self.State.CANCELLED}
