"""The calendar day on which something is read, in the bank's time zone. Tests put their own in its place."""

from datetime import date

from django.utils import timezone


def today() -> date:
    """Today, where the bank is."""
    return timezone.localdate()
