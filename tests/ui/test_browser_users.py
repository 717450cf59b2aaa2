"""Two people in a real browser: sign-in, and what neither of them sees of the other."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, BrowserContext, Page, expect

from advisor.settings import Settings
from advisor.ui import words
from advisor.ui.users import Users, hash_password
from tests.ui.driving import ask, go_to, open_page

pytestmark = pytest.mark.browser

PASSWORDS = {"ada": "first password", "bob": "second password"}
SECRET = """# Notes on the Crimson Heron teahouse

The Crimson Heron teahouse opens its secret garden at a quarter past four on Thursdays.
"""


@pytest.fixture(scope="module")
def address(bundled_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from advisor.assembly import build_advisor, open_knowledge
    from advisor.ui.app import Doors, build_app, free_port, start

    data_dir = tmp_path_factory.mktemp("users") / "data"
    shutil.copytree(bundled_index, data_dir)
    settings = Settings(data_dir=data_dir)
    users = Users({name: hash_password(password) for name, password in PASSWORDS.items()})
    with open_knowledge(settings) as kb:
        app = build_app(build_advisor(settings, kb), kb, settings)
        yield start(app, host="127.0.0.1", port=free_port("127.0.0.1", None), doors=Doors(users=users))
        app.close(verbose=False)


def sign_in(page: Page, address: str, name: str, password: str) -> None:
    page.goto(address)
    page.get_by_label("username").fill(name)
    page.get_by_label("password").fill(password)
    page.get_by_role("button", name="Login").click()


@pytest.fixture
def ada(browser: Browser, address: str) -> Iterator[Page]:
    yield from signed_in(browser.new_context(), address, "ada")


@pytest.fixture
def bob(browser: Browser, address: str) -> Iterator[Page]:
    yield from signed_in(browser.new_context(), address, "bob")


def signed_in(context: BrowserContext, address: str, name: str) -> Iterator[Page]:
    context.set_default_timeout(20_000)
    page = context.new_page()
    sign_in(page, address, name, PASSWORDS[name])
    page.locator("#conversation .welcome").wait_for()
    yield page
    context.close()


def unfold(page: Page, kind: str) -> None:
    """Open the fold of what was kept, if it is closed."""
    if not page.locator(f"#open-{kind}").is_visible():
        page.locator(f"#earlier-{kind} > button").click()
    page.locator(f"#open-{kind}").wait_for()


def kept(page: Page, kind: str) -> list[str]:
    """The titles in the list of what was kept; the list stays open."""
    unfold(page, kind)
    page.locator(f"#open-{kind} input").click()
    page.locator(f"#open-{kind} input[aria-expanded=true]").wait_for()
    return page.locator(f"#open-{kind} [role=option]").all_inner_texts()


def test_nobody_gets_in_without_the_password(page: Page, address: str) -> None:
    sign_in(page, address, "ada", "wrong password")
    expect(page.get_by_text("Incorrect Credentials")).to_be_visible()
    assert page.locator("#conversation").count() == 0
    assert page.request.get(f"{address}/gradio_api/info").status == 401


def test_a_private_document_is_evidence_for_its_owner_alone(ada: Page, bob: Page, address: str, tmp_path: Path) -> None:
    (tmp_path / "teahouse.md").write_text(SECRET, encoding="utf-8")
    go_to(ada, "Library")
    ada.locator("#upload input[type=file]").set_input_files(tmp_path / "teahouse.md")
    expect(ada.locator("#upload-report li")).to_have_text("teahouse.md: added", timeout=60_000)
    expect(ada.locator("#sources")).to_contain_text("Crimson Heron")
    go_to(ada, "Ask")
    question = "When does the Crimson Heron teahouse open its secret garden?"
    assert "quarter past four" in ask(ada, question).inner_text()

    open_page(bob, address)
    go_to(bob, "Library")
    expect(bob.locator("#sources")).to_contain_text("Documents the answers rest on")
    expect(bob.locator("#sources")).not_to_contain_text("Crimson Heron")
    go_to(bob, "Ask")
    turn = ask(bob, question)
    assert "quarter past four" not in turn.inner_text()
    assert "Crimson Heron" not in turn.locator(".reply").inner_text()


def test_a_source_that_is_left_out_is_no_evidence(ada: Page, address: str, tmp_path: Path) -> None:
    (tmp_path / "well.md").write_text(
        "# The well\n\nThe amber well of Oakmoor is nine metres deep.\n", encoding="utf-8"
    )
    go_to(ada, "Library")
    ada.locator("#upload input[type=file]").set_input_files(tmp_path / "well.md")
    expect(ada.locator("#upload-report li")).to_have_text("well.md: added", timeout=60_000)
    question = "How deep is the amber well of Oakmoor?"
    go_to(ada, "Ask")
    assert "nine metres" in ask(ada, question).inner_text()
    go_to(ada, "Library")
    well = ada.locator("#sources li", has_text="The well")
    well.get_by_role("button", name="Use for answers and plans: The well").click()
    expect(well.locator("[data-use]")).to_have_text("Left out")
    go_to(ada, "Ask")
    assert "nine metres" not in ask(ada, question).locator(".reply").inner_text()
    go_to(ada, "Library")
    well.locator("[data-use]").click()
    expect(well.locator("[data-use]")).to_have_text("In use")


def test_conversations_are_found_again_by_their_owner_alone(ada: Page, bob: Page, address: str) -> None:
    ask(ada, "Should I post offers every day?")
    open_page(ada, address)
    assert any("Should I post offers every day?" in title for title in kept(ada, "conversations"))
    assert not any("Should I post offers" in title for title in kept(bob, "conversations"))
    ada.locator("#open-conversations [role=option]", has_text="Should I post offers").first.click()
    expect(ada.locator(".turn[data-state=answered] .chip").first).to_be_visible()
    ada.locator(".turn .chip").first.click()
    expect(ada.locator("#evidence mark").first).to_be_visible()


def test_too_many_questions_are_refused_and_nothing_is_lost(ada: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("advisor.ui.visitors.PER_MINUTE", 1)
    ask(ada, "What should a bakery post?")
    ada.locator("#question textarea").fill("And how often?")
    ada.keyboard.press("Enter")
    expect(ada.locator(".toast-body")).to_contain_text("more than 1 requests within a minute")
    expect(ada.locator("#question textarea")).to_have_value("And how often?")
    expect(ada.locator("#ask")).to_be_visible()
    assert ada.locator(".turn").count() == 1


def test_opinions_become_cases_and_a_conversation_becomes_a_file(ada: Page, bob: Page, address: str) -> None:
    question = "Should I post offers every day?"
    turn = ask(ada, question)
    turn.get_by_role("button", name=words.THUMB_UP, exact=True).click()
    expect(turn.get_by_role("button", name=words.THUMB_UP, exact=True)).to_have_attribute("aria-pressed", "true")
    cases = yaml.safe_load(saved(ada, words.EXPORT_CASES))["cases"]
    assert [(case["question"], case["expect"]) for case in cases] == [(question, "answered")]
    assert saved(bob, words.EXPORT_CASES).endswith("cases: []\n")
    kept(ada, "conversations")
    ada.locator("#open-conversations [role=option]", has_text=question).first.click()
    expect(ada.locator(".turn[data-state=answered] .chip").first).to_be_visible()
    text = saved(ada, words.EXPORT)
    assert question in text
    assert "[1]" in text


def saved(page: Page, button: str) -> str:
    """Press a button of the fold of conversations that saves a file, and return the file."""
    unfold(page, "conversations")
    with page.expect_download() as download:
        page.get_by_role("button", name=button, exact=True).click()
    return Path(download.value.path()).read_text(encoding="utf-8")


def test_plans_are_found_again_by_their_owner_alone(ada: Page, bob: Page, address: str) -> None:
    go_to(ada, "Plan")
    ada.locator("#brief-business").locator("textarea, input").fill("a teahouse in Graz")
    ada.locator("#draft").click()
    expect(ada.locator("#plan .plan[data-state=drafted]")).to_be_visible(timeout=60_000)
    open_page(ada, address)
    go_to(ada, "Plan")
    assert any("a teahouse in Graz" in title for title in kept(ada, "plans"))
    ada.locator("#open-plans [role=option]").first.click()
    expect(ada.locator("#plan .plan[data-state=drafted]")).to_be_visible()
    go_to(bob, "Plan")
    assert kept(bob, "plans") == []
