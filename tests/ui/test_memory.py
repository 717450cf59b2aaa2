"""What is kept of each user: real files, several users, a process that is killed."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml

from advisor.brief import Brief
from advisor.domain import Answer
from advisor.errors import KnowledgeError
from advisor.evals.cases import load_cases
from advisor.ui import memory as module
from advisor.ui.conversation import Conversation, Exchange
from advisor.ui.memory import LONGEST_TITLE, Memory, new_id
from tests.ui.scripted import ScriptedAdvisor


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "memory.sqlite"


@pytest.fixture
def memory(path: Path) -> Memory:
    return Memory(path)


@pytest.fixture(scope="module")
def answer() -> Answer:
    return ScriptedAdvisor().ask("Should I post offers every day?")


def conversation(answer: Answer, *questions: str) -> Conversation:
    return Conversation(tuple(Exchange(question, "answered", answer=answer) for question in questions))


def test_nothing_is_written_before_there_is_something_to_keep(memory: Memory, path: Path) -> None:
    memory.keep_conversation("ada", new_id(), Conversation())
    assert not path.parent.exists()


def test_a_conversation_comes_back_as_it_was(memory: Memory, path: Path, answer: Answer) -> None:
    kept = conversation(answer, "First?", "Second?")
    memory.keep_conversation("ada", "c1", kept)
    assert Memory(path).conversation("ada", "c1") == kept


def test_what_runs_is_kept_as_stopped_with_what_was_checked(memory: Memory, answer: Answer) -> None:
    running = Conversation((Exchange("Half?", "running", "drafting", answer.verdicts[:2]),))
    memory.keep_conversation("ada", "c1", running)
    kept = memory.conversation("ada", "c1")
    assert kept is not None
    assert kept.exchanges[0].state == "stopped"
    assert kept.exchanges[0].verdicts == answer.verdicts[:2]


def test_a_failure_is_kept(memory: Memory) -> None:
    failed = Conversation((Exchange("Why?", "failed", failure="The model can't be reached."),))
    memory.keep_conversation("ada", "c1", failed)
    assert memory.conversation("ada", "c1") == failed


def test_the_latest_comes_first_and_keeps_its_title(memory: Memory, answer: Answer) -> None:
    memory.keep_conversation("ada", "c1", conversation(answer, "First question?"))
    memory.keep_conversation("ada", "c2", conversation(answer, "Other question?"))
    memory.keep_conversation("ada", "c1", conversation(answer, "First question?", "And then?"))
    assert [(kept.id, kept.title) for kept in memory.conversations("ada")] == [
        ("c1", "First question?"),
        ("c2", "Other question?"),
    ]


def test_words_are_found_in_questions_and_answers_as_they_stand(memory: Memory, answer: Answer) -> None:
    memory.keep_conversation("ada", "c1", conversation(answer, "What about 100 % Ärger_1?"))
    memory.keep_conversation("ada", "c2", conversation(answer, "Something else 1001?"))
    assert [kept.id for kept in memory.conversations("ada", "ärger")] == ["c1"]
    assert [kept.id for kept in memory.conversations("ada", "100 %")] == ["c1"]
    assert [kept.id for kept in memory.conversations("ada", "r_1")] == ["c1"]
    assert len(memory.conversations("ada", "DRIVE FOLLOWERS away")) == 2
    assert memory.conversations("ada", "' OR 1=1 --") == ()


def test_a_title_is_one_short_line(memory: Memory, answer: Answer) -> None:
    memory.keep_conversation("ada", "c1", conversation(answer, "a\nb " * 100))
    memory.rename("conversations", "ada", "c1", "  ")
    (kept,) = memory.conversations("ada")
    assert len(kept.title) == LONGEST_TITLE
    assert "\n" not in kept.title
    memory.rename("conversations", "ada", "c1", " Offers \n")
    assert memory.conversations("ada")[0].title == "Offers"


def test_nobody_sees_or_changes_what_is_anothers(memory: Memory, answer: Answer) -> None:
    memory.keep_conversation("ada", "c1", conversation(answer, "Mine?"))
    memory.think("ada", "c1", 0, "up", "", answer)
    assert memory.conversations("bob") == ()
    assert memory.conversation("bob", "c1") is None
    memory.rename("conversations", "bob", "c1", "Stolen")
    memory.delete("conversations", "bob", "c1")
    memory.keep_conversation("bob", "c1", conversation(answer, "His?"))
    kept = memory.conversation("ada", "c1")
    assert kept is not None
    assert kept.exchanges[0].question == "Mine?"
    assert "Mine" in memory.conversations("ada")[0].title
    assert "opinion" not in memory.opinions_as_cases("bob").replace("opinions", "")


def test_what_is_deleted_is_gone(memory: Memory, path: Path, answer: Answer) -> None:
    memory.keep_conversation("ada", "c1", conversation(answer, "Mine?"))
    memory.think("ada", "c1", 0, "down", "wrong", answer)
    memory.delete("conversations", "ada", "c1")
    assert memory.conversation("ada", "c1") is None
    assert "wrong" not in memory.opinions_as_cases("ada")


def test_a_plan_comes_back_as_it_was(memory: Memory) -> None:
    plan = ScriptedAdvisor().plan(Brief(business="a restaurant"))
    memory.keep_plan("ada", "p1", plan)
    assert memory.plan("ada", "p1") == plan
    assert memory.plan("bob", "p1") is None
    assert [kept.title for kept in memory.plans("ada", "restaurant")] == [plan.brief.business]


def test_opinions_are_cases_for_the_evaluation(memory: Memory, answer: Answer, tmp_path: Path) -> None:
    memory.think("ada", "c1", 0, "down", "too\nlong", answer)
    memory.think("ada", "c1", 1, "down", "changed my mind", answer)
    memory.think("ada", "c1", 1, "up", "", answer)
    text = memory.opinions_as_cases("ada")
    assert "too long" in text
    assert "changed my mind" not in text
    (tmp_path / "cases.yaml").write_text(text, encoding="utf-8")
    (case,) = load_cases([tmp_path / "cases.yaml"])
    assert case.question == answer.question.resolved
    assert case.facts[0].any == (answer.verdicts[0].claim.text,)


def test_the_oldest_make_room(memory: Memory, answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 3)
    for number in range(5):
        memory.keep_conversation("ada", f"c{number}", conversation(answer, f"Question {number}?"))
    memory.keep_conversation("bob", "c0", conversation(answer, "His?"))
    assert [kept.id for kept in memory.conversations("ada")] == ["c4", "c3", "c2"]
    assert len(memory.conversations("bob")) == 1


def test_many_threads_may_keep_at_once(path: Path, answer: Answer) -> None:
    def keep(user: str) -> None:
        own = Memory(path)
        for number in range(10):
            own.keep_conversation(user, f"c{number}", conversation(answer, f"{user} {number}?"))

    threads = [threading.Thread(target=keep, args=(f"user{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(Memory(path).conversations(f"user{n}")) for n in range(4)] == [10] * 4


KEEP_ON = """
import sys
from pathlib import Path
from advisor.ui.conversation import Conversation, Exchange
from advisor.ui.memory import Memory
memory = Memory(Path(sys.argv[1]))
for number in range(100_000):
    memory.keep_conversation("ada", f"c{number}", Conversation((Exchange(f"Question {number}?", "failed"),)))
    print(number, flush=True)
"""


def test_a_killed_process_loses_nothing_that_was_kept(path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", KEEP_ON, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(20)]
        process.send_signal(signal.SIGKILL)
    assert said[-1] == "19\n"
    memory = Memory(path)
    assert all(memory.conversation("ada", f"c{number}") is not None for number in range(20))


def test_what_can_not_be_read_any_more_spoils_nothing(memory: Memory, path: Path, answer: Answer) -> None:
    memory.keep_conversation("ada", "c1", conversation(answer, "Mine?"))
    memory.keep_conversation("ada", "c2", conversation(answer, "Also mine?"))
    with sqlite3.connect(path) as db:
        db.execute("UPDATE conversations SET content = '[{\"question\": 1}]' WHERE id = 'c1'")
    assert memory.conversation("ada", "c1") is None
    assert len(memory.conversations("ada")) == 2
    assert memory.conversation("ada", "c2") is not None


def test_a_file_of_a_newer_version_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(KnowledgeError, match="newer"):
        Memory(path)


def test_what_is_no_database_is_named(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("no database at all, but long enough to be looked at " * 40)
    with pytest.raises(KnowledgeError, match="begin anew"):
        Memory(path)
    assert path.read_text().startswith("no database")


def test_cases_without_any_opinion_are_an_empty_list(memory: Memory) -> None:
    assert yaml.safe_load(memory.opinions_as_cases("ada")) == {"cases": []}
