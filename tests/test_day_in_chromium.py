"""My day in a real browser: two clicks log a contact, the keyboard does all, the page's policy holds."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Page, expect, sync_playwright

from stead.access.models import Role
from stead.engagement.models import Contact
from tests import factories
from tests.browsing import AT_REST, patient

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
AXE = Path(__file__).parents[1] / "node_modules/axe-core/axe.min.js"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
pytestmark = [
    pytest.mark.database,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed; tests/browser.sh installs it"),
]


@pytest.fixture
def page(live_server: Any, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A banker's browser on My day with three actions. It fails the test on any error of the page."""
    # Playwright's own loop runs in this thread, which makes Django refuse plain queries beside it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    factories.night()
    factories.user(Role.BANKER, "lin")
    for number, name in enumerate(("周慧敏", "李淑芬", "赵一鸣"), start=1):
        factories.customer(f"C{number}", name, tier=number)
        factories.action(f"C{number}", rank=number)
    width = getattr(request, "param", 1440)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        # Without motion: axe would measure a colour half way between two themes.
        screen = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        shown = patient(screen).new_page()
        problems: list[str] = []
        shown.on("pageerror", lambda error: problems.append(str(error)))
        shown.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
        shown.goto(f"{live_server.url}/login/")
        shown.fill("#id_username", "lin")
        shown.fill("#id_password", factories.PASSWORD)
        shown.press("#id_password", "Enter")
        shown.wait_for_url("**/day/")
        yield shown
        browser.close()
        # Beside that loop Django keeps a second connection, which would hold the test database.
        connections.close_all()
    assert problems == []


def serious(page: Page) -> list[str]:
    """What axe finds serious on the page. Its script goes in beside the page's policy, not through it."""
    page.evaluate(AT_REST)
    page.context.new_cdp_session(page).send("Runtime.evaluate", {"expression": AXE.read_text("utf-8")})
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run(document)).violations")
    return [
        f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in {"serious", "critical"}
    ]


def test_two_clicks_log_a_call_and_the_next_customer_follows(page: Page) -> None:
    page.click("button[data-way=call]")
    page.click("#way-call button[value=reached]")
    expect(page.locator("#pane .pane-name")).to_contain_text("李淑芬")
    expect(page.locator("#day-list > .group:not(.done) [data-row]")).to_have_count(2)
    expect(page.locator("#news")).to_contain_text("周慧敏")
    assert Contact.objects.get().outcome == "reached"


def test_the_keyboard_moves_and_logs(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#pane .pane-name")).to_contain_text("赵一鸣")
    page.keyboard.press("l")
    page.keyboard.press("2")
    expect(page.locator("#done [data-row]")).to_have_count(1)
    assert (Contact.objects.get().customer_id, Contact.objects.get().outcome) == ("C3", "follow_up")


def test_when_all_is_done_the_page_says_so(page: Page) -> None:
    for left in (2, 1, 0):
        page.keyboard.press("l")
        page.keyboard.press("1")
        expect(page.locator("#day-list > .group:not(.done) [data-row]")).to_have_count(left)
    expect(page.locator("#day-empty")).to_be_visible()


def test_axe_finds_nothing_serious_in_light_and_dark(page: Page) -> None:
    assert serious(page) == []
    page.click("[data-theme-switch]")
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    assert serious(page) == []


@pytest.mark.parametrize("page", [390], indirect=True)
def test_on_a_phone_the_pane_is_a_page_of_its_own(page: Page) -> None:
    assert page.locator("#pane").is_hidden()
    page.click("[data-row] >> nth=0")
    page.wait_for_url("**/pane/")
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("button[data-way=call]")
    page.click("#way-call button[value=reached]")
    page.wait_for_url("**/day/")
    expect(page.locator("#day-list > .group:not(.done) [data-row]")).to_have_count(2)
