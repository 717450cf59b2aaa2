"""The reviewer: a text of the user's own in, faults, strengths and a checked suggestion out."""

from __future__ import annotations

import re

from advisor.domain import Claim, Evidence, Passage, Source, Verdict, VerdictStatus
from advisor.errors import ModelUnavailable
from advisor.planning.reviewing import Review, Rewrite, review_text
from advisor.ports import Rewriter, Verifier
from advisor.sentences import sentence_spans

NO_REWRITE = "Nothing that {} wrote instead holds up against your own text, so no other wording is suggested."

_INVITATION = re.compile(
    r"[?]\W*$|^\W*(?:tell|show|send|write|ask|join|share|let|reply|comment|vote|come|visit|try|save|pass|ring|call|message|"
    r"drop|see|find|read|look|follow|meet|taste|discover|learn)\b",
    re.IGNORECASE,
)
"""Questions and requests state nothing that a text could carry."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<=[\w,;] )[A-Z]\w+|[@#]\w+")
"""Words with a capital letter within a sentence, handles and hashtags."""
_WORDY = re.compile(r"[^\W\d_]{2,}")


def with_rewrite(review: Review, rewriter: Rewriter, verifier: Verifier) -> Review:
    """Add a model's suggestion to the review of a text, as far as the user's own text carries it.

    Each sentence is judged against the user's text as any claim is against its source; what the text doesn't carry is
    left out and named. Questions and invitations stay if they bring in no number and no name. What is left is reviewed
    by the same rules. If the model can't be reached, a note says so.
    """
    advice = list(dict.fromkeys(f"{fault.message} {fault.advice}" for fault in review.findings))
    try:
        written = rewriter.rewrite(review.text, advice)
    except ModelUnavailable as error:  # the findings hold without it
        return review.model_copy(update={"notes": (*review.notes, str(error))})
    spans = sentence_spans(written)
    verdicts = _judged([written[start:end] for start, end in spans], review.text, verifier)
    kept = [(span, v) for span, v in zip(spans, verdicts, strict=True) if v.status is VerdictStatus.SUPPORTED]
    text = ""
    for (start, end), _ in kept:
        gap = written[:start][len(written[:start].rstrip()) :]
        text += ("\n\n" if "\n" in gap else " ") * bool(text) + written[start:end]
    if not any(_WORDY.search(v.claim.text) and not _invites(v.claim.text) for _, v in kept):
        return review.model_copy(update={"notes": (*review.notes, NO_REWRITE.format(rewriter.name))})
    before = {fault.code for fault in review.findings}
    after = {fault.code for fault in review_text(text, None, review.kind).findings}
    rewrite = Rewrite(
        text=text,
        withheld=tuple(v for v in verdicts if v.status is not VerdictStatus.SUPPORTED),
        cured=tuple(sorted(before - after)),
        broken=tuple(sorted(after)),
        model=rewriter.name,
    )
    return review.model_copy(update={"rewrite": rewrite})


def _invites(sentence: str) -> bool:
    return _INVITATION.search(sentence) is not None


def _judged(sentences: list[str], own: str, verifier: Verifier) -> tuple[Verdict, ...]:
    """Judge sentences against the user's own text; questions and invitations by their numbers and names alone."""
    source = Source(id="own-text", title="Your text", kind="upload", origin="your text")
    passage = Passage(id="own-text", source_id=source.id, text=own, start=0, end=len(own))
    evidence = (Evidence(label="E1", passage=passage, source=source, score=1.0),)
    verdicts = verifier.check([Claim(text=sentence, labels=("E1",)) for sentence in sentences], evidence)
    return tuple(_allowed(verdict, own) if _invites(verdict.claim.text) else verdict for verdict in verdicts)


def _allowed(verdict: Verdict, own: str) -> Verdict:
    text = verdict.claim.text
    new = {found[0] for pattern in (_NUMBER, _NAME) for found in pattern.finditer(text)} - {
        found[0] for pattern in (_NUMBER, _NAME, _WORDY) for found in pattern.finditer(own)
    }
    if new:
        reason = f"Your text doesn't have: {', '.join(sorted(new))}."
        return verdict.model_copy(update={"status": VerdictStatus.UNSUPPORTED, "citations": (), "reasons": (reason,)})
    return verdict.model_copy(update={"status": VerdictStatus.SUPPORTED, "reasons": ()})
