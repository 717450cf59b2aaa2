"""What an evaluation found: figures by family and half, sections, thresholds and failures; as data and as JSON.

Failures are listed for the development half and for the statements of the source documents. Of the test half there are
figures and nothing else, so that nobody tunes on it, not even by accident.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import metadata
from typing import get_args

from pydantic import BaseModel

from advisor.errors import EvaluationError

from .cases import Case, Family, Split
from .comparison import FORMAT, Comparison, Snapshot
from .metrics import (
    Estimate,
    Metric,
    Record,
    all_metrics,
    estimate,
    forbidden_violations,
    latency_percentiles,
    quote_is_exact,
    sentence_holds,
)
from .sections import Section
from .thresholds import Judgement, Threshold, judge


@dataclass(frozen=True)
class Group:
    """Figures over some of the answers.

    Attributes:
        split: ``dev``, ``test`` or ``coverage``.
        family: A family, or ``all``.
        cases: How many cases.
        figures: Estimates by name of metric.
        latency: Percentile to milliseconds.
    """

    split: str
    family: str
    cases: int
    figures: dict[str, Estimate]
    latency: dict[int, float]


@dataclass(frozen=True)
class Failure:
    """A case that went wrong; never one of the test half.

    Attributes:
        id: The case.
        split: Its split.
        family: Its family.
        question: What was asked.
        status: The answer's status.
        faults: What is wrong, one line each.
        answer: The answer's text.
    """

    id: str
    split: str
    family: str
    question: str
    status: str
    faults: tuple[str, ...]
    answer: str


@dataclass(frozen=True)
class EvalResult:
    """Everything that an evaluation found.

    Attributes:
        groups: Figures by half and family; the first group of a half is over all its families.
        judged: Which half the thresholds were applied to.
        judgements: The thresholds, applied.
        failures: Failures, but for those of the test half.
        generator: What drafted the answers.
        verifier: What judged them.
        meanings: One line for people on each metric, by name.
        asked: By id, a digest of each case that was asked, but for those of the test half.
        questions: By half, a digest of all its cases: whether two runs asked the same.
        date: When the run took place, ISO 8601; empty if unknown.
        versions: Version by name of program.
        opening: Sections before all figures: how far the judge can be trusted.
        closing: Sections after the figures by family.
        comparison: What has changed since the last run; ``None`` if there was none.
    """

    groups: tuple[Group, ...]
    judged: str
    judgements: tuple[Judgement, ...]
    failures: tuple[Failure, ...]
    generator: str
    verifier: str
    meanings: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)
    date: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    opening: tuple[Section, ...] = ()
    closing: tuple[Section, ...] = ()
    comparison: Comparison | None = None

    @property
    def passed(self) -> bool:
        """Whether no threshold is missed."""
        return all(judgement.passed is not False for judgement in self.judgements)

    @property
    def figures(self) -> dict[str, float]:
        """The figures of all sections, by name."""
        return _figures((*self.opening, *self.closing))


def summarise(
    records: Sequence[Record],
    thresholds: Sequence[Threshold],
    *,
    metrics: Sequence[Metric] | None = None,
    opening: Sequence[Section] = (),
    closing: Sequence[Section] = (),
    date: datetime | None = None,
) -> EvalResult:
    """Compute all figures and apply the thresholds.

    Args:
        records: Answers.
        thresholds: Bounds; applied to the test half, or to the development half where no case is in the test half.
            Those on a section's figure are applied whatever the half.
        metrics: What to measure; ``all_metrics()`` by default.
        opening: Sections to show before the figures.
        closing: Sections to show after the figures.
        date: When the run took place.

    Raises:
        EvaluationError: A threshold names a metric that isn't measured, or two sections have a figure of one name.
    """
    measured = tuple(metrics or all_metrics())
    halves = [split for split in get_args(Split) if any(r.case.split == split for r in records)]
    groups = []
    for split in halves:
        half = [record for record in records if record.case.split == split]
        groups.append(_group(split, "all", half, measured))
        for family in get_args(Family):
            members = [record for record in half if record.case.family == family]
            if members:
                groups.append(_group(split, family, members, measured))
    judged = "test" if "test" in halves else "dev"
    figures = {group.split: group.figures for group in groups if group.family == "all"}
    failures = (failure(record) for record in records if record.case.split != "test")
    traces = [record.answer.trace for record in records]
    return EvalResult(
        groups=tuple(groups),
        judged=judged,
        judgements=judge(thresholds, figures, judged, _figures((*opening, *closing))),
        failures=tuple(found for found in failures if found),
        generator=", ".join(sorted({trace.generator for trace in traces if trace.generator})),
        verifier=", ".join(sorted({trace.verifier for trace in traces if trace.verifier})),
        meanings={metric.name: metric.meaning.replace("``", "") for metric in measured},
        asked={record.case.id: _digest(record.case) for record in records if record.case.split != "test"},
        questions={
            split: _digest(*(record.case for record in records if record.case.split == split)) for split in halves
        },
        date=date.isoformat(timespec="seconds") if date else "",
        versions={"strategy-advisor": metadata.version("strategy-advisor"), "Python": platform.python_version()},
        opening=tuple(opening),
        closing=tuple(closing),
    )


def _figures(sections: Sequence[Section]) -> dict[str, float]:
    pairs = [pair for section in sections for pair in section.figures.items()]
    twice = sorted(name for name, number in Counter(name for name, _ in pairs).items() if number > 1)
    if twice:
        raise EvaluationError(f"Two sections of the report have figures of one name: {', '.join(twice)}.")
    return dict(pairs)


def _digest(*cases: Case) -> str:
    """Return 12 hexadecimal digits that stand for the cases, in whatever order they were asked."""
    content = "\n".join(sorted(case.model_dump_json() for case in cases))
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def _group(split: str, family: str, records: Sequence[Record], metrics: Sequence[Metric]) -> Group:
    figures = {metric.name: estimate(metric, records) for metric in metrics}
    return Group(split, family, len(records), figures, latency_percentiles(records))


def failure(record: Record) -> Failure | None:
    """Return what is wrong with an answer, or ``None`` if nothing is."""
    case, answer, texts = record.case, record.answer, record.texts or {}
    faults = []
    if answer.status not in case.expect:
        faults.append(f"status {answer.status}, expected {' or '.join(case.expect)}")
    faults += [f"not stated: {' / '.join(fact.any)}" for fact in case.facts if not fact.stated_in(answer.text)]
    if record.gold and case.must_be_answered and not any(c.source.id in record.gold for c in answer.citations):
        faults.append(f"cites none of {', '.join(sorted(record.gold))}")
    violated = forbidden_violations(record)
    if violated and violated.right:
        faults.append(f"says something forbidden: {' / '.join(case.forbidden)}")
    faults += [
        f"citation [{c.number}] is not the stored text" for c in answer.citations if not quote_is_exact(c, texts)
    ]
    faults += [f"doesn't hold: {v.claim.text}" for v in answer.verdicts if not sentence_holds(v, texts)]
    if not faults:
        return None
    return Failure(case.id, case.split, case.family, case.question, answer.status, tuple(faults), answer.text)


def to_json(result: EvalResult) -> str:
    """Return the result as JSON, with the keys ``format``, ``passed`` and ``figures`` (of all sections) added.

    What is no finite number becomes ``null``.
    """
    content = {"format": FORMAT, "passed": result.passed, "figures": result.figures}
    return json.dumps(_plain(content | dataclasses.asdict(result)), ensure_ascii=False, indent=2, allow_nan=False)


def _plain(value: object) -> object:
    """Return a value as JSON knows it."""
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, Mapping):
        return {str(name): _plain(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def snapshot(result: EvalResult) -> Snapshot:
    """Return what later runs will compare with."""
    return Snapshot.model_validate_json(to_json(result))
