"""Which topic a question is about, by the questions that topics list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from advisor.ports import Vectors

SHRINKAGE = 0.3
"""How much of a multiple of the identity is mixed into the covariance; between 0.1 and 1 it hardly matters."""

Topic = tuple[str, str]
"""Source id and heading."""


@dataclass(frozen=True)
class TopicIndex:
    """The mean of each topic's listed questions, in a space in which style counts less than subject.

    How people put the same question (a story, slang, three words) moves its vector as much as its subject does. So
    directions in which questions of one topic differ are scaled down (the within-class whitening of linear discriminant
    analysis, Fisher 1936), and a question is compared with the mean of each topic's, not with its nearest one. On the
    dev half of our questions and the statements of the source documents, the right document was first for 81 % and 70 %
    instead of 67 % and 55 %.

    Attributes:
        topics: The topics, in order.
        whitening: Maps a unit vector into that space, shape (dimensions, dimensions).
        means: Unit vectors, shape (len(topics), dimensions).
    """

    topics: tuple[Topic, ...]
    whitening: Vectors
    means: Vectors

    @classmethod
    def fit(cls, vectors: Vectors, topics: Sequence[Topic]) -> TopicIndex:
        """Fit to listed questions.

        Args:
            vectors: Unit vectors of the questions, shape (len(topics), dimensions).
            topics: The topic of each.
        """
        distinct = tuple(dict.fromkeys(topics))
        at = {topic: number for number, topic in enumerate(distinct)}
        rows = np.asarray([at[topic] for topic in topics])
        within = vectors - _means(vectors, rows, len(distinct))[rows]
        covariance = within.T @ within / max(1, len(vectors))
        scale = float(np.trace(covariance)) / len(covariance) or 1.0
        shrunk = covariance + SHRINKAGE * scale * np.eye(len(covariance))
        whitening = np.linalg.cholesky(np.linalg.inv(shrunk)).astype(np.float32)
        return cls(distinct, whitening, _unit(_means(_unit(vectors @ whitening), rows, len(distinct))))

    def similarities(self, vector: Vectors) -> dict[Topic, float]:
        """Return the cosine similarity of a question's unit vector to each topic."""
        whitened = vector @ self.whitening
        scores = self.means @ (whitened / max(float(np.linalg.norm(whitened)), 1e-12))
        return {topic: float(score) for topic, score in zip(self.topics, scores, strict=True)}


def _means(vectors: Vectors, rows: np.ndarray[tuple[int], np.dtype[np.intp]], count: int) -> Vectors:
    sums = np.zeros((count, vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, rows, vectors)
    return np.asarray(sums / np.bincount(rows, minlength=count)[:, np.newaxis], dtype=np.float32)


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return np.asarray(vectors / lengths, dtype=np.float32)
