"""The values that Strategy Advisor works with.

All of them are frozen and reject unknown fields. Offsets are counted in characters (Python string indices) of the
stored text of a source: ``text[start:end]`` is the quoted span. Scores are between 0 and 1 unless said otherwise.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SourceKind = Literal["document", "guidance", "upload"]
AnswerStatus = Literal["answered", "partial", "insufficient_evidence"]
NotChecked = Literal["heading", "question", "code", "too_short"]


class Value(BaseModel):
    """Base of all domain values: immutable, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Flag(Value):
    """Something in a source that a reader should know before trusting it.

    Attributes:
        kind: ``hidden_text`` (a person reading the document would not see it) or ``instruction`` (it gives orders to a
            machine).
        excerpt: The beginning of the flagged text, at most 200 characters, for display.
        start: Where the flagged text begins in the stored text; ``None`` if it was left out of the stored text.
        end: Where it ends; ``None`` together with ``start``.
    """

    kind: Literal["hidden_text", "instruction"]
    excerpt: str
    start: int | None = None
    end: int | None = None


class Source(Value):
    """A document in the knowledge base.

    Attributes:
        id: Stable id: the front matter's ``id`` for bundled knowledge, else derived from the path.
        title: Title for people.
        kind: ``document`` (digest of a source document), ``guidance`` (curated) or ``upload`` (the user's own).
        origin: Where it comes from: file name or path.
        author: Author, where the document shows one.
        publisher: Publisher, where the document shows one.
        published: Date or year as the document shows it (``"2010-10-02"``, ``"2010"``).
        reviewed: ISO date of the last editorial review (bundled knowledge).
        topics: Topics from the front matter.
        audiences: Whom it is for, from the front matter of bundled knowledge; ``any`` or none stands for all.
        platforms: Platforms it is about; as for audiences.
        goals: Marketing goals it serves.
        businesses: Kinds of business it is about; as for audiences.
        checksum: SHA-256 of the file's bytes, hexadecimal.
        flags: Hidden text and instruction-like passages found at ingest.
    """

    id: str
    title: str
    kind: SourceKind
    origin: str
    author: str | None = None
    publisher: str | None = None
    published: str | None = None
    reviewed: str | None = None
    topics: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    businesses: tuple[str, ...] = ()
    checksum: str = ""
    flags: tuple[Flag, ...] = ()


class Passage(Value):
    """A sentence-aligned window of a source.

    Attributes:
        id: Stable hash of source, position and text; the key in the catalog and in the vector store.
        source_id: The source it is cut from.
        text: The exact text: ``source_text[start:end]``.
        headings: Heading path from the title down, outermost first. Part of what is embedded, never of a quote.
        start: Offset of the first character in the stored source text.
        end: Offset after the last character.
        page: 1-based page number for paged formats, else ``None``.
        flagged: Whether the passage overlaps a flag of its source. Flagged passages are never evidence.
    """

    id: str
    source_id: str
    text: str
    headings: tuple[str, ...] = ()
    start: int
    end: int
    page: int | None = None
    flagged: bool = False


class Evidence(Value):
    """A retrieved passage, labelled so that a claim can refer to it.

    Attributes:
        label: ``E1``, ``E2``, … unique within one question, in order of rank.
        passage: The passage.
        source: Its source.
        score: Fused relevance to the question, 0 to 1.
        dense: Cosine similarity of the question to the passage (or to the question that its section answers).
        keyword: BM25 score, min-max normalised over the candidates, 0 to 1.
        asks: The listed question nearest to the user's, if the passage's section has listed questions.
        asks_similarity: Cosine similarity of the user's question to ``asks``; 0 without one.
        topic_similarity: How near the question is to all that the passage's section lists, -1 to 1; 0 if it lists none.
    """

    label: str
    passage: Passage
    source: Source
    score: float
    dense: float = 0.0
    keyword: float = 0.0
    asks: str | None = None
    asks_similarity: float = 0.0
    topic_similarity: float = 0.0


class Turn(Value):
    """One earlier exchange of a conversation.

    Attributes:
        question: What the user asked, as resolved if it was a follow-up.
        answer: What the advisor answered, rendered text.
    """

    question: str
    answer: str = ""


class Question(Value):
    """What the user asks.

    Attributes:
        text: The user's own words.
        history: Earlier turns, oldest first.
        resolved: The question made self-contained with the history; equals ``text`` when nothing had to be resolved.
    """

    text: str
    history: tuple[Turn, ...] = ()
    resolved: str = ""


class ClaimKind(StrEnum):
    """Where a claim comes from."""

    SOURCED = "sourced"
    FROM_BRIEF = "from_brief"
    COMPUTED = "computed"
    ASSUMPTION = "assumption"
    YOURS = "yours"


class Role(StrEnum):
    """What a claim does in an answer. The order is the order of rendering."""

    ANSWER = "answer"
    WHY = "why"
    DO = "do"
    AVOID = "avoid"
    MEASURE = "measure"


ROLE_HEADINGS = {
    Role.ANSWER: "",
    Role.WHY: "Why",
    Role.DO: "What to do",
    Role.AVOID: "What to avoid",
    Role.MEASURE: "What to measure",
}
"""Headings under which the claims of a role are shown; the direct answer has none."""


class Claim(Value):
    """One sentence that a generator drafts, with the labels of the evidence it used.

    Attributes:
        text: A single declarative sentence.
        labels: Labels of the evidence that is said to support it, for example ``("E1", "E3")``.
        kind: Where it comes from.
        role: What it does in the answer.
    """

    text: str
    labels: tuple[str, ...] = ()
    kind: ClaimKind = ClaimKind.SOURCED
    role: Role = Role.ANSWER


class VerdictStatus(StrEnum):
    """How far a claim is supported by its own cited evidence."""

    SUPPORTED = "supported"
    PARTIAL = "partial"
    UNSUPPORTED = "unsupported"
    CONTRADICTED = "contradicted"


class Citation(Value):
    """The exact span of a source that carries a claim.

    Attributes:
        number: 1-based number within one answer; 0 until the answer is composed.
        source: The cited source.
        start: Offset of the quote in the stored source text.
        end: Offset after the quote.
        quote: Exactly ``source_text[start:end]``.
        passage_id: The passage that the span lies in.
        page: 1-based page for paged formats, else ``None``.
    """

    number: int = 0
    source: Source
    start: int
    end: int
    quote: str
    passage_id: str
    page: int | None = None


def markers(citations: tuple[Citation, ...]) -> str:
    """Return the citation markers of a claim, for example ``"[1][3]"``."""
    return "".join(f"[{c.number}]" for c in citations)


class Verdict(Value):
    """A verifier's judgement of one claim.

    Attributes:
        claim: The judged claim.
        status: The judgement.
        score: Degree of support, 0 to 1.
        citations: The spans that carry the claim; empty unless supported or partial.
        reasons: What the checks found, one plain sentence each, for example
            ``"The cited text doesn't contain the number 40 %."``; empty when nothing is wrong.
    """

    claim: Claim
    status: VerdictStatus
    score: float
    citations: tuple[Citation, ...] = ()
    reasons: tuple[str, ...] = ()


class Draft(Value):
    """What a generator drafted.

    Attributes:
        claims: The claims, in reading order.
        notes: Things that the reader must know, for example that a model's output was unusable and the extractive
            answer stands in for it.
    """

    claims: tuple[Claim, ...] = ()
    notes: tuple[str, ...] = ()


class Side(Value):
    """One side of a disagreement: a position, and the span that states it."""

    position: str
    citation: Citation


class Disagreement(Value):
    """A point on which sources disagree, with each side's own words.

    Attributes:
        subject: What the sides disagree about, a noun phrase.
        sides: Two or more sides.
    """

    subject: str
    sides: tuple[Side, ...]


class Trace(Value):
    """How an answer came about, for developers and for the report of an evaluation.

    Attributes:
        evidence: What was retrieved, by rank.
        generator: Name of the generator that drafted.
        verifier: Name of the verifier that judged.
        answerability: Estimated probability that the evidence answers the question.
        milliseconds: Wall-clock time by stage (``retrieve``, ``draft``, ``verify``, …).
    """

    evidence: tuple[Evidence, ...] = ()
    generator: str = ""
    verifier: str = ""
    answerability: float = 0.0
    milliseconds: dict[str, float] = Field(default_factory=dict)


class Answer(Value):
    """An answer made of verified claims, or a reasoned refusal.

    Attributes:
        question: The question, resolved.
        status: ``answered``; ``partial`` (the sources don't give what was asked for, but say something about it);
            ``insufficient_evidence`` (the sources don't answer it).
        verdicts: Verdicts of the claims that are shown, in reading order; citations are numbered.
        withheld: Verdicts of the drafted claims that are not shown.
        disagreements: Points on which the sources disagree; citations are numbered.
        missing: What the sources don't say, one sentence; empty when answered.
        follow_ups: Questions that the sources can answer, most related first.
        notes: What the reader must know about how the answer was made.
        trace: How the answer came about.
    """

    question: Question
    status: AnswerStatus
    verdicts: tuple[Verdict, ...] = ()
    withheld: tuple[Verdict, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    missing: str = ""
    follow_ups: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    trace: Trace = Trace()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations, by number, each number once."""
        cited = [c for verdict in self.verdicts for c in verdict.citations]
        cited += [side.citation for disagreement in self.disagreements for side in disagreement.sides]
        return tuple({c.number: c for c in sorted(cited, key=lambda c: c.number)}.values())

    @property
    def text(self) -> str:
        """The answer for people: plain text with ``[n]`` after each claim, rendered from the verdicts alone."""
        parts = [self.missing] if self.missing else []
        for role in Role:
            claims = [v for v in self.verdicts if v.claim.role is role]
            if not claims:
                continue
            lines = [f"{v.claim.text} {markers(v.citations)}".rstrip() for v in claims]
            heading = ROLE_HEADINGS[role]
            parts.append(f"{heading}:\n" + "\n".join(f"- {line}" for line in lines) if heading else " ".join(lines))
        for disagreement in self.disagreements:
            sides = [f"- {s.position}: “{s.citation.quote}” {markers((s.citation,))}" for s in disagreement.sides]
            parts.append("\n".join([f"The sources disagree about {disagreement.subject}:", *sides]))
        return "\n\n".join(parts)

    @property
    def thread(self) -> tuple[Turn, ...]:
        """The history to pass with the next question."""
        turn = Turn(question=self.question.resolved or self.question.text, answer=self.text)
        return (*self.question.history, turn)


class Rejection(Value):
    """A file that was not taken in: its path, and the reason in one line."""

    path: str
    reason: str


class CheckedSentence(Value):
    """One sentence of a text that was checked against documents.

    Attributes:
        text: The sentence as written: ``text[start:end]`` of the checked text.
        start: Offset of its first character in the checked text.
        end: Offset after its last character.
        verdict: The judgement; ``None`` if it wasn't checked.
        nearest: Where the verdict cites nothing: the sentence of the judged passages with most words in common.
        not_checked: Why there is nothing to check: it is a ``heading``, a ``question`` or ``code``, or ``too_short``
            for a statement; ``None`` if it was checked.
    """

    text: str
    start: int
    end: int
    verdict: Verdict | None = None
    nearest: Citation | None = None
    not_checked: NotChecked | None = None


class CheckReport(Value):
    """A text, sentence by sentence, as checked against documents.

    Attributes:
        sentences: All sentences and headings, in reading order.
        sources: The documents that were read.
        rejected: Files that were not read, with reasons.
        verifier: Name of the verifier that judged.
    """

    sentences: tuple[CheckedSentence, ...] = ()
    sources: tuple[Source, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    verifier: str = ""

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Verdicts of the sentences that were checked, in reading order."""
        return tuple(sentence.verdict for sentence in self.sentences if sentence.verdict is not None)

    @property
    def supported(self) -> bool:
        """Whether every sentence that was checked is supported."""
        return all(verdict.status is VerdictStatus.SUPPORTED for verdict in self.verdicts)

    @property
    def counts(self) -> dict[str, int]:
        """Number of checked sentences by status, each status named; and of those not checked."""
        counted = {status.value: sum(v.status is status for v in self.verdicts) for status in VerdictStatus}
        return {**counted, "not_checked": len(self.sentences) - len(self.verdicts)}

    def __str__(self) -> str:
        """One line for people."""
        counts = self.counts
        judged = ", ".join(f"{counts[status.value]} {status.value}" for status in VerdictStatus)
        return f"{len(self.verdicts)} checked: {judged}; {counts['not_checked']} not checked"


class IngestReport(Value):
    """What a sync did. Each entry is a source's origin (path), sorted.

    Attributes:
        added: New sources.
        updated: Sources whose content changed.
        removed: Sources whose file is gone.
        unchanged: Sources with the same content hash; nothing of them was embedded.
        rejected: Files refused, with reasons.
        passages: Number of passages that were embedded.
        dry_run: Whether the report only says what would be done.
    """

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    passages: int = 0
    dry_run: bool = False

    def __str__(self) -> str:
        """One line for people."""
        prefix = "would be: " if self.dry_run else ""
        return (
            f"{prefix}{len(self.added)} added, {len(self.updated)} updated, {len(self.removed)} removed, "
            f"{len(self.unchanged)} unchanged, {len(self.rejected)} rejected ({self.passages} passages embedded)"
        )


class Progress(Value):
    """A step of long work.

    Attributes:
        stage: What is being done (``reading``, ``embedding``, ``searching``, ``drafting``, ``checking``).
        done: Units done.
        total: Units in all; 0 if unknown.
        item: What is being worked on, for example a path.
    """

    stage: str
    done: int = 0
    total: int = 0
    item: str = ""


class AnswerEvent(Value):
    """One event of a streamed answer.

    ``stage`` events say what is being done; ``verdict`` events carry a claim as soon as it is judged (only supported or
    partial ones, not yet numbered); the last event is ``answer``.
    """

    kind: Literal["stage", "verdict", "answer"]
    stage: str = ""
    verdict: Verdict | None = None
    answer: Answer | None = None
