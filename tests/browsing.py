"""What the tests in a browser share: how long they wait for a page, and when a page has come to rest."""

from playwright.sync_api import BrowserContext, expect

# A page answers in a tenth of a second. Beside five other programs it may take a hundred times as long, and
# a test that has to wait is still right; only where nothing comes at all does it fail.
PATIENCE_MS = 90_000
# Through the debugger, as the page's own policy lets no text be run.
AT_REST = """async () => {
    const busy = () => document.querySelector(".htmx-request") || document.getAnimations().length;
    for (let turn = 0; turn < 1200 && busy(); turn += 1) await new Promise((done) => setTimeout(done, 50));
}"""


def patient(context: BrowserContext) -> BrowserContext:
    """The same context, whose pages and whose expectations are waited for patiently."""
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    return context
