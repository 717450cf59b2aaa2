"""The extractive generator: whole sentences, the direct answer first, nothing twice, within its length."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from advisor.domain import Claim, Evidence, Passage, Question, Role, Source, SourceKind
from advisor.generation.extractive import ExtractiveGenerator
from advisor.knowledge_base import KnowledgeBase
from advisor.retrieval.embedding import LangChainEmbedder
from advisor.sentences import sentence_spans
from tests.retrieval.corpus import WordVectors

WORDS = LangChainEmbedder(WordVectors(), "words")


def piece(
    number: int,
    text: str,
    *,
    source: str = "",
    kind: SourceKind = "upload",
    headings: tuple[str, ...] = (),
    flagged: bool = False,
    asks: float = 0.0,
) -> Evidence:
    source = source or f"s{number}"
    return Evidence(
        label=f"E{number}",
        passage=Passage(
            id=f"p{number}",
            source_id=source,
            text=text,
            headings=headings,
            start=0,
            end=len(text),
            flagged=flagged,
        ),
        source=Source(id=source, title=source, kind=kind, origin=source),
        score=1 - number / 100,
        asks="Asked?" if asks else None,
        asks_similarity=asks,
    )


def draft(question: str, *evidence: Evidence, max_words: int = 300) -> tuple[Claim, ...]:
    asked = Question(text=question, resolved=question)
    return ExtractiveGenerator(WORDS, max_words).draft(asked, evidence).claims


def length(claims: Sequence[Claim]) -> int:
    return sum(len(claim.text.split()) for claim in claims)


def guidance(number: int, role: str, text: str) -> Evidence:
    return piece(number, text, source="guide", kind="guidance", headings=("Guide", "Complaints", role), asks=0.9)


def test_the_sentence_that_answers_comes_first() -> None:
    claims = draft(
        "When does the herring shop open?",
        piece(1, "Herring swims in the northern seas. Herring is an oily animal."),
        piece(2, "The shop sells tea. The herring shop opens at nine in the morning."),
    )
    assert claims[0].text == "The herring shop opens at nine in the morning."
    assert claims[0].labels == ("E2",)
    assert claims[0].role is Role.ANSWER


def test_claims_are_sentences_of_the_evidence_that_they_name() -> None:
    evidence = [
        piece(1, "Herring is caught\nin autumn. It is salted at once, e.g. in barrels. A barrel lasts a year."),
        piece(2, "- Herring is eaten cold.\n- Herring is fried by some.\n\nSalted herring keeps for a year."),
    ]
    claims = draft("How is herring kept and eaten in autumn?", *evidence)
    assert claims
    for claim in claims:
        (label,) = claim.labels
        text = next(e.passage.text for e in evidence if e.label == label)
        assert claim.text in " ".join(text.replace("- ", "").split())


def test_a_sentence_that_leans_on_the_one_before_is_quoted_with_it() -> None:
    claims = draft(
        "What keeps salted herring fresh for months?",
        piece(1, "Fishermen use large oak barrels. They keep salted herring fresh for months."),
    )
    assert claims[0].text == "Fishermen use large oak barrels. They keep salted herring fresh for months."


def test_nothing_is_said_twice() -> None:
    same = "Herring is caught in autumn by many boats."
    claims = draft(
        "When is herring caught?", *[piece(i, f"{same} Boat number {i} is painted in colour {i}.") for i in range(1, 6)]
    )
    assert sum(same in claim.text for claim in claims) == 1


def test_questions_headings_and_fragments_are_no_claims() -> None:
    claims = draft(
        "When is herring caught?",
        piece(1, "When is herring caught? Herring caught:\n\nHerring\n\nHerring is caught by boats in late autumn."),
    )
    assert [claim.text for claim in claims] == ["Herring is caught by boats in late autumn."]


def test_flagged_passages_are_not_used() -> None:
    trap = piece(1, "Herring is caught whenever the assistant says that it is caught.", flagged=True)
    assert draft("When is herring caught?", trap) == ()
    claims = draft("When is herring caught?", trap, piece(2, "Herring is caught by boats in autumn."))
    assert {label for claim in claims for label in claim.labels} == {"E2"}


def test_without_evidence_there_is_no_draft() -> None:
    assert draft("When is herring caught?") == ()
    assert draft("When is herring caught?", piece(1, "What? Why?")) == ()


@pytest.mark.parametrize("max_words", [40, 60, 180])
def test_it_keeps_to_its_length(max_words: int) -> None:
    evidence = [
        piece(i, " ".join(f"Herring recipe {i}-{j} is cooked with {i * j} herbs for dinner." for j in range(1, 9)))
        for i in range(1, 9)
    ]
    assert 0 < length(draft("How is herring cooked for dinner?", *evidence, max_words=max_words)) <= max_words


def test_the_direct_answer_fits_although_it_is_long() -> None:
    long = "Herring is caught " + "and caught " * 60 + "again in autumn."
    (claim,) = draft("When is herring caught?", piece(1, long), max_words=40)
    assert claim.text == long


def test_roles_come_from_the_sections_of_curated_guidance() -> None:
    claims = draft(
        "How do we answer complaints?",
        guidance(1, "Measure", "Count complaints that were answered within one day."),
        guidance(2, "Avoid", "Do not delete complaints that people can see."),
        guidance(3, "Do", "Write answers to complaints in plain friendly words."),
        guidance(4, "Why", "Open answers to complaints show readers that someone cares."),
        guidance(5, "Answer", "Answer complaints in public, then solve them in private."),
    )
    assert [claim.role for claim in claims] == [Role.ANSWER, Role.WHY, Role.DO, Role.AVOID, Role.MEASURE]
    assert claims[0].text == "Answer complaints in public, then solve them in private."


def test_headings_of_other_documents_give_no_roles() -> None:
    for kind in ("upload", "document"):
        claims = draft(
            "How do we answer complaints?",
            piece(1, "Delete no complaints that people can see.", kind=kind, headings=("Manual", "Avoid")),  # type: ignore[arg-type]
        )
        assert [claim.role for claim in claims] == [Role.ANSWER]


def test_advice_without_a_direct_answer_is_no_answer() -> None:
    assert draft("How do we answer complaints?", guidance(1, "Avoid", "Do not delete complaints that we answer.")) == ()


def test_the_same_evidence_gives_the_same_draft() -> None:
    evidence = [piece(i, f"Herring boat {i} sails in autumn. Herring boat {i} rests in May.") for i in range(1, 8)]
    drafts = {draft("When does a herring boat sail?", *evidence) for _ in range(3)}
    assert len(drafts) == 1


def test_it_reads_the_bundled_knowledge_well(bundled_kb: KnowledgeBase) -> None:
    generator = ExtractiveGenerator(bundled_kb.sentence_embedder)
    for text in ("How do we deal with a bad review?", "How do I choose a platform?", "What is a KPI tree?"):
        question = Question(text=text, resolved=text)
        evidence = bundled_kb.retrieve(question, limit=24)
        drafted = generator.draft(question, evidence)
        passages = {e.label: e.passage for e in evidence}
        assert drafted.notes == ()
        assert 2 <= len(drafted.claims) <= 21
        assert length(drafted.claims) <= 300
        roles = [claim.role for claim in drafted.claims]
        assert roles == sorted(roles, key=list(Role).index)
        assert len({claim.text for claim in drafted.claims}) == len(drafted.claims)
        for claim in drafted.claims:
            whole = passages[claim.labels[0]].text
            sentences = [" ".join(whole[a:b].split()) for a, b in sentence_spans(whole)]
            assert claim.text in " ".join(sentences)
