"""Makes the chat model that the settings name."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from advisor.errors import ConfigError, ModelUnavailable
from advisor.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_NO_KEY = "not-needed"
"""Sent to servers that take no key: the OpenAI client insists on having one."""


def chat_model(settings: Settings) -> BaseChatModel:
    """Make the chat model of ``settings.model`` (``provider:name``) with LangChain's ``init_chat_model``.

    Temperature is 0 where the model takes one, and the provider's own retries are off, because
    ``ChatGenerator`` retries itself. An OpenAI-compatible server on this machine needs no key, and is never sent the
    key in ``OPENAI_API_KEY``.

    Raises:
        ConfigError: No model is set, or LangChain doesn't know the provider.
        ModelUnavailable: The provider's package or its key is missing; the message names both and what to do.
    """
    from pydantic import ValidationError

    if settings.model is None:
        raise ConfigError("No chat model is set. Set ADVISOR_MODEL=provider:name, for example openai:gpt-4o-mini.")
    options = _options(settings)
    try:
        try:
            model = _make(settings.model, options)
        except ValidationError as error:
            refused = {str(e["loc"][0]) for e in error.errors() if e["type"] == "extra_forbidden" and e["loc"]}
            if not refused & set(options):
                raise
            # Not every provider knows every option; ChatGenerator keeps the time limit in any case.
            model = _make(settings.model, {key: value for key, value in options.items() if key not in refused})
    except ImportError as error:
        raise ModelUnavailable(_missing_package(settings.model, error)) from error
    except Exception as error:
        if isinstance(error, ValueError) and "Unsupported provider" in str(error):
            provider = settings.model.partition(":")[0]
            raise ConfigError(
                f"ADVISOR_MODEL={settings.model}: LangChain knows no provider {provider!r}. For an OpenAI-compatible "
                "server, use openai:NAME together with ADVISOR_MODEL_URL."
            ) from error
        # The provider's own text may hold the key, so neither the message nor the traceback shows it.
        raise ModelUnavailable(_not_made(settings, error)) from None
    profile = getattr(model, "profile", None)
    if isinstance(profile, dict) and profile.get("temperature") is False and "temperature" in options:
        return _make(settings.model, {key: value for key, value in options.items() if key != "temperature"})
    return model


def _options(settings: Settings) -> dict[str, object]:
    options: dict[str, object] = {"temperature": 0, "timeout": settings.model_timeout, "max_retries": 0}
    key = settings.model_api_key.get_secret_value() if settings.model_api_key is not None else None
    if settings.model_url is not None:
        options["base_url"] = settings.model_url
        local = urlsplit(settings.model_url).hostname in _LOOPBACK
        provider = (settings.model or "").partition(":")[0]
        if key is None and provider == "openai" and (local or not os.environ.get("OPENAI_API_KEY")):
            key = _NO_KEY
    if key is not None:
        options["api_key"] = key
    return options


def _make(name: str, options: dict[str, object]) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    provider, _, model = name.partition(":")
    return init_chat_model(model, model_provider=provider, **options)  # type: ignore[call-overload,no-any-return]  # options vary by provider


def _missing_package(name: str, error: ImportError) -> str:
    found = re.search(r"pip install [\"']?([\w\[\]-]+)", str(error))
    package = found[1] if found else f"langchain-{name.partition(':')[0].replace('_', '-')}"
    return f"ADVISOR_MODEL={name} needs a package that is not installed. Install it: pip install {package}"


def _not_made(settings: Settings, error: Exception) -> str:
    words = str(error).lower()
    if any(word in words for word in ("api_key", "api key", "credential", "token")):
        provider = (settings.model or "").partition(":")[0]
        return (
            f"The chat model {settings.model} needs a key. Set ADVISOR_MODEL_API_KEY, or the provider's own variable "
            f"(usually {provider.upper()}_API_KEY)."
        )
    return (
        f"The chat model {settings.model} can't be made ({type(error).__name__}). Check ADVISOR_MODEL, "
        "ADVISOR_MODEL_URL and the key."
    )
