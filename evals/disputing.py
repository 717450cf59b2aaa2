"""How surely sentences that contradict each other are found, on labelled pairs of our own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import yaml
from pydantic import ValidationError

from advisor.errors import EvaluationError
from advisor.ports import Embedder, Vectors
from advisor.verification.contradicting import CONTRADICTED, NEAR, ContradictionFinder

from .cases import Strict, Text, faults
from .metrics import Estimate, wilson
from .sections import Section, Table
from .words import HALVES, NOTHING, interval

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


def labelled_pairs(path: Path = PAIRS) -> tuple[LabelledPair, ...]:
    """Read the pairs.

    Raises:
        EvaluationError: The file can't be read or isn't such a list; the message names the pair and the fault.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise EvaluationError(f"The pairs in {path} can't be read: {' '.join(str(error).split())}.") from error
    if not isinstance(content, list):
        raise EvaluationError(f"{path} must hold a list of pairs.")
    found = []
    for number, entry in enumerate(content, start=1):
        try:
            found.append(LabelledPair.model_validate(entry))
        except ValidationError as error:
            raise EvaluationError(f"{path}, pair number {number}: {faults(error, 'pair')}. Mend it.") from error
    return tuple(found)


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
    pairs = labelled_pairs() if pairs is None else pairs
    taken = _taken(finder, embedder, pairs)
    rows = []
    figures: dict[str, float] = {}
    for half in ("dev", "test"):
        of: Counter[str] = Counter(pair.label for pair in pairs if pair.split == half)
        took: Counter[str] = Counter(
            pair.label for pair, found in zip(pairs, taken, strict=True) if found and pair.split == half
        )
        shares = {label: wilson(took[label], of[label]) for label in _LABELS}
        right = wilson(took["contradict"], took.total())
        rows += [
            (HALVES[half], f"{words}: taken for a disagreement", *_cells(shares[label]))
            for label, words in _LABELS.items()
        ]
        rows.append((HALVES[half], "taken for a disagreement: are one", *_cells(right)))
        if half == "test":
            named = {"disagreements_found": shares["contradict"], "disagreements_right": right}
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


def _cells(share: Estimate) -> tuple[str, str]:
    return (interval(share), str(share.cases)) if share.cases else (NOTHING, "0")
