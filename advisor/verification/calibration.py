"""From what the checks and the model found to the probability that a claim is supported."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import NamedTuple

from advisor.domain import Value

FITTED = Path(__file__).with_name("calibration.json")
"""Weights and thresholds, written by ``advisor.evals.training.calibrating``."""

NEAR = 0.8
"""Share of the content words from which on claim and evidence differ in so little that the checks see it best."""


class Signals(NamedTuple):
    """What is known of one sentence of a claim; the features of the calibration.

    Attributes:
        support: Log-odds of support, the mean of the two windows where the model finds most of it. One alone is
            easily taken in by a window.
        contradiction: Log-odds of contradiction in the window that has most in common with the sentence.
        recall: Weighted share of its content words that have a counterpart, 0 to 1.
        failures: How many things the checks found that the evidence doesn't say, at most 3.
        contradictions: How many things they found that it denies, at most 2.
        reservations: How many things they found to be weaker in the evidence, at most 3.
        length: Logarithm of the number of words.
    """

    support: float
    contradiction: float
    recall: float
    failures: float
    contradictions: float
    reservations: float
    length: float

    @property
    def settled(self) -> bool | None:
        """Whether the sentence is supported, where the checks alone decide; ``None`` where the model is needed."""
        if not (self.failures or self.contradictions or self.reservations):
            return True
        return False if self.contradictions and self.recall >= NEAR else None

    @property
    def capped(self) -> bool:
        """Whether the sentence is at most partly supported, whatever the model says: nearly the same words, but …"""
        return self.failures > 0 and self.recall >= NEAR


class Calibration(Value):
    """A logistic regression on ``Signals`` (Platt 1999), and the thresholds of the statuses.

    Attributes:
        weights: One for each signal, in order.
        bias: What is added.
        partial: Probability from which on a claim is more likely supported than not, all sets taken together. It is
            shown as partly supported.
        supported: Probability from which on it is supported: few false claims get so far.
        contradicted: Log-odds of contradiction from which on a claim that is not even partly supported
            is contradicted.
    """

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
        total = self.bias + sum(weight * value for weight, value in zip(self.weights, signals, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
