"""A threshold lowered in the browser, checked, approved by somebody else, applied by the next night."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from stead.night.demo import next_day
from tests.acceptance.conftest import DAY
from tests.acceptance.site import Bank
from tests.browsing import patient

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CUSTOMERS = "1500"
NEXT_DAY = (date.fromisoformat(DAY) + timedelta(days=1)).isoformat()
ASSETS = "col-assets_average"
THRESHOLD, REST = "2.2-tier-8", "2.2-tier-11"


@pytest.fixture(scope="module")
def own_bank(data: Path) -> Bank:
    """A bank of this test's own, since it changes the handbook that its nights use."""
    made = Bank(data / "handbook-bank")
    made.stead("demo", "--customers", CUSTOMERS, "--date", DAY)
    # The coming night's files are there already, so that it can be replayed before it is run.
    next_day(made.lake, date.fromisoformat(DAY), seed=1)
    return made


@pytest.fixture(scope="module")
def own_address(own_bank: Bank) -> Iterator[str]:
    with own_bank.served() as found, own_bank.working():
        yield found


class Office:
    """Somebody at a screen of their own. An error in the console fails the test at the end."""

    def __init__(self, browser: Browser, bank: Bank, address: str, username: str) -> None:
        login = next(one for one in bank.logins if one["username"] == username)
        self.problems: list[str] = []
        context = browser.new_context(
            viewport={"width": 1440, "height": 900}, base_url=address, locale="en-GB"
        )
        self.page: Page = patient(context).new_page()
        self.page.on(
            "console", lambda said: self.problems.append(said.text) if said.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.goto("/login/")
        self.page.locator("#id_username").fill(login["username"])
        self.page.locator("#id_password").fill(login["password"])
        self.page.locator("#id_password").press("Enter")
        self.page.wait_for_url(re.compile(r"^(?!.*/login/)"))
        if self.page.locator("html").get_attribute("lang") != "en":
            self.page.locator("button[name=language]").click()

    def cell(self, rule: str, column: str = ASSETS) -> Locator:
        """A cell of the decision table in the editor."""
        return self.page.locator(f'td[data-row-id="_{rule}"][data-col-id="{column}"]')

    def type_cell(self, rule: str, text: str) -> None:
        """Click into a cell and write it anew, as somebody would."""
        self.cell(rule).click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        # What was typed stands there after the cell is left.
        self.page.locator("[data-state]").click()
        expect(self.cell(rule)).to_have_text(text)

    def close(self) -> None:
        self.page.context.close()
        assert self.problems == []


def tiers(path: Path) -> dict[str, int]:
    """Each customer's tier, in a file of standings; who left or died has none."""
    rows = duckdb.connect().read_parquet(path.as_posix())
    current = rows.filter("ended = ''") if "ended" in rows.columns else rows
    return dict(current.select("customer_id, tier").fetchall())


def simulate(officer: Office, address: str) -> tuple[str, set[str]]:
    """Replay the coming night by the draft, with the page and the worker: its number, and whom it names."""
    page = officer.page
    page.goto(address)
    page.get_by_role("link", name="Simulate").click()
    page.locator("#id_first").select_option(NEXT_DAY)
    page.locator("#id_last").select_option(NEXT_DAY)
    page.get_by_role("button", name="Simulate").click()
    page.wait_for_url(re.compile(r"/simulations/\d+/$"))
    number = page.url.rstrip("/").rpartition("/")[2]
    expect(page.locator(".sim-matrix").first).to_be_visible(timeout=300_000)
    named: set[str] = set()
    page.goto(f"/simulations/{number}/customers/?measure=tiers&night={NEXT_DAY}&moved=true")
    while True:
        named |= set(page.locator("tbody td:first-child").all_inner_texts())
        following = page.get_by_role("link", name="Next page")
        if not following.count():
            return number, named
        following.click()


def lower_the_threshold(officer: Office) -> str:
    """Begin a draft and change table 2.2/tier; gives the address of the draft."""
    page = officer.page
    page.goto("/handbook/versions/")
    page.get_by_role("button", name="Start a draft").click()
    page.wait_for_url(re.compile(r"/handbook/drafts/\d+/$"))
    address = page.url
    page.get_by_role("link", name="tier.dmn").click()
    expect(page.locator("[data-ready]")).to_be_attached()
    officer.type_cell(THRESHOLD, ">= 40000")
    # The rest is named by its own range, and the two do not meet.
    officer.type_cell(REST, "< 39000")
    return address


def mend(officer: Office) -> None:
    """The check finds the gap; the cell is set right and saved."""
    problems = officer.page.locator("[data-problems] li")
    expect(problems).to_have_count(1)
    expect(problems.first).to_contain_text("Average assets of the month from 39,000 up to 40,000")
    officer.type_cell(REST, "< 40000,")
    expect(officer.cell(REST)).to_have_attribute("data-finding", "error")
    officer.type_cell(REST, "-")
    expect(problems).to_have_count(0)
    officer.page.keyboard.press("Control+s")
    expect(officer.page.locator("[data-state=saved]")).to_be_visible()


def submit(officer: Office, address: str) -> None:
    """Look at what changed and hand it over, with the simulation that is offered."""
    page = officer.page
    page.goto(address)
    changed = page.locator("td.is-changed")
    expect(changed).to_have_count(1)
    expect(changed).to_have_text(re.compile(r"≥ 40,000\s*≥ 50,000"))
    page.get_by_label("What changes, and why").fill("Gold begins at 40,000 from tonight on")
    expect(page.locator("#submit-simulation")).to_contain_text(NEXT_DAY)
    page.get_by_role("button", name="Submit for approval").click()
    expect(page.locator("#approval")).to_contain_text("You cannot approve your own draft")


def test_a_lowered_threshold_goes_from_the_browser_into_the_night(
    browser: Browser, own_bank: Bank, own_address: str
) -> None:
    officer = Office(browser, own_bank, own_address, "policy")
    address = lower_the_threshold(officer)
    mend(officer)
    number, named = simulate(officer, address)
    assert named
    submit(officer, address)

    expect(officer.page.get_by_role("button", name="Approve")).to_have_count(0)
    token = officer.page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    refused = officer.page.request.post(
        f"{address}approve/", form={"comment": "mine", "csrfmiddlewaretoken": token}
    )
    assert refused.status == 422
    officer.close()

    second = Office(browser, own_bank, own_address, "policy2")
    second.page.goto(address)
    expect(second.page.locator("#approval")).to_contain_text("Attached simulation")
    second.page.get_by_label("Comment").fill("agreed by the committee")
    second.page.get_by_role("button", name="Approve").click()
    expect(second.page.locator(".draft-head")).to_contain_text("approved, holds later")
    second.close()

    own_bank.stead("demo", "--customers", CUSTOMERS, "--date", NEXT_DAY)
    (night,) = (own_bank.lake / "nights" / NEXT_DAY).iterdir()
    after = tiers(night / "published/standing.parquet")
    replayed = own_bank.lake / "simulations" / number / NEXT_DAY
    otherwise = tiers(replayed / "current/standings.parquet")
    assert {one for one, tier in after.items() if tier != otherwise[one]} == named
    assert after == tiers(replayed / "draft/standings.parquet")
    look_at_why(browser, own_bank, own_address, named)


def look_at_why(browser: Browser, bank: Bank, address: str, named: set[str]) -> None:
    """A banker sees the new row lit; the night before still explains itself by the table of that time."""
    banker = Office(browser, bank, address, "banker")
    page = banker.page
    customer = next(one for one in sorted(named) if page.request.get(f"/why/{one}/tier/").ok)
    page.goto(f"/why/{customer}/tier/")
    expect(page.locator(f'tr.is-lit th[title="{THRESHOLD}"]')).to_be_visible()
    threshold = page.locator("tr", has=page.locator(f'th[title="{THRESHOLD}"]'))
    expect(threshold).to_contain_text("¥40 k")
    page.goto(f"/why/{customer}/tier/?night={DAY}")
    expect(page.locator(f'tr.is-lit th[title="{REST}"]')).to_be_visible()
    expect(threshold).to_contain_text("¥50 k")
    banker.close()
