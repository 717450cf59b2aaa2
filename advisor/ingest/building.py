"""Puts together the stored text of formats whose files hold no plain text."""

from __future__ import annotations

from advisor.domain import Flag
from advisor.ingest.document import Block
from advisor.ingest.invisible import hides_a_message, is_blank, strip_invisible

EXCERPT = 200
"""Longest excerpt of a flag, in characters."""
MAX_FLAGS = 200
"""Flags kept for one document; more would help nobody."""


def excerpt(text: str) -> str:
    """Return the beginning of a flagged text on one line, with invisible characters left out."""
    line = " ".join(strip_invisible(text[: 4 * EXCERPT]).split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1] + "…"


class Outline:
    """The heading path at a point of a document."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []

    def enter(self, level: int, text: str) -> None:
        """Begin a section; sections of the same or a deeper level end."""
        self._open = [entry for entry in self._open if entry[0] < level]
        self._open.append((level, text))

    @property
    def path(self) -> tuple[str, ...]:
        """Headings from the outermost to the current one."""
        return tuple(text for _, text in self._open)


class TextBuilder:
    """Collects blocks and headings in reading order, and counts offsets."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._outline = Outline()
        self._blocks: list[Block] = []
        self._flags: list[Flag] = []

    def add_heading(self, level: int, text: str) -> None:
        """Begin a section. The heading becomes part of the stored text but not of a block."""
        text = " ".join(self._visible(text).split())
        if text:
            self._append(text)
            self._outline.enter(level, text)

    def add_block(self, text: str, *, page: int | None = None) -> None:
        """Add a block; nothing is added if there is nothing to see in it."""
        text = self._visible(text).strip()
        if not is_blank(text):
            start = self._append(text)
            block = Block(start=start, end=start + len(text), headings=self._outline.path, page=page)
            self._blocks.append(block)

    def flag_hidden(self, text: str) -> None:
        """Note a text that was left out because a reader would not see it."""
        if any(character.isalnum() for character in text) and len(self._flags) < MAX_FLAGS:
            self._flags.append(Flag(kind="hidden_text", excerpt=excerpt(text)))

    @property
    def text(self) -> str:
        """The stored text."""
        return "".join(self._parts)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks so far."""
        return tuple(self._blocks)

    @property
    def flags(self) -> tuple[Flag, ...]:
        """Flags for what was left out."""
        return tuple(self._flags)

    def _visible(self, text: str) -> str:
        if hides_a_message(text) and len(self._flags) < MAX_FLAGS:
            self._flags.append(Flag(kind="hidden_text", excerpt=f"Invisible characters in: {excerpt(text)}"[:EXCERPT]))
        return strip_invisible(text)

    def _append(self, text: str) -> int:
        if self._parts:
            self._parts.append("\n\n")
            self._length += 2
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        return start
