"""Candidate spans: the sentences of cited passages, with their offsets in the source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

from advisor.domain import Citation, Evidence
from advisor.sentences import sentence_spans
from advisor.verification.normalising import words_of

_LINE_BLOCK = re.compile(r"^\s*(?:#{1,6}\s|[-*+•]\s|\d{1,2}[.)]\s|\||>\s)")
_MARKER = re.compile(r"(?:#{1,6}\s+|[-*+•]\s+|\(?\d{1,2}[.)]\s+|>\s+)+")
_UNTRUE_LEAD = re.compile(
    r"\b(?:myths?|misconceptions?|mistakes?|errors?|wrong|untrue|false|avoid|never|not|don'?ts?)\b[^.!?]*:\s*$",
    re.IGNORECASE,
)
_UNTRUE_HEADING = re.compile(r"^#{1,6}\s.*\b(?:myths?|misconceptions?|untrue|false beliefs?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A whole sentence (or heading, or list item) of a passage.

    Attributes:
        evidence: Where it stands.
        start: Offset of its first character in the passage's text.
        end: Offset after its last character in the passage's text.
        words: Its tokens, see ``words_of``.
        number: 0-based number in the passage.
        lead: The negative lead-in that it is listed under ("Common mistakes:"), or empty.
    """

    evidence: Evidence
    start: int
    end: int
    words: tuple[str, ...]
    number: int
    lead: str = ""

    @property
    def text(self) -> str:
        """The exact text."""
        return self.evidence.passage.text[self.start : self.end]


Span = tuple[Sentence, ...]
"""Sentences that are judged together: neighbours of one passage, or the best of several passages."""


def _blocks(text: str) -> list[tuple[int, int]]:
    """Cut a text where no sentence can go on: at blank lines, headings, list items, table rows."""
    blocks: list[tuple[int, int]] = []
    begin = position = 0
    heading = False
    for line in text.splitlines(keepends=True):
        end = position + len(line)
        starts_block = bool(_LINE_BLOCK.match(line))
        if not line.strip() or starts_block or heading:
            if begin < position:
                blocks.append((begin, position))
            begin = position
        heading = line.lstrip().startswith(("#", "|"))
        position = end
    if begin < position:
        blocks.append((begin, position))
    return [(start, end) for start, end in blocks if text[start:end].strip()]


def sentences_of(evidence: Evidence) -> tuple[Sentence, ...]:
    """Return the sentences of a passage in order. Markers of lists and headings are not part of a sentence."""
    text = evidence.passage.text
    found: list[Sentence] = []
    lead = ""
    for begin, end in _blocks(text):
        block = text[begin:end]
        listed = bool(_LINE_BLOCK.match(block)) and not block.lstrip().startswith("#")
        if not listed:
            lead = block.strip() if _UNTRUE_LEAD.search(block) or _UNTRUE_HEADING.match(block.strip()) else ""
        marker = _MARKER.match(block, len(block) - len(block.lstrip()))
        for left, right in sentence_spans(text, begin + (marker.end() if marker else 0), end):
            words = words_of(text[left:right])
            if words:
                found.append(Sentence(evidence, left, right, words, len(found), lead if listed else ""))
    return tuple(found)


def windows(sentences: tuple[Sentence, ...], longest: int = 3) -> list[Span]:
    """Return all runs of 2 to ``longest`` adjacent sentences."""
    return [sentences[i : i + n] for n in range(2, longest + 1) for i in range(len(sentences) - n + 1)]


def stretches(sentences: tuple[Sentence, ...], most_words: int) -> list[Span]:
    """Return runs of adjacent sentences that cover a passage, each of up to ``most_words`` and half over the last one.

    A sentence that is longer by itself makes a run of its own.
    """
    found: list[Span] = []
    first = 0
    while first < len(sentences):
        last, length = first, 0
        while last < len(sentences) and (last == first or length + len(sentences[last].words) <= most_words):
            length += len(sentences[last].words)
            last += 1
        found.append(sentences[first:last])
        if last == len(sentences):
            break
        half = first + 1
        passed = len(sentences[first].words)
        while half < last - 1 and passed + len(sentences[half].words) <= length / 2:
            passed += len(sentences[half].words)
            half += 1
        first = half
    return found


def citations_of(span: Span) -> tuple[Citation, ...]:
    """Return the citations of a span: neighbouring sentences of a passage become one quote."""
    ordered = sorted(set(span), key=lambda s: (s.evidence.label, s.number))
    citations = []
    for _, group in groupby(enumerate(ordered), key=lambda pair: (pair[1].evidence.label, pair[1].number - pair[0])):
        run = [sentence for _, sentence in group]
        passage = run[0].evidence.passage
        start, end = run[0].start, run[-1].end
        citations.append(
            Citation(
                source=run[0].evidence.source,
                start=passage.start + start,
                end=passage.start + end,
                quote=passage.text[start:end],
                passage_id=passage.id,
                page=passage.page,
            )
        )
    return tuple(citations)


def verbatim(words: tuple[str, ...], sentences: tuple[Sentence, ...]) -> Span | None:
    """Find consecutive whole sentences whose tokens are exactly ``words``."""
    if not words:
        return None
    for first in range(len(sentences)):
        taken = 0
        for last in range(first, len(sentences)):
            piece = sentences[last].words
            if words[taken : taken + len(piece)] != piece:
                break
            taken += len(piece)
            if taken == len(words):
                return sentences[first : last + 1]
    return None
