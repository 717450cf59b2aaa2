"""From what the checks and the model found to the probability that a claim is supported."""

from __future__ import annotations

import json
import math
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from advisor.domain import Value

FITTED = Path(__file__).with_name("calibration.json")
"""Weights and thresholds, written by ``advisor.evals.training.calibrating``."""

FARTHEST = 3.0
"""Standard deviations from its mean beyond which a signal counts no more."""
COMMON = 0.2
"""Share of the content words that must occur in the cited passages for a sentence to be supported."""
SURE = 0.8
"""Probability from which on a doubtful sentence is supported all the same."""
NEAR = 0.66
"""Share of the content words from which on the checks see better than the model what the evidence doesn't say."""
SAME = 0.9
"""Share from which on they see better what it denies."""


class Signals(NamedTuple):
    """What is known of one sentence of a claim; the features of the calibration.

    Attributes:
        paragraph: Log-odds of support, by the model, in the best window of about a paragraph.
        page: The same for the window of all that the model can read at once.
        joint: The same for the best sentences of all passages together.
        contradiction: Log-odds of contradiction in the window that has most in common with the sentence.
        recall: Weighted share of its content words that have a counterpart in the best span, 0 to 1.
        covered: Share of its content words that occur anywhere in the cited passages, 0 to 1.
        phrases: Share of its pairs of adjacent words that do, 0 to 1.
        failures: How many things the checks found that the evidence doesn't say, at most 3.
        contradictions: How many things they found that it denies, at most 2.
        reservations: How many things they found to be weaker in the evidence, at most 3.
        missing: How many of its words are told to have no counterpart.
        length: Logarithm of the number of its words.
        evidence: Logarithm of the number of words of the cited passages.
    """

    paragraph: float
    page: float
    joint: float
    contradiction: float
    recall: float
    covered: float
    phrases: float
    failures: float
    contradictions: float
    reservations: float
    missing: float
    length: float
    evidence: float

    @property
    def refuted(self) -> bool:
        """Whether the checks decide, whatever the model says: nearly all words have a counterpart, one denies it."""
        return self.contradictions > 0 and self.recall >= SAME

    @property
    def doubtful(self) -> bool:
        """Whether the sentence is supported from ``SURE`` on only: few words are new, yet much was found."""
        return self.failures > 1 and self.recall >= NEAR

    @property
    def remote(self) -> bool:
        """Whether the sentence is at most partly supported: it has hardly any word in common with the evidence.

        There the model is easily taken in by any passage on the same subject.
        """
        return self.covered < COMMON


class Calibration(Value):
    """A logistic regression (Platt 1999) on ``Signals`` and their products, and the thresholds of the statuses.

    The products let one signal say how much another counts: common words tell more in a long document than in a
    sentence.

    Attributes:
        means: What is taken off each signal, in order.
        scales: What it is divided by then. The result is cut at ``FARTHEST``: nothing odd counts without bounds.
        weights: One for each signal, and one for each product of two, the first with itself and all others first.
        bias: What is added.
        partial: Probability from which on a claim is shown as partly supported.
        supported: Probability from which on it is supported.
        contradicted: Log-odds of contradiction from which on a claim that is not even partly supported
            is contradicted.
    """

    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    partial: float
    supported: float
    contradicted: float

    @classmethod
    def load(cls, path: Path = FITTED) -> Calibration:
        """Read it from a file."""
        return cls.model_validate(json.loads(path.read_text(encoding="utf-8")))

    def probability(self, signals: Signals) -> float:
        """Return the probability that the sentence is supported, 0 to 1."""
        near = [
            max(-FARTHEST, min(FARTHEST, (value - mean) / scale))
            for value, mean, scale in zip(signals, self.means, self.scales, strict=True)
        ]
        terms = chain(near, (a * b for i, a in enumerate(near) for b in near[i:]))
        total = self.bias + sum(weight * term for weight, term in zip(self.weights, terms, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
