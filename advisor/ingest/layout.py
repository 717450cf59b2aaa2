"""Which lines belong together, in text that shows its paragraphs only by how the lines run."""

from __future__ import annotations

import re
from collections.abc import Sequence

BULLET = re.compile(r"\s*(?:[-*+•◦▪‣●○■□–—·]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])[ \t\u00a0]+(?=\S)")
"""A list marker with the white space around it."""
_RULE = re.compile(r"\s*[-=_*~#+.·•\s|]*$")
_ENDED = re.compile(r"[.!?:;…。！？][\"'”’»)\]]*\s*$")
_UNWRAPPED = 130
"""Lines longer than this are whole paragraphs: nobody wraps text so wide."""
_SHORT = 0.7
"""A line below this share of the widest could have held the next line's first word."""


def is_rule(line: str) -> bool:
    """Whether a line is blank or only drawn: dashes, dots, underscores."""
    return _RULE.fullmatch(line) is not None


def paragraphs(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Group lines into paragraphs and list items.

    A paragraph ends at a blank or drawn line, before a list marker, after an unwrapped line, and where a line stops
    early and the next begins afresh (a heading, a line of an address, the last line of a paragraph).

    Returns:
        Ranges ``(first, after_last)`` of line numbers, in order; blank and drawn lines belong to none.
    """
    groups: list[tuple[int, int]] = []
    first: int | None = None
    width = 0
    for number, line in enumerate(lines):
        if is_rule(line):
            if first is not None:
                groups.append((first, number))
            first = None
            continue
        if first is None:
            first, width = number, _width(lines, number)
        elif _parts(lines[number - 1], line, width):
            groups.append((first, number))
            first = number
    if first is not None:
        groups.append((first, len(lines)))
    return groups


def _width(lines: Sequence[str], first: int) -> int:
    """Length of the longest line up to the next blank one."""
    width = 0
    for line in lines[first:]:
        if is_rule(line):
            break
        width = max(width, len(line.rstrip()))
    return width


def _parts(line: str, following: str, width: int) -> bool:
    if width > _UNWRAPPED or BULLET.match(following):
        return True
    line, following = line.rstrip(), following.lstrip()
    word = following.split(maxsplit=1)[0]
    if len(line) + 1 + len(word) > width or following[:1].islower():
        return False
    return len(line) < _SHORT * width or (_ENDED.search(line) is not None and len(line) + 1 + len(word) < 0.85 * width)
