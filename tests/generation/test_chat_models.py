"""Chat models made from settings."""

from __future__ import annotations

import sys
import traceback

import pytest
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from advisor.errors import ConfigError, ModelUnavailable
from advisor.generation.models import chat_model
from advisor.settings import Settings


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "LANGSMITH_GATEWAY"):
        monkeypatch.delenv(name, raising=False)


def test_settings_reach_the_model() -> None:
    model = chat_model(
        Settings(
            model="openai:gpt-4o-mini",
            model_api_key=SecretStr("k-123456"),
            model_url="https://llm.example/v1",
            model_timeout=7,
        )
    )
    assert isinstance(model, ChatOpenAI)
    assert (model.model_name, model.openai_api_base) == ("gpt-4o-mini", "https://llm.example/v1")
    assert (model.request_timeout, model.max_retries, model.temperature) == (7.0, 0, 0)
    assert _key(model) == "k-123456"
    assert "k-123456" not in repr(model)


def test_temperature_is_left_out_where_the_model_takes_none() -> None:
    model = chat_model(Settings(model="openai:o3-mini", model_api_key=SecretStr("k-123456")))
    assert isinstance(model, ChatOpenAI)
    assert model.temperature is None


def test_a_local_server_needs_no_key_and_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    local = Settings(model="openai:any", model_url="http://127.0.0.1:8080/v1")
    remote = Settings(model="openai:any", model_url="https://llm.example/v1")
    assert _key(chat_model(local)) == _key(chat_model(remote)) == "not-needed"
    monkeypatch.setenv("OPENAI_API_KEY", "k-of-openai")
    assert _key(chat_model(local)) == "not-needed"
    assert _key(chat_model(remote)) == "k-of-openai"


def test_a_missing_key_is_named() -> None:
    with pytest.raises(
        ModelUnavailable, match=r"openai:gpt-4o-mini needs a key.*ADVISOR_MODEL_API_KEY.*OPENAI_API_KEY"
    ):
        chat_model(Settings(model="openai:gpt-4o-mini"))


def test_a_missing_package_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    from langchain.chat_models.base import _get_chat_model_creator

    _get_chat_model_creator.cache_clear()
    monkeypatch.setitem(sys.modules, "langchain_anthropic", None)
    with pytest.raises(ModelUnavailable, match=r"pip install langchain-anthropic$"):
        chat_model(Settings(model="anthropic:claude"))


def test_an_unknown_provider_is_a_setting_to_mend() -> None:
    with pytest.raises(ConfigError, match="no provider 'nobody'"):
        chat_model(Settings(model="nobody:model"))
    with pytest.raises(ConfigError, match="ADVISOR_MODEL=provider:name"):
        chat_model(Settings())


def test_a_refused_key_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise ValueError(f"bad credential {options['api_key']}")

    monkeypatch.setattr("langchain.chat_models.init_chat_model", refuse)
    key = "-".join(("tiger", "lily"))  # not as one word in this file, whose lines a traceback shows
    with pytest.raises(ModelUnavailable) as caught:
        chat_model(Settings(model="openai:x", model_api_key=SecretStr(key)))
    assert key not in "".join(traceback.format_exception(caught.value))


def _key(model: object) -> str:
    assert isinstance(model, ChatOpenAI)
    key = model.openai_api_key
    assert key is not None
    assert not callable(key)
    return key.get_secret_value()
