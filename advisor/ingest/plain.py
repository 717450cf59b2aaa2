"""Plain text: paragraphs, list items, and the short lines that stand above them as headings."""

from __future__ import annotations

import re
from itertools import accumulate

from advisor.ingest.building import Outline
from advisor.ingest.document import Block
from advisor.ingest.layout import BULLET, is_rule, paragraphs

_HEADING_LENGTH = 80
_HEADING_WORDS = 12
_PROSE_END = re.compile(r"[.!?:…][\"'”’»)\]]*$")


def plain_blocks(text: str) -> tuple[Block, ...]:
    """Find the blocks of a plain text.

    A line that stands alone between blank lines, is short, ends without a full stop and is followed by prose counts as
    the heading of what follows; a list marker is not part of its block.
    """
    lines = text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    outline = Outline()
    blocks = []
    groups = paragraphs(lines)
    for i, (first, after) in enumerate(groups):
        start, end = starts[first], starts[after] - 1
        marker = BULLET.match(lines[first])
        if marker is not None:
            start += marker.end()
        raw = text[start:end]
        start += len(raw) - len(raw.lstrip())
        end -= len(raw) - len(raw.rstrip())
        if marker is None and i + 1 < len(groups) and after - first == 1:
            following = " ".join(lines[slice(*groups[i + 1])]).strip()
            alone = (first == 0 or is_rule(lines[first - 1])) and is_rule(lines[after])
            if alone and _is_heading(text[start:end], following):
                outline.enter(1, text[start:end])
                continue
        blocks.append(Block(start=start, end=end, headings=outline.path))
    return tuple(blocks)


def _is_heading(line: str, following: str) -> bool:
    if len(line) > _HEADING_LENGTH or len(line.split()) > _HEADING_WORDS or len(following) <= len(line):
        return False
    begins = line[0].isupper() or line[0].isdigit()
    ends = line[-1].isalnum() or line[-1] in "?)”’\"'"
    return begins and ends and _PROSE_END.search(following) is not None
