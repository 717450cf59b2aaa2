"""Sentences and their offsets."""

from __future__ import annotations

import nupunkt


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Split ``text[start:end]`` into sentences.

    Args:
        text: Any text.
        start: Where to begin.
        end: Where to stop; the end of the text if ``None``.

    Returns:
        Spans ``(start, end)`` in ``text``, in order, without surrounding white space; none is empty.
    """
    window = text[start:end]
    spans = []
    for left, right in nupunkt.sent_spans(window):
        sentence = window[left:right]
        trimmed = sentence.strip()
        if trimmed:
            offset = start + left + sentence.index(trimmed)
            spans.append((offset, offset + len(trimmed)))
    return spans
