"""From reviews to HTML, without effects: the text with its faults marked, and each fault with its source beside it.

As everywhere in the interface, nothing that a user or a document wrote gets into the HTML without ``html.escape``.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from advisor.domain import Citation
from advisor.planning.plan import Finding
from advisor.planning.reviewing import Review, Rewrite, Strength

from . import words
from .language import as_html, say

LONGEST_SHOWN = 20_000
"""Characters of a reviewed text that are shown with its marks."""


def render_review(review: Review) -> str:
    """Return what was found: the text with marks, faults, strengths, and a suggestion if there is one."""
    faults = _by_code(review.findings)
    numbers = {code: number for number, code in enumerate(faults, 1)}
    parts = [f'<p class="about" role="status">{escape(_summary(review, len(faults)))}</p>']
    if review.text:
        parts.append(f'<div class="reviewed" tabindex="0" role="region" aria-label="{as_html(words.REVIEWED_TEXT)}">')
        parts.append(f"{_marked(review, numbers)}</div>")
    if faults:
        cards = "".join(_fault(numbers[code], findings, review) for code, findings in faults.items())
        parts.append(f'<h3>{as_html(words.FAULTS)}</h3><ol class="faults">{cards}</ol>')
    if review.strengths:
        good = "".join(f"<li>{_strength(strength)}</li>" for strength in review.strengths)
        parts.append(f'<h3>{as_html(words.STRENGTHS)}</h3><ul class="strengths">{good}</ul>')
    if review.rewrite is not None:
        parts.append(_rewrite(review.rewrite))
    parts += [f'<p class="note"><b>{as_html(words.NOTES)}:</b> {escape(note)}</p>' for note in review.notes]
    return f'<div class="review">{"".join(parts)}</div>'


def render_failure(text: str) -> str:
    """Return why there is no review."""
    return f'<div class="failure" role="alert"><p>{escape(text)}</p></div>'


def citation_of(review: Review, code: str) -> Citation | None:
    """Return the sentence that backs a rule which a review names; ``None`` if there is none."""
    named: Sequence[Finding | Strength] = (*review.findings, *review.strengths)
    return next((one.citation for one in named if one.code == code), None)


def _summary(review: Review, faults: int) -> str:
    kind = say(words.TEXT_KINDS[review.kind])
    if not faults:
        return say(words.REVIEW_CLEAN).format(kind=kind)
    return (say(words.REVIEW_ONE) if faults == 1 else say(words.REVIEW_MANY)).format(kind=kind, faults=faults)


def _by_code(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.code, []).append(finding)
    return found


def _marked(review: Review, numbers: dict[str, int]) -> str:
    """Return the text, escaped, with the words that faults are about in ``<mark>``; each shows the faults' numbers."""
    shown = review.text[:LONGEST_SHOWN]
    placed = [(f.start, f.end, numbers[f.code]) for f in review.findings if f.start is not None and f.end is not None]
    cuts = sorted({0, len(shown), *(at for start, end, _ in placed for at in (start, end) if at < len(shown))})
    parts = []
    for start, end in pairwise(cuts):
        covering = sorted({number for a, b, number in placed if a <= start and end <= b})
        text = escape(shown[start:end])
        if covering:
            named = ", ".join(map(str, covering))
            text = f'<mark data-faults="{named}">{text}<sup aria-label="fault {named}">{named}</sup></mark>'
        parts.append(text)
    rest = f'<p class="about">{as_html(words.TEXT_LEFT_OUT)}</p>' if len(review.text) > len(shown) else ""
    return "".join(parts) + rest


def _fault(number: int, findings: Sequence[Finding], review: Review) -> str:
    first = findings[0]
    places = [review.text[f.start : f.end] if f.start is not None else "" for f in findings]
    # Of a saved plan there is no text: the cell is named.
    named = [text for text in places if text] or ([] if review.text else [f.place for f in findings])
    quoted = "".join(f"<li><q>{escape(text)}</q></li>" for text in named)
    return (
        f'<li class="fault severity-{first.severity}" data-fault="{number}">'
        f'<p><span class="severity">{as_html(words.SEVERITIES[first.severity])}</span> '
        f"<b>{escape(first.message)}</b> {escape(first.advice)}</p>"
        f"{f'<ul>{quoted}</ul>' if quoted else ''}{_source(first.code, first.citation)}</li>"
    )


def _strength(strength: Strength) -> str:
    return f"<p>{escape(strength.message)}</p>{_source(strength.code, strength.citation)}"


def _source(code: str, citation: Citation | None) -> str:
    if citation is None:
        return ""
    title = escape(citation.source.title)
    return (
        f'<button type="button" class="plain" data-rule="{escape(code)}" '
        f'aria-label="{as_html(words.WHY_RULE)} {escape(code)}: {title}">{as_html(words.WHY_RULE)}</button>'
    )


def _rewrite(rewrite: Rewrite) -> str:
    left_out = "".join(
        f"<li><q>{escape(verdict.claim.text)}</q> {escape(' '.join(verdict.reasons))}</li>"
        for verdict in rewrite.withheld
    )
    withheld = (
        f'<details class="withheld"><summary>{as_html(words.REWRITE_WITHHELD)}</summary><ul>{left_out}</ul></details>'
        if left_out
        else ""
    )
    return (
        f"<h3>{escape(say(words.REWRITE).format(model=rewrite.model))}</h3>"
        f'<blockquote class="rewrite">{escape(rewrite.text)}</blockquote>{withheld}'
    )
