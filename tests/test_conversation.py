"""Follow-up questions made self-contained, and questions that stand alone left alone."""

from __future__ import annotations

import pytest

from advisor.conversation import needs_thread, own_text, resolve, search_text, understand
from advisor.domain import Evidence, Passage, Question, Source, Turn

REVIEW = (Turn(question="How do we deal with a bad review?", answer="Reply within a day. [1]"),)

FOLLOW_UPS = [
    "Why?",
    "Why not?",
    "How so?",
    "And on LinkedIn?",
    "And what if it comes from a troll?",
    "But is it worth the time?",
    "What about Instagram?",
    "How about a newsletter?",
    "Which of the two should a beginner pick?",
    "Which of them is cheaper?",
    "Is the first better?",
    "Tell me more",
    "Can you give an example of that?",
    "How long does it take?",
    "Who should do this?",
    "What do they cost?",
    "For example?",
    "more",
    "And then?",
    "LinkedIn?",
]

ALONE = [
    "How do I choose a platform?",
    "What belongs in a customer persona?",
    "How should a small restaurant reply to an angry customer who posts on Facebook at night?",
    "Does a professional network suit companies that sell machines to other companies in their industry?",
    "Which indicators should a small business measure on social media?",
]


@pytest.mark.parametrize("text", FOLLOW_UPS)
def test_a_follow_up_gets_its_subject(text: str) -> None:
    resolved = resolve(Question(text=text, history=REVIEW))
    assert resolved.text == text
    assert resolved.history == REVIEW
    assert "How do we deal with a bad review?" in resolved.resolved
    assert resolved.resolved.startswith(text)
    assert search_text(resolved) == f"How do we deal with a bad review? {text}"
    assert own_text(resolved) == text


@pytest.mark.parametrize("text", ALONE)
def test_a_question_that_stands_alone_is_left_alone(text: str) -> None:
    assert not needs_thread(text)
    resolved = resolve(Question(text=f"  {text} ", history=REVIEW))
    assert resolved.resolved == text
    assert search_text(resolved) == own_text(resolved) == text


@pytest.mark.parametrize("text", [*FOLLOW_UPS, *ALONE])
def test_without_a_thread_nothing_is_resolved(text: str) -> None:
    assert resolve(Question(text=text)).resolved == text


def test_a_chain_keeps_its_subject() -> None:
    history = REVIEW
    for text in ("And what if it comes from a troll?", "Why?", "And then?"):
        resolved = resolve(Question(text=text, history=history))
        assert "bad review" in resolved.resolved
        assert search_text(resolved).endswith(text)
        history = (*history, Turn(question=resolved.resolved))
    assert resolved.resolved.count("(about:") == 1


def test_a_chain_takes_up_the_words_on_the_way() -> None:
    first = resolve(Question(text="And what about angry trolls?", history=REVIEW))
    second = resolve(Question(text="Why?", history=(*REVIEW, Turn(question=first.resolved))))
    assert "angry trolls" in second.resolved
    assert "bad review" in second.resolved


def test_a_new_subject_in_the_thread_replaces_the_old_one() -> None:
    history = (*REVIEW, Turn(question="How do I choose a platform?"))
    resolved = resolve(Question(text="Why?", history=history)).resolved
    assert "choose a platform" in resolved
    assert "review" not in resolved


def test_a_long_thread_stays_short() -> None:
    history = (Turn(question="word " * 800),)
    for _ in range(5):
        resolved = resolve(Question(text="Why?", history=history))
        history = (*history, Turn(question=resolved.resolved))
    assert len(resolved.resolved) < 600


def test_text_that_looks_resolved_is_the_users_own() -> None:
    text = "How do I plan a month of posts?"
    assert search_text(Question(text=text)) == own_text(Question(text=text)) == text
    multi = Question(text="Why?", history=(Turn(question="First line\nsecond line of it"),))
    assert search_text(resolve(multi)) == "First line\nsecond line of it Why?"


def test_parentheses_in_the_subject_do_no_harm() -> None:
    history = (Turn(question="How do I choose a platform (about: budget)?"),)
    resolved = resolve(Question(text="And for a baker (mine)?", history=history))
    assert "And for a baker (mine)?" in search_text(resolved)
    assert "platform" in search_text(resolved)


NEAR, FAR = (
    Evidence(
        label="E1",
        passage=Passage(id="p", source_id="s", text="…", start=0, end=1),
        source=Source(id="s", title="S", kind="guidance", origin="s.md"),
        score=1.0,
        topic_similarity=similarity,
    )
    for similarity in (0.5, 0.2)
)


def test_a_short_message_that_finds_nothing_near_continues_its_thread() -> None:
    asked: list[str] = []

    def retrieve(question: Question) -> tuple[Evidence, ...]:
        asked.append(question.resolved)
        return (FAR,)

    text = "which stars count"
    understood, evidence = understand(Question(text=text, history=REVIEW), retrieve)
    assert asked == [text, "which stars count (about: How do we deal with a bad review?)"]
    assert understood.resolved == asked[1]
    assert evidence == (FAR,)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        (Question(text="which stars count", history=REVIEW), NEAR),  # stands alone: the library speaks of it
        (Question(text="which stars count"), FAR),  # there is no thread
        (Question(text="which stars of our hotel count for French guests", history=REVIEW), FAR),  # long enough
    ],
)
def test_what_needs_no_thread_is_retrieved_for_once(question: Question, found: Evidence) -> None:
    asked: list[str] = []

    def retrieve(question: Question) -> tuple[Evidence, ...]:
        asked.append(question.resolved)
        return (found,)

    assert understand(question, retrieve)[0].resolved == question.text
    assert asked == [question.text]
