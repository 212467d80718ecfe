"""The contact hours beside the day: those of the handbook that made the action, on the day."""

from datetime import datetime

import pytest

from stead.desk.contact_hours import ContactHours, contact_hours
from stead.handbook.models import Version

pytestmark = pytest.mark.django_db
PARAMS = (
    "name,value,unit,effective_from,effective_to,source\n"
    "contact_hours_start,9,hour,1900-01-01,2026-12-31,x\n"
    "contact_hours_start,10,hour,2027-01-01,,x\n"
    "contact_hours_end,20,hour,1900-01-01,,x\n"
)


def stored(version: str, params: str) -> str:
    Version.objects.create(version=version, first_used_on="2026-11-20", files={"params.csv": params})
    return version


@pytest.mark.parametrize(
    ("hour", "minute", "is_outside"), [(8, 59, True), (9, 0, False), (19, 59, False), (20, 0, True)]
)
def test_outside_is_before_the_first_and_from_the_last_hour_on(
    hour: int, minute: int, *, is_outside: bool
) -> None:
    version = stored("a" * 64, PARAMS)
    now = datetime(2026, 11, 23, hour, minute)  # noqa: DTZ001 - what the bank's clocks show
    assert contact_hours(version, now) == ContactHours(9, 20, is_outside)


def test_they_are_those_of_the_day() -> None:
    version = stored("b" * 64, PARAMS)
    found = contact_hours(version, datetime(2027, 1, 4, 9, 30))  # noqa: DTZ001 - as above
    assert found == ContactHours(10, 20, is_outside=True)


def test_a_handbook_without_them_shows_none() -> None:
    version = stored("c" * 64, PARAMS.partition("\n")[0] + "\n")
    assert contact_hours(version, datetime(2026, 11, 23, 12)) is None  # noqa: DTZ001 - as above
    assert contact_hours("d" * 64, datetime(2026, 11, 23, 12)) is None  # noqa: DTZ001 - as above
