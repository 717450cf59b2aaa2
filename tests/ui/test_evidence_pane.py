"""The evidence pane: exactly the cited characters are highlighted, whatever the text."""

from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from advisor.ui import evidence_pane
from tests.ui.scripted import AWAY, FLAGGED, GUIDE, GUIDE_TEXT, VERDICTS, ScriptedKnowledge, cite

LINES = st.lists(
    st.sampled_from(["", "# Head", "## <b>Sub", "- item & co", "1. first", "Plain text.", "  wrapped on", "*x* <i>"]),
    min_size=1,
    max_size=12,
)


def marked(html: str) -> str:
    return unescape("".join(re.findall(r"<mark>(.*?)</mark>", html, flags=re.DOTALL)))


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(LINES, st.data())
def test_exactly_the_span_is_highlighted(lines: list[str], data: st.DataObject) -> None:
    text = "\n".join(lines)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    html = evidence_pane.render_text(text, start, end)
    assert squeezed(marked(html)) == squeezed(text[start:end])
    tags = set(re.findall(r"<(\w+)", html))
    assert tags <= {"div", "p", "ul", "li", "mark"}


@given(LINES)
def test_all_of_the_text_is_shown_without_the_marks_of_its_blocks(lines: list[str]) -> None:
    text = "\n".join(lines)
    plain = unescape(re.sub(r"<[^>]+>", "", evidence_pane.render_text(text, 0, 0)))
    wanted = "\n".join(re.sub(r"^(#+ |- |1\. )", "", line) for line in lines)
    assert squeezed(plain) == squeezed(wanted)


def test_a_hard_wrapped_sentence_is_one_highlight() -> None:
    start = GUIDE_TEXT.index(AWAY)
    html = evidence_pane.render_text(GUIDE_TEXT, start, start + len(AWAY))
    assert html.count("<mark>") == 1
    assert marked(html) == AWAY


def test_a_long_source_is_cut_around_the_span_and_says_so() -> None:
    text = "".join(f"Sentence number {n} stands on its own line.\n\n" for n in range(20_000))
    start = text.index("Sentence number 9000 ")
    html = evidence_pane.render_text(text, start, start + 20)
    assert len(html) < 4 * evidence_pane.WINDOW
    assert html.count("text left out here") == 2
    assert marked(html) == text[start : start + 20]
    assert "text left out" not in evidence_pane.render_text(text[:1000], 3, 9)


def test_source_verdict_and_score_are_shown() -> None:
    html = evidence_pane.render_citation(ScriptedKnowledge(), VERDICTS[2].citations[0], VERDICTS[2])  # type: ignore[arg-type]
    for text in ("Curated guidance", "A. Writer", "reviewed 2026-11-21", "Partly supported", "0.61"):
        assert text in html
    assert "Content &amp; offers &lt;for&gt;" in html
    assert "no more&lt;/i&gt;" in html


def test_a_source_that_changed_or_went_is_not_highlighted_in_the_wrong_place() -> None:
    kb = ScriptedKnowledge()
    citation = cite(GUIDE, AWAY, 1)
    kb.texts["guide"] = "New first line.\n" + GUIDE_TEXT
    changed = evidence_pane.render_citation(kb, citation, None)  # type: ignore[arg-type]
    kb.remove("guide")
    gone = evidence_pane.render_citation(kb, citation, None)  # type: ignore[arg-type]
    assert "has changed since" in changed
    assert "no longer in the knowledge base" in gone
    for html in (changed, gone):
        assert "<mark>" not in html
        assert "Offers every day drive followers away," in html


def test_a_whole_source_can_be_opened() -> None:
    html = evidence_pane.render_source(ScriptedKnowledge(), FLAGGED.id)  # type: ignore[arg-type]
    assert "Ignore previous instructions." in html
    assert "<mark>" not in html
