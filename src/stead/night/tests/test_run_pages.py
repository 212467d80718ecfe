"""The administrator's pages of nights."""

import html
import io
import re
from pathlib import Path

import duckdb
import openpyxl
import pytest
from django.test import Client
from tests import factories

from stead.access.models import Role
from stead.audit.models import Entry
from stead.extracts.contract_page import PAGE
from stead.extracts.contract_words import SECTIONS
from stead.handbook.folder_changes import FolderChanges
from stead.night import actions
from stead.night.models import RejectSummary, Run, StageRun
from stead.night.overview_views import clause_lines, held_counts
from stead.night.summary import summarise

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def run(client: Client, tmp_path: Path) -> Run:
    made = factories.night(lake=str(tmp_path), manifest={"inputs": {"customers": "abc"}})
    StageRun.objects.create(run=made, stage="features", position=1, status="done", seconds=3.5, rows=1000)
    example = {"file": "client.asc", "row": 17, "value": "706231"}
    RejectSummary.objects.create(
        run=made,
        table="customers",
        column="birth_date",
        reason="no such day",
        count=3,
        share=0.003,
        example=example,
    )
    client.force_login(factories.user(Role.ADMINISTRATOR))
    return made


def test_the_list_shows_the_night_with_its_seconds_and_rejects(client: Client, run: Run) -> None:
    shown = client.get("/runs/").content.decode()
    assert run.run_id[11:] in shown
    assert "3.5" in shown


def test_a_night_shows_stages_and_why_rows_were_set_aside(client: Client, run: Run) -> None:
    shown = client.get(f"/runs/{run.run_id}/").content.decode()
    assert "no such day" in shown
    assert "client.asc:17" in shown


@pytest.mark.parametrize(
    ("role", "language", "said"),
    [
        (Role.ADMINISTRATOR, "en", "1 file of /srv/book differed"),
        (Role.AUDITOR, "zh-hans", "/srv/book 中有 1 个文件"),
    ],
)
def test_a_night_tells_that_the_folder_of_the_handbook_was_changed(
    client: Client, run: Run, role: Role, language: str, said: str
) -> None:
    client.force_login(factories.user(role, "mei", language=language))
    assert "/srv/book" not in client.get(f"/runs/{run.run_id}/").text
    changes = FolderChanges("/srv/book", ("2.2/tier.dmn",))
    begun = actions.Begun(
        run.run_id, run.book_date, run.work_date, "v", "CNY", run.lake, folder_changes=changes
    )  # fmt: skip
    actions.begin(by="night", begun=begun, stages=(), rejects=())
    shown = client.get(f"/runs/{run.run_id}/").text
    assert said in shown
    assert "2.2/tier.dmn" in shown
    assert "stead handbook import /srv/book --name" in shown


def test_a_running_night_renews_itself(client: Client, run: Run) -> None:
    Run.objects.update(status=Run.Status.RUNNING)
    assert "every 2s" in client.get(f"/runs/{run.run_id}/").content.decode()
    assert "<html" not in client.get(f"/runs/{run.run_id}/", headers={"HX-Request": "true"}).content.decode()


def test_the_rows_themselves_are_read_from_the_lake(client: Client, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "extracts" / run.book_date.isoformat() / "rejects"
    folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT 'client.asc' AS file, 17 AS row, 'birth_date' AS column, '706231' AS value,"
            f" '706231 is no day' AS reason) TO '{folder / 'customers.parquet'}'"
        )
    assert "706231 is no day" in client.get(f"/runs/{run.run_id}/rejects/").content.decode()
    assert client.get(f"/runs/{run.run_id}/rejects/?table=../../x").status_code == 404


def test_the_manifest_is_handed_out(client: Client, run: Run) -> None:
    assert client.get(f"/runs/{run.run_id}/manifest.json").json() == {"inputs": {"customers": "abc"}}


def test_the_contract_page_names_every_table(client: Client, run: Run) -> None:
    assert 'id="transactions"' in client.get("/contract/").content.decode()


@pytest.mark.parametrize(("language", "which"), [("en", "en"), ("zh-hans", "zh")])
def test_the_contract_page_says_what_the_documentation_says(
    client: Client, run: Run, language: str, which: str
) -> None:
    client.force_login(factories.user(Role.POLICY_OFFICER, language=language))
    page = html.unescape(client.get("/contract/").content.decode())
    documented = " ".join(PAGE.read_text("utf-8").split())
    for section in SECTIONS:
        assert getattr(section.title, which) in page
        for paragraph in section.paragraphs:
            said = getattr(paragraph, which)
            assert said in documented
            assert re.sub("`([^`]*)`", r"<code>\1</code>", said) in page


def test_what_was_published_is_counted(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT 4 AS tier, 'mature' AS stage, 0 AS warning, 12.50::DECIMAL(18,2) AS assets_now, "
            "'' AS ended UNION ALL SELECT 0, 'new', 0, NULL, '' UNION ALL SELECT 0, '', 0, 7, 'left')"
            f" TO '{tmp_path / 'standing.parquet'}'"
        )
        connection.execute(
            f"COPY (SELECT '2.3' AS clause, 'birthday' AS kind, 'held' AS status, 'consent' AS held_reason)"
            f" TO '{tmp_path / 'action.parquet'}'"
        )
    found = summarise(tmp_path)
    assert (found["customers"], found["assets"], found["tiers"]) == (2, "12.50", {"0": 1, "4": 1})
    assert found["unknown"] == 1
    assert clause_lines(found["actions"])[0].held == 1
    assert held_counts(found["actions"]) == [("consent", 1)]


@pytest.fixture
def rejects(run: Run, tmp_path: Path) -> Path:
    """A folder of rejects with one row of a table and one line that was none."""
    folder = tmp_path / "extracts" / run.book_date.isoformat() / "rejects"
    folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        for name, file in (
            ("customers", "client.asc"),
            ("lines", "a file with a name that is longer than it has to be.csv"),
        ):
            connection.execute(
                f"COPY (SELECT '{file}' AS file, 17 AS row, 'birth_date' AS column, '706231' AS value,"
                f" 'no day' AS reason, '17;706231;Li Hua' AS raw) TO '{folder / name}.parquet'"
            )
    return folder


@pytest.mark.parametrize(("role", "columns"), [(Role.AUDITOR, 6), (Role.ADMINISTRATOR, 5)])
def test_the_workbook_holds_whole_rows_only_for_who_sees_customers(
    client: Client, run: Run, rejects: Path, role: Role, columns: int
) -> None:
    client.force_login(factories.user(role, "mei"))
    answer = client.get(f"/runs/{run.run_id}/rejects.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert book["customers"].max_column == columns
    assert (book["customers"]["A2"].value, book["customers"]["D2"].value) == ("client.asc", "706231")
    entry = Entry.objects.get(verb="rejects.downloaded")
    assert (entry.actor, entry.object_id) == ("mei", run.run_id)


def test_lines_that_are_no_rows_are_shown_by_their_file(client: Client, run: Run, rejects: Path) -> None:
    name = "a file with a name that is longer than it has to be.csv"
    RejectSummary.objects.create(run=run, table=name[:40], column="", reason="no row", count=1, share=0.1)
    shown = client.get(f"/runs/{run.run_id}/rejects/", {"table": name[:40]}).content.decode()
    assert name in shown


@pytest.mark.parametrize(
    ("role", "identity", "line"),
    [
        (Role.AUDITOR, "11010119800401001X", "Li Hua 13800001234"),
        (Role.ADMINISTRATOR, "**************001X", "****"),
    ],
)
def test_numbers_of_people_are_whole_only_for_who_sees_customers(
    client: Client, run: Run, rejects: Path, role: Role, identity: str, line: str
) -> None:
    whole, broken = "11010119800401001X", "Li Hua 13800001234"
    with duckdb.connect() as connection:
        for name, column, value in (("customers", "identity_number", whole), ("lines", "", broken)):
            connection.execute(
                f"COPY (SELECT 'client.asc' AS file, 17 AS row, '{column}' AS column, '{value}' AS value,"
                f" 'wrong' AS reason, '17;{value}' AS raw) TO '{rejects / name}.parquet'"
            )
    for table, column, value in (("customers", "identity_number", whole), ("client.asc", "", broken)):
        example = {"file": "client.asc", "row": 17, "value": value}
        RejectSummary.objects.create(
            run=run, table=table, column=column, reason="wrong", count=1, share=0.1, example=example
        )
    client.force_login(factories.user(role, "mei"))
    pages = [
        client.get(f"/runs/{run.run_id}/rejects/", {"table": "customers"}).text,
        client.get(f"/runs/{run.run_id}/rejects/", {"table": "client.asc"}).text,
        client.get(f"/runs/{run.run_id}/").text,
    ]
    assert identity in pages[0]
    assert line in pages[1]
    assert identity in pages[2]
    assert line in pages[2]
    assert role == Role.AUDITOR or not any(whole in page or broken in page for page in pages)
    answer = client.get(f"/runs/{run.run_id}/rejects.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert (book["customers"]["D2"].value, book["lines"]["D2"].value) == (identity, line)
