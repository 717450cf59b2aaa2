"""Plans of the reference briefs: structure and origin of each cell, not the words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from advisor.brief import Brief, parse_brief
from advisor.domain import ClaimKind, VerdictStatus
from advisor.errors import BriefError
from advisor.knowledge_base import KnowledgeBase
from advisor.planner import Planner
from advisor.planning.outline import OUTLINE
from advisor.planning.plan import Fit, Plan

from .conftest import BRIEFS, TODAY

NAMES = [file.stem for file in BRIEFS]
TABLES = {
    *("conditions", "swot", "objectives", "persona", "platforms", "pillars", "calendar", "service", "crisis"),
    *("promotion", "integration", "raci", "hours", "kpis", "experiments", "reviews", "risks", "stopping", "roadmap"),
}


@pytest.fixture(params=NAMES)
def plan(request: pytest.FixtureRequest, reference_plans: Mapping[str, Plan]) -> Plan:
    return reference_plans[request.param]


def test_a_plan_has_each_section_and_table(plan: Plan) -> None:
    assert [section.key for section in plan.sections] == [heading.key for heading in OUTLINE]
    assert plan.complete
    assert {table.key for section in plan.sections for table in section.tables} - {"budget"} == TABLES
    assert bool(plan.rows("budget")) == bool(plan.brief.budget)
    assert all(section.lines for section in plan.sections)


def test_each_factual_cell_carries_a_span_that_is_there(plan: Plan, bundled_kb: KnowledgeBase) -> None:
    sourced = [cell for _, cell in plan.cells() if cell.kind is ClaimKind.SOURCED]
    assert len(sourced) > 100
    assert all(cell.cites and cell.status in (VerdictStatus.SUPPORTED, VerdictStatus.PARTIAL) for cell in sourced)
    for citation in plan.citations:
        assert bundled_kb.text(citation.source.id)[citation.start : citation.end] == citation.quote
    supported = [cell for cell in sourced if cell.status is VerdictStatus.SUPPORTED]
    assert len(supported) / len(sourced) >= 0.98


def test_what_is_not_sourced_says_where_it_is_from(plan: Plan) -> None:
    rest = [cell for _, cell in plan.cells() if cell.kind is not ClaimKind.SOURCED]
    assert all(cell.basis and not cell.cites and cell.status is None for cell in rest)
    assert {cell.kind for cell in rest} == {ClaimKind.FROM_BRIEF, ClaimKind.COMPUTED, ClaimKind.ASSUMPTION}
    assert all(cell.seal == cell.digest for _, cell in plan.cells())


def test_a_plan_passes_its_own_linter(plan: Plan) -> None:
    assert [finding for finding in plan.findings if finding.severity == "error"] == []
    assert all(finding.citation is not None for finding in plan.findings)


def test_citations_are_numbered_as_they_appear(plan: Plan) -> None:
    assert [citation.number for citation in plan.citations] == list(range(1, len(plan.citations) + 1))


def test_computed_parts_add_up(plan: Plan) -> None:
    hours = sum(float(row.cells["hours"].value or 0) for row in plan.rows("hours"))  # type: ignore[arg-type]
    assert hours == plan.brief.hours_per_week
    assert sum(float(row.cells["share"].value or 0) for row in plan.rows("pillars")) == 100  # type: ignore[arg-type]
    if plan.brief.budget:
        amounts = sum(float(row.cells["amount"].value or 0) for row in plan.rows("budget"))  # type: ignore[arg-type]
        assert amounts == pytest.approx(plan.brief.budget)


def test_posts_stay_within_the_time_of_the_plan(plan: Plan) -> None:
    days = [row.cells["date"].value for row in plan.rows("calendar")]
    assert days
    assert all(isinstance(day, date) and plan.start <= day <= plan.start + timedelta(weeks=5) for day in days)


def test_targets_come_from_the_brief_alone(reference_plans: Mapping[str, Plan]) -> None:
    first = reference_plans["restaurant"].rows("objectives")[0]
    assert (first.cells["baseline"].value, first.cells["target"].value) == (22, None) or first.text(
        "target"
    ).startswith("30")
    assert first.cells["target"].kind is ClaimKind.FROM_BRIEF
    for name in ("manufacturer", "online_shop"):
        kinds = {row.cells["target"].kind for row in reference_plans[name].rows("objectives")}
        assert kinds == {ClaimKind.ASSUMPTION}


def test_a_figure_that_the_guidance_does_not_know_becomes_an_objective_of_the_business(planner: Planner) -> None:
    told = {
        "business": "a dentist practice",
        "goal": "more appointments",
        "hours_per_week": 2,
        "baselines": [
            {"metric": "hygiene checks a month", "value": 60, "target": 80},
            {"metric": "empty chairs a week", "value": 9},
        ],
    }
    *_, plan = planner.stream(parse_brief(told), TODAY)
    first, *others = plan.rows("objectives")
    assert first.text("objective") == "Hygiene checks a month: from 60 to 80"
    assert first.text("kpi") == plan.rows("kpis")[0].text("kpi") == "Hygiene checks a month"
    assert first.text("target") == f"80 by {plan.end}"
    assert {first.cells[key].kind for key in ("objective", "kpi", "baseline", "target")} == {ClaimKind.FROM_BRIEF}
    assert plan.rows("kpis")[0].cells["data"].kind is ClaimKind.ASSUMPTION
    assert others[-1].cells["kpi"].kind is ClaimKind.SOURCED  # the one that is no sale stays
    assert [finding for finding in plan.findings if finding.severity == "error"] == []


def test_different_briefs_give_different_plans(reference_plans: Mapping[str, Plan]) -> None:
    plans = list(reference_plans.values())

    def seen(key: str, column: str) -> set[tuple[str, ...]]:
        return {tuple(row.text(column) for row in plan.rows(key)) for plan in plans}

    assert len(seen("platforms", "platform")) == len(plans)
    assert len(seen("pillars", "pillar")) == len(plans)
    assert len(seen("kpis", "kpi")) == len(plans)
    assert len({len(plan.rows("calendar")) for plan in plans}) >= 3
    assert len({plan.fit for plan in plans}) >= 3


def test_what_was_skipped_is_a_stated_assumption(planner: Planner) -> None:
    *_, plan = planner.stream(Brief(business="a bakery"), TODAY)
    texts = [cell.text for cell in plan.assumptions]
    for question in plan.brief.skipped:
        assert any(question.text in text for text in texts)
    assert plan.fit is Fit.LISTEN_FIRST
    assert [finding for finding in plan.findings if finding.severity == "error"] == []


@pytest.mark.parametrize("told", [{"hours_per_week": 0}, {"constraints": ["we are fully booked"], "hours_per_week": 4}])
def test_a_plan_may_say_not_yet(planner: Planner, told: dict[str, object]) -> None:
    *_, plan = planner.stream(parse_brief({"business": "a restaurant", "goal": "more guests", **told}), TODAY)
    assert plan.fit is Fit.NOT_YET
    assert plan.section("monday") is not None
    assert not plan.rows("calendar")
    assert [finding for finding in plan.findings if finding.severity == "error"] == []


def test_a_plan_that_is_stopped_keeps_what_is_finished(planner: Planner) -> None:
    growing = planner.stream(Brief(business="a bakery"), TODAY)
    first, second = next(growing), next(growing)
    assert [len(first.sections), len(second.sections)] == [1, 2]
    assert not second.complete
    assert second.sections[0] == first.sections[0]


def test_a_horizon_in_the_past_is_refused(planner: Planner) -> None:
    brief = parse_brief({"business": "a bakery", "start": "2026-01-05", "horizon": "2026-06-30"})
    with pytest.raises(BriefError, match="horizon"):
        next(planner.stream(brief, TODAY))


def test_without_a_library_nothing_is_called_sourced_that_is_not(planner: Planner) -> None:
    alone = Planner(planner._ask, None)
    plan = next(alone.stream(Brief(business="a restaurant"), TODAY))
    assert {cell.kind for row in plan.rows("conditions") for cell in row.cells.values()} <= {
        ClaimKind.ASSUMPTION,
        ClaimKind.COMPUTED,
        ClaimKind.FROM_BRIEF,
    }
