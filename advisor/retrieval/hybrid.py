"""Hybrid retrieval: dense and keyword search, fused on normalised scores."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from advisor.conversation import own_text, search_text
from advisor.domain import Evidence, Passage, Question, SourceKind
from advisor.ports import Embedder, QuestionEmbedder, Vectors
from advisor.retrieval.catalog import Catalog
from advisor.retrieval.topics import ListedTopics
from advisor.retrieval.vectors import ChromaVectors
from advisor.sentences import sentence_spans
from advisor.terms import content_words

CANDIDATES = 40
"""Hits taken from each leg before fusion."""

DENSE_WEIGHT = 0.6
"""Share of the dense leg in the fused score; chosen on the questions of chunking_evaluation (see CHANGELOG)."""

ASKED_TOPICS = 32
"""Sections that become candidates through their listed questions alone."""

TOPIC_WEIGHT = 0.5
"""Share of the topic leg in the fused score."""

WORD_FOR_WORD = 0.999
"""Similarity to a listed question from which on it is that question: asked as suggested, its own section answers it."""

OWN_SHARE = 4
"""One in so many passages is the user's own, if there are any: our knowledge must not crowd out theirs."""

CROWDING = 0.03
"""What a passage loses for each better one of the same source, so that one document doesn't crowd out the rest."""

POOL = 32
"""Passages that are chosen before the order is settled, however few are wanted."""

CURATED_CROWDING = 0.15
"""The same for the order of curated ones, which are cut into many short passages: the first few come from several."""


@dataclass
class _Candidate:
    dense: float | None = None
    asks_similarity: float = 0.0
    asks: str | None = None
    topic: float = 0.0
    bm25: float = 0.0


class HybridRetriever:
    """Searches the catalog and the vector store.

    Min-max normalised scores are averaged, because that beat reciprocal rank fusion on 16 of 18 BEIR sets
    (Bruch, Gai and Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval", argue the same).

    Args:
        catalog: Passages, listed questions and the keyword index.
        vectors: The vector store.
        embedder: The model that the stored vectors were made with.
        topics: The index of listed questions.
        dense_weight: Share of the dense leg in the fused score, 0 to 1. 1 is dense only, 0 keywords only.
    """

    def __init__(
        self,
        catalog: Catalog,
        vectors: ChromaVectors,
        embedder: Embedder,
        topics: ListedTopics,
        dense_weight: float = DENSE_WEIGHT,
    ) -> None:
        self._catalog = catalog
        self._vectors = vectors
        self._embedder = embedder
        self._dense_weight = dense_weight
        self._topics = topics
        self._answers: dict[str, Vectors] = {}  # of the sentences of our passages, which are some 1,300

    def retrieve(
        self,
        question: Question,
        *,
        limit: int = 8,
        sources: Sequence[str] | None = None,
        kinds: Sequence[SourceKind] | None = None,
    ) -> tuple[Evidence, ...]:
        """Return evidence by rank; see ``ports.Retriever``."""
        only = self._restriction(sources, kinds)
        if only is not None and not only:
            return ()
        # A follow-up is searched as a whole and by its own words: the thread gives the subject, they give the point.
        both = [search_text(question), own_text(question)]
        vector = _direction(self._embedder.embed(both)) if self._dense_weight > 0 else None
        model = self._embedder if vector is not None and isinstance(self._embedder, QuestionEmbedder) else None
        asked = vector if model is None else model.embed_questions(both).mean(axis=0)
        candidates = self._candidates(both[0], vector, asked, max(CANDIDATES, 4 * limit), only)
        passages = {i: p for i, p in self._catalog.passages(candidates).items() if not p.flagged}
        if not passages:
            return ()
        known = self._catalog.sources_by_id(passage.source_id for passage in passages.values())
        own = {i for i, passage in passages.items() if known[passage.source_id].kind == "upload"}
        if model is not None and asked is not None:
            ours = [passage for i, passage in passages.items() if i not in own]
            for passage, nearest in zip(ours, self._best_sentences(model, asked, ours), strict=True):
                candidates[passage.id].dense = nearest
        if vector is not None:
            lacking = [i for i in passages if candidates[i].dense is None]
            for i, stored in self._vectors.vectors("passages", lacking).items():
                candidates[i].dense = float(stored @ vector)
        scores = self._fuse({i: candidates[i] for i in passages})
        chosen = _diverse(scores, passages, limit, own)
        best_bm25 = max((c.bm25 for c in candidates.values()), default=0.0)
        return tuple(
            Evidence(
                label=f"E{rank}",
                passage=passages[i],
                source=known[passages[i].source_id],
                score=min(1.0, max(0.0, scores[i])),
                dense=candidates[i].dense or 0.0,
                keyword=candidates[i].bm25 / best_bm25 if best_bm25 else 0.0,
                asks=candidates[i].asks,
                asks_similarity=candidates[i].asks_similarity,
                topic_similarity=candidates[i].topic,
            )
            for rank, i in enumerate(chosen, 1)
        )

    def _restriction(self, sources: Sequence[str] | None, kinds: Sequence[SourceKind] | None) -> Sequence[str] | None:
        if sources is not None:
            self._catalog.sources_by_id(sources)  # an unknown id is the caller's mistake, not "nothing found"
        if kinds is None:
            return sources
        of_kind = [s.id for s in self._catalog.sources() if s.kind in kinds]
        return of_kind if sources is None else [i for i in of_kind if i in set(sources)]

    def _candidates(
        self, text: str, vector: Vectors | None, asked: Vectors | None, depth: int, only: Sequence[str] | None
    ) -> dict[str, _Candidate]:
        """Collect up to ``depth`` hits of each leg for a question, its vector, and its vector as a question."""
        candidates: dict[str, _Candidate] = {}
        if vector is not None:
            for i, similarity in self._vectors.nearest("passages", vector, depth, only):
                candidates.setdefault(i, _Candidate()).dense = similarity
        if self._dense_weight < 1:
            for i, bm25 in self._catalog.search(content_words(text), depth, only):
                candidates.setdefault(i, _Candidate()).bm25 = bm25
        if vector is not None and asked is not None:
            self._add_asked(candidates, vector, asked, only)
        return candidates

    def _best_sentences(self, model: QuestionEmbedder, asked: Vectors, passages: Sequence[Passage]) -> list[float]:
        """Return how near the best sentence of each passage of our knowledge is, by what it is known to answer."""
        if not passages:
            return []
        for passage in passages:
            if passage.id not in self._answers:
                sentences = [passage.text[start:end] for start, end in sentence_spans(passage.text)]
                self._answers[passage.id] = model.embed_answers(sentences or [passage.text])
        answers = [self._answers[passage.id] for passage in passages]
        first = np.cumsum([0, *(len(own) for own in answers[:-1])])
        return [float(best) for best in np.maximum.reduceat(np.concatenate(answers) @ asked, first)]

    def _add_asked(
        self, candidates: dict[str, _Candidate], vector: Vectors, asked: Vectors, only: Sequence[str] | None
    ) -> None:
        """Let the passages of a section profit from the questions that it lists."""
        near = self._topics.current().nearness(vector, asked, None if only is None else set(only))
        nearest = sorted(near, key=lambda topic: -near[topic].similarity)[:ASKED_TOPICS]
        topics = self._catalog.passage_topics(candidates)
        for topic, passage_ids in self._catalog.topic_passages(nearest).items():
            topics.update(dict.fromkeys(passage_ids, topic))
        listed = self._catalog.questions(near[topic].asks for topic in set(topics.values()) if topic in near)
        for i, topic in topics.items():
            if topic in near and near[topic].asks in listed:  # else another process has changed it meanwhile
                candidate = candidates.setdefault(i, _Candidate())
                candidate.asks_similarity = near[topic].asks_similarity
                candidate.asks = listed[near[topic].asks].text
                candidate.topic = 1.0 if candidate.asks_similarity >= WORD_FOR_WORD else near[topic].similarity

    def _fuse(self, candidates: dict[str, _Candidate]) -> dict[str, float]:
        dense = _min_max({i: max(c.dense or 0.0, 0.0) for i, c in candidates.items()})
        keyword = _min_max({i: c.bm25 for i, c in candidates.items()})
        topic = _min_max({i: c.topic for i, c in candidates.items() if c.asks is not None})
        text = {i: self._dense_weight * dense[i] + (1 - self._dense_weight) * keyword[i] for i in candidates}
        # What lists no questions, such as the user's own documents, is not set back for that.
        return {i: (1 - TOPIC_WEIGHT) * text[i] + TOPIC_WEIGHT * topic.get(i, text[i]) for i in candidates}


def _direction(vectors: Vectors) -> Vectors:
    """Return the unit vector of a sum of vectors."""
    total = vectors.sum(axis=0)
    return np.asarray(total / np.linalg.norm(total), dtype=np.float32)


def _min_max(values: dict[str, float]) -> dict[str, float]:
    """Stretch values over 0 to 1; where all are the same, they stay as they are within these bounds."""
    low, high = min(values.values(), default=0.0), max(values.values(), default=0.0)
    if low == high:
        return {i: min(1.0, max(0.0, value)) for i, value in values.items()}
    return {i: (value - low) / (high - low) for i, value in values.items()}


def _diverse(scores: dict[str, float], passages: dict[str, Passage], limit: int, own: set[str]) -> list[str]:
    """Choose by score less ``CROWDING`` for each chosen passage of the same source, then put other sources forward.

    The best of the user's own passages (``own``) always get a quarter of the places.
    """
    ranked = dict(
        sorted(scores.items(), key=lambda item: (-item[1], passages[item[0]].source_id, passages[item[0]].start))
    )
    pool = _spread(ranked, passages, max(limit, POOL), dict.fromkeys(ranked, CROWDING))
    crowding = {i: CROWDING if i in own else CURATED_CROWDING for i in pool}
    chosen = _spread({i: scores[i] for i in pool}, passages, limit, crowding)
    left = [i for i in ranked if i in own and i not in chosen]
    for late in left[: max(0, limit // OWN_SHARE - sum(i in own for i in chosen))]:
        replaceable = [i for i in chosen if i not in own]
        if not replaceable:
            break
        chosen.remove(replaceable[-1])
        chosen.append(late)
    return chosen


def _spread(
    scores: dict[str, float], passages: dict[str, Passage], limit: int, crowding: dict[str, float]
) -> list[str]:
    """Choose greedily by score less ``crowding`` for each chosen passage of the same source."""
    # Within a source the better one comes first anyway, so that only the first of each is compared.
    queues: dict[str, deque[str]] = {}
    for i in sorted(scores, key=lambda i: -scores[i]):
        queues.setdefault(passages[i].source_id, deque()).append(i)
    taken, chosen = dict.fromkeys(queues, 0), list[str]()
    while queues and len(chosen) < limit:
        source = max(queues, key=lambda s: scores[queues[s][0]] - crowding[queues[s][0]] * taken[s])
        chosen.append(queues[source].popleft())
        taken[source] += 1
        if not queues[source]:
            del queues[source]
    return chosen
