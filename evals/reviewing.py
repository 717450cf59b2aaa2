"""How often a review of somebody's text is right, on labelled texts of our own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from advisor.planning.reviewing import TextKind, kind_of, review_rules, review_text

from .cases import Strict, Text, load_list
from .metrics import wilson
from .sections import Section, Table
from .words import HALVES, NOTHING, shares

TEXTS = Path(__file__).with_name("reviews.yaml")
"""The labelled texts."""


class LabelledText(Strict):
    """A post, a calendar or a plan, and what is wrong with it.

    Attributes:
        id: Its name.
        split: Half; the words of the rules were chosen on ``dev``.
        kind: What it is.
        faults: Codes of the rules that it breaks; the other labelled rules of its kind are kept.
        text: The text.
    """

    id: Text
    split: Literal["dev", "test"]
    kind: TextKind
    faults: list[str]
    text: Text


def reviewing_section(texts: Sequence[LabelledText] | None = None) -> Section:
    """Review each text as what it is, and compare the rules that it is said to break with the labels.

    Rules that no text is labelled with are left out: whether a plan has a success factor was not labelled.

    Args:
        texts: What to review; the package's own if ``None``.

    Returns:
        For each half, by rule, how many of the faults are found and how many of the findings are right, and how many
        texts are taken for what they are, with Wilson intervals; ``figures`` has ``faults_found`` (recall) and
        ``faults_right`` (precision) of the test half.
    """
    texts = load_list(LabelledText, TEXTS) if texts is None else texts
    labelled = {code for text in texts for code in text.faults}
    rules = {rule.code: rule.message for rule in review_rules() if rule.code in labelled}
    rows: list[tuple[str, ...]] = []
    figures: dict[str, float] = {}
    for half in ("dev", "test"):
        true: Counter[str] = Counter()
        told: Counter[str] = Counter()
        both: Counter[str] = Counter()
        of_half = [text for text in texts if text.split == half]
        for text in of_half:
            findings = review_text(text.text, None, text.kind).findings
            said = {finding.code for finding in findings} & labelled
            true.update(text.faults)
            told.update(said)
            both.update(said.intersection(text.faults))
        recognised = sum(kind_of(text.text) == text.kind for text in of_half)
        found, right = wilson(both.total(), true.total()), wilson(both.total(), told.total())
        rows.append((HALVES[half], "taken for what it is", *shares(wilson(recognised, len(of_half))), NOTHING, "0"))
        rows.append((HALVES[half], "all rules", *shares(found), *shares(right)))
        rows += [
            (
                HALVES[half],
                f"{code}: {message}",
                *shares(wilson(both[code], true[code])),
                *shares(wilson(both[code], told[code])),
            )
            for code, message in rules.items()
        ]
        if half == "test":
            named = {"faults_found": found, "faults_right": right}
            figures = {name: figure.value for name, figure in named.items() if figure.value is not None}
    return Section(
        "What a review of a text finds",
        "A review looks for words: some are a fault where they stand, and of others it is a fault that none occurs. "
        "Here it reads posts, calendars and plans that a language model wrote and labelled without having seen these "
        "words; no person has checked the labels. The words were chosen on the development half, whose figures "
        "therefore flatter. People may say in words that no rule knows who answers or what is counted: a finding that "
        "something is missing says what it seems, and asks for a look.",
        (
            Table(
                ("Half", "Rule", "faults found", "of", "findings right", "of"),
                tuple(rows),
                "In brackets 95 % Wilson intervals",
            ),
        ),
        figures=figures,
    )
