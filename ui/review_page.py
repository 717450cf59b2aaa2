"""The place “Review”: a text of the user's own goes in, what is wrong and what is good comes out beside it."""

# Gradio reads the annotations of event handlers at run time, and only inside the functions below is gradio imported:
# hence no `from __future__ import annotations` here.

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

from advisor.errors import AdvisorError
from advisor.ingest.loading import SUFFIXES, load_document
from advisor.planning.plan import Plan
from advisor.planning.reviewing import Review, TextKind
from advisor.planning.saving import read_plan

from . import evidence_pane, words
from .answering import explain
from .browser import asset, sent
from .language import Rendered, label, say
from .rendering import render_head
from .review_rendering import citation_of, render_failure, render_review
from .visitors import working_for

if TYPE_CHECKING:
    import gradio as gr

    from advisor.knowledge_base import KnowledgeBase
    from advisor.service import Advisor

PLAN_SUFFIXES = (".yaml", ".yml", ".json")
MAX_BYTES = 25_000_000
"""Largest file that is read, in bytes."""


def build(advisor: "Advisor", kb: "KnowledgeBase", evidence: "gr.HTML") -> Rendered:
    """Add the components of the place to the page, wire them, and return those that know no language yet.

    Args:
        advisor: Reviews.
        kb: Where the sources are.
        evidence: The evidence pane.
    """
    import gradio as gr
    from gradio.events import api

    def on_review(text: str, path: str | None, kind: str, request: gr.Request) -> tuple[Review | None, str]:
        working_for(request)
        try:
            given = _given(text, path)
            review = advisor.review(given, None if kind == words.KIND_OPEN else cast("TextKind", kind))
        except Exception as error:
            return None, render_failure(explain(error))
        return review, render_review(review)

    def on_source(review: Review | None, event: gr.EventData) -> str:
        code = str(sent(event).get("rule", ""))
        citation = citation_of(review, code) if review is not None else None
        if citation is None:
            return evidence_pane.render_unknown()
        return evidence_pane.render_citation(kb, citation, None, back=words.BACK_TO_REVIEW)

    def review(text: str, request: gr.Request, kind: str | None = None) -> dict[str, Any]:
        """Review a post, a calendar or a plan; the result has the fields of ``advisor.Review``."""
        working_for(request)
        try:
            if kind is not None and kind not in get_args(TextKind):
                raise AdvisorError(f"There is no kind {kind!r}. Choose one of {', '.join(get_args(TextKind))}.")
            return advisor.review(text, cast("TextKind | None", kind)).model_dump(mode="json")
        except Exception as error:
            raise gr.Error(explain(error)) from error

    reviewed = gr.State()
    head = gr.HTML(
        render_head(words.REVIEW_HEADING, words.REVIEW_HELP),
        elem_classes="place-head",
        apply_default_css=False,
        js_on_load=None,
    )
    text = gr.Textbox(
        label=label(words.REVIEW_LABEL),
        placeholder=label(words.REVIEW_PLACEHOLDER),
        lines=6,
        max_lines=16,
        elem_id="review-text",
    )
    with gr.Row(elem_id="review-row"):
        kind = gr.Radio(
            choices=kinds(),
            value=words.KIND_OPEN,
            label=label(words.REVIEW_KIND),
            elem_id="review-kind",
            scale=3,
        )
        dropped = gr.File(
            label=label(words.REVIEW_FILE),
            file_types=[*SUFFIXES, *PLAN_SUFFIXES],
            height=140,
            elem_id="review-file",
            scale=2,
        )
    button = gr.Button(label(words.REVIEW), variant="primary", elem_id="review-button")
    found = gr.HTML("", elem_id="review-found", apply_default_css=False, js_on_load=asset("review.js"))

    gr.on(
        [button.click, dropped.upload],
        on_review,
        inputs=[text, dropped, kind],
        outputs=[reviewed, found],
        api_visibility="private",
        show_progress="hidden",
    )
    found.select(on_source, inputs=[reviewed], outputs=[evidence], api_visibility="private", show_progress="hidden")
    api(review, api_name="review")
    return {
        head: lambda: render_head(words.REVIEW_HEADING, words.REVIEW_HELP),
        kind: lambda: gr.Radio(choices=kinds()),
    }


def kinds() -> list[tuple[str, str]]:
    """Return the kinds of text: what they are called, and by which name they are known."""
    found_out = (say(words.KIND_OPEN_LABEL), words.KIND_OPEN)
    return [found_out, *((say(words.TEXT_KINDS[kind]), kind) for kind in get_args(TextKind))]


def _given(text: str, path: str | None) -> str | Plan:
    """Return what is to be reviewed: a file if there is one, else the text."""
    if path is None:
        return text
    file = Path(path)
    if file.suffix.lower() in PLAN_SUFFIXES:
        return read_plan(file)
    return load_document(file, max_bytes=MAX_BYTES).text
