"""The page in a real browser, over the real advisor and the bundled knowledge."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from advisor.knowledge_base import KnowledgeBase
from advisor.settings import Settings
from tests.ui.driving import ask, go_to, mark_is_in_view, open_citation, open_page

pytestmark = pytest.mark.browser

UPLOAD = """# Opening hours of the Blue Lantern bakery

The Blue Lantern bakery opens at half past five in the morning on market days.
The owner of the Blue Lantern bakery answers comments during the afternoon break.
"""


@pytest.fixture(scope="module")
def core(bundled_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, KnowledgeBase, Path]]:
    """Address, knowledge base and data folder of a page over a copy of the bundled index."""
    from advisor.assembly import build_advisor, open_knowledge
    from advisor.ui.app import build_app, free_port, start

    data_dir = tmp_path_factory.mktemp("real") / "data"
    shutil.copytree(bundled_index, data_dir)
    settings = Settings(data_dir=data_dir)
    with open_knowledge(settings) as kb:
        app = build_app(build_advisor(settings, kb), kb, settings)
        yield start(app, host="127.0.0.1", port=free_port("127.0.0.1", None)), kb, data_dir
        app.close(verbose=False)


def test_the_first_question_is_answered_and_every_citation_opens_at_its_quote(
    page: Page, core: tuple[str, KnowledgeBase, Path], screenshots: Path
) -> None:
    address, kb, _ = core
    open_page(page, address)
    turn = ask(page, "Should I post offers every day?")
    sentences = turn.locator(".sentence")
    assert sentences.count() > 0
    for sentence in sentences.all():
        assert sentence.locator(".chip").count() > 0
        assert sentence.locator(".verdict").count() == 1
    texts = [kb.text(source.id) for source in kb.sources()]
    for chip in turn.locator(".chip").all():
        marked = open_citation(page, chip)
        assert any(marked in text for text in texts)
        assert mark_is_in_view(page)
    page.screenshot(path=screenshots / "real-answer.png")


def test_example_questions_are_answered(page: Page, core: tuple[str, KnowledgeBase, Path]) -> None:
    open_page(page, core[0])
    page.locator(".welcome .question").first.click()
    expect(page.locator(".turn[data-state=answered] .sentence .chip").first).to_be_visible()


def test_what_the_sources_do_not_answer_is_refused(page: Page, core: tuple[str, KnowledgeBase, Path]) -> None:
    open_page(page, core[0])
    turn = ask(page, "Who won the FIFA World Cup in 2010?")
    assert turn.locator(".refused").count() == 1
    assert turn.locator(".sentence").count() == 0
    assert turn.locator(".next .question").count() > 0


def test_after_an_upload_one_can_ask_about_it(
    page: Page, core: tuple[str, KnowledgeBase, Path], tmp_path: Path, screenshots: Path
) -> None:
    address, kb, data_dir = core
    files = {"lantern.md": UPLOAD.encode(), "empty.txt": b"", "fake.pdf": b"not a PDF", "photo.png": b"\x89PNG\r\n"}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    open_page(page, address)
    go_to(page, "Library")
    page.locator("#upload input[type=file]").set_input_files([tmp_path / name for name in files])
    lines = page.locator("#upload-report li")
    expect(lines).to_have_count(len(files), timeout=60_000)
    outcomes = dict(line.split(":", 1) for line in lines.all_text_contents())
    assert outcomes["lantern.md"].strip() == "added"
    assert all("rejected – " in outcomes[name] for name in files if name != "lantern.md")
    assert [file.name for file in (data_dir / "uploads").iterdir()] == ["lantern.md"]
    page.screenshot(path=screenshots / "real-upload.png")
    go_to(page, "Ask")
    turn = ask(page, "When does the Blue Lantern bakery open on market days?")
    assert "half past five" in turn.locator(".direct").inner_text()
    assert "half past five" in open_citation(page, turn.locator(".chip").first)
    own = next(source for source in kb.sources() if source.kind == "upload")
    assert own.title in page.locator("#evidence h2").inner_text()
