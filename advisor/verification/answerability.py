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

LISTED = ("best_sentence", "passage", "asks", "unknown")
"""Features of a passage whose section lists the questions that it answers."""

UNLISTED = ("best_sentence", "coverage")
"""Features of any other passage."""

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

    A logistic model says for each passage how likely it answers the question; the best passage counts. Passages whose
    section lists questions have weights of their own, fitted by ``advisor.evals.training.answerability`` on the dev
    half of our questions; those of all others are fitted on labelled questions of CLAPNQ (Apache-2.0). Then come rules
    for questions that ask for a figure, a date or a name, since similarity can't tell a neighbouring number from the
    one that was asked for.
    """

    @cached_property
    def _model(self) -> dict[str, dict[str, float]]:
        text = files("advisor.verification").joinpath("answerability.json").read_text(encoding="utf-8")
        model: dict[str, dict[str, float]] = json.loads(text)["model"]
        return model

    def probability(self, reading: Reading) -> float:
        """Return the calibrated probability that the evidence answers the question."""
        rows = passage_features(reading)
        if not rows:
            return 0.0
        logit = max(
            weights["bias"] + sum(weights[name] * row[name] for name in weights if name != "bias")
            for row in rows
            for weights in [self._model["listed" if row["asks"] > 0 else "unlisted"]]
        )
        return 1 / (1 + math.exp(-(logit - self._model["rules"]["unknown_name"] * (1 - _names_known(reading)))))

    def judge(self, reading: Reading) -> Judgement:
        """Judge what was read for a question."""
        probability = self.probability(reading)
        asked = asked_for(reading.text)
        if probability < self._model["rules"]["threshold"]:
            return Judgement("insufficient_evidence", probability, asked, _nothing(reading))
        if asked != "advice" and not fact_given(asked, reading):
            return self._fact_missing(reading, probability, asked)
        return Judgement("answered", probability, asked, "")

    def _fact_missing(self, reading: Reading, probability: float, asked: AskedFor) -> Judgement:
        """Decide about a question for a figure, date or name that no sentence gives."""
        advisable = asks_for_advice(reading.text)
        general = _names_narrow_nothing(reading)
        nearest = max(s.evidence.asks_similarity for s in reading.sentences)
        # A section written for this very question may say that no source gives a figure, and what to do instead.
        enough = self._model["rules"]["same_subject" if advisable else "same_question"]
        written_for_it = any(
            s.evidence.asks and s.evidence.asks_similarity >= enough and asked_for(s.evidence.asks) == asked
            for s in reading.sentences
        )
        if general and written_for_it:
            return Judgement("answered", probability, asked, "")
        if advisable or (general and nearest >= self._model["rules"]["same_subject"]):
            return Judgement("partial", probability, asked, _not_given(asked))
        return Judgement("insufficient_evidence", probability, asked, _nothing(reading, asked))


def passage_features(reading: Reading) -> list[dict[str, float]]:
    """Return the features of each passage that was read.

    Returns:
        For each passage, in order of rank: ``best_sentence`` (cosine of the question to its best sentence), ``passage``
        (cosine to the passage, as retrieved), ``asks`` (cosine to the nearest question that its section lists, 0 if it
        lists none), ``coverage`` (share of the question's content terms in the passage or its headings) and ``unknown``
        (share of the question's words that occur nowhere in the knowledge; the same for all passages).
    """
    rows: dict[str, dict[str, float]] = {}
    terms: dict[str, frozenset[str]] = {}
    for sentence in reading.sentences:
        evidence = sentence.evidence
        own = terms.get(evidence.passage.id) or frozenset(content_terms(" ".join(evidence.passage.headings)))
        terms[evidence.passage.id] = own | sentence.terms
        row = rows.setdefault(
            evidence.passage.id,
            {"best_sentence": 0.0, "passage": evidence.dense, "asks": max(evidence.asks_similarity, 0.0)},
        )
        row["best_sentence"] = max(row["best_sentence"], sentence.similarity)
    for passage, row in rows.items():
        row["unknown"] = reading.unknown
        row["coverage"] = covered(reading.terms, terms[passage])
    return list(rows.values())


def _names_known(reading: Reading) -> float:
    """Return the share of the names in the question that the evidence has; 1 if there are none."""
    asked_names = _asked_names(reading)
    every = frozenset[str]().union(*(s.terms for s in reading.sentences)) if reading.sentences else frozenset[str]()
    return covered(sorted(asked_names), every) if asked_names else 1.0


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
