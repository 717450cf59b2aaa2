"""The place “Review” in a real browser, over the real rules."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from advisor.brief import Brief
from advisor.ui import words
from tests.ui.conftest import Served
from tests.ui.driving import go_to, mark_is_in_view, open_citation, open_page
from tests.ui.scripted import HOSTILE, REPLIES
from tests.ui.test_browser import CONTRAST

pytestmark = pytest.mark.browser

TAGS = "#a #b #c #d #e #f #g"
POST = f"Our <b>new</b> pizza is there. Like and share to win! {TAGS}"


def reviewed(page: Page, address: str, text: str) -> Locator:
    """Open the page, have a text reviewed, and return what was found."""
    open_page(page, address)
    go_to(page, "Review")
    page.locator("#review-text textarea").fill(text)
    page.locator("#review-button").click()
    page.locator("#review-found .review").wait_for()
    return page.locator("#review-found")


def test_faults_are_marked_at_their_words_and_numbered(page: Page, served: Served, screenshots: Path) -> None:
    found = reviewed(page, served.address, POST)
    marks = found.locator(".reviewed mark")
    assert [mark.evaluate("m => m.firstChild.textContent") for mark in marks.all()] == ["Like and share to win", TAGS]
    text = found.locator(".reviewed").evaluate(
        "e => { e = e.cloneNode(true); e.querySelectorAll('sup').forEach(s => s.remove()); return e.textContent }"
    )
    assert text == POST
    faults = found.locator(".faults > li")
    assert faults.count() == 3
    expect(found.get_by_role("status")).to_contain_text("3 rules")
    number = marks.nth(1).get_attribute("data-faults")
    marks.nth(1).click()
    current = found.locator(".fault[aria-current]")
    expect(current).to_have_count(1)
    assert current.get_attribute("data-fault") == number
    expect(current.locator("q")).to_have_text(TAGS)
    page.screenshot(path=screenshots / "review.png")


def test_a_rule_opens_the_sentence_that_backs_it(page: Page, served: Served) -> None:
    found = reviewed(page, served.address, POST)
    assert open_citation(page, found.locator(".fault").first.get_by_role("button")) == REPLIES
    assert mark_is_in_view(page)


def test_the_kind_can_be_named(page: Page, served: Served) -> None:
    found = reviewed(page, served.address, "Post every day at nine. Grow followers.")
    page.get_by_role("radio", name="plan").check()
    page.locator("#review-button").click()
    expect(found.get_by_role("status")).to_contain_text("as a plan")


def test_nothing_to_review_is_said(page: Page, served: Served) -> None:
    open_page(page, served.address)
    go_to(page, "Review")
    page.locator("#review-button").click()
    expect(page.locator("#review-found [role=alert]")).not_to_be_empty()


def test_files_are_reviewed_a_text_and_a_saved_plan(page: Page, served: Served, tmp_path: Path) -> None:
    (tmp_path / "post.md").write_text("Like and share to win!", encoding="utf-8")
    plan = served.advisor.plan(Brief(business="a bakery", goal="regulars", hours_per_week=4))
    plan.export(tmp_path / "plan.yaml")
    open_page(page, served.address)
    go_to(page, "Review")
    found, field = page.locator("#review-found"), page.locator("#review-file input[type=file]")
    field.set_input_files(tmp_path / "post.md")
    expect(found.locator(".reviewed mark")).to_have_count(1)
    page.locator("#review-file").get_by_role("button", name="Remove this file").or_(
        page.locator("#review-file").get_by_role("button", name="Clear")
    ).first.click()
    field.set_input_files(tmp_path / "plan.yaml")
    expect(found.get_by_role("status")).to_contain_text("as a plan")
    expect(found.locator(".reviewed")).to_have_count(0)
    assert found.locator(".fault").count() == len({finding.code for finding in plan.findings})


def test_hostile_text_changes_nothing(page: Page, served: Served, requests: list[str]) -> None:
    found = reviewed(page, served.address, f"{HOSTILE} {TAGS}")
    assert found.locator("script, img, a").count() == 0
    expect(found.locator(".reviewed")).to_contain_text("<script>window.hacked=1</script>")
    assert page.evaluate("window.hacked") is None
    assert "192.0.2.1" not in requests


def test_it_fits_a_phone_and_leads_back(browser: Browser, served: Served, screenshots: Path) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, color_scheme="dark")
    context.set_default_timeout(15_000)
    page = context.new_page()
    found = reviewed(page, served.address, POST)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.screenshot(path=screenshots / "phone-review.png", full_page=True)
    why = found.locator(".fault").first.get_by_role("button")
    open_citation(page, why)
    assert mark_is_in_view(page)
    page.get_by_role("button", name=words.BACK_TO_REVIEW).click()
    expect(why).to_be_focused()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast(browser: Browser, served: Served, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    page = context.new_page()
    reviewed(page, served.address, POST).locator("mark").first.click()
    page.wait_for_timeout(300)  # until colours have changed
    poor = page.evaluate(CONTRAST)
    context.close()
    assert poor == []
