"""HTML: the text that a reader sees, with its headings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from advisor.ingest.building import TextBuilder
from advisor.ingest.stylesheet import StyleSheet
from advisor.ingest.visibility import Look, removes

if TYPE_CHECKING:
    from bs4 import Tag

LEFT_OUT = frozenset(
    {
        "script",
        "style",
        "nav",
        "template",
        "noscript",
        "head",
        "iframe",
        "object",
        "svg",
        "math",
        "canvas",
        "audio",
        "video",
        "select",
        "textarea",
        "datalist",
        "button",
    }
)
"""Elements that hold no text of the document: code, navigation, controls, media."""

BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "td",
        "th",
        "caption",
        "ul",
    }
)
"""Elements that begin and end a run of text."""

_HEADING = re.compile(r"h([1-6])$")
_PROLOGUE = re.compile(r"\s*<\?xml[^>]*\?>")
_NESTED = ["table", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "pre"]
_BREAK = "\x01"
"""Stands for a line break while white space is collapsed; no decoded text holds it."""


def read_html(html: str) -> tuple[TextBuilder, str | None]:
    """Extract the readable text of a page.

    Elements hidden by attribute, inline style or a simple rule of a style sheet in the page are left out and flagged.
    Comments, scripts, navigation and the like are left out silently.

    Returns:
        The collected text, and the title: ``<title>``, else the first ``<h1>``.
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(_PROLOGUE.sub("", html.replace(_BREAK, " "), count=1), "lxml")
    links = soup.find_all("link", rel="stylesheet")
    sheet = StyleSheet([tag.get_text() for tag in soup.find_all("style")], complete=not links)
    walk = _Walk(sheet)
    walk.run(soup)
    for name in ("title", "h1"):
        tag = soup.find(name)
        title = " ".join(tag.get_text(" ").split()) if tag is not None else ""
        if title:
            return walk.builder, title
    return walk.builder, None


class _Walk:
    """A walk over the tree without recursion, so that no depth of nesting can break it."""

    def __init__(self, sheet: StyleSheet) -> None:
        self.builder = TextBuilder()
        self._sheet = sheet
        self._run: list[str] = []
        self._hidden: list[str] = []
        self._level: int | None = None
        self._row = 0
        self._pre = 0

    def run(self, root: Tag) -> None:
        from bs4.element import NavigableString, Tag

        # An entry is a node still to be visited, or a tag (with None) that has been gone through.
        stack: list[tuple[object, Look | None]] = [(root, Look())]
        while stack:
            node, look = stack.pop()
            if isinstance(node, Tag):
                if look is None:
                    self._leave(node)
                    continue
                inner = self._enter(node, look)
                if inner is not None:
                    stack.append((node, None))
                    stack.extend((child, inner) for child in reversed(node.contents))
            elif type(node) is NavigableString and look is not None:  # comments and scripts are of subclasses
                self._text(str(node), look)
        self._flush()

    def _enter(self, tag: Tag, look: Look) -> Look | None:
        """Begin an element; return the look inside it, or ``None`` if it is left out."""
        name = tag.name
        if name in LEFT_OUT or (name == "dialog" and not tag.has_attr("open")):
            return None
        attributes = {key: value if isinstance(value, str) else " ".join(value) for key, value in tag.attrs.items()}
        style = self._sheet.style(name, attributes)
        if removes(attributes, style):
            self.builder.flag_hidden(tag.get_text(" "))
            return None
        heading = _HEADING.match(name)
        if name == "br":
            self._run.append(_BREAK)
        elif name in ("td", "th") and self._row:
            if self._run:
                self._run.append(" | ")
        elif heading or name in BLOCKS:
            self._flush()
            if heading and not self._row:
                self._level = int(heading[1])
            if name == "tr" and not self._row and _is_data(tag):
                self._row = 1
            elif name == "tr" and self._row:
                self._row += 1
        if name == "pre":
            self._pre += 1
        return look.within(attributes, style)

    def _leave(self, tag: Tag) -> None:
        name = tag.name
        if name == "tr" and self._row:
            self._row -= 1
            self._flush()
        elif (name not in ("td", "th") or not self._row) and (name in BLOCKS or _HEADING.match(name)):
            self._flush()
        if _HEADING.match(name):
            self._level = None
        if name == "pre":
            self._pre -= 1

    def _text(self, text: str, look: Look) -> None:
        if look.shown:
            if self._hidden and text.strip():
                self._flush_hidden()
            self._run.append(text if self._pre else re.sub(r"\s+", " ", text))
        elif text.strip():
            self._hidden.append(text)

    def _flush(self) -> None:
        self._flush_hidden()
        if self._row:
            if self._run:
                self._run.append(" ")
            return
        if not self._run:
            return
        raw = "".join(self._run)
        self._run = []
        if self._pre:
            self.builder.add_block(raw.replace(_BREAK, "\n").replace("\xa0", " ").strip("\n"))
        elif self._level is not None:
            self.builder.add_heading(self._level, raw.replace(_BREAK, " "))
        else:
            for part in re.split(rf"{_BREAK}\s*{_BREAK}[\s{_BREAK}]*", raw):
                lines = [" ".join(line.split()) for line in part.split(_BREAK)]
                self.builder.add_block(_row("\n".join(line for line in lines if line)))

    def _flush_hidden(self) -> None:
        if self._hidden:
            self.builder.flag_hidden(" ".join(self._hidden))
            self._hidden = []


def _row(text: str) -> str:
    """Drop the separators of empty cells at both ends of a table row."""
    return re.sub(r"^(?:\s*\|\s)+|(?:\s\|\s*)+$", "", text)


def _is_data(row: Tag) -> bool:
    """Whether a table row holds data and is not there for the layout of the page."""
    cells = row.find_all(["td", "th"], recursive=False)
    return len(cells) > 1 and row.find(_NESTED) is None
