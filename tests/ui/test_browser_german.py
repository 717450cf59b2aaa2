"""The page in a German browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from advisor.ui import words
from advisor.ui.german import GERMAN
from tests.ui.conftest import Served
from tests.ui.driving import open_citation

pytestmark = pytest.mark.browser


def test_each_place_speaks_german(browser: Browser, served: Served, screenshots: Path) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="de-DE")
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(served.address)
    expect(page.locator("#conversation .welcome h2")).to_have_text(GERMAN[words.WELCOME])
    expect(page.locator("#masthead p")).to_have_text(GERMAN[words.SUBTITLE])
    expect(page.locator("#evidence")).to_contain_text(GERMAN[words.EVIDENCE_EMPTY])
    field = page.get_by_role("textbox", name=GERMAN[words.QUESTION_LABEL])
    expect(field).to_have_attribute("placeholder", GERMAN[words.QUESTION_PLACEHOLDER])
    field.fill("partial: should I post offers every day?")
    page.get_by_role("button", name=GERMAN[words.ASK], exact=True).click()
    turn = page.locator("#conversation [data-state=answered]")
    expect(turn.get_by_role("button", name=GERMAN[words.COPY])).to_be_visible()
    open_citation(page, turn.locator(".chip").first)
    expect(page.locator("#evidence [data-back]")).to_have_text(GERMAN[words.EVIDENCE_BACK])
    page.screenshot(path=screenshots / "german-ask.png")
    page.get_by_role("tab", name=GERMAN[words.PLAN_PLACE]).click()
    expect(page.locator("#plan")).to_contain_text(GERMAN[words.PLAN_EMPTY])
    business = page.get_by_label("Was für ein Betrieb ist es, und wo?")
    expect(business).to_have_attribute("placeholder", "Zum Beispiel: a family restaurant in Graz")
    business.fill("a bakery")
    page.get_by_role("button", name=GERMAN[words.PLAN_DRAFT]).click()
    page.locator("#plan .plan[data-state=drafted]").wait_for()
    expect(page.locator("#plan h2").first).to_have_text("Plan für a bakery")
    page.get_by_label(GERMAN[words.PLAN_VIEW]).click()
    expect(page.get_by_role("option", name=GERMAN[words.VIEWS["one-page"]])).to_be_visible()
    page.keyboard.press("Escape")
    page.screenshot(path=screenshots / "german-plan.png")
    page.get_by_role("tab", name=GERMAN[words.REVIEW_PLACE]).click()
    expect(page.locator("#review-place h2")).to_have_text(GERMAN[words.REVIEW_HEADING])
    expect(page.get_by_role("radio", name=GERMAN[words.TEXT_KINDS["post"]])).to_be_visible()
    page.screenshot(path=screenshots / "german-review.png")
    page.get_by_role("tab", name=GERMAN[words.LIBRARY_PLACE]).click()
    expect(page.locator("#sources")).to_contain_text(GERMAN[words.SOURCES_HEADING])
    page.screenshot(path=screenshots / "german-library.png")
    assert "__i18n__" not in page.locator("body").evaluate(
        "b => { b = b.cloneNode(true); b.querySelectorAll('script').forEach(s => s.remove()); return b.outerHTML }"
    )
    context.close()
