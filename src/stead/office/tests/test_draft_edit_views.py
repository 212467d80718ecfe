"""The editors: what they show, the check beside the typing, and saving without undoing another's work."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests import factories

from stead.access.models import Role, User
from stead.handbook.content.editor_xml import for_editor
from stead.handbook.models import Draft
from stead.handbook.tests.making import FILES, begun, edited, horizon, officer, rule, submitted
from stead.office.draft_pages import seen

pytestmark = [pytest.mark.database, pytest.mark.django_db]
TABLE = FILES["2.2/tier.dmn"]


@pytest.fixture
def author() -> User:
    return officer("author")


@pytest.fixture
def draft(author: User) -> Draft:
    return begun(author)


@pytest.fixture
def client(author: User) -> Client:
    made = Client()
    made.force_login(author)
    return made


def save(client: Client, draft: Draft, path: str = "params.csv", **sent: Any) -> Any:
    """What saving a file answers: status, and what it says."""
    data = {"revision": draft.revision, "seen": seen(draft.files[path])} | sent
    return client.post(f"/handbook/drafts/{draft.pk}/save/{path}", data)


@pytest.mark.parametrize(
    ("path", "shown"),
    [("2.2/tier.dmn", "data-table"), ("params.csv", "data-rows"), ("2.2/clause.md", "data-text"),
     ("texts.toml", "data-text"), ("3.1/open.bpmn", "data-text")],
)  # fmt: skip
def test_each_kind_of_file_has_its_editor(
    client: Client, author: User, draft: Draft, path: str, shown: str
) -> None:
    if path not in draft.files:
        draft = edited(author, draft, "x = {}\n" if path.endswith("toml") else "# Text\n", path=path)
    assert shown in client.get(f"/handbook/drafts/{draft.pk}/edit/{path}").content.decode()


def test_a_file_that_is_not_there_has_no_editor(client: Client, draft: Draft) -> None:
    assert client.get(f"/handbook/drafts/{draft.pk}/edit/2.2/other.dmn").status_code == 404


def test_a_submission_is_not_edited(client: Client, author: User, draft: Draft) -> None:
    submitted(author, edited(author, draft))
    assert client.get(f"/handbook/drafts/{draft.pk}/edit/params.csv").status_code == 302
    assert save(client, draft, text="x").status_code == 422


def test_the_check_answers_without_storing(client: Client, draft: Draft) -> None:
    sent = for_editor(TABLE.replace("&gt;= 100", "&gt;= 1,"))
    answer = client.post(f"/handbook/drafts/{draft.pk}/check/2.2/tier.dmn", {"xml": sent})
    (problem,) = answer.json()["problems"]
    assert (problem["severity"], problem["rule"], problem["column"]) == ("error", "_2.2-tier-1", "a")
    assert Draft.objects.get(pk=draft.pk).files == FILES


def test_the_check_of_what_cannot_be_read_says_why(client: Client, draft: Draft) -> None:
    answer = client.post(f"/handbook/drafts/{draft.pk}/check/2.2/tier.dmn", {"xml": "<not"})
    assert answer.status_code == 422
    assert "well-formed" in answer.json()["message"]


def test_a_table_is_saved_where_it_changed(client: Client, draft: Draft) -> None:
    answer = save(client, draft, "2.2/tier.dmn", xml=for_editor(TABLE.replace("&gt;= 100", "&gt;= 90")))
    stored = Draft.objects.get(pk=draft.pk)
    assert stored.files["2.2/tier.dmn"] == TABLE.replace("&gt;= 100", "&gt;= 90")
    assert answer.json()["revision"] == stored.revision


def test_a_new_row_is_told_its_id_and_keeps_it(client: Client, draft: Draft) -> None:
    new = TABLE.replace(
        rule("2.2-tier-2", "-", 0), rule("DecisionRule_1", "50", 1) + rule("2.2-tier-2", "-", 0)
    )
    answer = save(client, draft, "2.2/tier.dmn", xml=for_editor(new)).json()
    assert answer["ids"] == {"DecisionRule_1": "2.2-tier-3"}
    assert answer["marks"] == {"_2.2-tier-3": "DecisionRule_1"}
    draft = Draft.objects.get(pk=draft.pk)
    save(client, draft, "2.2/tier.dmn", xml=for_editor(new), ids=json.dumps(answer["ids"]))
    assert Draft.objects.get(pk=draft.pk).files == draft.files


def test_rows_of_figures_are_saved_and_empty_ones_left_out(client: Client, draft: Draft) -> None:
    rows = [line.split(",") for line in horizon(40).splitlines()[1:]] + [[""] * 6]
    save(client, draft, rows=json.dumps(rows))
    assert Draft.objects.get(pk=draft.pk).files["params.csv"] == horizon(40)


def test_wrong_figures_are_kept_and_pointed_out(client: Client, draft: Draft) -> None:
    answer = save(client, draft, text=FILES["params.csv"].replace(",31,", ",x,"))
    assert [one["column"] for one in answer.json()["problems"]] == ["value"]


def test_rows_with_missing_cells_are_refused(client: Client, draft: Draft) -> None:
    assert save(client, draft, rows=json.dumps([["a", "1"]])).status_code == 422


def test_who_comes_second_to_a_file_is_told_and_undoes_nothing(client: Client, draft: Draft) -> None:
    other = edited(officer("other"), draft)
    answer = save(client, draft, text=horizon(99))
    assert answer.status_code == 409
    assert "other" in answer.json()["message"]
    assert Draft.objects.get(pk=draft.pk).files == other.files


def test_who_changes_another_file_need_not_be_told(client: Client, draft: Draft) -> None:
    edited(officer("other"), draft, "# Tiers\n", path="2.2/clause.md")
    assert save(client, draft, text=horizon(99)).status_code == 200
    assert set(Draft.objects.get(pk=draft.pk).files) == {*FILES, "2.2/clause.md"}


def test_a_file_is_uploaded_and_removed(client: Client, draft: Draft) -> None:
    sent = SimpleUploadedFile("a.md", b"# Tiers\n")
    upload = {"path": "2.2/clause.md", "file": sent, "revision": draft.revision}
    client.post(f"/handbook/drafts/{draft.pk}/upload/", upload)
    stored = Draft.objects.get(pk=draft.pk)
    assert stored.files["2.2/clause.md"] == "# Tiers\n"
    client.post(f"/handbook/drafts/{draft.pk}/remove/2.2/clause.md", {"revision": stored.revision})
    assert Draft.objects.get(pk=draft.pk).files == FILES


def test_an_upload_does_not_undo_what_somebody_saved_meanwhile(client: Client, draft: Draft) -> None:
    edited(officer("other"), draft, "# Theirs\n", path="2.2/clause.md")
    sent = SimpleUploadedFile("a.md", b"# Mine\n")
    upload = {"path": "2.2/clause.md", "file": sent, "revision": draft.revision}
    client.post(f"/handbook/drafts/{draft.pk}/upload/", upload)
    assert Draft.objects.get(pk=draft.pk).files["2.2/clause.md"] == "# Theirs\n"


@pytest.mark.parametrize(("name", "content"), [("a.exe", b"x"), ("../a.md", b"x"), ("a.md", b"\xff\xfe")])
def test_an_upload_that_is_no_file_of_a_handbook_is_refused(
    client: Client, draft: Draft, name: str, content: bytes
) -> None:
    sent = SimpleUploadedFile("sent", content)
    upload = {"path": name, "file": sent, "revision": draft.revision}
    client.post(f"/handbook/drafts/{draft.pk}/upload/", upload)
    assert Draft.objects.get(pk=draft.pk).files == FILES


def test_only_policy_officers_edit(draft: Draft) -> None:
    auditor = Client()
    auditor.force_login(factories.user(Role.AUDITOR))
    assert auditor.get(f"/handbook/drafts/{draft.pk}/edit/params.csv").status_code == 404
    assert save(auditor, draft, text="x").status_code == 404


def test_prose_is_previewed_as_the_clause_shows_it(client: Client, author: User, draft: Draft) -> None:
    draft = edited(author, draft, "# 2.2 Tiers\n", path="2.2/clause.md")
    sent = {"text": "# 2.2 Tiers\n\n**Looked** ahead {param:horizon_days} days <b>x</b>\n"}
    answer = client.post(f"/handbook/drafts/{draft.pk}/check/2.2/clause.md", sent)
    shown = answer.json()["preview"]
    assert "<strong>Looked</strong>" in shown
    assert "31" in shown
    assert "&lt;b&gt;" in shown
