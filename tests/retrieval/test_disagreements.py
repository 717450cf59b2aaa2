"""Recorded disagreements: each is found when it is asked about, and both sides speak for themselves."""

from __future__ import annotations

from importlib.resources import files

import pytest

from advisor.domain import Citation, Claim, Disagreement, Question, Verdict, VerdictStatus
from advisor.errors import SourceError
from advisor.knowledge_base import KnowledgeBase
from advisor.retrieval.disagreements import DisagreementFinder, RecordedDisagreement, load_disagreements
from advisor.service import Advisor

RECORDED = load_disagreements(
    files("advisor.knowledge").joinpath("disagreements.yaml").read_text(encoding="utf-8"), "disagreements.yaml"
)
ASKED = [(entry, question) for entry in RECORDED for question in entry.questions]


@pytest.fixture(scope="module")
def finder(bundled_kb: KnowledgeBase) -> DisagreementFinder:
    return bundled_kb.disagreement_finder(RECORDED)


def ask(text: str) -> Question:
    return Question(text=text, resolved=text)


def quotes(disagreement: Disagreement) -> list[str]:
    return [side.citation.quote for side in disagreement.sides]


def verdict(citation: Citation) -> Verdict:
    claim = Claim(text=citation.quote, labels=("E1",))
    return Verdict(claim=claim, status=VerdictStatus.SUPPORTED, score=1.0, citations=(citation,))


def entry_named(name: str) -> RecordedDisagreement:
    return next(entry for entry in RECORDED if entry.id == name)


@pytest.mark.parametrize(("entry", "question"), ASKED, ids=[f"{e.id}: {q}" for e, q in ASKED])
def test_each_is_found_by_its_own_questions(
    finder: DisagreementFinder, entry: RecordedDisagreement, question: str
) -> None:
    found = finder.find(ask(question), ())
    assert [side.quote for side in entry.sides] in [quotes(d) for d in found]
    assert len(found) <= 2


def test_each_side_quotes_its_source_exactly(finder: DisagreementFinder, bundled_kb: KnowledgeBase) -> None:
    for entry in RECORDED:
        shown = finder.find(ask(entry.questions[0]), ())[0]
        assert shown.subject[0].islower()
        for side in shown.sides:
            citation = side.citation
            assert bundled_kb.text(citation.source.id)[citation.start : citation.end] == citation.quote
            holder = next(p for p in bundled_kb.passages(citation.source.id) if p.id == citation.passage_id)
            assert holder.start <= citation.start < citation.end <= holder.end
            assert not holder.flagged


@pytest.mark.parametrize(
    "question", ["How do I bake sourdough bread?", "How do I write a persona?", "Who answers comments on holidays?"]
)
def test_other_questions_find_none(finder: DisagreementFinder, question: str) -> None:
    assert finder.find(ask(question), ()) == ()


def test_a_source_that_is_filtered_out_takes_the_disagreement_with_it(finder: DisagreementFinder) -> None:
    entry = entry_named("social-signals-and-search-ranking")
    question = ask(entry.questions[0])
    everywhere = [side.source for side in entry.sides]
    assert finder.find(question, (), sources=everywhere)
    for left_out in everywhere:
        assert finder.find(question, (), sources=[s for s in everywhere if s != left_out]) == ()


def test_an_answer_that_quotes_one_side_brings_up_the_other(finder: DisagreementFinder) -> None:
    entry = entry_named("social-signals-and-search-ranking")
    loose = ask("What do likes, comments and shares send to search engines?")
    (side, _) = finder.find(ask(entry.questions[0]), ())[0].sides
    without = [quotes(d) for d in finder.find(loose, ())]
    touched = [quotes(d) for d in finder.find(loose, [verdict(side.citation)])]
    assert [s.quote for s in entry.sides] in touched
    assert len(touched) >= len(without)
    far = ask("How do I bake sourdough bread?")
    assert finder.find(far, [verdict(side.citation)]) == ()


def test_a_side_that_is_not_in_the_index_hides_the_disagreement(bundled_kb: KnowledgeBase) -> None:
    entry = entry_named("social-signals-and-search-ranking")
    question = ask(entry.questions[0])
    for changed in ({"source": "gone"}, {"quote": "Nobody ever wrote this sentence."}):
        sides = (entry.sides[0].model_copy(update=changed), entry.sides[1])
        assert bundled_kb.disagreement_finder([entry.model_copy(update={"sides": sides})]).find(question, ()) == ()


def test_without_records_there_is_nothing_to_find(bundled_kb: KnowledgeBase) -> None:
    assert bundled_kb.disagreement_finder([]).find(ask("Does social media help SEO?"), ()) == ()


def test_the_answer_shows_both_sides_with_their_quotes(bundled_advisor: Advisor) -> None:
    answer = bundled_advisor.ask("Do likes and shares improve my search ranking?")
    entry = entry_named("social-signals-and-search-ranking")
    assert [side.quote for side in entry.sides] in [quotes(d) for d in answer.disagreements]
    for side in entry.sides:
        assert side.quote in answer.text
        assert side.position in answer.text
        assert side.quote in {c.quote for c in answer.citations}


@pytest.mark.parametrize("entry", RECORDED, ids=[e.id for e in RECORDED])
def test_each_is_shown_by_the_advisor(bundled_advisor: Advisor, entry: RecordedDisagreement) -> None:
    """Each shown with at least three of four ways to ask; a refusal of one of them would hide it."""
    shown = [
        question
        for question in entry.questions
        if [side.quote for side in entry.sides] in [quotes(d) for d in bundled_advisor.ask(question).disagreements]
    ]
    assert len(shown) >= 0.75 * len(entry.questions), set(entry.questions) - set(shown)


@pytest.mark.parametrize(
    "text",
    ["- 1\n- 2", "a: b: c", "- id: x", "- id: x\n  subject: s\n  questions: []\n  sides: []\n  extra: 1", "just text"],
)
def test_malformed_records_are_named(text: str) -> None:
    with pytest.raises(SourceError, match=r"somewhere\.yaml"):
        load_disagreements(text, "somewhere.yaml")


def test_no_records_are_fine() -> None:
    assert load_disagreements("", "x") == ()
    assert load_disagreements("[]", "x") == ()
