"""What the user's own documents and other sources say against each other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from advisor.domain import Citation, Claim, Evidence, Passage, Question, Source, SourceKind, Verdict, VerdictStatus
from advisor.evidence import Reading, read
from advisor.ports import Vectors
from advisor.verification.contradicting import CONTRADICTED, ContradictionFinder
from advisor.verification.entailment import CLASSES, Entailment

OURS = "Answer a complaint in public within a day."
THEIRS = "Never answer a complaint in public."
ASIDE = "The office is closed on Fridays."


class Opposed(Entailment):
    """Finds a contradiction in texts of which exactly one says "never"; keeps what it was given to read."""

    def __init__(self) -> None:
        super().__init__(Path("no model is read"))
        self.read_pairs: list[tuple[str, str]] = []

    def read(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        self.read_pairs += pairs
        row = np.eye(3, dtype=np.float32) * 5
        return row[[CLASSES.index("C" if ("Never" in a) != ("Never" in b) else "N") for a, b in pairs]]


class BySubject:
    """Puts sentences on complaints close together, and all others apart."""

    fingerprint = "by-subject"

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.asarray([(0.0, 1.0) if "complaint" in text else (1.0, 0.0) for text in texts], dtype=np.float32)


def evidence(number: int, text: str, kind: SourceKind, source: str | None = None) -> Evidence:
    name = source or f"s{number}"
    return Evidence(
        label=f"E{number}",
        passage=Passage(id=f"p{number}", source_id=name, text=text, start=40, end=40 + len(text)),
        source=Source(id=name, title=name.upper(), kind=kind, origin=f"{name}.md"),
        score=1.0,
    )


def reading(*found: Evidence) -> Reading:
    asked = "How do we answer a complaint?"
    return read(Question(text=asked, resolved=asked), found, BySubject())


def shown(item: Evidence, quote: str) -> Verdict:
    start = item.passage.start + item.passage.text.index(quote)
    citation = Citation(
        source=item.source, start=start, end=start + len(quote), quote=quote, passage_id=item.passage.id, page=None
    )
    claim = Claim(text=quote, labels=(item.label,))
    return Verdict(claim=claim, status=VerdictStatus.SUPPORTED, score=1.0, citations=(citation,), reasons=())


def test_two_sides_are_shown_with_their_exact_spans() -> None:
    ours, theirs = evidence(1, OURS, "guidance"), evidence(2, f"{ASIDE} {THEIRS}", "upload")
    (found,) = ContradictionFinder(Opposed()).find(reading(ours, theirs), [shown(ours, OURS)])
    assert found.subject == "“How do we answer a complaint?”"
    assert [side.position for side in found.sides] == ["S1", "S2"]
    assert [side.citation.quote for side in found.sides] == [OURS, THEIRS]
    second = found.sides[1].citation
    assert theirs.passage.text[second.start - 40 : second.end - 40] == THEIRS


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (evidence(1, OURS, "guidance"), evidence(2, THEIRS, "document")),  # both are bundled: recorded by hand
        (evidence(1, OURS, "upload", "s"), evidence(2, THEIRS, "upload", "s")),  # one source
        (
            evidence(1, OURS, "guidance"),
            evidence(2, "Answer a complaint in public soon.", "upload"),
        ),
        (evidence(1, OURS, "guidance"), evidence(2, "Never open on Fridays.", "upload")),  # another subject
    ],
)
def test_nothing_is_made_up(left: Evidence, right: Evidence) -> None:
    said = left.passage.text
    assert ContradictionFinder(Opposed()).find(reading(left, right), [shown(left, said)]) == ()


def test_only_what_the_answer_shows_is_compared() -> None:
    ours, theirs, other = evidence(1, OURS, "guidance"), evidence(2, THEIRS, "upload"), evidence(3, ASIDE, "upload")
    model = Opposed()
    assert ContradictionFinder(model).find(reading(ours, theirs, other), [shown(other, ASIDE)]) == ()
    assert model.read_pairs == []


@pytest.mark.parametrize(
    ("ours", "theirs", "opposed"),
    [
        (OURS, THEIRS, True),
        ("Refunds are paid within 14 days.", "Refunds are paid within 30 days.", True),
        ("Do not buy followers.", "Buying followers is a good way to start.", True),
        (OURS, "A complaint should be answered calmly.", False),
        ("Refunds are paid within 14 days.", "Refunds are paid to the card that was used.", False),
        ("Do not buy followers.", "Followers come from word of mouth.", False),
    ],
)
def test_the_model_tells_plain_contradictions(ours: str, theirs: str, opposed: bool) -> None:
    (odds,) = ContradictionFinder(Entailment()).contradiction([(ours, theirs)])
    assert (odds >= CONTRADICTED) == opposed
