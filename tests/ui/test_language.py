"""The page's own texts in German, and which language a request is answered in."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from advisor.brief import QUESTIONS
from advisor.ui import words
from advisor.ui.german import GERMAN
from advisor.ui.language import as_html, in_browser, say, translations

ENGLISH_ONLY = {words.TITLE, words.SIGN_IN, words.NO_SIGN_IN, words.BRIEF_NAME, words.KIND_OPEN}
"""A name, what is said before there is a browser, and what is not shown."""


def texts() -> Iterator[str]:
    """Yield every text of the page."""
    for name, value in vars(words).items():
        if name.isupper():
            yield from [value] if isinstance(value, str) else value.values()
    yield from (question.text for question in QUESTIONS)


def test_each_text_has_a_german_one_and_none_is_left_over() -> None:
    assert {*texts()} - ENGLISH_ONLY == {*GERMAN}


def test_what_is_filled_in_is_the_same_in_both() -> None:
    fields = re.compile(r"\{[\w:.]+\}")
    for english, german in GERMAN.items():
        assert {*fields.findall(english)} == {*fields.findall(german)}, english


@pytest.mark.parametrize(
    ("accepted", "said"),
    [
        ("de", "Fragen"),
        ("de-AT,de;q=0.9,en;q=0.8", "Fragen"),
        ("en-GB,en;q=0.9,de;q=0.8", "Ask"),
        ("fr-FR,de;q=0.5", "Ask"),
        ("", "Ask"),
    ],
)
def test_the_first_language_of_the_browser_counts(accepted: str, said: str) -> None:
    import gradio as gr
    from gradio.context import LocalContext

    request = gr.Request(headers={"accept-language": accepted})
    token = LocalContext.request.set(request)
    try:
        assert say(words.ASK) == said
    finally:
        LocalContext.request.reset(token)


def test_without_a_request_english_is_spoken() -> None:
    assert say(words.ASK) == words.ASK
    assert as_html("“a” < b") == "“a” &lt; b"
    assert in_browser(words.NEW_TITLE) == '(navigator.language.startsWith(\'de\') ? "Neuer Titel" : "New title")'


def test_the_browser_gets_the_examples_of_the_brief_too() -> None:
    german = translations().translations_dict["de"]
    assert german["For example: 6 months"] == "Zum Beispiel: 6 months"
    assert german[QUESTIONS[0].text] == "Was für ein Betrieb ist es, und wo?"
