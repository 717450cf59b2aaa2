"""Takes the README's screenshot: an answer with an open citation, 1280 x 800, light.

Run ``python -m tests.ui.readme_screenshot docs/screenshot.png``; the index is made in the usual data folder if it isn't
there yet.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from advisor.assembly import build_advisor, open_knowledge
from advisor.settings import load_settings
from advisor.ui.app import build_app, free_port, start
from tests.ui.conftest import CHROMIUM_FLAGS
from tests.ui.driving import ask, open_citation, open_page

QUESTION = "Should I post offers every day?"


def take(target: Path, question: str = QUESTION) -> None:
    """Ask the question, open the first citation, and save what the window shows."""
    settings = load_settings()
    with open_knowledge(settings) as kb, sync_playwright() as playwright:
        app = build_app(build_advisor(settings, kb), kb, settings)
        address = start(app, host="127.0.0.1", port=free_port("127.0.0.1", None))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
        open_page(page, address)
        turn = ask(page, question)
        open_citation(page, turn.locator(".chip").first)
        page.mouse.move(0, 0)
        page.wait_for_timeout(500)
        target.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=target)
        browser.close()
        app.close(verbose=False)


if __name__ == "__main__":
    take(Path(sys.argv[1]), *sys.argv[2:3])
