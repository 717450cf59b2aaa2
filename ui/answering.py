"""From a question to the successive states of the conversation, whatever happens on the way."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from advisor.errors import AdvisorError

from . import words
from .conversation import Conversation, with_verdict
from .language import say

if TYPE_CHECKING:
    from advisor.service import Advisor


def answer(
    advisor: Advisor, conversation: Conversation, question: str, sources: Sequence[str] | None = None
) -> Iterator[Conversation]:
    """Ask a question and yield the conversation each time there is something new to show.

    Errors end up in the conversation as a sentence: the question stays, and can be asked again.

    Args:
        advisor: Answers.
        conversation: What was said so far.
        question: The question.
        sources: Ids of the sources to answer from; all if ``None``.
    """
    history = conversation.history
    conversation = conversation.asked(question)
    yield conversation
    exchange = conversation.exchanges[-1]
    try:
        for event in advisor.stream(question, history=history, sources=sources):
            if event.answer is not None:
                exchange = replace(exchange, state="answered", answer=event.answer)
            elif event.verdict is not None:
                exchange = with_verdict(exchange, event.verdict)
            else:
                exchange = replace(exchange, stage=event.stage)
            conversation = conversation.with_last(exchange)
            yield conversation
    except Exception as error:
        yield conversation.with_last(replace(exchange, state="failed", failure=explain(error)))


def explain(error: Exception) -> str:
    """Return an error as a sentence for people; one that nobody foresaw is logged with its details."""
    if isinstance(error, AdvisorError):
        return str(error)
    logging.getLogger(__name__).error("unforeseen error in the interface", exc_info=error)
    return say(words.UNFORESEEN).format(kind=type(error).__name__)
