"""What each leg of the retriever finds by itself, and what their fusion adds; differences are tested in pairs.

Legs are compared on the same questions: the interval of a difference is a bootstrap over questions, its p value that of
a paired permutation test (Fisher 1935; for retrieval, Smucker, Allan and Carterette 2007, "A Comparison of Statistical
Significance Tests for Information Retrieval Evaluation"), adjusted for the number of comparisons in a table (Benjamini
and Hochberg 1995).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from advisor.conversation import own_text, search_text
from advisor.domain import Passage, Question
from advisor.errors import EvaluationError
from advisor.knowledge_base import KnowledgeBase
from advisor.ports import Vectors
from advisor.retrieval.catalog import Catalog
from advisor.retrieval.hybrid import HybridRetriever
from advisor.retrieval.topics import ListedTopics
from advisor.retrieval.vectors import ChromaVectors
from advisor.settings import Settings
from advisor.terms import content_words

from .cases import Split
from .metrics import RESAMPLES, SEED, Record, source_ndcg, source_recall
from .sections import Section, Table
from .temporary import temporary_settings
from .words import HALVES, number, signed

Leg = Callable[[Question, int], Sequence[Passage]]
"""Finds so many passages for a question, best first."""

Scores = npt.NDArray[np.float64]
"""A value for each question, 0 to 1."""

HYBRID = "hybrid"
"""The leg that the others are compared with: what the advisor uses."""

PERMUTATIONS = 9999
"""Of a permutation test; the least p value is then 0.0002."""


def retrieval_section(settings: Settings, kb: KnowledgeBase, records: Sequence[Record]) -> Section:
    """Compare the legs on labelled questions: gold sources among those of the first 5 and 10 passages, and nDCG at 10.

    Args:
        settings: Settings that the knowledge base was opened with: they say where its index is.
        kb: The knowledge base.
        records: Answered cases; those without gold sources are left out. A follow-up is searched for as it was
            understood.

    Returns:
        Tables of each part of the questions; ``figures`` holds the values of the test half.
    """
    judged = [record for record in records if record.gold]
    halves = {split: [record for record in judged if record.case.split == split] for split in get_args(Split)}
    with _legs(settings, kb) as legs:
        measured = {split: _on_gold_sources(legs, half) for split, half in halves.items() if half}
    tables = [table for split, values in measured.items() for table in _tables(HALVES[split], values)]
    return Section(
        "Retrieval: each leg and their fusion",
        "Recall is the share of the gold sources among those of the first passages, of as many as could be there; nDCG "
        "counts distinct sources. Gold sources are alternatives: one of them is enough for a right answer.\n\n"
        + _told(legs),
        tuple(tables),
        figures=_figures(measured.get("test", {}), "retrieval"),
    )


def _on_gold_sources(legs: Mapping[str, Leg], records: Sequence[Record]) -> dict[str, dict[str, Scores]]:
    """Return what each leg finds of the gold sources, by leg and measure."""
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in legs}
    for record in records:  # leg by leg for one question, as its vectors are kept for a while
        for name, leg in legs.items():
            sources = [passage.source_id for passage in leg(record.answer.question, 10)]
            found[name].append(
                (
                    source_recall(record.gold, sources, 5),
                    source_recall(record.gold, sources, 10),
                    source_ndcg(record.gold, sources, 10),
                )
            )
    names = ("recall_at_5", "recall_at_10", "ndcg_at_10")
    return {leg: dict(zip(names, np.array(scores).T, strict=True)) for leg, scores in found.items()}


_LEGS = {
    "vectors": "the passages nearest to the question",
    "keywords": "BM25 over text, headings and listed questions",
    "listed questions": "the sections whose listed questions are nearest, a passage of each",
    "hybrid without keywords": "all but that leg, fused",
    HYBRID: "what the advisor uses",
}
"""What each leg is, for people."""


def _told(legs: Iterable[str]) -> str:
    return "\n\n".join(f"{leg}: {_LEGS[leg]}." for leg in legs)


class Excerpt(NamedTuple):
    """A question and where its answer stands.

    Attributes:
        question: What is asked.
        corpus: Name of the document.
        gold: Start and end of each gold excerpt in its text.
    """

    question: str
    corpus: str
    gold: tuple[tuple[int, int], ...]


def token_recall_section(corpora: Path | None, settings: Settings) -> Section:
    """Compare the legs on documents of other kinds: how much of the gold excerpts the first five passages cover.

    Recall is counted in characters and averaged over questions, as chunking_evaluation does (Smith and Troynikov 2024,
    "Evaluating Chunking Strategies for Retrieval"). Its 472 questions take two to three minutes on two cores.

    Args:
        corpora: Folder with ``questions_df.csv`` and the documents that it names; nothing is measured if ``None``.
        settings: Settings of the advisor under evaluation.

    Raises:
        EvaluationError: The questions can't be read.
    """
    title = "Retrieval: documents of other kinds"
    if corpora is None:
        return Section(title, "Not measured: no folder with documents and gold excerpts was given.")
    asked = _load(corpora / "questions_df.csv")
    with temporary_settings(settings) as temporary:
        values = _on_excerpts(asked, corpora, temporary)
    return Section(
        title,
        f"{len(asked)} questions about the documents of {corpora.name}, all in one index. Token recall is the share of "
        f"the gold excerpts' characters that the first five passages cover.\n\n{_told(values)}",
        _tables(f"Documents of {corpora.name}", values),
        figures=_figures(values, "corpora"),
    )


def _on_excerpts(asked: Sequence[Excerpt], corpora: Path, settings: Settings) -> dict[str, dict[str, Scores]]:
    """Put the documents into the settings' index, and return what each leg finds of the gold excerpts."""
    from advisor.assembly import open_knowledge  # heavy; not needed to find a fault in the questions

    with open_knowledge(settings) as kb:
        kb.sync(*(corpora / f"{name}.md" for name in sorted({one.corpus for one in asked})))
        names = {source.id: Path(source.origin).stem for source in kb.sources()}
        with _legs(settings, kb) as legs:
            recalls: dict[str, list[float]] = {name: [] for name in legs}
            for one in asked:
                question = Question(text=one.question, resolved=one.question)
                for name, leg in legs.items():
                    found = [(p.start, p.end) for p in leg(question, 5) if names[p.source_id] == one.corpus]
                    recalls[name].append(token_recall(one.gold, found))
    return {leg: {"token_recall_at_5": np.array(found)} for leg, found in recalls.items()}


def token_recall(gold: Sequence[tuple[int, int]], found: Sequence[tuple[int, int]]) -> float:
    """Return the share of the gold spans' characters that lie in the spans that were found.

    Args:
        gold: Start and end offsets, at least one character in all.
        found: The same, in the same text.
    """
    wanted = {i for start, end in gold for i in range(start, end)}
    return len(wanted & {i for start, end in found for i in range(start, end)}) / len(wanted)


def _load(path: Path) -> list[Excerpt]:
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            asked = [
                Excerpt(
                    row["question"],
                    row["corpus_id"],
                    tuple((one["start_index"], one["end_index"]) for one in json.loads(row["references"])),
                )
                for row in csv.DictReader(stream)
            ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvaluationError(f"The questions in {path} can't be read: {' '.join(str(error).split())}.") from error
    if not asked:
        raise EvaluationError(f"No questions in {path}.")
    return asked


@contextmanager
def _legs(settings: Settings, kb: KnowledgeBase) -> Iterator[dict[str, Leg]]:
    """Open the index of a knowledge base a second time, to ask each leg by itself; the fusion is the last one."""
    embedder = kb.sentence_embedder
    with closing(Catalog(settings.data_dir / "catalog.sqlite", embedder.fingerprint)) as catalog:
        vectors = ChromaVectors(settings.data_dir / "vectors", catalog.meta("uid") or "", settings.chroma_url)
        topics = ListedTopics(catalog, vectors)

        def passages(ids: Sequence[str]) -> list[Passage]:
            known = catalog.passages(ids)
            return [known[i] for i in ids if i in known]

        def direction(question: Question) -> Vectors:
            total = embedder.embed([search_text(question), own_text(question)]).sum(axis=0)
            return np.asarray(total / np.linalg.norm(total), dtype=np.float32)

        def by_vectors(question: Question, k: int) -> list[Passage]:
            return passages([i for i, _ in vectors.nearest("passages", direction(question), k)])

        def by_keywords(question: Question, k: int) -> list[Passage]:
            return passages([i for i, _ in catalog.search(content_words(search_text(question)), k)])

        def by_listed_questions(question: Question, k: int) -> list[Passage]:
            asked = embedder.embed_questions([search_text(question), own_text(question)]).mean(axis=0)
            near = topics.current().nearness(direction(question), asked)
            nearest = sorted(near, key=lambda topic: -near[topic].similarity)[:k]
            under = catalog.topic_passages(nearest)
            return passages([under[topic][0] for topic in nearest if topic in under])

        legs: dict[str, Leg] = {"vectors": by_vectors, "keywords": by_keywords}
        if topics.current().topics:
            legs["listed questions"] = by_listed_questions
        fused = HybridRetriever(catalog, vectors, embedder, topics, dense_weight=1.0)
        legs["hybrid without keywords"] = partial(_retrieved, fused)
        legs[HYBRID] = partial(_retrieved, kb)
        yield legs


def _retrieved(retriever: HybridRetriever | KnowledgeBase, question: Question, k: int) -> list[Passage]:
    return [piece.passage for piece in retriever.retrieve(question, limit=k)]


def _figures(values: Mapping[str, Mapping[str, Scores]], prefix: str) -> dict[str, float]:
    return {
        f"{prefix}_{leg.replace(' ', '_')}_{name}": float(scores.mean())
        for leg, measured in values.items()
        for name, scores in measured.items()
    }


def _tables(title: str, values: Mapping[str, Mapping[str, Scores]]) -> tuple[Table, Table]:
    """Return the values of each leg, and how they differ from the fusion's."""
    names = tuple(values[HYBRID])
    others = [leg for leg in values if leg != HYBRID]
    found = np.array([list(measured.values()) for measured in values.values()])  # (legs, measures, questions)
    differences = np.array([list(values[leg].values()) for leg in others]) - np.array(list(values[HYBRID].values()))
    chances = _chances(differences)
    cells, changes = _cells(found, number), _cells(differences, signed)
    return (
        Table(
            ("", *names),
            tuple((leg, *row) for leg, row in zip(values, cells, strict=True)),
            f"{title}, {found.shape[-1]} questions: what each leg finds; in brackets 95 % bootstrap intervals",
        ),
        Table(
            ("", *names),
            tuple(
                (leg, *(f"{change}, {_p(chance)}" for change, chance in zip(row, row_chances, strict=True)))
                for leg, row, row_chances in zip(others, changes, chances, strict=True)
            ),
            f"{title}: difference to the hybrid; p of paired permutation tests, adjusted for {chances.size} of them",
        ),
    )


def _chances(differences: Scores) -> Scores:
    """Return two-sided p values of paired permutation tests, which exchange signs at random; adjusted for their number.

    Args:
        differences: Shape (..., questions).

    Returns:
        Shape (...,); 1 where a single question tells nothing.
    """
    if differences.shape[-1] < 2:
        return np.ones(differences.shape[:-1])
    from scipy.stats import (  # type: ignore[import-untyped,unused-ignore]  # slow to import
        false_discovery_control,
        permutation_test,
    )

    result = permutation_test(
        (differences,),
        np.mean,
        permutation_type="samples",
        vectorized=True,
        n_resamples=PERMUTATIONS,
        batch=500,
        axis=-1,
        rng=np.random.default_rng(SEED),
    )
    return np.asarray(false_discovery_control(result.pvalue, axis=None)).reshape(result.pvalue.shape)


def _cells(scores: Scores, written: Callable[[float], str]) -> list[list[str]]:
    """Return means with their 95 % percentile-bootstrap intervals over questions.

    Args:
        scores: Shape (rows, columns, questions).
        written: Writes a value.
    """
    from scipy.stats import bootstrap  # type: ignore[import-untyped,unused-ignore]  # slow to import

    means = scores.mean(axis=-1)
    if scores.shape[-1] < 2:
        return [[written(mean) for mean in row] for row in means]
    found = bootstrap(
        (scores,),
        np.mean,
        axis=-1,
        method="percentile",
        n_resamples=RESAMPLES,
        batch=500,
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    return [
        [f"{written(mean)} ({written(low)} to {written(high)})" for mean, low, high in zip(*row, strict=True)]
        for row in zip(means, found.low, found.high, strict=True)
    ]


def _p(chance: float) -> str:
    return "p < 0.001" if chance < 0.001 else f"p = {chance:.3f}"
