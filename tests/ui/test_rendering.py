"""From answers to HTML: nothing that anybody wrote becomes markup."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from advisor.domain import Answer, ClaimKind, Question, Role, VerdictStatus
from advisor.ui.conversation import Conversation, Exchange, with_verdict
from advisor.ui.rendering import render_conversation, render_turns, render_welcome
from tests.ui.scripted import (
    AWAY,
    DISAGREEMENT,
    GUIDE,
    HOSTILE,
    REPORT,
    VERDICTS,
    WITHHELD,
    ScriptedAdvisor,
    cite,
    judged,
)


class Tags(HTMLParser):
    """Collects tags, attribute names and texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def shown(*exchanges: Exchange) -> Tags:
    tags = Tags(render_conversation(Conversation(exchanges)))
    assert tags.open == []
    return tags


def everything(text: str) -> Answer:
    """An answer that has the text in every place that holds one."""
    source = GUIDE.model_copy(update={"title": text, "author": text, "published": text})
    citation = cite(GUIDE, AWAY, 1).model_copy(update={"source": source, "quote": text})
    verdict = judged(text, citation, status=VerdictStatus.PARTIAL, reasons=(text,))
    sides = tuple(side.model_copy(update={"position": text, "citation": citation}) for side in DISAGREEMENT.sides)
    return Answer(
        question=Question(text=text),
        status="partial",
        verdicts=(verdict,),
        withheld=(verdict,),
        disagreements=(DISAGREEMENT.model_copy(update={"subject": text, "sides": sides}),),
        missing=text,
        follow_ups=(text,),
        notes=(text,),
    )


PLAIN = everything("plain")


@given(st.one_of(st.just(HOSTILE), st.text(alphabet="<>\"'&;/= `{}$aonerrscipt\n", min_size=1)))
def test_text_never_becomes_markup(text: str) -> None:
    for make in (
        lambda t, a: (Exchange(t, "answered", answer=a),),
        lambda t, a: (Exchange(t, "failed", failure=t), Exchange(t, "stopped", verdicts=a.verdicts)),
    ):
        plain = shown(*make("plain", PLAIN))
        hostile = shown(*make(text, everything(text)))
        assert hostile.tags == plain.tags
        assert hostile.attributes == plain.attributes
    assert Tags(render_welcome((text,))).tags == {*["div", "section", "h2", "h3", "p", "ul", "li", "button"]}


def test_the_answer_comes_first_then_the_roles_in_their_order() -> None:
    late_answer = (judged("Do it.", role=Role.DO), judged("Because.", role=Role.WHY), judged("Yes."))
    texts = shown(
        Exchange("q", "answered", answer=Answer(question=Question(text="q"), status="answered", verdicts=late_answer))
    ).texts
    order = [texts.index(text) for text in ("Yes.\xa0", "Why", "Because.\xa0", "What to do", "Do it.\xa0")]
    assert order == sorted(order)


def test_each_citation_of_each_turn_can_be_told_apart() -> None:
    answer = ScriptedAdvisor().ask("q")
    html = render_conversation(Conversation((Exchange("a", "answered", answer=answer),) * 2))
    assert html.count('data-turn="0" data-number="1" data-verdict="0"') == 1
    assert html.count('data-turn="1" data-number="1" data-verdict="1"') == 1
    assert html.count('data-turn="1" data-number="5"') == 1


def test_turns_that_were_rendered_before_need_no_new_rendering() -> None:
    exchange = Exchange("a", "answered", answer=ScriptedAdvisor().ask("q"))
    for last in (exchange, Exchange("b")):
        conversation = Conversation((exchange, exchange, last))
        settled = render_turns(Conversation((exchange, exchange)))
        assert render_conversation(conversation, settled) == render_conversation(conversation)
        assert settled in render_conversation(conversation)


def test_verdicts_are_told_in_words_and_not_by_colour_alone() -> None:
    texts = shown(Exchange("q", "answered", answer=ScriptedAdvisor().ask("q"))).texts
    assert texts.count("Supported") == 3
    assert texts.count("Partly supported") == 1
    assert texts.count("Not supported") == 1  # the withheld one


def test_a_sentence_that_is_no_sourced_one_says_so() -> None:
    claim = judged("You have four hours a week.").claim.model_copy(update={"kind": ClaimKind.FROM_BRIEF})
    verdict = judged("x").model_copy(update={"claim": claim})
    assert "from what you said" in shown(Exchange("q", verdicts=(verdict,))).texts


def test_a_withheld_sentence_is_counted_in_words_that_fit() -> None:
    one = Answer(question=Question(text="q"), status="answered", withheld=WITHHELD)
    two = one.model_copy(update={"withheld": WITHHELD * 2})
    assert "1 drafted sentence was withheld" in shown(Exchange("q", "answered", answer=one)).texts
    assert "2 drafted sentences were withheld" in shown(Exchange("q", "answered", answer=two)).texts


def test_only_cited_sources_are_listed_each_once() -> None:
    texts = shown(Exchange("q", "answered", answer=ScriptedAdvisor().ask("q"))).texts
    listed = texts[texts.index("Rests on") + 1 :]
    assert listed[:4] == [GUIDE.title, " (A. Writer, reviewed 2026-11-21)", REPORT.title, " (2010-10-02)"]


def test_sentences_get_the_numbers_of_the_answer_while_they_arrive() -> None:
    exchange = Exchange("q")
    for verdict in VERDICTS:
        bare = tuple(citation.model_copy(update={"number": 0}) for citation in verdict.citations)
        exchange = with_verdict(exchange, verdict.model_copy(update={"citations": bare}))
    assert exchange.verdicts == VERDICTS
