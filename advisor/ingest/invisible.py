"""Characters that nobody sees: which of them are normal, and which look like a hidden message."""

from __future__ import annotations

import re
import unicodedata

SOFT_HYPHEN = "\u00ad"

_INVISIBLE = (
    "\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\U000e0000-\U000e01ef"
)
INVISIBLE = re.compile(f"[{_INVISIBLE}]")
"""Zero-width, bidirectional-control, filler, variation-selector and tag characters."""

_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_JOINING = re.compile("[\u0600-\u109f\u1780-\u18af\ua840-\ua95f\ua9e0-\uaaff\uabc0-\uabff\ufb50-\ufdff\ufe70-\ufefc]")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u4e00-\u9fff]")
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,7}\U000e007f")
_ALWAYS_ODD = re.compile("[\u202d\u202e\U000e0000-\U000e00ff]|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2}")
_RUN = re.compile(f"[{_INVISIBLE}]{{4}}")
_MANY = 4
_SHARE = 0.01


def strip_invisible(text: str) -> str:
    """Drop invisible characters and soft hyphens, but for those that writing needs.

    Kept are joiners within emoji and within scripts that use them, the selector after an emoji, and flag sequences.
    """
    text = text.replace(SOFT_HYPHEN, "")
    if INVISIBLE.search(text) is None:
        return text
    odd = set(_odd_positions(text))
    return "".join(character for i, character in enumerate(text) if i not in odd)


def hides_a_message(text: str) -> bool:
    """Whether the invisible characters of a block are too many, or of a kind, to be there by accident.

    One of these is enough: a tag character outside a flag emoji, a direction override, stacked variation selectors, a
    run of four, or four and one in a hundred characters that the script around them does not need.
    """
    if INVISIBLE.search(text) is None:
        return False
    odd = _odd_positions(text)
    if not odd:
        return False
    rest = "".join(text[i] for i in odd)
    consecutive = "".join(text[i] if i in set(odd) else " " for i in range(odd[0], odd[-1] + 1))
    if _ALWAYS_ODD.search(consecutive) or _RUN.search(consecutive):
        return True
    return len(rest) >= _MANY and len(rest) >= _SHARE * len(text)


def is_blank(text: str) -> bool:
    """Whether nothing in the text can be seen."""
    return not INVISIBLE.sub("", text).replace(SOFT_HYPHEN, "").strip()


def _odd_positions(text: str) -> list[int]:
    """Positions of invisible characters that the text around them does not need."""
    has_rtl = _RTL.search(text) is not None
    flags = {i for found in _FLAG.finditer(text) for i in range(*found.span())}
    odd = []
    for found in INVISIBLE.finditer(text):
        i = found.start()
        character = text[i]
        before, after = text[max(0, i - 1) : i], text[i + 1 : i + 2]
        if i in flags:
            continue
        if character in "\u200c\u200d" and (_joins(before) or _joins(after)):
            continue
        if character in "\u200b\u2060" and (_UNSPACED.match(before) or _UNSPACED.match(after)):
            continue
        if has_rtl and character in "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069":
            continue
        if (0xFE00 <= ord(character) <= 0xFE0F or ord(character) >= 0xE0100) and before and not INVISIBLE.match(before):
            if 0xFE00 <= ord(character) <= 0xFE0F and not (before.isascii() and before.isalpha()):
                continue
            if ord(character) >= 0xE0100 and _UNSPACED.match(before):
                continue
        odd.append(i)
    return odd


def _joins(character: str) -> bool:
    if not character:
        return False
    emoji = unicodedata.category(character) in ("So", "Sk") or character == "\ufe0f"
    return emoji or _JOINING.match(character) is not None
