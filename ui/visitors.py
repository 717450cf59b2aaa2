"""Who sends a request, and how much they may have done: nobody takes the advisor away from the others."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from . import words
from .language import say

if TYPE_CHECKING:
    import gradio as gr
    from limits.strategies import MovingWindowRateLimiter

PER_MINUTE = 30
"""Questions, plans, reviews and uploads, together, of one user in any 60 seconds."""


def user_of(request: gr.Request) -> str:
    """Return who is signed in; ``""`` where there is no sign-in."""
    return str(request.username or "")


def working_for(request: gr.Request) -> str:
    """Return who is signed in, and count the request as work for them.

    Without sign-in the advisor works for one person, who may ask as much as they like.

    Raises:
        gr.Error: They have had ``PER_MINUTE`` things done within a minute.
    """
    import gradio as gr
    from limits import RateLimitItemPerMinute

    user = user_of(request)
    if user and not _limiter().hit(RateLimitItemPerMinute(PER_MINUTE), user):
        raise gr.Error(say(words.TOO_MUCH).format(most=PER_MINUTE), print_exception=False)
    return user


@cache
def _limiter() -> MovingWindowRateLimiter:
    from limits.storage import MemoryStorage
    from limits.strategies import MovingWindowRateLimiter

    return MovingWindowRateLimiter(MemoryStorage())
