"""Follow-up questions, made self-contained with the thread. Rules instead of a model: it works offline."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from advisor.domain import Evidence, Question
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


_MOST_WORDS_OF_SHORT = 3
"""Content words of a message that may lean on its thread without a word that says so ("which two are inside?")."""

_NEAR_TOPIC, _NEAR_PASSAGE = 0.36, 0.62
"""Similarity of a topic or of a passage from which on a short message is about that, and not about its thread.

Of 120 short questions that stand alone, three quarters reach one of them; of 65 that continue a thread, one in ten.
"""


def understand(
    question: Question, retrieve: Callable[[Question], tuple[Evidence, ...]]
) -> tuple[Question, tuple[Evidence, ...]]:
    """Resolve a question and retrieve for it; a short message for which nothing lies near continues its thread."""
    resolved = resolve(question)
    evidence = retrieve(resolved)
    may_continue = question.history and len(content_words(question.text)) <= _MOST_WORDS_OF_SHORT
    if may_continue and resolved.resolved == question.text.strip() and not _lies_near(evidence):
        resolved = _joined(question)
        evidence = retrieve(resolved)
    return resolved, evidence


def _lies_near(evidence: Sequence[Evidence]) -> bool:
    return any(piece.topic_similarity >= _NEAR_TOPIC or piece.dense >= _NEAR_PASSAGE for piece in evidence)


def resolve(question: Question) -> Question:
    """Return the question with ``resolved`` set: self-contained where the thread was needed, else the text itself.

    A question needs the thread if it continues it ("And on LinkedIn?"), refers back ("Which of the two …?") or has
    too few words of its own to stand alone ("Why?"). Its subject is then the last self-contained question.
    """
    text = question.text.strip()
    if not question.history or not needs_thread(text):
        return question.model_copy(update={"resolved": text})
    return _joined(question)


def _joined(question: Question) -> Question:
    """Return the question with the subject of its thread."""
    previous = question.history[-1].question
    if earlier := _RESOLVED.match(previous):
        # A chain of follow-ups keeps its subject; the words of the last one count as well if it has any.
        own = earlier["asked"] if len(content_words(earlier["asked"])) >= 2 else ""
        previous = " ".join(filter(None, [own, earlier["subject"]]))
    return question.model_copy(update={"resolved": f"{question.text.strip()} (about: {previous[:500]})"})


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
