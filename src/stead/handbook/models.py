"""Versions of the handbook, kept whole so that an old decision can still be explained."""

from django.db import models


class Version(models.Model):
    """One handbook, whole and unchangeable, named by the hash of its content."""

    version = models.CharField(
        primary_key=True, max_length=64
    )  # SHA-256 over its files, in order of their paths
    first_used_on = models.DateField()
    # {"2.2/tier.dmn": "<text>", ...}: every file of the handbook folder, so that it can be written out again.
    files = models.JSONField()

    def __str__(self) -> str:
        return self.version[:12]
