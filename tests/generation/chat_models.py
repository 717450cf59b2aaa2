"""Chat models for tests: real LangChain models whose replies are queued."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr, SecretStr


class QueueChatModel(BaseChatModel):
    """Streams the queued replies in order: text in pieces of ``size`` characters; an exception is raised.

    A tuple is a reply in parts: its texts are streamed, its exceptions raised when their turn comes.
    """

    model_name: str = "queue-1"
    replies: list[Any]
    size: int = 7
    api_key: SecretStr | None = None
    _prompts: list[str] = PrivateAttr(default_factory=list)

    @property
    def prompts(self) -> list[str]:
        return self._prompts

    @property
    def _llm_type(self) -> str:
        return "queue"

    def _parts(self, messages: list[BaseMessage]) -> Iterator[str]:
        self._prompts.append(str(messages[-1].text))
        reply = self.replies.pop(0)
        for part in reply if isinstance(reply, tuple) else (reply,):
            if isinstance(part, BaseException):
                raise part
            yield part

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for part in self._parts(messages):
            for start in range(0, len(part), self.size):
                yield ChatGenerationChunk(message=AIMessageChunk(content=part[start : start + self.size]))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content="".join(self._parts(messages))))])


class UnstreamedChatModel(QueueChatModel):
    """Answers in one piece."""

    disable_streaming: bool = True


class EndlessChatModel(QueueChatModel):
    """Streams its reply, then the ``loop`` over and over; counts what was taken from it."""

    loop: str
    _taken: int = PrivateAttr(default=0)
    _ended: threading.Event = PrivateAttr(default_factory=threading.Event)

    @property
    def taken(self) -> int:
        return self._taken

    @property
    def ended(self) -> threading.Event:
        return self._ended

    def _parts(self, messages: list[BaseMessage]) -> Iterator[str]:
        yield from super()._parts(messages)
        try:
            for number in itertools.count():
                self._taken += 1
                yield self.loop.replace("#", str(number))
        finally:
            self._ended.set()


class HangingChatModel(QueueChatModel):
    """Streams its reply, then hangs until ``released``."""

    _released: threading.Event = PrivateAttr(default_factory=threading.Event)

    @property
    def released(self) -> threading.Event:
        return self._released

    def _parts(self, messages: list[BaseMessage]) -> Iterator[str]:
        yield from super()._parts(messages)
        self._released.wait(30)
        yield "\n"
