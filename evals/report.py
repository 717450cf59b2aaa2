"""Figures by family and half, as data, Markdown and JSON.

Failures are listed for the development half and for the statements of the source documents. Of the test half there are
figures and nothing else, so that nobody tunes on it, not even by accident.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from .cases import Family, Split
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
    """

    groups: tuple[Group, ...]
    judged: str
    judgements: tuple[Judgement, ...]
    failures: tuple[Failure, ...]
    generator: str
    verifier: str

    @property
    def passed(self) -> bool:
        """Whether no threshold is missed."""
        return all(judgement.passed is not False for judgement in self.judgements)


def summarise(
    records: Sequence[Record], thresholds: Sequence[Threshold], *, metrics: Sequence[Metric] | None = None
) -> EvalResult:
    """Compute all figures and apply the thresholds.

    Args:
        records: Answers.
        thresholds: Bounds; applied to the test half, or to the development half where no case is in the test half.
        metrics: What to measure; ``all_metrics()`` by default.

    Raises:
        EvaluationError: A threshold names a metric that isn't measured.
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
        judgements=judge(thresholds, figures, judged),
        failures=tuple(found for found in failures if found),
        generator=", ".join(sorted({trace.generator for trace in traces if trace.generator})),
        verifier=", ".join(sorted({trace.verifier for trace in traces if trace.verifier})),
    )


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
    """Return the result as JSON, with the key ``passed`` added."""
    content = {"passed": result.passed} | dataclasses.asdict(result)
    return json.dumps(content, ensure_ascii=False, indent=2, default=lambda value: value.model_dump())


def to_markdown(result: EvalResult, metrics: Sequence[Metric] | None = None) -> str:
    """Return the result as Markdown: thresholds, figures by half and family, failures of the development half."""
    lines = ["# Evaluation", ""]
    lines += [f"Drafted by: {result.generator or 'unknown'}. Checked by: {result.verifier or 'unknown'}.", ""]
    lines += [f"## Thresholds ({result.judged})", "", "| Threshold | Measured | Result |", "|---|---|---|"]
    for judgement in result.judgements:
        word = {True: "passed", False: "MISSED", None: "not measured"}[judgement.passed]
        lines.append(f"| {judgement.threshold} | {_number(judgement.value)} | {word} |")
    for split in dict.fromkeys(group.split for group in result.groups):
        lines += ["", *_table(split, [group for group in result.groups if group.split == split])]
    lines += ["", "## What the figures mean", ""]
    lines += [f"- `{metric.name}`: {metric.meaning}" for metric in metrics or all_metrics()]
    lines.append("- In brackets: 95 % percentile-bootstrap interval over cases.")
    for split in dict.fromkeys(group.split for group in result.groups if group.split != "test"):
        lines += ["", f"## Failures: {_TITLES[split].lower()}", ""]
        listed = [failed for failed in result.failures if failed.split == split]
        for failed in listed:
            lines += [f"### {failed.id}", "", f"Question: {failed.question}", "", f"Status: {failed.status}", ""]
            lines += [f"- {fault}" for fault in failed.faults]
            lines += ["", *(f"> {line}".rstrip() for line in failed.answer.splitlines()), ""]
        if not listed:
            lines.append("None.")
    return "\n".join(lines).rstrip() + "\n"


_TITLES = {"dev": "Development half", "test": "Test half", "coverage": "Statements of the source documents"}


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _interval(figure: Estimate) -> str:
    if figure.low is None or figure.high is None:
        return _number(figure.value)
    return f"{figure.value:.3f} ({figure.low:.2f}–{figure.high:.2f})"


def _table(split: str, groups: Sequence[Group]) -> list[str]:
    rows = [f"## {_TITLES[split]}", "", "| | " + " | ".join(f"{g.family} ({g.cases})" for g in groups) + " |"]
    rows.append("|---" * (len(groups) + 1) + "|")
    for name in groups[0].figures:
        rows.append(f"| {name} | " + " | ".join(_interval(group.figures[name]) for group in groups) + " |")
    for percent in groups[0].latency:
        rows.append(f"| latency p{percent}, ms | " + " | ".join(f"{g.latency[percent]:.0f}" for g in groups) + " |")
    return rows


def write_report(result: EvalResult, folder: Path) -> tuple[Path, Path]:
    """Write ``report.md`` and ``report.json`` into a folder, which is created.

    Returns:
        The two paths.
    """
    folder.mkdir(parents=True, exist_ok=True)
    markdown, data = folder / "report.md", folder / "report.json"
    markdown.write_text(to_markdown(result), encoding="utf-8")
    data.write_text(to_json(result) + "\n", encoding="utf-8")
    return markdown, data
