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
    """A bound on a metric, or on a figure of one of the report's sections.

    Attributes:
        metric: Name of the metric; give this one or ``figure``.
        figure: Name of a section's figure. It belongs to no half, and may have any unit.
        at_least: Lowest value that passes; give this one or ``at_most``. A metric's is between 0 and 1.
        at_most: Highest value that passes.
        split: Which questions a metric's bound is for; the test half (or the development half where no case of the
            test half ran) if ``None``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str | None = None
    figure: str | None = None
    split: Split | None = None
    at_least: float | None = Field(default=None, allow_inf_nan=False)
    at_most: float | None = Field(default=None, allow_inf_nan=False)

    @model_validator(mode="after")
    def _consistent(self) -> Threshold:
        if (self.metric is None) == (self.figure is None):
            raise ValueError("give either metric or figure")
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("give either at_least or at_most")
        if self.figure is not None and self.split is not None:
            raise ValueError("a section's figure has no split")
        if self.metric is not None and not all(
            0 <= end <= 1 for end in (self.at_least, self.at_most) if end is not None
        ):
            raise ValueError("a metric's bound is between 0 and 1")
        return self

    @property
    def name(self) -> str:
        """The name of the metric or of the figure."""
        return self.metric or self.figure or ""

    @property
    def limit(self) -> float:
        """The value of the bound."""
        return self.at_least if self.at_least is not None else self.at_most or 0.0

    @property
    def bound(self) -> str:
        """For people: ``>= 0.9``."""
        return f">= {self.at_least:g}" if self.at_least is not None else f"<= {self.at_most:g}"

    def __str__(self) -> str:
        """For people: ``correctness >= 0.9``."""
        return f"{self.name} {self.bound}" + (f" ({self.split})" if self.split else "")

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
        value: What was measured; ``None`` if no case and no section measures it.
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
    thresholds: Sequence[Threshold],
    figures: Mapping[str, Mapping[str, Estimate]],
    judged: str,
    of_sections: Mapping[str, float] | None = None,
) -> tuple[Judgement, ...]:
    """Apply thresholds to figures.

    Args:
        thresholds: The bounds.
        figures: By split, the figures by metric.
        judged: The split that bounds on metrics are for which name none.
        of_sections: Figures of the report's sections by name. A figure that isn't among them is one that this run
            didn't measure.

    Raises:
        EvaluationError: A threshold names a metric that doesn't exist.
    """
    measured = next(iter(figures.values()), {})
    unknown = [bound.metric for bound in thresholds if bound.metric is not None and bound.metric not in measured]
    if unknown:
        raise EvaluationError(
            f"No such metric: {', '.join(unknown)}. Metrics are: {', '.join(measured)}. "
            "A figure of a section is named with the key `figure` instead of `metric`."
        )
    judgements = []
    for bound in thresholds:
        if bound.metric is None:
            value = (of_sections or {}).get(bound.name)
        else:
            half = figures.get(bound.split or judged)
            value = half[bound.metric].value if half else None
        judgements.append(Judgement(bound, value, None if value is None else bound.passes(value)))
    return tuple(judgements)
