"""The catalog: the SQLite record of sources, passages and listed questions, with a keyword index (FTS5).

The catalog is the truth; the vector store only holds vectors under the ids of the catalog. Writing is crash-safe: a
source and its passages are replaced in one transaction that marks the new rows *pending* and remembers the ids that
left (*orphans*). Once the vectors are stored, rows are marked as embedded; once the vectors of orphans are deleted,
the orphans are forgotten. A process killed in between leaves pending rows and orphans, which the next writer settles.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from advisor.domain import Flag, Passage, Source, SourceKind
from advisor.errors import IndexBusy, IndexMismatch, KnowledgeError

SCHEMA_VERSION = 2

Table = Literal["passages", "questions"]

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sources (
    id TEXT PRIMARY KEY, location TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, title TEXT NOT NULL, origin TEXT NOT NULL,
    author TEXT, publisher TEXT, published TEXT, reviewed TEXT, topics TEXT NOT NULL,
    audiences TEXT NOT NULL, platforms TEXT NOT NULL, goals TEXT NOT NULL, businesses TEXT NOT NULL,
    checksum TEXT NOT NULL, flags TEXT NOT NULL, text TEXT NOT NULL
);
CREATE INDEX sources_checksum ON sources (checksum);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source_id TEXT NOT NULL REFERENCES sources (id),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, page INTEGER, headings TEXT NOT NULL, flagged INTEGER NOT NULL,
    topic TEXT, text TEXT NOT NULL, digest TEXT NOT NULL, embedded INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX passages_source ON passages (source_id, start);
CREATE INDEX passages_topic ON passages (source_id, topic);
CREATE INDEX passages_digest ON passages (digest);
CREATE INDEX passages_pending ON passages (embedded) WHERE embedded = 0 AND flagged = 0;
CREATE TABLE questions (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source_id TEXT NOT NULL REFERENCES sources (id),
    topic TEXT NOT NULL, text TEXT NOT NULL, digest TEXT NOT NULL, embedded INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX questions_topic ON questions (source_id, topic);
CREATE INDEX questions_pending ON questions (embedded) WHERE embedded = 0;
CREATE TABLE orphans (id TEXT PRIMARY KEY, kind TEXT NOT NULL, digest TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX orphans_digest ON orphans (digest);
CREATE TABLE topic_index (key TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE sentence_vectors (digest TEXT PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE keyword_index USING fts5 (
    text, headings, questions, tokenize = "porter unicode61 remove_diacritics 2"
);
"""

_DISK = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_IOERR,
)

NO_SOURCE = "No source with the id “{id}”. `advisor sources` lists the ids."
"""What is said of an id that nothing has."""


class Pending(NamedTuple):
    """A row whose vector is not stored yet: its id, the text to embed and the digest of that text."""

    id: str
    text: str
    digest: str


class ListedQuestion(NamedTuple):
    """A question that a section of a source answers."""

    id: str
    source_id: str
    topic: str
    text: str


def _phrase(term: str) -> str:
    """Return a term as FTS5 takes it literally."""
    return '"' + term.replace('"', '""') + '"'


@lru_cache(maxsize=16384)
def text_digest(text: str) -> str:
    """Return the key under which the vector of a text can be found again."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def embedding_text(passage: Passage) -> str:
    """Return what is embedded for a passage: its heading path, then its text."""
    return " > ".join(passage.headings) + "\n" + passage.text if passage.headings else passage.text


class Catalog:
    """The record of what is in the knowledge base. One object serves all threads of a process.

    Args:
        path: The SQLite file; created with its folder if missing.
        fingerprint: Fingerprint of the embedding model in use.

    Raises:
        IndexMismatch: The catalog belongs to another embedding model.
        IndexBusy: From every method: another process has been writing to the file for half a minute.
        KnowledgeError: The file is no catalog, or one of another version of this package. From every method: the file
            can't be read or written.
    """

    def __init__(self, path: Path, fingerprint: str) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        with self._told():
            self._db = sqlite3.connect(path, check_same_thread=False, timeout=30, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute("PRAGMA foreign_keys = ON")
            self._open(fingerprint)

    def _open(self, fingerprint: str) -> None:
        with self._transaction() as db:
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
                for statement in _SCHEMA.split(";"):
                    if statement.strip():
                        db.execute(statement)
                values = {"schema": str(SCHEMA_VERSION), "fingerprint": fingerprint, "uid": uuid.uuid4().hex[:12]}
                db.executemany("INSERT INTO meta VALUES (?, ?)", values.items())
        if self.meta("schema") != str(SCHEMA_VERSION):
            raise KnowledgeError(
                f"The catalog {self.path} was written by another version of this package. "
                f"Move the folder {self.path.parent} away and ingest again."
            )
        if (made_with := self.meta("fingerprint")) != fingerprint:
            raise IndexMismatch(
                f"The index in {self.path.parent} was made with the embedding model “{made_with}”, "
                f"but the settings name “{fingerprint}”. Set ADVISOR_EMBEDDING_MODEL={made_with}, or make a new index "
                "in another folder: advisor ingest --data-dir OTHER_FOLDER PATH"
            )

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell SQLite's errors about the file, its disk and its lock as our own."""
        try:
            yield
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise  # a mistake in this package, not in the file
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # without the extension
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise IndexBusy(
                    f"Another process is writing to the index in {self.path.parent}. "
                    "Wait until it is done, then try again."
                ) from error
            if code in _DISK:
                raise KnowledgeError(
                    f"The catalog {self.path} can't be written ({error}). "
                    "Check that the disk has room and that the folder may be written to, then try again."
                ) from error
            raise KnowledgeError(
                f"The catalog {self.path} can't be read ({error}). "
                f"Move the folder {self.path.parent} away and run `advisor ingest --bundled` and your ingests again."
            ) from error

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._told(), self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # SQLite has ended it itself if, for example, the disk is full
                    self._db.execute("ROLLBACK")
                raise

    def _rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        with self._told(), self._lock:
            return self._db.execute(sql, parameters).fetchall()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    # -- what is known ------------------------------------------------------------------------------------------

    def meta(self, key: str) -> str | None:
        """Return a recorded value, for example the ``uid`` of this catalog."""
        rows = self._rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else None

    def set_meta(self, key: str, value: str) -> None:
        """Record a value."""
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def sources(self) -> tuple[Source, ...]:
        """Return all sources, bundled ones first, then by title."""
        rows = self._rows(f"SELECT {_SOURCE_COLUMNS} FROM sources ORDER BY kind = 'upload', kind, title, id")
        return tuple(_source(row) for row in rows)

    def source(self, source_id: str) -> Source:
        """Return one source.

        Raises:
            KnowledgeError: There is none with that id.
        """
        return self.sources_by_id([source_id])[source_id]

    def sources_by_id(self, ids: Iterable[str]) -> dict[str, Source]:
        """Return sources by id.

        Raises:
            KnowledgeError: One of the ids is unknown.
        """
        wanted = sorted(set(ids))
        found = self.known_sources(wanted)
        if missing := [i for i in wanted if i not in found]:
            raise KnowledgeError(f"No source with the id “{missing[0]}”. `advisor sources` lists the ids.")
        return found

    def known_sources(self, ids: Iterable[str]) -> dict[str, Source]:
        """Return sources by id; ids that are unknown are left out."""
        rows = self._rows(
            f"SELECT {_SOURCE_COLUMNS} FROM sources WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(set(ids))),),
        )
        return {row[0]: _source(row) for row in rows}

    def text(self, source_id: str) -> str:
        """Return the stored text of a source, to which all offsets refer.

        Raises:
            KnowledgeError: There is no source with that id.
        """
        rows = self._rows("SELECT text FROM sources WHERE id = ?", (source_id,))
        if not rows:
            raise KnowledgeError(NO_SOURCE.format(id=source_id))
        return str(rows[0][0])

    def checksums(self) -> dict[str, tuple[str, str]]:
        """Return ``location -> (source id, checksum)`` of all sources."""
        return {row[0]: (row[1], row[2]) for row in self._rows("SELECT location, id, checksum FROM sources")}

    def passages(self, ids: Iterable[str]) -> dict[str, Passage]:
        """Return the passages with the given ids; ids that are unknown (any more) are left out."""
        rows = self._rows(
            f"SELECT {_PASSAGE_COLUMNS} FROM passages WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        return {row[0]: _passage(row) for row in rows}

    def passages_of(self, source_id: str) -> tuple[Passage, ...]:
        """Return the passages of a source in reading order."""
        rows = self._rows(
            f"SELECT {_PASSAGE_COLUMNS} FROM passages WHERE source_id = ? ORDER BY start",
            (source_id,),
        )
        return tuple(_passage(row) for row in rows)

    def topic_passages(self, topics: Sequence[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
        """Return the ids of the passages under listed topics, ``(source id, topic) -> ids in reading order``."""
        rows = self._rows(
            # SQLite keeps to the order of a CROSS JOIN: each topic is looked up, not every passage compared.
            "SELECT source_id, topic, passages.id FROM json_each(?) AS wanted CROSS JOIN passages "
            "ON source_id = json_extract(wanted.value, '$[0]') AND topic = json_extract(wanted.value, '$[1]') "
            "ORDER BY source_id, start",
            (json.dumps(topics),),
        )
        found: dict[tuple[str, str], list[str]] = {}
        for source_id, topic, passage_id in rows:
            found.setdefault((source_id, topic), []).append(passage_id)
        return found

    def passage_topics(self, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Return ``passage id -> (source id, topic)`` of those passages that stand under a listed topic."""
        rows = self._rows(
            "SELECT id, source_id, topic FROM passages "
            "WHERE topic IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        return {row[0]: (row[1], row[2]) for row in rows}

    def questions(self, ids: Iterable[str] | None = None) -> dict[str, ListedQuestion]:
        """Return listed questions by id, all of them if ``ids`` is ``None``."""
        sql = "SELECT id, source_id, topic, text FROM questions"
        if ids is None:
            rows = self._rows(sql + " ORDER BY number")
        else:
            rows = self._rows(sql + " WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),))
        return {row[0]: ListedQuestion(*row) for row in rows}

    def questions_put(self, texts: Iterable[str]) -> dict[str, ListedQuestion]:
        """Return the listed questions that are put just so, by id."""
        sql = "SELECT id, source_id, topic, text FROM questions WHERE text IN (SELECT value FROM json_each(?))"
        return {row[0]: ListedQuestion(*row) for row in self._rows(sql, (json.dumps(list(texts)),))}

    def counts(self) -> dict[Table, int]:
        """Return how many rows are recorded as embedded, by table."""
        return {
            "passages": self._rows("SELECT count(*) FROM passages WHERE embedded = 1")[0][0],
            "questions": self._rows("SELECT count(*) FROM questions WHERE embedded = 1")[0][0],
        }

    def size(self) -> int:
        """Return the number of passages."""
        return int(self._rows("SELECT count(*) FROM passages")[0][0])

    # -- keyword search -----------------------------------------------------------------------------------------

    def search(
        self, terms: Sequence[str], limit: int, source_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Find passages by keywords (BM25 over text, headings and listed questions; any term matches).

        Args:
            terms: Words; they are stemmed by the index.
            limit: Most hits to return.
            source_ids: Restrict to these sources.

        Returns:
            ``(passage id, score)``, best first; scores are positive and unbounded.
        """
        if not terms:
            return []
        match = " OR ".join(_phrase(term) for term in terms)
        restriction = "" if source_ids is None else "AND p.source_id IN (SELECT value FROM json_each(?))"
        parameters: list[object] = [match, *([] if source_ids is None else [json.dumps(list(source_ids))]), limit]
        rows = self._rows(
            "SELECT p.id, -bm25(keyword_index, 1.0, 0.5, 0.7) AS score FROM keyword_index "
            "JOIN passages p ON p.number = keyword_index.rowid "
            f"WHERE keyword_index MATCH ? AND p.flagged = 0 {restriction} ORDER BY score DESC, p.number LIMIT ?",
            parameters,
        )
        return [(row[0], float(row[1])) for row in rows]

    def known_words(self, words: Sequence[str]) -> frozenset[str]:
        """Return those of the words that occur, by their stems, in any text, heading or listed question."""
        sql = "SELECT 1 FROM keyword_index WHERE keyword_index MATCH ? LIMIT 1"
        return frozenset(word for word in words if self._rows(sql, (_phrase(word),)))

    # -- writing ------------------------------------------------------------------------------------------------

    def replace(
        self,
        source: Source,
        location: str,
        text: str,
        passages: Sequence[Passage],
        questions: Mapping[str, Sequence[str]],
    ) -> None:
        """Record a source with its passages and listed questions, in place of what was known of it, all or nothing.

        Args:
            source: The source.
            location: Where it was read, the key under which the next sync finds it again.
            text: Its stored text.
            passages: Its passages in reading order.
            questions: For a heading of the source, the questions that its section answers.
        """
        with self._transaction() as db:
            self._forget(db, source.id)
            db.execute(
                "INSERT INTO sources (id, location, kind, title, origin, author, publisher, published, reviewed, "
                "topics, audiences, platforms, goals, businesses, checksum, flags, text) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    source.id,
                    location,
                    source.kind,
                    source.title,
                    source.origin,
                    source.author,
                    source.publisher,
                    source.published,
                    source.reviewed,
                    json.dumps(source.topics),
                    json.dumps(source.audiences),
                    json.dumps(source.platforms),
                    json.dumps(source.goals),
                    json.dumps(source.businesses),
                    source.checksum,
                    json.dumps([flag.model_dump() for flag in source.flags]),
                    text,
                ),
            )
            if questions:
                db.execute("DELETE FROM topic_index")
            for topic, texts in questions.items():
                for asked in texts:
                    key = text_digest(f"{source.id}\0{topic}\0{asked}")
                    db.execute(
                        "INSERT OR IGNORE INTO questions (id, source_id, topic, text, digest) VALUES (?, ?, ?, ?, ?)",
                        (key, source.id, topic, asked, text_digest(asked)),
                    )
            for passage in passages:
                topic_of = next((h for h in reversed(passage.headings) if h in questions), None)
                row = db.execute(
                    'INSERT OR IGNORE INTO passages (id, source_id, start, "end", page, headings, flagged, topic, '
                    "text, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        passage.id,
                        source.id,
                        passage.start,
                        passage.end,
                        passage.page,
                        json.dumps(passage.headings),
                        passage.flagged,
                        topic_of,
                        passage.text,
                        text_digest(embedding_text(passage)),
                    ),
                )
                asks = " ".join(questions[topic_of]) if topic_of else ""
                db.execute(
                    "INSERT INTO keyword_index (rowid, text, headings, questions) VALUES (?, ?, ?, ?)",
                    (row.lastrowid, passage.text, " ".join(passage.headings), asks),
                )
            # A passage that is back under the same id must not be taken for an orphan.
            db.execute("DELETE FROM orphans WHERE id IN (SELECT id FROM passages UNION SELECT id FROM questions)")

    def remove(self, source_id: str) -> None:
        """Forget a source; its vectors become orphans."""
        with self._transaction() as db:
            self._forget(db, source_id)

    @staticmethod
    def _forget(db: sqlite3.Connection, source_id: str) -> None:
        if db.execute("SELECT 1 FROM questions WHERE source_id = ? LIMIT 1", (source_id,)).fetchone():
            db.execute("DELETE FROM topic_index")
        for kind in ("passages", "questions"):
            db.execute(
                f"INSERT OR REPLACE INTO orphans SELECT id, '{kind}', digest FROM {kind} WHERE source_id = ?",
                (source_id,),
            )
        db.execute(
            "DELETE FROM keyword_index WHERE rowid IN (SELECT number FROM passages WHERE source_id = ?)", (source_id,)
        )
        db.execute("DELETE FROM passages WHERE source_id = ?", (source_id,))
        db.execute("DELETE FROM questions WHERE source_id = ?", (source_id,))
        db.execute("DELETE FROM sources WHERE id = ?", (source_id,))

    # -- keeping the vector store in step -----------------------------------------------------------------------

    def pending(self, table: Table, limit: int) -> list[Pending]:
        """Return rows whose vectors are still to be stored, in order of recording.

        Flagged passages get none: they are never evidence, and must not crowd out what is.
        """
        if table == "questions":
            rows = self._rows("SELECT id, text, digest FROM questions WHERE embedded = 0 LIMIT ?", (limit,))
            return [Pending(*row) for row in rows]
        rows = self._rows(
            f"SELECT {_PASSAGE_COLUMNS}, digest FROM passages WHERE embedded = 0 AND flagged = 0 LIMIT ?",
            (limit,),
        )
        return [Pending(row[0], embedding_text(_passage(row)), row[8]) for row in rows]

    def pending_count(self) -> int:
        """Return how many rows wait for their vectors."""
        waiting = "(SELECT count(*) FROM passages WHERE embedded = 0 AND flagged = 0)"
        return int(self._rows(f"SELECT {waiting} + (SELECT count(*) FROM questions WHERE embedded = 0)")[0][0])

    def same_text(self, table: Table, digests: Sequence[str]) -> dict[str, str]:
        """Return ``digest -> id`` of stored vectors (orphans included) of exactly the same text."""
        rows = self._rows(
            f"SELECT digest, id FROM {table} WHERE embedded = 1 AND digest IN (SELECT value FROM json_each(?1)) "
            "UNION ALL SELECT digest, id FROM orphans WHERE kind = ?2 AND digest IN (SELECT value FROM json_each(?1))",
            (json.dumps(list(digests)), table),
        )
        return {row[0]: row[1] for row in rows}

    def owners(self, table: Table, ids: Sequence[str]) -> dict[str, str]:
        """Return ``id -> source id`` of rows."""
        rows = self._rows(
            f"SELECT id, source_id FROM {table} WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        return dict(rows)

    def mark_embedded(self, table: Table, ids: Sequence[str]) -> None:
        """Record that the vectors of these rows are stored."""
        with self._transaction() as db:
            db.executemany(f"UPDATE {table} SET embedded = 1 WHERE id = ?", [(i,) for i in ids])

    def mark_pending(self, table: Table, ids: Sequence[str]) -> None:
        """Record that the vectors of these rows are missing."""
        with self._transaction() as db:
            db.executemany(f"UPDATE {table} SET embedded = 0 WHERE id = ?", [(i,) for i in ids])

    def orphans(self, table: Table) -> list[str]:
        """Return ids whose vectors must be deleted."""
        return [row[0] for row in self._rows("SELECT id FROM orphans WHERE kind = ?", (table,))]

    def forget_orphans(self, ids: Sequence[str]) -> None:
        """Record that the vectors of these ids are deleted."""
        with self._transaction() as db:
            db.executemany("DELETE FROM orphans WHERE id = ?", [(i,) for i in ids])

    def embedded_ids(self, table: Table) -> set[str]:
        """Return the ids whose vectors should be in the vector store."""
        return {row[0] for row in self._rows(f"SELECT id FROM {table} WHERE embedded = 1")}

    # -- the topic index ----------------------------------------------------------------------------------------

    def topic_index_key(self) -> str | None:
        """Return the key of the stored index; ``None`` if there is none that fits the listed questions."""
        rows = self._rows("SELECT key FROM topic_index")
        return str(rows[0][0]) if rows else None

    def topic_index(self, key: str) -> bytes | None:
        """Return the stored index, or ``None`` if it was replaced meanwhile."""
        rows = self._rows("SELECT data FROM topic_index WHERE key = ?", (key,))
        return bytes(rows[0][0]) if rows else None

    def store_topic_index(self, key: str, data: bytes) -> None:
        """Store an index in place of the last one, until a listed question changes."""
        with self._transaction() as db:
            db.execute("DELETE FROM topic_index")
            db.execute("INSERT INTO topic_index VALUES (?, ?)", (key, data))

    # -- sentence vectors ---------------------------------------------------------------------------------------

    def sentence_vectors(self, digests: Sequence[str]) -> dict[str, bytes]:
        """Return stored vectors (float32, little-endian) by the digest of their sentence."""
        rows = self._rows(
            "SELECT digest, vector FROM sentence_vectors WHERE digest IN (SELECT value FROM json_each(?))",
            (json.dumps(list(digests)),),
        )
        return {row[0]: bytes(row[1]) for row in rows}

    def store_sentence_vectors(self, vectors: Mapping[str, bytes]) -> None:
        """Store vectors by the digest of their sentence."""
        with self._transaction() as db:
            db.executemany("INSERT OR REPLACE INTO sentence_vectors VALUES (?, ?)", vectors.items())


_SOURCE_COLUMNS = (
    "id, title, kind, origin, author, publisher, published, reviewed, topics, audiences, platforms, goals, businesses, "
    "checksum, flags"
)
_PASSAGE_COLUMNS = 'passages.id, source_id, passages.text, headings, start, passages."end", page, flagged'


@lru_cache(maxsize=1024)
def _source(row: tuple[Any, ...]) -> Source:
    kind: SourceKind = row[2]
    return Source(
        id=row[0],
        title=row[1],
        kind=kind,
        origin=row[3],
        author=row[4],
        publisher=row[5],
        published=row[6],
        reviewed=row[7],
        topics=_strings(row[8]),
        audiences=_strings(row[9]),
        platforms=_strings(row[10]),
        goals=_strings(row[11]),
        businesses=_strings(row[12]),
        checksum=row[13],
        flags=tuple(Flag(**flag) for flag in json.loads(row[14])),
    )


@lru_cache(maxsize=8192)
def _strings(encoded: str) -> tuple[str, ...]:
    """Decode a list; the same headings and topics come again and again."""
    return tuple(json.loads(encoded))


@lru_cache(maxsize=4096)
def _passage(row: tuple[Any, ...]) -> Passage:
    """Make a passage; the same ones are candidates again and again."""
    return Passage(
        id=row[0],
        source_id=row[1],
        text=row[2],
        headings=_strings(row[3]),
        start=row[4],
        end=row[5],
        page=row[6],
        flagged=bool(row[7]),
    )
