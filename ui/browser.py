"""What passes between the page and the browser: the data of events, and the scripts and styles that go along."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import gradio as gr


def sent(event: gr.EventData) -> dict[str, Any]:
    """Return what a script sent with an event; presses of gradio's own buttons send nothing."""
    data = getattr(event, "_data", None)
    return data if isinstance(data, dict) else {}


def number(value: object) -> int:
    """Return a number that a script sent; -1, which refers to nothing, if it is none."""
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 10 else -1


def asset(name: str) -> str:
    """Return the text of a script or stylesheet of the page."""
    return files("advisor.ui").joinpath("assets", name).read_text(encoding="utf-8")
