"""Word documents: paragraphs and tables in reading order."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.errors import SourceError
from advisor.ingest.building import TextBuilder

if TYPE_CHECKING:
    from docx.document import Document

Element = Any  # lxml's element class has no types

MAX_ENTRIES = 10_000
MAX_RATIO = 200
"""How many times smaller than its content a large entry may be; text in XML shrinks to about a twentieth."""
_LARGE = 5_000_000
_EXPANSION = 10
"""How many times the limit for a file its unpacked content may reach."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT_BOX = f"{_W}txbxContent"
_GONE = (f"{_W}del", f"{_W}moveFrom", _FALLBACK)
_HEADING = re.compile(r"heading ([1-9])$", re.IGNORECASE)
_CONTENTS = re.compile(r"toc( heading|\s?\d)?$", re.IGNORECASE)
_UNREAD_DEPTH = 100


@dataclass(frozen=True)
class _Style:
    """What a style says, with what it is based on already taken in."""

    level: int | None = None
    is_title: bool = False
    is_contents: bool = False
    hidden: bool = False
    white: bool = False
    shaded: bool = False


def read_docx(path: Path, data: bytes, *, max_bytes: int) -> tuple[TextBuilder, str | None]:
    """Extract the text of a Word document.

    Headings are told by style or outline level, table rows become ``a | b``. Deleted text, tables of contents, headers,
    footers and notes are left out. Hidden, white and tiny text is left out and flagged.

    Args:
        path: The file, for messages.
        data: Its bytes.
        max_bytes: The limit for a file; its unpacked content may be ten times as large.

    Returns:
        The collected text, and the title: the paragraph styled as title, else the document's property, else the first
        heading of level 1.

    Raises:
        SourceError: It is no Word document, broken, encrypted, or a zip bomb.
    """
    _check_archive(path, data, max_bytes)
    import docx

    try:
        reader = _Reader(docx.Document(BytesIO(data)))
        reader.read()
    except Exception as error:  # python-docx lets the errors of lxml, zipfile and its own lookups through
        raise SourceError(path, "is a broken Word document; open it in Word and save it again") from error
    return reader.builder, reader.title


def _check_archive(path: Path, data: bytes, max_bytes: int) -> None:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise SourceError(path, "is an old or encrypted Word document; save it as .docx without a password")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError) as error:
        raise SourceError(path, "is not a Word document although its name says so (not a ZIP archive)") from error
    if len(entries) > MAX_ENTRIES:
        raise SourceError(path, f"looks like a zip bomb ({len(entries)} entries); it was not opened")
    total = sum(entry.file_size for entry in entries)
    if total > _EXPANSION * max_bytes:
        raise SourceError(path, f"looks like a zip bomb (unpacks to {total / 1e6:.0f} MB); it was not opened")
    for entry in entries:
        if entry.file_size > _LARGE and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
            ratio = entry.file_size // max(1, entry.compress_size)
            raise SourceError(path, f"looks like a zip bomb (packed {ratio} times); it was not opened")
    if any(entry.flag_bits & 1 for entry in entries):
        raise SourceError(path, "is encrypted; save a copy without a password")
    if not any(entry.filename.startswith("word/") for entry in entries):
        raise SourceError(path, "is not a Word document although its name says so (a ZIP archive of another kind)")


class _Reader:
    def __init__(self, document: Document) -> None:
        self.builder = TextBuilder()
        self._body: Element = document.element.body
        self._sheet: Element = document.styles.element
        self._property = " ".join((document.core_properties.title or "").split())
        self._styled_title = ""
        self._first_heading = ""
        self._styles: dict[str, _Style] = {}
        self._elements = {style.get(f"{_W}styleId"): style for style in self._sheet.iter(f"{_W}style")}
        default = [s for s in self._elements.values() if s.get(f"{_W}default") in ("1", "true")]
        self._defaults = {style.get(f"{_W}type"): style.get(f"{_W}styleId") for style in default}
        background = document.element.find(f"{_W}background")
        colour = background.get(f"{_W}color") if background is not None else None
        self._white_page = colour is None or _is_white(colour) or colour == "auto"

    @property
    def title(self) -> str | None:
        return self._styled_title or self._property or self._first_heading or None

    def read(self) -> None:
        self._container(self._body, shaded=False, depth=0)

    def _container(self, parent: Element, *, shaded: bool, depth: int) -> None:
        """Read the paragraphs and tables of a body, a cell, a content control or a text box."""
        if depth > _UNREAD_DEPTH:
            raise ValueError("nested too deep")
        for child in parent:
            if child.tag == f"{_W}p":
                self._paragraph(child, shaded=shaded, depth=depth)
            elif child.tag == f"{_W}tbl":
                self._table(child, shaded=shaded, depth=depth)
            elif child.tag in (
                f"{_W}sdt",
                f"{_W}sdtContent",
                f"{_W}customXml",
                f"{_W}ins",
                f"{_W}moveTo",
                f"{_W}smartTag",
            ):
                self._container(child, shaded=shaded, depth=depth + 1)

    def _paragraph(self, paragraph: Element, *, shaded: bool, depth: int) -> None:
        style = self._style(_value(paragraph, "pPr", "pStyle") or self._defaults.get("paragraph"))
        if style.is_contents:
            return
        text = self._text(paragraph, style, shaded)
        own_level = _value(paragraph, "pPr", "outlineLvl")
        level = int(own_level) + 1 if own_level is not None and int(own_level) < 9 else style.level
        line = " ".join(text.split())
        if style.is_title and line:
            self._styled_title = self._styled_title or line
            self.builder.add_heading(0, text)
        elif level is not None and line:
            self._first_heading = self._first_heading or (line if level == 1 else "")
            self.builder.add_heading(level, text)
        else:
            self.builder.add_block(text)
        for box in paragraph.iter(_TEXT_BOX):
            if _owner(box) is paragraph and not _within(box, _GONE, paragraph):
                self._container(box, shaded=True, depth=depth + 1)  # what fills the box isn't known

    def _table(self, table: Element, *, shaded: bool, depth: int) -> None:
        styled = _value(table, "tblPr", "tblStyle")
        name = self._name(styled).lower() if styled else ""
        # A table style may paint cells in any colour.
        shaded = shaded or name not in ("", "normal table", "table grid", "plain table 1", "plain table 2")
        for row in _inside(table, "tr"):
            cells = list(_inside(row, "tc"))
            shades = [shaded or _is_shaded(cell, "tcPr") for cell in cells]
            if len(cells) == 1:  # there for the layout
                self._container(cells[0], shaded=shades[0], depth=depth + 1)
                continue
            texts = [self._cell(cell, shade) for cell, shade in zip(cells, shades, strict=True)]
            while texts and not texts[-1]:
                texts.pop()
            if any(texts):
                self.builder.add_block(" | ".join(texts))

    def _cell(self, cell: Element, shaded: bool) -> str:
        parts = []
        for paragraph in cell.iter(f"{_W}p"):
            style = self._style(_value(paragraph, "pPr", "pStyle") or self._defaults.get("paragraph"))
            parts.append(" ".join(self._text(paragraph, style, shaded).split()))
        return " ".join(part for part in parts if part)

    def _text(self, paragraph: Element, style: _Style, shaded: bool) -> str:
        """Return what can be seen of a paragraph; flag the rest."""
        shaded = shaded or style.shaded or _is_shaded(paragraph, "pPr") or not self._white_page
        shown: list[str] = []
        hidden: list[str] = []
        for run in paragraph.iter(f"{_W}r"):
            if _owner(run) is not paragraph or _within(run, _GONE, paragraph):
                continue
            text = "".join(_characters(run))
            if self._is_hidden(run, style, shaded):
                hidden.append(text)
            else:
                if hidden and text.strip():
                    self.builder.flag_hidden("".join(hidden))
                    hidden = []
                shown.append(text)
        self.builder.flag_hidden("".join(hidden))
        return "\n".join(" ".join(line.split()) for line in "".join(shown).split("\n"))

    def _is_hidden(self, run: Element, style: _Style, shaded: bool) -> bool:
        own = self._style(_value(run, "rPr", "rStyle"))
        properties = run.find(f"{_W}rPr")
        vanish = _switch(properties, "vanish")
        if vanish if vanish is not None else (own.hidden or style.hidden):
            return True
        size = _value(run, "rPr", "sz")
        if size is not None and size.isdigit() and int(size) <= 2:  # half points
            return True
        colour = _run_white(properties)
        white = colour if colour is not None else (own.white or style.white)
        return white and not (shaded or own.shaded or _is_shaded(run, "rPr") or _highlighted(properties))

    def _name(self, identifier: str) -> str:
        element = self._elements.get(identifier)
        name = element.find(f"{_W}name") if element is not None else None
        return str(name.get(f"{_W}val") or "") if name is not None else ""

    def _style(self, identifier: str | None, depth: int = 0) -> _Style:
        if identifier is None or identifier not in self._elements or depth > 20:
            return _Style()
        if identifier not in self._styles:
            element = self._elements[identifier]
            based = element.find(f"{_W}basedOn")
            parent = self._style(based.get(f"{_W}val") if based is not None else None, depth + 1)
            name = self._name(identifier)
            heading = _HEADING.match(name)
            outline = _value(element, "pPr", "outlineLvl")
            level = int(outline) + 1 if outline is not None and int(outline) < 9 else None
            properties = element.find(f"{_W}rPr")
            vanish, white = _switch(properties, "vanish"), _run_white(properties)
            self._styles[identifier] = _Style(
                level=int(heading[1]) if heading else level if level is not None else parent.level,
                is_title=name.lower() == "title" or parent.is_title,
                is_contents=_CONTENTS.match(name) is not None or parent.is_contents,
                hidden=parent.hidden if vanish is None else vanish,
                white=parent.white if white is None else white,
                shaded=parent.shaded or _is_shaded(element, "pPr") or _is_shaded(element, "rPr"),
            )
        return self._styles[identifier]


def _characters(run: Element) -> Iterator[str]:
    for child in run:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in (f"{_W}tab", f"{_W}ptab"):
            yield " "
        elif child.tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"
        elif child.tag == f"{_W}noBreakHyphen":
            yield "-"


def _value(element: Element, properties: str, name: str) -> str | None:
    found = element.find(f"{_W}{properties}/{_W}{name}")
    return found.get(f"{_W}val") if found is not None else None


def _switch(properties: Element, name: str) -> bool | None:
    """Return an on/off property, or ``None`` if it isn't set."""
    found = properties.find(f"{_W}{name}") if properties is not None else None
    return None if found is None else found.get(f"{_W}val") not in ("0", "false", "off")


def _is_white(colour: str) -> bool:
    return re.fullmatch(r"(?:[fF][5-9a-fA-F]){3}", colour) is not None


def _run_white(properties: Element) -> bool | None:
    found = properties.find(f"{_W}color") if properties is not None else None
    if found is None:
        return None
    theme = found.get(f"{_W}themeColor")
    if theme is not None:
        tinted = found.get(f"{_W}themeShade") is not None
        return theme in ("background1", "light1") and not tinted
    return _is_white(found.get(f"{_W}val") or "")


def _highlighted(properties: Element) -> bool:
    found = properties.find(f"{_W}highlight") if properties is not None else None
    return found is not None and found.get(f"{_W}val") not in ("none", "white")


def _is_shaded(element: Element, properties: str) -> bool:
    found = element.find(f"{_W}{properties}/{_W}shd")
    if found is None:
        return False
    fill = found.get(f"{_W}fill") or "auto"
    pattern = found.get(f"{_W}val") or "clear"
    return (
        found.get(f"{_W}themeFill") is not None
        or pattern not in ("clear", "nil")
        or not (fill == "auto" or _is_white(fill))
    )


def _inside(element: Element, name: str) -> Iterator[Element]:
    """Yield rows of a table or cells of a row, also those in content controls."""
    for child in element:
        if child.tag == f"{_W}{name}":
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins"):
            yield from _inside(child, name)


def _owner(element: Element) -> Element:
    """Return the paragraph that an element stands in."""
    parent = element.getparent()
    while parent is not None and parent.tag != f"{_W}p":
        parent = parent.getparent()
    return parent


def _within(element: Element, tags: tuple[str, ...], top: Element) -> bool:
    parent = element.getparent()
    while parent is not None and parent is not top:
        if parent.tag in tags:
            return True
        parent = parent.getparent()
    return False
