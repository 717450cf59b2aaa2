"""Evidence made by hand."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.domain import Claim, Draft, Evidence, Passage, Question, Source

TEXTS = (
    "A small pub needs about two tweets a day. A personal tone may win regulars.",
    "Answer complaints in public within one day. Never delete a complaint.",
    "Companies often count followers. Sales say more than followers.",
)


def evidence_of(
    texts: Sequence[str] = TEXTS, *, title: str = "Guide", flagged: Sequence[int] = ()
) -> tuple[Evidence, ...]:
    """One passage a text, labelled E1…; ``flagged`` are 1-based."""
    return tuple(
        Evidence(
            label=f"E{number}",
            passage=Passage(
                id=f"p{number}",
                source_id=f"s{number}",
                text=text,
                start=0,
                end=len(text),
                flagged=number in flagged,
            ),
            source=Source(id=f"s{number}", title=f"{title} {number}", kind="document", origin=f"guide-{number}.md"),
            score=1.0 / number,
        )
        for number, text in enumerate(texts, start=1)
    )


class FirstSentence:
    """A generator that claims the first evidence as it stands."""

    name = "first sentence"

    def draft(self, question: Question, evidence: Sequence[Evidence]) -> Draft:
        first = evidence[0]
        return Draft(claims=(Claim(text=first.passage.text, labels=(first.label,)),), notes=("From the fallback.",))
