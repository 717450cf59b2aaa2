"""The page, its wiring, and the server."""

# Gradio reads the annotations of event handlers at run time, and only inside the functions below is gradio imported:
# hence no `from __future__ import annotations` here.

import ipaddress
import json
import os
import socket
import sys
from contextlib import redirect_stdout
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from threadpoolctl import threadpool_limits

from advisor.domain import Progress
from advisor.errors import ConfigError
from advisor.ports import ProgressCallback
from advisor.settings import Settings

from . import ask_page, evidence_pane, library_page, plan_page, review_page, words
from .browser import asset
from .language import label, on_load, say, translations
from .memory import Memory
from .shelf import Shelf
from .users import Users, checked_name, read_users

if TYPE_CHECKING:
    import gradio as gr
    from starlette.requests import Request

    from advisor.knowledge_base import KnowledgeBase
    from advisor.service import Advisor

DEFAULT_PORT = 7860
PORTS_TRIED = 100
AT_ONCE = 8
"""Requests of a kind, such as questions, that are worked on at the same time, over all tabs; others wait in line."""
MCP_PATH = "/gradio_api/mcp/"
"""Where the MCP server is, below the page's address (streamable HTTP)."""
MAX_UPLOAD = 100_000_000
"""Bytes of a file that the page takes in; the settings may allow less."""
TEMPORARY_SECONDS = 3600
"""Age at which gradio's temporary copies of uploaded files are deleted."""


def launch(
    settings: Settings,
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    open_browser: bool = False,
    as_json: bool = False,
    mcp: bool = False,
    auth: Path | None = None,
    auth_header: str | None = None,
    progress: ProgressCallback | None = None,
) -> None:
    """Open the knowledge base, serve the page, and block until interrupted.

    Args:
        settings: The settings.
        host: Address to listen on. Anything but a loopback address lets others on the network in.
        port: Port to listen on. Without one, it is 7860, or the next free one.
        open_browser: Whether to open the page in the default browser.
        as_json: Whether to print the address as JSON, for programs, instead of a sentence.
        mcp: Whether to serve ask, plan and review as MCP tools, too.
        auth: File of the users who may sign in (``users.read_users``).
        auth_header: Header in which a reverse proxy says who is signed in. Nobody else may reach the port then.
        progress: Is told about each step while the knowledge base is opened; without it, a line says that this is
            under way if there is anything to do.

    Raises:
        ConfigError: The port is taken, the address isn't one of this machine, what MCP needs isn't installed, the file
            of users can't be used, or others on the network would get in without signing in.
        AdvisorError: The knowledge base can't be opened or the advisor can't be built.
    """
    from advisor.assembly import build_advisor, open_knowledge

    if mcp and find_spec("mcp") is None:
        raise ConfigError("Serving MCP needs a further package. Install it: pip install 'strategy-advisor[mcp]'")
    if auth is None and auth_header is None and not _is_loopback(host):
        raise ConfigError(
            f"On {host}, others on the network get in, so they have to sign in: add --auth users.toml. "
            "Without it, the app listens on 127.0.0.1 alone."
        )
    doors = Doors(users=read_users(auth) if auth is not None else None, header=auth_header)
    chosen = free_port(host, port)
    with open_knowledge(settings, progress=progress or _announce_once()) as kb:
        _share_processor()
        app = build_app(build_advisor(settings, kb), kb, settings)
        address = start(app, host=host, port=chosen, open_browser=open_browser, mcp=mcp, doors=doors)
        tools = f"{address}{MCP_PATH}"
        if doors == Doors():
            print(words.NO_SIGN_IN, file=sys.stderr, flush=True)
        ready = f"Strategy Advisor is ready. Open {address} in your browser; stop it with Ctrl+C."
        if mcp:
            ready += f" As MCP tools: {tools}"
        print(json.dumps({"address": address, **({"mcp": tools} if mcp else {})}) if as_json else ready, flush=True)
        app.block_thread()


def _share_processor() -> None:
    """Let each question use one core for its matrices.

    They are too small to gain from several threads, which would be taken from the questions of other people.
    """
    threadpool_limits(1, user_api="blas")


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


class Doors(NamedTuple):
    """How people get in.

    Attributes:
        users: Those who may sign in; ``None`` without a sign-in page.
        header: Header in which a reverse proxy says who is signed in.
    """

    users: Users | None = None
    header: str | None = None

    def vouched(self, request: "Request") -> str | None:
        """Return whom the reverse proxy vouches for; ``None`` if for nobody."""
        try:
            return checked_name(request.headers.get(self.header or "", "").lower())
        except ConfigError:
            return None


def start(
    app: "gr.Blocks",
    *,
    host: str,
    port: int,
    open_browser: bool = False,
    mcp: bool = False,
    doors: Doors | None = None,
) -> str:
    """Serve the page in the background and return its address; ``app.close()`` ends it.

    Everything that could talk to other hosts is off: sharing, analytics, fonts from elsewhere, the run history.

    Args:
        app: The page.
        host: Address to listen on.
        port: Port to listen on.
        open_browser: Whether to open the page in the default browser.
        mcp: Whether to serve the named endpoints as MCP tools, too, under ``MCP_PATH``.
        doors: How people get in; without them everybody who reaches the port does.
    """
    import gradio as gr
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    from .page_rules import PageRules

    middleware = [Middleware(PageRules)]
    if _is_loopback_name(host):
        # Keeps web sites from reaching the page through a name of theirs that points to this machine.
        middleware.insert(0, Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", host]))
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(sys.maxsize)  # else statistics are computed for each event
    app.queue(default_concurrency_limit=AT_ONCE, api_open=False)
    with redirect_stdout(sys.stderr):  # what gradio says of its own accord is no output
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
            mcp_server=mcp,
            auth=doors.users.check if doors is not None and doors.users is not None else None,
            auth_message=words.SIGN_IN,
            i18n=translations(),
            auth_dependency=doors.vouched if doors is not None and doors.header is not None else None,
            max_file_size=MAX_UPLOAD,
            ssr_mode=False,
            theme=gr.themes.Base(
                primary_hue="blue",
                neutral_hue="slate",
                font=["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"],
                font_mono=["ui-monospace", "Menlo", "Consolas", "monospace"],
            ),
            css=asset("style.css"),
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

    with gr.Blocks(
        title=words.TITLE,
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(TEMPORARY_SECONDS, TEMPORARY_SECONDS),
    ) as app:
        shelf = Shelf(kb, settings.data_dir / "uploads")
        memory = Memory(settings.data_dir / "memory.sqlite")
        unused = gr.State(())
        with gr.Row(elem_id="masthead"):
            head = gr.HTML(masthead(), apply_default_css=False, js_on_load=None)
            clear = gr.Button(label(words.CLEAR), elem_id="clear", scale=0, min_width=160, size="sm")
        # The places open their sources in it, so it is there before them, and shown beside them.
        evidence = gr.HTML(
            evidence_pane.render_empty(),
            elem_id="evidence",
            apply_default_css=False,
            js_on_load=asset("evidence.js"),
            render=False,
        )
        with gr.Row(elem_id="desk"):
            with gr.Column(scale=7, min_width=320, elem_id="places"), gr.Tabs(selected="ask"):
                with gr.Tab(label(words.ASK_PLACE), id="ask", elem_id="ask-place", render_children=True):
                    # Without a model to wait for, more questions at once than cores would only delay each other.
                    at_once = AT_ONCE if settings.model else min(AT_ONCE, os.cpu_count() or 1)
                    asked = ask_page.build(app, advisor, kb, shelf, memory, unused, evidence, clear, at_once)
                with gr.Tab(label(words.PLAN_PLACE), id="plan", elem_id="plan-place", render_children=True):
                    planned = plan_page.build(app, advisor, kb, shelf, memory, unused, evidence)
                with gr.Tab(label(words.REVIEW_PLACE), id="review", elem_id="review-place", render_children=True):
                    reviewed = review_page.build(advisor, kb, evidence)
                with gr.Tab(label(words.LIBRARY_PLACE), id="library", elem_id="library-place", render_children=True):
                    listed = library_page.build(app, kb, shelf, unused, evidence)
            with gr.Column(scale=5, min_width=320, elem_id="evidence-side"):
                evidence.render()  # type: ignore[no-untyped-call]
        on_load(app, {head: masthead, evidence: evidence_pane.render_empty, **asked, **planned, **reviewed, **listed})
    page: gr.Blocks = app  # what the context manager gives has no type
    return page


def masthead() -> str:
    """Return the head of the page."""
    return f"<h1>{words.TITLE}</h1><p>{say(words.SUBTITLE)}</p>"


def _announce_once() -> ProgressCallback:
    """Return a callback that says at the first step that there is something to wait for."""
    announced = False

    def announce(_: Progress) -> None:
        nonlocal announced
        if not announced:
            print("Indexing the documents; the first time takes about half a minute …", file=sys.stderr, flush=True)
        announced = True

    return announce


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_loopback_name(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).version == 4 and ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
