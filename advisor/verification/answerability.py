"""Whether the evidence answers the question at all."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

from advisor.domain import AnswerStatus
from advisor.evidence import Reading, covered, has_term
from advisor.terms import content_terms, content_words, stem
from advisor.verification.asked import AskedFor, asked_for, asks_for_advice, gives, names

FEATURES = ("best_sentence", "passage", "asks", "names")
"""Names of the features, as in the file of weights."""

NETWORKS = frozenset(
    [
        "facebook",
        "instagram",
        "insta",
        "linkedin",
        "twitter",
        "x",
        "tiktok",
        "youtube",
        "pinterest",
        "snapchat",
        "whatsapp",
        "google",
        "reddit",
        "threads",
        "xing",
        "telegram",
        "mastodon",
        "bluesky",
    ]
)
"""Names that questions about social media have anyway; they don't narrow down what is asked."""


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
            return self._fact_missing(reading, probability, asked)
        return Judgement("answered", probability, asked, "")

    def _fact_missing(self, reading: Reading, probability: float, asked: AskedFor) -> Judgement:
        """Decide about a question for a figure, date or name that no sentence gives."""
        nearest = max(reading.sentences, key=lambda s: s.evidence.asks_similarity).evidence
        advisable = asks_for_advice(reading.text)
        # A section written for this very question may say that no source gives a figure, and what to do instead.
        enough = self._model["same_subject"] if advisable else self._model["same_question"]
        if nearest.asks and asked_for(nearest.asks) == asked and nearest.asks_similarity >= enough:
            return Judgement("answered", probability, asked, "")
        if advisable or (nearest.asks_similarity >= self._model["same_subject"] and _names_narrow_nothing(reading)):
            return Judgement("partial", probability, asked, _not_given(asked))
        return Judgement("insufficient_evidence", probability, asked, _nothing(reading, asked))


def features(reading: Reading) -> dict[str, float]:
    """Return the features of a reading, all between 0 and 1 (cosines may be slightly below 0)."""
    best = max((s.similarity for s in reading.sentences), default=0.0)
    dense = max((s.evidence.dense for s in reading.sentences), default=0.0)
    asks = max((s.evidence.asks_similarity for s in reading.sentences), default=0.0)
    every = frozenset[str]().union(*(s.terms for s in reading.sentences)) if reading.sentences else frozenset[str]()
    return {
        "best_sentence": best,
        # Where nothing lists questions, or a foreign retriever gives no similarity, the sentence speaks for it.
        "passage": dense if asks > 0 else max(dense, best),
        "asks": asks,
        "names": covered(sorted(_asked_names(reading)), every) if _asked_names(reading) else 1.0,
    }


def _asked_names(reading: Reading) -> set[str]:
    """Return the stems of the proper names in a question, names of networks left out."""
    found = {word.lower() for name in names(reading.text) for word in name.split()}
    return {stem(word.removesuffix("'s").removesuffix("’s")) for word in found - NETWORKS}


def _names_narrow_nothing(reading: Reading) -> bool:
    """Say whether a question is about no one in particular, or a sentence says something asked about that one."""
    asked_names = _asked_names(reading)
    relation = _relation(reading, asked_names)
    return not asked_names or any(
        all(has_term(term, s.terms) for term in asked_names) and covered(relation, s.terms) > 0
        for s in reading.sentences
    )


def _relation(reading: Reading, asked_names: set[str]) -> list[str]:
    """Return what is asked *about* the names: the other terms, without words that only name the kind of answer."""
    return [t for t in reading.terms if t not in asked_names and not t.isdigit() and t not in _KIND_TERMS]


def fact_given(asked: AskedFor, reading: Reading) -> bool:
    """Say whether a sentence gives the figure, date or name that was asked for.

    The sentence must have something of that kind that the question doesn't have, and must be about the same thing:
    what is asked *about* a name ("won", "employees", "founded") must be in it, not the name alone.
    """
    asked_names = _asked_names(reading)
    relation = _relation(reading, asked_names)
    for sentence in reading.sentences:
        if not gives(asked, sentence.text, reading.text):
            continue
        heads = frozenset(content_terms(" ".join(sentence.evidence.passage.headings)))
        own = sentence.terms | heads if sentence.similarity >= 0.45 else sentence.terms
        if not all(has_term(term, own) for term in asked_names):
            continue
        share = covered(relation, own)
        if share >= _RELATION_SHARE or (share >= _CLOSE_SHARE and sentence.similarity >= _CLOSE):
            return True
    return False


_RELATION_SHARE = 0.7
_CLOSE_SHARE, _CLOSE = 0.4, 0.6
"""A sentence this close to the question may share fewer of its words."""

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


def _nothing(reading: Reading, asked: AskedFor = "advice") -> str:
    """Say what is missing: the words of the question that the evidence doesn't have, if there are any."""
    every = frozenset[str]().union(*(s.terms for s in reading.sentences)) if reading.sentences else frozenset[str]()
    asked_words = {word for word in content_words(reading.text) if len(word) > 2}
    as_written = [w.strip(_PUNCTUATION) for w in reading.text.split() if w.strip(_PUNCTUATION).lower() in asked_words]
    unknown = [word for word in dict.fromkeys(as_written) if not has_term(stem(word.lower()), every)]
    if asked != "advice":
        return f"The sources don't give the {asked} you ask for, and say nothing else that would answer it."
    if unknown:
        listed = ", ".join(f"“{word}”" for word in unknown[:4])
        return f"The sources don't answer this. What they don't speak of: {listed}."
    return "The sources don't answer this question."


_PUNCTUATION = ".,;:!?…()[]{}<>\"'“”‘’«»*_`"
