"""Passages: windows of whole sentences, the unit that is embedded, found and quoted from."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from advisor.domain import Flag, Passage
from advisor.ingest.document import Block, LoadedDocument
from advisor.ingest.inspection import looks_like_instruction
from advisor.sentences import sentence_spans

Span = tuple[int, int]

_CUT = re.compile(r"[。！？；]|\s")
_TAIL = 0.25
"""A rest below this share of the target joins the window before it, if that stays within the limit."""


def split_passages(
    source_id: str, document: LoadedDocument, *, target_chars: int = 500, max_chars: int = 900
) -> tuple[Passage, ...]:
    """Cut a document into passages.

    Sentences are packed up to the target, across small blocks too, but never across a heading, a page, or text that
    belongs to no block. A sentence longer than the limit is cut at white space.

    Args:
        source_id: Id of the source; part of the passages' ids.
        document: The document.
        target_chars: Length that a passage should not exceed without need, in characters.
        max_chars: Length that no passage exceeds.

    Returns:
        Passages in order, without overlap, that hold every sentence of every block.
    """
    flags = _merged(document.flags)
    ordering: dict[str, bool] = {}
    passages = []
    for start, end, block in _windows(document, target_chars, max_chars):
        text = document.text[start:end]
        for heading in block.headings:
            if heading not in ordering:
                ordering[heading] = looks_like_instruction(heading)
        passages.append(
            Passage(
                id=passage_id(source_id, start, end, text),
                source_id=source_id,
                text=text,
                headings=block.headings,
                start=start,
                end=end,
                page=block.page,
                flagged=_overlaps(flags, start, end) or any(ordering[heading] for heading in block.headings),
            )
        )
    return tuple(passages)


def passage_id(source_id: str, start: int, end: int, text: str) -> str:
    """Return the stable id of a passage: 32 hexadecimal digits of a SHA-256."""
    key = "\0".join((source_id, str(start), str(end), text))
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _windows(document: LoadedDocument, target: int, limit: int) -> Iterator[tuple[int, int, Block]]:
    for _, section in groupby(document.blocks, key=lambda block: (block.headings, block.page)):
        for blocks in _runs(document.text, list(section)):
            units = [unit for block in blocks for unit in _units(document.text, block, limit)]
            for start, end in _packed(units, target, limit):
                yield start, end, blocks[0]


def _runs(text: str, blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Split blocks where something with letters stands between them that is no block: a heading, a hidden part."""
    run = [blocks[0]]
    for before, block in pairwise(blocks):
        if any(character.isalpha() for character in text[before.end : block.start]):
            yield run
            run = []
        run.append(block)
    yield run


def _units(text: str, block: Block, limit: int) -> Iterator[Span]:
    """Yield the sentences of a block, those over the limit in pieces."""
    for start, end in sentence_spans(text, block.start, block.end):
        while end - start > limit:
            window = text[start : start + limit + 1]
            cuts = [found.end() if not found[0].isspace() else found.start() for found in _CUT.finditer(window)]
            cut = start + max((cut for cut in cuts if 0 < cut <= limit), default=limit)
            yield start, start + len(text[start:cut].rstrip())
            start = cut + len(text[cut:end]) - len(text[cut:end].lstrip())
        if start < end:
            yield start, end


def _packed(units: Sequence[Span], target: int, limit: int) -> Iterator[Span]:
    if not units:
        return
    last = units[-1][1]
    start, end = units[0]
    for unit_start, unit_end in units[1:]:
        tail = last - unit_start < _TAIL * target and last - start <= limit
        if tail or unit_end - start <= target:
            end = unit_end
        else:
            yield start, end
            start, end = unit_start, unit_end
    yield start, end


def _merged(flags: Sequence[Flag]) -> list[Span]:
    """Return the flagged spans, disjoint and in order."""
    spans = sorted((flag.start, flag.end) for flag in flags if flag.start is not None and flag.end is not None)
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _overlaps(spans: Sequence[Span], start: int, end: int) -> bool:
    at = bisect_right(spans, (end, -1)) - 1
    return at >= 0 and spans[at][0] < end and start < spans[at][1]
