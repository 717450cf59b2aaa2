"""Asks chat models the same questions as the extractive default, and hears what each of them drafted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import TYPE_CHECKING

from advisor.domain import Answer, Turn
from advisor.errors import ConfigError, ModelUnavailable
from advisor.ports import Verifier
from advisor.settings import Settings

from .asking import Asked, CaseCallback, Knowledge, run_cases
from .cases import Case
from .metrics import SEED, Record
from .raw_drafts import Raw, judged
from .sections import Section
from .side_by_side import SystemRun, comparison

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from advisor.knowledge_base import KnowledgeBase

DEFAULT = "extractive"
"""Name of the system that needs no model, to which the others are compared."""

GIVEN_UP = 3
"""After so many failures in a row a model is asked no more."""

SystemCallback = Callable[[str], CaseCallback]
"""Called with the name of each system before it is asked; returns what is told about its cases."""


def compare(
    settings: Settings,
    models: Sequence[str | BaseChatModel],
    cases: Sequence[Case],
    kb: KnowledgeBase,
    *,
    answered: Sequence[Record] = (),
    limit: int | None = None,
    seed: int = SEED,
    on_system: SystemCallback | None = None,
) -> Section:
    """Ask the same questions of the extractive default and of each model, and report them side by side.

    Args:
        settings: Settings of the advisor; ``model_url``, ``model_api_key``, ``model_timeout`` and ``model_retries``
            hold for all models.
        models: ``provider:name`` as in ``Settings.model``, or LangChain chat models.
        cases: The questions to choose from.
        kb: What the answers are drawn from.
        answered: Answers that the extractive default has given already; the rest is asked.
        limit: How many of the cases to ask; all if ``None`` (see ``sample``).
        seed: Seed of the sample.
        on_system: Progress callback.

    Returns:
        A section with three tables: figures, paired differences to the default, and raw against guarded.

    Raises:
        ConfigError: A model's name isn't usable.
        ModelUnavailable: The package or the key of a model is missing. A server that can't be reached is no error: the
            section says so.
    """
    from advisor.assembly import build_advisor, build_verifier

    made = made_models(settings, models)
    default = settings.model_copy(update={"model": None})
    chosen = sample(cases, limit, seed=seed)
    known = {record.case.id: record for record in answered}
    left = [case for case in chosen if case.id not in known]
    if left:
        advisor = build_advisor(default, kb)
        known |= {r.case.id: r for r in run_cases(left, advisor, kb, on_case=on_system and on_system(DEFAULT))}
    runs = [SystemRun(DEFAULT, tuple(known[case.id] for case in chosen))]
    runs += [
        ask_model(
            name,
            model,
            chosen,
            kb,
            lambda model: build_advisor(default, kb, model=model),
            build_verifier(kb.sentence_embedder),
            on_case=on_system and on_system(name),
        )
        for name, model in made.items()
    ]
    return comparison(runs, of=len(cases))


def made_models(settings: Settings, models: Sequence[str | BaseChatModel]) -> dict[str, BaseChatModel]:
    """Make the models that are given by name, and name those that are given as objects.

    Raises:
        ConfigError: A name isn't ``provider:name``, or LangChain doesn't know the provider.
        ModelUnavailable: The package or the key of a model is missing.
    """
    from advisor.generation.calling import model_name
    from advisor.generation.models import chat_model

    made: dict[str, BaseChatModel] = {}
    for model in models:
        if not isinstance(model, str):
            made[model_name(model)] = model
            continue
        if not all(model.partition(":")[::2]):
            raise ConfigError(f"The model {model!r} must look like provider:name, for example openai:gpt-4o-mini.")
        made[model] = chat_model(settings.model_copy(update={"model": model}))
    return made


def sample(cases: Sequence[Case], limit: int | None, *, seed: int = SEED) -> tuple[Case, ...]:
    """Choose cases so that each half and family has its share, and return them in their own order.

    The same seed chooses the same cases, and a higher limit adds to those of a lower one.

    Args:
        cases: Cases to choose from.
        limit: How many; all if ``None``.
        seed: Seed of the choice.
    """
    if limit is None or limit >= len(cases):
        return tuple(cases)
    rng = Random(seed)
    groups: dict[tuple[str, str], list[int]] = {}
    for i, case in enumerate(cases):
        groups.setdefault((case.split, case.family), []).append(i)
    places = []
    for members in groups.values():
        rng.shuffle(members)
        # Evenly spread over the interval from 0 to 1: any beginning of it holds a like share of each group.
        places += [((at + 0.5) / len(members), i) for at, i in enumerate(members)]
    return tuple(cases[i] for i in sorted(i for _, i in sorted(places)[:limit]))


def ask_model(
    name: str,
    model: BaseChatModel,
    cases: Sequence[Case],
    knowledge: Knowledge,
    build: Callable[[BaseChatModel], Asked],
    verifier: Verifier,
    *,
    on_case: CaseCallback | None = None,
) -> SystemRun:
    """Ask one model the cases, and keep what it wrote beside what was shown.

    A case that the model fails on is left out of its figures and counted. After three failures in a row the model is
    asked no more.

    Args:
        name: The model's name in the report.
        model: The model.
        cases: What to ask.
        knowledge: What the answers are drawn from.
        build: Makes the advisor around a model.
        verifier: Judges what the model wrote.
        on_case: Progress callback.

    Raises:
        EvaluationError: A case names a gold source that the knowledge base doesn't have.
    """
    from .hearing import Hearing

    hearing = Hearing()
    advisor = _Overheard(build(model.model_copy(update={"callbacks": [hearing]})), hearing.clear)
    records: list[Record] = []
    raw: dict[str, Raw] = {}
    unanswered: list[str] = []
    trouble, in_a_row = "", 0
    for done, case in enumerate(cases):
        if in_a_row == GIVEN_UP:
            unanswered.append(case.id)
            continue
        if on_case:
            on_case(done, len(cases), case)
        try:
            (record,) = run_cases([case], advisor, knowledge)
        except ModelUnavailable as error:
            unanswered.append(case.id)
            trouble = trouble or str(error)
            in_a_row += 1
            continue
        records.append(record)
        in_a_row = 0
        if calls := hearing.written():
            raw[case.id] = judged(calls, record.answer.trace.evidence, verifier)
    return SystemRun(name, tuple(records), raw, tuple(unanswered), trouble)


class _Overheard:
    """An advisor that begins to listen anew with each question."""

    def __init__(self, advisor: Asked, begin: Callable[[], None]) -> None:
        self._advisor = advisor
        self._begin = begin

    def ask(self, question: str, *, history: Sequence[Turn] = ()) -> Answer:
        self._begin()
        return self._advisor.ask(question, history=history)


def _verifier(kb: KnowledgeBase) -> Verifier:
    from advisor.assembly import build_verifier

    return build_verifier(kb.sentence_embedder)
