"""The place “Plan” in a real browser, over the real planner and what a scripted guide says to its questions."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml
from playwright.sync_api import Browser, Locator, Page, expect

from advisor.brief import QUESTIONS, UNNAMED
from advisor.planning.plan import Plan
from advisor.ui import words
from tests.ui.conftest import Served
from tests.ui.driving import go_to, mark_is_in_view, open_citation, open_page
from tests.ui.scripted import HOSTILE, REPLIES
from tests.ui.test_browser import CONTRAST

pytestmark = pytest.mark.browser

BRIEF = {"business": "a family restaurant in Graz", "goal": "more guests on Tuesdays", "hours-per-week": "4"}


def tell(page: Page, **answers: str) -> None:
    """Answer questions of the brief; what isn't named is left as it is."""
    for field, answer in answers.items():
        page.locator(f"#brief-{field.replace('_', '-')} textarea").fill(answer)


def begin(page: Page, address: str, business: str = BRIEF["business"]) -> None:
    """Open the page, fill in a brief, and begin to draft."""
    open_page(page, address)
    go_to(page, "Plan")
    tell(page, business=business, goal=BRIEF["goal"], hours_per_week=BRIEF["hours-per-week"], budget="600 EUR")
    page.locator("#draft").click()


def drafted(page: Page, address: str, business: str = BRIEF["business"]) -> Locator:
    """Open the page, draft a plan, and return it when it is complete."""
    begin(page, address, business)
    page.locator("#plan .plan[data-state=drafted]").wait_for()
    return page.locator("#plan")


def fits(page: Page) -> bool:
    """Whether nothing on the page is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_sections_arrive_one_by_one_and_nothing_jumps(page: Page, served: Served, screenshots: Path) -> None:
    begin(page, served.address, "a stepwise restaurant")
    plan, sections = page.locator("#plan"), page.locator("#plan [data-section]")
    expect(plan.get_by_role("status")).to_have_text(words.PLAN_BEGINS)
    served.advisor.go_on()
    expect(sections).to_have_count(1)
    expect(plan.get_by_role("status")).to_have_text("Section 2 of 20: Objectives…")
    expect(page.locator("#plan-docx")).to_be_disabled()
    served.advisor.go_on(3)
    expect(sections).to_have_count(4)
    page.screenshot(path=screenshots / "plan-streaming.png")
    before = sections.first.bounding_box()
    basis = sections.first.locator("details.why").first
    basis.locator("summary").click()
    opened = sections.first.bounding_box()
    served.advisor.go_on()
    expect(sections).to_have_count(5)
    assert basis.get_attribute("open") is not None
    assert sections.first.bounding_box() == opened
    basis.locator("summary").click()
    served.advisor.go_on(15)
    expect(sections).to_have_count(20)
    expect(page.locator("#plan-docx")).to_be_enabled()
    after = sections.first.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(after["y"] - before["y"]) < 30  # the sentence at the top may have a line less


def test_stop_keeps_the_sections_that_were_finished(page: Page, served: Served, tmp_path: Path) -> None:
    begin(page, served.address, "a stepwise restaurant")
    served.advisor.go_on(2)
    sections = page.locator("#plan [data-section]")
    expect(sections).to_have_count(2)
    page.locator("#plan-stop").click()
    expect(page.locator("#plan").get_by_role("status")).to_have_text(words.PLAN_STOPPED.format(done=2))
    expect(page.locator("#draft")).to_be_visible()
    served.advisor.go_on(18)  # all the rest of the plan, if anything still waited for it
    page.wait_for_timeout(2000)
    expect(sections).to_have_count(2)
    with page.expect_download() as download:
        page.locator("#plan-json").click()
    saved = Plan.model_validate_json(Path(download.value.path()).read_text(encoding="utf-8"))
    assert (len(saved.sections), saved.complete) == (2, False)


def test_a_citation_opens_at_the_quoted_words_with_the_verdict_of_its_line(
    page: Page, served: Served, screenshots: Path
) -> None:
    plan = drafted(page, served.address)
    quotes = []
    for place in range(3):
        line = plan.locator("[data-section=audience] li").filter(has=page.locator(".chip")).nth(place)
        marked = open_citation(page, line.locator(".chip").first)
        assert mark_is_in_view(page)
        assert line.locator(".cell").inner_text() in page.locator("#evidence .judgement").inner_text()
        quotes.append(marked)
    assert len(set(quotes)) == 3
    assert all(quote.startswith("Paragraph ") for quote in quotes)
    partly = plan.locator("li").filter(has=page.locator(".verdict-partial")).first
    open_citation(page, partly.locator(".chip").first)
    assert "The cited text says less." in page.locator("#evidence .judgement").inner_text()
    page.screenshot(path=screenshots / "plan-citation.png")
    assert open_citation(page, plan.locator("td .chip").first) == REPLIES


def test_a_chip_in_a_view_has_its_verdict_too(page: Page, served: Served) -> None:
    plan = drafted(page, served.address)
    choose(page, "SOSTAC")
    line = plan.locator("[data-section=strategy] li").filter(has=page.locator(".chip")).nth(1)
    open_citation(page, line.locator(".chip").first)
    assert line.locator(".cell").inner_text() in page.locator("#evidence .judgement").inner_text()


def test_other_origins_say_where_they_are_from(page: Page, served: Served) -> None:
    plan = drafted(page, served.address)
    field = plan.locator("[data-section=budget] td", has=page.locator(".origin-computed")).nth(1)
    basis = field.locator(".basis").first
    expect(basis).not_to_be_visible()
    field.locator("summary").first.press("Enter")
    expect(basis).to_contain_text("Computed: ")


def choose(page: Page, view: str) -> None:
    """Choose a view by its name."""
    page.locator("#plan-view input").click()
    page.get_by_role("option", name=view).click()


def test_the_same_plan_is_shown_in_other_views(page: Page, served: Served, screenshots: Path) -> None:
    plan = drafted(page, served.address)
    asked = len(served.advisor.asked)
    headings = plan.locator("[data-section] h3")
    first = plan.locator(".cell").first.inner_text()
    choose(page, "SOSTAC")
    expect(headings).to_have_text(["Situation analysis", "Objectives", "Strategy", "Tactics", "Action", "Control"])
    page.screenshot(path=screenshots / "plan-sostac.png")
    choose(page, "RACE")
    expect(headings).to_have_text(["Plan", "Reach", "Act", "Convert", "Engage"])
    choose(page, "POST")
    expect(headings).to_have_text(["People", "Objectives", "Strategy", "Technology"])
    choose(page, "One page")
    expect(headings).to_have_count(8)
    page.screenshot(path=screenshots / "plan-one-page.png")
    choose(page, "Full plan")
    expect(headings).to_have_count(20)
    assert plan.locator(".cell").first.inner_text() == first
    assert len(served.advisor.asked) == asked


@pytest.mark.parametrize("form", words.FORMATS)
def test_each_download_is_the_plan(page: Page, served: Served, form: str) -> None:
    drafted(page, served.address)
    with page.expect_download() as download:
        page.locator(f"#plan-{form}").click()
    assert download.value.suggested_filename == f"plan.{form}"
    path = Path(download.value.path())
    if form in ("docx", "xlsx"):
        names = ZipFile(path).namelist()
        assert {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[form] in names
    elif form in ("json", "yaml"):
        values = (json.loads if form == "json" else yaml.safe_load)(path.read_text(encoding="utf-8"))
        assert Plan.model_validate(values).brief.business == BRIEF["business"]
    else:
        begins = {"ics": "BEGIN:VCALENDAR", "html": "<!doctype html>", "md": "# "}[form]
        text = path.read_text(encoding="utf-8")
        assert text.lstrip().startswith(begins)
        assert form == "ics" or BRIEF["business"] in text


def test_what_is_read_is_downloaded_in_the_view_and_data_in_full(page: Page, served: Served) -> None:
    drafted(page, served.address)
    choose(page, "SOSTAC")
    expect(page.locator("#plan [data-section=control]")).to_have_count(1)
    texts = {}
    for form in ("md", "json"):
        with page.expect_download() as download:
            page.locator(f"#plan-{form}").click()
        texts[form] = Path(download.value.path()).read_text(encoding="utf-8")
    assert "Situation analysis" in texts["md"]
    assert len(Plan.model_validate_json(texts["json"]).sections) == 20


def test_a_plan_without_dates_has_no_calendar_file_and_says_so(page: Page, served: Served) -> None:
    begin(page, served.address, "a restaurant that will fail")
    page.locator("#plan-said .failure").wait_for()
    page.locator("#plan-md").click()
    expect(page.locator("#plan-said .failure")).to_have_count(0)
    page.locator("#plan-ics").click()
    expect(page.locator("#plan-said .failure")).to_contain_text("has no calendar")


def test_a_line_that_is_changed_by_hand_is_the_readers_own(page: Page, served: Served, screenshots: Path) -> None:
    plan = drafted(page, served.address)
    owner = plan.locator("[data-section=kpis] td").filter(has=page.locator('[data-place="kpis/kpi-1/target"]'))
    expect(owner.locator("[data-change]")).not_to_be_visible()
    plan.get_by_role("button", name=words.CHANGE_LINES).click()
    owner.locator("[data-change]").click()
    field = owner.locator("textarea")
    expect(field).to_be_focused()
    page.screenshot(path=screenshots / "plan-changing.png")
    field.press("Escape")
    expect(field).to_have_count(0)
    expect(owner.locator("[data-change]")).to_be_focused()
    owner.locator("[data-change]").press("Enter")
    field.fill("1000 <b>likes</b>")
    owner.get_by_role("button", name=words.SAVE).click()
    expect(owner.locator(".cell")).to_have_text("1000 <b>likes</b>")
    expect(owner.locator(".origin-yours")).to_have_count(1)
    expect(owner.locator(".chip, .origin-assumption")).to_have_count(0)
    expect(page.locator("#plan-said")).to_have_text(words.PLAN_EDITED)
    # The linter has looked again: this target rests on no figure.
    expect(plan.locator("[data-section=kpis] .findings li").filter(has_text="P119")).to_contain_text(
        "1000 <b>likes</b>"
    )
    expect(owner.locator("[data-change]")).to_be_visible()
    choose(page, "RACE")
    expect(plan.locator('[data-place="kpis/kpi-1/target"]')).to_have_text("1000 <b>likes</b>")


def test_a_line_can_be_changed_in_a_view(page: Page, served: Served) -> None:
    plan = drafted(page, served.address)
    choose(page, "SOSTAC")
    line = plan.locator("[data-section=tactics] li").filter(has=page.locator(".chip")).first
    place = line.locator(".cell").get_attribute("data-place")
    plan.get_by_role("button", name=words.CHANGE_LINES).click()
    line.locator("[data-change]").click()
    line.locator("textarea").fill("We do it our way.")
    line.get_by_role("button", name=words.SAVE).click()
    expect(plan.locator(f'[data-place="{place}"]')).to_have_text("We do it our way.")
    choose(page, "Full plan")
    expect(plan.locator(f'[data-place="{place}"]')).to_have_text("We do it our way.")


def test_what_the_reader_wrote_stands_when_the_brief_changes(page: Page, served: Served) -> None:
    plan = drafted(page, served.address)
    plan.get_by_role("button", name=words.CHANGE_LINES).click()
    cell = plan.locator('li:has([data-place="objectives/1"])')
    cell.locator("[data-change]").click()
    cell.locator("textarea").fill("Full on Tuesdays.")
    cell.get_by_role("button", name=words.SAVE).click()
    expect(page.locator("#plan-said")).to_have_text(words.PLAN_EDITED)
    page.get_by_role("button", name=words.BRIEF_HEADING).click()
    tell(page, goal="more guests at lunch")
    page.locator("#draft").click()
    expect(plan.locator("[data-section=objectives]")).to_contain_text("more guests at lunch")
    expect(plan.locator("[data-section=objectives]")).to_contain_text("Full on Tuesdays.")


def test_a_finding_opens_the_sentence_that_backs_its_rule(page: Page, served: Served) -> None:
    plan = drafted(page, served.address)
    assert open_citation(page, plan.locator(".findings").get_by_role("button").first) == REPLIES


def test_a_brief_that_cannot_be_used_is_explained_and_nothing_is_lost(page: Page, served: Served) -> None:
    open_page(page, served.address)
    go_to(page, "Plan")
    tell(page, business="a bakery", hours_per_week="a few")
    page.locator("#draft").click()
    expect(page.locator("#plan-said .failure")).to_contain_text("hours_per_week")
    expect(page.locator("#brief-business textarea")).to_have_value("a bakery")
    tell(page, hours_per_week="3", horizon="2020-01-31")
    page.locator("#draft").click()
    expect(page.locator("#plan-said .failure")).to_contain_text("2020-01-31")
    expect(page.locator("#brief-horizon textarea")).to_be_visible()
    tell(page, horizon="")
    page.locator("#draft").click()
    page.locator("#plan .plan[data-state=drafted]").wait_for()
    expect(page.locator("#plan-said .failure")).to_have_count(0)
    tell_again(page, hours_per_week="200")
    page.locator("#draft").click()
    expect(page.locator("#plan-said .failure")).to_contain_text("hours_per_week")
    expect(page.locator("#plan [data-section]")).to_have_count(20)


def tell_again(page: Page, **answers: str) -> None:
    """Unfold the brief, and answer questions of it."""
    page.get_by_role("button", name=words.BRIEF_HEADING).click()
    tell(page, **answers)


def test_every_question_can_be_skipped(page: Page, served: Served) -> None:
    open_page(page, served.address)
    go_to(page, "Plan")
    page.locator("#draft").click()
    page.locator("#plan .plan[data-state=drafted]").wait_for()
    expect(page.locator("#plan h2").first).to_contain_text(UNNAMED)


def test_an_example_fills_the_brief(page: Page, served: Served) -> None:
    open_page(page, served.address)
    go_to(page, "Plan")
    page.get_by_role("button", name=words.BRIEF_EXAMPLE).click()
    for question in QUESTIONS:
        expect(page.locator(f"#brief-{question.field.replace('_', '-')} textarea")).to_have_value(question.example)


def test_when_the_model_fails_the_finished_sections_stay(page: Page, served: Served) -> None:
    begin(page, served.address, "a restaurant that will fail")
    expect(page.locator("#plan-said .failure")).to_contain_text("The model <m> can't be reached.")
    expect(page.locator("#plan [data-section]")).to_have_count(2)
    expect(page.locator("#draft")).to_be_visible()


def test_hostile_text_in_a_plan_changes_nothing(page: Page, served: Served, requests: list[str]) -> None:
    plan = drafted(page, served.address, f"hostile {HOSTILE}")
    assert plan.locator("h2").inner_text().replace("\n", " ").endswith(HOSTILE)
    expect(plan.locator(".cell", has_text=HOSTILE).first).to_be_visible()
    assert plan.locator("script, img, a").count() == 0
    assert page.evaluate("window.hacked") is None
    assert "192.0.2.1" not in requests


def test_two_people_have_two_plans(page: Page, served: Served) -> None:
    other = page.context.new_page()
    mine, theirs = drafted(page, served.address, "a bakery"), drafted(other, served.address, "a bicycle shop")
    choose(page, "RACE")
    expect(mine.locator("[data-section] h3")).to_have_count(5)
    assert "a bakery" in mine.locator("h2").inner_text()
    choose(other, "RACE")
    assert "a bicycle shop" in theirs.locator("h2").inner_text()
    with page.expect_download() as download:
        page.locator("#plan-json").click()
    saved = Plan.model_validate_json(Path(download.value.path()).read_text(encoding="utf-8"))
    assert saved.brief.business == "a bakery"


@pytest.mark.parametrize("width", [360, 390])
def test_it_fits_a_phone(browser: Browser, served: Served, screenshots: Path, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 740}, has_touch=True, color_scheme="dark")
    context.set_default_timeout(15_000)
    page = context.new_page()
    open_page(page, served.address)
    for place in ("Review", "Library", "Plan"):
        go_to(page, place)
        assert fits(page), place
        page.screenshot(path=screenshots / f"phone-{width}-{place.lower()}.png")
    plan = drafted(page, served.address)
    assert fits(page)
    page.screenshot(path=screenshots / f"phone-{width}-plan-drafted.png")
    box = plan.locator("[data-section=calendar] .table-box").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
    chip = plan.locator("[data-section=audience] li .chip").nth(1)
    open_citation(page, chip)
    assert mark_is_in_view(page)
    page.screenshot(path=screenshots / f"phone-{width}-plan-citation.png")
    page.get_by_role("button", name=words.BACK_TO_PLAN).click()
    expect(chip).to_be_focused()
    expect(chip).to_be_in_viewport()
    plan.get_by_role("button", name=words.CHANGE_LINES).click()
    plan.locator("td [data-change]").nth(3).click()
    assert fits(page)
    for form in words.FORMATS:
        found = page.locator(f"#plan-{form}").bounding_box()
        assert found is not None
        assert found["x"] + found["width"] <= width
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast(browser: Browser, served: Served, screenshots: Path, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    page = context.new_page()
    open_page(page, served.address)
    go_to(page, "Plan")
    page.screenshot(path=screenshots / f"plan-brief-{scheme}.png")
    poor = page.evaluate(CONTRAST)
    tell(page, hours_per_week="a few")
    page.locator("#draft").click()
    page.locator("#plan-said .failure").wait_for()
    poor += page.evaluate(CONTRAST)
    plan = drafted(page, served.address)
    plan.get_by_role("button", name=words.CHANGE_LINES).click()
    plan.locator("details.why summary").first.click()
    open_citation(page, plan.locator(".chip").first)
    plan.locator("li [data-change]").nth(1).click()
    poor += page.evaluate(CONTRAST)
    page.screenshot(path=screenshots / f"plan-{scheme}.png")
    context.close()
    assert poor == []


def test_a_plan_is_drafted_read_and_changed_from_the_keyboard(page: Page, served: Served) -> None:
    open_page(page, served.address)
    page.get_by_role("tab", name="Ask").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#brief-business textarea").focus()
    page.keyboard.type("a bakery")
    page.locator("#draft").press("Enter")
    plan = page.locator("#plan")
    plan.locator(".plan[data-state=drafted]").wait_for()
    plan.locator(".contents summary").press("Enter")
    plan.locator("[data-jump=kpis]").press("Enter")
    expect(plan.locator("[data-section=kpis] h3")).to_be_focused()
    page.keyboard.press("Tab")
    within = "document.activeElement.closest('[data-section]')?.dataset.section"
    assert page.evaluate(within) == "kpis"
    chip = plan.locator("[data-section=kpis] .chip").first
    chip.press("Enter")
    page.locator("#evidence mark").first.wait_for()
    expect(chip).to_be_focused()
