"""Follow-up questions, made self-contained with the thread. Rules instead of a model: it works offline."""

from __future__ import annotations

import re

from advisor.domain import Question
from advisor.terms import content_words

_REFERS_BACK = re.compile(
    r"\b(it|its|they|them|their|that|those|these|this|he|she|his|her|one|ones|both|either|neither|former|latter|"
    r"the (?:two|three|first|second|third|last|other|others|same|rest)|which of|another|else|there|then|instead|so)\b",
    re.IGNORECASE,
)
_CONTINUES = re.compile(
    r"^\s*(and|but|or|also|what about|how about|what if|why|why not|how so|how come|for example|such as|in what way|"
    r"more|tell me more|go on|really|ok|okay|explain|elaborate)\b",
    re.IGNORECASE,
)
_RESOLVED = re.compile(r"^(?P<asked>.*?) \(about: (?P<subject>.*)\)$", re.DOTALL)


def resolve(question: Question) -> Question:
    """Return the question with ``resolved`` set: self-contained where the thread was needed, else the text itself.

    A question needs the thread if it continues it ("And on LinkedIn?"), refers back ("Which of the two …?") or has
    too few words of its own to stand alone ("Why?"). Its subject is then the last self-contained question.
    """
    text = question.text.strip()
    if not question.history or not needs_thread(text):
        return question.model_copy(update={"resolved": text})
    previous = question.history[-1].question
    if earlier := _RESOLVED.match(previous):
        # A chain of follow-ups keeps its subject; the words of the last one count as well if it has any.
        own = earlier["asked"] if len(content_words(earlier["asked"])) >= 2 else ""
        previous = " ".join(filter(None, [own, earlier["subject"]]))
    return question.model_copy(update={"resolved": f"{text} (about: {previous[:500]})"})


def needs_thread(text: str) -> bool:
    """Say whether a question can't be understood without what was said before it."""
    own = content_words(text)
    if len(own) <= 1 or _CONTINUES.match(text):
        return True
    return len(own) <= 6 and bool(_REFERS_BACK.search(text))


def own_text(question: Question) -> str:
    """Return the words of a follow-up question itself, without the subject it got from the thread."""
    match = _RESOLVED.match(question.resolved or question.text)
    return match["asked"] if match else question.resolved or question.text


def search_text(question: Question) -> str:
    """Return what to search for: the resolved question without the words that join it to its subject."""
    resolved = question.resolved or question.text
    if match := _RESOLVED.match(resolved):
        return f"{match['subject']} {match['asked']}"
    return resolved
