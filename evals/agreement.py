"""How far a judge agrees with labels: statistics over clusters of pairs, and means corrected for the judge's errors.

Pairs of one document are alike, so intervals come from resampling whole groups (the cluster bootstrap; Field and Welsh
2007, "Bootstrapping clustered data"). A resample is a row of weights that say how often each pair was drawn, and every
statistic takes all rows at once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .metrics import SEED, Estimate

Numbers = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]
Statistic = Callable[[Numbers], Numbers]
"""Takes weights, shape (resamples, pairs), and returns a value a row, NaN where a resample has none."""

RESAMPLES = 1000
"""Bootstrap resamples."""
BINS = 10
"""Bins of equal width for calibration."""
_NORMAL = 1.959964
"""Standard deviations around the mean that hold 95 % of a normal distribution."""


class Resampling:
    """Resamples of groups with replacement, the same for every statistic, so that differences are paired.

    Args:
        groups: What each pair belongs to, at least one.
        resamples: How many.
        seed: Seed of the draws.
    """

    def __init__(self, groups: Sequence[Hashable], *, resamples: int = RESAMPLES, seed: int = SEED) -> None:
        self._groups = len(set(groups))
        self._weights = _drawn(groups, resamples, seed)

    def estimate(self, statistic: Statistic) -> Estimate:
        """Return a statistic with its 95 % percentile interval; ``cases`` is the number of pairs.

        Resamples without a value, for example without a single true claim, are left out of the interval. There is no
        interval with fewer than two groups.
        """
        pairs = self._weights.shape[1]
        with np.errstate(invalid="ignore", divide="ignore"):
            value = float(statistic(np.ones((1, pairs)))[0])
            if not np.isfinite(value):
                return Estimate(None, None, None, pairs)
            if self._groups < 2:
                return Estimate(value, None, None, pairs)
            return Estimate(value, *_middle(statistic(self._weights)), pairs)


def share(weights: Numbers, right: Truths, among: Truths) -> Numbers:
    """Return the share of ``right`` pairs among some, a value a row of weights."""
    return np.asarray((weights @ (right & among)) / (weights @ among))


def balanced_accuracy(weights: Numbers, decided: Truths, truth: Truths) -> Numbers:
    """Return the mean of the shares of true and of false pairs that are told right, 0 to 1; chance is 0.5."""
    return (share(weights, decided, truth) + share(weights, ~decided, ~truth)) / 2


def f1(weights: Numbers, decided: Truths, truth: Truths) -> Numbers:
    """Return the harmonic mean of precision and recall of "true", 0 to 1."""
    return np.asarray(2 * (weights @ (decided & truth)) / (weights @ decided + weights @ truth))


def auc(weights: Numbers, score: Numbers, truth: Truths) -> Numbers:
    """Return the area under the ROC curve: how often a true pair scores higher than a false one, ties counting half."""
    order = np.argsort(score, kind="stable")
    ordered = score[order]
    ties = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    weights = weights[:, order]
    true = np.add.reduceat(weights * truth[order], ties, axis=1)
    false = np.add.reduceat(weights * ~truth[order], ties, axis=1)
    below = np.cumsum(false, axis=1) - false
    return np.asarray((true * (below + false / 2)).sum(axis=1) / (true.sum(axis=1) * false.sum(axis=1)))


def calibration_error(weights: Numbers, score: Numbers, truth: Truths) -> Numbers:
    """Return the expected calibration error, 0 to 1.

    Naeini et al. 2015: the distance of mean score and share of true pairs, over ``BINS`` bins of equal width, weighted
    by their pairs. Chance adds to it and never takes away, most with few pairs, and resampling adds once more: the
    interval lies high, its upper end is safe.
    """
    excess = np.zeros((len(score), BINS))
    excess[np.arange(len(score)), _bins(score)] = score - truth
    return np.asarray(np.abs(weights @ excess).sum(axis=1) / weights.sum(axis=1))


class Bin(NamedTuple):
    """Pairs of about the same score.

    Attributes:
        score: Their mean score.
        true: Their share of true pairs.
        pairs: How many.
    """

    score: float
    true: float
    pairs: int


def reliability(score: Numbers, truth: Truths) -> tuple[Bin, ...]:
    """Return the bins that hold pairs, by score; for a calibrated judge ``true`` is about ``score``."""
    at = _bins(score)
    return tuple(
        Bin(float(score[at == b].mean()), float(truth[at == b].mean()), int((at == b).sum())) for b in np.unique(at)
    )


def best_threshold(score: Numbers, truth: Truths) -> float:
    """Return the score from which on to decide "true" for the best balanced accuracy on these pairs.

    Raises:
        ValueError: All pairs are true, or all are false.
    """
    from sklearn.metrics import roc_curve  # type: ignore[import-untyped,unused-ignore]  # slow to import

    if truth.all() or not truth.any():
        raise ValueError("a threshold needs both true and false pairs")
    false_alarms, hits, thresholds = roc_curve(truth, score, drop_intermediate=False)
    return float(thresholds[np.argmax(hits - false_alarms)])


def rate(right: Truths, groups: Sequence[Hashable]) -> Estimate:
    """Return a share with its 95 % cluster-bootstrap interval.

    Where all or none are right, resampling can't tell how sure that is. The exact interval (Clopper and Pearson 1934)
    stands in, with groups instead of pairs as trials, which is wide rather than narrow.
    """
    if not len(right):
        return Estimate(None, None, None, 0)
    everything = np.ones(len(right), dtype=bool)
    found = Resampling(groups).estimate(lambda weights: share(weights, right, everything))
    if found.value not in (0.0, 1.0):
        return found
    from scipy.stats import binomtest  # type: ignore[import-untyped,unused-ignore]  # slow to import

    trials = len(set(groups))
    exact = binomtest(round(found.value * trials), trials).proportion_ci(0.95, method="exact")
    return Estimate(found.value, float(exact.low), float(exact.high), len(right))


def corrected_mean(
    judged_unlabelled: Sequence[float],
    judged_labelled: Sequence[float],
    labels: Sequence[float],
    *,
    unlabelled_groups: Sequence[Hashable] | None = None,
    labelled_groups: Sequence[Hashable] | None = None,
) -> Estimate:
    """Estimate the mean label of unlabelled items from a judge's scores and from some labelled items.

    Prediction-powered inference (Angelopoulos et al. 2023, "Prediction-Powered Inference", mean estimation): the mean
    label of the labelled items, plus lambda times how far the judge's mean differs between the two samples. Lambda is
    tuned to the least variance (Angelopoulos, Duchi and Zrnic 2023, "PPI++"), each variance being taken from its own
    sample: 0 ignores the judge, 1 is the classical estimator. The 95 % interval is the normal one, cut at 0 and 1; with
    groups its variances are cluster-robust.

    Both samples must be drawn from the same population. This can't be checked here, and it is false of answers and of
    claims that were written to be hard; ``mean_by_verdict`` asks for less.

    Args:
        judged_unlabelled: The judge's scores of the items that the mean is about, each 0 to 1, at least one.
        judged_labelled: Its scores of the labelled items, at least one.
        labels: Their labels, each 0 to 1.
        unlabelled_groups: What each unlabelled item belongs to; each is a group of its own if ``None``.
        labelled_groups: The same of the labelled items.

    Returns:
        The mean; ``cases`` is the number of unlabelled items. No interval with fewer than two groups in a sample.

    Raises:
        ValueError: A sample is empty, or lengths differ.
    """
    unlabelled, judged, truth = (np.asarray(x, dtype=np.float64) for x in (judged_unlabelled, judged_labelled, labels))
    if not len(unlabelled) or not len(judged):
        raise ValueError("both samples need at least one item")
    if len(judged) != len(truth):
        raise ValueError(f"{len(judged)} labelled items are judged, but there are {len(truth)} labels")
    own = _numbered(range(len(unlabelled)) if unlabelled_groups is None else unlabelled_groups)
    labelled = _numbered(range(len(judged)) if labelled_groups is None else labelled_groups)
    if len(own) != len(unlabelled) or len(labelled) != len(judged):
        raise ValueError("each item needs a group")
    if own.max() < 1 or labelled.max() < 1:
        return Estimate(_within(truth.mean() + unlabelled.mean() - judged.mean()), None, None, len(unlabelled))
    spread = _covariance(judged, judged, labelled) + _covariance(unlabelled, unlabelled, own)
    weight = _covariance(truth, judged, labelled) / spread if spread > 0 else 0.0
    mean = truth.mean() + weight * (unlabelled.mean() - judged.mean())
    rest = truth - weight * judged
    variance = _covariance(rest, rest, labelled) + weight**2 * _covariance(unlabelled, unlabelled, own)
    half = _NORMAL * float(np.sqrt(variance))
    return Estimate(_within(mean), _within(mean - half), _within(mean + half), len(unlabelled))


def mean_by_verdict(
    verdicts: Sequence[str],
    judged_labelled: Sequence[str],
    labels: Sequence[bool],
    *,
    groups: Sequence[Hashable],
    labelled_groups: Sequence[Hashable],
    known: Mapping[str, float] | None = None,
) -> Estimate:
    """Estimate the share of true items, taking for each verdict the share of true ones among those labelled.

    Prediction-powered inference stratified by the verdict (Fisch et al. 2024, "Stratified Prediction-Powered Inference
    for Hybrid Language Model Evaluation"); within a stratum the prediction is constant, so that labels alone count.
    The two samples may differ in how often each verdict occurs, but not in how often a verdict is right. The 95 %
    interval is a cluster-bootstrap one over both samples.

    Args:
        verdicts: What the judge said of the items that the share is about, at least one.
        judged_labelled: What it said of the labelled items.
        labels: Whether they are true.
        groups: What each item belongs to.
        labelled_groups: The same of the labelled items.
        known: Verdicts whose share of true items needs no labels.

    Returns:
        The share; its value is ``None`` if a verdict occurs that no labelled item has. ``cases`` is the number of
        items. No interval with fewer than two groups in a sample.
    """
    kinds = sorted(set(verdicts))
    given = known or {}
    found, said, truth = np.asarray(verdicts), np.asarray(judged_labelled), np.asarray(labels, dtype=bool)
    if any(kind not in given and kind not in set(judged_labelled) for kind in kinds):
        return Estimate(None, None, None, len(found))
    everything = np.ones(len(found), dtype=bool)

    def mean(own: Numbers, labelled: Numbers) -> Numbers:
        parts = [
            share(own, found == kind, everything)
            * (given[kind] if kind in given else share(labelled, truth, said == kind))
            for kind in kinds
        ]
        return np.asarray(sum(parts))

    with np.errstate(invalid="ignore", divide="ignore"):
        value = float(mean(np.ones((1, len(found))), np.ones((1, len(truth))))[0])
        needed = any(kind not in given for kind in kinds)
        if len(set(groups)) < 2 or (needed and len(set(labelled_groups)) < 2):
            return Estimate(value, None, None, len(found))
        values = mean(_drawn(groups, RESAMPLES, SEED), _drawn(labelled_groups, RESAMPLES, SEED + 1))
    return Estimate(value, *_middle(values), len(found))


def _numbered(groups: Sequence[Hashable]) -> npt.NDArray[np.intp]:
    """Return the number of each item's group, in order of first occurrence."""
    known: dict[Hashable, int] = {}
    return np.asarray([known.setdefault(group, len(known)) for group in groups], dtype=np.intp)


def _drawn(groups: Sequence[Hashable], resamples: int, seed: int) -> Numbers:
    """Return how often each item is drawn if whole groups are, shape (resamples, items)."""
    number = _numbered(groups)
    size = int(number.max()) + 1
    drawn = np.random.default_rng(seed).integers(size, size=(resamples, size))
    rows = size * np.arange(resamples)[:, np.newaxis]
    times = np.bincount((drawn + rows).ravel(), minlength=resamples * size).reshape(resamples, size)
    return np.asarray(times[:, number], dtype=np.float64)


def _middle(values: Numbers) -> tuple[float, float]:
    """Return what the middle 95 % of the values that are numbers lie between."""
    low, high = np.percentile(values[np.isfinite(values)], (2.5, 97.5))
    return float(low), float(high)


def _bins(score: Numbers) -> npt.NDArray[np.intp]:
    return np.minimum((score * BINS).astype(np.intp), BINS - 1)


def _covariance(left: Numbers, right: Numbers, group: npt.NDArray[np.intp]) -> float:
    """Return the covariance of two means over the same items, robust to clusters; two groups at least.

    Liang and Zeger 1986. With a group for each item it is the sample covariance over the number of items.
    """
    a, b = np.bincount(group, left - left.mean()), np.bincount(group, right - right.mean())
    return float(a @ b / len(left) ** 2 * len(a) / (len(a) - 1))


def _within(value: float) -> float:
    return float(min(1.0, max(0.0, value)))
