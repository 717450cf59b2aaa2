"""Texts, files, disks and other processes that a memory has to cope with."""

from __future__ import annotations

import logging
import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from advisor.brief import Brief
from advisor.domain import Answer
from advisor.errors import KnowledgeError
from advisor.evals.cases import Case, load_cases
from advisor.planning.plan import Plan
from advisor.ui import memory
from advisor.ui.answering import answer
from advisor.ui.conversation import Conversation
from advisor.ui.memory import Kept, Memory, new_id
from tests.ui.scripted import ScriptedAdvisor


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "memory.sqlite"


@pytest.fixture
def kept(file: Path) -> Memory:
    return Memory(file)


def asked(*questions: str) -> Conversation:
    conversation = Conversation()
    for question in questions:
        *_, conversation = answer(ScriptedAdvisor(), conversation, question)  # type: ignore[arg-type]
    return conversation


def answered(question: str) -> Answer:
    given = asked(question).exchanges[-1].answer
    assert given is not None
    return given


def keep(memory: Memory, user: str, *questions: str) -> str:
    id_ = new_id()
    memory.keep_conversation(user, id_, asked(*questions))
    return id_


def titles(entries: tuple[Kept, ...]) -> list[str]:
    return [entry.title for entry in entries]


def spoil(file: Path, sql: str, *values: object) -> None:
    """Change the file behind the memory's back."""
    with closing(sqlite3.connect(file)) as db, db:
        assert db.execute(sql, values).rowcount > 0


@pytest.fixture(scope="module")
def plan() -> Plan:
    return ScriptedAdvisor().plan(Brief(business="a bakery in Graz", goal="regulars on weekdays"))


def cases(kept: Memory, user: str, folder: Path) -> tuple[Case, ...]:
    file = folder / "mine.yaml"
    file.write_text(kept.opinions_as_cases(user), encoding="utf-8")
    return load_cases([file])


WRITER = """
import sys
import threading
from pathlib import Path
from advisor.ui.conversation import Conversation, Exchange
from advisor.ui.memory import Memory

file, name, most = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
kept = Memory(file)
exchanges = ()
for number in range(most):
    exchanges = (*exchanges, Exchange(f"question {number} " + "x" * 5_000, "stopped"))
    kept.keep_conversation("ann", name, Conversation(exchanges))
    print(number, flush=True)
"""


def writer(file: Path, name: str, most: int) -> subprocess.Popen[str]:
    """Start a process that keeps a conversation after each of its questions, once it is sent a line."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(file), name, str(most)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(*processes: subprocess.Popen[str]) -> None:
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()


@pytest.mark.parametrize("search", ["ölstraße", "ÖLSTRASSE", "o\u0308l", "Ölstraße"])
def test_a_new_title_is_found_however_its_letters_are_written(kept: Memory, search: str) -> None:
    id_ = keep(kept, "ann", "refuse")
    kept.rename("conversations", "ann", id_, "Ölstraße")
    assert titles(kept.conversations("ann", search)) == ["Ölstraße"]
    assert kept.conversations("ann", "straßen") == ()


def test_any_text_can_be_kept_and_searched(kept: Memory) -> None:
    id_ = keep(kept, "ann", "half an emoji \ud83d, a nul \0 and zebras")
    back = kept.conversation("ann", id_)
    assert back is not None
    assert "zebras" in back.exchanges[0].question
    assert [entry.id for entry in kept.conversations("ann", "zebras")] == [id_]
    kept.rename("conversations", "ann", id_, "half \ud83d")
    kept.think("ann", id_, 0, "up", "half \ud83d", answered("half \ud83d"))
    assert kept.conversations("ann", "\ud83d" + "x" * 100_000) == ()


def test_control_characters_in_a_reason_do_not_spoil_the_cases(kept: Memory, tmp_path: Path) -> None:
    kept.think("ann", new_id(), 0, "down", "bell \x07, nul \0, c1 \x9f, half \ud83d", answered("one\x07"))
    kept.think("ann", new_id(), 0, "up", "", answered("two\x07 \0"))
    assert [case.question for case in cases(kept, "ann", tmp_path)] == ["two\x07 \0"]


def test_an_opinion_that_cannot_be_read_is_left_out(
    kept: Memory, file: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    id_ = new_id()
    kept.think("ann", id_, 0, "up", "", answered("one"))
    kept.think("ann", id_, 1, "up", "", answered("two"))
    spoil(file, "UPDATE opinions SET answer = '{}' WHERE turn = 0")
    with caplog.at_level(logging.WARNING):
        assert [case.question for case in cases(kept, "ann", tmp_path)] == ["two"]
    assert "can't be read any more" in caplog.text


def test_a_place_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, where a folder should be")
    with pytest.raises(KnowledgeError, match="may be written to"):
        keep(Memory(tmp_path / "data" / "memory.sqlite"), "ann", "one")


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
def test_only_the_owner_may_read_the_file(kept: Memory, file: Path) -> None:
    keep(kept, "ann", "one")
    assert [path.stat().st_mode & 0o077 for path in file.parent.iterdir()] == [0]


def test_another_process_that_writes_for_long_is_no_reason_to_begin_anew(
    kept: Memory, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = keep(kept, "ann", "one")
    monkeypatch.setattr(memory, "PATIENCE", 0.1)
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        assert [entry.id for entry in kept.conversations("ann")] == [id_]  # who reads doesn't wait
        with pytest.raises(KnowledgeError, match="Try again") as error:
            kept.delete("conversations", "ann", id_)
    assert "move" not in str(error.value)
    assert kept.conversation("ann", id_) is not None


def test_who_comes_while_another_process_makes_the_file_waits(kept: Memory, file: Path) -> None:
    file.parent.mkdir()
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as db:
        db.execute("BEGIN IMMEDIATE")
        done = threading.Timer(0.3, lambda: db.execute("COMMIT"))
        done.start()
        id_ = keep(kept, "ann", "one")
        done.join()
    assert [entry.id for entry in kept.conversations("ann")] == [id_]


def test_processes_that_begin_at_once_share_a_file(file: Path) -> None:
    names = [character * 32 for character in "abcdef"]
    processes = [writer(file, name, 15) for name in names]
    go(*processes)
    said = [process.communicate(timeout=60)[0] for process in processes]
    assert [len(lines.split()) for lines in said] == [15] * len(names)
    kept = Memory(file)
    assert {entry.id for entry in kept.conversations("ann")} == set(names)
    for name in names:
        back = kept.conversation("ann", name)
        assert back is not None
        assert len(back.exchanges) == 15
