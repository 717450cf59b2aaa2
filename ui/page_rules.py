"""What the browser is told about the page: nothing is loaded from, or sent to, any other host."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Message, Receive, Send], Awaitable[None]]

RULES = (
    # Gradio makes functions of its templates and styles elements directly, hence the two "unsafe" words; the rules are
    # there so that no address in a text can ever be fetched.
    (b"content-security-policy", b"default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; object-src 'none'; "
        b"base-uri 'self'; form-action 'self'; frame-ancestors 'self'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)  # fmt: skip
"""Headers of every response."""


class PageRules:
    """ASGI middleware that adds ``RULES`` to every response.

    Args:
        app: The application that answers.
    """

    def __init__(self, app: Asgi) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def send_with_rules(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *RULES]
            await send(message)

        await self._app(scope, receive, send_with_rules if scope["type"] == "http" else send)
