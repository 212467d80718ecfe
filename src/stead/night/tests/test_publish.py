"""Publication: the desk shows one night whole, and only what changed is written."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import adbc_driver_manager
import duckdb
import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from stead.core.postgres import address_of
from stead.customers.models import Branch, Customer
from stead.night.models import Publication, Run
from stead.night.publication import PublicationError, Shown, publish
from stead.night.published_tables import BY_NAME
from stead.night.table_changes import compare
from stead.night.tests.published import write
from stead.segmentation.actions import follow_assignments
from stead.segmentation.models import Assignment

database = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
NIGHT = "2026-11-23-aaaaaaaaaaaa"
NEXT = "2026-11-24-bbbbbbbbbbbb"


def show(run_id: str, tables: dict[str, Path], shown: Shown) -> dict[str, Any]:
    """Publish `tables` as a run, which is recorded as shown in the same transaction."""
    Run.objects.create(
        run_id=run_id,
        book_date=date(2026, 11, 23),
        work_date=date(2026, 11, 24),
        status=Run.Status.RUNNING,
        started_at=datetime(2026, 11, 24, tzinfo=UTC),
    )

    def record(cursor: psycopg.Cursor) -> None:
        cursor.execute("DELETE FROM nightly_publication")
        cursor.execute("INSERT INTO nightly_publication VALUES (1, now(), %s)", (run_id,))

    def follow(cursor: psycopg.Cursor) -> None:
        follow_assignments(by="night", run_id=run_id, cursor=cursor)

    return publish(address_of(connection.settings_dict), run_id, tables, shown, record, follow)


def customers(folder: Path, **phones: str | None) -> dict[str, Path]:
    """A published table of customers, each with a phone."""
    rows = [{"customer_id": number, "phone": phone} for number, phone in phones.items()]
    return {"customers_customer": write(folder, "customers_customer", rows)}


def indexes(table: str) -> list[str]:
    """The definitions of a table's indexes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = %s ORDER BY 1", (table,))
        return [row[0] for row in cursor.fetchall()]


def pages_of(table: str, keys: list[str]) -> list[int]:
    """The pages of the table on which the rows of these customers lie."""
    with connection.cursor() as cursor:
        query = f"SELECT (ctid::text::point)[0]::int FROM {table} WHERE customer_id = %s"
        return [cursor.execute(query, (key,)).fetchone()[0] for key in keys]


def phones() -> dict[str, tuple[str, str]]:
    """What the desk shows of each customer: the phone, and the run that wrote the row."""
    return {row.customer_id: (row.phone, row.run_id) for row in Customer.objects.all()}


class TestDatabase:
    """What needs the server."""

    pytestmark = database

    def test_a_first_night_fills_the_tables_and_keeps_their_indexes(self, tmp_path: Path) -> None:
        before = indexes("customers_customer")
        changes = show(NIGHT, customers(tmp_path / "1", C1="1", C2="2"), Shown(None, None))
        assert changes["customers_customer"].mode == "swap"
        assert phones() == {"C1": ("1", NIGHT), "C2": ("2", NIGHT)}
        assert indexes("customers_customer") == before

    def test_a_changed_row_stays_on_its_page_so_that_no_index_changes(self, tmp_path: Path) -> None:
        numbers = [f"C{number:03d}" for number in range(400)]
        show(NIGHT, customers(tmp_path / "1", **dict.fromkeys(numbers, "1")), Shown(None, None))
        before = pages_of("customers_customer", ["C000", "C399"])
        assert before[0] != before[1]
        after = customers(tmp_path / "2", **dict.fromkeys(numbers, "1") | {"C000": "2"})
        assert show(NEXT, after, Shown(NIGHT, tmp_path / "1"))["customers_customer"].mode == "delta"
        assert phones()["C000"] == ("2", NEXT)
        assert pages_of("customers_customer", ["C000", "C399"]) == before

    @pytest.mark.parametrize("many", [0, 20], ids=["whole", "changes only"])
    def test_a_customer_handed_over_while_the_night_ran_stays_so(self, tmp_path: Path, many: int) -> None:
        others = {f"C{number}": "1" for number in range(2, 2 + many)}
        show(NIGHT, customers(tmp_path / "1", C1="1", **others), Shown(None, None))
        Assignment.objects.create(
            customer_id="C1", banker_id="B9", branch_id="N1", assigned_at=timezone.now(), assigned_by="head"
        )
        shown = Shown(NIGHT, tmp_path / "1")
        change = show(NEXT, customers(tmp_path / "2", C1="2", **others), shown)["customers_customer"]
        assert change.mode == ("delta" if many else "swap")
        assert Customer.objects.get(pk="C1").banker_id == "B9"

    def test_a_second_night_writes_only_the_rows_that_changed(self, tmp_path: Path) -> None:
        many = {f"C{number}": "1" for number in range(20)}
        show(NIGHT, customers(tmp_path / "1", **many, gone="1"), Shown(None, None))
        changed = customers(tmp_path / "2", **many | {"C3": "9", "new": "8"})
        changes = show(NEXT, changed, Shown(NIGHT, tmp_path / "1"))
        change = changes["customers_customer"]
        assert (change.mode, change.written, change.deleted) == ("delta", 2, 1)
        assert phones() == {f"C{n}": ("1", NIGHT) for n in range(20)} | {
            "C3": ("9", NEXT),
            "new": ("8", NEXT),
        }

    def test_much_changed_swaps_the_table(self, tmp_path: Path) -> None:
        show(NIGHT, customers(tmp_path / "1", C1="1", C2="2"), Shown(None, None))
        show(NEXT, customers(tmp_path / "2", C1="3"), Shown(NIGHT, tmp_path / "1"))
        assert phones() == {"C1": ("3", NEXT)}

    def test_a_lost_lake_swaps_everything(self, tmp_path: Path) -> None:
        show(NIGHT, customers(tmp_path / "1", C1="1"), Shown(None, None))
        changes = show(NEXT, customers(tmp_path / "1", C1="1"), Shown(NIGHT, None))
        assert changes["customers_customer"].mode == "swap"

    def test_a_failing_table_leaves_the_desk_and_nothing_behind(self, tmp_path: Path) -> None:
        show(NIGHT, customers(tmp_path / "1", C1="1"), Shown(None, None))
        tables = customers(tmp_path / "2", C1="2")
        tables["customers_branch"] = write(tmp_path / "2", "customers_branch", [{"name": "n" * 101}])
        with pytest.raises(adbc_driver_manager.Error, match="too long"):
            show(NEXT, tables, Shown(NIGHT, None))
        assert phones() == {"C1": ("1", NIGHT)}
        with connection.cursor() as cursor:
            cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'stead%%'")
            assert cursor.fetchall() == []

    def test_a_publication_in_between_stops_this_one(self, tmp_path: Path) -> None:
        show(NIGHT, customers(tmp_path / "1", C1="1"), Shown(None, None))
        with pytest.raises(PublicationError, match=f"shows {NIGHT}"):
            show(NEXT, customers(tmp_path / "2", C1="2"), Shown(None, None))
        assert phones() == {"C1": ("1", NIGHT)}
        assert Publication.objects.get().run_id == NIGHT

    def test_tables_that_are_not_added_stay(self, tmp_path: Path) -> None:
        Branch.objects.create(branch_id="B1", name="n", city="c", run_id="r")
        show(NIGHT, customers(tmp_path / "1", C1="1"), Shown(None, None))
        assert Branch.objects.count() == 1


@pytest.mark.parametrize(
    ("old", "new"), [(None, "2026-01-01"), ("2026-01-01", None), ("2026-01-02", "2026-01-01")]
)
def test_a_null_differs_from_a_value(tmp_path: Path, old: str | None, new: str | None) -> None:
    same = [{"customer_id": f"C{number}"} for number in range(9)]
    table = BY_NAME["customers_customer"]
    paths = [
        write(tmp_path / folder, table.name, [*same, {"customer_id": "X", "birth_date": day}])
        for folder, day in (("new", new), ("old", old))
    ]
    change = compare(duckdb.connect(), table, *paths)
    assert (change.mode, change.written, change.deleted) == ("delta", 1, 0)
