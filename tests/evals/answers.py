"""Hand-made answers for the tests of the metrics."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.domain import Answer, AnswerStatus, Citation, Claim, Question, Source, Verdict, VerdictStatus
from advisor.evals.cases import Case, Fact
from advisor.evals.metrics import Record

TEXTS = {
    "bakery": "Bakers answer 7 of 10 questions at night. Bread sells itself.",
    "cafe": "Guests come back for the talk.",
}


def source(source_id: str) -> Source:
    return Source(id=source_id, title=source_id.title(), kind="upload", origin=f"docs/{source_id}.md")


def citation(source_id: str, quote: str, *, number: int = 1, shift: int = 0) -> Citation:
    """Cite a quote where it stands in the text; ``shift`` moves the offsets away from it."""
    start = TEXTS[source_id].index(quote) + shift
    return Citation(
        number=number, source=source(source_id), start=start, end=start + len(quote), quote=quote, passage_id="p"
    )


def verdict(text: str, *citations: Citation, status: VerdictStatus = VerdictStatus.SUPPORTED) -> Verdict:
    return Verdict(claim=Claim(text=text, labels=("E1",)), status=status, score=1.0, citations=citations)


def answer(*verdicts: Verdict, status: AnswerStatus = "answered", missing: str = "") -> Answer:
    question = Question(text="Why?", resolved="Why?")
    return Answer(question=question, status=status, verdicts=verdicts, missing=missing)


def case(
    *,
    name: str = "c-1",
    split: str = "dev",
    expect: Sequence[str] = ("answered",),
    facts: Sequence[Sequence[str]] = (),
    forbidden: Sequence[str] = (),
    quotes: Sequence[str] = (),
) -> Case:
    return Case.model_validate(
        {
            "id": name,
            "split": split,
            "question": "Why?",
            "expect": tuple(expect),
            "facts": tuple(Fact(any=tuple(phrases)) for phrases in facts),
            "forbidden": tuple(forbidden),
            "quotes": tuple(quotes),
        }
    )


def record(
    of: Case,
    given: Answer,
    *,
    gold: Sequence[str] = (),
    retrieved: Sequence[str] = (),
    seconds: float = 0.0,
) -> Record:
    return Record(case=of, answer=given, seconds=seconds, gold=frozenset(gold), retrieved=tuple(retrieved), texts=TEXTS)
