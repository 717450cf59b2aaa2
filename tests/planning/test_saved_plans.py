"""A plan that is saved, changed by hand, updated and checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from advisor.domain import Citation, ClaimKind
from advisor.errors import PlanError
from advisor.knowledge_base import KnowledgeBase
from advisor.planner import Planner
from advisor.planning.changes import changes, lost
from advisor.planning.frameworks import FRAMEWORKS, VIEWS, view
from advisor.planning.outline import OUTLINE
from advisor.planning.plan import Plan
from advisor.planning.saving import read_plan

from .conftest import TODAY


@pytest.fixture
def saved(tmp_path: Path, reference_plans: Mapping[str, Plan]) -> Path:
    return reference_plans["restaurant"].export(tmp_path / "plan.yaml")


def edited(saved: Path, change) -> Plan:
    values = yaml.safe_load(saved.read_text(encoding="utf-8"))
    change(values)
    saved.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
    return read_plan(saved)


def test_a_saved_plan_comes_back_as_it_was(saved: Path, reference_plans: Mapping[str, Plan]) -> None:
    assert read_plan(saved) == reference_plans["restaurant"]


def test_a_changed_line_becomes_yours_and_cites_nothing(saved: Path) -> None:
    def change(values: dict) -> None:
        values["sections"][1]["lines"][0]["text"] = "We want fifty guests on a Tuesday."

    plan = edited(saved, change)
    line = plan.sections[1].lines[0]
    assert (line.kind, line.cites, line.status, line.basis) == (ClaimKind.YOURS, (), None, "")
    assert plan.sections[1].lines[1].kind is ClaimKind.SOURCED


def test_a_citation_that_is_faked_by_hand_is_dropped(saved: Path) -> None:
    def change(values: dict) -> None:
        values["sections"][0]["lines"].append({"text": "Everybody needs a blog.", "kind": "sourced", "cites": [1]})

    line = edited(saved, change).sections[0].lines[-1]
    assert (line.kind, line.cites) == (ClaimKind.YOURS, ())


def test_a_line_can_be_added_with_its_text_alone(saved: Path) -> None:
    def change(values: dict) -> None:
        values["sections"][0]["lines"].append({"text": "Grandmother cooks on Sundays."})

    assert edited(saved, change).sections[0].lines[-1].kind is ClaimKind.YOURS


@pytest.mark.parametrize("content", ["", "a: 1", "sections: [1]", "sections: ["])
def test_a_file_that_is_no_plan_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "plan.yaml").write_text(content)
    with pytest.raises(PlanError, match=r"plan\.yaml"):
        read_plan(tmp_path / "plan.yaml")


def test_an_update_drafts_anew_only_what_the_brief_changes(planner: Planner, saved: Path) -> None:
    def change(values: dict) -> None:
        values["sections"][1]["lines"][0]["text"] = "Written by hand."

    before = edited(saved, change)
    asked: list[str] = []

    def ask(question: str):
        asked.append(question)
        return planner._ask(question)

    brief = before.brief.model_copy(update={"budget": None, "currency": None})
    *_, after = Planner(ask, planner._library).stream(brief, TODAY, before)
    drafted = {heading.key for heading in OUTLINE if {"budget", "currency"} & set(heading.inputs)}
    for section in after.sections:
        if section.key not in drafted:
            assert [line.text for line in section.lines] == [line.text for line in before.section(section.key).lines]
    assert 0 < len(asked) < 10
    assert not after.rows("budget")
    assert after.section("objectives").lines[0].kind is ClaimKind.YOURS
    places = {change.place.split("/")[0] for change in changes(before, after)}
    assert places <= {"budget", "promotion"}


def test_an_update_without_a_change_asks_nothing(planner: Planner, reference_plans: Mapping[str, Plan]) -> None:
    before = reference_plans["restaurant"]

    def ask(question: str):
        raise AssertionError(question)

    *_, after = Planner(ask, planner._library).stream(before.brief, TODAY, before)
    assert changes(before, after) == ()
    assert after.sections == before.sections


def test_what_is_yours_in_a_table_survives_an_update(planner: Planner, saved: Path) -> None:
    def change(values: dict) -> None:
        section = next(section for section in values["sections"] if section["key"] == "budget")
        section["tables"][1]["rows"][0]["cells"]["item"]["text"] = "A photographer"

    before = edited(saved, change)
    *_, after = planner.stream(before.brief.model_copy(update={"budget": 900.0}), TODAY, before)
    assert after.rows("budget")[0].text("item") == "A photographer"
    assert "900" in next(table.title for s in after.sections for table in s.tables if table.key == "budget")


def test_a_source_that_changed_names_the_cells_that_rested_on_it(
    reference_plans: Mapping[str, Plan], bundled_kb: KnowledgeBase
) -> None:
    plan = reference_plans["restaurant"]
    gone = next(c for c in plan.citations if any(c.number in cell.cites for _, cell in plan.cells()))

    class Changed:
        """The library without one sentence."""

        def quote(self, source_id: str, sentence: str) -> Citation | None:
            return None if sentence == gone.quote else bundled_kb.quote(source_id, sentence)

    assert lost(plan, bundled_kb) == ()
    found = lost(plan, Changed())
    assert {one.place for one in found} == {place for place, cell in plan.cells() if gone.number in cell.cites}
    assert {one.quote for one in found} == {gone.quote}


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_a_framework_shows_each_cell_once(name: str, reference_plans: Mapping[str, Plan]) -> None:
    plan = reference_plans["restaurant"]
    seen = view(plan, name)
    assert sorted(cell.text for _, cell in seen.cells()) == sorted(cell.text for _, cell in plan.cells())
    assert [section.title for section in seen.sections] == [title for title, _ in FRAMEWORKS[name]]


def test_one_page_is_one_page(reference_plans: Mapping[str, Plan]) -> None:
    page = view(reference_plans["restaurant"], "one-page")
    assert sum(len(cell.text.split()) for _, cell in page.cells()) < 500
    assert {"objectives", "platforms", "pillars"} <= {
        table.key for section in page.sections for table in section.tables
    }
    assert any(row.text("decision") == "Skip" for row in page.rows("platforms"))


def test_an_unknown_view_is_refused_with_those_that_there_are(reference_plans: Mapping[str, Plan]) -> None:
    with pytest.raises(PlanError, match=VIEWS[-1]):
        view(reference_plans["restaurant"], "swot")
