"""The handbook in Chromium: turned by keys, searched, and its processes drawn within the pages' policy."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.site import Bank
from tests.acceptance.test_day import log_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HANDBOOK = Path(__file__).parents[2] / "handbook"
PROCESSES = sorted(path.relative_to(HANDBOOK).as_posix() for path in HANDBOOK.glob("*/*.bpmn"))


def test_the_keys_turn_the_clauses(page: Page, bank: Bank) -> None:
    log_in(page, bank, "banker")
    page.goto("/handbook/2.2/")
    page.keyboard.press("j")
    page.wait_for_url("**/handbook/2.3/")
    page.keyboard.press("k")
    page.wait_for_url("**/handbook/2.2/")


def test_a_word_is_found_and_opens_where_it_stands(page: Page, bank: Bank) -> None:
    log_in(page, bank, "policy_officer")
    page.goto("/handbook/")
    page.keyboard.press("/")
    page.keyboard.type("2.2-tier-7")
    hit = page.locator("#search-hits [role=option]").first
    expect(hit).to_be_visible()
    hit.click()
    page.wait_for_url("**/handbook/2.2/#2.2-tier-7")
    expect(page.locator('[id="2.2-tier-7"]')).to_be_in_viewport()


@pytest.mark.parametrize("path", PROCESSES)
def test_a_process_is_drawn(page: Page, bank: Bank, path: str) -> None:
    log_in(page, bank, "banker")
    page.goto(f"/handbook/{path}/")
    page.wait_for_selector("[data-drawn]")
    assert page.locator(".djs-shape").count() > 3


def test_a_clause_prints_without_the_frame_around_it(page: Page, bank: Bank) -> None:
    log_in(page, bank, "banker")
    page.goto("/handbook/2.2/")
    page.emulate_media(media="print")
    for around in (".book-side", ".side", ".top", ".book-turn"):
        expect(page.locator(around)).to_be_hidden()
    expect(page.locator(".dmn").first).to_be_visible()
