"""The demo bank that the acceptance tests share, and a browser."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.acceptance.site import Bank
from tests.browsing import patient

CUSTOMERS = 3000
DAY = "2026-11-20"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="session")
def bank(data: Path) -> Bank:
    """A demo bank after its first night."""
    made = Bank(data / "bank")
    made.stead("demo", "--customers", str(CUSTOMERS), "--date", DAY)
    return made


@pytest.fixture(scope="session")
def data() -> Iterator[Path]:
    """Where banks lie until the tests have ended: they are too large to be kept as pytest keeps folders."""
    with tempfile.TemporaryDirectory(prefix="stead-banks-", ignore_cleanup_errors=True) as found:
        yield Path(found)


@pytest.fixture(scope="session")
def address(bank: Bank) -> Iterator[str]:
    """Where the bank's pages are served."""
    with bank.served() as found:
        yield found


# Until the folder's tests are done: its loop would make Django refuse the queries of others.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium of the system. Where CI=true it must be there; elsewhere the tests say that they skip."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        assert os.environ.get("CI") != "true", "Chromium is missing: tests/browser.sh installs it"
        pytest.skip("Chromium is missing")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield made
        made.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A fresh page of 1440 pixels' width; an error in its console fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=address, locale="en-GB")
    made = patient(context).new_page()
    problems: list[str] = []
    made.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    made.on("pageerror", lambda error: problems.append(str(error)))
    yield made
    context.close()
    assert problems == []
