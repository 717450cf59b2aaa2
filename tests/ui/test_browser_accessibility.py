"""What axe-core finds in each place of the page, at a desk and on a phone, in light and in dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.ui.conftest import Served
from tests.ui.driving import ask, go_to, open_citation, open_page
from tests.ui.test_browser_plan import drafted
from tests.ui.test_browser_review import reviewed

pytestmark = pytest.mark.browser

SERIOUS = ("serious", "critical")


def asked(page: Page, address: str) -> None:
    open_page(page, address)
    turn = ask(page, "partial: should I post offers every day?")
    turn.locator("details summary").first.click()
    open_citation(page, turn.locator(".chip").first)


def planned(page: Page, address: str) -> None:
    plan = drafted(page, address)
    plan.locator("details.why summary").first.click()
    open_citation(page, plan.locator(".chip").first)


def looked_through(page: Page, address: str) -> None:
    reviewed(page, address, "Buy our amazing sourdough now! 20% off until Sunday.")


def opened(page: Page, address: str) -> None:
    open_page(page, address)
    go_to(page, "Library")
    page.locator("#sources .flag").first.wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("visit", [open_page, asked, planned, looked_through, opened])
def test_there_is_no_serious_violation(
    browser: Browser, served: Served, visit: Callable[[Page, str], None], width: int, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    visit(page, served.address)
    found = Axe().run(page).response["violations"]
    context.close()
    serious = [
        f"{one['id']}: {one['help']}: {node['html'][:200]}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]
    assert serious == []
