"""Labelled texts, and how often their review is right."""

from collections import Counter

import pytest

from advisor.evals.cases import load_list
from advisor.evals.reviewing import TEXTS, LabelledText, reviewing_section
from advisor.planning.reviewing import TextKind, review_rules

PITCH = "Buy our new jam now! Order it today."
QUESTION = "Which jam did your grandmother make?"


def labelled(text: str, *faults: str, split: str = "test", kind: TextKind = "post") -> LabelledText:
    return LabelledText.model_validate(
        {"id": "x", "split": split, "kind": kind, "faults": list(faults), "text": text},
    )


def test_faults_are_counted_by_half_and_rule() -> None:
    section = reviewing_section(
        [
            labelled(PITCH, "T201", "T207"),
            labelled(QUESTION, "T201"),
            labelled(QUESTION),
            labelled("We open at nine."),  # invites nobody, and isn't labelled so
            labelled(PITCH, "T201", split="dev"),
            labelled(PITCH, kind="calendar", split="dev"),
        ]
    )
    assert section.figures == {"faults_found": pytest.approx(2 / 3), "faults_right": pytest.approx(2 / 3)}
    rows = {(row[0], row[1].partition(":")[0]): row[2:] for row in section.tables[0].rows}
    assert rows["Test half", "T201"] == (rows["Test half", "T201"][0], "2", rows["Test half", "T201"][2], "1")
    assert rows["Test half", "T201"][0].startswith("0.500")
    assert rows["Test half", "T207"][2].startswith("0.500")
    assert rows["Test half", "taken for what it is"][:2] == (rows["Test half", "taken for what it is"][0], "4")
    assert rows["Development half", "taken for what it is"][0].startswith("0.500")


def test_our_own_texts_are_labelled_with_rules_of_their_kind() -> None:
    texts = load_list(LabelledText, TEXTS)
    assert len({text.id for text in texts}) == len({text.text for text in texts}) == len(texts)
    kinds = {rule.code: rule.kinds for rule in review_rules()}
    for text in texts:
        assert all(text.kind in kinds[code] for code in text.faults), text.id
    halves = Counter((text.split, text.kind) for text in texts)
    assert min(halves.values()) >= 8
    assert len(halves) == 6
    for half in ("dev", "test"):
        without = sum(not text.faults for text in texts if text.split == half)
        assert without >= 15
