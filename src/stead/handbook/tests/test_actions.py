"""A draft's way from the first edit to an edition in force."""

from datetime import date, timedelta

import pytest
from tests import factories

from stead.access.models import Role, User
from stead.handbook import actions, editions
from stead.handbook.models import Draft

pytestmark = [pytest.mark.database, pytest.mark.django_db]
FILES = {
    "params.csv": "name,value,unit,effective_from,effective_to,source\nhorizon_days,31,days,1900-01-01,,x\n"
}
CHANGED = FILES["params.csv"].replace(",31,", ",30,")
LATER = date(2027, 1, 1)


def officer(username: str) -> User:
    return factories.user(Role.POLICY_OFFICER, username)


@pytest.fixture
def wei() -> User:
    return officer("wei")


@pytest.fixture
def hana() -> User:
    return officer("hana")


@pytest.fixture
def draft(wei: User) -> Draft:
    """A changed draft on the founding edition."""
    actions.found(by="night", files=FILES)
    begun = actions.start_draft(by=wei, name="2027.1")
    return actions.save_file(by=wei, draft=begun, path="params.csv", text=CHANGED, revision=begun.revision)


def submitted(draft: Draft, by: User, day: date = LATER) -> Draft:
    return actions.submit(by=by, draft=draft, comment="fewer days", effective_from=day)


def test_an_approved_draft_is_in_force_from_its_date(draft: Draft, wei: User, hana: User) -> None:
    before = editions.in_force(LATER)
    actions.approve(by=hana, draft=submitted(draft, wei), comment="agreed")
    assert editions.in_force(LATER - timedelta(days=1)) == before
    after = editions.in_force(LATER)
    assert after is not None
    assert after.files["params.csv"] == CHANGED
