"""Keeping a handbook so that what was decided under it can be explained later."""

from datetime import date

from django.db import transaction

from stead.handbook.book import Handbook
from stead.handbook.models import Version


@transaction.atomic
def store_version(*, handbook: Handbook, used_on: date) -> bool:
    """Keep a handbook under the hash of its content; a version that is there already stays as it is.

    Returns whether it was new. Called by the night, which is recorded as a run; it writes no audit entry.
    """
    _, is_new = Version.objects.get_or_create(
        pk=handbook.version, defaults={"first_used_on": used_on, "files": dict(handbook.files)}
    )
    return is_new
