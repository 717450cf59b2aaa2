"""The part of the report that sets models beside the extractive default, and what they drafted beside what was shown.

*Raw* is what a model drafted (see ``raw_drafts``). *Guarded* is what the advisor showed in its answers to the same
questions. Both are judged by the same verifier.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from advisor.composing import SHOWN
from advisor.domain import Answer, Verdict, VerdictStatus
from advisor.service import NOTHING_HELD_UP

from .matching import has_literal, numbers
from .metrics import (
    RESAMPLES,
    SEED,
    Count,
    Estimate,
    Measure,
    Metric,
    Record,
    correctness,
    estimate,
    false_refusals,
    latency_percentiles,
    refusal_recall,
    sentence_support,
)
from .raw_drafts import Raw
from .sections import Section, Table
from .words import interval

Array = npt.NDArray[np.float64]

TITLE = "Models side by side"
"""The section's title."""

_LABEL = re.compile(r"\bE\d{1,3}\b")
"""A model that speaks of its evidence by label states no number."""


@dataclass(frozen=True)
class SystemRun:
    """What one system made of the cases.

    Attributes:
        name: ``extractive``, or the model's name.
        records: The answered cases, in order.
        raw: What the model wrote, by case; a question that was refused beforehand has nothing.
        unanswered: Ids of the cases for which the model failed, or wasn't asked any more.
        trouble: The first failure's message.
    """

    name: str
    records: tuple[Record, ...]
    raw: Mapping[str, Raw] = field(default_factory=dict)
    unanswered: tuple[str, ...] = ()
    trouble: str = ""


class Difference(NamedTuple):
    """A metric of one system minus that of another over the same cases, with its 95 % interval.

    Attributes:
        value: The difference, -1 to 1; ``None`` if one of them has no value.
        low: Lower end; ``None`` where there are too few cases.
        high: Upper end.
    """

    value: float | None
    low: float | None
    high: float | None


def withheld_share(record: Record) -> Count | None:
    """Drafted sentences that are not shown."""
    drafted = len(record.answer.verdicts) + len(record.answer.withheld)
    return Count(len(record.answer.withheld), drafted) if drafted else None


COMPARED = (
    Metric("correctness", "correctness", correctness),
    Metric("sentence_support", "sentence support", sentence_support),
    Metric("refusal_recall", "refusal recall", refusal_recall),
    Metric("false_refusals", "false refusals", false_refusals),
    Metric("withheld_share", "withheld share", withheld_share),
)
"""What the systems are compared by; the meaning is the column's heading."""


def comparison(runs: Sequence[SystemRun], *, of: int | None = None) -> Section:
    """Report systems side by side.

    Args:
        runs: The default first, then the models.
        of: Number of cases that those asked were sampled from, if they were.
    """
    default, *models = runs
    asked = len(default.records)
    sampled = f", a sample of {of:,} that keeps the share of each half and family" if of and of > asked else ""
    text = [
        f"{asked:,} questions{sampled}. “{default.name}” needs no model; the thresholds rest on it alone. In brackets: "
        "95 % percentile-bootstrap interval over cases; differences are paired, over the cases that both answered.",
        "Raw is what a model drafted, sentence by sentence with the evidence that it named, before anything was "
        "withheld. Guarded is what the advisor showed for the same questions. The verifier that guards judges both, so "
        "that no guarded sentence is unsupported by construction; stray numbers and forbidden words are counted "
        "without it. Questions that are refused before a model is asked have no raw answer.",
        *(_told(run) for run in models),
    ]
    measured = {run.name: {metric.name: estimate(metric, run.records) for metric in COMPARED} for run in runs}
    said = {run.name: _said_by_row(run) for run in models}
    guarded = {run.name: {row: _guard(run, row, of_row) for row, of_row in said[run.name].items()} for run in models}
    figures = {
        f"{name}.{metric}": found.value for name, found_of in measured.items() for metric, found in found_of.items()
    }
    figures |= {
        f"{name}.{row}.{column}": found.value
        for name, rows in guarded.items()
        for row, columns in rows.items()
        for column, found in columns.items()
    }
    return Section(
        title=TITLE,
        text="\n\n".join(text),
        tables=(
            Table(
                ("system", "cases", *(metric.meaning for metric in COMPARED), "p50, ms", "p95, ms"),
                tuple(
                    (run.name, str(len(run.records)), *map(interval, measured[run.name].values()), *_times(run))
                    for run in runs
                ),
                "Figures by system.",
            ),
            Table(
                ("model", *(metric.meaning for metric in COMPARED)),
                tuple((run.name, *(_signed(difference(m, run, default)) for m in COMPARED)) for run in models),
                f"Differences to {default.name}, paired by case.",
            ),
            Table(
                ("", "answers", "sentences", *_COLUMNS.values()),
                tuple(
                    (f"{name}, {_ROWS[row]}", *_sizes(said[name][row].values()), *map(interval, columns.values()))
                    for name, rows in guarded.items()
                    for row, columns in rows.items()
                ),
                "What the models drafted (raw) against what was shown for the same questions (guarded).",
            ),
        ),
        figures={name: value for name, value in figures.items() if value is not None},
    )


def difference(metric: Metric, run: SystemRun, other: SystemRun, *, resamples: int = RESAMPLES) -> Difference:
    """Compute how much more a metric is for one system than for another, over the cases that both answered.

    The interval is that of a paired percentile bootstrap: each resample takes the same cases for both systems.
    """
    others = {record.case.id: record for record in other.records}
    pairs = [
        (metric.measure(record), metric.measure(others[record.case.id]))
        for record in run.records
        if record.case.id in others
    ]
    counts = np.array([(*(a or (0.0, 0.0)), *(b or (0.0, 0.0))) for a, b in pairs if a or b], float).reshape(-1, 4)
    if not counts[:, 1].sum() or not counts[:, 3].sum():
        return Difference(None, None, None)
    right, of, other_right, other_of = counts.T
    value = float(right.sum() / of.sum() - other_right.sum() / other_of.sum())
    if len(counts) < 2:
        return Difference(value, None, None)
    from scipy.stats import bootstrap  # type: ignore[import-untyped,unused-ignore]  # slow to import

    def minus(a: Array, b: Array, c: Array, d: Array, axis: int = -1) -> Array:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(a.sum(axis) / b.sum(axis) - c.sum(axis) / d.sum(axis))

    interval = bootstrap(
        (right, of, other_right, other_of),
        minus,
        paired=True,
        vectorized=True,
        method="percentile",
        confidence_level=0.95,
        n_resamples=resamples,
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    low, high = float(interval.low), float(interval.high)
    return Difference(value, low, high) if math.isfinite(low + high) else Difference(value, None, None)


def _stood_in(answer: Answer) -> bool:
    """Tell whether the extractive answer stands in for what the model wrote."""
    from advisor.generation.chat import UNUSABLE

    return UNUSABLE in answer.notes or NOTHING_HELD_UP in answer.notes


def _told(run: SystemRun) -> str:
    wrote = [record for record in run.records if record.case.id in run.raw]
    stood_in = sum(_stood_in(record.answer) for record in wrote)
    text = (
        f"{run.name} wrote something for {len(wrote):,} of {len(run.records):,} questions. In {stood_in:,} answers "
        "nothing of it was left, and the extractive answer stood in."
    )
    if run.unanswered:
        text += f" For {len(run.unanswered):,} questions it gave no answer. The first failure: {run.trouble}"
    return text


def _times(run: SystemRun) -> tuple[str, ...]:
    latency = latency_percentiles(run.records, (50, 95))
    return tuple(f"{latency[percent]:.0f}" if latency else "–" for percent in (50, 95))


_ROWS = {"raw": "raw", "own": "guarded, its own sentences", "shown": "guarded, all that is shown"}
_COLUMNS = {
    "supported": "supported",
    "supported_anywhere": "supported by anything retrieved",
    "flawed_answers": "answers with an unsupported sentence",
    "stray_numbers": "sentences with a stray number",
    "forbidden": "answers with forbidden words",
    "withheld": "withheld",
}


@dataclass(frozen=True)
class _Said:
    """What one row of the third table is about, for one question.

    Attributes:
        verdicts: Sentences, judged by their own evidence.
        anywhere: The same sentences, judged by all that was retrieved.
        cited: The text that each sentence rests on.
        text: What the forbidden words are looked for in.
    """

    verdicts: Sequence[Verdict]
    anywhere: Sequence[Verdict]
    cited: Sequence[str]
    text: str


def _said_by_row(run: SystemRun) -> dict[str, dict[str, _Said]]:
    """Return what was said by row and case, for the cases that the model wrote something for."""
    rows: dict[str, dict[str, _Said]] = {row: {} for row in _ROWS}
    for record in run.records:
        raw = run.raw.get(record.case.id)
        if raw is None:
            continue
        texts = {item.label: item.passage.text for item in raw.evidence}
        named = [" ".join(texts.get(label, "") for label in verdict.claim.labels) for verdict in raw.verdicts]
        drafted = {verdict.claim.text for verdict in raw.verdicts}
        shown = record.answer.verdicts
        own = [verdict for verdict in shown if verdict.claim.text in drafted]
        rows["raw"][record.case.id] = _Said(raw.verdicts, raw.anywhere, named, raw.text)
        rows["own"][record.case.id] = _shown(own, " ".join(verdict.claim.text for verdict in own))
        rows["shown"][record.case.id] = _shown(shown, record.answer.text)
    return rows


def _shown(verdicts: Sequence[Verdict], text: str) -> _Said:
    return _Said(verdicts, verdicts, [" ".join(c.quote for c in verdict.citations) for verdict in verdicts], text)


def _sizes(said: Iterable[_Said]) -> tuple[str, str]:
    sizes = [len(one.verdicts) for one in said]
    return str(sum(map(bool, sizes))), str(sum(sizes))


def _guard(run: SystemRun, row: str, said: Mapping[str, _Said]) -> dict[str, Estimate]:
    """Return the figures of a row of the third table by column."""
    records = [record for record in run.records if record.case.id in said]
    counts = {record.case.id: _counts(said[record.case.id], record, raw=row == "raw") for record in records}
    return {
        name: estimate(Metric(name, meaning, _looked_up(counts, name)), records) for name, meaning in _COLUMNS.items()
    }


def _looked_up(counts: Mapping[str, Mapping[str, Count]], name: str) -> Measure:
    return lambda record: counts[record.case.id].get(name)


def _counts(said: _Said, record: Record, *, raw: bool) -> dict[str, Count]:
    """Return what is counted on one question, by column; what doesn't apply is left out."""
    counts = {}
    if record.case.forbidden and said.text:
        counts["forbidden"] = Count(float(any(has_literal(said.text, words) for words in record.case.forbidden)), 1)
    size = len(said.verdicts)
    if not size:
        return counts
    shown = {verdict.claim.text for verdict in record.answer.verdicts}
    pairs = zip(said.verdicts, said.cited, strict=True)
    counts["supported"] = Count(sum(v.status is VerdictStatus.SUPPORTED for v in said.verdicts), size)
    counts["supported_anywhere"] = Count(sum(v.status is VerdictStatus.SUPPORTED for v in said.anywhere), size)
    counts["flawed_answers"] = Count(float(any(v.status not in SHOWN for v in said.verdicts)), 1)
    counts["stray_numbers"] = Count(
        sum(not numbers(_LABEL.sub("", v.claim.text)) <= numbers(cited) for v, cited in pairs), size
    )
    if raw:
        counts["withheld"] = Count(sum(v.claim.text not in shown for v in said.verdicts), size)
    return counts


def _signed(found: Difference) -> str:
    if found.value is None:
        return "–"
    if found.low is None or found.high is None:
        return f"{found.value:+.3f}"
    return f"{found.value:+.3f} ({found.low:+.2f} to {found.high:+.2f})"
