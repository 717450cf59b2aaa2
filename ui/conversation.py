"""The state of one conversation: immutable values, one per browser session."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from advisor.domain import Answer, Citation, Turn, Verdict

ExchangeState = Literal["running", "answered", "stopped", "failed"]


@dataclass(frozen=True)
class Exchange:
    """One question and what became of it.

    Attributes:
        question: The user's own words.
        state: Where it stands.
        stage: What is being done while it is running.
        verdicts: Checked sentences that arrived so far; the answer's own once it is there.
        answer: The answer, once it is there.
        failure: What went wrong and what to do next, if it failed.
    """

    question: str
    state: ExchangeState = "running"
    stage: str = ""
    verdicts: tuple[Verdict, ...] = ()
    answer: Answer | None = None
    failure: str = ""

    @property
    def text(self) -> str:
        """What was answered, with the quotes under it: to be copied, and to be kept elsewhere."""
        if self.answer is None:
            sentences = [verdict.claim.text for verdict in self.verdicts]
            return "\n".join([*sentences, self.failure]).strip()
        cited = [
            f"[{c.number}] {c.source.title}{f', page {c.page}' if c.page else ''}: “{' '.join(c.quote.split())}”"
            for c in self.answer.citations
        ]
        return "\n\n".join(filter(None, [self.answer.text, "\n".join(cited)]))

    @property
    def shown(self) -> tuple[Verdict, ...]:
        """The verdicts on the screen, with numbered citations."""
        return self.answer.verdicts if self.answer is not None else self.verdicts


@dataclass(frozen=True)
class Conversation:
    """The exchanges of one browser session, oldest first."""

    exchanges: tuple[Exchange, ...] = ()

    @property
    def history(self) -> tuple[Turn, ...]:
        """The turns to pass with the next question: those that were answered."""
        answers = [exchange.answer for exchange in self.exchanges if exchange.answer is not None]
        return answers[-1].thread if answers else ()

    @property
    def running(self) -> bool:
        """Whether the last question is still being answered."""
        return bool(self.exchanges) and self.exchanges[-1].state == "running"

    def asked(self, question: str) -> Conversation:
        """Return the conversation with a new running exchange."""
        return Conversation((*self.stopped().exchanges, Exchange(question)))

    def with_last(self, exchange: Exchange) -> Conversation:
        """Return the conversation with its last exchange replaced."""
        return Conversation((*self.exchanges[:-1], exchange))

    def stopped(self) -> Conversation:
        """Return the conversation with a running exchange marked as stopped; what was checked by then is kept."""
        return self.with_last(replace(self.exchanges[-1], state="stopped")) if self.running else self

    @property
    def markdown(self) -> str:
        """The conversation to be kept elsewhere: questions, answers, and under each answer what it cites."""
        return "\n\n".join(f"## {e.question}\n\n{e.text}" for e in self.exchanges) + "\n"

    def citation(self, turn: int, number: int) -> Citation | None:
        """Return a citation of an exchange by its number, or ``None`` if there is none."""
        if not 0 <= turn < len(self.exchanges):
            return None
        exchange = self.exchanges[turn]
        cited = [citation for verdict in exchange.shown for citation in verdict.citations]
        if exchange.answer is not None:
            cited += [side.citation for point in exchange.answer.disagreements for side in point.sides]
        return next((citation for citation in cited if citation.number == number), None)

    def verdict(self, turn: int, position: int) -> Verdict | None:
        """Return a shown verdict of an exchange by its position, or ``None`` if there is none."""
        if not 0 <= turn < len(self.exchanges):
            return None
        shown = self.exchanges[turn].shown
        return shown[position] if 0 <= position < len(shown) else None


def with_verdict(exchange: Exchange, verdict: Verdict) -> Exchange:
    """Add a verdict that was just judged, numbering its citations the way an answer does: each span one number.

    The numbers stand until the answer arrives with its own.
    """
    numbers = {(c.source.id, c.start, c.end): c.number for earlier in exchange.verdicts for c in earlier.citations}
    citations = []
    for citation in verdict.citations:
        span = (citation.source.id, citation.start, citation.end)
        numbers.setdefault(span, len(numbers) + 1)
        citations.append(citation.model_copy(update={"number": numbers[span]}))
    numbered = verdict.model_copy(update={"citations": tuple(citations)})
    return replace(exchange, verdicts=(*exchange.verdicts, numbered))
