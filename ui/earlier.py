"""The fold “Earlier …”: what is kept of a user is found again, opened, renamed, deleted and saved."""

# Gradio reads the annotations of event handlers at run time, and only inside the functions below is gradio imported:
# hence no `from __future__ import annotations` here.

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from . import words
from .language import in_browser, label
from .memory import Memory
from .visitors import user_of

if TYPE_CHECKING:
    import gradio as gr


class Saved(NamedTuple):
    """A file that can be saved from the fold.

    Attributes:
        id: Part of the ids of its components.
        text: What its button says.
        name: Name of the file.
        written: Returns its content for a user and the id of what is open (``""`` if nothing is); empty for no file.
    """

    id: str
    text: str
    name: str
    written: Callable[[str, str], str]


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
    files: Sequence[Saved] = (),
) -> Earlier:
    """Add the fold to a place, and wire it; the place itself opens what is chosen.

    Args:
        app: The page.
        memory: What is kept.
        kind: Which of it.
        title: Title of the fold.
        files: What can be saved from here.
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

    with gr.Accordion(title, open=False, elem_id=f"earlier-{kind}"):
        with gr.Row():
            search = gr.Textbox(label=label(words.EARLIER_FIND), elem_id=f"find-{kind}", max_length=200, min_width=160)
            listed = gr.Dropdown(
                [], label=label(words.EARLIER_OPEN), elem_id=f"open-{kind}", filterable=False, scale=2, min_width=220
            )
        with gr.Row():
            rename = gr.Button(label(words.RENAME), size="sm", scale=0, min_width=100, elem_id=f"rename-{kind}")
            delete = gr.Button(label(words.DELETE), size="sm", scale=0, min_width=100, elem_id=f"delete-{kind}")
            for file in files:
                _save_button(file, listed)

    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    app.load(on_load, outputs=[listed], **quiet)
    search.change(on_search, inputs=[search, listed], outputs=[listed], **quiet)
    name = gr.Textbox(visible="hidden", container=False)
    asking = in_browser(words.NEW_TITLE)
    rename.click(
        on_rename,
        inputs=[listed, name],
        outputs=[listed],
        js=f"(chosen) => [chosen, chosen ? window.prompt({asking}) : null]",
        **quiet,
    )
    sure = in_browser(words.DELETE_SURE)
    delete.click(
        on_delete,
        inputs=[listed],
        outputs=[listed],
        js=f"(chosen) => [chosen && window.confirm({sure}) ? chosen : null]",
        **quiet,
    )
    return Earlier(listed, refreshed)


def _save_button(file: Saved, listed: "gr.Dropdown") -> None:
    import gradio as gr

    def on_save(chosen: str | None, request: gr.Request) -> Any:
        content = file.written(user_of(request), chosen or "")
        if not content:
            return None
        path = Path(tempfile.mkdtemp(prefix="kept-")) / file.name
        path.write_text(content, encoding="utf-8")
        return str(path)

    save = gr.Button(label(file.text), size="sm", scale=0, min_width=120, elem_id=f"save-{file.id}")
    ready = gr.DownloadButton(elem_id=f"file-{file.id}", visible="hidden")
    save.click(on_save, inputs=[listed], outputs=[ready], api_visibility="private", show_progress="hidden").success(
        None, js=f"() => document.querySelector('#file-{file.id}')?.click()", api_visibility="private"
    )
