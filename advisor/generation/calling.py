"""Calls a chat model with a deadline, and says in plain words why a call failed."""

from __future__ import annotations

import contextvars
import queue
import re
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_TRANSIENT_STATUS = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_CONNECTION_NAMES = (
    "connection",
    "connecterror",
    "gaierror",
    "transporterror",
    "protocolerror",
    "readerror",
    "writeerror",
)
_SECRET = re.compile(
    r"(?i)\b(?:bearer\s+|(?:api[-_ ]?key|token|secret|password)\s*[:=]\s*)[^\s,;'\"]+"
    r"|\b(?:sk|pk|gsk|xai|key)[-_][\w*-]{6,}|://[^/\s@]+@|\b(?=[\w-]*\d)(?=[\w-]*[a-zA-Z])[\w-]{32,}\b"
)
_QUOTED_CHARACTERS = 200


class OutOfTime(Exception):
    """A call to a chat model did not finish before its deadline."""


class ModelCall:
    """One call to a chat model, iterated as pieces of text.

    The model runs in a worker thread, because no model object can be trusted to keep a time limit. When the deadline
    passes or ``close`` is called, the reader goes on at once; the thread ends, and with it the connection, as soon as
    the model hands over its next piece. A model that hands over nothing keeps its thread until it returns or the
    process ends: Python can't stop a thread. The thread is a daemon, so that it never holds up the end of the process.

    Nothing is traced: LangSmith would send question and evidence to its server if the machine's environment has
    tracing switched on for some other program. A caller who opens ``langsmith.tracing_context(enabled=True)`` around
    the call is obeyed.

    Args:
        model: The chat model.
        prompt: The prompt, sent as one user message.
        deadline: When to stop waiting, on the clock of ``time.monotonic()``, in seconds.
    """

    def __init__(self, model: BaseChatModel, prompt: str, deadline: float) -> None:
        self._deadline = deadline
        self._closed = threading.Event()
        self._pieces: queue.SimpleQueue[str | BaseException | None] = queue.SimpleQueue()
        context = contextvars.copy_context()
        self._thread = threading.Thread(
            target=context.run, args=(self._work, model, prompt), name="advisor-chat-model", daemon=True
        )
        self._thread.start()

    def __iter__(self) -> Iterator[str]:
        """Yield pieces of text as they arrive.

        Raises:
            OutOfTime: The deadline passed.
            Exception: Whatever the model raised.
        """
        while True:
            try:
                piece = self._pieces.get(timeout=max(0.0, self._deadline - time.monotonic()))
            except queue.Empty:
                self.close()
                raise OutOfTime from None
            if piece is None:
                return
            if isinstance(piece, BaseException):
                raise piece
            yield piece
            if time.monotonic() >= self._deadline:  # pieces that come quickly never leave the queue empty
                self.close()
                raise OutOfTime

    def close(self) -> None:
        """Read no further. The worker thread ends with the model's next piece."""
        self._closed.set()

    def _work(self, model: BaseChatModel, prompt: str) -> None:
        from langsmith import tracing_context
        from langsmith.run_helpers import get_tracing_context

        wanted = get_tracing_context().get("enabled")
        try:
            with tracing_context(enabled=wanted or False):
                chunks = model.stream(prompt)
                for chunk in chunks:
                    if self._closed.is_set():
                        break
                    self._pieces.put(str(chunk.text))
                close = getattr(chunks, "close", None)  # ends the connection; a plain iterator has none
                if close is not None:
                    close()
        except BaseException as error:  # handed over to the reader, whose thread decides
            self._pieces.put(error)
        else:
            self._pieces.put(None)


def model_name(model: BaseChatModel) -> str:
    """Return the name under which the provider knows the model, else the name of its class."""
    for attribute in ("model_name", "model", "model_id", "deployment_name"):
        value = getattr(model, attribute, None)
        if isinstance(value, str) and value:
            return value
    return type(model).__name__


def is_transient(error: BaseException) -> bool:
    """Whether the same call may succeed a moment later: no connection, provider's time limit, overload, rate limit."""
    if isinstance(error, OutOfTime) or _says(error, "insufficient_quota"):  # no waiting helps
        return False
    retryable = getattr(error, "is_retryable", None)  # LangChain's own model errors say so themselves
    if isinstance(retryable, bool) and retryable:
        return True
    status = _status(error)
    if status is not None:
        return status in _TRANSIENT_STATUS
    return _is_connection(error) or _is_time_limit(error)


def is_too_long(error: BaseException) -> bool:
    """Whether the model refused because the prompt is longer than its context."""
    if any(kind.__name__ == "ContextOverflowError" for kind in type(error).__mro__):
        return True
    words = ("context_length", "context size", "context length", "context window", "exceed_context")
    return any(_says(error, word) for word in words)


def advice(error: BaseException, model: BaseChatModel, *, tries: int) -> str:
    """Say for people which model failed, how, and what to do next. Secrets are left out.

    Args:
        error: What the model raised.
        model: The model.
        tries: How often it was tried.
    """
    name, status = model_name(model), _status(error)
    where = _server(model)
    at = f" at {where}" if where else ""
    tried = f" after {tries} tries" if tries > 1 else ""
    if is_too_long(error):
        return (
            f"The evidence is too long for the chat model {name}{at}. Lower ADVISOR_EVIDENCE_LIMIT, or start the "
            "model's server with a longer context."
        )
    if status in (401, 403):
        return (
            f"The chat model {name}{at} refused the key (HTTP {status}). Check ADVISOR_MODEL_API_KEY or the "
            "provider's own key variable, and whether the key may use this model."
        )
    if status == 404:
        return (
            f"The server{at} doesn't know the chat model {name} (HTTP 404). Check the name in ADVISOR_MODEL, and "
            "ADVISOR_MODEL_URL (for OpenAI-compatible servers it usually ends in /v1)."
        )
    if _says(error, "insufficient_quota"):
        return f"The account for the chat model {name} has no credit left. Check it with the provider."
    if status == 429:
        return f"The chat model {name}{at} refuses because of its rate limit{tried}. Wait a minute and ask again."
    if _is_time_limit(error):
        return (
            f"The chat model {name}{at} did not answer in time{tried}. Raise ADVISOR_MODEL_TIMEOUT, or check whether "
            "its server is overloaded."
        )
    if _is_connection(error):
        return (
            f"The chat model {name}{at} can't be reached{tried}. Check that its server is running, ADVISOR_MODEL_URL, "
            "and the network. Without ADVISOR_MODEL, answers are put together offline."
        )
    if status is not None and status >= 500:
        return f"The server of the chat model {name}{at} failed (HTTP {status}){tried}. Look at its log or ask later."
    found = _redacted(error, model)
    return (
        f"The chat model {name}{at} failed: {type(error).__name__}{f': {found}' if found else ''}. "
        "Check ADVISOR_MODEL, the key and the server."
    )


def tells_secrets(error: BaseException, model: BaseChatModel) -> bool:
    """Whether the error's own text holds what looks like a key, so that it must not appear in a traceback."""
    return any(_without_secrets(str(e), model) != str(e) for e in _chain(error))


def _chain(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in found and len(found) < 10:
        found.append(current)
        current = current.__cause__ or current.__context__
    return found


def _status(error: BaseException) -> int | None:
    """HTTP status that the error or one of its causes carries; every provider's client names it one of these ways."""
    for item in _chain(error):
        for holder in (item, getattr(item, "response", None)):
            for attribute in ("status_code", "status", "code", "http_status"):
                value = getattr(holder, attribute, None)
                if isinstance(value, int) and not isinstance(value, bool) and 400 <= value < 600:
                    return value
    return None


def _says(error: BaseException, words: str) -> bool:
    return any(words in str(item).lower() for item in _chain(error))


def _class_names(error: BaseException) -> str:
    return " ".join(kind.__name__ for item in _chain(error) for kind in type(item).__mro__).lower()


def _is_time_limit(error: BaseException) -> bool:
    return isinstance(error, OutOfTime) or "timeout" in _class_names(error)


def _is_connection(error: BaseException) -> bool:
    return any(name in _class_names(error) for name in _CONNECTION_NAMES)


def _server(model: BaseChatModel) -> str:
    """Scheme, host and path of the model's server, without credentials or query; empty if it can't be told."""
    for attribute in ("openai_api_base", "base_url", "anthropic_api_url", "endpoint"):
        value = getattr(model, attribute, None)
        if isinstance(value, str) and value.startswith(("http://", "https://")):
            parts = urlsplit(value)
            host = parts.netloc.rpartition("@")[2]
            return f"{parts.scheme}://{host}{parts.path}"
    return ""


def _redacted(error: BaseException, model: BaseChatModel) -> str:
    text = " ".join(_without_secrets(str(error), model).split())
    return text if len(text) <= _QUOTED_CHARACTERS else text[:_QUOTED_CHARACTERS] + "…"


def _without_secrets(text: str, model: BaseChatModel) -> str:
    from pydantic import SecretStr

    for field in type(model).model_fields:
        value = getattr(model, field, None)
        if isinstance(value, SecretStr) and len(value.get_secret_value()) >= 4:
            text = text.replace(value.get_secret_value(), "(secret)")
    return _SECRET.sub("(secret)", text)
