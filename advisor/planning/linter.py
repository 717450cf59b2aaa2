"""Rules that a plan must keep to, each with a stable code and the sentence of a source that backs it.

A rule reads nothing but the plan, so it judges a plan of the advisor's, one changed by hand, and one of somebody
else's in the same form alike. Codes are never given to another rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from advisor.domain import ClaimKind
from advisor.planning.plan import Cell, Finding, Fit, Plan, Row, Severity
from advisor.ports import Library

from .knowledge_rows import knowledge_rows
from .schedule import MAKING
from .situation import room

MONTHS_TO_RESULTS = timedelta(days=90)
"""What the linter takes for "some months", the time that one source names for first successes."""
MOSTLY = 0.5
"""Share of the posts from which on a calendar is mostly promotion."""

_VANITY = re.compile(r"\b(followers?|likes?|impressions?|views?|fans?|page likes)\b", re.IGNORECASE)


class Fault(NamedTuple):
    """Something that a rule found.

    Attributes:
        place: The section, table, row or cell.
        message: What is wrong, one sentence.
        advice: What to do, one sentence.
        severity: If it weighs less than the rule usually does.
    """

    place: str
    message: str
    advice: str
    severity: Severity | None = None


Check = Callable[[Plan], Iterator[Fault]]


def lint(plan: Plan, library: Library | None) -> tuple[Finding, ...]:
    """Check a plan against all rules.

    Args:
        plan: The plan.
        library: Where the sentences that back the rules are quoted from; findings have no citation without one.

    Returns:
        What was found, errors first.
    """
    backed = {rule.code: rule.backed for rule in knowledge_rows().rules}
    found = []
    for code, (severity, check) in RULES.items():
        for fault in check(plan):
            rule = backed.get(code)
            quoted = library.quote(rule.document, rule.says) if library is not None and rule is not None else None
            found.append(
                Finding(
                    code=code,
                    severity=fault.severity or severity,
                    place=fault.place,
                    message=fault.message,
                    advice=fault.advice,
                    citation=quoted,
                )
            )
    order: Sequence[Severity] = ("error", "warning", "hint")
    return tuple(sorted(found, key=lambda finding: order.index(finding.severity)))


def _starts(plan: Plan) -> bool:
    """Whether the business is to start; a plan that advises against it has no objectives and no calendar."""
    return plan.fit is not Fit.NOT_YET


def _smart(plan: Plan) -> Iterator[Fault]:
    rows = plan.rows("objectives")
    if _starts(plan) and not rows:
        yield Fault("objectives", "The plan has no objective.", "Add one that serves the business goal.")
    for row in rows:
        for column, lacking in (("objective", "aim"), ("target", "target"), ("due", "date")):
            if not row.text(column):
                yield Fault(
                    f"objectives/{row.key}/{column}", f"The objective has no {lacking}.", f"Name its {lacking}."
                )
        due = row.cells.get("due")
        if due is not None and isinstance(due.value, date) and not plan.start < due.value <= plan.end:
            yield Fault(f"objectives/{row.key}/due", f"{due.value} is not in the time of the plan.", "Move the date.")


def _has_kpi(plan: Plan) -> Iterator[Fault]:
    for row in plan.rows("objectives"):
        if not row.text("kpi"):
            yield Fault(f"objectives/{row.key}/kpi", "The objective has no KPI.", "Name the figure that shows it.")


def _has_baseline(plan: Plan) -> Iterator[Fault]:
    for table in ("objectives", "kpis"):
        for row in plan.rows(table):
            place, cell = f"{table}/{row.key}/baseline", row.cells.get("baseline")
            if cell is None or not cell.text:
                yield Fault(place, "There is no baseline.", "Write down the figure of today.")
            elif table == "kpis" and cell.kind is ClaimKind.ASSUMPTION:
                yield Fault(
                    place, "The baseline is still to be measured.", "Count for four weeks, then enter it.", "hint"
                )


def _has_owner(plan: Plan) -> Iterator[Fault]:
    for table in ("objectives", "kpis"):
        for row in plan.rows(table):
            if not row.text("owner"):
                yield Fault(f"{table}/{row.key}/owner", "Nobody owns it.", "Name one person.")


def _serves(plan: Plan) -> Iterator[Fault]:
    measured = {row.text("kpi") for row in plan.rows("objectives")}
    for row in plan.rows("kpis"):
        if row.text("kpi") not in measured:
            yield Fault(
                f"kpis/{row.key}/objective",
                f"No objective has the KPI “{row.text('kpi')}”.",
                "Tie it to an objective, or drop it.",
            )


def _hours(plan: Plan) -> Iterator[Fault]:
    parts = plan.rows("hours")
    total = sum(_number(row.cells.get("hours")) for row in parts)
    given = plan.brief.hours_per_week
    if parts and given is not None and abs(total - given) >= 0.25:
        yield Fault("hours", f"The activities take {total:g} hours a week; the brief gives {given:g}.", "Balance them.")
    weeks: dict[date, float] = {}
    for row in plan.rows("calendar"):
        day = row.cells["date"].value if "date" in row.cells else None
        if isinstance(day, date):
            monday = day - timedelta(days=day.weekday())
            weeks[monday] = weeks.get(monday, 0) + _number(row.cells.get("minutes")) / 60
    posts = (row for row in parts if row.text("activity") == MAKING)
    making = next((_number(row.cells.get("hours")) for row in posts), None)
    for monday, used in weeks.items():
        if making is not None and used > max(making, 1) + 0.01:
            yield Fault(
                "calendar",
                f"The posts of the week from {monday} take {used:g} hours; {making:g} are planned for posts.",
                "Drop a post, or make simpler ones.",
            )


def _money(plan: Plan) -> Iterator[Fault]:
    rows = plan.rows("budget")
    total = sum(_number(row.cells.get("amount")) for row in rows)
    given = plan.brief.budget
    if rows and given is not None and abs(total - given) >= 0.01:
        yield Fault("budget", f"The items add up to {total:,.2f}; the brief gives {given:,.2f}.", "Balance them.")


def _scheduled(plan: Plan) -> Iterator[Fault]:
    posted = {row.text("pillar") for row in plan.rows("calendar")}
    for row in plan.rows("pillars"):
        if posted and row.text("pillar") not in posted:
            place = f"pillars/{row.key}/pillar"
            yield Fault(place, f"No post belongs to “{row.text('pillar')}”.", "Give it a date, or drop the pillar.")


def _evidence(plan: Plan) -> Iterator[Fault]:
    for row in _used(plan):
        kinds = {row.cells[column].kind for column in ("platform", "why") if column in row.cells}
        if not kinds & {ClaimKind.SOURCED, ClaimKind.FROM_BRIEF}:
            yield Fault(
                f"platforms/{row.key}/why",
                f"Nothing shows that customers are on “{row.text('platform')}”.",
                "Ask ten customers, and write down what they say.",
            )


def _declined(plan: Plan) -> Iterator[Fault]:
    rows = plan.rows("platforms")
    if rows and not any(row.text("decision").lower() == "skip" for row in rows):
        yield Fault("platforms", "No platform is declined.", "Name one that you leave out, and why.")


def _promotional(plan: Plan) -> Iterator[Fault]:
    selling = {row.text("pillar") for row in plan.rows("pillars") if row.text("purpose").startswith("Offers")}
    rows = plan.rows("calendar")
    share = sum(row.text("pillar") in selling for row in rows) / max(1, len(rows))
    if rows and share > MOSTLY:
        severity: Severity = "error" if share == 1 else "warning"
        message = f"{share:.0%} of the posts sell something."
        yield Fault("calendar", message, "Swap some for posts that help or start a talk.", severity)


def _answering(plan: Plan) -> Iterator[Fault]:
    rows = plan.rows("service")
    if not rows:
        yield Fault("service", "Nobody is named who answers.", "Name who answers, and within which time.")
    for row in rows:
        if not row.text("who"):
            yield Fault(f"service/{row.key}/who", f"Nobody answers: {row.text('what').lower()}.", "Name one person.")


def _crisis(plan: Plan) -> Iterator[Fault]:
    rows = plan.rows("crisis")
    if not rows:
        yield Fault("crisis", "Nobody is named who decides in a crisis.", "Add levels, each with who decides.")
    for row in rows:
        if not row.text("decides"):
            yield Fault(
                f"crisis/{row.key}/decides", f"Nobody decides at {row.text('level').lower()}.", "Name one person."
            )


def _reviewed(plan: Plan) -> Iterator[Fault]:
    if _starts(plan) and not any(isinstance(_value(row, "date"), date) for row in plan.rows("reviews")):
        yield Fault("reviews", "No review has a date.", "Enter the first monthly review into the diary.")


def _long_enough(plan: Plan) -> Iterator[Fault]:
    if _starts(plan) and plan.end - plan.start < MONTHS_TO_RESULTS - timedelta(days=1):
        days = (plan.end - plan.start).days + 1
        yield Fault("objectives", f"The plan ends after {days} days.", "Plan for some months, or aim at early signs.")


def _fits_the_hours(plan: Plan) -> Iterator[Fault]:
    used, hours = len(_used(plan)), plan.brief.hours_per_week
    if hours is not None and used > room(hours):
        message = f"{used} platforms are used with {hours:g} hours a week."
        yield Fault("platforms", message, "Keep one really well, and let one or two wait.")


def _vanity(plan: Plan) -> Iterator[Fault]:
    for row in plan.rows("kpis"):
        if found := _VANITY.search(row.text("kpi")):
            place = f"kpis/{row.key}/kpi"
            yield Fault(place, f"“{found[0]}” changes no decision by itself.", "Count what people do because of it.")


def _stops(plan: Plan) -> Iterator[Fault]:
    if _starts(plan) and not plan.rows("stopping"):
        yield Fault("risks", "The plan doesn't say when to stop.", "Name the date, the target and who decides.")


def _own_target(plan: Plan) -> Iterator[Fault]:
    for row in plan.rows("kpis"):
        target, baseline = row.cells.get("target"), row.cells.get("baseline")
        own = baseline is not None and re.search(r"\d", baseline.text) and baseline.kind is not ClaimKind.ASSUMPTION
        if target is not None and target.kind is ClaimKind.YOURS and re.search(r"\d", target.text) and not own:
            yield Fault(
                f"kpis/{row.key}/target",
                f"The target “{target.text}” rests on no figure of your own.",
                "Measure the baseline first.",
            )


def _mix(plan: Plan) -> Iterator[Fault]:
    rows = plan.rows("pillars")
    total = sum(_number(row.cells.get("share")) for row in rows)
    if rows and abs(total - 100) >= 0.01:
        yield Fault("pillars", f"The shares of the pillars add up to {total:g} %.", "Make them add up to 100 %.")


def _used(plan: Plan) -> list[Row]:
    return [row for row in plan.rows("platforms") if row.text("decision").lower() == "use"]


def _value(row: Row, column: str) -> date | float | None:
    cell = row.cells.get(column)
    return cell.value if cell is not None else None


def _number(cell: Cell | None) -> float:
    """Return the number that a cell shows: of one changed by hand the one in its text."""
    if cell is None:
        return 0.0
    if cell.kind is not ClaimKind.YOURS and isinstance(cell.value, int | float):
        return float(cell.value)
    found = re.search(r"\d+(?:\.\d+)?", cell.text.replace(",", ""))
    return float(found[0]) if found else 0.0


RULES: dict[str, tuple[Severity, Check]] = {
    "P101": ("error", _smart),
    "P102": ("error", _has_kpi),
    "P103": ("error", _has_baseline),
    "P104": ("error", _has_owner),
    "P105": ("error", _serves),
    "P106": ("error", _hours),
    "P107": ("error", _money),
    "P108": ("error", _scheduled),
    "P109": ("warning", _evidence),
    "P110": ("warning", _declined),
    "P111": ("warning", _promotional),
    "P112": ("error", _answering),
    "P113": ("error", _crisis),
    "P114": ("error", _reviewed),
    "P115": ("warning", _long_enough),
    "P116": ("warning", _fits_the_hours),
    "P117": ("warning", _vanity),
    "P118": ("warning", _stops),
    "P119": ("warning", _own_target),
    "P120": ("error", _mix),
}
"""The rules by code."""
