"""The one write of the ledger."""

from typing import Any

from django.utils import timezone

from stead.access.models import User
from stead.audit.models import Entry


def record(
    *, by: User | str, verb: str, object_kind: str, object_id: str, detail: dict[str, Any] | None = None
) -> Entry:
    """Write one row: who did what to which object. One statement; the database sets time, number and hash.

    `by` is a user, or the name of a program such as "night". Call it inside the transaction of the write
    that it tells of, so that neither exists without the other.
    """
    actor = by if isinstance(by, str) else by.get_username()
    return Entry.objects.create(
        at=timezone.now(),
        actor=actor,
        verb=verb,
        object_kind=object_kind,
        object_id=str(object_id),
        detail=detail or {},
    )
