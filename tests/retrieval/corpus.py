"""A small knowledge base whose vectors mean something, made without a model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from advisor.domain import Passage, Source
from advisor.retrieval.catalog import Catalog, embedding_text
from advisor.retrieval.embedding import LangChainEmbedder
from advisor.retrieval.hybrid import DENSE_WEIGHT, HybridRetriever
from advisor.retrieval.topics import ListedTopics
from advisor.retrieval.vectors import ChromaVectors
from advisor.terms import content_terms

SIZE = 512


class WordVectors(Embeddings):
    """Each content word has a direction of its own; synonyms may be given the same one."""

    def __init__(self, synonyms: Mapping[str, str] | None = None) -> None:
        self._synonyms = dict(synonyms or {})

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        vector = np.full(SIZE, 1e-3)
        for term in content_terms(text):
            word = self._synonyms.get(term, term)
            vector[int(hashlib.sha256(word.encode()).hexdigest(), 16) % SIZE] += 1
        return [float(x) for x in vector / np.linalg.norm(vector)]


def source(source_id: str, kind: str = "upload") -> Source:
    return Source(id=source_id, title=source_id.title(), kind=kind, origin=f"{source_id}.md")  # type: ignore[arg-type]


def cut(source_id: str, parts: Iterable[str], heading: str = "", flagged: Iterable[int] = ()) -> list[Passage]:
    """One passage a part; the source's text is the parts joined by blank lines."""
    passages, at = [], 0
    for number, text in enumerate(parts):
        passages.append(
            Passage(
                id=f"{source_id}-{number}",
                source_id=source_id,
                text=text,
                headings=(heading,) if heading else (),
                start=at,
                end=at + len(text),
                flagged=number in set(flagged),
            )
        )
        at += len(text) + 2
    return passages


class Corpus:
    """Catalog and vectors that are filled by hand."""

    def __init__(self, folder: Path, synonyms: Mapping[str, str] | None = None) -> None:
        self.embedder = LangChainEmbedder(WordVectors(synonyms), "words")
        self.catalog = Catalog(folder / "catalog.sqlite", "words")
        self.vectors = ChromaVectors(folder / "vectors", self.catalog.meta("uid") or "")

    def add(
        self,
        source_id: str,
        *parts: str,
        kind: str = "upload",
        heading: str = "",
        questions: Iterable[str] = (),
        flagged: Iterable[int] = (),
    ) -> None:
        passages = cut(source_id, parts, heading, flagged)
        asked = {heading: list(questions)} if heading else {}
        self.catalog.replace(source(source_id, kind), f"/{source_id}", "\n\n".join(parts), passages, asked)
        self.vectors.upsert(
            "passages",
            [p.id for p in passages],
            self.embedder.embed([embedding_text(p) for p in passages]),
            [{"source": source_id, "flagged": p.flagged} for p in passages],
        )
        listed = [q for q in self.catalog.questions().values() if q.source_id == source_id]
        if listed:
            self.vectors.upsert(
                "questions",
                [q.id for q in listed],
                self.embedder.embed([q.text for q in listed]),
                [{"source": source_id, "flagged": False} for _ in listed],
            )

    def retriever(self, dense_weight: float = DENSE_WEIGHT) -> HybridRetriever:
        return HybridRetriever(
            self.catalog, self.vectors, self.embedder, ListedTopics(self.catalog, self.vectors), dense_weight
        )
