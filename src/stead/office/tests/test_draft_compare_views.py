"""Comparing versions and drafts, and merging a draft with what changed under it."""

import pytest
from django.test import Client

from stead.access.models import User
from stead.handbook import actions
from stead.handbook.models import Draft
from stead.handbook.tests.making import FILES, approved, begun, edited, horizon, officer, submitted

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def author() -> User:
    return officer("author")


@pytest.fixture
def client(author: User) -> Client:
    made = Client()
    made.force_login(author)
    return made


@pytest.fixture
def overtaken(author: User) -> Draft:
    """A draft that says 40 days, under which an edition with 20 days was approved."""
    mine, theirs = begun(author), actions.start_draft(by=officer("other"), name="2027.2")
    mine = edited(author, mine, horizon(40))
    other = User.objects.get(username="other")
    approved(officer("third"), submitted(other, edited(other, theirs, horizon(20))))
    return mine


def merge(client: Client, draft: Draft, **choices: str) -> int:
    """The status that merging answers."""
    return client.post(f"/handbook/drafts/{draft.pk}/merge/", choices).status_code


def conflict_key(client: Client, draft: Draft) -> str:
    """The name of the first choice on the page of the merge."""
    text = client.get(f"/handbook/drafts/{draft.pk}/merge/").content.decode()
    return text.partition('type="radio" name="')[2].partition('"')[0]


def test_two_contents_are_compared_cell_by_cell(client: Client, author: User) -> None:
    draft = edited(author, begun(author))
    text = client.get(f"/handbook/compare/{draft.base_id}/draft-{draft.pk}/").content.decode()
    assert "<ins>30</ins>" in text
    assert "<del>31</del>" in text


def test_the_same_content_says_so(client: Client, author: User) -> None:
    draft = begun(author)
    text = client.get(f"/handbook/compare/{draft.base_id}/draft-{draft.pk}/").content.decode()
    assert "They say the same" in text


@pytest.mark.parametrize("reference", ["draft-999", "0" * 64, "draft-x"])
def test_what_is_not_there_is_not_compared(client: Client, author: User, reference: str) -> None:
    draft = begun(author)
    assert client.get(f"/handbook/compare/{draft.base_id}/{reference}/").status_code == 404


def test_a_draft_that_was_overtaken_is_told_and_cannot_be_submitted(client: Client, overtaken: Draft) -> None:
    text = client.get(f"/handbook/drafts/{overtaken.pk}/").content.decode()
    assert "The handbook changed under this draft." in text
    sent = {"comment": "because", "effective_from": "2027-02-01", "revision": overtaken.revision}
    assert client.post(f"/handbook/drafts/{overtaken.pk}/submit/", sent).status_code == 422


def test_a_merge_shows_base_theirs_and_mine(client: Client, overtaken: Draft) -> None:
    text = client.get(f"/handbook/drafts/{overtaken.pk}/merge/").content.decode()
    assert all(f"<code>{days}</code>" in text for days in (31, 20, 40))


@pytest.mark.parametrize(("choice", "days"), [("ours", 40), ("theirs", 20)])
def test_the_choice_for_a_cell_decides(client: Client, overtaken: Draft, choice: str, days: int) -> None:
    assert merge(client, overtaken, **{conflict_key(client, overtaken): choice}) == 302
    assert Draft.objects.get(pk=overtaken.pk).files["params.csv"] == horizon(days)


def test_without_a_choice_nothing_is_merged(client: Client, overtaken: Draft) -> None:
    assert merge(client, overtaken) == 422
    assert Draft.objects.get(pk=overtaken.pk).base_id == overtaken.base_id


def test_what_only_one_changed_needs_no_choice(client: Client, author: User, overtaken: Draft) -> None:
    draft = edited(author, overtaken, FILES["params.csv"])
    draft = edited(author, draft, "# Tiers\n", path="2.2/clause.md")
    assert merge(client, draft) == 302
    merged = Draft.objects.get(pk=draft.pk)
    assert merged.files == {**FILES, "params.csv": horizon(20), "2.2/clause.md": "# Tiers\n"}


def test_a_merged_draft_can_be_submitted(client: Client, author: User, overtaken: Draft) -> None:
    merge(client, overtaken, **{conflict_key(client, overtaken): "ours"})
    submitted(author, Draft.objects.get(pk=overtaken.pk))


def test_a_draft_on_the_newest_edition_has_nothing_to_merge(client: Client, author: User) -> None:
    assert client.get(f"/handbook/drafts/{begun(author).pk}/merge/").status_code == 302
