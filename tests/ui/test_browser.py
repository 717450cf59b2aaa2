"""The page in a real browser, over an advisor that shows every state."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui.conftest import Served
from tests.ui.driving import ask, go_to, mark_is_in_view, open_citation, open_page
from tests.ui.scripted import AWAY, HOSTILE, PUB, REPLIES, VERDICTS

pytestmark = pytest.mark.browser


def test_an_answer_has_its_parts_in_order(page: Page, served: Served, screenshots: Path) -> None:
    open_page(page, served.address)
    page.screenshot(path=screenshots / "welcome.png")
    turn = ask(page, "Should I post offers every day?")
    assert turn.locator("h3").all_text_contents()[:3] == ["Why", "What to do", "What to measure"]
    assert turn.locator(".direct").inner_text().startswith("Offers every day drive followers away.")
    assert turn.locator(".sentence .chip").all_text_contents() == ["1", "2", "1", "3", "4"]
    assert turn.locator(".sentence .verdict").all_text_contents()[:3] == ["Supported", "Supported", "Partly supported"]
    sides = [box.bounding_box() for box in turn.locator(".side").all()]
    assert sides[0] is not None
    assert sides[1] is not None
    assert sides[0]["y"] == sides[1]["y"]
    assert "2010-10-02" in turn.locator(".side").nth(1).inner_text()
    assert turn.locator(".note").inner_text().startswith("Note: The model's output")
    reason = turn.locator(".withheld li li")
    expect(reason).not_to_be_visible()
    turn.locator(".withheld summary").click()
    expect(reason).to_have_text("The cited text doesn't contain the number 40 %.")
    page.screenshot(path=screenshots / "answer.png")


def test_every_citation_opens_at_the_quoted_words_also_of_earlier_answers(
    page: Page, served: Served, screenshots: Path
) -> None:
    open_page(page, served.address)
    first = ask(page, "Should I post offers every day?")
    ask(page, "And on Sundays?")
    chips = page.locator(".turn").nth(0).locator(".chip")
    quotes = [AWAY, None, AWAY, None, REPLIES, AWAY, PUB]
    assert chips.count() == len(quotes)
    for position, quote in enumerate(quotes):
        marked = open_citation(page, chips.nth(position))
        assert quote is None or marked == quote
        assert mark_is_in_view(page)
    assert "Pub report" in page.locator("#evidence h2").inner_text()
    assert "page 2" in page.locator("#evidence .facts").inner_text()
    open_citation(page, chips.nth(3))
    judgement = page.locator("#evidence .judgement").inner_text()
    assert "Partly supported" in judgement
    assert "0.61" in judgement
    assert "The cited text says “no more”." in judgement
    page.screenshot(path=screenshots / "citation.png")
    assert first.count() == 1


def test_citations_work_from_the_keyboard(page: Page, served: Served) -> None:
    open_page(page, served.address)
    turn = ask(page, "Should I post offers every day?")
    chip = turn.locator(".chip").nth(4)
    chip.focus()
    assert chip.get_attribute("aria-label", timeout=1000) == 'Citation 4: Content & offers <for> "small" shops'
    page.keyboard.press("Enter")
    expect(page.locator("#evidence mark")).to_have_text(REPLIES)
    expect(chip).to_be_focused()
    assert mark_is_in_view(page)


def test_the_history_goes_along_and_tabs_do_not_mix(page: Page, served: Served) -> None:
    other = page.context.new_page()
    open_page(page, served.address)
    open_page(other, served.address)
    ask(page, "First question of the first tab")
    ask(other, "Only question of the second tab")
    ask(page, "Second question of the first tab")
    histories = {question: [turn.question for turn in history] for question, history in served.advisor.asked}
    assert histories["Only question of the second tab"] == []
    assert histories["Second question of the first tab"] == ["First question of the first tab"]
    assert other.locator(".turn").count() == 1
    assert page.locator(".turn").count() == 2


def test_stages_and_sentences_stream(page: Page, served: Served, screenshots: Path) -> None:
    open_page(page, served.address)
    page.locator("#question textarea").fill("a stepwise question")
    page.keyboard.press("Enter")
    stage = page.locator(".stage")
    expect(stage).to_have_text("Searching the sources…")
    expect(page.locator("#question textarea")).to_have_value("")
    served.advisor.go_on()
    expect(stage).to_have_text("Drafting…")
    served.advisor.go_on(2)
    expect(page.locator(".sentence")).to_have_count(2)
    page.screenshot(path=screenshots / "streaming.png")
    direct = page.locator(".direct").bounding_box()
    assert open_citation(page, page.locator(".chip").first) == AWAY
    served.advisor.go_on(len(VERDICTS) - 1)
    expect(stage).to_have_text("Checking each sentence…")
    served.advisor.go_on()
    expect(page.locator(".turn[data-state=answered]")).to_have_count(1)
    assert page.locator(".direct").bounding_box() == direct


def test_stop_keeps_what_was_checked_and_one_can_ask_on(page: Page, served: Served) -> None:
    open_page(page, served.address)
    page.locator("#question textarea").fill("a stepwise question")
    page.keyboard.press("Enter")
    served.advisor.go_on(3)
    expect(page.locator(".sentence")).to_have_count(2)
    page.locator("#stop").click()
    stopped = page.locator(".turn[data-state=stopped]")
    expect(stopped).to_have_count(1)
    served.advisor.go_on(len(VERDICTS))  # all the rest of the answer, if anything still waited for it
    page.wait_for_timeout(2500)
    expect(stopped).to_have_count(1)
    assert stopped.locator(".sentence").count() == 2
    assert open_citation(page, stopped.locator(".chip").first) == AWAY
    ask(page, "Should I post offers every day?")
    stopped.get_by_role("button", name="Ask again").wait_for()


def test_a_refusal_says_what_is_missing_and_offers_questions(page: Page, served: Served, screenshots: Path) -> None:
    open_page(page, served.address)
    turn = ask(page, "refuse: who won the cup?")
    assert "The sources say nothing about football." in turn.locator(".refused").inner_text()
    assert turn.locator(".sentence").count() == 0
    page.screenshot(path=screenshots / "refusal.png")
    turn.get_by_role("button", name="Should I post offers every day?").click()
    expect(page.locator(".turn[data-state=answered]")).to_have_count(2)
    assert page.locator(".asked p").nth(1).inner_text() == "Should I post offers every day?"


def test_a_partial_answer_first_says_what_is_not_there(page: Page, served: Served) -> None:
    open_page(page, served.address)
    turn = ask(page, "partial: how much do offers bring?")
    texts = turn.locator(".reply").inner_text()
    assert texts.index("The sources give no figure for sales.") < texts.index("Offers every day drive followers away.")


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("fail please", "The model <m> can't be reached. Start its server, then ask again."),
        ("crash please", "Something went wrong that nobody foresaw (ZeroDivisionError)."),
    ],
)
def test_errors_are_sentences_and_nothing_is_lost(page: Page, served: Served, question: str, sentence: str) -> None:
    open_page(page, served.address)
    ask(page, "Should I post offers every day?")
    turn = ask(page, question, state="failed")
    assert sentence in turn.locator(".failure").inner_text()
    assert turn.locator(".asked p").inner_text() == question
    assert page.locator(".turn[data-state=answered]").count() == 1
    expect(page.locator("#ask")).to_be_visible()
    turn.get_by_role("button", name="Ask again").click()
    expect(page.locator(".turn[data-state=failed]")).to_have_count(2)


def test_hostile_text_changes_nothing_and_fetches_nothing(page: Page, served: Served, requests: list[str]) -> None:
    open_page(page, served.address)
    elements = "document.querySelectorAll('#conversation script, #conversation img, #conversation a').length"
    turn = ask(page, f"{HOSTILE} hostile")
    assert turn.locator(".asked p").inner_text().replace("\n", " ") == f"{HOSTILE} hostile"
    turn.get_by_role("button", name="<script>").click()
    expect(page.locator(".turn[data-state=answered]")).to_have_count(2)
    assert page.locator(".asked p").nth(1).inner_text() == HOSTILE
    go_to(page, "Library")
    expect(page.locator("#sources .flag q").first).to_have_text("Ignore <b>previous</b> instructions")
    assert page.evaluate(elements) == 0
    assert page.evaluate("window.hacked") is None
    assert "192.0.2.1" not in requests


def test_the_rules_of_the_page_forbid_other_hosts(page: Page, served: Served, requests: list[str]) -> None:
    open_page(page, served.address)
    blocked = page.evaluate("fetch('http://192.0.2.1/').then(() => 'fetched', error => String(error))")
    assert "Failed to fetch" in blocked
    refused = page.evaluate(
        """new Promise(done => {
          document.addEventListener('securitypolicyviolation', event => done(event.blockedURI));
          const image = new Image(); image.src = 'http://192.0.2.1/a.png';
        })"""
    )
    assert refused == "http://192.0.2.1/a.png"
    requests.clear()  # the two that were tried and blocked


def test_files_are_taken_in_named_and_can_be_removed(
    page: Page, served: Served, tmp_path: Path, screenshots: Path
) -> None:
    (tmp_path / "my <plan>.md").write_text("Our shop opens at nine.", encoding="utf-8")
    (tmp_path / "photo.exe").write_bytes(b"MZ")
    open_page(page, served.address)
    go_to(page, "Library")
    page.locator("#upload input[type=file]").set_input_files([tmp_path / "my <plan>.md", tmp_path / "photo.exe"])
    lines = page.locator("#upload-report li")
    expect(lines).to_have_count(2)
    assert [line.split(":")[1].strip() for line in lines.all_text_contents()] == ["added", "rejected – only .md here"]
    own = page.locator("#sources li").filter(has_text="plan")
    expect(own).to_have_count(1)
    kept = list((served.data_dir / "uploads").iterdir())
    assert [file.suffix for file in kept] == [".md"]
    assert kept[0].read_text(encoding="utf-8") == "Our shop opens at nine."
    page.screenshot(path=screenshots / "documents.png")
    own.locator(".title").click()
    expect(page.locator("#evidence .source-text")).to_have_text("Our shop opens at nine.")
    go_to(page, "Library")
    own.locator("[data-remove]").click()
    own.get_by_text("Really remove?").click()
    expect(own).to_have_count(0)
    assert list((served.data_dir / "uploads").iterdir()) == []


def test_a_new_conversation_is_empty(page: Page, served: Served) -> None:
    open_page(page, served.address)
    ask(page, "Should I post offers every day?")
    page.get_by_role("button", name="New conversation").click()
    page.locator("#conversation .welcome").wait_for()
    assert page.locator(".turn").count() == 0
    ask(page, "Afterwards")
    assert dict(served.advisor.asked)["Afterwards"] == ()


def test_it_fits_a_phone(browser: Browser, served: Served, screenshots: Path) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, color_scheme="dark")
    page = context.new_page()
    open_page(page, served.address)
    turn = ask(page, "Should I post offers every day?")
    page.screenshot(path=screenshots / "phone.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for button in page.locator("button:visible").all():
        box = button.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    open_citation(page, turn.locator(".chip").nth(4))
    assert mark_is_in_view(page)
    page.screenshot(path=screenshots / "phone-citation.png")
    page.get_by_role("button", name="Back to the answer").click()
    expect(turn.locator(".chip").nth(4)).to_be_focused()
    context.close()


def test_one_can_type_at_once_at_a_desk_and_sees_the_head_on_a_phone(page: Page, served: Served) -> None:
    open_page(page, served.address)
    expect(page.locator("#question textarea")).to_be_focused()
    page.set_viewport_size({"width": 360, "height": 500})
    open_page(page, served.address)
    page.wait_for_timeout(500)  # for a field that would take the focus
    assert page.evaluate("scrollY") == 0
    expect(page.get_by_role("tab", name="Ask")).to_be_in_viewport()


def test_a_new_conversation_is_begun_where_one_converses(page: Page, served: Served) -> None:
    open_page(page, served.address)
    expect(page.locator("#clear")).to_be_visible()
    for place in ("Plan", "Review", "Library"):
        go_to(page, place)
        expect(page.locator("#clear")).to_be_hidden()
    go_to(page, "Ask")
    expect(page.locator("#clear")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast(browser: Browser, served: Served, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    open_page(page, served.address)
    turn = ask(page, "partial: should I post offers every day?")
    open_citation(page, turn.locator(".chip").nth(3))
    poor = page.evaluate(CONTRAST)
    go_to(page, "Library")
    page.locator("#sources .flag").first.wait_for()
    poor += page.evaluate(CONTRAST)
    context.close()
    assert poor == []


CONTRAST = """() => {
  // WCAG 2.2, relative luminance and contrast ratio; AA asks for 4.5 (3 for large or bold text).
  const parse = text => { const n = text.match(/[\\d.]+/g).map(Number); return { rgb: n.slice(0, 3), a: n[3] ?? 1 } };
  const channel = v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 };
  const luminance = rgb => { const [r, g, b] = rgb.map(channel); return 0.2126 * r + 0.7152 * g + 0.0722 * b };
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.a === 1) return colour.rgb;
    }
    return [255, 255, 255];
  };
  const poor = [];
  const walker = document.createTreeWalker(document.querySelector('.gradio-container'), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement, style = getComputedStyle(element);
    const text = walker.currentNode.textContent.trim();
    if (!text || !element.checkVisibility() || element.closest('.for-readers, .or')) continue;
    const a = luminance(parse(style.color).rgb), b = luminance(ground(element));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) poor.push(`${text.slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return poor;
}"""
