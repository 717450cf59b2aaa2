"""Takes the README's pictures: an answer with an open citation and a plan, and the other places, 1280 x 800, light.

Run ``python -m tests.ui.readme_screenshot FOLDER``; the index is made in the usual data folder if it isn't there yet.
Of the pictures, ``screenshot.png`` and ``plan.png`` stand in the README, in ``docs/``.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from advisor.assembly import build_advisor, open_knowledge
from advisor.settings import load_settings
from advisor.ui.app import build_app, free_port, start
from tests.ui.conftest import CHROMIUM_FLAGS
from tests.ui.driving import ask, go_to, open_citation, open_page

QUESTION = "Should I post offers every day?"
BRIEF = {
    "business": "a family restaurant in Graz",
    "goal": "more guests from Tuesday to Thursday",
    "hours-per-week": "3",
    "budget": "600 EUR",
}
POST = "Buy our amazing sourdough now! 20% off until Sunday. Our rye rests for 24 hours before it is baked."


def take(folder: Path) -> None:
    """Use each place as a person would, and save what the window shows."""
    settings = load_settings()
    folder.mkdir(parents=True, exist_ok=True)
    with open_knowledge(settings) as kb, sync_playwright() as playwright:
        app = build_app(build_advisor(settings, kb), kb, settings)
        address = start(app, host="127.0.0.1", port=free_port("127.0.0.1", None))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
        open_page(page, address)
        turn = ask(page, QUESTION)
        open_citation(page, turn.locator(".chip").first)
        save(page, folder / "screenshot.png")
        go_to(page, "Plan")
        for field, answer in BRIEF.items():
            page.locator(f"#brief-{field}").locator("textarea, input").fill(answer)
        page.locator("#draft").click()
        page.locator("#plan .plan[data-state=drafted]").wait_for(timeout=60_000)
        page.locator("#plan [data-section=objectives] h3").scroll_into_view_if_needed()
        open_citation(page, page.locator("#plan [data-section=objectives] .chip").first)
        page.locator("#plan [data-section=objectives] h3").evaluate("heading => heading.scrollIntoView()")
        save(page, folder / "plan.png")
        go_to(page, "Review")
        page.locator("#review-text textarea").fill(POST)
        page.locator("#review-button").click()
        page.locator(".review [data-rule]").first.click()
        save(page, folder / "review.png")
        go_to(page, "Library")
        save(page, folder / "library.png")
        browser.close()
        app.close(verbose=False)


def save(page: Page, target: Path) -> None:
    """Save what the window shows once it is at rest."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(700)
    page.screenshot(path=target)


if __name__ == "__main__":
    take(Path(sys.argv[1]))
