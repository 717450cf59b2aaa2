"""The cross-encoder that reads a question together with the sentences nearest to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.domain import Question
from advisor.errors import ConfigError
from advisor.evidence import Reading, read
from advisor.knowledge_base import KnowledgeBase
from advisor.settings import bundled_model_folder
from advisor.verification.answering import (
    BATCH,
    LEAST,
    MAX_TOKENS,
    MODEL,
    AnswerReader,
    nearest_sentences,
    shortened,
    told_under,
)
from advisor.verification.cross_encoder import CrossEncoder

TOKENIZER = bundled_model_folder() / "tokenizer.json"


@pytest.fixture(scope="module")
def encoder() -> CrossEncoder:
    return CrossEncoder(MODEL, TOKENIZER, max_tokens=MAX_TOKENS, batch=BATCH)


def asked(kb: KnowledgeBase, text: str) -> Reading:
    question = Question(text=text, resolved=text)
    return read(question, kb.retrieve(question, limit=32), kb.sentence_embedder, kb)


def test_a_sentence_that_answers_scores_more_than_one_that_does_not(encoder: CrossEncoder) -> None:
    question = "How fast should we answer a complaint?"
    logits = encoder.logits(
        [
            (question, "Answer a complaint within a few hours, and at the latest on the next working day."),
            (question, "A persona describes one typical customer on a single page."),
        ]
    )
    assert logits.shape == (2, 1)
    assert logits[0, 0] > logits[1, 0] + 1


def test_pairs_keep_their_order_whatever_their_length(encoder: CrossEncoder) -> None:
    pairs = [("Why blog?", "A blog is found by search engines. " * n) for n in (9, 1, 5, 2, 7, 3, 8, 4, 6, 10)]
    together = encoder.logits(pairs)
    for pair, logits in zip(pairs, together, strict=True):
        assert logits == pytest.approx(encoder.logits([pair])[0], abs=0.4)  # 8 bits: padding moves the scale


def test_a_text_without_end_is_cut(encoder: CrossEncoder) -> None:
    assert encoder.logits([("Why?", "word " * 10 * MAX_TOKENS)]).shape == (1, 1)


def test_a_damaged_model_is_named(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(b"nothing")
    with pytest.raises(ConfigError, match=r"damaged\.onnx can't be loaded .* Install the package again"):
        CrossEncoder(damaged, TOKENIZER, max_tokens=MAX_TOKENS, batch=BATCH).logits([("a", "b")])


def test_what_the_library_answers_scores_more_than_what_it_does_not(bundled_kb: KnowledgeBase) -> None:
    reader = AnswerReader()
    answered = reader.read(asked(bundled_kb, "How do I choose a platform for my shop?"))
    beside = reader.read(asked(bundled_kb, "Which shop platform has the lowest card fees?"))
    assert answered > beside + 1


def test_nothing_near_is_the_least(bundled_kb: KnowledgeBase) -> None:
    nothing = read(Question(text="Why?", resolved="Why?"), [], bundled_kb.sentence_embedder)
    assert AnswerReader().read(nothing) == LEAST


def test_the_nearest_sentences_come_first_and_are_told_under_their_heading(bundled_kb: KnowledgeBase) -> None:
    nearest = nearest_sentences(asked(bundled_kb, "What is a persona?"))
    assert [s.similarity for s in nearest] == sorted((s.similarity for s in nearest), reverse=True)
    told = told_under(nearest[0])
    assert told.endswith(nearest[0].text)
    assert nearest[0].topic[1][-1] in told


def test_a_long_story_is_shortened() -> None:
    assert shortened("  one\n two ") == "one two"
    assert len(shortened("word " * 500).split()) == 60
