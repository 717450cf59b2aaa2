"""What is measured on answers, and the intervals.

Each measure looks at one record and returns a ``Count`` (so many right, of so many), or ``None`` where it doesn't
apply. A metric's value over many records is the sum of ``right`` over the sum of ``of``. Values are between 0 and 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from advisor.domain import Answer, Citation, Verdict, VerdictStatus

from .cases import Case
from .matching import has_literal, numbers

RESAMPLES = 2000
"""Bootstrap resamples; the end points of a 95 % interval are then stable to about half a point."""

SEED = 20260101
"""Seed of the bootstrap, so that two reports on the same answers are equal."""


class Count(NamedTuple):
    """So many right, of so many."""

    right: float
    of: float


@dataclass(frozen=True)
class Record:
    """One answered case.

    Attributes:
        case: The case.
        answer: The advisor's answer.
        seconds: Wall-clock time of the last ``ask``.
        gold: Ids of the gold sources.
        retrieved: Source ids of the retrieved passages, best first, one entry a passage.
        texts: Stored text of each cited source, by id.
    """

    case: Case
    answer: Answer
    seconds: float = 0.0
    gold: frozenset[str] = frozenset()
    retrieved: tuple[str, ...] = ()
    texts: Mapping[str, str] | None = None


Measure = Callable[[Record], Count | None]


@dataclass(frozen=True)
class Metric:
    """A named measure.

    Attributes:
        name: Key in reports and thresholds.
        meaning: One line for people.
        measure: What is counted on a record.
    """

    name: str
    meaning: str
    measure: Measure


@dataclass(frozen=True)
class Estimate:
    """A metric over records.

    Attributes:
        value: The value, 0 to 1; ``None`` if no record applies.
        low: Lower end of the 95 % percentile-bootstrap interval over cases; ``None`` with fewer than two cases.
        high: Upper end.
        cases: Number of records that the metric applies to.
    """

    value: float | None
    low: float | None
    high: float | None
    cases: int


def correctness(record: Record) -> Count | None:
    """All gold facts are stated in an answer whose status is accepted; cases with facts only."""
    if not record.case.facts:
        return None
    stated = all(fact.stated_in(record.answer.text) for fact in record.case.facts)
    return Count(float(stated and record.answer.status in record.case.expect), 1)


def correct_and_cited(record: Record) -> Count | None:
    """Correct, and a gold source is cited; cases with facts and gold sources."""
    right = correctness(record)
    if right is None or not record.gold:
        return None
    return Count(right.right * any(c.source.id in record.gold for c in record.answer.citations), 1)


def fact_recall(record: Record) -> Count | None:
    """Gold facts that are stated."""
    if not record.case.facts:
        return None
    return Count(sum(fact.stated_in(record.answer.text) for fact in record.case.facts), len(record.case.facts))


def status_accuracy(record: Record) -> Count:
    """The status is one that the case accepts."""
    return Count(float(record.answer.status in record.case.expect), 1)


def quote_is_exact(citation: Citation, texts: Mapping[str, str]) -> bool:
    """Return whether the quote is, character for character, the stored text between the citation's offsets."""
    text = texts.get(citation.source.id)
    return (
        text is not None
        and 0 <= citation.start < citation.end <= len(text)
        and citation.quote == text[citation.start : citation.end]
    )


def sentence_holds(verdict: Verdict, texts: Mapping[str, str]) -> bool:
    """Return whether a shown sentence is supported, by a check that doesn't rest on the verifier alone.

    The verdict must be ``supported``, there must be a citation, every quote must be exact, and every number in the
    sentence must stand in one of its quotes.
    """
    quoted = " ".join(citation.quote for citation in verdict.citations)
    return (
        verdict.status is VerdictStatus.SUPPORTED
        and bool(verdict.citations)
        and all(quote_is_exact(citation, texts) for citation in verdict.citations)
        and numbers(verdict.claim.text) <= numbers(quoted)
    )


def sentence_support(record: Record) -> Count | None:
    """Shown sentences that hold (see ``sentence_holds``); a side of a disagreement is a quote and must be exact."""
    texts = record.texts or {}
    sides = [side.citation for disagreement in record.answer.disagreements for side in disagreement.sides]
    held = sum(sentence_holds(verdict, texts) for verdict in record.answer.verdicts)
    held += sum(quote_is_exact(citation, texts) for citation in sides)
    shown = len(record.answer.verdicts) + len(sides)
    return Count(held, shown) if shown else None


def span_exactness(record: Record) -> Count | None:
    """Citations whose quote is the stored text between their offsets."""
    cited = record.answer.citations
    return Count(sum(quote_is_exact(c, record.texts or {}) for c in cited), len(cited)) if cited else None


def response_hallucination(record: Record) -> Count | None:
    """Answers with at least one shown sentence or side that doesn't hold, of those that show any."""
    held = sentence_support(record)
    return None if held is None else Count(float(held.right < held.of), 1)


def gold_source_precision(record: Record) -> Count | None:
    """Citations that point to a gold source; an upper bound on error, as other sources may support the sentence too."""
    cited = record.answer.citations
    if not record.gold or not cited:
        return None
    return Count(sum(c.source.id in record.gold for c in cited), len(cited))


def gold_source_recall(record: Record) -> Count | None:
    """At least one gold source is cited; cases with gold sources that must be answered."""
    if not record.gold or not record.case.must_be_answered:
        return None
    return Count(float(any(c.source.id in record.gold for c in record.answer.citations)), 1)


def quote_recall(record: Record) -> Count | None:
    """A citation's quote contains a gold quote, or the other way round; cases with gold quotes."""
    if not record.case.quotes:
        return None
    cited = [" ".join(c.quote.split()) for c in record.answer.citations]
    wanted = [" ".join(quote.split()) for quote in record.case.quotes]
    return Count(float(any(a in b or b in a for a in cited for b in wanted)), 1)


def refusal_recall(record: Record) -> Count | None:
    """Questions that must not simply be answered, and were not (``partial`` or ``insufficient_evidence``)."""
    if not record.case.must_be_refused:
        return None
    return Count(float(record.answer.status != "answered"), 1)


def refusal_precision(record: Record) -> Count | None:
    """Answers with ``insufficient_evidence`` to questions that the sources indeed don't answer."""
    if record.answer.status != "insufficient_evidence":
        return None
    return Count(float(not record.case.must_be_answered), 1)


def false_refusals(record: Record) -> Count | None:
    """Questions that the sources answer, and that were refused or answered less fully than the case accepts."""
    if not record.case.must_be_answered:
        return None
    return Count(float(record.answer.status not in record.case.expect), 1)


def forbidden_violations(record: Record) -> Count | None:
    """Answers with forbidden words; cases that forbid some."""
    if not record.case.forbidden:
        return None
    return Count(float(any(has_literal(record.answer.text, words) for words in record.case.forbidden)), 1)


def disagreement_shown(record: Record) -> Count | None:
    """Two sides that are told apart by their quotes are shown; questions on which the sources disagree.

    With gold sources, one of the sides must be from one of them: a disagreement about something else doesn't count.
    """
    if record.case.family != "disagreement" or not record.case.must_be_answered:
        return None
    shown = any(
        len({side.citation.quote for side in found.sides}) > 1
        and (not record.gold or any(side.citation.source.id in record.gold for side in found.sides))
        for found in record.answer.disagreements
    )
    return Count(float(shown), 1)


def follow_up_resolved(record: Record) -> Count | None:
    """A follow-up was answered about its thread: facts stated, or a gold source cited where there are no facts.

    Follow-ups that must be refused say nothing about whether the thread was understood, and are left out.
    """
    if record.case.family != "follow_up" or not record.case.must_be_answered:
        return None
    stated = correctness(record)
    return gold_source_recall(record) if stated is None else stated


def source_recall(gold: frozenset[str], retrieved: Sequence[str], k: int) -> float:
    """Return the share of gold sources among the first ``k`` retrieved, of as many as could be there.

    Args:
        gold: Ids of the gold sources, at least one.
        retrieved: Source ids of the retrieved passages, best first, one entry a passage.
        k: Depth, in passages.
    """
    return len(gold & set(retrieved[:k])) / min(len(gold), k)


def source_ndcg(gold: frozenset[str], retrieved: Sequence[str], k: int) -> float:
    """Return the normalised discounted cumulative gain of the distinct sources of the first ``k`` passages.

    Järvelin and Kekäläinen, 2002: gain at rank r is divided by log2(r + 1), and the sum by that of the ideal order. A
    gold source has gain 1. Arguments as for ``source_recall``.
    """
    ranking = list(dict.fromkeys(retrieved[:k]))
    gain = sum(1 / math.log2(rank + 1) for rank, source in enumerate(ranking, start=1) if source in gold)
    return gain / sum(1 / math.log2(rank + 1) for rank in range(1, min(len(gold), k) + 1))


@dataclass(frozen=True)
class RetrievalRecall:
    """Gold sources among the sources of the first ``k`` passages, of as many as could be there."""

    k: int

    def __call__(self, record: Record) -> Count | None:
        """Count on one record; cases with gold sources only."""
        return Count(source_recall(record.gold, record.retrieved, self.k), 1) if record.gold else None


@dataclass(frozen=True)
class RetrievalHit:
    """At least one gold source among the sources of the first ``k`` passages."""

    k: int

    def __call__(self, record: Record) -> Count | None:
        """Count on one record; cases with gold sources only."""
        return Count(float(bool(record.gold & set(record.retrieved[: self.k]))), 1) if record.gold else None


@dataclass(frozen=True)
class RetrievalNdcg:
    """Normalised discounted cumulative gain over distinct sources in the first ``k`` passages, gain 1 for gold."""

    k: int

    def __call__(self, record: Record) -> Count | None:
        """Count on one record; cases with gold sources only."""
        return Count(source_ndcg(record.gold, record.retrieved, self.k), 1) if record.gold else None


def all_metrics(k: int = 5) -> tuple[Metric, ...]:
    """Return every metric that a report shows, in order.

    Args:
        k: Depth, in passages, of the retrieval metrics.
    """
    named: list[tuple[str, Measure]] = [
        ("correctness", correctness),
        ("correct_and_cited", correct_and_cited),
        ("fact_recall", fact_recall),
        ("status_accuracy", status_accuracy),
        ("sentence_support", sentence_support),
        ("span_exactness", span_exactness),
        ("response_hallucination", response_hallucination),
        ("gold_source_precision", gold_source_precision),
        ("gold_source_recall", gold_source_recall),
        ("quote_recall", quote_recall),
        ("refusal_recall", refusal_recall),
        ("refusal_precision", refusal_precision),
        ("false_refusals", false_refusals),
        ("forbidden_violations", forbidden_violations),
        ("disagreement_shown", disagreement_shown),
        ("follow_up_resolved", follow_up_resolved),
        (f"retrieval_recall_at_{k}", RetrievalRecall(k)),
        (f"retrieval_hit_at_{k}", RetrievalHit(k)),
        (f"retrieval_ndcg_at_{k}", RetrievalNdcg(k)),
    ]
    return tuple(Metric(name, (measure.__doc__ or "").split("\n", 1)[0], measure) for name, measure in named)


def estimate(metric: Metric, records: Sequence[Record], *, resamples: int = RESAMPLES, seed: int = SEED) -> Estimate:
    """Compute a metric with its 95 % percentile-bootstrap interval; cases are resampled, not sentences.

    Args:
        metric: What to measure.
        records: On which answers.
        resamples: Number of bootstrap resamples.
        seed: Seed of the resampling.
    """
    counts = [count for record in records if (count := metric.measure(record)) is not None]
    if not counts:
        return Estimate(None, None, None, 0)
    right, of = np.array([c.right for c in counts], float), np.array([c.of for c in counts], float)
    value = float(right.sum() / of.sum())
    if len(counts) < 2:
        return Estimate(value, None, None, len(counts))
    from scipy.stats import bootstrap  # type: ignore[import-untyped,unused-ignore]  # slow to import

    interval = bootstrap(
        (right, of),
        lambda a, b, axis=-1: a.sum(axis=axis) / b.sum(axis=axis),
        paired=True,
        vectorized=True,
        method="percentile",
        confidence_level=0.95,
        n_resamples=resamples,
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Estimate(value, float(interval.low), float(interval.high), len(counts))


def wilson(right: int, of: int) -> Estimate:
    """Return a share with its 95 % Wilson score interval (Wilson 1927), which holds for shares near 0 and 1 as well."""
    if not of:
        return Estimate(None, None, None, 0)
    from scipy.stats import binomtest  # type: ignore[import-untyped,unused-ignore]  # slow to import

    found = binomtest(right, of).proportion_ci(method="wilson")
    return Estimate(right / of, float(found.low), float(found.high), of)


def latency_percentiles(records: Sequence[Record], percents: Sequence[int] = (50, 95, 99)) -> dict[int, float]:
    """Return percentiles of the time of an ``ask``, in milliseconds, linearly interpolated; empty without records."""
    if not records:
        return {}
    times = [record.seconds * 1000 for record in records]
    return {percent: float(np.percentile(times, percent)) for percent in percents}
