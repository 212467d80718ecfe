"""The pages of drafts: who may do what, what they say, the way to approval."""

import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse
from tests import factories
from tests.markup import tight

from stead.access.models import Role, User
from stead.handbook import actions, editions
from stead.handbook.content import archive
from stead.handbook.models import Draft
from stead.handbook.tests.making import FILES, LATER, begun, edited, officer, submitted
from stead.office import draft_pages

pytestmark = [pytest.mark.database, pytest.mark.django_db]
DAY = LATER.isoformat()


@pytest.fixture
def author() -> User:
    return officer("author")


@pytest.fixture
def draft(author: User) -> Draft:
    """A draft with one changed cell."""
    return edited(author, begun(author))


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, draft: Draft) -> str:
    return client_of(user).get(f"/handbook/drafts/{draft.pk}/").content.decode()


def test_the_list_shows_state_author_and_what_changes(author: User, draft: Draft) -> None:
    text = client_of(author).get("/handbook/versions/").content.decode()
    assert draft.name in text
    assert "1 cell, 1 row, 1 file changed" in text
    assert "in force" in text


def test_the_list_fetches_no_contents(author: User, draft: Draft) -> None:
    [first, *_] = editions.listed(author)
    assert {"files", "evidence"} <= first.get_deferred_fields()
    assert first.base is not None
    assert first.base.get_deferred_fields() == {"files"}


def test_a_name_is_proposed_that_is_free(author: User, draft: Draft) -> None:
    actions.start_draft(by=author, name=f"{factories.BOOK_DATE.year}.4")
    factories.night()
    text = client_of(author).get("/handbook/versions/").content.decode()
    assert f'value="{factories.BOOK_DATE.year}.5"' in text


def test_a_draft_is_begun_from_the_newest_edition(author: User) -> None:
    actions.found(by="night", files=FILES)
    answer = client_of(author).post("/handbook/drafts/new/", {"name": "2027.9"})
    assert answer.headers["Location"] == f"/handbook/drafts/{Draft.objects.get(name='2027.9').pk}/"


def test_a_name_that_is_taken_is_refused_with_the_reason(author: User, draft: Draft) -> None:
    answer = client_of(author).post("/handbook/drafts/new/", {"name": draft.name}, follow=True)
    assert "choose another name" in answer.content.decode()


def test_a_zip_becomes_a_draft(author: User, draft: Draft) -> None:
    sent = io.BytesIO(archive.to_zip({**FILES, "2.2/clause.md": "# 2.2 Tiers\n"}))
    sent.name = "handbook.zip"
    data = {"file": sent, "name": "2027.7", "comment": "from git"}
    client_of(author).post("/handbook/drafts/import/", data)
    assert Draft.objects.get(name="2027.7").files["2.2/clause.md"] == "# 2.2 Tiers\n"


def test_a_zip_that_leads_out_of_its_folder_is_refused(author: User, draft: Draft) -> None:
    sent = io.BytesIO()
    with zipfile.ZipFile(sent, "w") as packed:
        packed.writestr("../params.csv", "x")
    sent.seek(0)
    sent.name = "bad.zip"
    data = {"file": sent, "name": "2027.7", "comment": "from git"}
    answer = client_of(author).post("/handbook/drafts/import/", data, follow=True)
    assert "../params.csv" in answer.content.decode()
    assert not Draft.objects.filter(name="2027.7").exists()


def test_an_exported_draft_is_the_draft(author: User, draft: Draft) -> None:
    answer = client_of(author).get(f"/handbook/drafts/{draft.pk}/handbook.zip")
    assert archive.from_zip(answer.content).files == draft.files


def test_a_draft_shows_old_and_new_of_a_cell(author: User, draft: Draft) -> None:
    text = page(author, draft)
    assert "<ins>30</ins>" in text
    assert "<del>31</del>" in text


def test_an_error_keeps_it_from_being_submitted(author: User, draft: Draft) -> None:
    wrong = edited(author, draft, FILES["params.csv"].replace(",31,", ",x,"))
    assert "1 error must be mended first." in page(author, wrong)
    answer = client_of(author).post(
        f"/handbook/drafts/{draft.pk}/submit/",
        {"comment": "because", "effective_from": DAY, "revision": wrong.revision},
    )
    assert "The check finds 1 error: " in answer.content.decode()
    assert answer.status_code == 422
    assert Draft.objects.get(pk=draft.pk).state == Draft.State.DRAFT


def test_without_a_comment_or_a_day_nothing_is_submitted(author: User, draft: Draft) -> None:
    for sent in ({"comment": "", "effective_from": DAY}, {"comment": "because", "effective_from": ""}):
        sent["revision"] = str(draft.revision)
        answer = client_of(author).post(f"/handbook/drafts/{draft.pk}/submit/", sent)
        assert answer.status_code == 422
    assert Draft.objects.get(pk=draft.pk).state == Draft.State.DRAFT


def test_the_author_sees_no_button_to_approve_and_is_told_why(author: User, draft: Draft) -> None:
    submitted(author, draft)
    text = page(author, draft)
    assert reverse("draft_approve", args=[draft.pk]) not in text
    assert "You cannot approve your own draft" in text


def test_the_author_s_own_approval_is_refused(author: User, draft: Draft) -> None:
    sent = {"comment": "fine", "revision": submitted(author, draft).revision}
    answer = client_of(author).post(f"/handbook/drafts/{draft.pk}/approve/", sent)
    assert answer.status_code == 422
    assert Draft.objects.get(pk=draft.pk).state == Draft.State.SUBMITTED


def test_another_officer_approves(author: User, draft: Draft) -> None:
    sent = {"comment": "fine", "revision": submitted(author, draft).revision}
    second = officer("second")
    text = page(second, draft)
    assert reverse("draft_approve", args=[draft.pk]) in text
    assert f'name="revision" value="{sent["revision"]}"' in text
    client_of(second).post(f"/handbook/drafts/{draft.pk}/approve/", sent)
    approved = Draft.objects.get(pk=draft.pk)
    assert (approved.state, approved.approved_by) == (Draft.State.APPROVED, "second")


def test_what_came_again_changed_is_not_approved_by_the_page_of_before(author: User, draft: Draft) -> None:
    seen = submitted(author, draft).revision
    back = actions.give_back(by=author, draft=draft, comment="one more thing")
    submitted(author, edited(author, back, FILES["params.csv"].replace(",31,", ",3,")))
    sent = {"comment": "fine", "revision": seen}
    answer = client_of(officer("second")).post(f"/handbook/drafts/{draft.pk}/approve/", sent)
    assert answer.status_code == 422
    assert Draft.objects.get(pk=draft.pk).state == Draft.State.SUBMITTED


def test_what_somebody_else_changed_meanwhile_is_not_submitted_unseen(author: User, draft: Draft) -> None:
    sent = {"comment": "because", "effective_from": DAY, "revision": draft.revision}
    edited(officer("second"), draft, FILES["params.csv"].replace(",31,", ",3,"))
    answer = client_of(author).post(f"/handbook/drafts/{draft.pk}/submit/", sent)
    assert answer.status_code == 422
    assert Draft.objects.get(pk=draft.pk).is_open


def test_a_submission_is_given_back_with_a_comment(author: User, draft: Draft) -> None:
    submitted(author, draft)
    client_of(officer("second")).post(f"/handbook/drafts/{draft.pk}/return/", {"comment": "too low"})
    assert Draft.objects.get(pk=draft.pk).is_open
    assert "too low" in page(author, draft)


def test_a_draft_is_withdrawn(author: User, draft: Draft) -> None:
    client_of(author).post(f"/handbook/drafts/{draft.pk}/withdraw/", {"comment": "not needed"})
    assert Draft.objects.get(pk=draft.pk).state == Draft.State.WITHDRAWN


def test_an_auditor_reads_and_does_nothing(draft: Draft) -> None:
    auditor = factories.user(Role.AUDITOR)
    text = page(auditor, draft)
    assert draft.name in text
    assert "<form" not in text.partition("<main")[2].partition("</main>")[0]


def test_edits_of_one_person_in_a_row_are_one_step(author: User, draft: Draft) -> None:
    edited(author, draft, "# Tiers\n", path="2.2/clause.md")
    text = page(author, draft)
    assert text.count("Edited") == 1
    assert "2.2/clause.md, params.csv" in text


def test_how_much_a_draft_changes_is_counted_when_it_is_changed_and_not_for_each_list(
    author: User, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Draft.objects.get(pk=draft.pk).counts == {"files": 1, "rows": 1, "cells": 1}
    monkeypatch.setattr(draft_pages, "compare", None)  # called, it would fail
    assert "1 cell, 1 row, 1 file changed" in client_of(author).get("/handbook/versions/").content.decode()
    again = edited(author, draft, FILES["params.csv"])
    assert again.counts == {"files": 0, "rows": 0, "cells": 0}


def test_the_list_compares_nothing_where_a_draft_is_older_than_the_count(
    author: User, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    Draft.objects.filter(pk=draft.pk).update(counts={})
    assert "1 cell, 1 row, 1 file changed" in page(author, draft)
    with monkeypatch.context() as patched:
        patched.setattr(draft_pages, "compare", None)  # called, it would fail
        text = client_of(author).get("/handbook/versions/").content.decode()
    assert (
        tight(text).count('<td><span class="none">–</span></td>') == 3
    )  # its changes and day, the founding one's
    assert "nothing changed" not in text
    assert submitted(author, draft).counts == {"files": 1, "rows": 1, "cells": 1}


def test_a_file_that_no_night_needs_has_a_button_that_takes_it_out(author: User, draft: Draft) -> None:
    draft = edited(author, draft, "# 2.2 Tiers", "2.2/clause.md")
    text = page(author, draft)
    address = f"/handbook/drafts/{draft.pk}/remove/"
    assert f'action="{address}2.2/clause.md"' in text
    assert "Take 2.2/clause.md out of the draft?" in text
    assert f'action="{address}2.2/tier.dmn"' not in text
    assert f'action="{address}params.csv"' not in text
    client_of(author).post(f"{address}2.2/clause.md", {"revision": draft.revision})
    assert "2.2/clause.md" not in Draft.objects.get(pk=draft.pk).files


@pytest.mark.parametrize("path", ["params.csv", "2.2/tier.dmn"])
def test_a_file_that_the_night_reads_is_not_taken_out(author: User, draft: Draft, path: str) -> None:
    address = f"/handbook/drafts/{draft.pk}/remove/{path}"
    answer = client_of(author).post(address, {"revision": draft.revision}, follow=True)
    assert f"The night reads {path}; it cannot be removed." in answer.content.decode()
    assert Draft.objects.get(pk=draft.pk).files == draft.files


def test_nobody_takes_a_file_out_of_what_was_submitted(author: User, draft: Draft) -> None:
    assert "/remove/" not in page(author, submitted(author, edited(author, draft, "# 2.2", "2.2/clause.md")))


def test_files_of_a_chapter_stand_under_its_title(author: User, draft: Draft) -> None:
    draft = edited(author, draft, "# 2 Looking after customers", "2/clause.md")
    titles = {one.number: one.title for one in draft_pages.groups(draft)}
    assert titles["2"] == "Looking after customers"
