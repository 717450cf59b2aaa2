"""Rows of a plan's tables that hold for every kind of business, and the sentences that back the linter's rules."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

import yaml

from .playbook import Entry, Stated


class Service(Entry):
    """A kind of message, and how it is answered."""

    what: Stated
    within: Stated | None = None
    how: Stated | None = None


class Crisis(Entry):
    """A level of crisis."""

    level: Stated
    sign: Stated | None = None
    decides: Stated | None = None
    within: Stated | None = None
    stops: Stated | None = None


class Duty(Entry):
    """A task with its RACI roles."""

    task: Stated
    responsible: Stated | None = None
    accountable: Stated | None = None
    consulted: Stated | None = None
    informed: Stated | None = None


class Review(Entry):
    """A regular review."""

    cadence: Stated
    agenda: Stated


class Experiment(Entry):
    """Something to try."""

    change: Stated
    hypothesis: Stated | None = None
    measure: Stated | None = None


class Step(Entry):
    """A step of the roadmap."""

    phase: Literal["first", "second", "third"]
    step: Stated


class Means(Entry):
    """A means of promotion."""

    means: str
    needs: Stated | None = None
    first: Stated | None = None


class Link(Entry):
    """What social media is tied to."""

    link: str
    step: Stated


class Field(Entry):
    """A field of a form, and how it is filled."""

    field: str
    how: Stated


class GoalIndicator(Entry):
    """The KPI of a goal, for any kind of business."""

    goal: str
    kpi: Stated
    metric: Stated
    data: Stated


class Danger(Entry):
    """A risk, the sign of it, and what to do."""

    risk: Stated
    sign: Stated | None = None
    response: Stated | None = None


class Rule(Entry):
    """A rule of the linter.

    Attributes:
        code: Its stable code.
        praise: What is good about a plan that keeps it, one sentence.
        backed: The sentence of the guidance that backs it.
    """

    code: str
    praise: str
    backed: Stated


class KnowledgeRows(Entry):
    """Rows that hold for every kind of business (``knowledge/plan_tables.yaml``)."""

    service: tuple[Service, ...]
    crisis: tuple[Crisis, ...]
    raci: tuple[Duty, ...]
    reviews: tuple[Review, ...]
    experiments: tuple[Experiment, ...]
    roadmap: tuple[Step, ...]
    promotion: tuple[Means, ...]
    integration: tuple[Link, ...]
    persona: tuple[Field, ...]
    swot: tuple[Field, ...]
    kpis: tuple[GoalIndicator, ...]
    risks: tuple[Danger, ...]
    rules: tuple[Rule, ...]


@cache
def knowledge_rows() -> KnowledgeRows:
    """Return the bundled rows."""
    text = files("advisor.knowledge").joinpath("plan_tables.yaml").read_text(encoding="utf-8")
    return KnowledgeRows.model_validate(yaml.load(text, yaml.CSafeLoader))
