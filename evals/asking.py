"""Asks the cases, one after the other, and collects what came back."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import Protocol

from advisor.domain import Answer, Evidence, Question, Source, Turn
from advisor.errors import EvaluationError

from .cases import Case
from .metrics import Record

CaseCallback = Callable[[int, int, Case], None]
"""Called before each case with the number of cases done, the number in all, and the case."""


class Asked(Protocol):
    """What is evaluated: anything that answers like ``advisor.Advisor``."""

    def ask(self, question: str, *, history: Sequence[Turn] = ()) -> Answer:
        """Answer a question, given the earlier turns."""
        ...


class Knowledge(Protocol):
    """Where the answers' citations point to: anything that reads like ``advisor.KnowledgeBase``."""

    def sources(self) -> tuple[Source, ...]:
        """Return all sources."""
        ...

    def text(self, source_id: str) -> str:
        """Return the stored text of a source."""
        ...

    def retrieve(self, question: Question, *, limit: int = 8) -> tuple[Evidence, ...]:
        """Return evidence by rank."""
        ...


def run_cases(
    cases: Sequence[Case],
    advisor: Asked,
    knowledge: Knowledge,
    *,
    depth: int = 5,
    on_case: CaseCallback | None = None,
) -> tuple[Record, ...]:
    """Ask every case and record the answers.

    Args:
        cases: What to ask. The history of a follow-up is really asked first, and its answers are passed on.
        advisor: Whom to ask.
        knowledge: The knowledge base that the advisor answers from.
        depth: How many passages to retrieve for the retrieval metrics.
        on_case: Progress callback.

    Returns:
        One record a case, in order.

    Raises:
        EvaluationError: A case names a gold source that the knowledge base doesn't have.
    """
    ids = _ids_by_name(knowledge.sources())
    gold = [_gold(case, ids) for case in cases]
    records = []
    for done, (case, wanted) in enumerate(zip(cases, gold, strict=True)):
        if on_case:
            on_case(done, len(cases), case)
        history: tuple[Turn, ...] = ()
        for earlier in case.history:
            history = advisor.ask(earlier, history=history).thread
        began = time.perf_counter()
        answer = advisor.ask(case.question, history=history)
        seconds = time.perf_counter() - began
        evidence = knowledge.retrieve(answer.question, limit=depth) if wanted else ()
        records.append(
            Record(
                case=case,
                answer=answer,
                seconds=seconds,
                gold=wanted,
                retrieved=tuple(found.source.id for found in evidence),
                texts={cited.source.id: knowledge.text(cited.source.id) for cited in answer.citations},
            )
        )
    return tuple(records)


def _ids_by_name(sources: Sequence[Source]) -> dict[str, set[str]]:
    """Map ids, and names of files, to ids; two files of one name stand for both."""
    ids: dict[str, set[str]] = {}
    for source in sources:
        for name in {source.id, source.origin, PurePath(source.origin).name}:
            ids.setdefault(name, set()).add(source.id)
    return ids


def _gold(case: Case, ids: dict[str, set[str]]) -> frozenset[str]:
    unknown = [name for name in case.sources if name not in ids]
    if unknown:
        raise EvaluationError(
            f"Case {case.id}: the knowledge base has no source {', '.join(unknown)}. "
            "List the sources with `advisor sources`, and write their ids or file names."
        )
    return frozenset(source_id for name in case.sources for source_id in ids[name])
