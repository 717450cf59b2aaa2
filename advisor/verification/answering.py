"""How well the sentences nearest to a question answer it, by a model that reads both together."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from advisor.evidence import Reading, Sentence, topic_headings
from advisor.settings import bundled_model_folder
from advisor.verification.cross_encoder import CrossEncoder

MODEL = Path(__file__).with_name("answering.onnx")
"""all-MiniLM-L6-v2 as a cross-encoder, in 8 bits; fitted by ``advisor.evals.training.answering``."""

MAX_TOKENS = 128
"""Tokens of question and sentence that are read together."""

BATCH = 8
"""Pairs that are read in one pass."""

NEAREST = 3
"""Sentences that are read; six tell hardly more in cross-validation and take twice the time."""

MOST_WORDS = 60
"""Words of the question that are read; the sentence needs room too."""

LEAST = -12.0
"""Logit where there is no sentence at all."""


class AnswerReader:
    """Reads the nearest sentences of the library together with the question.

    Args:
        model: The exported cross-encoder; it gives one logit: whether the second text answers the first.
    """

    def __init__(self, model: Path = MODEL) -> None:
        self._model = model

    @cached_property
    def _encoder(self) -> CrossEncoder:
        return CrossEncoder(self._model, bundled_model_folder() / "tokenizer.json", max_tokens=MAX_TOKENS, batch=BATCH)

    def read(self, reading: Reading) -> float:
        """Return the logit of the sentence that answers best, of the nearest whose section lists questions."""
        nearest = nearest_sentences(reading)[:NEAREST]
        if not nearest:
            return LEAST
        question = shortened(reading.text)
        return float(self._encoder.logits([(question, told_under(sentence)) for sentence in nearest]).max())


def nearest_sentences(reading: Reading) -> list[Sentence]:
    """Return the sentences whose section lists questions, the most similar to the question first."""
    return sorted((s for s in reading.sentences if s.evidence.asks), key=lambda s: -s.similarity)


def told_under(sentence: Sentence) -> str:
    """Return a sentence after its heading, which often names its subject."""
    headings = topic_headings(sentence.evidence)
    return f"{headings[-1]} {sentence.text}" if headings else sentence.text


def shortened(question: str) -> str:
    """Return the words of a question that are read."""
    return " ".join(question.split()[:MOST_WORDS])
