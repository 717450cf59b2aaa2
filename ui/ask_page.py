"""The place “Ask”: the conversation, and the field for the next question."""

# Gradio reads the annotations of event handlers at run time, and only inside the functions below is gradio imported:
# hence no `from __future__ import annotations` here.

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from . import evidence_pane, words
from .answering import answer, explain
from .browser import asset, number, sent
from .conversation import Conversation
from .earlier import Saved
from .earlier import build as earlier_of
from .language import Rendered, label
from .memory import Memory, new_id
from .rendering import render_conversation, render_turns, render_welcome
from .shelf import Shelf
from .visitors import user_of, working_for

if TYPE_CHECKING:
    import gradio as gr

    from advisor.knowledge_base import KnowledgeBase
    from advisor.service import Advisor

EXAMPLES_SHOWN = 6
MAX_QUESTION = 4000
"""Characters that fit into the question field; the advisor has the same limit."""


def build(
    app: "gr.Blocks",
    advisor: "Advisor",
    kb: "KnowledgeBase",
    shelf: Shelf,
    memory: Memory,
    unused: "gr.State",
    evidence: "gr.HTML",
    clear: "gr.Button",
    at_once: int,
) -> Rendered:
    """Add the components of the place to the page, wire them, and return those that know no language yet.

    Args:
        app: The page.
        advisor: Answers the questions.
        kb: Where the sources are.
        shelf: Which of them a user sees.
        memory: What is kept of the conversations.
        unused: Ids of the sources that the user leaves out for now.
        evidence: The evidence pane.
        clear: The button that begins a new conversation.
        at_once: Questions that are answered at the same time; others wait in line.
    """
    import gradio as gr
    from gradio.events import api

    def conversation_html(conversation: Conversation) -> str:
        if conversation.exchanges:
            return render_conversation(conversation)
        return render_welcome(advisor.examples(EXAMPLES_SHOWN) if kb.sources() else ())

    def on_question(
        conversation: Conversation,
        id_: str,
        left_out: tuple[str, ...],
        typed: str,
        event: gr.EventData,
        request: gr.Request,
    ) -> Iterator[tuple[Any, ...]]:
        pressed = sent(event).get("question")
        question = (pressed if isinstance(pressed, str) else typed or "").strip()
        if not question:
            yield conversation, *(gr.skip(),) * 4
            return
        user, id_ = working_for(request), id_ or new_id()
        # A question that was pressed leaves alone what is being typed.
        field = gr.skip() if isinstance(pressed, str) else gr.Textbox(value="")
        state, settled = conversation, render_turns(conversation.stopped())
        for state in answer(advisor, conversation, question, shelf.scope(user, left_out)):
            yield state, id_, render_conversation(state, settled), field, gr.skip()
            field = gr.skip()
        memory.keep_conversation(user, id_, state)
        yield *(gr.skip(),) * 4, earlier.refreshed(user, id_)

    def on_stop(conversation: Conversation, id_: str, request: gr.Request) -> tuple[Any, ...]:
        stopped, user = conversation.stopped(), user_of(request)
        memory.keep_conversation(user, id_, stopped)
        return stopped, conversation_html(stopped), earlier.refreshed(user, id_)

    def shown(conversation: Conversation, id_: str) -> tuple[Any, ...]:
        return conversation, id_, conversation_html(conversation), evidence_pane.render_empty()

    def on_clear(request: gr.Request) -> tuple[Any, ...]:
        return *shown(Conversation(), ""), earlier.refreshed(user_of(request))

    def on_open(chosen: str | None, request: gr.Request) -> tuple[Any, ...]:
        kept = memory.conversation(user_of(request), chosen) if chosen else None
        return shown(kept, chosen or "") if kept is not None else shown(Conversation(), "")

    def on_opinion(conversation: Conversation, id_: str, event: gr.EventData, request: gr.Request) -> None:
        data, turn = sent(event), number(sent(event).get("turn"))
        given = conversation.exchanges[turn].answer if 0 <= turn < len(conversation.exchanges) else None
        thumb = data.get("thumb")
        if given is not None and (thumb == "up" or thumb == "down"):
            memory.think(user_of(request), id_, turn, thumb, str(data.get("reason", "")), given)

    def as_markdown(user: str, id_: str) -> str:
        kept = memory.conversation(user, id_)
        return kept.markdown if kept is not None else ""

    def on_citation(conversation: Conversation, event: gr.EventData) -> str:
        turn, cited, position = (number(sent(event).get(key)) for key in ("turn", "number", "verdict"))
        citation = conversation.citation(turn, cited)
        if citation is None:
            return evidence_pane.render_unknown()
        return evidence_pane.render_citation(kb, citation, conversation.verdict(turn, position))

    def ask(question: str, request: gr.Request) -> dict[str, Any]:
        """Answer a question; the result has the fields of ``advisor.Answer`` and its rendered ``text``."""
        user = working_for(request)
        try:
            result = advisor.ask(question, sources=shelf.scope(user))
        except Exception as error:
            raise gr.Error(explain(error)) from error
        return {**result.model_dump(mode="json"), "text": result.text}

    state, open_id = gr.State(Conversation()), gr.State("")
    files = (
        Saved("conversations", words.EXPORT, "conversation.md", as_markdown),
        Saved("cases", words.EXPORT_CASES, "cases.yaml", lambda user, _: memory.opinions_as_cases(user)),
    )
    earlier = earlier_of(app, memory, "conversations", label(words.EARLIER), files)
    conversation = gr.HTML(
        conversation_html(Conversation()),
        elem_id="conversation",
        apply_default_css=False,
        js_on_load=asset("conversation.js"),
    )
    with gr.Row(elem_id="composer"):
        typed = gr.Textbox(
            label=label(words.QUESTION_LABEL),
            show_label=False,
            placeholder=label(words.QUESTION_PLACEHOLDER),
            elem_id="question",
            lines=1,
            max_lines=6,
            max_length=MAX_QUESTION,
            scale=1,
            min_width=160,
            html_attributes=gr.InputHTMLAttributes(autocomplete="off", enterkeyhint="send"),
        )
        ask_button = gr.Button(label(words.ASK), variant="primary", elem_id="ask", scale=0, min_width=80)
        # The style sheet shows one of the two, by whether the conversation is busy.
        stop_button = gr.Button(label(words.STOP), elem_id="stop", scale=0, min_width=80)

    answers: dict[str, Any] = {"concurrency_limit": at_once, "concurrency_id": "answers"}
    asking = gr.on(
        [ask_button.click, typed.submit, conversation.submit],
        on_question,
        inputs=[state, open_id, unused, typed],
        outputs=[state, open_id, conversation, typed, earlier.listed],
        api_visibility="private",
        show_progress="hidden",
        **answers,
    )
    stop_button.click(
        on_stop,
        inputs=[state, open_id],
        outputs=[state, conversation, earlier.listed],
        cancels=[asking],
        api_visibility="private",
        show_progress="hidden",
    )
    clear.click(
        on_clear,
        outputs=[state, open_id, conversation, evidence, earlier.listed],
        cancels=[asking],
        api_visibility="private",
        show_progress="hidden",
    )
    earlier.listed.input(
        on_open,
        inputs=[earlier.listed],
        outputs=[state, open_id, conversation, evidence],
        cancels=[asking],
        api_visibility="private",
        show_progress="hidden",
    )
    conversation.like(
        on_opinion, inputs=[state, open_id], api_visibility="private", show_progress="hidden", trigger_mode="multiple"
    )
    conversation.select(
        on_citation,
        inputs=[state],
        outputs=[evidence],
        api_visibility="private",
        show_progress="hidden",
        trigger_mode="multiple",
    )
    api(ask, api_name="ask", **answers)
    return {conversation: lambda: conversation_html(Conversation())}
