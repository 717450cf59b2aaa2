"""LangChain retrievers, both ways."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from advisor.conversation import search_text
from advisor.domain import Evidence, Passage, Question, Source, SourceKind
from advisor.ports import Retriever


class KnowledgeRetriever(BaseRetriever):
    """Offers any ``Retriever`` as a LangChain retriever.

    The documents' metadata holds ``source_id``, ``title``, ``start``, ``end``, ``page``, ``headings``, ``passage_id``
    and ``score``.
    """

    search: Any
    limit: int = 8

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        del run_manager
        retriever: Retriever = self.search
        found = retriever.retrieve(Question(text=query, resolved=query), limit=self.limit)
        return [
            Document(
                id=e.passage.id,
                page_content=e.passage.text,
                metadata={
                    "source_id": e.source.id,
                    "title": e.source.title,
                    "start": e.passage.start,
                    "end": e.passage.end,
                    "page": e.passage.page,
                    "headings": list(e.passage.headings),
                    "passage_id": e.passage.id,
                    "score": e.score,
                },
            )
            for e in found
        ]


class LangChainRetriever:
    """Lets any LangChain retriever stand in for ours.

    A document without ``start`` and ``end`` in its metadata counts as a source text of its own: offsets then refer to
    its page content. ``source_id`` (else ``source``, else a hash of the content) tells documents of one source apart.

    Args:
        retriever: The LangChain retriever.
    """

    def __init__(self, retriever: BaseRetriever) -> None:
        self._retriever = retriever

    def retrieve(
        self,
        question: Question,
        *,
        limit: int = 8,
        sources: Sequence[str] | None = None,
        kinds: Sequence[SourceKind] | None = None,
    ) -> tuple[Evidence, ...]:
        """Return the retriever's documents as evidence, in its order."""
        documents = self._retriever.invoke(search_text(question))
        found = [_evidence(document) for document in documents if document.page_content.strip()]
        if sources is not None:
            found = [e for e in found if e.source.id in sources]
        if kinds is not None:
            found = [e for e in found if e.source.kind in kinds]
        chosen = found[:limit]
        return tuple(
            e.model_copy(update={"label": f"E{rank}", "score": e.score if e.score else 1 - (rank - 1) / len(chosen)})
            for rank, e in enumerate(chosen, 1)
        )


def _evidence(document: Document) -> Evidence:
    text, meta = document.page_content, document.metadata
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    origin = str(meta.get("source_id") or meta.get("source") or digest[:16])
    start = meta["start"] if isinstance(meta.get("start"), int) else 0
    headings = meta.get("headings")
    page = meta.get("page")
    score = meta.get("score")
    return Evidence(
        label="E0",
        passage=Passage(
            id=str(document.id or meta.get("passage_id") or digest),
            source_id=origin,
            text=text,
            headings=tuple(map(str, headings)) if isinstance(headings, list | tuple) else (),
            start=start,
            end=start + len(text),
            page=page if isinstance(page, int) else None,
        ),
        source=Source(id=origin, title=str(meta.get("title") or PurePath(origin).stem), kind="upload", origin=origin),
        score=float(score) if isinstance(score, int | float) and 0 <= score <= 1 else 0.0,
    )
