"""Labelled pairs of sentences, and what the finder makes of them."""

from collections import Counter
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from advisor.evals.cases import load_list
from advisor.evals.disputing import PAIRS, LabelledPair, disputing_section
from advisor.ports import Vectors
from advisor.verification.contradicting import CONTRADICTED, ContradictionFinder
from advisor.verification.entailment import Entailment


class Said(ContradictionFinder):
    """Takes a pair for a contradiction when the second sentence says "no"."""

    def __init__(self) -> None:
        super().__init__(Entailment(Path("no model is read")))

    def contradiction(self, pairs: list[tuple[str, str]]) -> Vectors:
        return np.array([CONTRADICTED + (0.1 if "no" in b.split() else -0.1) for _, b in pairs], dtype=np.float32)


class FirstLetter:
    """Puts sentences that begin alike close to each other, and all others apart."""

    fingerprint = "first-letter"

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.eye(128, dtype=np.float32)[[ord(text[0]) for text in texts]]


def pair(theirs: str, label: str, split: str = "test") -> LabelledPair:
    return LabelledPair.model_validate(
        {"id": "x", "split": split, "question": "Q?", "ours": "All.", "source": "s", "theirs": theirs, "label": label}
    )


def test_shares_are_counted_by_half_and_label() -> None:
    pairs = [
        pair("A is no b.", "contradict"),
        pair("A is b.", "contradict"),
        pair("Z is no b.", "contradict"),  # about something else, so it is not read
        pair("A has no c.", "neither"),
        pair("A is all.", "agree"),
        pair("A is no d.", "contradict", "dev"),
    ]
    section = disputing_section(Said(), FirstLetter(), pairs)
    assert section.figures == {"disagreements_found": pytest.approx(1 / 3), "disagreements_right": 0.5}
    rows = {(row[0], row[1].partition(":")[0]): row[2:] for row in section.tables[0].rows}
    assert rows["Development half", "contradict each other"][0].startswith("1.000")
    assert rows["Development half", "say the same"] == ("–", "0")
    assert rows["Test half", "are on one subject, and both can hold"][1] == "1"


def test_our_own_pairs_are_typed_and_quote_the_library() -> None:
    pairs = load_list(LabelledPair, PAIRS)
    assert len({one.id for one in pairs}) == len(pairs) >= 150
    counted = Counter((one.split, one.label) for one in pairs)
    assert min(counted.values()) >= 15
    assert len(counted) == 6
    knowledge = files("advisor.knowledge")
    for one in pairs:
        texts = [knowledge / folder / f"{one.source}.md" for folder in ("documents", "guidance")]
        text = " ".join(" ".join(file.read_text(encoding="utf-8").split()) for file in texts if file.is_file())
        assert one.ours in text, one.id
