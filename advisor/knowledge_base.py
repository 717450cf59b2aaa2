"""The knowledge base: documents in, evidence out."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from advisor.domain import Citation, Evidence, IngestReport, Passage, Progress, Question, Rejection, Source, SourceKind
from advisor.errors import IndexBusy, SourceError
from advisor.ingest.discovery import discover
from advisor.ingest.document import LoadedDocument
from advisor.ingest.loading import load_document
from advisor.ingest.passages import split_passages
from advisor.ports import Embedder, ProgressCallback, Retriever
from advisor.retrieval.catalog import Catalog, ListedQuestion, Pending, Table
from advisor.retrieval.disagreements import DisagreementFinder, RecordedDisagreement
from advisor.retrieval.embedding import RememberingEmbedder
from advisor.retrieval.topics import ListedTopics
from advisor.retrieval.vectors import ChromaVectors
from advisor.sentences import sentence_spans

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever

BUNDLED = "bundled:"
"""Prefix of the locations of the knowledge that ships with the package."""

EMBED_AT_ONCE = 1024
"""Rows embedded and stored in one step; a killed process repeats at most one step."""


class KnowledgeBase:
    """Documents, their passages and their index.

    Reading is open to any number of threads and processes; one process at a time may write.

    Args:
        catalog: The record.
        vectors: The vector store.
        passage_embedder: Embeds passages, in bulk.
        sentence_embedder: Embeds single sentences; the same model.
        topics: The index of listed questions.
        retriever: Finds evidence in catalog and vectors.
        max_bytes: Files over this size are rejected.
    """

    def __init__(
        self,
        *,
        catalog: Catalog,
        vectors: ChromaVectors,
        passage_embedder: Embedder,
        sentence_embedder: RememberingEmbedder,
        topics: ListedTopics,
        retriever: Retriever,
        max_bytes: int,
    ) -> None:
        self._catalog = catalog
        self._vectors = vectors
        self._passage_embedder = passage_embedder
        self.sentence_embedder = sentence_embedder
        self._topics = topics
        self._retriever = retriever
        self._max_bytes = max_bytes

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the files. The object can't be used afterwards."""
        self._catalog.close()

    # -- reading ------------------------------------------------------------------------------------------------

    def sources(self) -> tuple[Source, ...]:
        """Return all sources, bundled ones first."""
        return self._catalog.sources()

    def source(self, source_id: str) -> Source:
        """Return one source.

        Raises:
            KnowledgeError: There is none with that id.
        """
        return self._catalog.source(source_id)

    def text(self, source_id: str) -> str:
        """Return the stored text of a source, to which the offsets of its passages and citations refer.

        Raises:
            KnowledgeError: There is no source with that id.
        """
        return self._catalog.text(source_id)

    def passages(self, source_id: str) -> tuple[Passage, ...]:
        """Return the passages of a source in reading order."""
        return self._catalog.passages_of(source_id)

    def quote(self, source_id: str, sentence: str) -> Citation | None:
        """Return where a sentence stands in a source, word for word (the ``Library`` port).

        ``None`` if there is no such source, it doesn't have the sentence, or the passage is flagged.
        """
        for passage in self._catalog.passages_of(source_id):
            found = passage.text.find(sentence)
            if found >= 0 and not passage.flagged:
                start = passage.start + found
                return Citation(
                    source=self.source(source_id),
                    start=start,
                    end=start + len(sentence),
                    quote=sentence,
                    passage_id=passage.id,
                    page=passage.page,
                )
        return None

    def listed_questions(self, texts: Collection[str] | None = None) -> tuple[ListedQuestion, ...]:
        """Return the questions that the sources say they answer (front matter); of ``texts`` alone if given."""
        return tuple((self._catalog.questions() if texts is None else self._catalog.questions_put(texts)).values())

    def __len__(self) -> int:
        """Return the number of passages."""
        return self._catalog.size()

    def retrieve(
        self,
        question: Question,
        *,
        limit: int = 8,
        sources: Sequence[str] | None = None,
        kinds: Sequence[SourceKind] | None = None,
    ) -> tuple[Evidence, ...]:
        """Return evidence for a question, by rank (the ``Retriever`` port).

        Args:
            question: The question, resolved if it is a follow-up.
            limit: Most passages to return.
            sources: Ids of the sources to search; all if ``None``.
            kinds: Kinds of sources to search; all if ``None``.

        Raises:
            KnowledgeError: One of ``sources`` is unknown.
        """
        return self._retriever.retrieve(question, limit=limit, sources=sources, kinds=kinds)

    def search(
        self,
        text: str,
        *,
        limit: int = 8,
        sources: Sequence[str] | None = None,
        kinds: Sequence[SourceKind] | None = None,
    ) -> tuple[Evidence, ...]:
        """Return evidence for a text; see ``retrieve``."""
        return self.retrieve(Question(text=text, resolved=text), limit=limit, sources=sources, kinds=kinds)

    def known_words(self, words: Sequence[str]) -> frozenset[str]:
        """Return those of the words that occur anywhere in the knowledge (the ``Vocabulary`` port)."""
        return self._catalog.known_words(words)

    def as_retriever(self, *, limit: int = 8) -> BaseRetriever:
        """Return a LangChain retriever over this knowledge base."""
        from advisor.retrieval.langchain import KnowledgeRetriever

        return KnowledgeRetriever(search=self, limit=limit)

    def disagreement_finder(self, recorded: Sequence[RecordedDisagreement]) -> DisagreementFinder:
        """Return a finder of recorded disagreements between sources of this knowledge base."""
        return DisagreementFinder(tuple(recorded), self._catalog, self.sentence_embedder)

    # -- writing ------------------------------------------------------------------------------------------------

    def sync(
        self,
        *paths: Path | str,
        dry_run: bool = False,
        progress: ProgressCallback | None = None,
        cancel: threading.Event | None = None,
    ) -> IngestReport:
        """Bring the index in step with files and folders.

        Files that are new or changed are taken in, sources whose file is gone from the given folders are removed,
        the rest is left alone; only new text is embedded. A file that can't be read is rejected and named; if an
        earlier version of it is known, that stays. Killing the process loses nothing: the next sync goes on.

        Args:
            paths: Files and folders.
            dry_run: Only say what would be done.
            progress: Is told about each step.
            cancel: Set it to stop after the current step; what was done by then is kept, the next sync goes on.

        Raises:
            IndexBusy: Another process is writing.
            SourceError: One of the given paths doesn't exist.
        """
        roots = [Path(path).resolve() for path in paths]
        for given, root in zip(paths, roots, strict=True):
            if not root.exists():
                raise SourceError(given, "there is no such file or folder; check the path")
        files, rejected = discover([Path(path) for path in paths])
        found = {str(file.resolve()): file for file in files}
        known = self._catalog.checksums()
        gone = [
            location
            for location in known
            if not location.startswith(BUNDLED)
            and location not in found
            and any(Path(location) == root or root in Path(location).parents for root in roots)
            and not Path(location).exists()
        ]
        return self._sync(_Found(found, gone, rejected), dry_run, progress, cancel)

    def sync_bundled(self, folder: Path, progress: ProgressCallback | None = None) -> IngestReport:
        """Bring the knowledge that ships with the package in step.

        Args:
            folder: The package's knowledge folder, with ``documents/`` and ``guidance/``.
            progress: Is told about each step.

        Raises:
            IndexBusy: Another process is writing.
            SourceError: A file of the package is damaged.
        """
        files = {
            f"{BUNDLED}{file.relative_to(folder).as_posix()}": file
            for kind in ("documents", "guidance")
            for file in sorted((folder / kind).glob("*.md"))
        }
        gone = [at for at in self._catalog.checksums() if at.startswith(BUNDLED) and at not in files]
        report = self._sync(_Found(files, gone, []), False, progress, None)
        if report.rejected:
            raise SourceError(report.rejected[0].path, report.rejected[0].reason + "; install the package again")
        return report

    def remove(self, source_id: str) -> None:
        """Remove a source from the index; its file is left alone.

        Raises:
            IndexBusy: Another process is writing.
            KnowledgeError: There is no source with that id.
        """
        self._catalog.source(source_id)
        with self._writing():
            self._catalog.remove(source_id)
            self._settle_orphans()
            self._settle_topics()

    def settle(self, progress: ProgressCallback | None = None) -> None:
        """Finish what a killed process left: store missing vectors, delete stray ones.

        Raises:
            IndexBusy: Another process is writing.
        """
        with self._writing():
            self._compare()
            self._embed_pending(progress, None)
            self._settle_orphans()
            self._settle_topics()

    def is_settled(self) -> bool:
        """Say whether catalog and vector store are in step, as far as counting passages tells.

        Vectors of listed questions aren't counted: Chroma takes half a second to open them, and only ``_settle_topics``
        needs them.
        """
        if self._catalog.pending_count() or self._catalog.orphans("passages") or self._catalog.orphans("questions"):
            return False
        if not self._topics.is_stored():
            return False
        return self._vectors.count("passages") == self._catalog.counts()["passages"]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        from filelock import FileLock, Timeout

        lock = self._catalog.path.with_name("write.lock")
        try:
            with FileLock(lock, timeout=0):
                yield
        except Timeout as error:
            raise IndexBusy(
                f"Another process is writing to the index in {lock.parent}. Wait until it is done, then try again."
            ) from error

    def _sync(
        self, found: _Found, dry_run: bool, progress: ProgressCallback | None, cancel: threading.Event | None
    ) -> IngestReport:
        with nullcontext() if dry_run else self._writing():
            report = self._take_in(found, dry_run, progress, cancel)
            if dry_run:
                return report
            embedded = self._embed_pending(progress, cancel)
            self._settle_orphans()
            if cancel is None or not cancel.is_set():
                self._settle_topics()
            return report.model_copy(update={"passages": embedded})

    def _take_in(
        self, found: _Found, dry_run: bool, progress: ProgressCallback | None, cancel: threading.Event | None
    ) -> IngestReport:
        known = self._catalog.checksums()
        origins = {source.id: source.origin for source in self._catalog.sources()}
        removed = []
        for location in found.gone:
            source_id, _ = known.pop(location)
            removed.append(origins[source_id])
            if not dry_run:
                self._catalog.remove(source_id)
        holders = {checksum: location for location, (_, checksum) in known.items()}
        added: list[str] = []
        updated: list[str] = []
        unchanged: list[str] = []
        refused = list(found.rejected)
        for done, (location, file) in enumerate(found.files.items()):
            if cancel is not None and cancel.is_set():
                break
            if progress is not None:
                progress(Progress(stage="reading", done=done, total=len(found.files), item=str(file)))
            bundled = location.startswith(BUNDLED)
            source_id, old_checksum = known.get(location, ("", ""))
            try:
                checksum = _file_checksum(file, self._max_bytes)
                if checksum == old_checksum:
                    unchanged.append(origins[source_id])
                    continue
                twin = holders.get(checksum)
                if twin is not None and twin != location:
                    raise SourceError(file, f"has the same content as {twin}, which is in the index")
                document = load_document(file, max_bytes=self._max_bytes, strict_front_matter=bundled)
                source = _source(file, location, document)
                passages = split_passages(source.id, document)
            except SourceError as error:
                refused.append(Rejection(path=str(error.path), reason=error.reason))
                continue
            holders.pop(old_checksum, None)
            holders[checksum] = location
            (updated if source_id else added).append(source.origin)
            if not dry_run:
                asks = document.meta.questions if bundled and document.meta is not None else {}
                if source_id and source_id != source.id:
                    self._catalog.remove(source_id)
                self._catalog.replace(source, location, document.text, passages, asks)
                if bundled:
                    self._remember_sentences(passages)
        if progress is not None and found.files:
            progress(Progress(stage="reading", done=len(found.files), total=len(found.files)))
        return IngestReport(
            added=tuple(sorted(added)),
            updated=tuple(sorted(updated)),
            removed=tuple(sorted(removed)),
            unchanged=tuple(sorted(unchanged)),
            rejected=tuple(sorted(refused, key=lambda r: r.path)),
            dry_run=dry_run,
        )

    def _remember_sentences(self, passages: Sequence[Passage]) -> None:
        """Embed the sentences of curated text now, so that no question waits for it."""
        self.sentence_embedder.remember([p.text[start:end] for p in passages for start, end in sentence_spans(p.text)])

    def _embed_pending(self, progress: ProgressCallback | None, cancel: threading.Event | None) -> int:
        total = self._catalog.pending_count()
        done = embedded = 0
        for table in _TABLES:
            while rows := self._catalog.pending(table, EMBED_AT_ONCE):
                if cancel is not None and cancel.is_set():
                    return embedded
                if progress is not None:
                    progress(Progress(stage="embedding", done=done, total=total))
                new = self._store_vectors(table, rows)
                done += len(rows)
                embedded += new if table == "passages" else 0
        if progress is not None and total:
            progress(Progress(stage="embedding", done=total, total=total))
        return embedded

    def _store_vectors(self, table: Table, rows: Sequence[Pending]) -> int:
        """Store the vectors of rows, computing only those of texts that have none yet; return how many that were."""
        known_ids = self._catalog.same_text(table, [row.digest for row in rows])
        stored = self._vectors.vectors(table, list(known_ids.values()))
        reusable = {digest: stored[i] for digest, i in known_ids.items() if i in stored}
        new = {row.digest: row.text for row in rows if row.digest not in reusable}
        if new:
            reusable.update(zip(new, self._passage_embedder.embed(list(new.values())), strict=True))
        belongs = self._catalog.owners(table, [row.id for row in rows])
        self._vectors.upsert(
            table,
            [row.id for row in rows],
            np.stack([reusable[row.digest] for row in rows]),
            [{"source": belongs[row.id]} for row in rows],
        )
        self._catalog.mark_embedded(table, [row.id for row in rows])
        return len(new)

    def _settle_orphans(self) -> None:
        for table in _TABLES:
            orphans = self._catalog.orphans(table)
            if orphans:
                self._vectors.delete(table, orphans)
                self._catalog.forget_orphans(orphans)

    def _settle_topics(self) -> None:
        if not self._topics.is_stored():
            self._compare()
            self._embed_pending(None, None)
            self._topics.store()

    def _compare(self) -> None:
        """Find vectors that are missing or stray, id by id, where the counts differ."""
        for table, count in self._catalog.counts().items():
            if self._vectors.count(table) == count:
                continue
            there, recorded = self._vectors.ids(table), self._catalog.embedded_ids(table)
            self._catalog.mark_pending(table, sorted(recorded - there))
            pending = {row.id for row in self._catalog.pending(table, -1)}
            self._vectors.delete(table, sorted(there - recorded - pending))


class _Found(NamedTuple):
    """What a sync has found: files by location, locations whose file is gone, and files that can't be taken in."""

    files: Mapping[str, Path]
    gone: Sequence[str]
    rejected: Sequence[Rejection]


_TABLES: tuple[Table, ...] = ("passages", "questions")


def _file_checksum(file: Path, max_bytes: int) -> str:
    """Return the SHA-256 of a file; too large a file is left for the loader to refuse."""
    try:
        if not file.is_file() or file.stat().st_size > max_bytes:
            return ""
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise SourceError(file, f"can't be read: {error.strerror or error}") from error


def _source(file: Path, location: str, document: LoadedDocument) -> Source:
    """Describe a loaded document: by its front matter if it is bundled, else by its path."""
    meta = document.meta
    if location.startswith(BUNDLED) and meta is not None and meta.id is not None and meta.kind is not None:
        return Source(
            id=meta.id,
            title=document.title,
            kind=meta.kind,
            origin=meta.origin or location.removeprefix(BUNDLED),
            author=meta.author,
            publisher=meta.publisher,
            published=meta.published,
            reviewed=meta.reviewed,
            topics=meta.topics,
            audiences=meta.audiences,
            platforms=meta.platforms,
            goals=meta.goals,
            businesses=meta.businesses,
            checksum=document.checksum,
            flags=document.flags,
        )
    return document.as_upload(location, str(file))
