"""Texts as a file may hold them, and the direction in which they are read."""

from __future__ import annotations

import re
import unicodedata

_REFUSED_BY_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BREAK = re.compile("\r\n|[\r\x85\u2028\u2029]")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


def clean(text: str) -> str:
    """Return text without the control characters that XML refuses, and with line feeds alone as line ends."""
    return _REFUSED_BY_XML.sub("", _BREAK.sub("\n", text))


def one_line(text: str) -> str:
    """Return text, cleaned, with one space for each run of white space."""
    return " ".join(clean(text).split())


def clipped(text: str, most: int) -> str:
    """Return text of at most ``most`` characters; what was cut ends with an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def is_rtl(text: str) -> bool:
    """Return whether text runs from right to left: whether the first letter with a direction does."""
    directions = map(unicodedata.bidirectional, text)
    return next((direction in _RIGHT_TO_LEFT for direction in directions if direction in _RIGHT_TO_LEFT | {"L"}), False)
