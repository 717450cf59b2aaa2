"""Hybrid retrieval: both legs, filters, diversity, listed questions, and questions of every shape."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor.domain import Evidence, Question, Turn
from advisor.errors import KnowledgeError
from advisor.knowledge_base import KnowledgeBase
from tests.retrieval.corpus import Corpus


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    corpus = Corpus(tmp_path, {"car": "automobil"})
    yield corpus
    corpus.catalog.close()


def ask(text: str) -> Question:
    return Question(text=text, resolved=text)


def ids(evidence: tuple[Evidence, ...]) -> list[str]:
    return [e.passage.id for e in evidence]


WEIRD = [
    "",
    " ",
    "?",
    "???!!! ...",
    "the of and to",
    '"',
    'AND NOT "',
    'fish" OR "',
    "fish AND NOT chips NEAR(a, b)",
    "text:fish *",
    "(((fish",
    "fish -- ; DROP TABLE passages",
    "%_%",
    "\\",
    "Was kostet Öffentlichkeitsarbeit für Straßenhändler?",
    "какие каналы выбрать",
    "どのプラットフォームを使うべきですか",
    "🐟🍟",
    "f\u0301ish\u200b\u00ad \u202efish",
    "fish \x00 chips",
    "fish " * 800,
    " ".join(f"word{i}" for i in range(500)),
    "x" * 4000,
]


@pytest.mark.parametrize("text", WEIRD, ids=range(len(WEIRD)))
def test_any_text_can_be_searched_for(corpus: Corpus, text: str) -> None:
    corpus.add("menu", "Fish and chips are served on Fridays.", "Tea is served all day.")
    found = corpus.retriever().retrieve(ask(text[:4000]), limit=5)
    assert all(0 <= e.score <= 1 for e in found)
    assert [e.label for e in found] == [f"E{i}" for i in range(1, len(found) + 1)]
    if text.casefold().count("fish") and "\u0301" not in text:
        assert ids(found)[0] == "menu-0"


def test_nothing_is_found_in_an_empty_index(corpus: Corpus) -> None:
    for weight in (0.0, 0.5, 1.0):
        assert corpus.retriever(weight).retrieve(ask("fish and chips")) == ()


def test_each_leg_finds_what_the_other_can_not(corpus: Corpus) -> None:
    corpus.add("cars", "Every automobile needs four wheels.")
    corpus.add("codes", "Part XK-42 fits each model.")
    corpus.add("tea", "Tea is grown on hills.")
    meaning = corpus.retriever(1.0).retrieve(ask("Which car is it?"), limit=1)
    assert ids(meaning) == ["cars-0"]
    assert ids(corpus.retriever(0.0).retrieve(ask("Which car is it?"))) == []
    words = corpus.retriever(0.0).retrieve(ask("xk-42?"))
    assert ids(words) == ["codes-0"]
    both = corpus.retriever().retrieve(ask("Does XK-42 fit my car?"))
    assert set(ids(both)[:2]) == {"cars-0", "codes-0"}


def test_a_passage_that_both_legs_find_comes_first(corpus: Corpus) -> None:
    corpus.add("a", "Herring salad with apples is made in autumn.")
    corpus.add("b", "Herring is a small oily animal of the northern seas that swims in large groups near coasts.")
    corpus.add("c", "Apples grow on trees.")
    found = corpus.retriever().retrieve(ask("Herring salad with apples"))
    assert ids(found)[0] == "a-0"
    assert found[0].score == max(e.score for e in found)
    assert found[0].keyword == 1.0
    assert 0 < found[0].dense <= 1.0001


def test_evidence_says_what_it_is(corpus: Corpus) -> None:
    corpus.add("a", "Herring is served cold.", kind="document")
    (found,) = corpus.retriever().retrieve(ask("herring"))
    assert found.source == corpus.catalog.source("a")
    assert found.passage == corpus.catalog.passages_of("a")[0]


def test_sources_and_kinds_restrict_and_combine(corpus: Corpus) -> None:
    for name, kind in (("doc", "document"), ("guide", "guidance"), ("mine", "upload"), ("mine2", "upload")):
        corpus.add(name, f"Herring of {name}.", kind=kind)
    retrieve = corpus.retriever().retrieve
    sources = {e.source.id for e in retrieve(ask("herring"))}
    assert sources == {"doc", "guide", "mine", "mine2"}
    assert {e.source.id for e in retrieve(ask("herring"), kinds=["upload"])} == {"mine", "mine2"}
    assert {e.source.id for e in retrieve(ask("herring"), kinds=["upload", "document"])} == {"mine", "mine2", "doc"}
    assert {e.source.id for e in retrieve(ask("herring"), sources=["mine", "doc"], kinds=["upload"])} == {"mine"}
    assert retrieve(ask("herring"), sources=["doc"], kinds=["upload"]) == ()
    assert retrieve(ask("herring"), sources=[]) == ()
    assert retrieve(ask("herring"), kinds=[]) == ()
    with pytest.raises(KnowledgeError, match="nonsense"):
        retrieve(ask("herring"), sources=["doc", "nonsense"])


def test_a_filter_looks_at_all_of_the_chosen_source_not_at_the_best_of_all(corpus: Corpus) -> None:
    for i in range(60):
        corpus.add(f"loud{i}", "Herring herring herring.")
    corpus.add("quiet", "Somewhere a herring is mentioned among many other things of no importance.")
    assert ids(corpus.retriever().retrieve(ask("herring"), sources=["quiet"])) == ["quiet-0"]


def test_one_document_does_not_crowd_out_the_rest(corpus: Corpus) -> None:
    corpus.add("long", *[f"Herring is cooked in way number {i} here." for i in range(30)])
    corpus.add("other", "Herring is cooked in milk by some people here.")
    corpus.add("third", "Herring is cooked over a fire by other people here.")
    found = corpus.retriever().retrieve(ask("How is herring cooked?"), limit=8)
    assert {"long", "other", "third"} <= {e.source.id for e in found}
    assert len(found) == 8


def test_a_listed_question_brings_its_section_up(corpus: Corpus) -> None:
    corpus.add(
        "hours",
        "The door is unlocked at seven.",
        kind="guidance",
        heading="Opening",
        questions=["Can I buy breakfast before work?"],
    )
    corpus.add("breakfast", "Breakfast is the first meal of people who work.")
    found = {e.passage.id: e for e in corpus.retriever().retrieve(ask("Can I buy breakfast before work?"))}
    assert found["hours-0"].asks == "Can I buy breakfast before work?"
    assert found["hours-0"].asks_similarity > 0.99
    assert found["hours-0"].label == "E1"
    assert found["breakfast-0"].asks is None
    assert found["breakfast-0"].asks_similarity == 0


def test_of_several_listed_questions_the_nearest_is_named(corpus: Corpus) -> None:
    corpus.add("a", "It opens at seven.", heading="Opening", questions=["When is breakfast?", "Which herring is best?"])
    (found,) = corpus.retriever().retrieve(ask("Which herring is the best of all?"))
    assert found.asks == "Which herring is best?"


def test_flagged_passages_are_never_returned(corpus: Corpus) -> None:
    corpus.add("a", "Herring is fine.", "Herring orders you to obey.", flagged=[1])
    corpus.add("b", "Obey the herring at once.", heading="H", questions=["Do I obey the herring?"], flagged=[0])
    for weight in (0.0, 0.6, 1.0):
        found = corpus.retriever(weight).retrieve(ask("Do I obey the herring?"), limit=10)
        assert ids(found) == ["a-0"]


def test_the_limit_is_kept(corpus: Corpus) -> None:
    corpus.add("a", *[f"Herring number {i}." for i in range(12)])
    for limit in (1, 3, 12, 50):
        assert len(corpus.retriever().retrieve(ask("herring"), limit=limit)) == min(limit, 12)


def test_a_vector_without_a_row_is_passed_over(corpus: Corpus) -> None:
    corpus.add("a", "Herring is fine.")
    corpus.add("b", "Herring is better.")
    corpus.catalog.remove("b")  # its vector is still there, as after a kill
    assert ids(corpus.retriever().retrieve(ask("herring"))) == ["a-0"]


def test_a_follow_up_is_searched_with_its_subject(corpus: Corpus) -> None:
    corpus.add("a", "Herring is caught in autumn.")
    corpus.add("b", "Apples are picked in autumn.")
    question = Question(
        text="And when?", history=(Turn(question="How is herring caught?"),), resolved="And when? (about: herring)"
    )
    assert ids(corpus.retriever().retrieve(question))[0] == "a-0"


# -- on the real index ----------------------------------------------------------------------------------------------


def test_listed_questions_of_the_bundled_knowledge_find_their_own_section(bundled_kb: KnowledgeBase) -> None:
    listed = bundled_kb.listed_questions()[::9]
    assert len(listed) > 20
    first = 0
    for question in listed:
        found = bundled_kb.search(question.text, limit=5)
        home = [e for e in found if e.source.id == question.source_id and question.topic in e.passage.headings]
        assert home, question.text
        first += found[0] in home
    assert first >= 0.85 * len(listed)


def test_the_bundled_index_answers_weird_questions_too(bundled_kb: KnowledgeBase) -> None:
    for text in WEIRD:
        assert len(bundled_kb.search(text[:4000], limit=4)) <= 4


def test_bundled_filters(bundled_kb: KnowledgeBase) -> None:
    assert {e.source.kind for e in bundled_kb.search("choosing a platform", kinds=["document"])} == {"document"}
    assert {e.source.id for e in bundled_kb.search("choosing a platform", sources=["team"])} == {"team"}
    assert bundled_kb.search("choosing a platform", kinds=["upload"]) == ()


def test_a_wide_question_draws_on_several_sources(bundled_kb: KnowledgeBase) -> None:
    found = bundled_kb.search("What makes a good social media strategy?", limit=8)
    assert len({e.source.id for e in found}) >= 3
