"""Lexical support: which content words of a claim have a counterpart in the evidence."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.verification.lexicon import NEGATIONS
from advisor.verification.normalising import Reader, Text, Token, trigram_similarity

INFLECTION = 0.75
"""Trigram similarity from which two stems of the same beginning count as inflections of one word."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """Counterparts of the claim's content words.

    Attributes:
        pairs: Index of a claim token to the index of its counterpart in the evidence.
        missing: Indices of claim tokens without counterpart.
        recall: Weighted share of the claim's content words with a counterpart, 0 to 1.
    """

    pairs: dict[int, int]
    missing: tuple[int, ...]
    recall: float

    @property
    def counterparts(self) -> set[int]:
        """Indices of the evidence tokens in use."""
        return set(self.pairs.values())


def grade(reader: Reader, left: Token, right: Token) -> float:
    """Return how well two words match: 1 same stem, 0.95 inflection, 0.9 synonym, else 0."""
    known = reader.grades.get((left.word, right.word))
    if known is None:
        known = _grade(reader, left, right)
        reader.remember(left.word, right.word, known)
    return known


def _grade(reader: Reader, left: Token, right: Token) -> float:
    if left.stem == right.stem or left.word == right.word:
        return 1.0
    alike = len(left.stem) >= 5 and len(right.stem) >= 5 and left.stem[:4] == right.stem[:4]
    if alike and trigram_similarity(left.stem, right.stem) >= INFLECTION and not reader.opposed(left, right):
        return 0.95
    if left.stem.rstrip("s") == right.stem.rstrip("s") and len(left.stem) > 4:
        return 0.95
    return 0.9 if reader.synonymous(left.stem, right.stem) else 0.0


def weight(reader: Reader, token: Token) -> float:
    """Return the weight of a content word: names and long words say more than light ones."""
    if reader.free(token.stem):
        return 0.0
    return 0.5 if reader.light(token.stem) else 1.0


def align(reader: Reader, claim: Text, evidence: Text) -> Alignment:
    """Find counterparts. Among several, the one nearest to the counterpart of the previous word is taken."""
    by_stem: dict[str, list[int]] = {}
    for i in evidence.content:
        by_stem.setdefault(evidence.tokens[i].stem, []).append(i)
    pairs: dict[int, int] = {}
    missing: list[int] = []
    got = total = 0.0
    previous: int | None = None
    for i in claim.content:
        token = claim.tokens[i]
        if token.word in NEGATIONS:
            continue
        options = [(1.0, j) for j in by_stem.get(token.stem, ())]
        if not options:
            options = [(g, j) for j in evidence.content if (g := grade(reader, token, evidence.tokens[j])) > 0]
        share = weight(reader, token)
        total += share
        if not options:
            missing.append(i)
            continue
        used = set(pairs.values())
        best = min(
            options,
            key=lambda option: (
                -option[0],
                option[1] in used,
                abs(option[1] - previous) if previous is not None else 0,
                option[1],
            ),
        )
        pairs[i] = best[1]
        previous = best[1]
        got += share * best[0]
    return Alignment(pairs, tuple(missing), got / total if total else 0.0)
