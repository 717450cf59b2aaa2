"""The catalog: replaced all or nothing, honest about what is pending, and safe to search with anything."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor.domain import Flag
from advisor.errors import IndexMismatch, KnowledgeError
from advisor.retrieval.catalog import Catalog, embedding_text
from tests.retrieval.corpus import cut, source


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = Catalog(tmp_path / "deep" / "folder" / "catalog.sqlite", "model-a")
    yield catalog
    catalog.close()


def put(catalog: Catalog, source_id: str, *parts: str, heading: str = "", asked: tuple[str, ...] = ()) -> None:
    passages = cut(source_id, parts, heading)
    questions = {heading: asked} if heading else {}
    catalog.replace(source(source_id), f"/{source_id}", "\n\n".join(parts), passages, questions)


def test_what_was_recorded_is_read_back(catalog: Catalog) -> None:
    described = source("a", "document").model_copy(
        update={
            "author": "Ada Löwe",
            "publisher": "Verlag",
            "published": "2010",
            "reviewed": "2026-01-02",
            "topics": ("tea", "cake"),
            "checksum": "c" * 64,
            "flags": (Flag(kind="hidden_text", excerpt="white"), Flag(kind="instruction", excerpt="x", start=1, end=2)),
        }
    )
    passages = [p.model_copy(update={"page": 3, "headings": ("A", "B > C")}) for p in cut("a", ["Tea — “hot”. 🍵"])]
    catalog.replace(described, "/a.pdf", "Tea — “hot”. 🍵", passages, {})
    assert catalog.source("a") == described
    assert catalog.text("a") == "Tea — “hot”. 🍵"
    assert list(catalog.passages_of("a")) == passages
    assert catalog.checksums() == {"/a.pdf": ("a", "c" * 64)}


def test_replacing_leaves_nothing_of_the_old_version(catalog: Catalog) -> None:
    put(catalog, "a", "Old words about herring.", heading="Fish", asked=("Is there herring?",))
    put(catalog, "a", "New words about salmon.")
    assert catalog.search(["herring"], 10) == []
    assert [hit for hit, _ in catalog.search(["salmon"], 10)] == ["a-0"]
    assert catalog.questions() == {}
    assert catalog.size() == 1


def test_a_failing_replacement_changes_nothing(catalog: Catalog) -> None:
    put(catalog, "a", "Herring is served on Mondays.")
    stranger = cut("nobody", ["Salmon is served on Tuesdays."])
    broken = [p.model_copy(update={"page": object()}) for p in stranger]
    with pytest.raises(sqlite3.Error):
        catalog.replace(source("a"), "/a", "Salmon", broken, {})
    assert catalog.text("a") == "Herring is served on Mondays."
    assert len(catalog.search(["herring"], 5)) == 1


def test_pending_and_orphans_follow_each_change(catalog: Catalog) -> None:
    put(catalog, "a", "One fish.", "Two fish.", heading="Fish", asked=("How many fish?",))
    assert catalog.pending_count() == 3
    catalog.mark_embedded("passages", ["a-0", "a-1"])
    assert catalog.pending_count() == 1
    assert catalog.embedded_ids("passages") == {"a-0", "a-1"}
    put(catalog, "a", "One fish.", heading="Fish", asked=("How many fish?",))
    assert catalog.orphans("passages") == ["a-1"]  # a-0 came back under the same id
    assert catalog.orphans("questions") == []
    assert [row.text for row in catalog.pending("passages", 10)] == ["Fish\nOne fish."]
    catalog.remove("a")
    assert set(catalog.orphans("passages")) == {"a-0", "a-1"}
    catalog.forget_orphans(["a-0", "a-1"])
    assert catalog.orphans("passages") == []
    assert catalog.size() == 0


def test_headings_and_listed_questions_are_searched_but_not_part_of_the_text(catalog: Catalog) -> None:
    put(catalog, "a", "It opens at seven.", heading="Hours", asked=("When can I buy breakfast?",))
    assert [hit for hit, _ in catalog.search(["breakfast"], 5)] == ["a-0"]
    assert [hit for hit, _ in catalog.search(["hours"], 5)] == ["a-0"]
    (passage,) = catalog.passages_of("a")
    assert passage.text == "It opens at seven."
    assert embedding_text(passage) == "Hours\nIt opens at seven."


def test_listed_questions_are_found_by_their_words(catalog: Catalog) -> None:
    put(catalog, "a", "It opens at seven.", heading="Hours", asked=("When can I buy breakfast?", "Open on Sundays?"))
    asked = catalog.questions_put(["Open on Sundays?", "Who bakes?"])
    assert [question.text for question in asked.values()] == ["Open on Sundays?"]
    assert asked.items() <= catalog.questions().items()


def test_words_are_stemmed_and_accents_folded(catalog: Catalog) -> None:
    put(catalog, "a", "The café answered several complaints.")
    for word in ("cafe", "CAFÉ", "complaint", "answering"):
        assert catalog.search([word], 5), word


@pytest.mark.parametrize(
    "term",
    ['"', '""', "'", "AND", "OR", "NOT", "NEAR", "NEAR(fish)", "*", "fish*", "text:fish", "(", ")", "^", "-fish", "+"],
)
def test_no_term_is_taken_for_an_operator(catalog: Catalog, term: str) -> None:
    put(catalog, "a", "Fish and chips.")
    put(catalog, "b", "Nothing of interest.")
    hits = [hit for hit, _ in catalog.search([term], 5)]
    assert hits in ([], ["a-0"])
    assert [hit for hit, _ in catalog.search([term, "chips"], 5)][:1] == ["a-0"]


def test_thousands_of_terms_are_no_problem(catalog: Catalog) -> None:
    put(catalog, "a", "Fish and chips.")
    assert catalog.search([f"w{i}" for i in range(3000)] + ["chips"], 5)


def test_flagged_passages_are_never_found(catalog: Catalog) -> None:
    catalog.replace(source("a"), "/a", "x", cut("a", ["Fish one.", "Fish two."], flagged=[1]), {})
    assert [hit for hit, _ in catalog.search(["fish"], 5)] == ["a-0"]


def test_search_can_be_restricted_to_sources(catalog: Catalog) -> None:
    put(catalog, "a", "Fish one.")
    put(catalog, "b", "Fish two.")
    assert [hit for hit, _ in catalog.search(["fish"], 5, ["b"])] == ["b-0"]
    assert catalog.search(["fish"], 5, []) == []
    assert catalog.search([], 5) == []


def test_an_unknown_source_is_named(catalog: Catalog) -> None:
    for call in (catalog.source, catalog.text):
        with pytest.raises(KnowledgeError, match=r"“nonsense”.*advisor sources"):
            call("nonsense")


def test_bundled_sources_are_listed_first(catalog: Catalog) -> None:
    for name, kind in (("zulu", "upload"), ("alpha", "upload"), ("mike", "guidance"), ("yankee", "document")):
        catalog.replace(source(name, kind), f"/{name}", "x", [], {})
    assert [s.id for s in catalog.sources()] == ["yankee", "mike", "alpha", "zulu"]


def test_it_is_refused_with_another_model_and_told_how_to_go_on(tmp_path: Path) -> None:
    Catalog(tmp_path / "c.sqlite", "model-a").close()
    with pytest.raises(IndexMismatch, match=r"model-a.*model-b.*ADVISOR_EMBEDDING_MODEL=model-a"):
        Catalog(tmp_path / "c.sqlite", "model-b")


def test_a_catalog_of_another_version_is_refused(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "c.sqlite", "model-a")
    catalog.set_meta("schema", "999")
    catalog.close()
    with pytest.raises(KnowledgeError, match="another version"):
        Catalog(tmp_path / "c.sqlite", "model-a")


def test_threads_read_while_another_writes(catalog: Catalog) -> None:
    put(catalog, "a", "Fish number one.")
    errors: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                assert len(catalog.search(["fish"], 5)) == 1
                assert catalog.source("a").id == "a"
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for i in range(30):
        put(catalog, "a", f"Fish number {i}.")
    done.set()
    for thread in threads:
        thread.join()
    assert errors == []


def test_sentence_vectors_are_kept_by_digest(catalog: Catalog) -> None:
    catalog.store_sentence_vectors({"d1": b"\x00\x00\x80?", "d2": b"\x00\x00\x00@"})
    catalog.store_sentence_vectors({"d1": b"\x00\x00@@"})
    assert catalog.sentence_vectors(["d1", "d3"]) == {"d1": b"\x00\x00@@"}
