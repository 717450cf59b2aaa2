"""The tables of a plan: what the guidance states, what the brief says, what is computed from both, what is assumed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from advisor.brief import Baseline
from advisor.domain import ClaimKind
from advisor.planning.plan import Cell, Column, Fit, Row, Table
from advisor.terms import content_terms

from .knowledge_rows import GoalIndicator, KnowledgeRows
from .playbook import Entry, Indicator, Pillar, Platform, Stated
from .schedule import (
    ACTIVITIES,
    MINUTES_A_POST,
    WEEKS,
    holidays_of,
    mix,
    slots,
    split,
    weekdays,
)
from .situation import LEAST, Situation, room

Quote = Callable[[str, str, str], Cell]
"""Takes a cell's text, the sentence that carries it, and the id of its document; returns the cell with its citation."""

MEASURED_AFTER = timedelta(weeks=4)
"""Time after the start by which a missing starting figure shall be measured."""
PHASES = {"first": (0, 29), "second": (30, 59), "third": (60, 89)}
"""First and last day of each phase of the roadmap, counted from the start."""
REVIEWS = (7, 28, 91)
"""Days until the first weekly, monthly and quarterly review."""
SPENDING = {"Pictures, tools and material": 30, "Tests of paid promotion": 50, "Reserve": 20}
"""Assumed split of the budget, in per cent."""
QUARTER_HOUR = 0.25
ALIKE = 0.5
"""Share of the terms of a KPI that a baseline of the brief must name to be its starting figure."""


class TableBuilder:
    """Builds the tables for one situation.

    Args:
        to: What the plan is for.
        rows: Rows that hold for every kind of business.
        quote: Makes a cell of a sentence of the guidance.
    """

    def __init__(self, to: Situation, rows: KnowledgeRows, quote: Quote) -> None:
        self._to = to
        self._rows = rows
        self._quote = quote

    def of(self, section: str) -> tuple[Table, ...]:
        """Return the tables of a section, none if it has none."""
        build: dict[str, Callable[[], Iterable[Table]]] = {
            "fit": self._conditions,
            "objectives": self._objectives,
            "audience": self._persona,
            "platforms": self._platforms,
            "pillars": self._pillars,
            "calendar": self._calendar,
            "community": self._service,
            "reputation": self._crisis,
            "promotion": self._promotion,
            "integration": self._integration,
            "team": self._raci,
            "budget": self._time_and_money,
            "kpis": self._kpis,
            "experiments": self._experiments,
            "risks": self._risks,
            "roadmap": self._roadmap,
        }
        return tuple(table for table in build.get(section, tuple)() if table.rows)

    # -- situation ---------------------------------------------------------------------------------------------------

    def _conditions(self) -> Iterable[Table]:
        to, brief = self._to, self._to.brief
        known = "the brief doesn't say; ask before the first post"
        rows = [
            Row(
                key=f"condition-{number}",
                cells={"condition": self._stated(condition), "state": assumed("To be checked by you", known)},
            )
            for number, condition in enumerate(to.playbook.conditions, 1)
        ]
        hours = (
            from_brief(f"{brief.hours_per_week:g} hours a week", "hours_per_week")
            if brief.hours_per_week is not None
            else assumed(
                f"{to.hours:g} hours a week", "the brief names no hours; count what last month really left free"
            )
        )
        rows.append(
            Row(
                key="hours",
                cells={"condition": computed("Somebody has time to reply", f"at least {LEAST:g} h"), "state": hours},
            )
        )
        goal = from_brief(brief.goal, "goal") if brief.goal else assumed("Not named", "name one change in the business")
        rows.append(
            Row(key="goal", cells={"condition": computed("A business goal is named", "field goal"), "state": goal})
        )
        yield Table(
            key="conditions",
            title="What must be true",
            columns=(Column(key="condition", title="Condition"), Column(key="state", title="State")),
            rows=tuple(rows),
        )
        yield Table(
            key="swot",
            title="What to put into a SWOT of your own",
            columns=(Column(key="field", title="Field"), Column(key="look", title="What belongs there")),
            rows=tuple(
                Row(key=row.field, cells={"field": label(row.field.capitalize()), "look": self._stated(row.how)})
                for row in self._rows.swot
            ),
        )

    # -- objectives and KPIs -----------------------------------------------------------------------------------------

    def _chosen(self) -> list[Indicator | GoalIndicator]:
        """Return the guidance's indicators: those of the goals first, then one that is no sale; three at most."""
        to = self._to
        own: list[Indicator | GoalIndicator] = [kpi for kpi in to.playbook.kpis if kpi.goal in to.goals]
        named = {kpi.goal for kpi in to.playbook.kpis}
        own += [kpi for kpi in self._rows.kpis if kpi.goal in to.goals and kpi.goal not in named]
        own = own or [to.playbook.kpis[0]]
        if all(kpi.goal == "sales" for kpi in own):
            own = [*own[:2], *[kpi for kpi in to.playbook.kpis if kpi.goal != "sales"][:1]]
        return own[: self._most_aims()]

    def _most_aims(self) -> int:
        return 2 if self._to.fit in (Fit.SMALL, Fit.LISTEN_FIRST) else 3

    def _aims(self) -> list[dict[str, Cell]]:
        """Return what the plan shall reach: what the brief measures itself, then what the guidance would measure.

        A figure of the brief that belongs to no indicator of the guidance takes the place of the first of these, for
        nobody measures a thing that doesn't matter; the last one stays, since it is the one that is no sale.
        """
        started = [(chosen, self._started(chosen)) for chosen in self._chosen()]
        used = {own.metric for _, own in started if own is not None}
        most = self._most_aims()
        mine = [own for own in self._to.brief.baselines if own.metric not in used][: most - 1]
        kept = started[-(most - len(mine)) :]
        return [*map(self._measured, mine), *(self._guided(chosen, own) for chosen, own in kept)]

    def _guided(self, chosen: Indicator | GoalIndicator, own: Baseline | None) -> dict[str, Cell]:
        return {
            "aim": self._stated(chosen.objective if isinstance(chosen, Indicator) else chosen.kpi),
            "kpi": self._stated(chosen.kpi),
            "metric": self._stated(chosen.metric),
            "data": self._stated(chosen.data),
            **self._figures(own),
        }

    def _measured(self, own: Baseline) -> dict[str, Cell]:
        """Return an aim of the brief's own."""
        metric = from_brief(own.metric[0].upper() + own.metric[1:], "baselines")
        wanted = "more" if own.target is None else f"{own.target:g}"
        return {
            "aim": from_brief(f"{metric.text}: from {own.value:g} to {wanted}", "baselines"),
            "kpi": metric,
            "metric": metric,
            "data": assumed("Your own records", "the brief gives the figure, not where it is counted"),
            **self._figures(own),
        }

    def _objectives(self) -> Iterable[Table]:
        rows = [
            Row(
                key=f"objective-{number}",
                cells={
                    "objective": aim["aim"],
                    "goal": self._goal(),
                    "kpi": aim["kpi"],
                    "baseline": aim["baseline"],
                    "target": aim["target"],
                    "due": dated(self._to.end, f"last day of the plan, from {self._to.start}"),
                    "owner": self._owner(),
                },
            )
            for number, aim in enumerate(self._aims(), 1)
        ]
        titles = {
            "objective": "Objective",
            "goal": "Business goal",
            "kpi": "KPI",
            "baseline": "Baseline",
            "target": "Target",
            "due": "Due",
            "owner": "Owner",
        }
        yield table("objectives", "Objectives", titles, rows)

    def _kpis(self) -> Iterable[Table]:
        titles = {
            "objective": "Objective",
            "kpi": "KPI",
            "metric": "Metric",
            "data": "Data source",
            "baseline": "Baseline",
            "target": "Target",
            "owner": "Owner",
            "review": "First review",
        }
        rows = [
            Row(
                key=f"kpi-{number}",
                cells={
                    "objective": computed(f"Objective {number}", f"row {number} of the objectives"),
                    **{key: cell for key, cell in aim.items() if key in titles},
                    "owner": self._owner(),
                    "review": dated(self._to.start + timedelta(days=REVIEWS[1]), "start + 28 days, then monthly"),
                },
            )
            for number, aim in enumerate(self._aims(), 1)
        ]
        yield table("kpis", "KPI tree", titles, rows)

    def _started(self, chosen: Indicator | GoalIndicator) -> Baseline | None:
        """Return the figure of the brief that an indicator starts from, if there is one."""
        wanted = {*content_terms(f"{chosen.kpi.text} {chosen.metric.text}")}
        named = (
            (len(wanted & {*content_terms(own.metric)}) / max(1, len({*content_terms(own.metric)})), own)
            for own in self._to.brief.baselines
        )
        share, own = max(named, key=lambda pair: pair[0], default=(0.0, None))
        return own if share >= ALIKE else None

    def _figures(self, own: Baseline | None) -> dict[str, Cell]:
        """Return baseline and target: the business's own figures, or when they will be there."""
        to = self._to
        if own is None:
            by = to.start + min(MEASURED_AFTER, (to.end - to.start) / 2)
            return {
                "baseline": assumed(f"To be measured by {by}", "no figure in the brief; count for four weeks", by),
                "target": assumed(
                    f"To be set on {by} from your own figures", "no target without a starting figure", by
                ),
            }
        baseline = from_brief(f"{own.value:g} ({own.metric})", "baselines", own.value)
        if own.target is not None:
            return {"baseline": baseline, "target": from_brief(f"{own.target:g} by {to.end}", "baselines", own.target)}
        return {
            "baseline": baseline,
            "target": computed(
                f"More than {own.value:g} by {to.end}", f"baseline {own.value:g}; the brief names no target", own.value
            ),
        }

    def _goal(self) -> Cell:
        goal = self._to.brief.goal
        return from_brief(goal, "goal") if goal else assumed("No business goal named yet", "ask what should change")

    def _owner(self) -> Cell:
        people = self._to.brief.people
        return from_brief(people[0], "people") if people else assumed("The owner", "the brief names nobody")

    # -- audience and places -----------------------------------------------------------------------------------------

    def _persona(self) -> Iterable[Table]:
        brief = self._to.brief
        rows = []
        for row in self._rows.persona:
            first = row.field == "who they are"
            told = from_brief(brief.customers, "customers") if first and brief.customers else None
            rows.append(
                Row(
                    key=row.field.replace(" ", "-"),
                    cells={
                        "field": label(row.field.capitalize()),
                        "answer": told or assumed("Not known yet", "the brief doesn't say; see the next column"),
                        "how": self._stated(row.how),
                    },
                )
            )
        titles = {"field": "Field", "answer": "What is known", "how": "How to find out"}
        yield table("persona", "One persona, filled from your own records", titles, rows)

    def places(self) -> tuple[tuple[Platform, str, Cell], ...]:
        """Return each platform with the decision (use, later, skip) and the reason for the decision."""
        to = self._to
        left = room(to.hours)
        found = []
        for platform in to.playbook.platforms:
            decision, word = platform.decision, to.present.get(platform.platform)
            reason = computed(f"As the guidance suggests for {to.playbook.name}", "the guidance's decision")
            if decision == "later" and word is not None and left > 0:
                decision, reason = "use", from_brief(f"You are there already ({word})", "channels")
            elif decision == "use" and left < 1:
                decision = "later"
                reason = computed(
                    "Later, when there are more hours", f"{to.hours:g} hours a week carry no further platform"
                )
            elif decision == "skip" and word is not None:
                reason = from_brief(f"You are there ({word}); leave a last post with your address", "channels")
            left -= decision == "use"
            found.append((platform, decision, reason))
        return tuple(found)

    def _platforms(self) -> Iterable[Table]:
        rows = [
            Row(
                key=f"platform-{number}",
                cells={
                    "platform": self._said(platform.name, platform.says, platform.document),
                    "decision": computed({"use": "Use", "later": "Later", "skip": "Skip"}[decision], reason.text),
                    "why": reason,
                    "what": self._posted_on(platform.platform) if decision == "use" else label("–"),
                },
            )
            for number, (platform, decision, reason) in enumerate(self.places(), 1)
        ]
        titles = {"platform": "Platform", "decision": "Decision", "why": "Why", "what": "What goes there"}
        yield table("platforms", "Platforms: use, later, skip", titles, rows)

    def _posted_on(self, kind: str) -> Cell:
        names = [pillar.name for pillar in self.pillars() if self._place(pillar).platform == kind]
        if names:
            return computed("; ".join(names), "the pillars whose posts go there")
        return computed("Correct entries and answers", "no pillar has its posts there")

    # -- content -----------------------------------------------------------------------------------------------------

    def pillars(self) -> tuple[Pillar, ...]:
        """Return the pillars that the plan works with: no more than there are posts for in the calendar."""
        to = self._to
        pillars = to.playbook.pillars
        fitting = max(2, min(len(pillars), to.posts * min(WEEKS, to.weeks)))
        kept = sorted(pillars, key=lambda pillar: pillar.promotion)[:fitting]
        return tuple(pillar for pillar in pillars if pillar in kept)

    def _place(self, pillar: Pillar) -> Platform:
        """Return where a pillar's posts go: its own platform if it is used, else the first one that takes posts."""
        used = [platform for platform, decision, _ in self.places() if decision == "use"]
        own = [platform for platform in used if platform.platform == pillar.platform]
        posting = [platform for platform in used if platform.platform not in ("reviews",)]
        return (own or posting or used or list(self._to.playbook.platforms))[0]

    def _pillars(self) -> Iterable[Table]:
        pillars = self.pillars()
        shares = mix([pillar.promotion for pillar in pillars])
        rows = [
            Row(
                key=f"pillar-{number}",
                cells={
                    "pillar": self._said(pillar.name, pillar.says, pillar.document),
                    "share": assumed(
                        f"{share} %",
                        "one that helps gets twice the posts of one that sells; correct it by replies",
                        share,
                    ),
                    "purpose": computed(
                        "Offers something" if pillar.promotion else "Helps or starts a talk", "kind of pillar"
                    ),
                    "format": self._stated(pillar.format),
                },
            )
            for number, (pillar, share) in enumerate(zip(pillars, shares, strict=True), 1)
        ]
        titles = {"pillar": "Pillar", "share": "Share of posts", "purpose": "Purpose", "format": "Format"}
        yield table("pillars", "Content pillars and their mix", titles, rows)

    def _calendar(self) -> Iterable[Table]:
        to, pillars = self._to, self.pillars()
        if not to.posts:
            return
        shares = mix([pillar.promotion for pillar in pillars])
        free = holidays_of(to.brief.country, to.start, to.end)
        days = weekdays(to.posts, to.playbook.days.days if to.playbook.days else ())
        rows, seen = [], [0] * len(pillars)
        for number, slot in enumerate(slots(to.start, to.end, to.posts, shares, days, free), 1):
            pillar = pillars[slot.pillar]
            turn = seen[slot.pillar]
            seen[slot.pillar] += 1
            rows.append(
                Row(
                    key=f"post-{number}",
                    cells={
                        "date": dated(slot.day, f"{to.posts} posts a week from {to.start}"),
                        "platform": computed(self._place(pillar).name, "where the pillar's posts go"),
                        "pillar": self._said(pillar.name, pillar.says, pillar.document),
                        "format": self._stated(pillar.format),
                        "hook": assumed(
                            pillar.hooks[turn % len(pillar.hooks)], "a suggestion; fill the gaps with facts of your own"
                        ),
                        "action": assumed(pillar.actions[turn % len(pillar.actions)], "a suggestion"),
                        "owner": self._owner(),
                        "minutes": assumed(
                            f"{MINUTES_A_POST}", "time five posts and take the middle value", MINUTES_A_POST
                        ),
                    },
                )
            )
        titles = {
            "date": "Date",
            "platform": "Platform",
            "pillar": "Pillar",
            "format": "Format",
            "hook": "Hook",
            "action": "Call to action",
            "owner": "Owner",
            "minutes": "Minutes",
        }
        yield table("calendar", f"Calendar for {min(WEEKS, to.weeks)} weeks", titles, rows)

    # -- people ------------------------------------------------------------------------------------------------------

    def _service(self) -> Iterable[Table]:
        rows = [
            Row(
                key=f"message-{number}",
                cells=self._cells(what=row.what, within=row.within, how=row.how) | {"who": self._owner()},
            )
            for number, row in enumerate(self._rows.service, 1)
        ]
        titles = {"what": "What comes in", "within": "Within", "how": "How", "who": "Who"}
        yield table("service", "What comes in, and how it is answered", titles, rows)

    def _crisis(self) -> Iterable[Table]:
        rows = [
            Row(
                key=f"level-{number}",
                cells=self._cells(
                    level=row.level, sign=row.sign, decides=row.decides, within=row.within, stops=row.stops
                ),
            )
            for number, row in enumerate(self._rows.crisis, 1)
        ]
        titles = {"level": "Level", "sign": "Sign", "decides": "Who decides", "within": "Within", "stops": "What stops"}
        yield table("crisis", "Crisis levels and escalation", titles, rows)

    def _raci(self) -> Iterable[Table]:
        rows = [
            Row(
                key=f"task-{number}",
                cells=self._cells(
                    task=row.task,
                    responsible=row.responsible,
                    accountable=row.accountable,
                    consulted=row.consulted,
                    informed=row.informed,
                ),
            )
            for number, row in enumerate(self._rows.raci, 1)
        ]
        titles = {
            "task": "Task",
            "responsible": "Responsible",
            "accountable": "Accountable",
            "consulted": "Consulted",
            "informed": "Informed",
        }
        yield table("raci", "Who does what (RACI); one person can hold several roles", titles, rows)

    # -- money, time, tests ------------------------------------------------------------------------------------------

    def _time_and_money(self) -> Iterable[Table]:
        to = self._to
        hours = round(to.hours / QUARTER_HOUR) * QUARTER_HOUR
        parts = split(hours, tuple(ACTIVITIES.values()), QUARTER_HOUR)
        rows = [
            Row(
                key=f"activity-{number}",
                cells={
                    "activity": label(activity),
                    "hours": computed(f"{part:g}", f"{share:.0%} of {hours:g} hours, to the quarter hour", part),
                    "share": assumed(f"{share:.0%}", "write down the hours for two weeks and correct it", share),
                },
            )
            for number, ((activity, share), part) in enumerate(zip(ACTIVITIES.items(), parts, strict=True), 1)
        ]
        yield table(
            "hours",
            f"{hours:g} hours a week",
            {"activity": "Activity", "hours": "Hours a week", "share": "Share"},
            rows,
        )
        budget, currency = to.brief.budget, to.brief.currency
        if not budget:
            return
        cents = 1.0 if budget >= 100 and float(budget).is_integer() else 0.01
        amounts = split(budget, tuple(SPENDING.values()), cents)
        rows = [
            Row(
                key=f"item-{number}",
                cells={
                    "item": label(item),
                    "amount": computed(
                        f"{amount:,.{0 if cents == 1 else 2}f} {currency}",
                        f"{share} % of {budget:,g} {currency}",
                        amount,
                    ),
                    "share": assumed(
                        f"{share} %", "work out a test budget from your own margin, then correct it", share
                    ),
                },
            )
            for number, ((item, share), amount) in enumerate(zip(SPENDING.items(), amounts, strict=True), 1)
        ]
        yield table(
            "budget",
            f"{budget:,g} {currency} for {to.weeks} weeks",
            {"item": "Item", "amount": "Amount", "share": "Share"},
            rows,
        )

    def _promotion(self) -> Iterable[Table]:
        paid = bool(self._to.brief.budget)
        rows = [
            Row(
                key=row.means.replace(" ", "-"),
                cells={"means": label(row.means.capitalize()), **self._cells(needs=row.needs, first=row.first)},
            )
            for row in self._rows.promotion
            if paid or row.means not in ("paid promotion", "influencers")
        ]
        yield table(
            "promotion",
            "Means of promotion",
            {"means": "Means", "needs": "What must be there first", "first": "First step"},
            rows,
        )

    def _integration(self) -> Iterable[Table]:
        rows = [
            Row(
                key=row.link.replace(" ", "-"),
                cells={"link": label(row.link.capitalize()), "step": self._stated(row.step)},
            )
            for row in self._rows.integration
        ]
        yield table("integration", "Ties to the rest of the marketing", {"link": "With", "step": "Step"}, rows)

    def _experiments(self) -> Iterable[Table]:
        to = self._to
        until = to.start + min(timedelta(days=90), to.end - to.start)
        rows = [
            Row(
                key=f"experiment-{number}",
                cells=self._cells(change=row.change, hypothesis=row.hypothesis, measure=row.measure)
                | {"until": dated(until, "90 days after the start, or the end of the plan")},
            )
            for number, row in enumerate(self._rows.experiments[: 1 if to.fit is Fit.SMALL else 3], 1)
        ]
        titles = {"change": "Change", "hypothesis": "Why it may work", "measure": "What is compared", "until": "Until"}
        yield table("experiments", "Tests, one at a time", titles, rows)
        reviews = [
            Row(
                key=f"review-{number}",
                cells={
                    "cadence": self._stated(row.cadence),
                    "date": dated(to.start + timedelta(days=days), f"start + {days} days"),
                    "agenda": self._stated(row.agenda),
                },
            )
            for number, (row, days) in enumerate(zip(self._rows.reviews, REVIEWS, strict=True), 1)
            if to.start + timedelta(days=days) <= to.end
        ]
        yield table("reviews", "Reviews", {"cadence": "Review", "date": "First on", "agenda": "Agenda"}, reviews)

    def _risks(self) -> Iterable[Table]:
        rows = [self._cells(risk=row.risk, response=row.response) for row in self._to.playbook.risks]
        rows += [self._cells(risk=row.risk, sign=row.sign, response=row.response) for row in self._rows.risks]
        titles = {"risk": "Risk", "sign": "First sign", "response": "What to do"}
        numbered = [Row(key=f"risk-{number}", cells=cells) for number, cells in enumerate(rows, 1)]
        yield table("risks", "Risks", titles, numbered)
        stop = Row(
            key="stop-1",
            cells={
                "rule": self._stated(self._to.playbook.stop),
                "date": dated(self._to.end, "last day of the plan"),
                "decides": self._owner(),
            },
        )
        yield table(
            "stopping", "When to stop", {"rule": "Stop when", "date": "Decided on", "decides": "Who decides"}, [stop]
        )

    def _roadmap(self) -> Iterable[Table]:
        to = self._to
        steps: list[tuple[str, Stated]] = [("first", to.playbook.first_weeks)]
        steps += [(row.phase, row.step) for row in self._rows.roadmap]
        rows = []
        for number, (phase, step) in enumerate(sorted(steps, key=lambda pair: list(PHASES).index(pair[0])), 1):
            first, last = (to.start + timedelta(days=days) for days in PHASES[phase])
            if first > to.end:
                continue
            rows.append(
                Row(
                    key=f"step-{number}",
                    cells={
                        "phase": label(f"Days {PHASES[phase][0] + 1} to {PHASES[phase][1] + 1}"),
                        "from": dated(first, f"start + {PHASES[phase][0]} days"),
                        "until": dated(min(last, to.end), f"start + {PHASES[phase][1]} days, at most the end"),
                        "step": self._stated(step),
                        "owner": self._owner(),
                    },
                )
            )
        titles = {"phase": "Phase", "from": "From", "until": "Until", "step": "Step", "owner": "Owner"}
        yield table("roadmap", "Roadmap", titles, rows)

    # -- cells -------------------------------------------------------------------------------------------------------

    def _stated(self, stated: Stated) -> Cell:
        return self._said(stated.text, stated.says, stated.document)

    def _said(self, text: str, says: str, document: str) -> Cell:
        return self._quote(text, says, document or self._to.playbook.document)

    def _cells(self, **stated: Stated | None) -> dict[str, Cell]:
        return {column: self._stated(cell) for column, cell in stated.items() if cell is not None}


def table(key: str, title: str, titles: dict[str, str], rows: Iterable[Row]) -> Table:
    """Make a table; ``titles`` are the headings by column."""
    columns = tuple(Column(key=column, title=heading) for column, heading in titles.items())
    return Table(key=key, title=title, columns=columns, rows=tuple(rows))


def from_brief(text: str, field: str, value: float | None = None) -> Cell:
    """Make a cell that repeats what a field of the brief says."""
    return Cell(text=text, kind=ClaimKind.FROM_BRIEF, basis=field, value=value)


def assumed(text: str, how: str, value: date | float | None = None) -> Cell:
    """Make a cell that nobody has said yet; ``how`` says why, or how to find out."""
    return Cell(text=text, kind=ClaimKind.ASSUMPTION, basis=how, value=value)


def computed(text: str, formula: str, value: date | float | None = None) -> Cell:
    """Make a cell that follows from others by a formula."""
    return Cell(text=text, kind=ClaimKind.COMPUTED, basis=formula, value=value)


def dated(day: date, formula: str) -> Cell:
    """Make a cell with a date."""
    return computed(day.isoformat(), formula, day)


def label(text: str) -> Cell:
    """Make a cell that only names its row: it is part of the form, so it is computed from nothing."""
    return computed(text, "part of the form")


def stated_in(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """Yield what an entry quotes, in any depth: the cell, the sentence, and the document if it names one."""
    says = getattr(entry, "says", None)
    text = getattr(entry, "text", None) or getattr(entry, "name", None)
    if says is not None and text is not None:
        yield text, says, getattr(entry, "document", "")
    for field in type(entry).model_fields:
        value = getattr(entry, field)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Entry):
                yield from stated_in(part)
