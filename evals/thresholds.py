"""Thresholds: what the figures must reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from advisor.errors import EvaluationError

from .cases import Split
from .metrics import Estimate

DEFAULT_THRESHOLDS = Path(__file__).with_name("thresholds.yaml")
"""The thresholds that ship with the package."""


class Threshold(BaseModel):
    """A bound on a metric.

    Attributes:
        metric: Name of the metric.
        at_least: Lowest value that passes; give this one or ``at_most``.
        at_most: Highest value that passes.
        split: Which questions it is for; the test half (or the development half where no case of the test half ran)
            if ``None``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str
    split: Split | None = None
    at_least: float | None = Field(default=None, ge=0, le=1)
    at_most: float | None = Field(default=None, ge=0, le=1)

    @model_validator(mode="after")
    def _one_bound(self) -> Threshold:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("give either at_least or at_most")
        return self

    @property
    def bound(self) -> str:
        """For people: ``>= 0.9``."""
        return f">= {self.at_least:g}" if self.at_least is not None else f"<= {self.at_most:g}"

    def __str__(self) -> str:
        """For people: ``correctness >= 0.9``."""
        return f"{self.metric} {self.bound}" + (f" ({self.split})" if self.split else "")

    def passes(self, value: float) -> bool:
        """Return whether the value is within the bound."""
        if self.at_least is not None:
            return value >= self.at_least
        return self.at_most is not None and value <= self.at_most


@dataclass(frozen=True)
class Judgement:
    """A threshold, applied.

    Attributes:
        threshold: The bound.
        value: What was measured; ``None`` if no case measures it.
        passed: Whether it is within the bound; ``None`` if not measured.
    """

    threshold: Threshold
    value: float | None
    passed: bool | None


def load_thresholds(path: Path = DEFAULT_THRESHOLDS) -> tuple[Threshold, ...]:
    """Read a thresholds file.

    Raises:
        EvaluationError: The file can't be read or isn't a list of thresholds under the key ``thresholds``.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise EvaluationError(f"Thresholds {path} can't be read: {' '.join(str(error).split())}.") from error
    if not isinstance(content, dict) or set(content) != {"thresholds"} or not isinstance(content["thresholds"], list):
        raise EvaluationError(f"Thresholds {path} must hold one key, thresholds, with a list of bounds.")
    try:
        return tuple(Threshold.model_validate(entry) for entry in content["thresholds"])
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise EvaluationError(f"Thresholds {path}: {faults}. Mend the file.") from error


def judge(
    thresholds: Sequence[Threshold], figures: Mapping[str, Mapping[str, Estimate]], judged: str
) -> tuple[Judgement, ...]:
    """Apply thresholds to figures.

    Args:
        thresholds: The bounds.
        figures: By split, the figures by metric.
        judged: The split that bounds are for which name none.

    Raises:
        EvaluationError: A threshold names a metric that doesn't exist.
    """
    measured = next(iter(figures.values()), {})
    unknown = [threshold.metric for threshold in thresholds if threshold.metric not in measured]
    if unknown:
        raise EvaluationError(f"No such metric: {', '.join(unknown)}. Metrics are: {', '.join(measured)}.")
    return tuple(
        Judgement(threshold, value, None if value is None else threshold.passes(value))
        for threshold in thresholds
        for found in [figures.get(threshold.split or judged, {})]
        for value in [found[threshold.metric].value if found else None]
    )
