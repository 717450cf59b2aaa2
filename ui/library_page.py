"""The place “Library”: the documents that the answers rest on, and the user's own among them."""

# Gradio reads the annotations of event handlers at run time, and only inside the functions below is gradio imported:
# hence no `from __future__ import annotations` here.

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.domain import Progress
from advisor.errors import AdvisorError

from . import evidence_pane, uploads, words
from .answering import explain
from .browser import asset, sent
from .language import Rendered, label, say
from .rendering import render_head
from .shelf import Shelf
from .visitors import user_of, working_for

if TYPE_CHECKING:
    import gradio as gr

    from advisor.knowledge_base import KnowledgeBase


def build(app: "gr.Blocks", kb: "KnowledgeBase", shelf: Shelf, unused: "gr.State", evidence: "gr.HTML") -> Rendered:
    """Add the components of the place to the page, wire them, and return those that know no language yet.

    Args:
        app: The page.
        kb: Where the sources are.
        shelf: Which of them a user sees, and where their own are kept.
        unused: Ids of the sources that the user leaves out for now.
        evidence: The evidence pane.
    """
    import gradio as gr

    def listed(left_out: tuple[str, ...], request: gr.Request) -> str:
        return uploads.render_library(kb, shelf.sources(user_of(request)), left_out)

    def on_use(left_out: tuple[str, ...], event: gr.EventData, request: gr.Request) -> tuple[tuple[str, ...], str]:
        source = str(sent(event).get("source", ""))
        left_out = tuple(set(left_out) ^ {source})
        return left_out, listed(left_out, request)

    def on_source(event: gr.EventData, request: gr.Request) -> str:
        try:
            source = shelf.source(user_of(request), str(sent(event).get("source", "")))
            return evidence_pane.render_source(kb, source.id)
        except AdvisorError as error:
            return evidence_pane.render_message(explain(error))

    def on_remove(left_out: tuple[str, ...], event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        user = user_of(request)
        try:
            source = shelf.source(user, str(sent(event).get("source", "")))
            title = uploads.forget(kb, shelf.folder(user), source.id)
            said = f"{say(words.REMOVED)}: {title}"
        except Exception as error:
            said = explain(error)
        return uploads.render_message(said), listed(left_out, request)

    def on_upload(
        paths: list[str] | None, left_out: tuple[str, ...], request: gr.Request
    ) -> Iterator[tuple[Any, str, str]]:
        if not paths:
            yield gr.skip(), gr.skip(), gr.skip()
            return
        user, outcome = working_for(request), ""
        try:
            for step in uploads.take_in(kb, shelf.folder(user), [Path(path) for path in paths]):
                if isinstance(step, Progress):
                    yield gr.skip(), uploads.render_progress(step), gr.skip()
                else:
                    outcome = uploads.render_outcomes(step)
        except Exception as error:
            outcome = uploads.render_message(f"{say(words.UPLOAD_NOTHING)} {explain(error)}")
        yield None, outcome, listed(left_out, request)

    head = gr.HTML(
        render_head(words.UPLOAD_HEADING, words.UPLOAD_HELP),
        elem_classes="place-head",
        apply_default_css=False,
        js_on_load=None,
    )
    dropped = gr.File(
        label=label(words.UPLOAD_HEADING), show_label=False, file_count="multiple", elem_id="upload", height=120
    )
    progress = gr.HTML("", elem_id="upload-report", apply_default_css=False, js_on_load=None)
    sources = gr.HTML(
        uploads.render_library(kb, shelf.sources("")),
        elem_id="sources",
        apply_default_css=False,
        js_on_load=asset("sources.js"),
    )

    app.load(listed, inputs=[unused], outputs=[sources], api_visibility="private", show_progress="hidden")
    sources.select(on_source, outputs=[evidence], api_visibility="private", show_progress="hidden")
    sources.apply(on_use, inputs=[unused], outputs=[unused, sources], api_visibility="private", show_progress="hidden")
    sources.delete(
        on_remove, inputs=[unused], outputs=[progress, sources], api_visibility="private", show_progress="hidden"
    )
    dropped.upload(
        on_upload,
        inputs=[dropped, unused],
        outputs=[dropped, progress, sources],
        concurrency_limit=1,  # one process at a time may write to the index
        api_visibility="private",
        show_progress="hidden",
    )
    return {head: lambda: render_head(words.UPLOAD_HEADING, words.UPLOAD_HELP)}
