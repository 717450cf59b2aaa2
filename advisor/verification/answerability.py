"""Whether the evidence answers the question at all."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import BinaryIO, NamedTuple, cast

import numpy as np

from advisor.asked import (
    AskedFor,
    asked_for,
    asked_names_of,
    asks_for_advice,
    relation_of,
    states_fact,
    unknown_alternatives,
)
from advisor.domain import AnswerStatus
from advisor.evidence import Reading, beginnings, covered, has_term
from advisor.ports import Vectors
from advisor.terms import content_terms, content_words, stem
from advisor.verification.answering import AnswerReader
from advisor.verification.kernel import KernelClassifier

LISTED = ("passage", "around", "asks", "topic", "unknown")
"""Features of a passage whose section lists the questions that it answers."""

UNLISTED = ("best_sentence", "coverage")
"""Features of any other passage."""


@dataclass(frozen=True)
class Judgement:
    """What an answer may claim to be.

    Attributes:
        status: ``partial`` when the sources say something about the subject but don't give what was asked for.
        probability: Calibrated probability that the evidence answers the question; a bound of it where a closer look
            could not change the status.
        asked: What kind of answer the question wants.
        missing: What the sources don't say, one sentence; empty when ``status`` is ``answered``.
    """

    status: AnswerStatus
    probability: float
    asked: AskedFor
    missing: str


class Likelihood(NamedTuple):
    """How likely the evidence answers the question.

    Attributes:
        probability: Calibrated, or a bound where the exact one doesn't matter.
        enough: The least that is enough.
        knows_kind: Whether what kind of answer the question wants, and whether a sentence gives it, went into it.
    """

    probability: float
    enough: float
    knows_kind: bool

    @property
    def is_enough(self) -> bool:
        """Whether the question is to be answered."""
        return self.probability >= self.enough


class Answerability:
    """Decides between answering, answering in part and refusing.

    A logistic model says for each passage how likely it answers the question; the best passage counts. Passages whose
    section lists questions have weights of their own, fitted by ``advisor.evals.training.answerability`` on the dev
    half of our questions and on questions made for it; those of all others are fitted on labelled questions of CLAPNQ
    (Apache-2.0). With the bundled embedding model, a support vector machine fitted on the same questions stands in for
    the first ones: it also sees the question's vectors, and so learns what kinds of questions the library can't answer.
    A cross-encoder that reads the question together with the nearest sentences has a say beside it.
    Then come rules for questions that ask for a figure, a date or a name, since similarity can't tell a neighbouring
    number from the one that was asked for.
    """

    @cached_property
    def _model(self) -> dict[str, dict[str, float]]:
        text = files("advisor.verification").joinpath("answerability.json").read_text(encoding="utf-8")
        model: dict[str, dict[str, float]] = json.loads(text)["model"]
        return model

    @cached_property
    def _classifier(self) -> KernelClassifier:
        with files("advisor.verification").joinpath("answerability.npz").open("rb") as stream:
            return KernelClassifier.load(cast(BinaryIO, stream))

    @cached_property
    def _answers(self) -> AnswerReader:
        return AnswerReader()

    def likelihood(self, reading: Reading) -> Likelihood:
        """Return how likely the evidence answers the question; by the passage that clears its threshold by most."""
        unknown_names = self._model["rules"]["unknown_name"] * (1 - _names_known(reading))
        found = [Likelihood(0.0, 1.0, knows_kind=False)]
        rows = passage_features(reading)
        classified = reading.embedder == self._classifier.embedder and any(row["asks"] > 0 for row in rows)
        if classified:
            probability = self._classified(reading, rows)
            found.append(Likelihood(probability, self._classifier.threshold, knows_kind=True))
        for row in rows:
            if classified and row["asks"] > 0:
                continue
            weights = self._model["listed" if row["asks"] > 0 else "unlisted"]
            logit = weights["bias"] + sum(weights[name] * row[name] for name in row if name in weights) - unknown_names
            found.append(Likelihood(1 / (1 + math.exp(-logit)), weights["threshold"], knows_kind=False))
        return max(found, key=lambda one: one.probability - one.enough)

    def _classified(self, reading: Reading, rows: Sequence[dict[str, float]]) -> float:
        """Read question and sentences together, too, unless that can't change the decision: it takes longest."""
        score = self._classifier.score(question_features(reading, rows))
        settled = self._classifier.settled(score) if asked_for(reading.text) == "advice" else None
        return settled if settled is not None else self._classifier.probability(score, self._answers.read(reading))

    def judge(self, reading: Reading) -> Judgement:
        """Judge what was read for a question."""
        likelihood, asked = self.likelihood(reading), asked_for(reading.text)
        if not reading.terms or not reading.sentences or unknown_alternatives(reading):
            return Judgement("insufficient_evidence", likelihood.probability, asked, _nothing(reading))
        if asked != "advice" and not any(states_fact(asked, s, reading) for s in reading.sentences):
            return self._fact_missing(reading, likelihood, asked)
        if not likelihood.is_enough:
            return Judgement("insufficient_evidence", likelihood.probability, asked, _nothing(reading))
        return Judgement("answered", likelihood.probability, asked, "")

    def _fact_missing(self, reading: Reading, likelihood: Likelihood, asked: AskedFor) -> Judgement:
        """Decide about a question for a figure, date or name that no sentence gives."""
        rules, probability = self._model["rules"], likelihood.probability
        if likelihood.knows_kind and probability >= rules["answered_without"]:
            return Judgement("answered", probability, asked, "")
        advisable, general = asks_for_advice(reading.text), _names_narrow_nothing(reading)
        # What is advisable can be told without the figure, by a section that was written for the question.
        written_for_it = any(
            s.evidence.asks
            and s.evidence.asks_similarity
            >= rules["same_subject" if asked_for(s.evidence.asks) == asked else "same_question"]
            for s in reading.sentences
        )
        if likelihood.is_enough and advisable and general and written_for_it:
            return Judgement("answered", probability, asked, "")
        nearest = max(s.evidence.asks_similarity for s in reading.sentences)
        if (likelihood.is_enough and advisable) or (general and nearest >= rules["same_subject"]):
            return Judgement("partial", probability, asked, _not_given(asked))
        return Judgement("insufficient_evidence", probability, asked, _nothing(reading, asked))


def passage_features(reading: Reading) -> list[dict[str, float]]:
    """Return the features of each passage that was read.

    Returns:
        For each passage, in order of rank: ``best_sentence`` (cosine of the question to its best sentence), ``passage``
        (cosine to the passage, as retrieved), ``asks`` (cosine to the nearest question that its section lists, 0 if it
        lists none), ``topic`` (similarity to all that it lists), ``coverage`` (share of the question's content terms in
        the passage or its headings); and, the same for all, ``around`` (mean of ``passage`` over those that list
        questions: how near the whole subject is) and ``unknown`` (share of the question's words that occur nowhere in
        the knowledge).
    """
    rows: dict[str, dict[str, float]] = {}
    terms: dict[str, frozenset[str]] = {}
    for sentence in reading.sentences:
        evidence = sentence.evidence
        own = terms.get(evidence.passage.id) or beginnings(content_terms(" ".join(evidence.passage.headings)))
        terms[evidence.passage.id] = own | sentence.terms
        row = rows.setdefault(
            evidence.passage.id,
            {
                "best_sentence": 0.0,
                "passage": evidence.dense,
                "asks": max(evidence.asks_similarity, 0.0),
                "topic": evidence.topic_similarity,
            },
        )
        row["best_sentence"] = max(row["best_sentence"], sentence.similarity)
    listed = [row["passage"] for row in rows.values() if row["asks"] > 0]
    around = sum(listed) / len(listed) if listed else 0.0
    for passage, row in rows.items():
        row["unknown"], row["around"] = reading.unknown, around
        row["coverage"] = covered(reading.terms, terms[passage])
    return list(rows.values())


QUESTION_FEATURES = (
    "topic",
    "topics",
    "asks",
    "asks_around",
    "passage",
    "around",
    "best_sentence",
    "sentences",
    "coverage",
    "sentence_coverage",
    "unknown",
    "unknown_names",
    "length",
    "wants_fact",
    "wants_figure",
    "fact_missing",
    "advisable",
)
"""What ``question_features`` returns after the question's vectors."""


def question_features(reading: Reading, rows: Sequence[dict[str, float]]) -> Vectors:
    """Return the question's two vectors and what was found for it in passages whose section lists questions.

    Args:
        reading: What was read.
        rows: Its ``passage_features``.

    Returns:
        Shape (2 * dimensions + len(QUESTION_FEATURES),). Of the features, ``topic``, ``asks``, ``passage`` and
        ``best_sentence`` are the greatest similarity; ``topics``, ``asks_around``, ``around`` and ``sentences`` the
        mean of the greatest five (``around``: eight), one for each topic; ``length`` is the logarithm of the words;
        the last four are 0 or 1.
    """
    sentences = [s for s in reading.sentences if s.evidence.asks]
    pieces = {s.evidence.passage.id: s.evidence for s in sentences}.values()
    topics = _greatest({piece.topic_similarity for piece in pieces}, 5)
    asks = _greatest({piece.asks_similarity for piece in pieces}, 5)
    dense = _greatest([piece.dense for piece in pieces], 8)
    similar = _greatest([s.similarity for s in sentences], 5)
    kind = asked_for(reading.text)
    given = kind == "advice" or any(states_fact(kind, s, reading) for s in sentences)
    found = (
        topics[0],
        float(np.mean(topics)),
        asks[0],
        float(np.mean(asks)),
        dense[0],
        float(np.mean(dense)),
        similar[0],
        float(np.mean(similar)),
        max((row["coverage"] for row in rows if row["asks"] > 0), default=0.0),
        max((s.coverage for s in sentences), default=0.0),
        reading.unknown,
        1 - _names_known(reading),
        math.log1p(len(reading.text.split())),
        float(kind != "advice"),
        float(kind == "figure"),
        float(not given),
        float(asks_for_advice(reading.text)),
    )
    return np.concatenate([reading.vector, reading.as_question, np.asarray(found, dtype=np.float32)])


def _greatest(values: Iterable[float], count: int) -> list[float]:
    return sorted(values, reverse=True)[:count] or [0.0]


def _names_known(reading: Reading) -> float:
    """Return the share of the names in the question that the evidence has; 1 if there are none."""
    asked_names = asked_names_of(reading)
    return covered(sorted(asked_names), reading.said) if asked_names else 1.0


def _names_narrow_nothing(reading: Reading) -> bool:
    """Say whether a question is about no one in particular, or a sentence says something asked about that one."""
    asked_names = asked_names_of(reading)
    relation = relation_of(reading, asked_names)
    return not asked_names or any(
        all(has_term(term, s.terms) for term in asked_names) and covered(relation, s.terms) > 0
        for s in reading.sentences
    )


def _not_given(asked: AskedFor) -> str:
    thing = {"figure": "figure", "date": "date", "name": "name", "advice": "answer"}[asked]
    return f"The sources don't give the {thing} you ask for. What they do say about it:"


def _nothing(reading: Reading, asked: AskedFor = "advice") -> str:
    """Say what is missing: the words of the question that the evidence doesn't have, if there are any."""
    asked_words = {word for word in content_words(reading.text) if len(word) > 2}
    as_written = [w.strip(_PUNCTUATION) for w in reading.text.split() if w.strip(_PUNCTUATION).lower() in asked_words]
    unknown = [word for word in dict.fromkeys(as_written) if not has_term(stem(word.lower()), reading.said)]
    if asked != "advice":
        return f"The sources don't give the {asked} you ask for, and say nothing else that would answer it."
    if unknown:
        listed = ", ".join(f"“{word}”" for word in unknown[:4])
        return f"The sources don't answer this. What they don't speak of: {listed}."
    return "The sources don't answer this question."


_PUNCTUATION = ".,;:!?…()[]{}<>\"'“”‘’«»*_`"
