"""Markdown: blocks by their place in the file, which is stored word for word."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from advisor.domain import Flag
from advisor.ingest.building import MAX_FLAGS, Outline, excerpt
from advisor.ingest.document import Block
from advisor.ingest.html import BLOCKS, LEFT_OUT
from advisor.ingest.visibility import Look, declarations, removes

if TYPE_CHECKING:
    from markdown_it.token import Token

_MARKERS = re.compile(r"[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+[\s>]*)*\|?\s*")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(?:(?!\n\n).){1,5000}?(?<!`)\1(?!`)", re.DOTALL)
_MARKUP = re.compile(
    r"<!--(?P<comment>.*?)-->"
    r"|<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9-]{0,40})"
    r"(?P<attributes>(?:\s(?:[^<>\"']|\"[^\"]{0,4000}\"|'[^']{0,4000}')*+)?)>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([\w:-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_INLINE_MARKS = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|<[^>]*>|[*_`~]{1,3}(?=\S)|(?<=\S)[*_`~]{1,3}")

Span = tuple[int, int]


def markdown_blocks(text: str, body: int = 0) -> tuple[tuple[Block, ...], tuple[Flag, ...], str | None]:
    """Find the blocks of a Markdown text (CommonMark with tables).

    Paragraphs, list items, table rows, code and the visible text of raw HTML are blocks; headings, front matter, link
    definitions, comments and hidden HTML are not. A block begins after list markers, quote marks and pipes; the quote
    marks of its further lines stay inside, because the text is stored word for word.

    Args:
        text: The whole file.
        body: Offset at which the body begins, after the front matter.

    Returns:
        The blocks, flags for hidden HTML (with offsets), and the first heading of level 1.
    """
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])  # what is inside a line isn't needed
    tokens = parser.parse(text[body:])
    lines = text[body:].split("\n")
    starts = [body + offset for offset in accumulate((len(line) + 1 for line in lines), initial=0)]

    outline = Outline()
    title = None
    found: list[tuple[Span, tuple[str, ...], bool]] = []
    code: list[Span] = []
    level = 0
    in_row = False
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "inline" and level:
            heading = _heading(token.content)
            if heading:
                outline.enter(level, heading)
                title = title or (heading if level == 1 else None)
        elif token.type == "heading_close":
            level = 0
        elif token.type in ("tr_open", "tr_close"):
            in_row = token.type == "tr_open"
            if in_row and token.map is not None:
                found.append((_row(lines, starts, token.map[0]), outline.path, False))
        elif token.type in ("fence", "code_block", "html_block") or (token.type == "inline" and not in_row):
            span = _located(token, lines, starts)
            if span is not None:
                found.append((span, outline.path, token.type == "html_block"))
                if token.type in ("fence", "code_block"):
                    code.append(span)

    cuts, flags = _cuts(text, body, code, [span for span, _, raw in found if raw])
    begins = [start for start, _ in cuts]
    blocks = []
    for (start, end), path, raw in found:
        near = cuts[max(0, bisect_right(begins, start) - 1) : bisect_left(begins, end)]
        for left, right in _without((start, end), near):
            left, right = _trimmed(text, left, right, raw)
            if left < right:
                blocks.append(Block(start=left, end=right, headings=path))
    return tuple(blocks), flags, title


def _heading(content: str) -> str:
    """Return a heading without markup."""
    return " ".join(_INLINE_MARKS.sub(lambda found: found[1] or "", content).split())


def _located(token: Token, lines: list[str], starts: list[int]) -> Span | None:
    """Find where the content of a token, which has lost its markers, stands in the file."""
    if token.map is None or not token.content.strip():
        return None
    first = token.map[0] + (token.type == "fence")
    content = token.content.split("\n")
    filled = [number for number, line in enumerate(content) if line.strip()]
    top, bottom = filled[0], filled[-1]
    start, _ = _find(content[top].strip(), lines[first + top])
    _, end = _find(content[bottom].strip(), lines[first + bottom])
    return starts[first + top] + start, starts[first + bottom] + end


def _find(content: str, line: str) -> Span:
    at = line.rfind(content)
    if at >= 0:
        return at, at + len(content)
    marker = _MARKERS.match(line)  # a tab was expanded, or an escape resolved
    return marker.end() if marker else 0, len(line.rstrip())


def _row(lines: list[str], starts: list[int], number: int) -> Span:
    """Return a table row without its outer pipes."""
    line = lines[number]
    marker = _MARKERS.match(line)
    start = marker.end() if marker else 0
    end = len(line.rstrip())
    if end > start and line[end - 1] == "|" and not line[:end].endswith("\\|"):
        end = len(line[: end - 1].rstrip())
    return starts[number] + start, starts[number] + max(start, end)


def _cuts(text: str, body: int, code: list[Span], raw: list[Span]) -> tuple[list[Span], tuple[Flag, ...]]:
    """Find what HTML in the Markdown takes away from its blocks, and flag what it hides.

    Returns:
        Disjoint spans in order: hidden elements, comments, scripts, and the block tags of raw HTML.
    """
    if "<" not in text:
        return [], ()
    masked = _masked(text, body, code)
    raw_begins = [start for start, _ in raw]
    cuts: list[Span] = []
    flags: list[Flag] = []
    pending: tuple[int, str, bool] | None = None  # start, tag and whether it is to be flagged
    depth = 0

    def close(end: int) -> None:
        nonlocal pending
        if pending is None:
            return
        start, _, flagged = pending
        cuts.append((start, end))
        seen = _MARKUP.sub(" ", masked[start:end])
        if flagged and any(c.isalnum() for c in seen) and len(flags) < MAX_FLAGS:
            flags.append(Flag(kind="hidden_text", excerpt=excerpt(seen), start=start, end=end))
        pending = None

    for markup in _MARKUP.finditer(masked):
        name = (markup["name"] or "").lower()
        if pending is not None and pending[1] not in BLOCKS and pending[1] not in LEFT_OUT:
            paragraph_end = masked.find("\n\n", pending[0])
            if 0 <= paragraph_end < markup.start():  # an inline element ends with its paragraph
                close(paragraph_end)
        if pending is not None:
            if name == pending[1]:
                depth += -1 if markup["close"] else 1
                if depth == 0:
                    close(markup.end())
            continue
        if not name:
            cuts.append(markup.span())
            continue
        if not markup["close"] and name not in _VOID and not markup["attributes"].endswith("/"):
            attributes = _attributes(markup["attributes"])
            style = declarations(attributes.get("style", ""))
            unseen = removes(attributes, style) or not Look().within(attributes, style).shown
            if unseen or name in LEFT_OUT:
                pending, depth = (markup.start(), name, unseen), 1
                continue
        at = bisect_right(raw_begins, markup.start()) - 1
        if name in BLOCKS and at >= 0 and markup.start() < raw[at][1]:
            cuts.append(markup.span())
    if pending is not None:
        paragraph_end = masked.find("\n\n", pending[0])
        inline = pending[1] not in BLOCKS and pending[1] not in LEFT_OUT
        close(paragraph_end if inline and paragraph_end >= 0 else len(text))
    return cuts, tuple(flags)


def _masked(text: str, body: int, code: list[Span]) -> str:
    """Blank out front matter and code, where angle brackets are text, without moving anything."""
    parts = []
    at = 0
    for start, end in [(0, body), *code]:
        parts += [text[at:start], re.sub(r"[^\n]", " ", text[start:end])]
        at = end
    parts.append(text[at:])
    return _CODE_SPAN.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), "".join(parts))


def _attributes(source: str) -> dict[str, str]:
    return {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(source)}


def _without(span: Span, cuts: list[Span]) -> list[Span]:
    """Return what is left of a span."""
    start, end = span
    left = []
    for cut_start, cut_end in cuts:
        if start < cut_start:
            left.append((start, min(cut_start, end)))
        start = max(start, cut_end)
    if start < end:
        left.append((start, end))
    return left


def _trimmed(text: str, start: int, end: int, raw: bool) -> Span:
    """Drop white space, and in raw HTML tags, at both ends."""
    piece = text[start:end]
    pattern = r"(?:\s|<[^<>]*>)*" if raw else r"\s*"
    lead = re.match(pattern, piece)
    start += lead.end() if lead else 0
    while start < end:
        piece = text[start:end].rstrip()
        end = start + len(piece)
        tag = re.search(r"<[^<>]*>$", piece) if raw else None
        if tag is None:
            break
        end = start + tag.start()
    return start, end
