"""Negations and opposites."""

from __future__ import annotations

import re
from dataclasses import dataclass

from advisor.verification.findings import Finding, contradiction, failure
from advisor.verification.lexicon import NEGATIONS
from advisor.verification.normalising import Reader, Text, is_numeric
from advisor.verification.support import Alignment

_BREAKS = frozenset(
    [
        "but",
        "while",
        "whereas",
        "although",
        "though",
        "because",
        "if",
        "unless",
        "when",
        "which",
        "who",
        "since",
        "so",
        "however",
        "instead",
    ]
)
_MARK = re.compile(r"[,;:()]|\s-+\s")
_NOT_NEGATING = frozenset(
    ["only", "just", "merely", "simply", "solely", "doubt", "least", "more", "less", "fewer", "mention", "exclusively"]
)
_SKIPPED = frozenset(
    [
        "longer",
        "really",
        "necessarily",
        "ever",
        "yet",
        "even",
        "quite",
        "very",
        "simply",
        "automatically",
        "exactly",
        "fully",
    ]
)
_NEEDS_TO = frozenset(["fail", "fails", "failed", "refuse", "refuses"])
_DIRECTIONS = {
    "more": {"less", "fewer"}, "less": {"more"}, "fewer": {"more"}, "most": {"least"}, "least": {"most"},
    "before": {"after"}, "after": {"before"}, "above": {"below"}, "below": {"above"},
    "many": {"few"}, "few": {"many"}, "often": {"rarely", "seldom"}, "rarely": {"often", "usually"},
    "usually": {"rarely", "seldom"}, "seldom": {"often", "usually"}, "up": {"down"}, "down": {"up"},
    "with": {"without"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Negation:
    """A negating word and what it negates.

    Attributes:
        cue: Index of the negating word.
        head: Index of the first content word after it in its clause, or ``None``.
        scope: Indices of all content words after it in its clause.
    """

    cue: int
    head: int | None
    scope: frozenset[int]


def clause_breaks(text: Text) -> set[int]:
    """Return the indices of the tokens that begin a clause."""
    return {
        i for i, token in enumerate(text.tokens) if token.initial or _MARK.search(token.before) or token.word in _BREAKS
    }


def negations(text: Text) -> tuple[Negation, ...]:
    """Find the negations of a text. "Not only", "no more than" and the like don't negate."""
    breaks = clause_breaks(text)
    found = []
    for i, token in enumerate(text.tokens):
        if token.word not in NEGATIONS and not token.word.endswith("n't"):
            continue
        following = text.tokens[i + 1].word if i + 1 < len(text.tokens) else ""
        if following in _NOT_NEGATING or (token.word in _NEEDS_TO and following != "to"):
            continue
        if i and token.word in {"not", "no"} and text.tokens[i - 1].word in {"or", "if", "whether"}:
            continue
        scope = []
        for j in range(i + 1, len(text.tokens)):
            if j in breaks:
                break
            if text.tokens[j].content and text.tokens[j].word not in _SKIPPED:
                scope.append(j)
        found.append(Negation(i, scope[0] if scope else None, frozenset(scope)))
    return tuple(found)


def check_negation(claim: Text, evidence: Text, alignment: Alignment) -> list[Finding]:
    """Compare what claim and evidence negate."""
    ours, theirs = negations(claim), negations(evidence)
    if not ours and not theirs:
        return []
    back = {e: c for c, e in alignment.pairs.items()}
    negated_here = {i for n in ours for i in n.scope}
    negated_there = {i for n in theirs for i in n.scope}
    used = alignment.counterparts
    for negation in theirs:
        head = negation.head
        if head is None:
            continue
        if head in back:
            doubled = sum(n.head == head for n in theirs) % 2 == 0
            if back[head] not in negated_here and not doubled:
                return [contradiction(f"The cited text negates this: “{_around(evidence, negation.cue)}”.")]
        elif used and min(used) < negation.cue < max(used) and not ours:
            same = {evidence.tokens[i].sentence for i in used}
            if evidence.tokens[negation.cue].sentence in same:
                return [failure(f"The claim leaves out a negation: “{_around(evidence, negation.cue)}”.")]
        elif used & negation.scope and not ours:
            return [contradiction(f"The cited text negates this: “{_around(evidence, negation.cue)}”.")]
    for negation in ours:
        head = negation.head
        if head is None or head not in alignment.pairs:
            if not theirs and head is not None and negation.scope & set(alignment.pairs):
                return [contradiction(f"The cited text doesn't negate this: “{_around(claim, negation.cue)}”.")]
            continue
        if alignment.pairs[head] not in negated_there:
            return [contradiction(f"The cited text doesn't negate this: “{_around(claim, negation.cue)}”.")]
    return []


def _around(text: Text, index: int) -> str:
    return " ".join(t.raw for t in text.tokens[max(0, index - 1) : index + 4])


def check_opposites(
    reader: Reader, claim: Text, evidence: Text, alignment: Alignment
) -> tuple[list[Finding], set[int]]:
    """Look for words of the claim whose opposite stands in the evidence.

    Returns:
        The findings, and the indices of claim words that the evidence states through a negated opposite ("not cheap"
        for "expensive").
    """
    negated_here = {i for n in negations(claim) for i in n.scope}
    negated_there = {i for n in negations(evidence) for i in n.scope}
    findings: list[Finding] = []
    stated: set[int] = set()
    sentences = {evidence.tokens[j].sentence for j in alignment.pairs.values()}
    for i in alignment.missing:
        token = claim.tokens[i]
        for j in evidence.content:
            other = evidence.tokens[j]
            if other.sentence not in sentences or not reader.opposed(token, other):
                continue
            if (i in negated_here) != (j in negated_there):
                stated.add(i)
            else:
                findings.append(contradiction(f"The claim says “{token.raw}”, the cited text says “{other.raw}”."))
            break
    for i, j in alignment.pairs.items():
        rivals = [
            k
            for k in evidence.content
            if evidence.tokens[k].sentence == evidence.tokens[j].sentence
            and reader.opposed(claim.tokens[i], evidence.tokens[k])
        ]
        if rivals and _nearer_to_rival(reader, claim, i, evidence, j, rivals):
            findings.append(
                contradiction(
                    f"In the cited text, “{claim.tokens[i].raw}” belongs to something else than in the claim."
                )
            )
    findings += _check_directions(claim, evidence, alignment)
    return findings, stated


def _nearer_to_rival(reader: Reader, claim: Text, i: int, evidence: Text, j: int, rivals: list[int]) -> bool:
    """Tell whether the claim's words around ``i`` stand nearer to an opposite of it in the evidence."""
    near = [
        k
        for k, token in enumerate(claim.tokens)
        if k != i and abs(k - i) <= 4 and (token.content or is_numeric(token.word))
    ]
    after = [k for k in near if k > i][:1]
    for k in after or near[-1:]:
        word, stem = claim.tokens[k].word.replace(",", ""), claim.tokens[k].stem
        places = [
            p
            for p, token in enumerate(evidence.tokens)
            if (token.content or is_numeric(token.word))
            and (token.word.replace(",", "") == word or token.stem == stem or reader.synonymous(token.stem, stem))
        ]
        if not places:
            continue
        own = [q for q in evidence.content if evidence.tokens[q].stem == evidence.tokens[j].stem]
        own_distance = min(_directed(p, q, bool(after)) for p in places for q in own)
        rival_distance = min(_directed(p, q, bool(after)) for p in places for q in rivals)
        if rival_distance < own_distance:
            return True
    return False


def _directed(word: int, modifier: int, follows: bool) -> int:
    """Distance from a modifier to a word; the wrong direction counts double."""
    gap = word - modifier
    return abs(gap) if (gap > 0) == follows else 2 * abs(gap) + 1


def _check_directions(claim: Text, evidence: Text, alignment: Alignment) -> list[Finding]:
    sentences = {evidence.tokens[j].sentence for j in alignment.pairs.values()}
    theirs = [t.word for t in evidence.tokens if t.sentence in sentences]
    ours = {t.word for t in claim.tokens}
    for token in claim.tokens:
        for opposite in sorted(_DIRECTIONS.get(token.word, set())):
            if token.word not in theirs and opposite in theirs and opposite not in ours:
                return [contradiction(f"The claim says “{token.raw}”, the cited text says “{opposite}”.")]
    return []
