"""Playbooks: what the bundled guidance says about a kind of business, in the form of table cells.

A cell quotes a sentence of the guidance and consists of words of it, so the quote carries it. Nothing here is true by
itself: a cell whose sentence isn't in the knowledge base is not shown as sourced.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import ConfigDict, Field, TypeAdapter

from advisor.brief import Brief
from advisor.domain import Value

Decision = Literal["use", "later", "skip"]
Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
ANY = "any"
"""The playbook for businesses of no known kind."""


class Entry(Value):
    """Base of all entries: unknown fields are refused, and ``in`` names the document."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Stated(Entry):
    """A cell and the sentence that carries it.

    Attributes:
        text: The cell.
        says: The sentence, word for word.
        document: Id of the document that the sentence is in; the playbook's own if empty.
    """

    text: str
    says: str
    document: str = Field(default="", alias="in")


class Against(Stated):
    """A case in which the guidance advises against social media.

    Attributes:
        words: What in a brief tells that it is the case.
    """

    words: tuple[str, ...] = ()


class Platform(Entry):
    """A platform, and what the guidance says about it for this kind of business.

    Attributes:
        platform: The kind of platform, as in ``vocabulary.yaml``.
        name: For people.
        decision: What the guidance suggests.
        says: The sentence that suggests it.
        document: See ``Stated``.
    """

    platform: str
    name: str
    decision: Decision
    says: str
    document: str = Field(default="", alias="in")


class Pillar(Entry):
    """A recurring theme.

    Attributes:
        name: The theme.
        says: The sentence that names it.
        promotion: Whether its posts offer something for sale.
        platform: The kind of platform where its posts go.
        format: What a post is made of.
        hooks: Opening lines to fill in; ours, not from a source.
        actions: Calls to action; ours.
        document: See ``Stated``.
    """

    name: str
    says: str
    promotion: bool
    platform: str
    format: Stated
    hooks: tuple[str, ...]
    actions: tuple[str, ...]
    document: str = Field(default="", alias="in")


class Days(Entry):
    """The days on which the guidance suggests to post."""

    days: tuple[Day, ...]
    says: str
    document: str = Field(default="", alias="in")


class Indicator(Entry):
    """An objective with its KPI.

    Attributes:
        goal: The marketing goal that it serves, as in ``vocabulary.yaml``.
        objective: What shall change.
        kpi: What shows it.
        metric: What is counted.
        data: Where the figure is found.
        unit: Of the figure: ``"guests a service"``.
    """

    goal: str
    objective: Stated
    kpi: Stated
    metric: Stated
    data: Stated
    unit: str


class Risk(Entry):
    """What can go wrong, and what to do about it."""

    risk: Stated
    response: Stated


class Playbook(Entry):
    """What the guidance says about a kind of business.

    Attributes:
        business: The kind, as in ``vocabulary.yaml``.
        name: With its article, as in the guidance's questions: ``"a restaurant"``.
        words: Words by which a brief's business is recognised.
        document: Id of the guidance.
        mode: Whether to begin by posting (proactive) or by listening (passive).
        conditions: What must be true before the first post.
        against: When the guidance advises against it.
        platforms: In order of importance.
        pillars: Three to five.
        days: When to post; ``None`` if the guidance doesn't say.
        kpis: Objectives with their KPIs.
        risks: What can go wrong.
        stop: When to stop.
        first_weeks: What comes first.
    """

    business: str
    name: str
    words: tuple[str, ...]
    document: str
    mode: Literal["proactive", "passive"]
    conditions: tuple[Stated, ...]
    against: tuple[Against, ...] = ()
    platforms: tuple[Platform, ...]
    pillars: tuple[Pillar, ...]
    days: Days | None = None
    kpis: tuple[Indicator, ...]
    risks: tuple[Risk, ...]
    stop: Stated
    first_weeks: Stated


@cache
def playbooks() -> tuple[Playbook, ...]:
    """Return the bundled playbooks."""
    text = files("advisor.knowledge").joinpath("playbooks.yaml").read_text(encoding="utf-8")
    return TypeAdapter(tuple[Playbook, ...]).validate_python(yaml.load(text, yaml.CSafeLoader))


def recognise(brief: Brief, known: Sequence[Playbook]) -> tuple[Playbook, str]:
    """Find the playbook for a brief.

    Args:
        brief: The brief.
        known: The playbooks; one of them is for ``any`` business.

    Returns:
        The playbook, and the word that told; the one for any business and ``""`` if no word did.
    """
    for text in (brief.business, brief.offering):
        found = [(word, book) for book in known for word in book.words if _occurs(word, text)]
        if found:
            word, book = max(found, key=lambda pair: len(pair[0]))
            return book, word
    return next(book for book in known if book.business == ANY), ""


def mentions(words: Sequence[str], text: str) -> str:
    """Return the first of the words or phrases that occurs in a text; empty if none does."""
    return next((word for word in words if _occurs(word, text)), "")


def _occurs(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?:s|es)?(?!\w)", text, re.IGNORECASE) is not None
