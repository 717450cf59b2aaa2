"""From answers to HTML, without effects.

Nothing that a user, a model or a document wrote gets into the HTML without ``html.escape``; no other markup than this
module's own is ever made of it. The markup has no white space between tags, so that the browser can update it in place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from advisor.domain import (
    ROLE_HEADINGS,
    Answer,
    Citation,
    ClaimKind,
    Disagreement,
    Role,
    Source,
    Verdict,
    VerdictStatus,
)

from . import words
from .conversation import Conversation, Exchange
from .language import as_html, say

_ICONS = {
    VerdictStatus.SUPPORTED: '<path d="M3.5 8.5l3 3 6-7"/>',
    VerdictStatus.PARTIAL: '<circle cx="8" cy="8" r="5.2"/><path d="M8 2.8a5.2 5.2 0 0 1 0 10.4z" class="solid"/>',
    VerdictStatus.UNSUPPORTED: '<path d="M4 4l8 8M12 4l-8 8"/>',
    VerdictStatus.CONTRADICTED: '<path d="M4 4l8 8M12 4l-8 8"/>',
}

_KIND_LABELS = {
    ClaimKind.ASSUMPTION: words.ASSUMPTION,
    ClaimKind.FROM_BRIEF: words.FROM_BRIEF,
    ClaimKind.COMPUTED: words.COMPUTED,
}


def render_head(heading: str, text: str) -> str:
    """Return the head of a place: a heading, if there is one, and what the place is for."""
    return (f"<h2>{as_html(heading)}</h2>" if heading else "") + f"<p>{as_html(text)}</p>"


def render_welcome(examples: Sequence[str]) -> str:
    """Return a conversation that has not begun as HTML: example questions."""
    return f'<div class="log">{_welcome(examples)}</div>'


def render_conversation(conversation: Conversation, settled: str | None = None) -> str:
    """Return a conversation that has begun as HTML.

    Args:
        conversation: The conversation.
        settled: What ``render_turns`` made of all exchanges but the last one. They stay as they are while that one is
            being answered.
    """
    if settled is None:
        turns = render_turns(conversation)
    else:
        last = len(conversation.exchanges) - 1
        turns = settled + _exchange(last, conversation.exchanges[last])
    busy = "true" if conversation.running else "false"
    return f'<div class="log" role="log" aria-live="polite" aria-busy="{busy}">{turns}</div>'


def render_turns(conversation: Conversation) -> str:
    """Return the exchanges of a conversation as HTML, without what is around them."""
    return "".join(_exchange(turn, exchange) for turn, exchange in enumerate(conversation.exchanges))


def render_verdict_mark(status: VerdictStatus, *, spelled_out: bool = False) -> str:
    """Return the mark of a verdict: an icon, and its name as text.

    Args:
        status: The verdict.
        spelled_out: Show the name to everybody; else it is only there for screen readers and as a tooltip, except that
            a verdict short of full support always shows its name.
    """
    visible = spelled_out or status is not VerdictStatus.SUPPORTED
    name = f'<span class="{"verdict-name" if visible else "for-readers"}">{as_html(words.VERDICTS[status])}</span>'
    icon = f'<svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">{_ICONS[status]}</svg>'
    return (
        f'<span class="verdict verdict-{status.value}" title="{as_html(words.VERDICT_MEANINGS[status])}">'
        f"{icon}{name}</span>"
    )


def source_date(source: Source) -> str:
    """Return when a source was published or last reviewed, for people; empty if unknown."""
    if source.published:
        return source.published
    return say(words.LAST_REVIEWED).format(day=source.reviewed) if source.reviewed else ""


def _welcome(examples: Sequence[str]) -> str:
    body = (
        f"<h3>{as_html(words.EXAMPLES)}</h3>{_questions(examples)}"
        if examples
        else f"<p>{as_html(words.NO_DOCUMENTS)}</p>"
    )
    text = f"<h2>{as_html(words.WELCOME)}</h2><p>{as_html(words.WELCOME_TEXT)}</p>"
    return f'<section class="welcome">{text}{body}</section>'


def _questions(questions: Iterable[str]) -> str:
    buttons = "".join(
        f'<li><button type="button" class="question" data-question="{escape(q)}">{escape(q)}</button></li>'
        for q in questions
    )
    return f'<ul class="questions">{buttons}</ul>'


def _exchange(turn: int, exchange: Exchange) -> str:
    heading = f'<h2 class="for-readers">{as_html(words.YOU_ASKED)}</h2>'
    question = escape(exchange.question)
    edit = f'<button type="button" class="tool" data-edit="{question}">{as_html(words.EDIT_QUESTION)}</button>'
    asked = f'<div class="asked">{heading}<p>{question}</p>{edit}</div>'
    reply = f'<div class="reply">{_reply(turn, exchange)}</div>'
    return f'<article class="turn" data-state="{exchange.state}">{asked}{reply}</article>'


def _reply(turn: int, exchange: Exchange) -> str:
    heading = f'<h2 class="for-readers">{as_html(words.ADVISOR_ANSWERED)}</h2>'
    if exchange.answer is not None:
        return heading + _answer(turn, exchange.answer) + _tools(turn, exchange)
    sentences = _sentences(turn, exchange.verdicts)
    again = (
        f'<p><button type="button" class="question" data-question="{escape(exchange.question)}">'
        f"{as_html(words.ASK_AGAIN)}</button></p>"
    )
    if exchange.state == "failed":
        return f'{heading}{sentences}<div class="failure" role="alert"><p>{escape(exchange.failure)}</p>{again}</div>'
    if exchange.state == "stopped":
        text = say(words.STOPPED_WITH_SENTENCES) if sentences else say(words.STOPPED)
        return f'{heading}{sentences}<p class="stage">{escape(text)}</p>{again}'
    stage = say(words.STAGES.get(exchange.stage, words.STARTING))
    return f'{heading}{sentences}<p class="stage working" role="status">{escape(stage)}</p>'


def _answer(turn: int, answer: Answer) -> str:
    refused = answer.status == "insufficient_evidence"
    parts = [
        _missing(answer),
        _sentences(turn, answer.verdicts),
        "".join(_disagreement(turn, point) for point in answer.disagreements),
        "".join(f'<p class="note"><b>{as_html(words.NOTES)}:</b> {escape(note)}</p>' for note in answer.notes),
        _withheld(answer.withheld),
        _rests_on(answer.citations),
    ]
    if answer.follow_ups:
        title = say(words.CAN_BE_ASKED) if refused else say(words.ASK_NEXT)
        parts.append(f'<section class="next"><h3>{escape(title)}</h3>{_questions(answer.follow_ups)}</section>')
    return "".join(parts)


def _tools(turn: int, exchange: Exchange) -> str:
    """Return the buttons below an answer: copy, and what one thinks of it."""
    thumbs = "".join(
        f'<button type="button" class="tool" data-thumb="{thumb}" data-turn="{turn}" aria-pressed="false">'
        f"{escape(name)}</button>"
        for thumb, name in (("up", say(words.THUMB_UP)), ("down", say(words.THUMB_DOWN)))
    )
    return (
        f'<p class="tools" data-why="{as_html(words.WHAT_WAS_WRONG)}">'
        f'<button type="button" class="tool" data-copy="{escape(exchange.text)}" data-copied="{as_html(words.COPIED)}">'
        f"{as_html(words.COPY)}</button>{thumbs}</p>"
    )


def _missing(answer: Answer) -> str:
    if answer.status == "insufficient_evidence":
        text = answer.missing or say(words.REFUSED_TEXT)
        return f'<div class="missing refused"><h3>{as_html(words.REFUSED)}</h3><p>{escape(text)}</p></div>'
    if not answer.missing:
        return ""
    rest = f"<h3>{as_html(words.PARTIAL_REST)}</h3>" if answer.verdicts else ""
    return f'<div class="missing"><h3>{as_html(words.PARTIAL)}</h3><p>{escape(answer.missing)}</p></div>{rest}'


def _sentences(turn: int, verdicts: Sequence[Verdict]) -> str:
    sections = []
    for role in Role:
        sentences = [_sentence(turn, at, verdict) for at, verdict in enumerate(verdicts) if verdict.claim.role is role]
        if not sentences:
            continue
        heading = ROLE_HEADINGS[role]
        if heading:
            items = "".join(f"<li>{sentence}</li>" for sentence in sentences)
            sections.append(f"<section><h3>{escape(heading)}</h3><ul>{items}</ul></section>")
        else:
            sections.append(f'<p class="direct">{" ".join(sentences)}</p>')
    return "".join(sections)


def _sentence(turn: int, position: int, verdict: Verdict) -> str:
    kind = _KIND_LABELS.get(verdict.claim.kind)
    label = f' <span class="claim-kind">{as_html(kind)}</span>' if kind else ""
    chips = "".join(_chip(turn, citation, position) for citation in verdict.citations)
    marks = f'<span class="marks">{chips}{render_verdict_mark(verdict.status)}</span>'
    return f'<span class="sentence">{escape(verdict.claim.text)}{label}&nbsp;{marks}</span>'


def _chip(turn: int, citation: Citation, position: int | None = None) -> str:
    at = "" if position is None else f' data-verdict="{position}"'
    title = escape(citation.source.title)
    return (
        f'<button type="button" class="chip" data-turn="{turn}" data-number="{citation.number}"{at} '
        f'title="{title}" aria-label="Citation {citation.number}: {title}">{citation.number}</button>'
    )


def _disagreement(turn: int, point: Disagreement) -> str:
    sides = []
    for side in point.sides:
        about = ", ".join(filter(None, (side.citation.source.title, source_date(side.citation.source))))
        sides.append(
            f'<div class="side"><h4>{escape(side.position)}</h4><blockquote>{escape(side.citation.quote)}</blockquote>'
            f'<p class="about">{escape(about)}&nbsp;{_chip(turn, side.citation)}</p></div>'
        )
    return (
        f'<section class="disagreement"><h3>{as_html(words.DISAGREE)} {escape(point.subject)}</h3>'
        f'<div class="sides">{"".join(sides)}</div></section>'
    )


def _withheld(verdicts: Sequence[Verdict]) -> str:
    if not verdicts:
        return ""
    count = len(verdicts)
    summary = f"{count} drafted {'sentence was' if count == 1 else 'sentences were'} withheld"
    items = []
    for verdict in verdicts:
        reasons = "".join(f"<li>{escape(reason)}</li>" for reason in verdict.reasons)
        items.append(
            f"<li><q>{escape(verdict.claim.text)}</q> {render_verdict_mark(verdict.status, spelled_out=True)}"
            f"{f'<ul>{reasons}</ul>' if reasons else ''}</li>"
        )
    return f'<details class="withheld"><summary>{escape(summary)}</summary><ul>{"".join(items)}</ul></details>'


def _rests_on(citations: Sequence[Citation]) -> str:
    """List the sources that are cited, each once, in the order of their first number."""
    sources = {citation.source.id: citation.source for citation in citations}
    if not sources:
        return ""
    titles = []
    for source in sources.values():
        about = ", ".join(filter(None, (source.author, source_date(source))))
        titles.append(f"<li><i>{escape(source.title)}</i>{f' ({escape(about)})' if about else ''}</li>")
    return f'<div class="rests-on"><h4>{as_html(words.RESTS_ON)}</h4><ul>{"".join(titles)}</ul></div>'
