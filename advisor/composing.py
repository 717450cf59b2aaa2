"""Composing an answer from verdicts. Pure code: citation numbers are given here and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.domain import (
    Answer,
    AnswerStatus,
    Citation,
    Disagreement,
    Question,
    Role,
    Trace,
    Verdict,
    VerdictStatus,
)

SHOWN = (VerdictStatus.SUPPORTED, VerdictStatus.PARTIAL)
"""What is shown; all else is withheld."""


def compose(
    question: Question,
    status: AnswerStatus,
    verdicts: Sequence[Verdict],
    *,
    withheld: Sequence[Verdict] = (),
    disagreements: Sequence[Disagreement] = (),
    missing: str = "",
    follow_ups: Sequence[str] = (),
    notes: Sequence[str] = (),
    trace: Trace,
) -> Answer:
    """Order the shown claims by role, number their citations in order of appearance, and withhold the rest.

    A claim without a citation is never shown. An answer that is left without a claim is a refusal.

    Args:
        question: The question, resolved.
        status: What the answer may claim to be.
        verdicts: Verdicts of the drafted claims, in reading order.
        withheld: Verdicts that are withheld for a reason of their own.
        disagreements: Points on which the sources disagree.
        missing: What the sources don't say.
        follow_ups: Questions that the sources can answer.
        notes: What the reader must know about how the answer was made.
        trace: How the answer came about.
    """
    roles = list(Role)
    shown = [v for v in verdicts if v.status in SHOWN and v.citations]
    rest = [v for v in verdicts if v not in shown]
    shown.sort(key=lambda v: roles.index(v.claim.role))
    if status == "insufficient_evidence" or not shown:
        rest, shown, disagreements = [*rest, *shown], [], ()
        missing = missing or "The sources don't answer this question."
        status = "insufficient_evidence"
    numbers: dict[tuple[str, int, int], int] = {}

    def numbered(citation: Citation) -> Citation:
        key = (citation.source.id, citation.start, citation.end)
        return citation.model_copy(update={"number": numbers.setdefault(key, len(numbers) + 1)})

    shown = [v.model_copy(update={"citations": tuple(map(numbered, v.citations))}) for v in shown]
    sides = [
        d.model_copy(
            update={
                "sides": tuple(s.model_copy(update={"citation": numbered(s.citation)}) for s in d.sides),
            }
        )
        for d in disagreements
    ]
    return Answer(
        question=question,
        status=status,
        verdicts=tuple(shown),
        withheld=(*withheld, *rest),
        disagreements=tuple(sides),
        missing=missing,
        follow_ups=tuple(follow_ups),
        notes=tuple(notes),
        trace=trace,
    )
