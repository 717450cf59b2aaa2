"""Which text of a PDF page is drawn so that nobody sees it."""

from __future__ import annotations

import math
import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader
    from pypdf.generic import ContentStream

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
Operation = tuple[Any, bytes]

_UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_INVISIBLE_MODES = (3, 7)
"""Text rendering modes that draw nothing (PDF 32000-1, table 106)."""
_WHITE = 0.98
_SMALLEST = 1.0
"""Points; smaller text can't be read."""
_SCAN_SHARE = 0.5
"""A picture over this share of the page makes invisible text on it the text layer of a scan."""
_SUSPECT = re.compile(rb"\b[37]\s+Tr\b|\b(?:rg|g|k|sc|scn)\b|(?:^|[\s\]])0?\.\d+\s+Tf\b|\b[01]\s+Tf\b")
_SHOWING = (b"Tj", b"TJ", b"'", b'"')
_FILLING = (b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*")
_PATH_ENDS = (*_FILLING, b"S", b"s", b"n")


@dataclass(frozen=True)
class _State:
    """The part of the graphics state that decides on visibility."""

    matrix: Matrix = _UNIT
    white: bool = False
    mode: int = 0
    size: float = 12.0


@dataclass
class _Page:
    """What was drawn so far."""

    state: _State = field(default_factory=_State)
    saved: list[_State] = field(default_factory=list)
    text: Matrix = _UNIT
    line: Matrix = _UNIT
    leading: float = 0.0
    path: list[tuple[float, float]] = field(default_factory=list)
    painted: list[Box] = field(default_factory=list)
    everywhere: bool = False
    pictures: float = 0.0


def split_by_visibility(page: PageObject, reader: PdfReader) -> tuple[ContentStream, ContentStream] | None:
    """Split a page's content into what shows and what doesn't.

    Text counts as hidden if it is drawn in an invisible mode, smaller than a point, or white where nothing dark was
    painted under it. Invisible text on a page-wide picture is the text layer of a scan and counts as shown. What stands
    in form objects is not looked at.

    Returns:
        Two content streams for the page, one without the hidden text and one with no other text; ``None`` if nothing is
        hidden.
    """
    from pypdf.generic import ContentStream

    contents = page.get_contents()
    if contents is None or _SUSPECT.search(contents.get_data()) is None:
        return None
    operations: list[Operation] = list(ContentStream(contents, reader).operations)
    kinds = _pictured(page)
    drawn = _Page()
    invisible: set[int] = set()
    unseen: set[int] = set()
    for number, (operands, operator) in enumerate(operations):
        if operator in _SHOWING:
            if operator != b"Tj" and operator != b"TJ":
                _move(drawn, 0.0, -drawn.leading)
            if drawn.state.mode in _INVISIBLE_MODES:
                invisible.add(number)
            elif _too_small(drawn) or (drawn.state.white and not _on_dark(drawn)):
                unseen.add(number)
        else:
            with suppress(ValueError, TypeError, IndexError):  # malformed operands: viewers pass over them, too
                _apply(drawn, operands, operator, kinds)
    width, height = float(page.mediabox.width), float(page.mediabox.height)
    if drawn.pictures < _SCAN_SHARE * width * height:
        unseen |= invisible
    if not unseen:
        return None
    streams = []
    for keep_hidden in (False, True):
        stream = ContentStream(None, reader)
        stream.operations = [
            operation if operation[1] not in _SHOWING or (number in unseen) == keep_hidden else _silent(operation)
            for number, operation in enumerate(operations)
        ]
        streams.append(stream)
    return streams[0], streams[1]


def _silent(operation: Operation) -> Operation:
    """Return an operation that moves as the given one does, and shows nothing."""
    from pypdf.generic import TextStringObject

    return ([], b"T*") if operation[1] in (b"'", b'"') else ([TextStringObject("")], b"Tj")


def _apply(drawn: _Page, operands: Any, operator: bytes, kinds: dict[str, str]) -> None:
    state = drawn.state
    if operator == b"q":
        drawn.saved.append(state)
    elif operator == b"Q":
        if drawn.saved:
            drawn.state = drawn.saved.pop()
    elif operator == b"cm":
        drawn.state = replace(state, matrix=_times(_matrix(operands), state.matrix))
    elif operator in (b"g", b"rg", b"k", b"sc", b"scn", b"cs"):
        drawn.state = replace(state, white=_is_white(operands, operator))
    elif operator == b"Tr":
        drawn.state = replace(state, mode=int(operands[0]))
    elif operator == b"Tf":
        drawn.state = replace(state, size=abs(float(operands[1])))
    elif operator == b"BT":
        drawn.text = drawn.line = _UNIT
    elif operator == b"Tm":
        drawn.text = drawn.line = _matrix(operands)
    elif operator == b"TL":
        drawn.leading = float(operands[0])
    elif operator in (b"Td", b"TD"):
        if operator == b"TD":
            drawn.leading = -float(operands[1])
        _move(drawn, float(operands[0]), float(operands[1]))
    elif operator == b"T*":
        _move(drawn, 0.0, -drawn.leading)
    elif operator == b"re":
        x, y, width, height = map(float, operands)
        drawn.path += [_point(state.matrix, x, y), _point(state.matrix, x + width, y + height)]
        drawn.path += [_point(state.matrix, x + width, y), _point(state.matrix, x, y + height)]
    elif operator in (b"m", b"l", b"c", b"v", b"y"):
        numbers = [float(operand) for operand in operands]
        drawn.path += [_point(state.matrix, x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=False)]
    elif operator in _PATH_ENDS:
        if operator in _FILLING and not state.white and drawn.path:
            drawn.painted.append(_box(drawn.path))
        drawn.path = []
    elif operator == b"sh":
        drawn.everywhere = True
    elif operator == b"INLINE IMAGE" or (operator == b"Do" and kinds.get(str(operands[0])) == "/Image"):
        corners = [_point(state.matrix, x, y) for x in (0.0, 1.0) for y in (0.0, 1.0)]
        left, bottom, right, top = _box(corners)
        drawn.painted.append((left, bottom, right, top))
        drawn.pictures = max(drawn.pictures, (right - left) * (top - bottom))
    elif operator == b"Do":
        drawn.everywhere = True  # a form may paint anything


def _pictured(page: PageObject) -> dict[str, str]:
    """Return the subtype of each external object of a page by name."""
    resources = page.get("/Resources")
    objects = resources.get_object().get("/XObject") if resources is not None else None
    if objects is None:
        return {}
    return {str(name): str(entry.get_object().get("/Subtype")) for name, entry in objects.get_object().items()}


def _is_white(operands: Any, operator: bytes) -> bool:
    try:
        numbers = [float(operand) for operand in operands]
    except (TypeError, ValueError):
        return False  # a pattern or a named colour space
    if operator == b"cs" or not numbers:
        return False
    if operator == b"k" or len(numbers) == 4:
        return max(numbers) <= 1 - _WHITE
    if operator in (b"sc", b"scn") and len(numbers) == 1:
        return False  # a spot colour, where 1 is full ink
    return min(numbers) >= _WHITE


def _too_small(drawn: _Page) -> bool:
    a, b, c, d, *_ = _times(drawn.text, drawn.state.matrix)
    return drawn.state.size * math.sqrt(abs(a * d - b * c)) < _SMALLEST


def _on_dark(drawn: _Page) -> bool:
    if drawn.everywhere:
        return True
    x, y = _point(_times(drawn.text, drawn.state.matrix), 0.0, 0.0)
    slack = drawn.state.size
    return any(
        left - slack <= x <= right + slack and bottom - slack <= y <= top + slack
        for left, bottom, right, top in drawn.painted
    )


def _move(drawn: _Page, x: float, y: float) -> None:
    drawn.text = drawn.line = _times((1.0, 0.0, 0.0, 1.0, x, y), drawn.line)


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = (float(operand) for operand in operands)
    return a, b, c, d, e, f


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _point(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _box(points: list[tuple[float, float]]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)
