"""What the database itself refuses, and what happens when two officers act at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from stead.access.models import User
from stead.handbook import actions, editions
from stead.handbook.actions import RefusedError
from stead.handbook.models import FOUNDING_DAY, Draft, Step, Version
from stead.handbook.tests.making import FILES, LATER, approved, begun, edited, horizon, officer, submitted

pytestmark = [pytest.mark.database]


@pytest.fixture
def waiting(db: None) -> Draft:
    """Submitted by wei."""
    wei = officer("wei")
    return submitted(wei, edited(wei, begun(wei)))


def change(draft: Draft, **values: object) -> None:
    """Past `actions`, straight to the row."""
    with pytest.raises(DatabaseError), transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(**values)


@pytest.mark.parametrize("name", ["wei", "", "li"])
def test_a_row_cannot_be_approved_by_one_of_its_own_or_nobody(waiting: Draft, name: str) -> None:
    Draft.objects.filter(pk=waiting.pk).update(editors=["li", "wei"])
    change(waiting, state="approved", approved_by=name, approved_at=timezone.now())


def test_a_submission_has_its_content_and_its_date(waiting: Draft) -> None:
    change(waiting, version=None)
    change(waiting, effective_from=None)


def test_only_the_founding_edition_has_no_base(waiting: Draft) -> None:
    change(waiting, base=None)


def test_there_is_no_second_founding_edition(waiting: Draft) -> None:
    del waiting
    founding = Draft.objects.get(base=None)
    founding.pk, founding.name = None, "another"
    with pytest.raises(DatabaseError, match="one_founding_edition"), transaction.atomic():
        founding.save(force_insert=True)
    assert founding.effective_from == FOUNDING_DAY


def test_an_edition_stays_as_it_was_approved(waiting: Draft) -> None:
    change(approved(officer("hana"), waiting), effective_from=FOUNDING_DAY)


def test_a_version_keeps_its_content(waiting: Draft) -> None:
    with pytest.raises(DatabaseError, match="history"), transaction.atomic():
        Version.objects.filter(pk=waiting.version_id).update(files={})


def test_steps_are_only_ever_added(waiting: Draft) -> None:
    for write in (lambda: Step.objects.update(by="nobody"), lambda: Step.objects.all().delete()):
        with pytest.raises(DatabaseError, match="history"), transaction.atomic():
            write()
    assert waiting.steps.count() == 3


def at_once(*calls: Callable[[], object]) -> list[str]:
    """Run the calls at the same moment, each in a thread of its own; the names of what they raised."""
    start = Barrier(len(calls))

    def one(call: Callable[[], object]) -> str:
        try:
            start.wait()
            call()
        except RefusedError as error:
            return type(error).__name__
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(one, calls))


def two_drafts(wei: User, hana: User) -> tuple[Draft, Draft]:
    first = edited(wei, begun(wei, "a"))
    return first, edited(hana, actions.start_draft(by=hana, name="b"), horizon(7))


@pytest.mark.django_db(transaction=True)
def test_of_two_submissions_at_once_one_must_merge() -> None:
    wei, hana = officer("wei"), officer("hana")
    first, second = two_drafts(wei, hana)
    raised = at_once(lambda: submitted(wei, first), lambda: submitted(hana, second))
    assert raised == ["", "NeedsMergeError"]


@pytest.mark.django_db(transaction=True)
def test_two_approvals_of_one_submission_at_once_are_one() -> None:
    wei, hana, li = officer("wei"), officer("hana"), officer("li")
    draft = submitted(wei, edited(wei, begun(wei)))
    assert at_once(lambda: approved(hana, draft), lambda: approved(li, draft)) == ["", "RefusedError"]
    assert Step.objects.filter(kind="approved", draft=draft).count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_approval_while_another_submits_leaves_one_chain() -> None:
    wei, hana, li = officer("wei"), officer("hana"), officer("li")
    first, second = two_drafts(wei, hana)
    submitted(wei, first)
    raised = at_once(lambda: approved(li, first), lambda: submitted(hana, second))
    assert raised == ["", "NeedsMergeError"]
    assert editions.in_force(LATER) == editions.head()


@pytest.mark.django_db(transaction=True)
def test_two_nights_that_found_at_once_have_one_founding_edition() -> None:
    def found() -> None:
        actions.found(by="night", files=FILES)

    at_once(found, found)
    assert Draft.objects.filter(base=None).count() == 1
