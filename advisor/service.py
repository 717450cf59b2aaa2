"""The advisor: a question in, verified claims out."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Protocol

from advisor.asked import has_any, is_vague, meant_by
from advisor.brief import Brief
from advisor.composing import SHOWN, compose
from advisor.conversation import understand
from advisor.domain import (
    Answer,
    AnswerEvent,
    Disagreement,
    Evidence,
    Progress,
    Question,
    SourceKind,
    Trace,
    Turn,
    Verdict,
)
from advisor.errors import AdvisorError, MalformedOutput
from advisor.evidence import read, suggested_question
from advisor.generation.extractive import ExtractiveGenerator
from advisor.ingest.inspection import looks_like_instruction
from advisor.planning.plan import Plan
from advisor.ports import (
    Embedder,
    Generator,
    Library,
    ProgressCallback,
    Retriever,
    Rewriter,
    StreamingGenerator,
    Verifier,
    Vocabulary,
)
from advisor.retrieval.embedding import TorchEmbedder
from advisor.sentences import sentence_spans
from advisor.terms import content_words
from advisor.verification.answerability import Answerability, Judgement
from advisor.verification.contradicting import ContradictionFinder

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.runnables import Runnable

    from advisor.planning.reviewing import Review, TextKind

MAX_QUESTION = 4000
"""Longest question, in characters."""

_QUESTION = re.compile(
    r"\?|^(?:who|what|when|where|which|why|how|whose|whom|is|are|was|were|do|does|did|can|could|should|shall|may|might|"
    r"must|will|would|has|have|tell me (?:about|how|what|why|which|when|who))\b",
    re.IGNORECASE,
)
"""What is left of a message after orders were taken out must ask something, or it was part of the orders."""

NO_ORDERS = "I answer questions from the sources. I don't take orders about how I work."
ORDER_IGNORED = "Part of the message reads like an order to a machine. Only the question in it was answered."
TAKEN_TO_MEAN = (
    "The question is open, so it was taken to mean: “{}” For a closer answer, say what you want to reach, for which "
    "kind of business, and how much time there is."
)
NOTHING_HELD_UP = (
    "Nothing that the model wrote held up against its sources, so this answer is put together from the sources' "
    "own sentences."
)


class Disagreements(Protocol):
    """Finds points on which the sources disagree."""

    def find(
        self,
        question: Question,
        verdicts: Collection[Verdict],
        *,
        sources: Collection[str] | None = None,
        kinds: Collection[SourceKind] | None = None,
    ) -> tuple[Disagreement, ...]:
        """Return the disagreements to show with an answer, from the given sources and kinds alone."""
        ...


class Advisor:
    """Answers questions from documents: retrieve, draft, verify, compose.

    Any part can be swapped. An object serves any number of threads; it keeps nothing between questions.

    Args:
        retriever: Finds evidence: a ``KnowledgeBase``, any LangChain retriever, or your own ``Retriever``.
        generator: Drafts claims.
        verifier: Judges each claim against its own evidence.
        embedder: Compares the question with the evidence, to decide whether it is answered at all; the bundled
            model if ``None``.
        answerability: Makes that decision.
        disagreements: Finds points on which the sources disagree.
        contradictions: Finds what the user's own documents and other sources say against each other.
        evidence_limit: Number of passages that an answer may draw on.
        max_words: Length of the extractive answer that stands in where nothing of a model's draft holds up.
        examples: Questions that the knowledge base answers, for an empty chat.
    """

    def __init__(
        self,
        retriever: Retriever | BaseRetriever,
        generator: Generator,
        verifier: Verifier,
        *,
        embedder: Embedder | None = None,
        answerability: Answerability | None = None,
        disagreements: Disagreements | None = None,
        contradictions: ContradictionFinder | None = None,
        evidence_limit: int = 32,
        max_words: int = 300,
        examples: Sequence[str] = (),
    ) -> None:
        self._retriever = _as_retriever(retriever)
        self._library = retriever if isinstance(retriever, Library) else None
        self._vocabulary = retriever if isinstance(retriever, Vocabulary) else None
        self._embedder = embedder if embedder is not None else TorchEmbedder()
        self._generator = generator
        self._drafters: tuple[Generator, ...] = (generator,)
        if not isinstance(generator, ExtractiveGenerator):
            self._drafters = (generator, ExtractiveGenerator(self._embedder, max_words))
        self._verifier = verifier
        self._answerability = answerability or Answerability()
        self._disagreements = disagreements
        self._contradictions = contradictions
        self._evidence_limit = evidence_limit
        self._examples = tuple(examples)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        sources: Sequence[str] | None = None,
        kinds: Sequence[SourceKind] | None = None,
    ) -> Answer:
        """Answer a question.

        Args:
            question: In the user's own words, at most 4,000 characters.
            history: Earlier turns (``answer.thread``), for follow-up questions.
            sources: Ids of the sources to answer from; all if ``None``.
            kinds: Kinds of sources to answer from; all if ``None``.

        Raises:
            AdvisorError: The question is empty or too long.
            KnowledgeError: One of ``sources`` is unknown.
            ModelUnavailable: A chat model is configured and can't be reached.
        """
        answer = None
        for event in self.stream(question, history=history, sources=sources, kinds=kinds):
            answer = event.answer
        assert answer is not None  # noqa: S101  # the last event always has it
        return answer

    async def aask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        sources: Sequence[str] | None = None,
        kinds: Sequence[SourceKind] | None = None,
    ) -> Answer:
        """Answer a question without blocking the event loop; see ``ask``."""
        return await asyncio.to_thread(self.ask, question, history=history, sources=sources, kinds=kinds)

    async def astream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        sources: Sequence[str] | None = None,
        kinds: Sequence[SourceKind] | None = None,
    ) -> AsyncIterator[AnswerEvent]:
        """Yield the events of ``stream`` without blocking the event loop."""
        events = self.stream(question, history=history, sources=sources, kinds=kinds)
        while (event := await asyncio.to_thread(next, events, None)) is not None:
            yield event

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        sources: Sequence[str] | None = None,
        kinds: Sequence[SourceKind] | None = None,
    ) -> Iterator[AnswerEvent]:
        """Yield what is being done, each claim as soon as it is judged, and last the answer; see ``ask``."""
        yield from self._stream(question, history, sources, kinds, self._drafters)

    def _stream(
        self,
        question: str,
        history: Sequence[Turn],
        sources: Sequence[str] | None,
        kinds: Sequence[SourceKind] | None,
        drafters: Sequence[Generator],
    ) -> Iterator[AnswerEvent]:
        """Yield the events of ``stream``; a later drafter stands in where nothing of the first holds up."""
        clock = _Clock()
        asked, notes = _without_orders(_checked(question))
        if not asked:
            refused = Question(text=question.strip(), history=tuple(history), resolved=question.strip())
            yield AnswerEvent(
                kind="answer",
                answer=compose(
                    refused,
                    "insufficient_evidence",
                    (),
                    missing=NO_ORDERS,
                    follow_ups=self.examples(3),
                    trace=Trace(milliseconds=clock.laps),
                ),
            )
            return
        yield AnswerEvent(kind="stage", stage="searching")
        with clock.lap("retrieve"):
            retrieve = partial(self._retriever.retrieve, limit=self._evidence_limit, sources=sources, kinds=kinds)
            resolved, evidence = understand(Question(text=asked, history=tuple(history)), retrieve)
            if is_vague(resolved.resolved) and (meant := meant_by(resolved.resolved, evidence)):
                resolved = resolved.model_copy(update={"resolved": meant})
                evidence = retrieve(resolved)
                notes.append(TAKEN_TO_MEAN.format(meant))
        with clock.lap("judge"):
            reading = read(resolved, evidence, self._embedder, self._vocabulary)
            judgement = self._answerability.judge(reading)
        verdicts: list[Verdict] = []
        withheld: list[Verdict] = []
        generator = drafters[0].name
        if judgement.status != "insufficient_evidence":
            yield AnswerEvent(kind="stage", stage="drafting")
            for drafting in drafters:
                if any(v.status in SHOWN for v in verdicts):
                    break
                if drafting is not drafters[0]:
                    notes.append(NOTHING_HELD_UP)
                    generator += f" + {drafting.name}"
                for verdict in self._verdicts(drafting, resolved, evidence, notes, clock):
                    if _is_neighbour(judgement, verdict, asked):
                        reason = f"It gives a {judgement.asked}, but not the one that was asked for."
                        withheld.append(verdict.model_copy(update={"reasons": (*verdict.reasons, reason)}))
                        continue
                    verdicts.append(verdict)
                    if verdict.status in SHOWN:
                        yield AnswerEvent(kind="verdict", verdict=verdict)
        yield AnswerEvent(kind="stage", stage="checking")
        disagreements: tuple[Disagreement, ...] = ()
        if judgement.status != "insufficient_evidence":
            with clock.lap("disagreements"):
                shown = [v for v in verdicts if v.status in SHOWN]
                if self._disagreements is not None:
                    disagreements = self._disagreements.find(resolved, shown, sources=sources, kinds=kinds)
                if self._contradictions is not None and not disagreements:
                    disagreements = self._contradictions.find(reading, shown)
        yield AnswerEvent(
            kind="answer",
            answer=compose(
                resolved,
                judgement.status,
                verdicts,
                withheld=withheld,
                disagreements=disagreements,
                missing=judgement.missing,
                follow_ups=_follow_ups(evidence, verdicts) or self.examples(3),
                notes=notes,
                trace=Trace(
                    evidence=evidence,
                    generator=generator,
                    verifier=self._verifier.name,
                    answerability=judgement.probability,
                    milliseconds=clock.laps,
                ),
            ),
        )

    @property
    def library(self) -> Library | None:
        """Where sentences are quoted from; ``None`` if the retriever can't do that."""
        return self._library

    def plan(
        self, brief: Brief, *, sources: Sequence[str] | None = None, progress: ProgressCallback | None = None
    ) -> Plan:
        """Draft a plan: sections of checked sentences, and tables that are quoted, computed or assumed.

        Args:
            brief: What is known about the business.
            sources: Ids of the sources to draft from; all if ``None``. Tables are quoted from the bundled knowledge.
            progress: Is told about each section; to stop, raise from it, or use ``stream_plan``.

        Raises:
            BriefError: The plan would end before it begins, or has ended.
            ModelUnavailable: A chat model is configured and can't be reached.
        """
        drafted = None
        for drafted in self.stream_plan(brief, sources=sources):
            if progress is not None:
                progress(Progress(stage="drafting", done=len(drafted.sections), item=drafted.sections[-1].title))
        assert drafted is not None  # noqa: S101  # there is always a section
        return drafted

    def stream_plan(
        self, brief: Brief, before: Plan | None = None, *, sources: Sequence[str] | None = None
    ) -> Iterator[Plan]:
        """Yield the plan as it grows, a section at a time; see ``plan``. Stop iterating to keep what is finished.

        Args:
            brief: What is known about the business.
            before: An older plan: only what the brief changes is drafted anew, and what was written by hand is kept.
            sources: As for ``plan``.
        """
        from advisor.planner import Planner  # only plans need the playbooks

        with_model = len(self._drafters) > 1
        planner = Planner(
            partial(self._ask_plainly, sources=sources), self._library, self._write if with_model else None
        )
        for plan in planner.stream(brief, date.today(), before):
            by = f"{self._generator.name} + {plan.generator}" if with_model else plan.generator
            yield plan.model_copy(update={"generator": by})

    def edit_plan(self, plan: Plan, place: str, text: str) -> Plan:
        """Return a plan with a cell changed by hand: it becomes ``yours``, and the linter looks again.

        Args:
            plan: The plan.
            place: The cell, as ``Plan.cells`` names it.
            text: What it says from now on; a sentence without text is removed.

        Raises:
            PlanError: There is no such cell, or the text is too long.
        """
        from advisor.planning.editing import edited

        return edited(plan, place, text, self._library)

    def review(self, text: str | Plan, kind: TextKind | None = None) -> Review:
        """Review a post, a calendar or a plan: faults and strengths at their places, each with the source of its rule.

        With a chat model, the review of a post has a suggestion that says no more than the post does.

        Args:
            text: A text of at most 100,000 characters, or a plan (``advisor.planning.saving.read_plan``).
            kind: What the text is; found out if ``None``.

        Raises:
            AdvisorError: The text is empty or too long.
        """
        from advisor.planning.reviewing import review_plan, review_text  # only reviews need the rules
        from advisor.reviewer import with_rewrite

        if isinstance(text, Plan):
            return review_plan(text, self._library)
        review = review_text(text, self._library, kind)
        if review.kind == "post" and review.findings and isinstance(self._generator, Rewriter):
            return with_rewrite(review, self._generator, self._verifier)
        return review

    def examples(self, limit: int = 4) -> tuple[str, ...]:
        """Return questions that the knowledge base answers, for an empty chat."""
        return self._examples[:limit]

    def as_runnable(self) -> Runnable[str, Answer]:
        """Return a LangChain runnable: a question (``str``) in, an ``Answer`` out."""
        from langchain_core.runnables import RunnableLambda

        return RunnableLambda(self.ask, afunc=self.aask, name="advisor")

    def _ask_plainly(self, question: str, sources: Sequence[str] | None) -> Answer:
        """Answer a question in the sources' own sentences, whichever generator there is."""
        *_, last = self._stream(question, (), sources, None, self._drafters[-1:])
        assert last.answer is not None  # noqa: S101  # the last event always has it
        return last.answer

    def _write(self, question: Question, evidence: Sequence[Evidence]) -> list[Verdict]:
        """Draft claims from given evidence with the generator, and judge them."""
        return list(self._verdicts(self._generator, question, evidence, [], _Clock()))

    def _verdicts(
        self,
        generator: Generator,
        question: Question,
        evidence: Sequence[Evidence],
        notes: list[str],
        clock: _Clock,
    ) -> Iterator[Verdict]:
        """Draft and judge: claim by claim if the generator can stream, else all at once."""
        if not isinstance(generator, StreamingGenerator):
            try:
                with clock.lap("draft"):
                    draft = generator.draft(question, evidence)
            except MalformedOutput:
                return
            notes.extend(draft.notes)
            with clock.lap("verify"):
                verdicts = self._verifier.check(draft.claims, evidence)
            yield from verdicts
            return
        drafted = generator.stream(question, evidence)
        while True:
            try:
                with clock.lap("draft"):
                    item = next(drafted, None)
            except MalformedOutput:
                return  # nothing usable: the extractive answer stands in, with a note
            if item is None:
                return
            if isinstance(item, str):
                notes.append(item)
                continue
            with clock.lap("verify"):
                verdict = self._verifier.check([item], evidence)[0]
            yield verdict


class _Clock:
    """Adds up milliseconds by stage."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}

    @contextmanager
    def lap(self, stage: str) -> Iterator[None]:
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.laps[stage] = self.laps.get(stage, 0.0) + (time.perf_counter() - begun) * 1000


def _as_retriever(retriever: Retriever | BaseRetriever) -> Retriever:
    if isinstance(retriever, Retriever):
        return retriever
    from advisor.retrieval.langchain import LangChainRetriever

    return LangChainRetriever(retriever)


def _checked(question: str) -> str:
    text = " ".join("".join(c if c.isprintable() else " " for c in question).split())
    if not text:
        raise AdvisorError("The question is empty. Ask something, for example: How do I choose a platform?")
    if len(text) > MAX_QUESTION:
        raise AdvisorError(
            f"The question has {len(text):,} characters; at most {MAX_QUESTION:,} are allowed. "
            "Shorten it, or put long text into a document and ingest that."
        )
    return text


def _without_orders(text: str) -> tuple[str, list[str]]:
    """Leave out sentences that try to instruct the advisor; return what is left to answer, and notes."""
    if not looks_like_instruction(text):
        return text, []
    kept = [text[a:b] for a, b in sentence_spans(text) if not looks_like_instruction(text[a:b])]
    left = " ".join(kept)
    if not _QUESTION.search(left) or not content_words(left) or looks_like_instruction(left):
        return "", []
    return left, [ORDER_IGNORED]


def _is_neighbour(judgement: Judgement, verdict: Verdict, question: str) -> bool:
    """Say whether a claim offers a figure, date or name where the sources don't give the one that was asked for."""
    return (
        judgement.status == "partial"
        and judgement.asked in ("figure", "date")
        and has_any(judgement.asked, verdict.claim.text, question)
    )


def _follow_ups(evidence: Sequence[Evidence], verdicts: Sequence[Verdict], limit: int = 3) -> tuple[str, ...]:
    """Return the questions of retrieved sections that the answer doesn't draw on, by rank."""
    used = {
        (c.source.id, e.passage.headings[:2])
        for v in verdicts
        if v.status in SHOWN
        for c in v.citations
        for e in evidence
        if e.passage.id == c.passage_id
    }
    fresh = [suggested_question(e) for e in evidence if (e.source.id, e.passage.headings[:2]) not in used]
    return tuple(dict.fromkeys(question for question in fresh if question is not None))[:limit]
