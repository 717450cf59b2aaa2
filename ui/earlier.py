"""The fold “Earlier …”: what is kept of a user is found again, opened, renamed, deleted and saved."""

# Gradio reads the annotations of event handlers at run time, and only inside the functions below is gradio imported:
# hence no `from __future__ import annotations` here.

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from . import words
from .memory import Memory

if TYPE_CHECKING:
    import gradio as gr


class Earlier(NamedTuple):
    """The components that a place wires on.

    Attributes:
        listed: The list; its value is the id of what is open.
        refreshed: Returns the list anew, for a user.
    """

    listed: "gr.Dropdown"
    refreshed: Callable[..., Any]


def build(
    app: "gr.Blocks",
    memory: Memory,
    kind: Literal["conversations", "plans"],
    title: str,
    written: Callable[[str, str], str] | None = None,
) -> Earlier:
    """Add the fold to a place, and wire it; the place itself opens what is chosen.

    Args:
        app: The page.
        memory: What is kept.
        kind: Which of it.
        title: Title of the fold.
        written: Returns an entry of a user as the text of a Markdown file; without it none can be saved from here.
    """
    import gradio as gr

    def choices(user: str, search: str = "") -> list[tuple[str, str]]:
        kept = memory.conversations(user, search) if kind == "conversations" else memory.plans(user, search)
        return [(f"{entry.title} ({entry.updated:%Y-%m-%d %H:%M})", entry.id) for entry in kept]

    def refreshed(user: str, chosen: str | None = None) -> Any:
        return gr.Dropdown(choices=choices(user), value=chosen)

    def on_load(request: gr.Request) -> Any:
        return refreshed(user_of(request))

    def on_search(search: str, chosen: str | None, request: gr.Request) -> Any:
        found = choices(user_of(request), search)
        return gr.Dropdown(choices=found, value=chosen if chosen in {id_ for _, id_ in found} else None)

    def on_rename(chosen: str | None, name: str | None, request: gr.Request) -> Any:
        if chosen and name:
            memory.rename(kind, user_of(request), chosen, name)
        return refreshed(user_of(request), chosen)

    def on_delete(chosen: str | None, request: gr.Request) -> Any:
        if chosen:
            memory.delete(kind, user_of(request), chosen)
        return refreshed(user_of(request))

    def on_save(chosen: str | None, request: gr.Request) -> Any:
        if not chosen or written is None:
            return None
        path = Path(tempfile.mkdtemp(prefix="kept-")) / f"{kind.removesuffix('s')}.md"
        path.write_text(written(user_of(request), chosen), encoding="utf-8")
        return str(path)

    with gr.Accordion(title, open=False, elem_id=f"earlier-{kind}"):
        with gr.Row():
            search = gr.Textbox(label=words.EARLIER_FIND, elem_id=f"find-{kind}", max_length=200, min_width=160)
            listed = gr.Dropdown(
                [], label=words.EARLIER_OPEN, elem_id=f"open-{kind}", filterable=False, scale=2, min_width=220
            )
        with gr.Row():
            rename = gr.Button(words.RENAME, size="sm", scale=0, min_width=100, elem_id=f"rename-{kind}")
            delete = gr.Button(words.DELETE, size="sm", scale=0, min_width=100, elem_id=f"delete-{kind}")
            if written is not None:
                save = gr.Button(words.EXPORT, size="sm", scale=0, min_width=120, elem_id=f"save-{kind}")
                file = gr.DownloadButton(elem_id=f"file-{kind}", visible="hidden")

    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    app.load(on_load, outputs=[listed], **quiet)
    search.change(on_search, inputs=[search, listed], outputs=[listed], **quiet)
    name = gr.Textbox(visible="hidden", container=False)
    asking = json.dumps(words.NEW_TITLE)
    rename.click(
        on_rename,
        inputs=[listed, name],
        outputs=[listed],
        js=f"(chosen) => [chosen, chosen ? window.prompt({asking}) : null]",
        **quiet,
    )
    sure = json.dumps(words.DELETE_SURE)
    delete.click(
        on_delete,
        inputs=[listed],
        outputs=[listed],
        js=f"(chosen) => [chosen && window.confirm({sure}) ? chosen : null]",
        **quiet,
    )
    if written is not None:
        save.click(on_save, inputs=[listed], outputs=[file], **quiet).success(
            None, js=f"() => document.querySelector('#file-{kind}')?.click()", api_visibility="private"
        )
    return Earlier(listed, refreshed)


def user_of(request: "gr.Request") -> str:
    """Return who is signed in; ``""`` where there is no sign-in."""
    return str(request.username or "")
