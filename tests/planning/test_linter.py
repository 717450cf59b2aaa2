"""Each rule finds what it is for, in a plan that is changed by hand, and nothing before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import pytest

from advisor.domain import ClaimKind
from advisor.knowledge_base import KnowledgeBase
from advisor.planning.linter import RULES, lint
from advisor.planning.plan import Cell, Plan, Row, Table


def without(plan: Plan, key: str) -> Plan:
    """Leave a table out."""
    return retabled(plan, key, lambda table: None)


def written(plan: Plan, key: str, column: str, text: str, only: int | None = None) -> Plan:
    """Write a text into a column of a table by hand; into one row alone if ``only`` says which."""

    def change(table: Table) -> Table:
        rows = [
            Row(key=row.key, cells={**row.cells, column: Cell(text=text)}) if only in (None, at) else row
            for at, row in enumerate(table.rows)
        ]
        return table.model_copy(update={"rows": tuple(rows)})

    return retabled(plan, key, change)


def retabled(plan: Plan, key: str, change: Callable[[Table], Table | None]) -> Plan:
    sections = []
    for section in plan.sections:
        tables = [change(table) if table.key == key else table for table in section.tables]
        sections.append(section.model_copy(update={"tables": tuple(table for table in tables if table is not None)}))
    return plan.model_copy(update={"sections": tuple(sections)})


def short(plan: Plan) -> Plan:
    return plan.model_copy(update={"end": plan.start + timedelta(days=30)})


def few_hours(plan: Plan) -> Plan:
    return plan.model_copy(update={"brief": plan.brief.model_copy(update={"hours_per_week": 1.0})})


def only_selling(plan: Plan) -> Plan:
    return written(plan, "calendar", "pillar", plan.rows("pillars")[0].text("pillar"))


def own_target(plan: Plan) -> Plan:
    unmeasured = written(plan, "kpis", "baseline", "not measured")
    return written(unmeasured, "kpis", "target", "up by 40 %")


FAULTS: dict[str, Callable[[Plan], Plan]] = {
    "P101": lambda plan: written(plan, "objectives", "target", "", only=0),
    "P102": lambda plan: written(plan, "objectives", "kpi", "", only=0),
    "P103": lambda plan: written(plan, "kpis", "baseline", "", only=0),
    "P104": lambda plan: written(plan, "kpis", "owner", "", only=1),
    "P105": lambda plan: written(plan, "kpis", "kpi", "Visitors of the fair", only=0),
    "P106": lambda plan: written(plan, "hours", "hours", "9", only=0),
    "P107": lambda plan: written(plan, "budget", "amount", "9000 EUR", only=0),
    "P108": lambda plan: written(plan, "pillars", "pillar", "Our founder's dog", only=0),
    "P109": lambda plan: written(
        written(plan, "platforms", "platform", "A new network", 0), "platforms", "why", "fun", 0
    ),
    "P110": lambda plan: written(plan, "platforms", "decision", "Use"),
    "P111": only_selling,
    "P112": lambda plan: written(plan, "service", "who", ""),
    "P113": lambda plan: without(plan, "crisis"),
    "P114": lambda plan: without(plan, "reviews"),
    "P115": short,
    "P116": few_hours,
    "P117": lambda plan: written(plan, "kpis", "kpi", "Number of followers", only=0),
    "P118": lambda plan: without(plan, "stopping"),
    "P119": own_target,
    "P120": lambda plan: written(plan, "pillars", "share", "90 %", only=0),
}


def test_each_rule_is_tried() -> None:
    assert set(FAULTS) == set(RULES)


@pytest.mark.parametrize("code", FAULTS)
def test_a_rule_finds_what_it_is_for(code: str, reference_plans: Mapping[str, Plan], bundled_kb: KnowledgeBase) -> None:
    plan = reference_plans["restaurant"]
    before = [finding for finding in lint(plan, bundled_kb) if finding.code == code and finding.severity != "hint"]
    found = [finding for finding in lint(FAULTS[code](plan), bundled_kb) if finding.code == code]
    found = [finding for finding in found if finding.severity != "hint"]
    assert before == []
    assert found
    assert all(finding.message.endswith((".", "”.")) and finding.advice for finding in found)
    assert all((finding.citation is None) == (code == "P120") for finding in found)


def test_errors_come_first(reference_plans: Mapping[str, Plan]) -> None:
    plan = written(without(reference_plans["restaurant"], "stopping"), "kpis", "owner", "")
    severities = [finding.severity for finding in lint(plan, None)]
    assert severities == sorted(severities, key=["error", "warning", "hint"].index)


def test_a_plan_without_objectives_is_none(reference_plans: Mapping[str, Plan]) -> None:
    plan = without(reference_plans["restaurant"], "objectives")
    assert any(finding.code == "P101" and finding.severity == "error" for finding in lint(plan, None))


def test_a_due_date_outside_the_plan_is_found(reference_plans: Mapping[str, Plan]) -> None:
    plan = reference_plans["restaurant"]
    late = Cell(text="2031-01-01", kind=ClaimKind.COMPUTED, basis="by hand", value=date(2031, 1, 1))
    rows = plan.rows("objectives")
    changed = Row(key=rows[0].key, cells={**rows[0].cells, "due": late})
    plan = retabled(plan, "objectives", lambda table: table.model_copy(update={"rows": (changed, *rows[1:])}))
    assert any(finding.place.endswith("/due") for finding in lint(plan, None))
