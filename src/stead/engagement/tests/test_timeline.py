"""What happened with a customer: six tables as one list, and reads of actions and contacts."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import factories

from stead.engagement.counting import OLDER
from stead.engagement.models import ActionState, Contact
from stead.engagement.queries import about, made, open_about
from stead.engagement.timeline import events
from stead.handbook.content.night_words import LIMITS

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _night() -> None:
    factories.night()


def contact(at: datetime, **values: object) -> Contact:
    fields = {"customer_id": "C1", "banker_id": "B1", "channel": "call", "message_class": "service"} | values
    return Contact.objects.create(at=at, **({"outcome": "reached", "logged_by": "lin"} | fields))


def settle(key: str, state: str, set_at: datetime) -> None:
    ActionState.objects.create(
        action_key=key, customer_id="C1", kind="maturity", state=state, on_date=set_at.date(), set_by="lin",
        set_at=set_at, reason="not now",
    )  # fmt: skip


def everything() -> None:
    contact(datetime(2026, 11, 23, 3, 0, tzinfo=UTC))
    factories.past_contact("C1", days_ago=42)
    factories.notable("C1", days_ago=2)
    factories.tier_move("C1")
    factories.action("C1", "warning_red", first_owed_on=date(2026, 11, 22))
    factories.action("C1", "festival", status="held", held_reason="consent", first_owed_on=date(2026, 11, 20))
    settle("C1/maturity/x", "declined", datetime(2026, 11, 19, 3, 0, tzinfo=UTC))


def sources(**wanted: str) -> list[str]:
    return [event.source for event in events("C1", **wanted)]  # type: ignore[arg-type]


def test_the_timeline_is_everything_newest_first() -> None:
    everything()
    assert sources() == ["contact", "warning", "transaction", "held", "state", "tier", "past"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("contact", ["contact", "past"]),
        ("action", ["held", "state"]),
        ("transaction", ["transaction"]),
        ("tier", ["tier"]),
        ("warning", ["warning"]),
    ],
)
def test_a_kind_leaves_out_the_others(kind: str, expected: list[str]) -> None:
    everything()
    assert sources(kind=kind) == expected


def test_a_contact_of_an_action_counts_as_an_action_too() -> None:
    contact(datetime(2026, 11, 23, 3, 0, tzinfo=UTC), action_key="C1/maturity/x", action_kind="maturity")
    assert sources(kind="action") == ["contact"]


def test_a_time_is_told_in_the_banks_zone() -> None:
    contact(datetime(2026, 11, 22, 23, 30, tzinfo=UTC))
    (found,) = events("C1")
    assert (found.on, found.clock) == (date(2026, 11, 23), "07:30:00")


@pytest.mark.parametrize("kind", ["", "contact"])
def test_pages_follow_each_other_without_gap_or_repetition(kind: str) -> None:
    for number in range(12):
        contact(datetime(2026, 11, 23, 3, 0, tzinfo=UTC) - timedelta(days=number // 3))
    whole = [event.key for event in events("C1", kind, limit=50)]
    paged: list[str] = []
    cursor = ""
    while True:
        found = events("C1", kind, cursor, limit=5)
        paged += [event.key for event in found[:5]]
        if len(found) <= 5:
            break
        cursor = found[4].cursor
    assert paged == whole
    assert len(set(paged)) == 12


def test_a_cursor_that_is_none_begins_at_the_top() -> None:
    everything()
    assert len(events("C1", cursor="nonsense~x~y")) == 7


def test_the_timeline_is_one_statement() -> None:
    everything()
    with CaptureQueriesContext(connection) as seen:
        events("C1")
    assert len(seen) == 1


def test_others_are_left_out() -> None:
    factories.notable("C2")
    assert sources() == []


def test_an_action_settled_since_the_night_is_not_open() -> None:
    factories.customer("C1")
    made_action = factories.action("C1", "maturity")
    user = factories.user()
    settle(made_action.key, "done", factories.NOW - timedelta(days=30))
    assert open_about(user, "C1", factories.NOW) == [made_action]
    ActionState.objects.update(set_at=factories.NOW + timedelta(hours=9))
    assert open_about(user, "C1", factories.NOW) == []
    assert about(user, "C1") == [made_action]


def test_actions_of_foreign_customers_are_not_there() -> None:
    factories.action("C1", banker_id="B2")
    assert about(factories.user(), "C1") == []


def test_contacts_made_in_vain_do_not_count() -> None:
    contact(datetime(2026, 11, 20, 3, 0, tzinfo=UTC), message_class="marketing")
    contact(datetime(2026, 11, 21, 3, 0, tzinfo=UTC), message_class="marketing", outcome="not_reached")
    factories.past_contact("C1", days_ago=29)
    factories.past_contact("C1", days_ago=30)
    factories.past_contact("C1", days_ago=3, direction="in")
    found = [one for one in made("C1", factories.WORK_DATE, 30) if one.counts(LIMITS, OLDER)]
    assert sorted(one.message_class for one in found) == ["marketing", "relationship"]
