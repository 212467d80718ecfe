"""The ledger: one row for each thing done or looked at, chained by hash, never changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One row of the ledger. `hash` and `previous_hash` are set by the database (see the migration)."""

    at = models.DateTimeField(_("time"))
    actor = models.CharField(_("user"), max_length=150)
    verb = models.CharField(_("what"), max_length=60)
    object_kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=80)
    detail = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["object_kind", "object_id", "-id"], name="audit_object"),
            models.Index(fields=["actor", "-id"], name="audit_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor} {self.verb} {self.object_kind} {self.object_id}"
