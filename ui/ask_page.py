"""The place “Ask”: the conversation, and the field for the next question."""

# Gradio reads the annotations of event handlers at run time, and only inside the functions below is gradio imported:
# hence no `from __future__ import annotations` here.

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from . import evidence_pane, words
from .answering import answer, explain
from .browser import asset, number, sent
from .conversation import Conversation
from .rendering import render_conversation

if TYPE_CHECKING:
    import gradio as gr

    from advisor.knowledge_base import KnowledgeBase
    from advisor.service import Advisor

EXAMPLES_SHOWN = 6
MAX_QUESTION = 4000
"""Characters that fit into the question field; the advisor has the same limit."""


def build(app: "gr.Blocks", advisor: "Advisor", kb: "KnowledgeBase", evidence: "gr.HTML", clear: "gr.Button") -> None:
    """Add the components of the place to the page, and wire them.

    Args:
        app: The page.
        advisor: Answers the questions.
        kb: Where the sources are.
        evidence: The evidence pane.
        clear: The button that begins a new conversation.
    """
    import gradio as gr
    from gradio.events import api

    def conversation_html(conversation: Conversation) -> str:
        return render_conversation(conversation, advisor.examples(EXAMPLES_SHOWN) if kb.sources() else ())

    def on_question(
        conversation: Conversation, typed: str, event: gr.EventData
    ) -> Iterator[tuple[Conversation, str, Any, Any, Any]]:
        pressed = sent(event).get("question")
        question = (pressed if isinstance(pressed, str) else typed or "").strip()
        if not question:
            yield conversation, gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        # A question that was pressed leaves alone what is being typed.
        field = gr.skip() if isinstance(pressed, str) else gr.Textbox(value="")
        ask, stop = gr.Button(visible=False), gr.Button(visible=True)
        for state in answer(advisor, conversation, question):
            if not state.running:
                ask, stop = gr.Button(visible=True), gr.Button(visible=False)
            yield state, conversation_html(state), field, ask, stop
            field, ask, stop = gr.skip(), gr.skip(), gr.skip()

    def on_stop(conversation: Conversation) -> tuple[Conversation, str, Any, Any]:
        stopped = conversation.stopped()
        return stopped, conversation_html(stopped), gr.Button(visible=True), gr.Button(visible=False)

    def on_clear() -> tuple[Conversation, str, str, Any, Any]:
        empty = Conversation()
        buttons = gr.Button(visible=True), gr.Button(visible=False)
        return empty, conversation_html(empty), evidence_pane.render_empty(), *buttons

    def on_citation(conversation: Conversation, event: gr.EventData) -> str:
        turn, cited, position = (number(sent(event).get(key)) for key in ("turn", "number", "verdict"))
        citation = conversation.citation(turn, cited)
        if citation is None:
            return evidence_pane.render_unknown()
        return evidence_pane.render_citation(kb, citation, conversation.verdict(turn, position))

    def ask(question: str) -> dict[str, Any]:
        """Answer a question; the result has the fields of ``advisor.Answer`` and its rendered ``text``."""
        try:
            result = advisor.ask(question)
        except Exception as error:
            raise gr.Error(explain(error)) from error
        return {**result.model_dump(mode="json"), "text": result.text}

    state = gr.State(Conversation())
    conversation = gr.HTML(
        conversation_html(Conversation()),
        elem_id="conversation",
        apply_default_css=False,
        js_on_load=asset("conversation.js"),
    )
    with gr.Row(elem_id="composer"):
        typed = gr.Textbox(
            label=words.QUESTION_LABEL,
            show_label=False,
            placeholder=words.QUESTION_PLACEHOLDER,
            elem_id="question",
            lines=1,
            max_lines=6,
            max_length=MAX_QUESTION,
            autofocus=True,
            scale=1,
            min_width=160,
            html_attributes=gr.InputHTMLAttributes(autocomplete="off", enterkeyhint="send"),
        )
        ask_button = gr.Button(words.ASK, variant="primary", elem_id="ask", scale=0, min_width=80)
        stop_button = gr.Button(words.STOP, visible=False, elem_id="stop", scale=0, min_width=80)

    app.load(
        lambda: conversation_html(Conversation()),
        outputs=[conversation],
        api_visibility="private",
        show_progress="hidden",
    )
    asking = gr.on(
        [ask_button.click, typed.submit, conversation.submit],
        on_question,
        inputs=[state, typed],
        outputs=[state, conversation, typed, ask_button, stop_button],
        api_visibility="private",
        show_progress="hidden",
    )
    stop_button.click(
        on_stop,
        inputs=[state],
        outputs=[state, conversation, ask_button, stop_button],
        cancels=[asking],
        api_visibility="private",
        show_progress="hidden",
    )
    clear.click(
        on_clear,
        outputs=[state, conversation, evidence, ask_button, stop_button],
        cancels=[asking],
        api_visibility="private",
        show_progress="hidden",
    )
    conversation.select(
        on_citation,
        inputs=[state],
        outputs=[evidence],
        api_visibility="private",
        show_progress="hidden",
        trigger_mode="multiple",
    )
    api(ask, api_name="ask")
