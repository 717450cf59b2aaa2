"""What a chat model wrote, overheard while the advisor asks it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGenerationChunk, GenerationChunk, LLMResult


class Hearing(BaseCallbackHandler):
    """Keeps the text of each call to a chat model; give it to the model as one of its callbacks.

    A model goes on in a thread of its own for a moment after it was stopped: what belongs to a call from before
    ``clear`` is not kept.
    """

    def __init__(self) -> None:
        self._calls: dict[UUID, list[str]] = {}
        self._failed: set[UUID] = set()

    def clear(self) -> None:
        """Forget all calls."""
        self._calls, self._failed = {}, set()

    def written(self) -> tuple[tuple[str, ...], ...]:
        """Return the pieces of each call that wrote something, in order; those that failed only if no other did."""
        written = {run: tuple(pieces) for run, pieces in list(self._calls.items()) if "".join(pieces).strip()}
        return tuple(pieces for run, pieces in written.items() if run not in self._failed) or tuple(written.values())

    def on_chat_model_start(
        self,
        serialized: dict[str, Any],
        messages: list[list[BaseMessage]],
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        tags: list[str] | None = None,
        metadata: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Begin a call."""
        del serialized, messages, parent_run_id, tags, metadata, kwargs
        self._calls[run_id] = []

    def on_llm_new_token(
        self,
        token: str | list[str | dict[str, Any]],
        *,
        chunk: GenerationChunk | ChatGenerationChunk | None = None,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        tags: list[str] | None = None,
        **kwargs: Any,
    ) -> None:
        """Keep a piece."""
        del parent_run_id, tags, kwargs
        if run_id in self._calls:
            self._calls[run_id].append(chunk.text if chunk is not None else token if isinstance(token, str) else "")

    def on_llm_end(
        self,
        response: LLMResult,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        tags: list[str] | None = None,
        **kwargs: Any,
    ) -> None:
        """Keep the whole text of a model that doesn't stream."""
        del parent_run_id, tags, kwargs
        if self._calls.get(run_id) == []:
            self._calls[run_id] += [generation.text for generation in response.generations[0][:1]]

    def on_llm_error(
        self,
        error: BaseException,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        tags: list[str] | None = None,
        **kwargs: Any,
    ) -> None:
        """Note that a call failed; being stopped by the advisor is no failure."""
        del parent_run_id, tags, kwargs
        if not isinstance(error, GeneratorExit):
            self._failed.add(run_id)
