"""Whether the evidence answers the question: behaviour, not weights."""

from __future__ import annotations

import pytest

from advisor.asked import states_fact
from advisor.domain import Evidence, Passage, Question, Source
from advisor.evidence import Reading, read
from advisor.knowledge_base import KnowledgeBase
from advisor.verification.answerability import (
    LISTED,
    UNLISTED,
    Answerability,
    Judgement,
    passage_features,
)

SHOP = (
    "The Kettlewick workshop opens at nine in the morning and closes at five in the afternoon.",
    "A made-to-measure oak table costs 1,480 euros including oil finish.",
    "Marta Kettlewick founded the workshop in 1998.",
    "Delivery within 40 kilometres is free of charge.",
    "The workshop repairs chairs, tables and shelves of solid wood.",
)


def pieces(*texts: str) -> list[Evidence]:
    source = Source(id="s", title="Shop", kind="upload", origin="shop.md")
    return [
        Evidence(
            label=f"E{i}",
            passage=Passage(id=f"p{i}", source_id="s", text=text, start=1000 * i, end=1000 * i + len(text)),
            source=source,
            score=0.5,
        )
        for i, text in enumerate(texts, 1)
    ]


def reading(kb: KnowledgeBase, question: str, *texts: str) -> Reading:
    return read(Question(text=question, resolved=question), pieces(*texts), kb.sentence_embedder)


def judged(kb: KnowledgeBase, question: str) -> Judgement:
    asked = Question(text=question, resolved=question)
    return Answerability().judge(read(asked, kb.retrieve(asked, limit=24), kb.sentence_embedder, kb))


def test_nothing_answers_nothing(bundled_kb: KnowledgeBase) -> None:
    for question in ("How do I choose a platform?", "Who founded Facebook?", "How many?", ""):
        judgement = Answerability().judge(reading(bundled_kb, question))
        assert judgement.status == "insufficient_evidence"
        assert judgement.missing


@pytest.mark.parametrize(
    "question",
    [
        "How do I choose a platform?",
        "How do we deal with a bad review?",
        "What belongs in a customer persona?",
        "should i buy followers",
        "My posts get no reaction at all, what is wrong?",
        "An angry guest wrote something nasty about us on Facebook. What now?",
    ],
)
def test_what_the_knowledge_is_about_is_answered(bundled_kb: KnowledgeBase, question: str) -> None:
    judgement = judged(bundled_kb, question)
    assert judgement.status == "answered"
    assert judgement.missing == ""
    assert judgement.asked == "advice"


@pytest.mark.parametrize(
    "question",
    [
        "How do I bake sourdough bread?",
        "What is the capital of Peru?",
        "How do I fix a leaking tap?",
        "Who painted the Mona Lisa?",
        "When did the Roman Empire fall?",
        "How many moons does Jupiter have?",
        "Which medicine helps against migraine?",
    ],
)
def test_what_it_is_not_about_is_refused(bundled_kb: KnowledgeBase, question: str) -> None:
    judgement = judged(bundled_kb, question)
    assert judgement.status == "insufficient_evidence"
    assert judgement.missing.endswith(".")


@pytest.mark.parametrize(
    "question",
    [
        "Who won the FIFA World Cup in 2010?",
        "How many employees does ABB have?",
        "When was Facebook founded?",
        "How many users does Twitter have?",
        "Who is the chief executive of ABB?",
        "What does a cleaning machine for hospitals cost?",
    ],
)
def test_what_is_only_mentioned_is_not_answered(bundled_kb: KnowledgeBase, question: str) -> None:
    assert judged(bundled_kb, question).status != "answered"


def test_a_question_is_likelier_answered_by_text_about_it(bundled_kb: KnowledgeBase) -> None:
    judge = Answerability().judge
    for question in ("What does the workshop repair?", "When does the workshop open?"):
        near = judge(reading(bundled_kb, question, *SHOP)).probability
        far = judge(reading(bundled_kb, question, "Herring is caught in the northern seas in autumn.")).probability
        assert 0 <= far < near <= 1


def test_more_evidence_of_another_kind_changes_no_mind(bundled_kb: KnowledgeBase) -> None:
    noise = [f"Herring boat number {i} sails along the coast in autumn." for i in range(20)]
    question = "How much does an oak table cost?"
    judge = Answerability().judge
    assert judge(reading(bundled_kb, question, *SHOP, *noise)).status == "answered"
    assert judge(reading(bundled_kb, "How do I train a puppy?", *noise)).status == "insufficient_evidence"


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How much does an oak table cost?", "figure"),
        ("Who founded the workshop?", "name"),
        ("In which year was the workshop founded?", "date"),
        ("Within how many kilometres is delivery free?", "figure"),
    ],
)
def test_a_fact_that_stands_there_is_given(bundled_kb: KnowledgeBase, question: str, asked: str) -> None:
    made = reading(bundled_kb, question, *SHOP)
    assert any(states_fact(asked, s, made) for s in made.sentences)  # type: ignore[arg-type]
    assert Answerability().judge(made).status == "answered"


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How many employees does the workshop have?", "figure"),
        ("How much does a walnut chair cost?", "figure"),
        ("Who is the accountant of the workshop?", "name"),
        ("In which year did the workshop close?", "date"),
        ("Who founded the bakery next door?", "name"),
        ("How many tables were sold in 1998?", "figure"),
    ],
)
def test_a_neighbouring_fact_is_not_the_one(bundled_kb: KnowledgeBase, question: str, asked: str) -> None:
    made = reading(bundled_kb, question, *SHOP)
    assert not any(states_fact(asked, s, made) for s in made.sentences)  # type: ignore[arg-type]
    judgement = Answerability().judge(made)
    assert judgement.status != "answered"
    assert judgement.missing


def test_a_partial_judgement_says_which_kind_is_missing(bundled_kb: KnowledgeBase) -> None:
    judgement = judged(bundled_kb, "What is the average engagement rate on Instagram?")
    assert (judgement.status, judgement.asked) == ("partial", "figure")
    assert "figure" in judgement.missing


def test_flagged_passages_do_not_count(bundled_kb: KnowledgeBase) -> None:
    trap = pieces(SHOP[1])[0]
    trap = trap.model_copy(update={"passage": trap.passage.model_copy(update={"flagged": True})})
    question = Question(text="How much does an oak table cost?", resolved="How much does an oak table cost?")
    assert Answerability().judge(read(question, [trap], bundled_kb.sentence_embedder)).status == "insufficient_evidence"


def test_features_are_named_and_bounded(bundled_kb: KnowledgeBase) -> None:
    for texts in ((), SHOP):
        for question in ("How much does an oak table cost?", "", "Is Marta Kettlewick at ABB?"):
            rows = passage_features(reading(bundled_kb, question, *texts))
            assert len(rows) == len(texts)
            for row in rows:
                assert set(row) == {*LISTED, *UNLISTED}
                assert all(-1 <= value <= 1.0001 for value in row.values())
