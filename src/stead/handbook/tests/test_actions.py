"""A draft's way from the first edit to an edition in force, and what is refused on it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation
from tests import factories

from stead.access.models import Role, User
from stead.audit.models import Entry
from stead.handbook import actions, editions
from stead.handbook.actions import NeedsMergeError, RefusedError, StaleError, UnresolvedError
from stead.handbook.models import Draft, Step
from stead.handbook.tests.making import (
    FILES,
    HEADER,
    LATER,
    approved,
    begun,
    edited,
    horizon,
    officer,
    rule,
    submitted,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]
TIER = "2.2/tier.dmn"


@pytest.fixture
def wei() -> User:
    return officer("wei")


@pytest.fixture
def hana() -> User:
    return officer("hana")


@pytest.fixture
def draft(wei: User) -> Draft:
    """Changed by wei, on the founding edition."""
    return edited(wei, begun(wei))


def test_an_approved_draft_is_in_force_from_its_date(draft: Draft, wei: User, hana: User) -> None:
    before = editions.in_force(LATER)
    approved(hana, submitted(wei, draft))
    after = editions.in_force(LATER)
    assert editions.in_force(LATER - timedelta(days=1)) == before
    assert after is not None
    assert after.files["params.csv"] == horizon(30)


def test_every_step_is_kept_with_its_comment_and_stands_in_the_ledger(
    draft: Draft, wei: User, hana: User
) -> None:
    approved(hana, submitted(wei, draft))
    steps = [(step.by, step.kind, step.comment) for step in Step.objects.filter(draft=draft)]
    assert steps == [
        ("wei", "created", ""), ("wei", "edited", ""), ("wei", "submitted", "fewer days"),
        ("hana", "approved", "agreed"),
    ]  # fmt: skip
    told = Entry.objects.filter(object_kind="draft", object_id=str(draft.pk))
    assert [entry.verb for entry in told] == [f"handbook.{kind}" for _, kind, _ in steps]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.POLICY_OFFICER])
def test_only_a_policy_officer_changes_the_handbook(draft: Draft, role: Role) -> None:
    with pytest.raises(PermissionDenied):
        edited(factories.user(role, "other"), draft, horizon(7))


def test_who_submits_cannot_approve(draft: Draft, wei: User) -> None:
    with pytest.raises(RefusedError, match="2027"):
        approved(wei, submitted(wei, draft))


def test_who_edited_cannot_approve_either(draft: Draft, wei: User, hana: User) -> None:
    waiting = submitted(wei, edited(hana, draft, horizon(7)))
    with pytest.raises(RefusedError):
        approved(hana, waiting)


def test_who_submitted_it_before_it_was_given_back_cannot_approve(
    draft: Draft, wei: User, hana: User
) -> None:
    li = officer("li")
    back = actions.give_back(by=li, draft=submitted(hana, draft), comment="not yet")
    with pytest.raises(RefusedError):
        approved(hana, submitted(wei, back))


def test_a_state_is_told_in_the_language_of_the_page(draft: Draft, wei: User) -> None:
    submitted(wei, draft)
    with translation.override("zh-hans"), pytest.raises(RefusedError, match=r"待审批.*草案"):
        submitted(wei, draft)


def test_a_comment_with_what_the_database_cannot_keep_is_cleaned(draft: Draft, wei: User) -> None:
    actions.withdraw(by=wei, draft=draft, comment="no\0 more")
    assert draft.steps.latest("id").comment == "no more"


def test_a_save_over_somebody_elses_is_refused(draft: Draft, wei: User, hana: User) -> None:
    edited(hana, draft, horizon(7))
    with pytest.raises(StaleError):
        edited(wei, draft, horizon(8))


def test_a_submission_cannot_be_edited_until_it_is_given_back(draft: Draft, wei: User, hana: User) -> None:
    waiting = submitted(wei, draft)
    with pytest.raises(RefusedError):
        edited(wei, waiting, horizon(7))
    back = actions.give_back(by=hana, draft=waiting, comment="7 would be better")
    assert edited(wei, back, horizon(7)).files["params.csv"] == horizon(7)


@pytest.mark.parametrize("comment", ["", " ", "x"])
def test_a_step_without_a_comment_is_refused(draft: Draft, wei: User, comment: str) -> None:
    with pytest.raises(RefusedError):
        actions.submit(by=wei, draft=draft, comment=comment, effective_from=LATER)


def test_a_draft_that_changes_nothing_is_not_submitted(wei: User) -> None:
    with pytest.raises(RefusedError):
        submitted(wei, begun(wei))


def test_a_table_with_an_error_is_not_submitted(draft: Draft, wei: User) -> None:
    broken = edited(wei, draft, FILES[TIER].replace("&gt;= 100", "&gt;= &gt;="), TIER)
    with pytest.raises(RefusedError, match="tier"):
        submitted(wei, broken)


def test_a_gap_is_no_reason_to_refuse(draft: Draft, wei: User) -> None:
    gap = edited(wei, draft, FILES[TIER].replace("<text>-</text>", "<text>&lt; 50</text>"), TIER)
    assert submitted(wei, gap).state == Draft.State.SUBMITTED


def test_no_edition_holds_for_a_night_that_was_run(draft: Draft, wei: User) -> None:
    factories.night()
    with pytest.raises(RefusedError, match=str(factories.BOOK_DATE + timedelta(days=1))):
        submitted(wei, draft, factories.BOOK_DATE)


def test_an_approval_that_comes_after_the_night_of_its_date_is_refused(
    draft: Draft, wei: User, hana: User
) -> None:
    waiting = submitted(wei, draft, factories.BOOK_DATE)
    factories.night()
    with pytest.raises(RefusedError):
        approved(hana, waiting)


def test_the_second_of_two_drafts_is_shown_what_changed_under_it(draft: Draft, wei: User, hana: User) -> None:
    second = edited(hana, actions.start_draft(by=hana, name="2027.2"), FILES[TIER].replace("100", "90"), TIER)
    submitted(wei, draft)
    with pytest.raises(NeedsMergeError) as refused:
        submitted(hana, second)
    assert [file.path for file in refused.value.comparison.files] == ["params.csv"]


def test_after_a_merge_the_second_draft_holds_both_changes(draft: Draft, wei: User, hana: User) -> None:
    second = edited(hana, actions.start_draft(by=hana, name="2027.2"), FILES[TIER].replace("100", "90"), TIER)
    approved(officer("li"), submitted(wei, draft))
    merged = actions.merge(by=hana, draft=second, choices={})
    assert (merged.files["params.csv"], "90" in merged.files[TIER]) == (horizon(30), True)
    assert submitted(hana, merged).state == Draft.State.SUBMITTED


def test_a_cell_that_both_changed_waits_for_a_choice(draft: Draft, wei: User, hana: User) -> None:
    second = edited(hana, actions.start_draft(by=hana, name="2027.2"), horizon(7))
    submitted(wei, draft)
    with pytest.raises(UnresolvedError) as refused:
        actions.merge(by=hana, draft=second, choices={})
    (conflict,) = refused.value.merged.conflicts
    assert (conflict.base, conflict.theirs, conflict.ours) == ("31", "30", "7")
    merged = actions.merge(by=hana, draft=second, choices={conflict.key: "ours"})
    assert merged.files["params.csv"] == horizon(7)


def test_a_submission_built_on_one_that_was_given_back_cannot_be_approved(
    draft: Draft, wei: User, hana: User
) -> None:
    li = officer("li")
    first = submitted(wei, draft)
    second = submitted(hana, edited(hana, actions.start_draft(by=hana, name="2027.2"), horizon(7)))
    actions.give_back(by=li, draft=first, comment="not yet")
    with pytest.raises(NeedsMergeError):
        approved(li, second)


def test_rows_added_in_an_editor_get_the_next_ids_of_their_table(draft: Draft, wei: User) -> None:
    rules = rule("DecisionRule_zz", "&lt; 9", 0) + rule("DecisionRule_aa", "&lt; 8", 0)
    saved = edited(wei, draft, FILES[TIER].replace("</decisionTable>", f"{rules}</decisionTable>"), TIER)
    expected = rules.replace("DecisionRule_zz", "2.2-tier-3").replace("DecisionRule_aa", "2.2-tier-4")
    assert expected in saved.files[TIER]


def test_an_id_that_a_stored_version_gave_out_is_not_given_again(draft: Draft, wei: User, hana: User) -> None:
    new = rule("new", "&lt; 9", 0)
    longer = FILES[TIER].replace("</decisionTable>", f"{new}</decisionTable>")
    approved(hana, submitted(wei, edited(wei, draft, longer, TIER)))
    without = edited(wei, actions.start_draft(by=wei, name="2027.2"), FILES[TIER], TIER)
    approved(hana, submitted(wei, without))
    again = edited(wei, actions.start_draft(by=wei, name="2027.3"), longer, TIER)
    assert 'id="2.2-tier-4"' in again.files[TIER]


@pytest.mark.parametrize("path", ["../x.md", "/x.md", "2.2/tier.exe", "a/b/c/d/e.md", "2.2\\tier.dmn"])
def test_a_file_is_saved_under_a_plain_path_only(draft: Draft, wei: User, path: str) -> None:
    with pytest.raises(RefusedError):
        edited(wei, draft, "text", path)


def test_an_import_of_what_is_there_already_says_so(wei: User) -> None:
    actions.found(by="night", files=FILES)
    with pytest.raises(RefusedError, match=str(editions.head())):
        actions.import_files(by=wei, files=FILES, name="again", comment="from git")


def test_an_import_made_from_an_older_version_is_merged_before_it_is_submitted(
    draft: Draft, wei: User, hana: User
) -> None:
    old = editions.head()
    approved(hana, submitted(wei, draft))
    files = FILES | {"params.csv": HEADER + FILES["params.csv"].splitlines()[1] + "\n"}
    taken = actions.import_files(by=wei, files=files, name="from git", comment="no age", base=old)
    with pytest.raises(NeedsMergeError):
        submitted(wei, taken)


def test_an_edition_that_does_not_hold_yet_can_be_withdrawn(draft: Draft, wei: User, hana: User) -> None:
    edition = approved(hana, submitted(wei, draft))
    actions.withdraw(by=hana, draft=edition, comment="the law was put off")
    assert editions.in_force(LATER) == editions.in_force(date(2026, 1, 1))


def test_an_edition_that_holds_cannot_be_withdrawn(draft: Draft, wei: User, hana: User) -> None:
    edition = approved(hana, submitted(wei, draft, factories.BOOK_DATE))
    factories.night()
    with pytest.raises(RefusedError):
        actions.withdraw(by=hana, draft=edition, comment="too late")


def test_there_is_one_founding_edition(wei: User) -> None:
    first = actions.found(by="night", files=FILES)
    assert actions.found(by="night", files=FILES | {"params.csv": horizon(7)}) == first
