"""A support vector machine, read from a file: torch and scikit-learn are only needed to fit it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO, Self

import numpy as np

from advisor.ports import Vectors


@dataclass(frozen=True)
class KernelClassifier:
    """A classifier with a Gaussian kernel (Cortes and Vapnik 1995).

    Its score is mapped to a probability (Platt 1999) together with that of another model (stacking, Wolpert 1992).

    Attributes:
        embedder: Fingerprint of the embedding model that the first part of an input comes from.
        means: Subtracted from an input, shape (dimensions,).
        scales: Then multiplied with it, shape (dimensions,).
        vectors: Support vectors in the scaled space, shape (n, dimensions).
        coefficients: Their weights, shape (n,).
        intercept: Added to the sum.
        gamma: Width of the kernel: exp(-gamma * squared distance).
        weights: Of its own score and of the other model's in the logit, shape (2,).
        offset: Added to that.
        extremes: The least and the greatest score that the other model was seen to give, shape (2,).
        threshold: The probability from which on the answer is yes.
    """

    embedder: str
    means: Vectors
    scales: Vectors
    vectors: Vectors
    coefficients: Vectors
    intercept: float
    gamma: float
    weights: Vectors
    offset: float
    extremes: Vectors
    threshold: float

    @cached_property
    def _squares(self) -> Vectors:
        return np.asarray(np.square(self.vectors).sum(axis=1))

    def score(self, row: Vectors) -> float:
        """Return the machine's own score of an input, shape (dimensions,)."""
        scaled = (row - self.means) * self.scales
        distances = np.maximum(self._squares - 2 * (self.vectors @ scaled) + scaled @ scaled, 0.0)
        return float(self.coefficients @ np.exp(-self.gamma * distances)) + self.intercept

    def probability(self, score: float, other: float) -> float:
        """Return the probability of yes, from its own score and the other model's."""
        logit = float(self.weights @ np.array([score, other])) + self.offset
        return 1 / (1 + math.exp(min(500.0, -logit)))

    def settled(self, score: float) -> float | None:
        """Return the probability nearest to the threshold if no score of the other model could change the answer."""
        least, greatest = sorted(self.probability(score, float(other)) for other in self.extremes)
        if least >= self.threshold:
            return least
        return greatest if greatest < self.threshold else None

    def save(self, stream: BinaryIO) -> None:
        """Write as ``.npz``, the support vectors in half precision."""
        np.savez_compressed(
            stream,
            embedder=np.asarray(self.embedder),
            means=self.means,
            scales=self.scales,
            vectors=self.vectors.astype(np.float16),
            coefficients=self.coefficients,
            weights=self.weights,
            extremes=self.extremes,
            numbers=np.asarray([self.intercept, self.gamma, self.offset, self.threshold]),
        )

    @classmethod
    def load(cls, stream: BinaryIO) -> Self:
        """Read what ``save`` wrote."""
        with np.load(stream, allow_pickle=False) as stored:
            intercept, gamma, offset, threshold = map(float, stored["numbers"])
            return cls(
                str(stored["embedder"]),
                stored["means"],
                stored["scales"],
                stored["vectors"].astype(np.float32),
                stored["coefficients"],
                intercept,
                gamma,
                stored["weights"],
                offset,
                stored["extremes"],
                threshold,
            )
