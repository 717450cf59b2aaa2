"""The sections of a plan, and what the sources are asked for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from advisor.domain import Role
from advisor.planning.plan import Fit

from .playbook import ANY
from .situation import LITTLE, Situation

STATEMENTS = (Role.ANSWER,)
STEPS = (Role.ANSWER, Role.DO)
WARNINGS = (Role.AVOID,)
ADVICE = (Role.ANSWER, Role.WHY, Role.DO, Role.AVOID)


class Ask(NamedTuple):
    """A question to the sources.

    Attributes:
        question: The question.
        roles: What kinds of sentence are wanted.
        most: How many at most.
    """

    question: str
    roles: tuple[Role, ...] = STEPS
    most: int = 3


class Heading(NamedTuple):
    """A section of the outline.

    Attributes:
        key: Its name.
        title: Heading for people.
        asks: Returns what the sources are asked, given what the plan is for.
        inputs: Fields of the brief that it depends on.
        always: Whether it is part of a plan that advises against starting, too.
    """

    key: str
    title: str
    asks: Callable[[Situation], Iterator[Ask]]
    inputs: tuple[str, ...] = ("business", "offering")
    always: bool = False


def _always(*asks: Ask) -> Callable[[Situation], Iterator[Ask]]:
    """Ask the same, whatever the situation."""
    return lambda _: iter(asks)


def _fit(to: Situation) -> Iterator[Ask]:
    if to.playbook.business != ANY:
        yield Ask(f"Is social media marketing worth it for {to.playbook.name}?", (Role.ANSWER, Role.WHY), 3)
    yield Ask("Is social media marketing right for our business, or not?", (Role.ANSWER, Role.WHY), 3)
    if to.fit is Fit.SMALL:
        yield Ask("Can a small team with little time manage social media?", (Role.ANSWER, Role.DO), 2)
    if to.fit is Fit.NOT_YET:
        yield Ask("What should we do before opening the first account?", STEPS, 4)
    yield Ask("What can social media marketing not do?", STATEMENTS, 2)


_objectives = _always(
    Ask("How do we tie a social media objective to a business goal?", STEPS, 2),
    Ask("How do we write a SMART objective for social media?", STEPS, 2),
    Ask("How many objectives should we have at once?", STATEMENTS, 1),
    Ask("Do results other than sales count?", STATEMENTS, 2),
)


def _audience(to: Situation) -> Iterator[Ask]:
    if to.playbook.business in ("manufacturer", "consultancy"):
        yield Ask("Who is our audience when we sell to businesses?", STEPS, 3)
        yield Ask("Who takes part in a business purchase?", STATEMENTS, 2)
    else:
        yield Ask("How do we find out where our customers talk?", STEPS, 3)
    yield Ask("How do we put a persona on one page?", STEPS, 2)
    yield Ask("What are jobs to be done, and how do they help with posts?", STATEMENTS, 1)
    yield Ask("How do we test whether a persona is right?", (Role.ANSWER,), 1)


_research = _always(
    Ask("What does a listening routine look like for a small firm?", STEPS, 3),
    Ask("Which words should we watch, and where?", STEPS, 2),
    Ask("Which audience research can we do ourselves in two weeks?", STEPS, 2),
    Ask("What should we record about competitors by hand?", STATEMENTS, 1),
)


def _platforms(to: Situation) -> Iterator[Ask]:
    if to.playbook.business != ANY:
        yield Ask(_which_platforms(to), (Role.ANSWER, Role.WHY, Role.AVOID), 5)
    yield Ask("How do we choose the right platforms?", STATEMENTS, 2)
    yield Ask("How many platforms do we need?", STATEMENTS, 1)
    yield Ask("Which platforms can we skip?", (Role.ANSWER, Role.AVOID), 2)


def _which_platforms(to: Situation) -> str:
    they = "they" if to.playbook.business in ("solo", "trade") else "it"
    return f"Which platforms should {to.playbook.name} use and which should {they} skip?"


_mode = _always(
    Ask("What are proactive and passive social media marketing?", STATEMENTS, 2),
    Ask("Which mode should we start with?", STEPS, 2),
    Ask("Should we join existing communities, run our own group or build our own space?", STEPS, 3),
    Ask("How do we enter a community that already exists?", (Role.DO, Role.AVOID), 2),
)


_voice = _always(
    Ask("How do we put our positioning into one sentence?", STEPS, 2),
    Ask("Which key messages do we need?", STATEMENTS, 2),
    Ask("What belongs in a one-page voice and tone guide?", STATEMENTS, 2),
    Ask("Why should we not pitch, and how much promotion is too much?", ADVICE, 4),
)


def _pillars(to: Situation) -> Iterator[Ask]:
    if to.playbook.business != ANY:
        yield Ask(f"What should {to.playbook.name} post, and how often?", ADVICE, 6)
    yield Ask("What are content pillars, and how do we choose three to five?", STATEMENTS, 2)
    yield Ask("How do we turn one idea into several pieces?", STATEMENTS, 1)
    yield Ask("How do we write posts that everyone can read?", (Role.ANSWER, Role.DO), 2)
    yield Ask("How do we get customers to contribute?", STATEMENTS, 1)


_calendar = _always(
    Ask("How many posts fit the hours we have?", (Role.ANSWER, Role.DO, Role.AVOID), 4),
    Ask("How do we fill four weeks of the calendar?", (Role.ANSWER,), 2),
    Ask("What do we do when the plan slips?", (Role.ANSWER, Role.DO), 2),
)


def _community(to: Situation) -> Iterator[Ask]:
    if to.playbook.business != ANY:
        yield Ask(f"How does {to.playbook.name} handle questions, complaints and community?", STEPS, 4)
    yield Ask("How fast should a business answer messages and comments?", STATEMENTS, 2)
    yield Ask("Which reply times can we promise with the hours we have?", STATEMENTS, 2)


_reputation = _always(
    Ask("How should a business answer a negative review or complaint?", ADVICE, 4),
    Ask("How does a business monitor what people say about it?", STEPS, 2),
    Ask("What counts as a social media crisis, and what does not?", STATEMENTS, 2),
    Ask("What do we do and say in the first hour of a crisis?", STATEMENTS, 1),
)


def _promotion(to: Situation) -> Iterator[Ask]:
    if to.brief.budget:
        yield Ask("How do we work out a test budget from our own margin?", STEPS, 3)
        yield Ask("What must be ready before we pay for promotion?", STATEMENTS, 2)
    else:
        yield Ask("Is it worth paying for advertising?", STATEMENTS, 2)
    yield Ask("How does word of mouth spread, and how do we earn it?", STEPS, 2)
    yield Ask("Which campaigns get customers involved?", STATEMENTS, 1)
    yield Ask("What is an influencer, and how is the right one chosen?", (Role.ANSWER, Role.AVOID), 2)


_integration = _always(
    Ask("How does social media link with the website and newsletter?", STEPS, 3),
    Ask("How do we connect the shop window, print and social media?", STATEMENTS, 1),
    Ask("Does social media improve search visibility?", STATEMENTS, 1),
    Ask("Should sales people be active on social media?", STATEMENTS, 1),
)


_team = _always(
    Ask("Who should run social media?", STEPS, 3),
    Ask("How do we approve posts without losing speed?", STATEMENTS, 1),
    Ask("Who owns our accounts, and who should have access?", STEPS, 2),
)


def _budget(to: Situation) -> Iterator[Ask]:
    yield Ask("What does social media marketing cost, and how is a budget set?", STEPS, 3)
    yield Ask("How long until results show?", (Role.ANSWER, Role.AVOID), 3)
    if to.hours < LITTLE:
        yield Ask("What do we drop first when time runs out?", STATEMENTS, 1)


def _kpis(to: Situation) -> Iterator[Ask]:
    if to.playbook.business != ANY:
        they = "they" if to.playbook.business in ("solo", "trade") else "it"
        question = (
            f"Which KPIs suit {to.playbook.name}, what comes in the first four weeks, and when should {they} stop?"
        )
        yield Ask(question, (Role.ANSWER, Role.WHY, Role.AVOID, Role.MEASURE), 4)
    yield Ask("Which metrics matter first, and which are vanity metrics?", STATEMENTS, 2)
    if not to.brief.baselines:
        yield Ask("What do we do without a baseline or past figures?", STEPS, 2)
    yield Ask("How do we set targets from our own data?", STATEMENTS, 1)


_experiments = _always(
    Ask("How do we test one thing at a time, and how is the hypothesis written?", STATEMENTS, 2),
    Ask("What is on the agenda of the weekly, monthly and quarterly review?", STATEMENTS, 3),
)


_risks = _always(
    Ask("When should a business stop?", (Role.ANSWER, Role.DO), 3),
    Ask("Which mistakes do small businesses often make on social media?", (Role.ANSWER, Role.AVOID), 3),
)


_roadmap = _always(
    Ask("What does a 30/60/90-day roadmap look like?", STATEMENTS, 2),
    Ask("In which order should the work be done, and what must be finished first?", STATEMENTS, 1),
)


def _monday(to: Situation) -> Iterator[Ask]:
    if to.fit is Fit.NOT_YET:
        yield Ask("What should we do before opening the first account?", (Role.DO,), 2)
        yield Ask("How does a business monitor what people say about it?", (Role.DO,), 1)
        return
    yield Ask("What should we do first, next Monday?", STEPS, 4)
    if to.playbook.business != ANY:
        yield Ask(_which_platforms(to), (Role.DO,), 2)


OUTLINE: tuple[Heading, ...] = (
    Heading(
        "fit",
        "Situation and fit",
        _fit,
        ("business", "offering", "goal", "channels", "hours_per_week", "constraints"),
        True,
    ),
    Heading(
        "objectives",
        "Objectives",
        _objectives,
        ("business", "offering", "goal", "baselines", "horizon", "start", "people"),
    ),
    Heading("audience", "Audience and persona", _audience, ("business", "offering", "customers"), True),
    Heading("research", "Listening and research", _research, always=True),
    Heading(
        "platforms", "Platforms, and what to skip", _platforms, ("business", "offering", "channels", "hours_per_week")
    ),
    Heading("mode", "Mode, and the way to the audience", _mode, ("business", "offering", "goal", "channels")),
    Heading("voice", "Message, voice and the line to the pitch", _voice, ("business", "offering")),
    Heading("pillars", "Content pillars", _pillars, ("business", "offering", "hours_per_week")),
    Heading(
        "calendar",
        "Editorial calendar",
        _calendar,
        ("business", "offering", "hours_per_week", "start", "horizon", "country", "people"),
    ),
    Heading(
        "community",
        "Community and customer service",
        _community,
        ("business", "offering", "hours_per_week", "people"),
        True,
    ),
    Heading("reputation", "Reputation, complaints and crisis", _reputation, ("business", "offering", "people"), True),
    Heading("promotion", "Promotion", _promotion, ("business", "offering", "budget", "currency")),
    Heading("integration", "Website, newsletter, search, press and sales", _integration),
    Heading("team", "Team and responsibilities", _team, ("business", "offering", "people")),
    Heading(
        "budget",
        "Time and money",
        _budget,
        ("business", "offering", "hours_per_week", "budget", "currency", "horizon", "start"),
    ),
    Heading("kpis", "KPIs", _kpis, ("business", "offering", "goal", "baselines", "horizon", "start", "people")),
    Heading(
        "experiments", "Experiments and reviews", _experiments, ("business", "offering", "start", "horizon", "people")
    ),
    Heading("risks", "Risks and stopping rules", _risks, ("business", "offering", "horizon", "start")),
    Heading("roadmap", "Roadmap for 30, 60 and 90 days", _roadmap, ("business", "offering", "start", "horizon")),
    Heading(
        "monday",
        "What to do next Monday",
        _monday,
        ("business", "offering", "goal", "hours_per_week", "constraints"),
        True,
    ),
)
"""The sections in reading order; what disagrees, what is missing and the sources follow from them."""
