"""Markdown and HTML, read back with their own parsers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from advisor.planning.exporting import export
from advisor.planning.exporting.contents import STOPPED
from advisor.planning.plan import Plan
from tests.planning.exporting.conftest import ARABIC, CONTROL, FORMULA, HEBREW, PIPES, QUOTES, SCRIPT


@pytest.fixture
def markdown(plan: Plan, tmp_path: Path) -> str:
    return export(plan, tmp_path / "plan.md").read_text(encoding="utf-8")


@pytest.fixture
def rendered(markdown: str) -> BeautifulSoup:
    # As a careless site would render it: with tables and HTML.
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return BeautifulSoup(parser.render(markdown), "lxml")


@pytest.fixture
def page(plan: Plan, tmp_path: Path) -> BeautifulSoup:
    return BeautifulSoup(export(plan, tmp_path / "plan.html").read_text(encoding="utf-8"), "lxml")


def flat(text: str) -> str:
    return " ".join(re.sub("[\x00\x07\x1b]", "", text).split())


def test_every_footnote_that_is_used_is_defined(markdown: str, cited: set[int]) -> None:
    defined = {int(n): text for n, text in re.findall(r"^\[\^(\d+)\]: (.*)$", markdown, re.MULTILINE)}
    used = {int(n) for n in re.findall(r"(?<!\\)\[\^(\d+)\](?!:)", markdown)}
    assert used == cited
    assert used <= set(defined)
    assert "characters 200–" in defined[2]
    assert "page 7" in defined[2]
    assert "Ada Müller, 2019-05-01" in defined[2]


def test_markdown_says_what_the_plan_says_and_no_more(rendered: BeautifulSoup) -> None:
    text = flat(rendered.get_text())
    for wanted in (HEBREW, ARABIC, SCRIPT, FORMULA, PIPES, CONTROL, *QUOTES, "- a dash first", "1. a number first"):
        assert flat(wanted) in text
    assert rendered.find(["script", "b", "i", "code", "a", "s", "ol", "img"]) is None
    assert rendered.select("li ul") == []


def test_tables_of_markdown_have_all_their_columns(rendered: BeautifulSoup, plan: Plan) -> None:
    shown = [table for section in plan.sections for table in section.tables if table.rows]
    tables = rendered.find_all("table")
    assert len(tables) == len(shown)
    for found, table in zip(tables, shown, strict=True):
        assert {len(row.find_all(["td", "th"])) for row in found.find_all("tr")} == {len(table.columns)}
        assert len(found.find_all("tr")) == len(table.rows) + 1


def test_a_stopped_plan_says_so_at_the_top(markdown: str, page: BeautifulSoup, plan: Plan, tmp_path: Path) -> None:
    assert STOPPED in "\n".join(markdown.splitlines()[:4])
    header = page.find("header")
    assert header is not None
    assert STOPPED in header.get_text()
    whole = plan.model_copy(update={"complete": True})
    assert STOPPED not in export(whole, tmp_path / "plan.md").read_text(encoding="utf-8")
    assert STOPPED not in export(whole, tmp_path / "plan.html").read_text(encoding="utf-8")


def test_each_line_says_where_it_is_from(rendered: BeautifulSoup, page: BeautifulSoup) -> None:
    for text in (flat(rendered.get_text()), flat(page.get_text())):
        assert "Was changed by hand.[^1] (yours: changed" in text.replace("[1]", "[^1]")
        assert "(partly supported)" in text
        assert "(computed: 100 − 40)" in text
        assert "(assumption)" in text
        assert "(brief: offering)" in text
        assert "Count for two weeks." in text
        assert "2 drafted sentences that failed the check" in text
        assert "What a photo costs isn't covered." in text
        assert "warning, P103, kpis/kpis-1/owner" in text
        assert "About how often to post" in text


def test_a_mark_that_a_whole_column_shares_is_in_its_heading(page: BeautifulSoup) -> None:
    calendar = next(t for t in page.find_all("table") if t.caption and t.caption.get_text() == "Calendar")
    headings = [flat(th.get_text()) for th in calendar.find_all("th")]
    assert headings[0] == "Date (computed: every day)"
    assert headings[6] == "Owner (brief: people)"
    assert flat(calendar.find_all("td")[0].get_text()) == "2027-01-04"


def test_the_page_says_what_the_plan_says_and_runs_nothing(page: BeautifulSoup) -> None:
    text = flat(page.get_text())
    for wanted in (HEBREW, ARABIC, SCRIPT, FORMULA, PIPES, CONTROL, *QUOTES):
        assert flat(wanted) in text
    assert page.find(["script", "img", "link", "iframe", "i"]) is None
    links = [str(a["href"]) for a in page.find_all("a")]
    assert all(link.startswith("#") for link in links)
    assert "http" not in "".join(style.get_text() for style in page.find_all("style"))
    assert "@page" in page.find_all("style")[0].get_text()


def test_all_links_of_the_page_lead_somewhere_and_back(page: BeautifulSoup, cited: set[int]) -> None:
    ids = [str(tag["id"]) for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert {str(a["href"])[1:] for a in page.find_all("a")} <= set(ids)
    assert {int(i.removeprefix("evidence_")) for i in ids if i.startswith("evidence_")} >= cited
    for number in cited:
        uses = [str(a["id"]) for a in page.select(f'sup a[href="#evidence_{number}"]')]
        entry = page.find(id=f"evidence_{number}")
        assert entry is not None
        assert uses
        assert [str(a["href"])[1:] for a in entry.select(".back a")] == uses


def test_texts_choose_their_own_direction(page: BeautifulSoup) -> None:
    span = page.find("span", string=HEBREW)
    assert span is not None
    assert span["dir"] == "auto"
    assert [str(h["dir"]) for h in page.select("main section > h2[dir]")] == ["auto"] * 7


def test_quotes_on_the_page_are_exact(page: BeautifulSoup) -> None:
    assert [quote.get_text() for quote in page.find_all("blockquote")] == list(QUOTES)
