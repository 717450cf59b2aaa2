"""Fit the calibration of the support verifier (``advisor.verification.calibration``).

A logistic regression on what the checks and the model find. It is fitted to pairs that the model was not trained on:
the held-out groups of the training sets and two sets of people's judgements of whole documents. Each set weighs the
same. The thresholds are the same for all domains, and careful: of the false claims on our own sentences, ``FALSE`` are
taken for supported, and ``FALSE_SHOWN`` are shown at all. A claim that is withheld makes an answer shorter; a false one
that is shown makes it worse.
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
from advisor.verification.calibration import Calibration, Signals

from .pairs import Pair

MOST = 700
"""Pairs of a set that are looked at."""
FALSE = 0.03
"""Share of the false claims on our own sentences that may be taken for supported."""
FALSE_SHOWN = 0.15
"""Share of them that may be shown, as partly supported or supported."""
ROUNDS = 3
"""How often the sentence that makes a claim false is guessed anew."""
UNFITTED = Calibration(
    weights=(1.0,) + (0.0,) * (len(Signals._fields) - 1), bias=0.0, supported=0.5, partial=0.3, contradicted=0.0
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
    return {name: rng.sample(pairs, min(MOST, len(pairs))) for name, pairs in sorted(sets.items())}


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
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped,unused-ignore]

    weights, bias = np.zeros(len(Signals._fields)), 0.0
    weights[0] = 1.0
    for _ in range(ROUNDS):
        rows, labels, shares = [], [], []
        for samples in sets.values():
            for sample in samples:
                own = sample.signals
                if sample.label != "E":
                    own = own[[int((own @ weights).argmin())]]
                rows.append(own)
                labels += [sample.label == "E"] * len(own)
                shares += [1 / len(samples) / len(own)] * len(own)
        features = np.concatenate(rows)
        scale = features.std(axis=0) + 1e-6
        model = LogisticRegression(C=1.0, max_iter=1000)
        model.fit(features / scale, labels, sample_weight=np.asarray(shares) * len(labels) / sum(shares))
        weights, bias = model.coef_[0] / scale, float(model.intercept_[0])
    fitted = UNFITTED.model_copy(update={"weights": tuple(round(float(w), 5) for w in weights), "bias": round(bias, 5)})
    partial = _reached_by(FALSE_SHOWN, fitted, sets["claims"])
    return fitted.model_copy(
        update={
            "partial": partial,
            "supported": _reached_by(FALSE, fitted, sets["claims"]),
            "contradicted": _contradicted_from(fitted, sets, partial),
        }
    )


def probabilities(calibration: Calibration, samples: Sequence[Sample]) -> Vectors:
    """Return the probability of each claim: that of its least supported sentence, shape (len(samples),).

    Where the checks decide alone it is 1 or 0.
    """
    return np.asarray(
        [min(_probability(calibration, Signals(*map(float, row))) for row in sample.signals) for sample in samples],
        dtype=np.float32,
    )


def _probability(calibration: Calibration, signals: Signals) -> float:
    return calibration.probability(signals) if signals.settled is None else float(signals.settled)


def _reached_by(share: float, calibration: Calibration, own: Sequence[Sample]) -> float:
    """Return the probability that a share of the false claims reach, those aside that are capped."""
    false = [sample for sample in own if sample.label != "E"]
    free = [sample for sample in false if not any(Signals(*map(float, row)).capped for row in sample.signals)]
    reached = np.sort(probabilities(calibration, free))[::-1]
    return round(float(reached[min(int(share * len(false)), len(reached) - 1)]) + 0.005, 2)


def _contradicted_from(calibration: Calibration, sets: Mapping[str, Sequence[Sample]], shown: float) -> float:
    """Return the log-odds from which on nine of ten claims that are not shown are indeed contradicted."""
    at = Signals._fields.index("contradiction")
    found = [
        (float(sample.signals[0, at]), sample.label == "C")
        for samples in sets.values()
        for sample in samples
        if sample.label in "ECN" and len(sample.signals) == 1 and probabilities(calibration, [sample])[0] < shown
    ]
    right = 0
    least = max(value for value, _ in found)
    for number, (value, contradicted) in enumerate(sorted(found, reverse=True), start=1):
        right += contradicted
        if right / number >= 0.9:
            least = value
    return round(least, 2)
