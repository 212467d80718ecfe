"""The ledger: chained by the database, never changed, and every tampering is found."""

import json

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, connection, transaction

from stead.audit.actions import record
from stead.audit.commands import audit
from stead.audit.models import Entry
from stead.audit.queries import GENESIS, verify

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def three() -> list[Entry]:
    for number in range(3):
        record(by="night", verb="tested", object_kind="row", object_id=str(number), detail={"名": number})
    return list(Entry.objects.all())


def tamper(statement: str) -> None:
    """What a superuser can do: switch the triggers off, then change a row."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")


def test_each_row_continues_the_one_before(three: list[Entry]) -> None:
    assert [row.previous_hash for row in three] == [GENESIS, three[0].hash, three[1].hash]


def test_a_record_is_one_statement(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        record(by="night", verb="tested", object_kind="row", object_id="1")


def test_an_untouched_ledger_is_intact(three: list[Entry]) -> None:
    verdict = verify()
    assert (verdict.intact, verdict.rows, verdict.head) == (True, 3, three[2].hash)


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"]
)
def test_the_database_refuses_to_change_it(three: list[Entry], statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("statement", "broken", "why"),
    [
        ("UPDATE audit_entry SET actor = 'x' WHERE id = 2", 2, "content"),
        ("UPDATE audit_entry SET detail = '{}' WHERE id = 1", 1, "content"),
        ("UPDATE audit_entry SET at = at - interval '1 hour' WHERE id = 3", 3, "content"),
        ("DELETE FROM audit_entry WHERE id = 2", 3, "missing"),
        ("UPDATE audit_entry SET previous_hash = hash WHERE id = 2", 2, "continue"),
    ],
)
def test_tampering_is_found_at_the_first_row_that_does_not_fit(
    three: list[Entry], statement: str, broken: int, why: str
) -> None:
    tamper(statement)
    verdict = verify()
    assert verdict.broken_id == broken
    assert why in verdict.why


def test_rows_cut_off_at_the_end_are_found_by_a_head_noted_earlier(three: list[Entry]) -> None:
    tamper("DELETE FROM audit_entry WHERE id = 3")
    assert verify().intact
    assert verify(three[2].hash).broken_id == 3


def test_the_command_names_the_broken_row_and_fails(three: list[Entry]) -> None:
    tamper("UPDATE audit_entry SET verb = 'x' WHERE id = 2")
    result = CliRunner().invoke(audit, ["verify", "--json"])
    assert (result.exit_code, json.loads(result.stdout)["broken_row"]) == (1, 2)
