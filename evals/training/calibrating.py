"""Fit the calibration of the support verifier (``advisor.verification.calibration``).

A logistic regression on what the checks and the model find. It is fitted to pairs that the model was not trained on:
the held-out groups of the training sets and two sets of people's judgements of whole documents. Each set weighs the
same, and one threshold is for all.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.progress import track

from advisor.domain import Claim, Evidence, Passage, Source
from advisor.ports import Vectors
from advisor.verification import SupportVerifier
from advisor.verification.calibration import FARTHEST, Calibration, Signals

from .pairs import Pair

MOST = 450
"""Pairs of a set that are looked at."""
FEWEST = 100
"""Pairs that a set must have to count as one."""
SUPPORTED = 0.5
"""Probability from which on a claim is supported: more likely than not."""
PARTIAL = 0.4
"""Probability from which on a claim is shown at all, as partly supported."""
ROUNDS = 3
"""How often the sentence that makes a claim false is guessed anew."""
STRENGTH = 0.003
"""Inverse strength of the ridge penalty: of 0.003 to 0.05 the best in cross-fitting by groups."""
_SIZE = len(Signals._fields)
_PARAGRAPH = Signals._fields.index("paragraph")
UNFITTED = Calibration(
    means=(0.0,) * _SIZE,
    scales=(1.0,) * _SIZE,
    weights=(0.0,) * (_SIZE + _SIZE * (_SIZE + 1) // 2),
    bias=0.0,
    supported=SUPPORTED,
    partial=PARTIAL,
    contradicted=0.0,
)
"""What stands in for the calibration until there is one."""


class Sample(NamedTuple):
    """A claim that was looked at.

    Attributes:
        signals: One row a sentence, shape (sentences, signals).
        label: As in ``Pair``.
        group: What pairs have in common that must not be on both sides of a split.
    """

    signals: Vectors
    label: str
    group: str


def judged_sets(held_out: Sequence[Pair], dev: Path, rng: random.Random) -> dict[str, list[Pair]]:
    """Return the sets that calibration rests on, by name, at most ``MOST`` pairs of each.

    Args:
        held_out: The pairs that training left out.
        dev: Folder with sets of judged documents, one JSON object a line.
        rng: Draws.
    """
    sets: dict[str, list[Pair]] = defaultdict(list)
    for pair in held_out:
        sets[pair.group.split(":")[0]].append(pair)
    for path in sorted(dev.glob("*.jsonl")):
        rows = [json.loads(line) for line in path.open(encoding="utf-8")]
        name = path.stem.split("_")[0]
        sets[name] = [Pair(r["evidence"], r["claim"], "E" if r["label"] else "-", f"{name}:{r['group']}") for r in rows]
    return {
        name: rng.sample(pairs, min(MOST, len(pairs))) for name, pairs in sorted(sets.items()) if len(pairs) >= FEWEST
    }


def look(verifier: SupportVerifier, pairs: Sequence[Pair], what: str) -> list[Sample]:
    """Return what the verifier finds on pairs; without those whose sentences are all taken over verbatim."""
    found = []
    source = Source(id="evidence", title="Evidence", kind="upload", origin="evidence.txt")
    for pair in track(pairs, what, console=Console(stderr=True)):
        passage = Passage(id="p", source_id="evidence", text=pair.evidence, start=0, end=len(pair.evidence))
        evidence = Evidence(label="E1", passage=passage, source=source, score=1.0)
        (signals,) = verifier.signals([Claim(text=pair.claim, labels=("E1",))], [evidence])
        if signals:
            found.append(Sample(np.asarray(signals, dtype=np.float32), pair.label, pair.group))
    return found


def fit(sets: Mapping[str, Sequence[Sample]]) -> Calibration:
    """Fit weights and thresholds.

    A claim is false if one of its sentences is, and which one isn't known: that which seems least supported is taken
    for it (multiple-instance learning).
    """
    fitted = UNFITTED
    for turn in range(ROUNDS):
        rows, labels, shares = [], [], []
        for samples in sets.values():
            for sample in samples:
                own = sample.signals
                if sample.label != "E":
                    seems = [fitted.probability(Signals(*map(float, row))) if turn else row[_PARAGRAPH] for row in own]
                    own = own[[int(np.argmin(seems))]]
                rows.append(own)
                labels += [sample.label == "E"] * len(own)
                shares += [1 / len(samples) / len(own)] * len(own)
        weights = np.asarray(shares, dtype=np.float32) * len(labels) / sum(shares)
        fitted = _regression(np.concatenate(rows), np.asarray(labels, dtype=np.float32), weights)
    return fitted.model_copy(update={"contradicted": _contradicted_from(fitted, sets)})


def _regression(rows: Vectors, labels: Vectors, weights: Vectors) -> Calibration:
    """Fit the regression, which sees each signal and product scaled alike; the scales become part of its weights."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped,unused-ignore]
    from sklearn.preprocessing import PolynomialFeatures  # type: ignore[import-untyped,unused-ignore]

    means, scales = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    near = np.clip((rows - means) / scales, -FARTHEST, FARTHEST)
    terms = PolynomialFeatures(2, include_bias=False).fit_transform(near)
    middle, spread = terms.mean(axis=0), terms.std(axis=0) + 1e-6
    model = LogisticRegression(C=STRENGTH, max_iter=3000)
    model.fit((terms - middle) / spread, labels, sample_weight=weights)
    slopes = model.coef_[0] / spread
    return UNFITTED.model_copy(
        update={
            "means": _rounded(means),
            "scales": _rounded(scales),
            "weights": _rounded(slopes),
            "bias": round(float(model.intercept_[0] - slopes @ middle), 5),
        }
    )


def _rounded(values: Vectors) -> tuple[float, ...]:
    return tuple(round(float(value), 5) for value in values)


def probabilities(calibration: Calibration, samples: Sequence[Sample]) -> Vectors:
    """Return the probability of each claim: that of its least supported sentence, shape (len(samples),).

    It is 0 where the checks refute it.
    """
    return np.asarray(
        [min(_probability(calibration, Signals(*map(float, row))) for row in sample.signals) for sample in samples],
        dtype=np.float32,
    )


def _probability(calibration: Calibration, signals: Signals) -> float:
    return 0.0 if signals.refuted else calibration.probability(signals)


def _contradicted_from(calibration: Calibration, sets: Mapping[str, Sequence[Sample]]) -> float:
    """Return the log-odds from which on nine of ten claims that are not shown are indeed contradicted."""
    at = Signals._fields.index("contradiction")
    found = [
        (float(sample.signals[0, at]), sample.label == "C")
        for samples in sets.values()
        for sample in samples
        if sample.label in "ECN" and len(sample.signals) == 1 and probabilities(calibration, [sample])[0] < PARTIAL
    ]
    right = 0
    least = max(value for value, _ in found)
    for number, (value, contradicted) in enumerate(sorted(found, reverse=True), start=1):
        right += contradicted
        if right / number >= 0.9:
            least = value
    return round(least, 2)
