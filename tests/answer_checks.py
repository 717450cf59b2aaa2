"""What holds for every answer, whatever was asked and whoever drafted."""

from __future__ import annotations

import re

from advisor.domain import Answer, Citation
from advisor.knowledge_base import KnowledgeBase


def citations_in_order(answer: Answer) -> list[Citation]:
    """The citations as a reader meets them: claim by claim, then side by side."""
    met = [c for verdict in answer.verdicts for c in verdict.citations]
    return met + [side.citation for d in answer.disagreements for side in d.sides]


def check_answer(answer: Answer, kb: KnowledgeBase) -> None:
    """Exact spans, a citation for each claim, numbers from 1 in order of appearance, nothing shown in a refusal."""
    met = citations_in_order(answer)
    for citation in met:
        assert kb.text(citation.source.id)[citation.start : citation.end] == citation.quote
        holder = next(p for p in kb.passages(citation.source.id) if p.id == citation.passage_id)
        assert holder.start <= citation.start < citation.end <= holder.end
        assert not holder.flagged
    for verdict in answer.verdicts:
        assert verdict.status in ("supported", "partial")
        assert verdict.citations
        for citation in verdict.citations:
            assert f"[{citation.number}]" in answer.text
    assert list(dict.fromkeys(c.number for c in met)) == list(range(1, len({c.number for c in met}) + 1))
    spans = {(c.source.id, c.start, c.end) for c in met}
    assert len(spans) == len({c.number for c in met})
    assert [c.number for c in answer.citations] == sorted({c.number for c in met})
    shown = [v.claim.text for v in answer.verdicts]
    assert len(shown) == len(set(shown))
    if answer.status == "insufficient_evidence":
        assert not answer.verdicts
        assert not answer.disagreements
        assert answer.missing
    else:
        assert answer.verdicts
    assert bool(answer.missing) == (answer.status != "answered")


def figures(text: str) -> list[str]:
    """Figures in a text; years are none."""
    found = re.findall(r"\d[\d.,]*\d|\d", text)
    return [n for n in found if not re.fullmatch(r"(?:1[5-9]|20)\d\d", n)]
