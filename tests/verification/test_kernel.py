"""The support vector machine that is read from a file."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest

from advisor.verification.kernel import KernelClassifier


def fitted() -> tuple[KernelClassifier, np.ndarray[tuple[int, int], np.dtype[np.float64]], np.ndarray]:  # type: ignore[type-arg]
    """A machine fitted by scikit-learn to points inside and outside a circle, and its scores."""
    from sklearn.svm import SVC

    points = np.random.default_rng(0).normal(size=(200, 2))
    machine = SVC(C=2, gamma=0.5).fit(points, np.linalg.norm(points, axis=1) < 1)
    classifier = KernelClassifier(
        embedder="all",
        means=np.zeros(2, np.float32),
        scales=np.ones(2, np.float32),
        vectors=machine.support_vectors_.astype(np.float32),
        coefficients=machine.dual_coef_[0].astype(np.float32),
        intercept=float(machine.intercept_[0]),
        gamma=0.5,
        weights=np.array([1.0, 0.0]),
        offset=0.0,
        extremes=np.array([-2.0, 2.0]),
        threshold=0.5,
    )
    return classifier, points, machine.decision_function(points)


def test_it_scores_as_the_library_that_fitted_it() -> None:
    classifier, points, scores = fitted()
    ours = [classifier.score(point.astype(np.float32)) for point in points]
    assert ours == pytest.approx(scores, abs=1e-3)
    assert classifier.probability(ours[0], 0.0) == pytest.approx(1 / (1 + np.exp(-ours[0])))


def test_it_scales_what_it_is_given() -> None:
    classifier, points, _ = fitted()
    moved = replace(classifier, means=np.full(2, 5, np.float32), scales=np.full(2, 0.5))
    point = points[0].astype(np.float32)
    assert moved.score(2 * point + 5) == pytest.approx(classifier.score(point), abs=1e-5)


def test_what_is_saved_is_what_is_loaded() -> None:
    classifier, points, _ = fitted()
    stream = io.BytesIO()
    classifier.save(stream)
    stream.seek(0)
    again = KernelClassifier.load(stream)
    assert (again.embedder, again.threshold) == ("all", 0.5)
    assert again.extremes.tolist() == [-2.0, 2.0]
    point = points[3].astype(np.float32)
    assert again.score(point) == pytest.approx(classifier.score(point), abs=5e-3)


def test_a_point_far_from_everything_gives_a_probability() -> None:
    classifier, _, _ = fitted()
    assert 0 <= classifier.probability(classifier.score(np.full(2, 1e6, np.float32)), 0.0) <= 1


def test_another_model_has_a_say() -> None:
    classifier, _, _ = fitted()
    heard = replace(classifier, weights=np.array([1.0, 0.5]))
    yes, against, alone = (heard.probability(0.3, say) for say in (2.0, -2.0, 0.0))
    assert against < alone < yes
    assert alone == classifier.probability(0.3, 2.0)


def test_it_knows_when_the_other_model_can_change_nothing() -> None:
    heard = replace(fitted()[0], weights=np.array([1.0, 0.5]))
    assert heard.settled(0.9) is None
    assert heard.settled(-0.9) is None
    assert heard.settled(1.1) == heard.probability(1.1, -2.0) > heard.threshold
    assert heard.settled(-1.1) == heard.probability(-1.1, 2.0) < heard.threshold
