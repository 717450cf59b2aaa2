"""How surely sentences that contradict each other are found, on labelled pairs of our own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from advisor.ports import Embedder, Vectors
from advisor.verification.contradicting import CONTRADICTED, NEAR, ContradictionFinder

from .cases import Strict, Text, load_list
from .metrics import wilson
from .sections import Section, Table
from .words import HALVES, shares

PAIRS = Path(__file__).with_name("contradictions.yaml")
"""The labelled pairs."""

_LABELS = {
    "contradict": "contradict each other",
    "agree": "say the same",
    "neither": "are on one subject, and both can hold",
}


class LabelledPair(Strict):
    """Two sentences on one question, and whether they contradict each other.

    Attributes:
        id: Its name.
        split: Half; the threshold was chosen on ``dev``.
        question: What both answer.
        ours: A sentence of the bundled knowledge.
        source: Name of the document that it stands in, without the ending.
        theirs: A sentence as it could stand in a user's own document.
        label: What the two are to each other.
    """

    id: Text
    split: Literal["dev", "test"]
    question: Text
    ours: Text
    source: Text
    theirs: Text
    label: Literal["contradict", "agree", "neither"]


def disputing_section(
    finder: ContradictionFinder, embedder: Embedder, pairs: Sequence[LabelledPair] | None = None
) -> Section:
    """Let the finder read each pair as if its two sentences stood in two sources.

    Args:
        finder: What is measured.
        embedder: Says how alike two sentences are; the finder reads only what is alike.
        pairs: What to read; the package's own if ``None``.

    Returns:
        For each half how many pairs of each label are taken for a disagreement, with Wilson intervals; ``figures`` has
        ``disagreements_found`` (recall) and ``disagreements_right`` (precision) of the test half.
    """
    pairs = load_list(LabelledPair, PAIRS) if pairs is None else pairs
    taken = _taken(finder, embedder, pairs)
    rows = []
    figures: dict[str, float] = {}
    for half in ("dev", "test"):
        of: Counter[str] = Counter(pair.label for pair in pairs if pair.split == half)
        took: Counter[str] = Counter(
            pair.label for pair, found in zip(pairs, taken, strict=True) if found and pair.split == half
        )
        by_label = {label: wilson(took[label], of[label]) for label in _LABELS}
        right = wilson(took["contradict"], took.total())
        rows += [
            (HALVES[half], f"{words}: taken for a disagreement", *shares(by_label[label]))
            for label, words in _LABELS.items()
        ]
        rows.append((HALVES[half], "taken for a disagreement: are one", *shares(right)))
        if half == "test":
            named = {"disagreements_found": by_label["contradict"], "disagreements_right": right}
            figures = {name: figure.value for name, figure in named.items() if figure.value is not None}
    return Section(
        "Disagreements that the model finds",
        "When a user's own document and another source answer the same question, the model reads their sentences side "
        "by side, and a contradiction is shown as two sides. Here it reads pairs of our own: a sentence of the bundled "
        "knowledge, and one as it could stand in a user's document. A language model wrote and labelled them; no "
        "person has checked the labels. Most of them contradict each other only by what follows from them, which the "
        "model rarely sees. A disagreement that is not found hides nothing: the answer is shown as it is. One that is "
        "none costs trust, so the threshold, chosen on the development half, is a careful one.",
        (Table(("Half", "Pairs that", "share", "of"), tuple(rows), "In brackets 95 % Wilson intervals"),),
        figures=figures,
    )


def _taken(finder: ContradictionFinder, embedder: Embedder, pairs: Sequence[LabelledPair]) -> Vectors:
    """Tell for each pair whether the finder takes it for a disagreement, shape (len(pairs),)."""
    ours = embedder.embed([pair.ours for pair in pairs])
    theirs = embedder.embed([pair.theirs for pair in pairs])
    alike = (ours * theirs).sum(axis=1)
    odds = finder.contradiction([(pair.ours, pair.theirs) for pair in pairs])
    return np.asarray((odds >= CONTRADICTED) & (alike >= NEAR))
