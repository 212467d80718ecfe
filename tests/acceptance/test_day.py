"""A banker's day in a browser: the first action, a call logged, the timeline, the next night."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.conftest import DAY
from tests.acceptance.site import Bank

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def log_in(page: Page, bank: Bank, role: str) -> None:
    """Through the log-in page, with the login that the demo printed."""
    login = next(each for each in bank.logins if each["role"] == role)
    page.goto("/login/")
    page.locator("#id_username").fill(login["username"])
    page.locator("#id_password").fill(login["password"])
    page.locator("#id_password").press("Enter")
    page.wait_for_url(re.compile(r"^(?!.*/login/)"))


def test_a_logged_call_leaves_the_day_stands_on_the_timeline_and_is_not_asked_for_again(
    page: Page, bank: Bank
) -> None:
    log_in(page, bank, "banker")
    page.goto("/day/")
    row = page.locator("[data-row]").first
    key, customer = row.get_attribute("data-action"), row.get_attribute("data-open")
    assert key
    assert customer
    page.keyboard.press("c")
    page.keyboard.press("1")
    expect(page.locator("#news .news-line").last).to_be_visible()
    expect(page.locator(f'#day-list [data-action="{key}"]:visible')).to_have_count(0)
    note = page.goto(f"{customer}timeline/")
    assert note
    assert note.ok
    expect(page.locator(".events li").first).to_contain_text(re.compile(r"Call|电话|致电"))

    tomorrow = date.fromisoformat(DAY) + timedelta(days=1)
    bank.stead("demo", "--customers", "3000", "--date", tomorrow.isoformat())
    page.goto("/day/")
    expect(page.locator("[data-row]").first).to_be_visible()
    kind = key.split("/")[1]
    number = key.split("/")[0]
    expect(page.locator(f'[data-action^="{number}/{kind}/"]:visible')).to_have_count(0)


def test_j_and_k_move_the_pane_without_a_page_load(page: Page, bank: Bank) -> None:
    log_in(page, bank, "banker")
    page.goto("/day/")
    second = page.locator("[data-row]").nth(1).get_attribute("data-action")
    page.evaluate("window.notReloaded = true")
    page.keyboard.press("j")
    expect(page.locator(f'#pane [data-pane="{second}"]')).to_be_visible()
    page.keyboard.press("k")
    expect(page.locator(f'#pane [data-pane="{second}"]')).to_have_count(0)
    assert page.evaluate("window.notReloaded") is True


def test_search_finds_a_customer_by_name_and_opens_it(page: Page, bank: Bank) -> None:
    log_in(page, bank, "banker")
    page.goto("/customers/")
    name = page.locator("[data-row] [data-open]").first.inner_text()
    page.keyboard.press("/")
    page.keyboard.type(name)
    expect(page.locator("#search-hits [role=option]").first).to_contain_text(name)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1, h2").filter(has_text=name).first).to_be_visible()
