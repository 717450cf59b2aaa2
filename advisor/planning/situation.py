"""What follows from the brief: the kind of business, the goals, the fit, and what has to be assumed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from advisor.brief import Brief
from advisor.planning.plan import Fit

from .playbook import Against, Playbook, mentions, recognise
from .schedule import posts_a_week

HOURS = 3.0
"""Assumed hours a week when the brief names none: what the guidance takes for daily replies and two posts."""
LITTLE = 5.0
"""Hours a week under which the plan stays small: from five on, the guidance allows a video as well."""
MANY = 10.0
"""Hours a week from which on four platforms fit."""
LEAST = 1.0
"""Hours a week under which nobody can answer in time."""

GOALS = {
    "sales": (
        "sell",
        "sale",
        "order",
        "guest",
        "booking",
        "revenue",
        "turnover",
        "buyer",
        "lead",
        "enquiry",
        "enquiries",
        "customer",
        "client",
        "ticket",
        "occupancy",
        "cover",
        "table",
        "appointment",
        "donation",
        "patient",
        "pupil",
        "participant",
        "class",
    ),
    "awareness": ("known", "awareness", "reach", "visible", "visibility", "attention", "find us", "discover"),
    "loyalty": ("regular", "loyal", "loyalty", "repeat", "come back", "retain", "member", "volunteer", "return"),
    "trust": ("trust", "credible", "credibility", "expert", "authority", "confidence"),
    "service": ("service", "support", "question", "answer", "help desk"),
    "traffic": ("visitor", "traffic", "click", "website", "newsletter", "subscriber"),
    "insight": ("feedback", "idea", "insight", "learn", "research"),
    "reputation": ("reputation", "review", "image", "complaint", "rating"),
}
"""Marketing goals (``vocabulary.yaml``) and words of a business goal that point to them."""

CHANNELS = {
    "general-networks": ("facebook", "nextdoor", "vkontakte"),
    "image-led": ("instagram", "pinterest", "flickr"),
    "professional-networks": ("linkedin", "xing"),
    "short-video": ("tiktok", "shorts", "reels", "youtube"),
    "messaging": ("whatsapp", "telegram", "signal", "messenger", "line"),
    "forums": ("forum", "reddit", "quora", "discord"),
    "blog": ("blog", "newsletter", "substack"),
    "reviews": ("google", "tripadvisor", "yelp", "maps", "listing", "trustpilot"),
}
"""Kinds of platform (``vocabulary.yaml``) and names by which a brief mentions them."""


@dataclass(frozen=True)
class Situation:
    """What the plan is drafted for.

    Attributes:
        brief: The brief.
        start: First day of the plan.
        end: Last day.
        playbook: Of the kind of business.
        recognised: The word of the brief that told the kind; empty if none did.
    """

    brief: Brief
    start: date
    end: date
    playbook: Playbook
    recognised: str

    @property
    def hours(self) -> float:
        """Hours a week, from the brief or assumed."""
        return HOURS if self.brief.hours_per_week is None else self.brief.hours_per_week

    @property
    def owner(self) -> str:
        """Who owns what nobody else does."""
        return self.brief.people[0] if self.brief.people else "the owner"

    @property
    def weeks(self) -> int:
        """Full weeks that the plan covers, at least one."""
        return max(1, ((self.end - self.start).days + 1) // 7)

    @property
    def posts(self) -> int:
        """Posts a week; none where the business isn't to post yet."""
        return 0 if self.fit in (Fit.NOT_YET,) else posts_a_week(self.hours)

    @cached_property
    def goals(self) -> tuple[str, ...]:
        """The marketing goals that the brief's goal points to; none if it names none."""
        return tuple(goal for goal, words in GOALS.items() if mentions(words, self.brief.goal))

    @cached_property
    def present(self) -> dict[str, str]:
        """The kinds of platform where the business is already, with the words of the brief."""
        text = ", ".join(self.brief.channels)
        return {kind: word for kind, words in CHANNELS.items() if (word := mentions(words, text))}

    @cached_property
    def against(self) -> tuple[Against, str] | None:
        """The case in which the guidance advises against it, and the words of the brief that tell; ``None`` if none."""
        text = " ".join((self.brief.business, self.brief.offering, self.brief.goal, *self.brief.constraints))
        found = ((case, mentions(case.words, text)) for case in self.playbook.against)
        return next(((case, word) for case, word in found if word), None)

    @cached_property
    def fit(self) -> Fit:
        """Whether social media marketing suits the business now."""
        if self.against is not None or self.hours < LEAST:
            return Fit.NOT_YET
        if not self.brief.goal or (self.playbook.mode == "passive" and not self.present):
            return Fit.LISTEN_FIRST
        return Fit.SMALL if self.hours < LITTLE else Fit.YES

    @cached_property
    def reason(self) -> str:
        """The figures or words that decided about the fit, one sentence."""
        if self.against is not None:
            return f"The brief says “{self.against[1]}”."
        hours = f"{self.hours:g} hours a week"
        if self.hours < LEAST:
            return f"{hours} are under {LEAST:g}."
        if not self.brief.goal:
            return "The brief names no business goal."
        if self.fit is Fit.LISTEN_FIRST:
            return (
                "The guidance has such a business read along first, and the brief names no network where it is already."
            )
        return f"{hours} are under {LITTLE:g}." if self.fit is Fit.SMALL else f"{hours} are {LITTLE:g} or more."


def room(hours: float) -> int:
    """Return how many platforms so many hours a week carry."""
    return 1 + sum(hours >= least for least in (HOURS, LITTLE, MANY))


def situation(brief: Brief, today: date, known: Sequence[Playbook], begun: date | None = None) -> Situation:
    """Work out what the plan is drafted for.

    Args:
        brief: The brief.
        today: Today's date; a plan can't end before it.
        known: The playbooks.
        begun: First day of a plan that has begun; else it follows from the brief.

    Raises:
        ValueError: The horizon is past, or not after the start.
    """
    start = begun or brief.begin(today)
    end = brief.end(start)
    if end <= today:
        raise ValueError(f"horizon: it ends on {end}, and today is {today}")
    playbook, word = recognise(brief, known)
    return Situation(brief, start, end, playbook, word)
