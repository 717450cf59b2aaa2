"""Whether the evidence answers the question at all."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Literal

from advisor.domain import AnswerStatus
from advisor.evidence import Reading, covered, has_term
from advisor.terms import content_terms, content_words, stem
from advisor.verification.asked import AskedFor, asked_for, gives, names

FEATURES = ("best_sentence", "second_sentence", "asks", "coverage", "names_covered", "rare_covered")
"""Names of the features, in the order of the weights."""


@dataclass(frozen=True)
class Judgement:
    """What an answer may claim to be.

    Attributes:
        status: ``partial`` when the sources say something about the subject but don't give what was asked for.
        probability: Calibrated probability that the evidence answers the question.
        asked: What kind of answer the question wants.
        missing: What the sources don't say, one sentence; empty when ``status`` is ``answered``.
    """

    status: AnswerStatus
    probability: float
    asked: AskedFor
    missing: str


class Answerability:
    """Decides between answering, answering in part and refusing.

    A logistic model over features of question and evidence, with weights fitted by ``advisor.evals.training`` on the
    dev half of our questions and on labelled questions of CLAPNQ (Apache-2.0); then rules for questions that ask for
    a figure, a date or a name, since similarity can't tell a neighbouring number from the one that was asked for.
    """

    @cached_property
    def _model(self) -> dict[str, float]:
        text = files("advisor.verification").joinpath("answerability.json").read_text(encoding="utf-8")
        model: dict[str, float] = json.loads(text)["weights"]
        return model

    def judge(self, reading: Reading) -> Judgement:
        """Judge what was read for a question."""
        values = features(reading)
        logit = self._model["bias"] + sum(self._model[name] * values[name] for name in FEATURES)
        probability = 1 / (1 + math.exp(-logit))
        asked = asked_for(reading.text)
        if probability < self._model["threshold"]:
            return Judgement("insufficient_evidence", probability, asked, _nothing(reading))
        if asked != "advice" and not fact_given(asked, reading):
            # A section that was written for this very question may say that no source gives a figure.
            if values["asks"] >= self._model["same_question"]:
                return Judgement("answered", probability, asked, "")
            if values["asks"] >= self._model["same_subject"]:
                return Judgement("partial", probability, asked, _not_given(asked))
            return Judgement("insufficient_evidence", probability, asked, _nothing(reading, asked))
        return Judgement("answered", probability, asked, "")


def features(reading: Reading) -> dict[str, float]:
    """Return the features of a reading, all between 0 and 1 (cosines may be slightly below 0)."""
    ranked = sorted((s.similarity for s in reading.sentences), reverse=True)
    asks = max((s.evidence.asks_similarity for s in reading.sentences), default=0.0)
    passages: dict[str, frozenset[str]] = {}
    for sentence in reading.sentences:
        passage = sentence.evidence.passage
        heads = frozenset(content_terms(" ".join(passage.headings)))
        passages[passage.id] = passages.get(passage.id, heads) | sentence.terms
    every = frozenset[str]().union(*passages.values()) if passages else frozenset[str]()
    asked_names = [stem(name.lower()) for name in names(reading.text)]
    long_terms = [term for term in reading.terms if len(term) >= 4]
    return {
        "best_sentence": ranked[0] if ranked else 0.0,
        "second_sentence": ranked[1] if len(ranked) > 1 else 0.0,
        "asks": asks,
        "coverage": max((covered(reading.terms, own) for own in passages.values()), default=0.0),
        "names_covered": covered(asked_names, every) if asked_names else 1.0,
        "rare_covered": covered(long_terms, every) if long_terms else 1.0,
    }


def fact_given(asked: AskedFor, reading: Reading) -> bool:
    """Say whether a sentence gives the figure, date or name that was asked for.

    The sentence must have something of that kind that the question doesn't have, and must be about the same thing:
    what is asked *about* a name ("won", "employees", "founded") must be in it, not the name alone.
    """
    asked_names = {stem(word.lower()) for name in names(reading.text) for word in name.split()}
    relation = [t for t in reading.terms if t not in asked_names and not t.isdigit() and t not in _KIND_TERMS]
    for sentence in reading.sentences:
        if not gives(asked, sentence.text, reading.text):
            continue
        heads = frozenset(content_terms(" ".join(sentence.evidence.passage.headings)))
        own = sentence.terms | heads if sentence.similarity >= 0.45 else sentence.terms
        if not all(has_term(term, own) for term in asked_names):
            continue
        if covered(relation, own) >= _RELATION_SHARE:
            return True
    return False


_RELATION_SHARE = 0.7
_KIND_TERMS = frozenset(
    stem(word)
    for word in [
        "number",
        "percentage",
        "percent",
        "share",
        "figure",
        "amount",
        "exact",
        "average",
        "year",
        "date",
        "month",
        "name",
    ]
)
"""Words that name the kind of answer, not its subject."""


def _not_given(asked: AskedFor) -> str:
    thing = {"figure": "figure", "date": "date", "name": "name", "advice": "answer"}[asked]
    return f"The sources don't give the {thing} you ask for. What they do say about it:"


def _nothing(reading: Reading, asked: Literal["figure", "date", "name", "advice"] = "advice") -> str:
    every = frozenset[str]().union(*(s.terms for s in reading.sentences)) if reading.sentences else frozenset[str]()
    unknown = [word for word in _subject_words(reading) if not has_term(stem(word.lower()), every)]
    if unknown:
        listed = ", ".join(f"“{word}”" for word in unknown[:4])
        return f"The sources don't answer this: they say nothing about {listed} in this connection."
    if asked != "advice":
        return f"The sources mention the subject, but don't give the {asked} you ask for."
    return "The sources don't answer this question."


def _subject_words(reading: Reading) -> list[str]:
    return [word for word in dict.fromkeys(content_words(reading.text)) if len(word) > 2]
