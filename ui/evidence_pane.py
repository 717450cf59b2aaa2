"""The evidence pane: a source opened at the exact words that a sentence rests on.

The text is shown as it is stored, in blocks, so that offsets stay exact: of Markdown only the marks at the beginning of
a heading or a list item are taken off, nothing else is interpreted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from advisor.domain import Citation, Source, Verdict
from advisor.errors import KnowledgeError
from advisor.ingest.front_matter import split_front_matter

from . import words
from .language import as_html, say
from .rendering import render_verdict_mark, source_date

if TYPE_CHECKING:
    from advisor.knowledge_base import KnowledgeBase

WINDOW = 20_000
"""Characters of a long source shown before and after the cited words; keeps the page light with any upload."""

_HEADING = re.compile(r"(#{1,6})[ \t]+(?=\S)")
_ITEM = re.compile(r"[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+(?=\S)")


@dataclass(frozen=True)
class _Block:
    tag: str
    start: int
    end: int
    level: int = 0


def render_empty() -> str:
    """Return the pane before anything was opened."""
    return render_message(say(words.EVIDENCE_EMPTY))


def render_unknown() -> str:
    """Return the pane for a citation that is not part of the open conversation."""
    return render_message(say(words.CITATION_UNKNOWN))


def render_message(text: str) -> str:
    """Return the pane with a plain sentence."""
    return f'<div class="evidence"><p class="hint">{escape(text)}</p></div>'


def render_citation(
    kb: KnowledgeBase, citation: Citation, verdict: Verdict | None, *, back: str = words.EVIDENCE_BACK
) -> str:
    """Return a citation's source, with the cited span highlighted.

    Args:
        kb: Where the stored text is.
        citation: What to open. If its source has changed or gone since, the words that were cited are shown with a
            remark instead.
        verdict: The judgement of the sentence that the citation belongs to, if it belongs to one.
        back: Name of the button that leads back to where the citation was pressed.
    """
    judgement = _judgement(verdict) if verdict else ""
    head = f'<div class="head">{_head(citation.source, citation.page, citation.number)}{judgement}</div>'
    try:
        text = kb.text(citation.source.id)
    except KnowledgeError:
        return _pane(head + _quote_alone(say(words.SOURCE_GONE), citation.quote))
    if text[citation.start : citation.end] != citation.quote:
        return _pane(head + _quote_alone(say(words.SOURCE_CHANGED), citation.quote))
    return _pane(head + render_text(text, citation.start, citation.end), back)


def render_source(kb: KnowledgeBase, source_id: str) -> str:
    """Return a whole source, from its beginning, nothing highlighted.

    Raises:
        KnowledgeError: There is no source with that id.
    """
    source = kb.source(source_id)
    return _pane(f'<div class="head">{_head(source, None, 0)}</div>{render_text(kb.text(source_id), 0, 0)}')


def render_text(text: str, start: int, end: int) -> str:
    """Return a source text as HTML with ``text[start:end]`` in ``<mark>``; an empty span highlights nothing.

    A span that runs over several blocks gets one ``<mark>`` a block. Text more than ``WINDOW`` characters away from the
    span is left out, which is said.
    """
    # Front matter is for machines: it is shown only where it is cited.
    body = split_front_matter(text)[1]
    first = 0 if start < min(end, body) else body
    left, right = max(first, start - WINDOW), min(len(text), max(end, first) + WINDOW)
    left = text.rfind("\n", 0, left) + 1 if left > first else left
    right = len(text) if right == len(text) else (text.find("\n", right) + 1 or len(text))
    omitted = f'<p class="omitted">{as_html(words.TEXT_LEFT_OUT)}</p>'
    parts = [omitted] if left > first else []
    open_list = False
    for block in _blocks(text, left, right, keep=(start, end)):
        if (block.tag == "li") != open_list:
            parts.append("</ul>" if open_list else "<ul>")
            open_list = not open_list
        inner = _marked(text, block, start, end)
        attributes = f' class="heading level-{block.level}"' if block.level else ""
        parts.append(f"<{block.tag}{attributes}>{inner}</{block.tag}>")
    parts.append("</ul>" if open_list else "")
    parts.append(omitted if right < len(text) else "")
    return f'<div class="source-text">{"".join(parts)}</div>'


def _pane(body: str, back: str = "") -> str:
    button = f'<button type="button" class="plain" data-back>{escape(say(back))}</button>' if back else ""
    return f'<div class="evidence">{body}{button}</div>'


def _head(source: Source, page: int | None, number: int) -> str:
    facts = [say(words.KINDS[source.kind]), source.author, source.publisher, source_date(source)]
    if page is not None:
        facts.append(say(words.PAGE).format(page=page))
    listed = "".join(f"<li>{escape(fact)}</li>" for fact in facts if fact)
    badge = f'<span class="number">{number}</span>' if number else ""
    announced = f'<span class="for-readers">{as_html(words.OPENED)}: </span>'
    return (
        f'<header role="status"><h2>{badge}{announced}<span>{escape(source.title)}</span></h2>'
        f'<ul class="facts">{listed}</ul></header>'
    )


def _judgement(verdict: Verdict) -> str:
    reasons = "".join(f"<li>{escape(reason)}</li>" for reason in verdict.reasons)
    return (
        f'<div class="judgement"><p class="about">{as_html(words.SENTENCE_CHECKED)}</p>'
        f"<p><q>{escape(verdict.claim.text)}</q></p>"
        f"<p>{render_verdict_mark(verdict.status, spelled_out=True)} "
        f'<span class="score">{escape(say(words.SCORE).format(score=verdict.score))}</span></p>'
        f"{f'<ul>{reasons}</ul>' if reasons else ''}</div>"
    )


def _quote_alone(remark: str, quote: str) -> str:
    return (
        f'<div class="source-text"><p class="hint">{escape(remark)}</p><blockquote>{escape(quote)}</blockquote></div>'
    )


def _blocks(text: str, left: int, right: int, *, keep: tuple[int, int]) -> Iterator[_Block]:
    """Cut ``text[left:right]`` into headings, list items and paragraphs; offsets are those of ``text``.

    A heading's or an item's marks are left out of its block, unless they lie in the span ``keep``.
    """
    position = left
    paragraph: _Block | None = None
    for line in text[left:right].splitlines(keepends=True):
        start, position = position, position + len(line)
        end = start + len(line.rstrip())
        heading = _HEADING.match(text, start, end)
        item = None if heading else _ITEM.match(text, start, end)
        if paragraph is not None and (not line.strip() or heading or item):
            yield paragraph
            paragraph = None
        if not line.strip():
            continue
        marks = heading or item
        inside = marks.end() if marks and not (start < keep[1] and keep[0] < marks.end()) else start
        if heading:
            yield _Block("p", inside, end, level=len(heading[1]))
        elif item:
            paragraph = _Block("li", inside, end)
        elif paragraph is not None:  # a further line of a hard-wrapped paragraph or item
            paragraph = _Block(paragraph.tag, paragraph.start, end)
        else:
            paragraph = _Block("p", start, end)
    if paragraph is not None:
        yield paragraph


def _marked(text: str, block: _Block, start: int, end: int) -> str:
    """Return a block's text, escaped, with the part of it that lies in the span in ``<mark>``."""
    a, b = max(block.start, start), min(block.end, end)
    if a >= b:
        return escape(text[block.start : block.end])
    before, inside, after = text[block.start : a], text[a:b], text[b : block.end]
    return f"{escape(before)}<mark>{escape(inside)}</mark>{escape(after)}"
