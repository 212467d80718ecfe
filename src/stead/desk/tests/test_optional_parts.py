"""What is not known leaves no empty brackets and no loose words behind."""

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override
from tests import factories

from stead.customers.models import Customer
from stead.customers.queries import Months, Profile
from stead.desk import customer_timeline
from stead.desk.customer_page import headline
from stead.desk.customer_timeline import Telling, lines
from stead.practice.pages import Event

TOLD = {language: Telling(language, "CNY", factories.WORK_DATE) for language in ("en", "zh-hans")}
HELD = {
    "kind": "birthday", "channel": "", "held_reason": "no_channel", "clause": "2.3", "decision": "occasion",
    "rule_id": "", "numbers": "{}", "handbook_version": "", "run_id": "2026-11-20-1",
}  # fmt: skip


def profile(banker: str, branch: str, **values: Any) -> Profile:
    known: dict[str, Any] = factories.CUSTOMER | values
    return Profile(Customer(customer_id="C1", name="An", **known), banker, branch, Months((), {}))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("banker", ["", "林晓雯"])
@pytest.mark.parametrize("branch", ["", "静安支行"])
def test_who_looks_after_a_customer(language: str, banker: str, branch: str) -> None:
    with override(language):
        said = headline(profile(banker, branch), date(2026, 11, 23))[-1]
    assert "()" not in said
    assert said.count("(") == (1 if branch else 0)
    assert banker in said


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_was_held_for_want_of_a_channel(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The sentence comes out of a stored handbook, which is not what is tried here.
    monkeypatch.setattr(customer_timeline, "sentence", lambda *_: "a birthday")
    event = Event("held", date(2026, 11, 20), "", "held:C1/birthday/x", dict(HELD))
    with override(language):
        (line,) = lines([event], TOLD[language])
    assert "()" not in line.title
    assert not line.title.rstrip().endswith((" by", ":"))


@pytest.mark.parametrize(
    ("born", "said"), [(date(2025, 11, 1), "1 year old"), (date(2024, 11, 1), "2 years old")]
)
def test_one_year_is_a_year(born: date, said: str) -> None:
    with override("en"):
        known = profile("", "", birth_date=born, opened_on=date(2025, 1, 1))
        parts = headline(known, date(2026, 11, 23))
    assert said in parts
    assert "1 year with us" in parts
