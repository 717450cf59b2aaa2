"""Whether a reader of an HTML page would see an element, judged from its attributes and style."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

Colour = tuple[int, int, int]
Declarations = Mapping[str, str]

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)
_NEAR = 10
"""Largest difference of a channel at which two colours can't be told apart."""
_NAMES: dict[str, Colour] = {
    "white": WHITE,
    "black": BLACK,
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "whitesmoke": (245, 245, 245),
    "ghostwhite": (248, 248, 255),
    "floralwhite": (255, 250, 240),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "silver": (192, 192, 192),
    "lightgray": (211, 211, 211),
    "lightgrey": (211, 211, 211),
    "red": (255, 0, 0),
    "green": (0, 128, 0),
    "lime": (0, 255, 0),
    "blue": (0, 0, 255),
    "navy": (0, 0, 128),
    "yellow": (255, 255, 0),
    "orange": (255, 165, 0),
    "purple": (128, 0, 128),
    "teal": (0, 128, 128),
    "maroon": (128, 0, 0),
}
_LENGTH = re.compile(r"(-?\d*\.?\d+)\s*(px|pt|em|rem|ex|ch|vw|vh|cm|mm|in|%)?$")
_PIXELS = {"px": 1.0, "pt": 1.33, "em": 16.0, "rem": 16.0, "ex": 8.0, "ch": 8.0, "vw": 12.8, "vh": 7.2, "": 1.0}
_PIXELS |= {"cm": 37.8, "mm": 3.78, "in": 96.0, "%": 12.8}
_FAR = -400.0
"""Pixels; a position further left or above is off the screen."""
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_ZERO_CLIP = re.compile(r"rect\(\s*(?:0|1px)[^)]*\)|inset\(\s*(?:50|100)%|circle\(\s*0|polygon\(\s*0\s*,?\s*0?\s*\)")


@dataclass(frozen=True)
class Look:
    """What elements inherit from those around them.

    Attributes:
        visible: The ``visibility`` in force.
        legible: Whether the font is large enough to be seen.
        colour: Colour of the text; ``None`` if unknown.
        background: Colour behind it; ``None`` if unknown (a picture, a gradient).
    """

    visible: bool = True
    legible: bool = True
    colour: Colour | None = BLACK
    background: Colour | None = WHITE

    @property
    def shown(self) -> bool:
        """Whether text that looks like this can be read."""
        return self.visible and self.legible and not _same(self.colour, self.background)

    def within(self, attributes: Mapping[str, str], style: Declarations) -> Look:
        """Return the look of text inside an element."""
        look = self
        if "visibility" in style:
            look = replace(look, visible=style["visibility"] not in ("hidden", "collapse"))
        size = style.get("font-size")
        if size is None and "font" in style:
            size = next(
                (part.split("/")[0] for part in style["font"].split() if _LENGTH.match(part.split("/")[0])), None
            )
        if size is not None:
            pixels = _pixels(size)
            look = replace(look, legible=look.legible if pixels is None else pixels > 1.4)
        background = style.get("background-color", style.get("background", attributes.get("bgcolor")))
        if background is not None and background not in ("transparent", "none", "inherit", "initial", "unset"):
            look = replace(look, background=_colour(background))
        if style.get("background-image", "none") != "none":
            look = replace(look, background=None)
        colour = style.get("color", style.get("-webkit-text-fill-color", attributes.get("color")))
        if colour is not None and colour not in ("inherit", "unset", "currentcolor"):
            see_through = colour == "transparent" or re.search(r"(?:rgba|hsla)\([^)]*[,/]\s*0?\.?0*%?\s*\)", colour)
            look = replace(look, colour=look.background if see_through else _colour(colour))
        return look


def declarations(style: str) -> dict[str, str]:
    """Parse an inline style into lower-case properties and values."""
    parsed = {}
    for part in _COMMENT.sub("", style).split(";"):
        name, colon, value = part.partition(":")
        if colon:
            parsed[name.strip().lower()] = value.lower().replace("!important", "").strip()
    return parsed


def removes(attributes: Mapping[str, str], style: Declarations) -> bool:
    """Whether an element is hidden together with all that is in it, whatever the style of its children."""
    if "hidden" in attributes or style.get("display") == "none" or style.get("content-visibility") == "hidden":
        return True
    opacity = _number(style.get("opacity", ""))
    if opacity is not None and opacity <= 0.05:
        return True
    if _far_away(style) or re.search(r"scale[xy3d]*\(\s*0(?:\.0*)?\s*[,)]", style.get("transform", "")):
        return True
    if _ZERO_CLIP.match(style.get("clip", "")) or _ZERO_CLIP.match(style.get("clip-path", "")):
        return True
    extents = [_pixels(style[side]) for side in ("width", "height", "max-width", "max-height") if side in style]
    clipped = style.get("overflow", "") in ("hidden", "clip")
    return clipped and any(pixels is not None and pixels <= 1 for pixels in extents)


def _far_away(style: Declarations) -> bool:
    indent = _pixels(style.get("text-indent", ""))
    if indent is not None and indent <= _FAR:
        return True
    placed = style.get("position") in ("absolute", "fixed", "relative")
    sides = ["margin-left", "margin-top", *(("left", "top", "right", "bottom") if placed else ())]
    return any((pixels := _pixels(style.get(side, ""))) is not None and pixels <= _FAR for side in sides)


def _number(value: str) -> float | None:
    percent = value.endswith("%")
    try:
        return float(value.rstrip("%")) / (100 if percent else 1)
    except ValueError:
        return None


def _pixels(value: str) -> float | None:
    found = _LENGTH.match(value.strip())
    return float(found[1]) * _PIXELS[found[2] or ""] if found else None


def _colour(value: str) -> Colour | None:
    value = value.strip().lower()
    if value in _NAMES:
        return _NAMES[value]
    digits = value.removeprefix("#")
    if value.startswith("#") and re.fullmatch(r"[0-9a-f]{3,8}", digits):
        if len(digits) in (3, 4):
            digits = "".join(2 * digit for digit in digits)
        return (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)) if len(digits) in (6, 8) else None
    found = re.match(r"rgba?\(\s*(\d+%?)[\s,]+(\d+%?)[\s,]+(\d+%?)", value)
    if found is None:
        return None
    red, green, blue = (
        min(255, round(float(part[:-1]) * 2.55) if part.endswith("%") else int(part)) for part in found.groups()
    )
    return red, green, blue


def _same(one: Colour | None, other: Colour | None) -> bool:
    return one is not None and other is not None and all(abs(a - b) <= _NEAR for a, b in zip(one, other, strict=True))
