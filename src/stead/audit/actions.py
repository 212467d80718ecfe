"""The one write of the ledger."""

from typing import Any

import psycopg
from django.utils import timezone
from psycopg.types.json import Jsonb

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


def record_by_cursor(
    *, by: str, cursor: psycopg.Cursor, verb: str, object_kind: str, object_id: str, detail: dict[str, Any]
) -> None:
    """Write one row in a transaction that is not Django's; the database chains it as any other."""
    cursor.execute(
        "INSERT INTO audit_entry (at, actor, verb, object_kind, object_id, detail, previous_hash, hash)"
        " VALUES (now(), %s, %s, %s, %s, %s, '', '')",
        (by, verb, object_kind, object_id, Jsonb(detail)),
    )
