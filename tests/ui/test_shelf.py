"""Which documents a user sees."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor.assembly import build_advisor, open_knowledge
from advisor.errors import ConfigError, KnowledgeError
from advisor.knowledge_base import KnowledgeBase
from advisor.settings import Settings
from advisor.ui.shelf import Shelf


@pytest.fixture(scope="module")
def kb(bundled_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """Documents of two users, of nobody in particular, and of the command line."""
    data_dir = tmp_path_factory.mktemp("shelf")
    shutil.copytree(bundled_index / "models", data_dir / "models")
    for place, name in (
        ("uploads/users/ada", "heron"),
        ("uploads/users/bob", "lantern"),
        ("uploads", "shared"),
        ("elsewhere", "ingested"),
    ):
        (data_dir / place).mkdir(parents=True, exist_ok=True)
        (data_dir / place / f"{name}.md").write_text(f"# The {name}\n\nThe {name} opens at nine.\n", encoding="utf-8")
    with open_knowledge(Settings(data_dir=data_dir, bundled_knowledge=False)) as kb:
        kb.sync(data_dir / "uploads", data_dir / "elsewhere")
        yield kb


@pytest.fixture
def shelf(kb: KnowledgeBase) -> Shelf:
    root = next(Path(s.origin) for s in kb.sources() if s.origin.endswith("shared.md")).parent
    return Shelf(kb, root)


def titles(shelf: Shelf, user: str) -> set[str]:
    return {source.title for source in shelf.sources(user)}


def test_each_sees_what_is_everybodys_and_their_own(shelf: Shelf) -> None:
    assert titles(shelf, "ada") == {"The heron", "The shared", "The ingested"}
    assert titles(shelf, "bob") == {"The lantern", "The shared", "The ingested"}
    assert titles(shelf, "eve") == {"The shared", "The ingested"}
    assert titles(shelf, "") == {"The shared", "The ingested"}


def test_anothers_document_is_unknown(shelf: Shelf, kb: KnowledgeBase) -> None:
    heron = next(source for source in kb.sources() if source.title == "The heron")
    assert shelf.source("ada", heron.id) == heron
    with pytest.raises(KnowledgeError) as hidden:
        shelf.source("bob", heron.id)
    with pytest.raises(KnowledgeError) as unknown:
        kb.source("nothing")
    assert str(hidden.value).replace(heron.id, "nothing") == str(unknown.value)


def test_the_scope_is_what_is_seen_without_what_is_left_out(shelf: Shelf, kb: KnowledgeBase) -> None:
    by_title = {source.title: source.id for source in kb.sources()}
    assert set(shelf.scope("ada") or ()) == {by_title[t] for t in ("The heron", "The shared", "The ingested")}
    without = shelf.scope("ada", [by_title["The shared"], "unknown"])
    assert set(without or ()) == {by_title["The heron"], by_title["The ingested"]}


def test_an_answer_draws_on_nothing_else(shelf: Shelf, kb: KnowledgeBase) -> None:
    advisor = build_advisor(Settings(bundled_knowledge=False), kb)
    question = "When does the heron open?"
    assert "The heron opens at nine." in advisor.ask(question, sources=shelf.scope("ada")).text
    assert "heron opens" not in advisor.ask(question, sources=shelf.scope("bob")).text


def test_with_everything_left_out_there_is_no_evidence(shelf: Shelf, kb: KnowledgeBase) -> None:
    nothing = shelf.scope("ada", [source.id for source in kb.sources()])
    assert nothing == []
    answer = build_advisor(Settings(bundled_knowledge=False), kb).ask("When does the heron open?", sources=nothing)
    assert answer.status == "insufficient_evidence"
    assert answer.trace.evidence == ()


@pytest.mark.parametrize("user", ["..", "a/b", "../bob"])
def test_a_name_never_leads_out_of_the_folder(shelf: Shelf, user: str) -> None:
    with pytest.raises(ConfigError):
        shelf.folder(user)
