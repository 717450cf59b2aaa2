"""The errors that Strategy Advisor raises.

    AdvisorError
    ├── ConfigError             a setting has no usable value
    ├── KnowledgeError          something about documents or their index
    │   ├── SourceError         one document can't be read (carries its path)
    │   ├── IndexMissing        there is no index yet
    │   ├── IndexMismatch       the index was made with another embedding model
    │   └── IndexBusy           another process is writing to the index
    ├── PromptError             a prompt template is wrong
    ├── GenerationError         the generator failed
    │   ├── ModelUnavailable    the chat model can't be reached or refuses
    │   └── MalformedOutput     the chat model's output has no usable claims
    ├── BriefError              a brief has a field that can't be used
    ├── PlanError               a saved plan can't be read
    └── EvaluationError         an evaluation can't be run

Each message says what failed, on what, and what to do next.
"""

from __future__ import annotations

from pathlib import Path


class AdvisorError(Exception):
    """Base of all errors that this package raises on purpose."""


class ConfigError(AdvisorError):
    """A setting has no usable value."""


class KnowledgeError(AdvisorError):
    """Documents or their index can't be used."""


class SourceError(KnowledgeError):
    """One document can't be read.

    Attributes:
        path: The document.
        reason: What is wrong with it, one line, without the path.
        line: 1-based line number where the trouble is, if known.
    """

    def __init__(self, path: Path | str, reason: str, *, line: int | None = None) -> None:
        self.path = Path(path)
        self.reason = reason
        self.line = line
        where = f"{path}:{line}" if line is not None else f"{path}"
        super().__init__(f"{where}: {reason}")


class IndexMissing(KnowledgeError):
    """There is no index where the settings say it is."""


class IndexMismatch(KnowledgeError):
    """The index was made with another embedding model than the settings name."""


class IndexBusy(KnowledgeError):
    """Another process is writing to the index."""


class PromptError(AdvisorError):
    """A prompt template is missing, malformed, or given the wrong inputs."""


class GenerationError(AdvisorError):
    """The generator could not draft anything."""


class ModelUnavailable(GenerationError):
    """The chat model can't be reached, refuses, or is not installed."""


class MalformedOutput(GenerationError):
    """The chat model's output holds no usable claims."""


class BriefError(AdvisorError):
    """A brief can't be read, or something in it can't be used."""


class PlanError(AdvisorError):
    """A saved plan can't be read, or no longer is one."""


class EvaluationError(AdvisorError):
    """An evaluation can't be run, for example because a dataset is malformed."""
