"""The page, its wiring, and the server."""

# Gradio reads the annotations of event handlers at run time, and only inside the functions below is gradio imported:
# hence no `from __future__ import annotations` here.

import ipaddress
import json
import os
import socket
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.domain import Progress
from advisor.errors import AdvisorError, ConfigError
from advisor.ports import ProgressCallback
from advisor.settings import Settings

from . import evidence_pane, uploads, words
from .answering import answer, explain
from .conversation import Conversation
from .rendering import render_conversation

if TYPE_CHECKING:
    import gradio as gr

    from advisor.knowledge_base import KnowledgeBase
    from advisor.service import Advisor

DEFAULT_PORT = 7860
PORTS_TRIED = 100
EXAMPLES_SHOWN = 6
MAX_QUESTION = 4000
"""Characters that fit into the question field; the advisor has the same limit."""
AT_ONCE = 8
"""Questions that are worked on at the same time, over all tabs."""
TEMPORARY_SECONDS = 3600
"""Age at which gradio's temporary copies of uploaded files are deleted."""


def launch(
    settings: Settings,
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    open_browser: bool = False,
    as_json: bool = False,
    progress: ProgressCallback | None = None,
) -> None:
    """Open the knowledge base, serve the page, and block until interrupted.

    Args:
        settings: The settings.
        host: Address to listen on. Anything but a loopback address lets others on the network in.
        port: Port to listen on. Without one, it is 7860, or the next free one.
        open_browser: Whether to open the page in the default browser.
        as_json: Whether to print the address as JSON, for programs, instead of a sentence.
        progress: Is told about each step while the knowledge base is opened; without it, a line says that this is
            under way if there is anything to do.

    Raises:
        ConfigError: The port is taken, or the address isn't one of this machine.
        AdvisorError: The knowledge base can't be opened or the advisor can't be built.
    """
    from advisor.assembly import build_advisor, open_knowledge

    chosen = free_port(host, port)
    with open_knowledge(settings, progress=progress or _announce_once()) as kb:
        app = build_app(build_advisor(settings, kb), kb, settings)
        address = start(app, host=host, port=chosen, open_browser=open_browser)
        ready = f"Strategy Advisor is ready. Open {address} in your browser; stop it with Ctrl+C."
        print(json.dumps({"address": address}) if as_json else ready, flush=True)
        app.block_thread()


def free_port(host: str, port: int | None) -> int:
    """Return the port to listen on.

    Args:
        host: Address to listen on.
        port: The user's choice, which is taken or refused; without one, the first free port from 7860 on.

    Raises:
        ConfigError: The port is taken, no port is free, or the address isn't one of this machine.
    """
    tried = range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TRIED) if port is None else [port]
    for candidate in tried:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            if os.name == "posix":  # a port that was in use a moment ago counts as free, as it does for the server
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
            except PermissionError as error:
                raise ConfigError(f"Port {candidate} may not be used by you. Choose one above 1023.") from error
            except socket.gaierror as error:
                raise ConfigError(f"{host} is no address of this machine. Try --host 127.0.0.1.") from error
            except OverflowError as error:
                raise ConfigError(f"{candidate} is no port. Choose one between 1024 and 65535.") from error
            except OSError:
                continue
            return candidate
    if port is None:
        raise ConfigError(f"No port from {DEFAULT_PORT} on is free on {host}. Choose one with --port.")
    raise ConfigError(
        f"Port {port} on {host} is taken, perhaps by an advisor that already runs. Open that one, stop it, or choose "
        "another with --port."
    )


def start(app: "gr.Blocks", *, host: str, port: int, open_browser: bool = False) -> str:
    """Serve the page in the background and return its address; ``app.close()`` ends it.

    Everything that could talk to other hosts is off: sharing, analytics, fonts from elsewhere, the run history.

    Args:
        app: The page.
        host: Address to listen on.
        port: Port to listen on.
        open_browser: Whether to open the page in the default browser.
    """
    import gradio as gr
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    from .page_rules import PageRules

    middleware = [Middleware(PageRules)]
    if _is_loopback_name(host):
        # Keeps web sites from reaching the page through a name of theirs that points to this machine.
        middleware.insert(0, Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", host]))
    app.queue(default_concurrency_limit=AT_ONCE, api_open=False)
    _, address, _ = app.launch(
        server_name=host,
        server_port=port,
        inbrowser=open_browser,
        inline=False,
        share=False,
        quiet=True,
        prevent_thread_lock=True,
        show_error=False,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        ssr_mode=False,
        theme=gr.themes.Base(
            primary_hue="blue",
            neutral_hue="slate",
            font=["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"],
            font_mono=["ui-monospace", "Menlo", "Consolas", "monospace"],
        ),
        css=_asset("style.css"),
        favicon_path=Path(str(files("advisor.ui").joinpath("assets/favicon.svg"))),
        app_kwargs={"middleware": middleware},
    )
    return address.rstrip("/")


def build_app(advisor: "Advisor", kb: "KnowledgeBase", settings: Settings) -> "gr.Blocks":
    """Build the page.

    Args:
        advisor: Answers the questions.
        kb: Where the sources are.
        settings: ``data_dir`` says where uploaded documents are kept.
    """
    import gradio as gr
    from gradio.events import api

    folder = settings.data_dir / "uploads"

    def conversation_html(conversation: Conversation) -> str:
        return render_conversation(conversation, advisor.examples(EXAMPLES_SHOWN) if kb.sources() else ())

    def on_load() -> tuple[str, str]:
        return conversation_html(Conversation()), uploads.render_sources(kb.sources())

    def on_question(
        conversation: Conversation, typed: str, event: gr.EventData
    ) -> Iterator[tuple[Conversation, str, Any, Any, Any]]:
        pressed = _data(event).get("question")
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

    def on_citation(conversation: Conversation, event: gr.EventData) -> tuple[str, Any]:
        turn, number, position = (_number(_data(event).get(key)) for key in ("turn", "number", "verdict"))
        citation = conversation.citation(turn, number)
        if citation is None:
            shown = evidence_pane.render_unknown()
        else:
            shown = evidence_pane.render_citation(kb, citation, conversation.verdict(turn, position))
        return shown, gr.Tabs(selected="evidence")

    def on_source(event: gr.EventData) -> tuple[str, Any]:
        try:
            shown = evidence_pane.render_source(kb, str(_data(event).get("source", "")))
        except AdvisorError as error:
            shown = evidence_pane.render_message(explain(error))
        return shown, gr.Tabs(selected="evidence")

    def on_remove(event: gr.EventData) -> tuple[str, str]:
        try:
            title = uploads.forget(kb, folder, str(_data(event).get("source", "")))
            said = f"{words.REMOVED}: {title}"
        except Exception as error:
            said = explain(error)
        return uploads.render_message(said), uploads.render_sources(kb.sources())

    def on_upload(paths: list[str] | None) -> Iterator[tuple[Any, str, str]]:
        if not paths:
            yield gr.skip(), gr.skip(), gr.skip()
            return
        outcome = ""
        try:
            for step in uploads.take_in(kb, folder, [Path(path) for path in paths]):
                if isinstance(step, Progress):
                    yield gr.skip(), uploads.render_progress(step), gr.skip()
                else:
                    outcome = uploads.render_outcomes(step)
        except Exception as error:
            outcome = uploads.render_message(f"{words.UPLOAD_NOTHING} {explain(error)}")
        yield None, outcome, uploads.render_sources(kb.sources())

    def ask(question: str) -> dict[str, Any]:
        """Answer a question; the result has the fields of ``advisor.Answer`` and its rendered ``text``."""
        try:
            result = advisor.ask(question)
        except Exception as error:
            raise gr.Error(explain(error)) from error
        return {**result.model_dump(mode="json"), "text": result.text}

    with gr.Blocks(
        title=words.TITLE,
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(TEMPORARY_SECONDS, TEMPORARY_SECONDS),
    ) as app:
        state = gr.State(Conversation())
        with gr.Row(elem_id="masthead"):
            gr.HTML(f"<h1>{words.TITLE}</h1><p>{words.SUBTITLE}</p>", apply_default_css=False, js_on_load=None)
            clear_button = gr.Button(words.CLEAR, elem_id="clear", scale=0, min_width=160, size="sm")
        with gr.Row(elem_id="desk"):
            with gr.Column(scale=7, min_width=320, elem_id="chat-side"):
                conversation = gr.HTML(
                    conversation_html(Conversation()),
                    elem_id="conversation",
                    apply_default_css=False,
                    js_on_load=_asset("conversation.js"),
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
            with gr.Column(scale=5, min_width=320, elem_id="evidence-side"), gr.Tabs(selected="evidence") as tabs:
                with gr.Tab(words.EVIDENCE_TAB, id="evidence"):
                    evidence = gr.HTML(
                        evidence_pane.render_empty(),
                        elem_id="evidence",
                        apply_default_css=False,
                        js_on_load=_asset("evidence.js"),
                    )
                with gr.Tab(words.DOCUMENTS_TAB, id="documents", render_children=True):
                    gr.HTML(
                        f"<h3>{words.UPLOAD_HEADING}</h3><p>{words.UPLOAD_HELP}</p>",
                        elem_id="upload-help",
                        apply_default_css=False,
                        js_on_load=None,
                    )
                    dropped = gr.File(
                        label=words.UPLOAD_HEADING,
                        show_label=False,
                        file_count="multiple",
                        elem_id="upload",
                        height=120,
                    )
                    progress = gr.HTML("", elem_id="upload-report", apply_default_css=False, js_on_load=None)
                    sources = gr.HTML(
                        uploads.render_sources(kb.sources()),
                        elem_id="sources",
                        apply_default_css=False,
                        js_on_load=_asset("sources.js"),
                    )

        app.load(on_load, outputs=[conversation, sources], api_visibility="private", show_progress="hidden")
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
        clear_button.click(
            on_clear,
            outputs=[state, conversation, evidence, ask_button, stop_button],
            cancels=[asking],
            api_visibility="private",
            show_progress="hidden",
        )
        conversation.select(
            on_citation,
            inputs=[state],
            outputs=[evidence, tabs],
            api_visibility="private",
            show_progress="hidden",
            trigger_mode="multiple",
        )
        sources.select(on_source, outputs=[evidence, tabs], api_visibility="private", show_progress="hidden")
        sources.delete(on_remove, outputs=[progress, sources], api_visibility="private", show_progress="hidden")
        dropped.upload(
            on_upload,
            inputs=[dropped],
            outputs=[dropped, progress, sources],
            concurrency_limit=1,  # one process at a time may write to the index
            api_visibility="private",
            show_progress="hidden",
        )
        api(ask, api_name="ask")
    page: gr.Blocks = app  # what the context manager gives has no type
    return page


def _announce_once() -> ProgressCallback:
    """Return a callback that says at the first step that there is something to wait for."""
    announced = False

    def announce(_: Progress) -> None:
        nonlocal announced
        if not announced:
            print("Indexing the documents; the first time takes about half a minute …", file=sys.stderr, flush=True)
        announced = True

    return announce


def _asset(name: str) -> str:
    return files("advisor.ui").joinpath("assets", name).read_text(encoding="utf-8")


def _data(event: "gr.EventData | None") -> dict[str, Any]:
    """Return what the browser sent with an event; presses of gradio's own buttons send nothing."""
    data = getattr(event, "_data", None)
    return data if isinstance(data, dict) else {}


def _number(value: object) -> int:
    """Return a number that the browser sent; -1, which refers to nothing, if it is none."""
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 10 else -1


def _is_loopback_name(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).version == 4 and ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
