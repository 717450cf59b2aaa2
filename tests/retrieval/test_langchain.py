"""LangChain retrievers, both ways."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.vectorstores import InMemoryVectorStore

from advisor.domain import Question
from advisor.generation.extractive import ExtractiveGenerator
from advisor.knowledge_base import KnowledgeBase
from advisor.ports import Retriever
from advisor.retrieval.langchain import LangChainRetriever
from advisor.service import Advisor
from advisor.verification.verifier import SupportVerifier
from tests.retrieval.corpus import WordVectors

BOILER = (
    "Our workshop repairs boilers of every make. A boiler inspection takes two hours. "
    "Spare parts for a boiler arrive within three days."
)
PAYMENT = "Customers of the workshop pay by card or by bank transfer. The workshop does not take cash."


class Fixed(BaseRetriever):
    """Returns the documents it was given, and remembers what it was asked."""

    documents: list[Document]
    asked: list[str]

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        self.asked.append(query)
        return self.documents


def fixed(*documents: Document) -> Fixed:
    return Fixed(documents=list(documents), asked=[])


def plain(*texts: str, **metadata: Any) -> Fixed:
    return fixed(*(Document(page_content=text, metadata=dict(metadata)) for text in texts))


def question(text: str) -> Question:
    return Question(text=text, resolved=text)


def advisor_over(retriever: BaseRetriever, kb: KnowledgeBase) -> Advisor:
    embedder = kb.sentence_embedder
    return Advisor(retriever, ExtractiveGenerator(embedder), SupportVerifier(embedder), embedder=embedder)


# -- a LangChain retriever in place of ours -------------------------------------------------------------------------


def test_it_fits_the_port() -> None:
    assert isinstance(LangChainRetriever(plain("a")), Retriever)


def test_documents_keep_their_order_and_scores_fall() -> None:
    found = LangChainRetriever(plain("First text.", "Second text.", "Third text.")).retrieve(question("x"), limit=2)
    assert [e.passage.text for e in found] == ["First text.", "Second text."]
    assert [e.label for e in found] == ["E1", "E2"]
    assert found[0].score > found[1].score > 0


def test_without_metadata_offsets_refer_to_the_page_content() -> None:
    found = LangChainRetriever(plain("First text.", "Second text.")).retrieve(question("x"))
    for e in found:
        assert (e.passage.start, e.passage.end) == (0, len(e.passage.text))
    assert len({e.source.id for e in found}) == 2
    assert len({e.passage.id for e in found}) == 2


def test_the_same_text_gets_the_same_ids_each_time() -> None:
    one, two = (LangChainRetriever(plain("Some text.")).retrieve(question("x"))[0] for _ in range(2))
    assert (one.passage.id, one.source.id) == (two.passage.id, two.source.id)


def test_metadata_is_used() -> None:
    document = Document(
        id="p7",
        page_content="Some text.",
        metadata={
            "source": "/docs/manual.pdf",
            "title": "Manual",
            "page": 4,
            "start": 100,
            "headings": ["A", "B"],
            "score": 0.25,
        },
    )
    (e,) = LangChainRetriever(fixed(document)).retrieve(question("x"))
    assert (e.source.id, e.source.title, e.source.origin) == ("/docs/manual.pdf", "Manual", "/docs/manual.pdf")
    assert (e.passage.id, e.passage.page, e.passage.start, e.passage.end) == ("p7", 4, 100, 110)
    assert e.passage.headings == ("A", "B")
    assert e.score == 0.25


@pytest.mark.parametrize(
    "metadata",
    [
        {"start": "12", "page": "iv", "score": "high", "headings": "A > B", "title": None},
        {"start": None, "page": 2.5, "score": -3, "headings": 7, "source": None, "source_id": ""},
        {"score": 17, "title": 5, "source": 9},
        {"score": float("nan")},
    ],
)
def test_odd_metadata_does_no_harm(metadata: dict[str, Any]) -> None:
    (e,) = LangChainRetriever(plain("Some text.", **metadata)).retrieve(question("x"))
    assert e.passage.text == "Some text."
    assert (e.passage.start, e.passage.end) == (0, 10)
    assert 0 <= e.score <= 1
    assert e.source.title


def test_empty_documents_are_left_out() -> None:
    found = LangChainRetriever(plain("", " \n ", "Some text.")).retrieve(question("x"))
    assert [(e.label, e.passage.text) for e in found] == [("E1", "Some text.")]
    assert LangChainRetriever(plain()).retrieve(question("x")) == ()


def test_filters_hold() -> None:
    documents = [Document(page_content=f"Text {i}.", metadata={"source": f"s{i}"}) for i in range(3)]
    retriever = LangChainRetriever(fixed(*documents))
    assert [e.source.id for e in retriever.retrieve(question("x"), sources=["s2"])] == ["s2"]
    assert retriever.retrieve(question("x"), kinds=["guidance"]) == ()
    assert len(retriever.retrieve(question("x"), kinds=["upload"])) == 3


def test_it_is_asked_in_plain_words() -> None:
    retriever = plain("Some text.")
    LangChainRetriever(retriever).retrieve(
        Question(text="And when?", resolved="And when? (about: How is herring caught?)")
    )
    assert retriever.asked == ["How is herring caught? And when?"]


def test_an_advisor_over_documents_without_metadata_cites_exact_spans(bundled_kb: KnowledgeBase) -> None:
    retriever = plain(BOILER, PAYMENT)
    answer = advisor_over(retriever, bundled_kb).ask("How can I pay the workshop?")
    assert answer.status == "answered"
    assert answer.citations
    for citation in answer.citations:
        assert citation.quote in (BOILER + PAYMENT)
        text = BOILER if citation.quote in BOILER else PAYMENT
        assert text[citation.start : citation.end] == citation.quote
    assert any("bank transfer" in c.quote for c in answer.citations)
    refused = advisor_over(retriever, bundled_kb).ask("Who won the chess championship in Reykjavik?")
    assert refused.status == "insufficient_evidence"
    assert refused.citations == ()


def test_a_vector_store_of_langchain_stands_in(bundled_kb: KnowledgeBase) -> None:
    store = InMemoryVectorStore(WordVectors())
    store.add_texts([BOILER, PAYMENT, "Tea is grown on hills."])
    answer = advisor_over(store.as_retriever(search_kwargs={"k": 2}), bundled_kb).ask(
        "How long is a boiler inspection?"
    )
    assert any("two hours" in c.quote for c in answer.citations)


# -- ours as a LangChain retriever ----------------------------------------------------------------------------------


def test_the_knowledge_base_as_a_langchain_retriever(bundled_kb: KnowledgeBase) -> None:
    retriever = bundled_kb.as_retriever(limit=3)
    assert isinstance(retriever, BaseRetriever)
    documents = retriever.invoke("How do I choose a platform?")
    assert len(documents) == 3
    for document in documents:
        meta = document.metadata
        assert bundled_kb.text(meta["source_id"])[meta["start"] : meta["end"]] == document.page_content
        assert document.id == meta["passage_id"]
        assert meta["title"] == bundled_kb.source(meta["source_id"]).title
        assert 0 <= meta["score"] <= 1


async def _ainvoke(retriever: BaseRetriever) -> list[Document]:
    return await retriever.ainvoke("How do I choose a platform?")


def test_it_works_asynchronously_and_in_a_chain(bundled_kb: KnowledgeBase) -> None:
    import asyncio

    retriever = bundled_kb.as_retriever(limit=2)
    assert len(asyncio.run(_ainvoke(retriever))) == 2
    chain = retriever | (lambda documents: [d.metadata["source_id"] for d in documents])
    assert len(chain.invoke("How do I choose a platform?")) == 2


def test_there_and_back_again_nothing_is_lost(bundled_kb: KnowledgeBase) -> None:
    asked = question("How do I choose a platform?")
    ours = bundled_kb.retrieve(asked, limit=4)
    theirs = LangChainRetriever(bundled_kb.as_retriever(limit=4)).retrieve(asked, limit=4)
    for a, b in zip(ours, theirs, strict=True):
        assert (a.label, a.source.id, a.source.title) == (b.label, b.source.id, b.source.title)
        assert (a.passage.id, a.passage.start, a.passage.end) == (b.passage.id, b.passage.start, b.passage.end)
        assert (a.passage.text, a.passage.headings) == (b.passage.text, b.passage.headings)
