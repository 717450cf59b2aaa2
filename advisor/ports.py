"""The parts that can be swapped. The whole contract fits on this screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from advisor.domain import Citation, Claim, Draft, Evidence, Progress, Question, SourceKind, Verdict

Vectors = npt.NDArray[np.float32]
ProgressCallback = Callable[[Progress], None]


@runtime_checkable
class Retriever(Protocol):
    """Finds evidence. LangChain retrievers are adapted by ``retrieval.langchain.LangChainRetriever``."""

    def retrieve(
        self,
        question: Question,
        *,
        limit: int = 8,
        sources: Sequence[str] | None = None,
        kinds: Sequence[SourceKind] | None = None,
    ) -> tuple[Evidence, ...]:
        """Return evidence by rank, labelled ``E1``…; ``sources`` (ids) and ``kinds`` restrict where it comes from."""
        ...


@runtime_checkable
class Vocabulary(Protocol):
    """Knows which words occur in the knowledge at all. A retriever that is one too makes abstention surer."""

    def known_words(self, words: Sequence[str]) -> frozenset[str]:
        """Return those of the words that occur, by their stems, anywhere in the knowledge."""
        ...


@runtime_checkable
class Library(Protocol):
    """Has documents whose sentences can be quoted. With a retriever that is one too, plans have sourced tables."""

    def quote(self, source_id: str, sentence: str) -> Citation | None:
        """Return where a sentence stands in a source, word for word; ``None`` if it doesn't, or may not be cited."""
        ...


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def fingerprint(self) -> str:
        """Name of model and weights. An index can only be used with the fingerprint it was made with."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return an array of shape (len(texts), dimensions), rows of length 1."""
        ...


@runtime_checkable
class QuestionEmbedder(Protocol):
    """Tells questions from what answers them. An embedder that is one too finds what answers a question more surely."""

    def embed_questions(self, questions: Sequence[str]) -> Vectors:
        """Return an array of shape (len(questions), dimensions), comparable with the embedder's vectors of texts."""
        ...

    def embed_answers(self, sentences: Sequence[str]) -> Vectors:
        """Return an array of shape (len(sentences), dimensions), to be compared with vectors of questions."""
        ...

    def asked_terms(self, sentences: Sequence[str]) -> list[frozenset[str]]:
        """Return for each sentence the content terms of questions that it is known to answer."""
        ...


class Generator(Protocol):
    """Drafts claims from evidence."""

    @property
    def name(self) -> str:
        """Name for the trace."""
        ...

    def draft(self, question: Question, evidence: Sequence[Evidence]) -> Draft:
        """Draft claims, each with the labels of the evidence it used.

        Raises:
            ModelUnavailable: The model can't be reached.
        """
        ...


@runtime_checkable
class StreamingGenerator(Generator, Protocol):
    """A generator that can hand over each claim as soon as it is drafted."""

    def stream(self, question: Question, evidence: Sequence[Evidence]) -> Iterator[Claim | str]:
        """Yield claims in reading order; a ``str`` is a note for the reader (see ``Draft.notes``)."""
        ...


@runtime_checkable
class Rewriter(Generator, Protocol):
    """A generator that can also write a user's own text anew. With one, a review of a post has a suggestion."""

    def rewrite(self, text: str, advice: Sequence[str]) -> str:
        """Write a text anew, following the advice and adding no fact; the caller checks that.

        Raises:
            ModelUnavailable: The model can't be reached.
        """
        ...


class Verifier(Protocol):
    """Judges claims against their own evidence."""

    @property
    def name(self) -> str:
        """Name for the trace."""
        ...

    def check(self, claims: Sequence[Claim], evidence: Sequence[Evidence]) -> tuple[Verdict, ...]:
        """Return one verdict a claim, in order. A claim is judged only by the evidence that its labels name."""
        ...
