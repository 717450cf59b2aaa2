"""A plan that is changed by hand: the line becomes the reader's own, and the linter looks again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from advisor.domain import ClaimKind
from advisor.errors import PlanError
from advisor.planning.editing import LONGEST, edited
from advisor.planning.plan import Cell, Plan, Row
from advisor.planning.saving import read_plan


@pytest.fixture
def plan(reference_plans: Mapping[str, Plan]) -> Plan:
    return reference_plans["restaurant"]


def cell(plan: Plan, place: str) -> Cell:
    return dict(plan.cells())[place]


def test_a_changed_sentence_is_yours_and_cites_nothing(plan: Plan) -> None:
    place = next(place for place, cell in plan.cells() if cell.cites and place.startswith("fit/"))
    role = cell(plan, place).role
    new = edited(plan, place, "  We start\nwith the lunch menu. ")
    assert cell(new, place).text == "We start with the lunch menu."
    assert cell(new, place).kind is ClaimKind.YOURS
    assert (cell(new, place).cites, cell(new, place).status, cell(new, place).role) == ((), None, role)
    assert [c for at, c in new.cells() if at != place] == [c for at, c in plan.cells() if at != place]


def test_what_nothing_cites_any_more_is_no_evidence(plan: Plan) -> None:
    cells = [cell for _, cell in plan.cells()]
    alone = {n for c in cells for n in c.cites if sum(n in other.cites for other in cells) == 1}
    alone -= {side.citation.number for found in plan.disagreements for side in found.sides}
    place = next(place for place, cell in plan.cells() if len(cell.cites) == 1 and cell.cites[0] in alone)
    gone = cell(plan, place).cites[0]
    assert gone not in {citation.number for citation in edited(plan, place, "Ours.").citations}


def test_the_linter_looks_again(plan: Plan) -> None:
    place = next(place for place, _ in plan.cells() if place.startswith("crisis/") and place.endswith("/decides"))
    new = edited(plan, place, "")
    assert [finding.place for finding in new.findings if finding.code == "P113"] == [place]
    assert "P113" not in {finding.code for finding in edited(new, place, "Maria").findings}


def test_a_sentence_without_text_is_removed(plan: Plan) -> None:
    new = edited(plan, "fit/2", "")
    old, left = plan.section("fit"), new.section("fit")
    assert old is not None
    assert left is not None
    assert left.lines == (old.lines[0], *old.lines[2:])


def test_the_same_text_changes_nothing(plan: Plan) -> None:
    assert edited(plan, "fit/1", cell(plan, "fit/1").text) is plan


def test_an_edited_plan_can_be_saved(plan: Plan, tmp_path: Path) -> None:
    new = edited(plan, "fit/1", "=1+1 <b>ours</b>")
    assert dict(read_plan(new.export(tmp_path / "plan.yaml")).cells()) == dict(new.cells())


def test_an_empty_field_can_be_filled(plan: Plan) -> None:
    cells = dict(plan.cells())
    table = plan.table("crisis")
    assert table is not None
    row = table.rows[0]
    bare = plan.model_copy(
        update={
            "sections": tuple(
                section.model_copy(
                    update={
                        "tables": tuple(
                            t.model_copy(update={"rows": (Row(key=row.key, cells={"level": row.cells["level"]}),)})
                            if t.key == "crisis"
                            else t
                            for t in section.tables
                        )
                    }
                )
                for section in plan.sections
            )
        }
    )
    place = f"crisis/{row.key}/decides"
    assert place in cells
    new = edited(bare, place, "Maria")
    assert cell(new, place).kind is ClaimKind.YOURS
    assert "P113" not in {finding.code for finding in new.findings}


@pytest.mark.parametrize(
    ("text", "value"), [("2027-03-01", date(2027, 3, 1)), ("45", 45.0), ("2.5", 2.5), ("soon", None), ("1e9", None)]
)
def test_a_date_and_a_number_stay_what_they_are(plan: Plan, text: str, value: object) -> None:
    place = next(place for place, _ in plan.cells() if place.startswith("calendar/") and place.endswith("/date"))
    assert cell(edited(plan, place, text), place).value == value


@pytest.mark.parametrize("place", ["", "fit", "fit/0", "fit/999", "kpis/1/nothing", "nowhere/1"])
def test_an_unknown_cell_is_refused(plan: Plan, place: str) -> None:
    with pytest.raises(PlanError, match="no cell"):
        edited(plan, place, "x")


def test_a_text_that_is_too_long_is_refused(plan: Plan) -> None:
    with pytest.raises(PlanError, match="at most"):
        edited(plan, "fit/1", "a" * (LONGEST + 1))
