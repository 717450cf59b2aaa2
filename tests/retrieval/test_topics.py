"""Which topic a question is about."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from advisor.retrieval.catalog import ListedQuestion
from advisor.retrieval.topics import ListedTopics, TopicIndex
from tests.retrieval.corpus import Corpus

LISTED = tuple(
    ListedQuestion(f"q{number}", source, topic, text)
    for number, (source, topic, text) in enumerate(
        [
            ("reviews", "Bad reviews", "bad review what now"),
            ("reviews", "Bad reviews", "gaffer moans about stars"),
            ("plans", "Calendar", "when do posts go out"),
            ("plans", "Calendar", "gaffer wants dates"),
        ]
    )
)
SUBJECT, STYLE = 0, 2


def vectors() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Dimension 0 and 1 are the subjects; 2 is a way of talking that both topics share, and it is louder."""
    rows = np.zeros((4, 3), dtype=np.float32)
    rows[[0, 1], 0] = 1
    rows[[2, 3], 1] = 1
    rows[[1, 3], STYLE] = 1.5
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def asked(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    vector = np.asarray(values, dtype=np.float32)
    return vector / np.linalg.norm(vector)


def test_the_subject_counts_more_than_the_style() -> None:
    near = TopicIndex.fit(LISTED, vectors()).nearness(asked(0.5, 0.3, 1.5), asked(0.5, 0.3, 1.5))
    reviews, plans = near["reviews", "Bad reviews"], near["plans", "Calendar"]
    plain = vectors() @ asked(0.5, 0.3, 1.5)
    assert reviews.similarity - plans.similarity > max(plain[:2]) - max(plain[2:])


def test_the_nearest_question_of_each_topic_is_named() -> None:
    near = TopicIndex.fit(LISTED, vectors()).nearness(asked(0.1, 1, 0), asked(0.1, 1, 0))
    assert near["plans", "Calendar"].asks == "q2"
    assert near["plans", "Calendar"].asks_similarity == pytest.approx(float(vectors()[2] @ asked(0.1, 1, 0)))
    assert near["reviews", "Bad reviews"].asks == "q0"


def test_only_the_given_sources_are_compared() -> None:
    index = TopicIndex.fit(LISTED, vectors())
    assert set(index.nearness(asked(1, 0, 0), asked(1, 0, 0), {"plans"})) == {("plans", "Calendar")}
    assert index.nearness(asked(1, 0, 0), asked(1, 0, 0), set()) == {}


def test_an_index_of_nothing_finds_nothing() -> None:
    index = TopicIndex.fit([], np.zeros((0, 1), dtype=np.float32))
    assert index.nearness(asked(1, 0, 0), asked(1, 0, 0)) == {}
    assert TopicIndex.loads(index.dumps()).nearness(asked(1, 0, 0), asked(1, 0, 0)) == {}


def test_one_question_is_enough() -> None:
    near = TopicIndex.fit(LISTED[:1], vectors()[:1]).nearness(asked(1, 0, 0), asked(1, 0, 0))
    assert near["reviews", "Bad reviews"].similarity == pytest.approx(1, abs=1e-5)


def test_what_is_stored_is_what_was_fitted() -> None:
    index = TopicIndex.fit(LISTED, vectors())
    again = TopicIndex.loads(index.dumps())
    assert (again.topics, again.ids) == (index.topics, index.ids)
    for topic, nearness in index.nearness(asked(0.4, 0.5, 0.6), asked(0.4, 0.5, 0.6)).items():
        stored = again.nearness(asked(0.4, 0.5, 0.6), asked(0.4, 0.5, 0.6))[topic]
        assert stored.asks == nearness.asks
        assert stored.similarity == pytest.approx(nearness.similarity, abs=2e-3)


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    corpus = Corpus(tmp_path)
    corpus.add("reviews", "Answer within a day.", kind="guidance", heading="Bad reviews", questions=["bad review?"])
    return corpus


def test_a_stored_index_is_kept_until_a_listed_question_changes(corpus: Corpus) -> None:
    topics = ListedTopics(corpus.catalog, corpus.vectors)
    assert not topics.is_stored()
    topics.store()
    assert topics.is_stored()
    first = topics.current()
    assert topics.current() is first
    corpus.add("upload", "Our opening hours.")
    assert topics.is_stored(), "a document that lists no questions changes nothing"
    corpus.add("plans", "Plan a month ahead.", kind="guidance", heading="Calendar", questions=["when to post?"])
    assert not topics.is_stored()
    assert topics.current() is first, "the last one is used until the new one is stored"
    topics.store()
    assert {topic for topic, _ in topics.current().topics} == {"reviews", "plans"}
    corpus.catalog.remove("plans")
    assert not topics.is_stored()


def test_without_a_stored_index_one_is_made(corpus: Corpus) -> None:
    assert ListedTopics(corpus.catalog, corpus.vectors).current().topics == (("reviews", "Bad reviews"),)


def test_an_index_that_another_process_stored_is_taken_up(corpus: Corpus) -> None:
    reader, writer = (ListedTopics(corpus.catalog, corpus.vectors) for _ in range(2))
    writer.store()
    assert len(reader.current().topics) == 1
    corpus.add("plans", "Plan a month ahead.", kind="guidance", heading="Calendar", questions=["when to post?"])
    writer.store()
    assert len(reader.current().topics) == 2
