"""The planner: a brief in, a plan out whose every line says where it comes from."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from advisor.brief import Brief
from advisor.composing import SHOWN
from advisor.domain import (
    Answer,
    Citation,
    ClaimKind,
    Disagreement,
    Evidence,
    Question,
    Role,
    Source,
    Verdict,
    VerdictStatus,
)
from advisor.errors import BriefError
from advisor.planning.changes import kept
from advisor.planning.knowledge_rows import knowledge_rows
from advisor.planning.linter import lint
from advisor.planning.outline import OUTLINE, Heading
from advisor.planning.plan import Cell, Fit, Plan, Section
from advisor.planning.playbook import ANY, playbooks
from advisor.planning.situation import Situation, situation
from advisor.planning.tables import TableBuilder, assumed, computed, from_brief
from advisor.ports import Library
from advisor.terms import content_terms

NO_BENCHMARKS = (
    "The sources give no figures of other businesses to aim at, so targets come from your own figures alone."
)


LONGEST_TOLD = 300
"""Most characters of one answer of the brief that a chat model is told."""

Answering = Callable[[str], Answer]
Write = Callable[[Question, Sequence[Evidence]], list[Verdict]]


class Planner:
    """Drafts plans: each section is retrieved, drafted, checked and composed like an answer; tables are computed.

    Args:
        ask: Answers a question in the sources' own sentences.
        library: Where sentences are quoted from; without one, tables have no sourced cells.
        write: Drafts the sentences of a section with a chat model from given evidence, and judges them; one call a
            section. Without one, and where nothing holds up, the sentences are the sources' own.
    """

    def __init__(self, ask: Answering, library: Library | None, write: Write | None = None) -> None:
        self._ask = ask
        self._library = library
        self._write = write

    def stream(self, brief: Brief, today: date, before: Plan | None = None) -> Iterator[Plan]:
        """Yield the plan as it grows, after each section; the last one is complete.

        Args:
            brief: The brief.
            today: Today's date.
            before: An older plan. A section of it stands if nothing changed of what it was drafted from; of the others,
                what the reader wrote is kept.

        Raises:
            BriefError: The plan would end before it begins, or has ended.
        """
        begun = before.start if before is not None and before.brief.start == brief.start else None
        try:
            to = situation(brief, today, playbooks(), begun)
        except ValueError as error:
            raise BriefError(f"{error}. Name a later horizon.") from error
        drafting = _Drafting(to, self._ask, self._library, self._write, before)
        headings = [heading for heading in OUTLINE if heading.always or to.fit is not Fit.NOT_YET]
        for heading in headings:
            drafting.add(heading)
            yield drafting.plan(complete=heading is headings[-1])


class _Drafting:
    """One plan while it is drafted."""

    def __init__(
        self, to: Situation, ask: Answering, library: Library | None, write: Write | None, before: Plan | None
    ) -> None:
        self._to = to
        self._ask = ask
        self._library = library
        self._write = write
        self._before = before
        self._citations = _Citations(before.citations if before is not None else ())
        self._tables = TableBuilder(to, knowledge_rows(), self._quoted)
        self._sections: list[Section] = []
        self._said: set[str] = set()
        self._withheld = before.withheld if before is not None else 0
        earlier = before.disagreements if before is not None else ()
        self._disagreements: dict[str, Disagreement] = {found.subject: found for found in earlier}
        self._gaps: dict[str, None] = {}
        self._milliseconds: dict[str, float] = {}
        self._drafted_by = (before.generator, before.verifier) if before is not None else ("", "")

    def add(self, heading: Heading) -> None:
        """Add a section: the one of the older plan if it stands, else a new one."""
        begun = time.perf_counter()
        old = self._before.section(heading.key) if self._before is not None else None
        if self._before is not None and old is not None:
            section = old if _stands(old, self._before, self._to) else kept(self._drafted(heading), old)
        else:
            section = self._drafted(heading)
        self._said.update(line.text for line in section.lines)
        self._sections.append(section)
        self._milliseconds[heading.key] = (time.perf_counter() - begun) * 1000

    def plan(self, *, complete: bool) -> Plan:
        """Return the plan as far as it is drafted; a complete one with what the linter finds in it."""
        to = self._to
        # They stand after the sections, so they get their numbers after them.
        disagreements = tuple(map(self._numbered, self._disagreements.values())) if complete else ()
        cited = {number for section in self._sections for cell in section.cells() for number in cell.cites}
        cited |= {side.citation.number for found in disagreements for side in found.sides}
        plan = Plan(
            brief=to.brief,
            start=to.start,
            end=to.end,
            fit=to.fit,
            sections=tuple(self._sections),
            citations=tuple(citation for citation in self._citations.all if citation.number in cited),
            withheld=self._withheld,
            disagreements=disagreements,
            gaps=(*self._gaps, NO_BENCHMARKS),
            complete=complete,
            generator=self._drafted_by[0],
            verifier=self._drafted_by[1],
            milliseconds=self._milliseconds,
        )
        return plan.model_copy(update={"findings": lint(plan, self._library)}) if complete else plan

    def _drafted(self, heading: Heading) -> Section:
        composed, evidence = self._composed(heading)
        verdicts = self._written(heading, evidence) or composed
        lines = [*self._own_lines(heading.key), *map(self._sourced, verdicts)]
        order = [None, *Role]
        section = Section(
            key=heading.key,
            title=heading.title,
            lines=tuple(sorted(lines, key=lambda line: order.index(line.role))),
            tables=self._tables.of(heading.key),
            inputs=heading.inputs,
        )
        return section.mapped(Cell.sealed)

    def _own_lines(self, section: str) -> Iterator[Cell]:
        """Yield what the plan itself has to say at the head of a section."""
        to, brief = self._to, self._to.brief
        if section == "fit":
            yield computed(f"Verdict: {to.fit.value}.", to.reason)
            if to.against is not None:
                case, _ = to.against
                yield self._quoted(case.says, case.says, case.document or to.playbook.document)
            kind = "a business of no known kind" if to.playbook.business == ANY else to.playbook.name
            told = f"told by the word “{to.recognised}”" if to.recognised else "no word of the brief told another kind"
            yield assumed(f"The plan takes the business for {kind}.", told)
            for question in brief.skipped:
                yield assumed(f"Not answered: {question.text}", f"for example: {question.example}")
            for constraint in brief.constraints:
                yield from_brief(f"To be kept to: {constraint}", "constraints")
        if section == "monday" and to.fit is not Fit.NOT_YET:
            yield computed(f"Put {to.hours:g} hours a week into the diary, from {to.start}.", "hours a week, first day")

    def _composed(self, heading: Heading) -> tuple[list[Verdict], list[Evidence]]:
        """Return what the sources say to the questions of a section, in their own sentences, and the passages."""
        chosen: dict[str, Verdict] = {}
        passages: dict[str, Evidence] = {}
        for ask in heading.asks(self._to):
            answer = self._ask(ask.question)
            self._drafted_by = (answer.trace.generator or self._drafted_by[0], answer.trace.verifier)
            self._withheld += len(answer.withheld)
            for disagreement in answer.disagreements:
                self._disagreements.setdefault(disagreement.subject, disagreement)
            about = [v for v in answer.verdicts if v.status in SHOWN and _is_about(v, answer)]
            if not about:
                self._gaps[f"The sources don't answer: {ask.question}"] = None
            fitting = [v for v in about if v.claim.role in ask.roles and not self._for_others(v)]
            new = [v for v in fitting if v.claim.text not in self._said and v.claim.text not in chosen][: ask.most]
            chosen |= {verdict.claim.text: verdict for verdict in new}
            cited = {citation.passage_id for verdict in new for citation in verdict.citations}
            passages |= {e.passage.id: e for e in answer.trace.evidence if e.passage.id in cited}
        labelled = enumerate(passages.values(), 1)
        return list(chosen.values()), [e.model_copy(update={"label": f"E{number}"}) for number, e in labelled]

    def _written(self, heading: Heading, evidence: Sequence[Evidence]) -> list[Verdict]:
        """Return what holds up of the sentences that a chat model drafts from the same passages, in one call."""
        if self._write is None or not evidence:
            return []
        brief = self._to.brief
        told = {
            "Business": brief.business,
            "Offering": brief.offering,
            "Customers": brief.customers,
            "Goal": brief.goal,
            "Hours a week": f"{self._to.hours:g}",
        }
        about = " ".join(f"{name}: {text[:LONGEST_TOLD]}." for name, text in told.items() if text)
        asked = " ".join(ask.question for ask in heading.asks(self._to))
        text = f"What belongs into the section “{heading.title}” of this business's plan? {asked} {about}"
        drafted = self._write(Question(text=text, resolved=text), evidence)
        shown = [v for v in drafted if v.status in SHOWN and v.citations]
        self._withheld += len(drafted) - len(shown)
        return list({v.claim.text: v for v in shown if v.claim.text not in self._said}.values())

    def _numbered(self, found: Disagreement) -> Disagreement:
        sides = [side.model_copy(update={"citation": self._citations.numbered(side.citation)}) for side in found.sides]
        return found.model_copy(update={"sides": tuple(sides)})

    def _for_others(self, verdict: Verdict) -> bool:
        """Say whether a line is from sources about another kind of business."""
        kind = self._to.playbook.business
        return kind != ANY and all(_is_for_another(citation.source, kind) for citation in verdict.citations)

    def _sourced(self, verdict: Verdict) -> Cell:
        return Cell(
            text=verdict.claim.text,
            kind=ClaimKind.SOURCED,
            cites=tuple(self._citations.numbered(citation).number for citation in verdict.citations),
            status=verdict.status,
            score=verdict.score,
            basis=" ".join(verdict.reasons),
            role=verdict.claim.role,
        )

    def _quoted(self, text: str, says: str, document: str) -> Cell:
        """Make a cell of a sentence; what the sentence doesn't carry is an assumption."""
        citation = self._library.quote(document, says) if self._library is not None else None
        if citation is None:
            return assumed(text, "no document of the knowledge base says it")
        if {*content_terms(text)} - {*content_terms(says)}:
            return assumed(text, f"“{says}” doesn't say all of it")
        number = self._citations.numbered(citation).number
        return Cell(text=text, kind=ClaimKind.SOURCED, cites=(number,), status=VerdictStatus.SUPPORTED, score=1.0)


class _Citations:
    """Gives numbers to citations, in order of appearance; the same span has one number, and keeps it.

    Args:
        earlier: Citations that have their numbers.
    """

    def __init__(self, earlier: Iterable[Citation]) -> None:
        self._known = {_span(citation): citation for citation in earlier}
        self._last = max((citation.number for citation in self._known.values()), default=0)

    def numbered(self, citation: Citation) -> Citation:
        """Return the citation with its number."""
        span = _span(citation)
        if span not in self._known:
            self._last += 1
            self._known[span] = citation.model_copy(update={"number": self._last})
        return self._known[span]

    @property
    def all(self) -> tuple[Citation, ...]:
        """All citations so far, by number."""
        return tuple(self._known.values())


def _span(citation: Citation) -> tuple[str, int, int]:
    return (citation.source.id, citation.start, citation.end)


def _is_about(verdict: Verdict, answer: Answer) -> bool:
    """Say whether a line is from the topic that leads the answer, or from a document of the user's own."""
    topics = {e.passage.id: (e.source.id, e.passage.headings[:2]) for e in answer.trace.evidence}
    lead = {topics.get(citation.passage_id) for citation in answer.verdicts[0].citations}
    return any(c.source.kind == "upload" or topics.get(c.passage_id) in lead for c in verdict.citations)


def _is_for_another(source: Source, kind: str) -> bool:
    return bool(source.businesses) and "any" not in source.businesses and kind not in source.businesses


def _stands(section: Section, before: Plan, to: Situation) -> bool:
    """Say whether nothing changed of what a section was drafted from."""
    same = all(getattr(before.brief, field) == getattr(to.brief, field) for field in section.inputs)
    return same and (before.start, before.end, before.fit) == (to.start, to.end, to.fit)
