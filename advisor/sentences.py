"""Sentences and their offsets."""

from __future__ import annotations

import re
from itertools import pairwise

import nupunkt

_LINE_MARKER = re.compile(r"[ \t]*(?:[-*+•‣◦–]|\d{1,3}[.)]|#{1,6}|>+)[ \t]+")
_BREAK = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*+•‣◦–]|\d{1,3}[.)]|#{1,6}|>+)[ \t]+\S)")
_WORD_AND_STOP = re.compile(r"(?<![\w.-])([a-z]{3,})[.!?][\"'”’)]*\s+(?=[\"'“‘(]*[A-Z])")
"""An ordinary word, a full stop, and a capital: a sentence ends, though a statistical model may doubt it."""

_ABBREVIATIONS = """
    abbr approx apr apt assn assoc aug ave bldg blvd capt chap col corp dec dept dist eds esp est etc ext feb fig
    figs gen gov govt hon inc incl intl jan jul jun lib ltd mar max messrs min misc mon nos nov oct para pres prof
    prov rep resp rev sat sec sen sep sept ser sun tel temp thu tue univ vol vols wed
"""
_ABBREVIATED = frozenset(_ABBREVIATIONS.split())


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Split ``text[start:end]`` into sentences.

    A blank line and the beginning of a list item, heading or quotation end a sentence as well as a full stop does.
    The markers of such lines (``-``, ``1.``, ``#``, ``>``) belong to no sentence.

    Args:
        text: Any text.
        start: Where to begin.
        end: Where to stop; the end of the text if ``None``.

    Returns:
        Spans ``(start, end)`` in ``text``, in order, without surrounding white space; none is empty.
    """
    end = len(text) if end is None else end
    spans = []
    for left, right in _lines(text, start, end):
        window = text[left:right]
        for a, b in _cut(window):
            sentence = window[a:b]
            trimmed = sentence.strip()
            if trimmed:
                offset = left + a + sentence.index(trimmed)
                spans.append((offset, offset + len(trimmed)))
    return spans


def _cut(text: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in nupunkt.sent_spans(text):
        missed = (m.end() for m in _WORD_AND_STOP.finditer(text, start, end) if m[1] not in _ABBREVIATED)
        found += pairwise(sorted({start, end, *missed}))
    return found


def _lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Split at blank lines and list items, and leave the items' markers out."""
    cuts = [start, *(m.end() for m in _BREAK.finditer(text, start, end)), end]
    pieces = []
    for left, right in pairwise(cuts):
        if marker := _LINE_MARKER.match(text, left, right):
            left = marker.end()
        if text[left:right].strip():
            pieces.append((left, right))
    return pieces
