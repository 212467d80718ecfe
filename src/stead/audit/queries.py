"""Reads of the ledger, and the check that nobody changed it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from stead.access.models import Role
from stead.access.queries import AnyUser, has_role
from stead.audit.models import Entry

GENESIS = "0" * 64
ROWS_A_FETCH = 5_000
# The same text as in the migration's trigger, but hashed here: a forged function in it does not help.
CANONICAL = """
    SELECT id, previous_hash, hash, jsonb_build_array(
        id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), actor, verb,
        object_kind, object_id, detail)::text
    FROM audit_entry ORDER BY id
"""
Row = tuple[int, str, str, str]


@dataclass(frozen=True)
class Verdict:
    """What the check found. `broken_id`: the first row that does not fit, None when all do."""

    rows: int
    head: str  # hash of the last row that fits; kept elsewhere, it shows rows cut off at the end
    broken_id: int | None = None
    why: str = ""

    @property
    def intact(self) -> bool:
        """Whether every row fits."""
        return self.broken_id is None


def visible_to(user: AnyUser) -> QuerySet[Entry]:
    """The ledger is read by auditors alone; the newest first."""
    entries = Entry.objects.order_by("-id")
    return entries if has_role(user, Role.AUDITOR) else entries.none()


def about(entries: QuerySet[Entry], kind: str, number: str) -> QuerySet[Entry]:
    """The entries about an object; about a customer also the lists in which they were seen."""
    own = Q(object_kind=kind, object_id=number)
    return entries.filter(own | Q(detail__customers__contains=[number]) if kind == "customer" else own)


def check_chain(rows: Iterator[Row]) -> Verdict:
    """Recompute the chain over rows in order: (number, previous hash, hash, canonical text)."""
    head, count = GENESIS, 0
    for number, previous, written, text in rows:
        if number != count + 1:
            return Verdict(count, head, number, f"row {count + 1} is missing before it")
        if previous != head:
            return Verdict(count, head, number, "it does not continue the row before it")
        if hashlib.sha256((previous + text).encode()).hexdigest() != written:
            return Verdict(count, head, number, "its content is not what was written")
        head, count = written, number
    return Verdict(count, head)


def verify(expected_head: str = "") -> Verdict:
    """Recompute the whole chain, in constant memory.

    expected_head: the hash of a row noted earlier; when no row has it, rows were cut off or rewritten.
    """
    # A cursor with a name stays on the server and needs a transaction around it.
    with transaction.atomic(), connection.cursor() as plain:
        plain.execute(f"DECLARE ledger NO SCROLL CURSOR FOR {CANONICAL}")
        verdict = check_chain(_fetched(plain))
        plain.execute("CLOSE ledger")
    if verdict.intact and expected_head and not Entry.objects.filter(hash=expected_head).exists():
        return replace(
            verdict, broken_id=verdict.rows + 1, why="the expected head is gone: rows were cut off"
        )
    return verdict


def _fetched(cursor: object) -> Iterator[Row]:
    """Rows of the open cursor, some thousand at a time."""
    while True:
        cursor.execute(f"FETCH {ROWS_A_FETCH} FROM ledger")  # type: ignore[attr-defined]
        rows: list[Row] = cursor.fetchall()  # type: ignore[attr-defined]
        if not rows:
            return
        yield from rows
