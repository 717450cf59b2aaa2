"""The vector store: Chroma, embedded in a folder or on a server."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import numpy as np

from advisor.errors import KnowledgeError
from advisor.ports import Vectors

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

BATCH = 1000
"""Most vectors in one call to Chroma."""

SYNC_THRESHOLD = 200
"""Vectors after which Chroma writes its index down; what came later is taken in anew by each process that opens it.

With Chroma's own 1,000 that takes up to a third of a second of a cold start.
"""


class ChromaVectors:
    """Vectors in two Chroma collections, ``passages`` and ``questions``, compared by cosine.

    The store is opened at first use, so that importing and starting stay fast.

    Args:
        folder: Folder of the embedded store; unused with ``url``.
        uid: Id of the catalog that the vectors belong to; part of the collections' names, so that several catalogs
            can share a server.
        url: ``http://host:port`` of a Chroma server.

    Raises:
        KnowledgeError: From every method: the folder or the server can't be used; the message names it.
    """

    def __init__(self, folder: Path, uid: str, url: str | None = None) -> None:
        self._folder = folder
        self._uid = uid
        self._url = url
        self._collections: dict[str, Collection] = {}
        self._client: ClientAPI | None = None
        self._lock = threading.Lock()

    def _connect(self) -> ClientAPI:
        import chromadb
        from chromadb.config import Settings

        quiet = Settings(anonymized_telemetry=False)
        if self._url is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            return chromadb.PersistentClient(path=str(self._folder), settings=quiet)
        parts = urlsplit(self._url)
        secure = parts.scheme == "https"
        return chromadb.HttpClient(
            host=parts.hostname or "localhost",
            port=parts.port or (443 if secure else 8000),
            ssl=secure,
            settings=quiet,
        )

    @contextmanager
    def _collection(self, name: str) -> Iterator[Collection]:
        """Give a collection to work with; whatever fails meanwhile is told as a ``KnowledgeError``."""
        try:
            yield self._opened(name)
        except Exception as error:  # Chroma raises httpx's errors, its own, and bare ``Exception``
            reason = " ".join(str(error).split()) or type(error).__name__
            if self._url is None:
                raise KnowledgeError(
                    f"The vector store in {self._folder} can't be used ({reason}). Check that the disk has room and "
                    "that the folder may be written to. If the store is damaged, move that folder away: the next "
                    "`advisor ingest` fills it again from the catalog."
                ) from error
            raise KnowledgeError(
                f"The Chroma server at {self._url} can't be reached or refuses ({reason}). Start it with `chroma run`, "
                "or unset ADVISOR_CHROMA_URL to keep the vectors in the data folder."
            ) from error

    def _opened(self, name: str) -> Collection:
        with self._lock:
            if name not in self._collections:
                if self._client is None:
                    self._client = self._connect()
                self._collections[name] = self._client.get_or_create_collection(
                    f"{name}-{self._uid}",
                    embedding_function=None,
                    configuration={
                        "hnsw": {
                            "space": "cosine",
                            "ef_search": 100,
                            "ef_construction": 200,
                            "sync_threshold": SYNC_THRESHOLD,
                        }
                    },
                )
            return self._collections[name]

    def open(self) -> None:
        """Open the store now; otherwise the first use does."""
        for table in ("passages", "questions"):
            with self._collection(table):
                pass

    def upsert(self, table: str, ids: Sequence[str], vectors: Vectors, metadatas: Sequence[dict[str, str]]) -> None:
        """Store vectors under ids, replacing what is there."""
        for i in range(0, len(ids), BATCH):
            part = slice(i, i + BATCH)
            with self._collection(table) as collection:
                collection.upsert(
                    ids=list(ids[part]), embeddings=vectors[part], metadatas=cast(Any, list(metadatas[part]))
                )

    def delete(self, table: str, ids: Sequence[str]) -> None:
        """Delete vectors; ids that are not there are ignored."""
        for i in range(0, len(ids), BATCH):
            with self._collection(table) as collection:
                collection.delete(ids=list(ids[i : i + BATCH]))

    def ids(self, table: str) -> set[str]:
        """Return all ids in the store."""
        with self._collection(table) as collection:
            return set(collection.get(include=[])["ids"])

    def count(self, table: str) -> int:
        """Return the number of vectors in the store."""
        with self._collection(table) as collection:
            return collection.count()

    def vectors(self, table: str, ids: Sequence[str]) -> dict[str, Vectors]:
        """Return the stored vectors of ids; those that are not there are left out."""
        if not ids:
            return {}
        with self._collection(table) as collection:
            found = collection.get(ids=list(ids), include=["embeddings"])
        rows = found["embeddings"] if found["embeddings"] is not None else []
        return {i: np.asarray(row, dtype=np.float32) for i, row in zip(found["ids"], rows, strict=True)}

    def nearest(
        self, table: str, vector: Vectors, limit: int, source_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return ``(id, cosine similarity)`` of the nearest vectors, best first.

        Args:
            table: ``passages`` or ``questions``.
            vector: The query, shape (dimensions,).
            limit: Most hits to return.
            source_ids: Restrict to these sources.
        """
        where: dict[str, Any] | None = None if source_ids is None else {"source": {"$in": list(source_ids)}}
        with self._collection(table) as collection:
            found = collection.query(
                query_embeddings=vector[np.newaxis, :], n_results=limit, where=where, include=["distances"]
            )
        distances = found["distances"]
        if not distances:
            return []
        return [(i, 1.0 - float(d)) for i, d in zip(found["ids"][0], distances[0], strict=True)]
