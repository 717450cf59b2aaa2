"""What is kept for each user: conversations, plans, and opinions on answers.

A SQLite file in the data folder. Every query names the user, so nobody sees what is another's: an id of another user is
an unknown id. An exchange is written as soon as it is answered; a process that is killed loses nothing before that.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import time
import unicodedata
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple

import yaml
from pydantic import ValidationError

from advisor.domain import Answer, Verdict
from advisor.errors import KnowledgeError
from advisor.planning.plan import Plan

from .conversation import Conversation, Exchange

VERSION = 1
"""Version of the tables."""
LONGEST_TITLE = 80
"""Characters of a title."""
LONGEST_REASON = 2_000
"""Characters of a reason for an opinion."""
MOST_KEPT = 2_000
"""Conversations, and plans, of one user; the oldest make room for new ones."""
LISTED = 200
"""Entries of a list; the rest are found by searching."""
PATIENCE = 10.0
"""Seconds to wait for another process that is writing."""

Thumb = Literal["up", "down"]

_TABLES = """
CREATE TABLE conversations (
    user TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, updated TEXT NOT NULL, content TEXT NOT NULL,
    words TEXT NOT NULL, PRIMARY KEY (user, id)
);
CREATE TABLE plans (
    user TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, updated TEXT NOT NULL, content TEXT NOT NULL,
    words TEXT NOT NULL, PRIMARY KEY (user, id)
);
CREATE TABLE opinions (
    user TEXT NOT NULL, conversation TEXT NOT NULL, turn INTEGER NOT NULL, thumb TEXT NOT NULL, reason TEXT NOT NULL,
    question TEXT NOT NULL, answer TEXT NOT NULL, updated TEXT NOT NULL, PRIMARY KEY (user, conversation, turn)
);
"""

log = logging.getLogger(__name__)


class Kept(NamedTuple):
    """An entry of a list.

    Attributes:
        id: Its name for programs.
        title: Its name for people.
        updated: When it was changed last, UTC.
    """

    id: str
    title: str
    updated: datetime


class Memory:
    """What is kept for each user.

    An object serves any number of threads, and a file any number of processes.

    Args:
        path: The file; it is made with its folder when something is kept for the first time.

    Raises:
        KnowledgeError: The file is of a newer version, or no database.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        if path.exists():
            with self._open():
                pass

    # -- conversations

    def keep_conversation(self, user: str, id_: str, conversation: Conversation) -> None:
        """Keep a conversation under its id; one that is still running is kept as stopped."""
        exchanges = conversation.stopped().exchanges
        if not exchanges:
            return
        content = json.dumps([_written(exchange) for exchange in exchanges])
        words = "\n".join(f"{e.question}\n{e.answer.text if e.answer is not None else ''}" for e in exchanges)
        self._keep("conversations", user, id_, exchanges[0].question, content, words)

    def conversations(self, user: str, search: str = "") -> tuple[Kept, ...]:
        """Return a user's latest ``LISTED`` conversations, of those that have the words if any are given."""
        return self._list("conversations", user, search)

    def conversation(self, user: str, id_: str) -> Conversation | None:
        """Return a conversation; ``None`` if the user has none with this id, or it can't be read any more."""
        content = self._content("conversations", user, id_)
        try:
            return None if content is None else Conversation(tuple(_read(entry) for entry in json.loads(content)))
        except (ValidationError, ValueError, KeyError, TypeError):
            log.warning("A kept conversation can't be read any more: %s", id_)
            return None

    # -- plans

    def keep_plan(self, user: str, id_: str, plan: Plan) -> None:
        """Keep a plan under its id."""
        words = "\n".join([plan.brief.business, plan.brief.goal, *(cell.text for _, cell in plan.cells())])
        self._keep("plans", user, id_, plan.brief.business, plan.model_dump_json(), words)

    def plans(self, user: str, search: str = "") -> tuple[Kept, ...]:
        """Return a user's latest ``LISTED`` plans, of those that have the words if any are given."""
        return self._list("plans", user, search)

    def plan(self, user: str, id_: str) -> Plan | None:
        """Return a plan; ``None`` if the user has none with this id, or it can't be read any more."""
        content = self._content("plans", user, id_)
        try:
            return None if content is None else Plan.model_validate_json(content)
        except ValidationError:
            log.warning("A kept plan can't be read any more: %s", id_)
            return None

    # -- both

    def rename(self, kind: Literal["conversations", "plans"], user: str, id_: str, title: str) -> None:
        """Give a conversation or a plan another title; an empty one changes nothing."""
        if title.strip():
            with self._open() as db:
                db.execute(
                    f"UPDATE {kind} SET title = ? WHERE user = ? AND id = ?",  # noqa: S608  # one of two names
                    (_title(title), user, id_),
                )

    def delete(self, kind: Literal["conversations", "plans"], user: str, id_: str) -> None:
        """Delete a conversation or a plan, and what was thought of its answers."""
        with self._open() as db:
            db.execute(f"DELETE FROM {kind} WHERE user = ? AND id = ?", (user, id_))  # noqa: S608  # one of two names
            if kind == "conversations":
                db.execute("DELETE FROM opinions WHERE user = ? AND conversation = ?", (user, id_))

    # -- opinions

    def think(self, user: str, id_: str, turn: int, thumb: Thumb, reason: str, answer: Answer) -> None:
        """Keep what a user thinks of an answer; a later opinion replaces an earlier one."""
        with self._open() as db:
            db.execute(
                "INSERT OR REPLACE INTO opinions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    user,
                    id_,
                    turn,
                    thumb,
                    _storable(reason.strip())[:LONGEST_REASON],
                    _storable(answer.question.resolved or answer.question.text),
                    json.dumps(answer.model_dump(mode="json")),
                    _now(),
                ),
            )

    def opinions_as_cases(self, user: str) -> str:
        """Return what a user thinks of answers as cases for ``advisor eval --cases`` (YAML), for a person to complete.

        An answer that was liked is a case with its first sentence as the fact to be given. Of one that was not, nobody
        knows yet what is right, so its question and the reason stand in a comment.
        """
        with self._open() as db:
            rows = db.execute(
                "SELECT thumb, reason, question, answer FROM opinions WHERE user = ? ORDER BY updated", (user,)
            ).fetchall()
        lines = ["# Cases from opinions on answers. Complete them, then: advisor eval --cases THIS_FILE"]
        cases = []
        for number, (thumb, reason, question, answer) in enumerate(rows, 1):
            try:
                given = Answer.model_validate(json.loads(answer))
            except ValueError:
                log.warning("An opinion can't be read any more: number %s of %s", number, user)
                continue
            if thumb == "up":
                facts = [{"any": [verdict.claim.text]} for verdict in given.verdicts[:1]]
                case = {"id": f"opinion-{number}", "question": question, "expect": given.status}
                cases.append({**case, **({"facts": facts} if facts else {})})
            else:
                said = f"{question} (disliked: {reason or 'no reason given'})"
                said = "".join(sign if sign.isprintable() else " " for sign in said)  # YAML refuses control characters
                lines.append(f"# not yet a case: {' '.join(said.split())}")
        return "\n".join([*lines, yaml.safe_dump({"cases": cases}, allow_unicode=True, sort_keys=False)])

    # -- below

    def _keep(self, table: str, user: str, id_: str, title: str, content: str, words: str) -> None:
        with self._open() as db:
            db.execute(
                f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (user, id) DO UPDATE SET "  # noqa: S608
                "updated = excluded.updated, content = excluded.content, words = excluded.words",
                (user, id_, _title(title), _now(), content, _folded(_storable(words))),
            )
            db.execute(
                f"DELETE FROM {table} WHERE user = ? AND id NOT IN "  # noqa: S608  # the table's name is ours
                f"(SELECT id FROM {table} WHERE user = ? ORDER BY updated DESC LIMIT ?)",
                (user, user, MOST_KEPT),
            )

    def _list(self, table: str, user: str, search: str) -> tuple[Kept, ...]:
        wanted = _folded(_storable(search.strip()))
        with self._open() as db:
            db.create_function("folded", 1, _folded, deterministic=True)
            rows = db.execute(
                f"SELECT id, title, updated FROM {table} WHERE user = ? "  # noqa: S608  # the table's name is ours
                "AND (instr(words, ?) OR instr(folded(title), ?)) ORDER BY updated DESC LIMIT ?",
                (user, wanted, wanted, LISTED),
            ).fetchall()
        return tuple(Kept(id_, title, datetime.fromisoformat(updated)) for id_, title, updated in rows)

    def _content(self, table: str, user: str, id_: str) -> str | None:
        with self._open() as db:
            row = db.execute(
                f"SELECT content FROM {table} WHERE user = ? AND id = ?",  # noqa: S608  # the table's name is ours
                (user, id_),
            ).fetchone()
        return row[0] if row is not None else None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction, and make its tables if it is new."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch(mode=0o600)  # what people ask is nobody else's business
            db = sqlite3.connect(self._path, timeout=PATIENCE)
            try:
                _write_ahead(db)
                with db:
                    _prepare(db, self._path)
                    yield db
            finally:
                db.close()
        except (sqlite3.DatabaseError, OSError) as error:
            raise KnowledgeError(f"{self._path}: {error}. {_advice(error)}") from error


def new_id() -> str:
    """Return an id for a new conversation or plan."""
    return uuid.uuid4().hex


def _write_ahead(db: sqlite3.Connection) -> None:
    """Let one write while others read."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:  # SQLite itself doesn't wait here for others that do the same
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return


def _advice(error: Exception) -> str:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_IOERR) & 0xFF  # without the extension
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return "Conversations and plans are kept there; move the file away to begin anew."
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return "Another process is writing to it. Try again in a moment."
    return "Check that the disk has room and that the file may be written to, then try again."


def _folded(text: str) -> str:
    """Return text as it is searched: without the difference of capitals, and of ways to write the same letter."""
    return unicodedata.normalize("NFKC", text).casefold()


def _storable(text: str) -> str:
    """Return text without lone surrogates, which no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise KnowledgeError(f"{path} was written by a newer Strategy Advisor. Update, or move the file away.")
    if version == 0:
        db.execute("BEGIN IMMEDIATE")  # of two processes that begin at once, the second one waits here
        if db.execute("PRAGMA user_version").fetchone()[0] == 0:
            for statement in filter(str.strip, _TABLES.split(";")):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {VERSION}")


def _written(exchange: Exchange) -> dict[str, object]:
    return {
        "question": exchange.question,
        "state": exchange.state,
        "verdicts": [verdict.model_dump(mode="json") for verdict in exchange.verdicts if exchange.answer is None],
        "answer": exchange.answer.model_dump(mode="json") if exchange.answer is not None else None,
        "failure": exchange.failure,
    }


def _read(entry: dict[str, object]) -> Exchange:
    answer, verdicts = entry["answer"], entry["verdicts"]
    if not isinstance(verdicts, list):
        raise TypeError("verdicts are a list")
    return Exchange(
        question=str(entry["question"]),
        state=_state(entry["state"]),
        verdicts=tuple(Verdict.model_validate(verdict) for verdict in verdicts),
        answer=Answer.model_validate(answer) if answer is not None else None,
        failure=str(entry["failure"]),
    )


def _state(value: object) -> Literal["answered", "stopped", "failed"]:
    if value == "answered":
        return "answered"
    return "failed" if value == "failed" else "stopped"


def _title(text: str) -> str:
    return " ".join(_storable(text).split())[:LONGEST_TITLE]


def _now() -> str:
    return datetime.now(UTC).isoformat()
