"""The language of the page's own texts: that of the browser, if it is German, else English.

What stands in a component is translated by the browser (``label``, gradio's I18n), what is rendered here by ``say``;
both go by the first language that the browser names. What the advisor says stays in the language of its sources.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from advisor.brief import QUESTIONS

from . import words
from .german import GERMAN

if TYPE_CHECKING:
    import gradio as gr

Rendered = dict["gr.Component", Callable[[], Any]]
"""Components and what renders each of them."""


def say(text: str) -> str:
    """Return a text of the page in the language of the browser whose request is being answered."""
    return GERMAN.get(text, text) if _language() == "de" else text


def as_html(text: str) -> str:
    """Return a text of the page as ``say`` does, with its signs escaped for HTML."""
    return escape(say(text))


def label(text: str) -> str:
    """Return what makes a component show a text in the language of the browser."""
    from gradio.i18n import I18nData

    return I18nData(text)  # type: ignore[return-value]  # components take it wherever they take a string


def on_load(app: gr.Blocks, rendered: Rendered) -> None:
    """Render components anew when the page is opened: only then is the language of the browser known."""
    components, renders = list(rendered), list(rendered.values())
    app.load(
        lambda: [render() for render in renders], outputs=components, api_visibility="private", show_progress="hidden"
    )


def in_browser(text: str) -> str:
    """Return a JavaScript expression for a text in the language of the browser."""
    return f"(navigator.language.startsWith('de') ? {json.dumps(GERMAN[text])} : {json.dumps(text)})"


def translations() -> gr.I18n:
    """Return what the browser translates by; the English text is the key."""
    import gradio as gr

    example = words.FOR_EXAMPLE
    examples = {example.format(example=q.example): GERMAN[example].format(example=q.example) for q in QUESTIONS}
    german = GERMAN | examples
    return gr.I18n(en={text: text for text in german}, de=german)


def _language() -> str:
    gradio = sys.modules.get("gradio.context")  # no request without gradio, and importing it takes seconds
    request = gradio.LocalContext.request.get(None) if gradio else None
    accepted = request.headers.get("accept-language", "") if request else ""
    return accepted.strip()[:2].lower()
