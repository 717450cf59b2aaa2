"""Citation recall and precision as ALCE defines them, with a verifier as the judge.

Gao et al. 2023, "Enabling Large Language Models to Generate Text with Citations": a sentence has recall 1 if its
citations together support it. A citation has precision 1 if its sentence has recall 1 and it is not irrelevant;
irrelevant is a citation that doesn't support the sentence alone, while the others do without it. Both are averaged
within an answer, then over answers.

The judge sees the cited quotes and nothing else: neither the passages around them nor their headings. Support is the
verdict ``supported``; ``partial`` is none. A judge that also guarded the answers is lenient with them, so these figures
are to be read beside what is known of the judge's errors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

from advisor.domain import Citation, Claim, Evidence, Passage, VerdictStatus
from advisor.ports import Verifier

from .metrics import Count, Metric, Record

_Quotes = tuple[str, ...]
"""Labels of the quotes that a sentence is judged by, in order, each once."""


class _Cited(NamedTuple):
    """A sentence with quotes that may support it."""

    sentence: str
    quotes: _Quotes


@dataclass(frozen=True)
class CitationMeasure:
    """Counts on one record what was judged over all of them.

    Attributes:
        counts: By the id of the case; a case whose answer shows no sentence is left out.
    """

    counts: Mapping[str, Count]

    def __call__(self, record: Record) -> Count | None:
        """Return what was counted."""
        return self.counts.get(record.case.id)


def citation_metrics(records: Sequence[Record], verifier: Verifier) -> tuple[Metric, Metric]:
    """Judge the citations of all shown sentences, in one batch.

    Args:
        records: The answers. Sides of a disagreement are quotes themselves and are not judged.
        verifier: The judge, called once; a sentence is judged by the same quotes only once.

    Returns:
        ``citation_recall`` and ``citation_precision``, to be used on these records alone (``metrics.estimate``).
    """
    labels: dict[tuple[str, int, int, str], str] = {}
    evidence: list[Evidence] = []
    sentences: dict[str, list[_Cited]] = {}
    for record in records:
        for verdict in record.answer.verdicts:
            quotes = tuple(dict.fromkeys(_labelled(citation, labels, evidence) for citation in verdict.citations))
            sentences.setdefault(record.case.id, []).append(_Cited(verdict.claim.text, quotes))
    wanted = list(dict.fromkeys(group for cited in sentences.values() for one in cited for group in _groups(one)))
    verdicts = verifier.check([Claim(text=group.sentence, labels=group.quotes) for group in wanted], evidence)
    supported = {
        group for group, verdict in zip(wanted, verdicts, strict=True) if verdict.status is VerdictStatus.SUPPORTED
    }
    recall = {name: Count(sum(one in supported for one in cited) / len(cited), 1) for name, cited in sentences.items()}
    precision = {}
    for name, cited in sentences.items():
        relevant = sum(_relevant(one, supported) for one in cited)
        precision[name] = Count(relevant / max(1, sum(len(one.quotes) for one in cited)), 1)
    return (
        Metric(
            "citation_recall",
            "Shown sentences that the judge finds supported by their quotes together, averaged over answers (ALCE).",
            CitationMeasure(recall),
        ),
        Metric(
            "citation_precision",
            "Citations without which a supported sentence would lack something, or that support it alone (ALCE).",
            CitationMeasure(precision),
        ),
    )


def _labelled(citation: Citation, labels: dict[tuple[str, int, int, str], str], evidence: list[Evidence]) -> str:
    """Return the label of a cited quote, which becomes evidence when it is met first."""
    key = (citation.source.id, citation.start, citation.end, citation.quote)
    if key not in labels:
        label = labels[key] = f"E{len(labels) + 1}"
        passage = Passage(
            id=label, source_id=citation.source.id, text=citation.quote, start=citation.start, end=citation.end
        )
        evidence.append(Evidence(label=label, passage=passage, source=citation.source, score=1.0))
    return labels[key]


def _groups(cited: _Cited) -> list[_Cited]:
    """Return what has to be judged: all quotes together, each alone, and all but each."""
    groups = [cited.quotes]
    for quote in cited.quotes:
        groups += [(quote,), _without(cited.quotes, quote)]
    return [_Cited(cited.sentence, group) for group in dict.fromkeys(groups) if group]


def _without(quotes: _Quotes, left_out: str) -> _Quotes:
    return tuple(quote for quote in quotes if quote != left_out)


def _relevant(cited: _Cited, supported: Set[_Cited]) -> int:
    """Return how many of a sentence's citations have precision 1."""
    if cited not in supported:
        return 0
    return sum(
        cited._replace(quotes=(quote,)) in supported
        or cited._replace(quotes=_without(cited.quotes, quote)) not in supported
        for quote in cited.quotes
    )
