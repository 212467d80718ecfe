"""Logging, postponing, declining: what is written, once, by whom."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from tests import factories

from stead.access.models import Role, User
from stead.audit.models import Entry
from stead.engagement import actions
from stead.engagement.day import desk_moment, entries
from stead.engagement.models import Action, ActionState, Channel, Contact, Outcome
from stead.extracts.shown_night import Night, published

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


@pytest.fixture
def night() -> Night:
    factories.night()
    found = published.get()()
    assert found is not None
    return found


@pytest.fixture
def banker(night: Night) -> User:
    factories.customer("C1")
    return factories.user(Role.BANKER)


@pytest.fixture
def action(banker: User) -> Action:
    return factories.action("C1", latest_on=factories.WORK_DATE)


def log(
    by: User, action: Action, night: Night, outcome: Outcome = Outcome.REACHED, note: str = ""
) -> Contact:
    return actions.log_contact(
        by=by, key=action.key, channel=Channel.CALL, outcome=outcome, note=note, now=NOW, night=night
    )


def test_a_logged_contact_is_kept_with_what_asked_for_it(banker: User, action: Action, night: Night) -> None:
    contact = log(banker, action, night, note=" moved the factory ")
    assert (contact.action_key, contact.clause, contact.note) == (action.key, "2.3", "moved the factory")
    assert ActionState.objects.get(pk=action.key).state == "done"


def test_it_stands_in_the_ledger(banker: User, action: Action, night: Night) -> None:
    log(banker, action, night)
    row = Entry.objects.get()
    assert (row.actor, row.verb, row.object_id) == ("banker", "contact.logged", "C1")


def test_a_double_click_logs_once(banker: User, action: Action, night: Night) -> None:
    first, second = log(banker, action, night), log(banker, action, night)
    assert (first.pk, Contact.objects.count(), Entry.objects.count()) == (second.pk, 1, 1)


def test_another_entry_for_the_same_action_corrects_the_first(
    banker: User, action: Action, night: Night
) -> None:
    log(banker, action, night)
    log(banker, action, night, Outcome.FOLLOW_UP, "on Friday")
    assert [(row.outcome, row.note) for row in Contact.objects.all()] == [("follow_up", "on Friday")]
    assert Entry.objects.last().detail["before"]["outcome"] == "reached"  # type: ignore[union-attr]


def test_who_was_not_reached_comes_back_the_next_day(banker: User, action: Action, night: Night) -> None:
    log(banker, action, night, Outcome.NOT_REACHED)
    state = ActionState.objects.get(pk=action.key)
    assert (state.state, state.until) == ("postponed", night.work_date + timedelta(days=1))


def test_a_need_that_comes_back_is_a_new_contact(banker: User, action: Action, night: Night) -> None:
    log(banker, action, night)
    Contact.objects.update(at=NOW - timedelta(days=30))
    ActionState.objects.update(set_at=night.published_at - timedelta(days=30))
    log(banker, action, night)
    assert Contact.objects.count() == 2


def test_refusing_marketing_takes_marketing_off_the_list_at_once(
    banker: User, action: Action, night: Night
) -> None:
    factories.action("C1", "festival", message_class="marketing")
    assert len(entries(banker, night)) == 2
    log(banker, action, night, Outcome.REFUSED)
    assert [one.action.kind for one in entries(banker, night)] == ["owed_contact"]


def test_postponing_keeps_the_day(banker: User, action: Action, night: Night) -> None:
    until = date(2026, 11, 26)
    for _ in range(2):
        actions.postpone(by=banker, key=action.key, until=until, now=NOW, night=night)
    assert ActionState.objects.get(pk=action.key).until == until
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("until", [date(2026, 11, 23), date(2026, 11, 20), date(2027, 11, 23)])
def test_a_day_that_is_past_or_too_far_is_refused(
    banker: User, action: Action, night: Night, until: date
) -> None:
    with pytest.raises(actions.RefusedError):
        actions.postpone(by=banker, key=action.key, until=until, now=NOW, night=night)
    assert not ActionState.objects.exists()


def test_declining_needs_a_reason(banker: User, action: Action, night: Night) -> None:
    with pytest.raises(actions.RefusedError):
        actions.decline(by=banker, key=action.key, reason="  ", now=NOW, night=night)
    actions.decline(by=banker, key=action.key, reason="moved away", now=NOW, night=night)
    assert ActionState.objects.get(pk=action.key).reason == "moved away"


def test_another_bankers_action_cannot_be_logged(action: Action, night: Night) -> None:
    other = factories.user(Role.BANKER, "other", banker_id="B2")
    with pytest.raises(Action.DoesNotExist):
        log(other, action, night)


def test_an_auditor_writes_nothing(action: Action, night: Night) -> None:
    with pytest.raises(PermissionDenied):
        log(factories.user(Role.AUDITOR), action, night)


@pytest.mark.parametrize(
    ("work_date", "expected"),
    [
        (date(2026, 11, 23), date(2026, 11, 23)),
        (date(2026, 11, 20), date(2026, 11, 23)),
        (date(1994, 3, 31), date(1994, 3, 31)),
    ],
)
def test_a_desk_of_another_time_logs_on_its_own_day(work_date: date, expected: date) -> None:
    assert timezone.localtime(desk_moment(NOW, work_date)).date() == expected
