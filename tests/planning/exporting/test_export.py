"""Exporting: which formats there are, what is refused, and that a file is written whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import yaml
from bs4 import BeautifulSoup
from docx import Document
from docx.oxml.ns import qn
from icalendar import Calendar
from openpyxl import load_workbook

from advisor.errors import PlanError
from advisor.planning.exporting import FORMATS, export, schema
from advisor.planning.plan import Plan
from tests.planning.exporting.conftest import ARABIC, yours


def in_markdown(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def in_word(path: Path) -> str:
    paragraphs = Document(str(path)).element.body.iter(qn("w:p"))
    return "\n".join("".join(str(text.text) for text in p.iter(qn("w:t"))) for p in paragraphs)


def in_workbook(path: Path) -> str:
    fields = (field for sheet in load_workbook(path).worksheets for row in sheet.iter_rows() for field in row)
    return "\n".join(str(field.value) for field in fields if field.value is not None)


def in_calendar(path: Path) -> str:
    return "\n".join(str(event["description"]) for event in Calendar.from_ical(path.read_bytes()).walk("VEVENT"))


def in_page(path: Path) -> str:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "lxml").get_text()


READ: dict[str, Callable[[Path], str]] = {
    ".md": in_markdown,
    ".docx": in_word,
    ".xlsx": in_workbook,
    ".ics": in_calendar,
    ".html": in_page,
}
"""What reads the texts of a file."""


@pytest.mark.parametrize("suffix", [*FORMATS, ".MD"])
def test_every_format_is_written_and_nothing_is_left_beside_it(suffix: str, plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / f"plan{suffix}"
    path.write_text("older", encoding="utf-8")
    assert export(plan, path) == path
    assert path.stat().st_size > 1000
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", [".md", ".docx", ".xlsx", ".html", ".json", ".yaml"])
def test_a_plan_without_sections_is_written(suffix: str, plan: Plan, tmp_path: Path) -> None:
    bare = Plan(brief=plan.brief, start=plan.start, end=plan.end, fit=plan.fit)
    assert export(bare, tmp_path / f"plan{suffix}").stat().st_size > 0


@pytest.mark.parametrize("name", ["plan.pdf", "plan", ".md"])
def test_other_suffixes_are_refused_with_those_that_work(name: str, plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"\.md, \.docx, \.xlsx, \.ics, \.json, \.html, \.yaml"):
        export(plan, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_missing_is_named(plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"there is no folder .*nowhere"):
        export(plan, tmp_path / "nowhere" / "plan.md")


def test_what_cannot_be_written_is_said_and_leaves_nothing(plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "plan.md").mkdir()
    with pytest.raises(PlanError, match=r"plan\.md can't be written"):
        export(plan, tmp_path / "plan.md")
    assert [path.name for path in tmp_path.iterdir()] == ["plan.md"]


def test_a_failed_rename_keeps_the_older_file(plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "plan.md"
    path.write_text("older", encoding="utf-8")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(PlanError, match="No space left"):
        export(plan, path)
    assert path.read_text(encoding="utf-8") == "older"
    assert list(tmp_path.iterdir()) == [path]


def test_json_and_yaml_are_read_back_as_the_same_plan(plan: Plan, tmp_path: Path) -> None:
    from_json = json.loads(export(plan, tmp_path / "plan.json").read_text(encoding="utf-8"))
    from_yaml = yaml.safe_load(export(plan, tmp_path / "plan.yaml").read_text(encoding="utf-8"))
    assert Plan.model_validate(from_json) == plan
    assert Plan.model_validate(from_yaml) == plan
    assert from_json == from_yaml
    assert list(from_yaml)[:3] == ["brief", "start", "end"]
    seals = [(cell.seal, cell.digest) for _, cell in plan.cells()]
    assert [(cell.seal, cell.digest) for _, cell in Plan.model_validate(from_yaml).cells()] == seals


def test_yaml_is_readable(plan: Plan, tmp_path: Path) -> None:
    assert "פרסמו" in export(plan, tmp_path / "plan.yaml").read_text(encoding="utf-8")


def test_the_schema_describes_what_is_written(plan: Plan, tmp_path: Path) -> None:
    written = json.loads(export(plan, tmp_path / "plan.json").read_text(encoding="utf-8"))
    described = schema()
    assert described["title"] == "Plan"
    jsonschema.validate(written, described)


@pytest.mark.parametrize("suffix", [".md", ".docx", ".xlsx", ".ics", ".html"])
def test_a_cell_whose_key_has_no_column_is_shown(suffix: str, plan: Plan, tmp_path: Path) -> None:
    section = plan.sections[1]
    calendar = section.tables[1]
    rows = [row.model_copy(update={"cells": {**row.cells, "paid_for": yours("by nobody")}}) for row in calendar.rows]
    tables = (section.tables[0], calendar.model_copy(update={"rows": tuple(rows)}), *section.tables[2:])
    changed = section.model_copy(update={"tables": tables})
    path = export(plan.model_copy(update={"sections": (changed,)}), tmp_path / f"plan{suffix}")
    assert READ[suffix](path).count("by nobody") == (3 if suffix == ".ics" else 4)  # one row has no date
    assert "Paid for" in READ[suffix](path)


@pytest.mark.parametrize("suffix", [".md", ".docx", ".xlsx", ".html"])
def test_assumptions_are_told_with_their_table_and_column(suffix: str, plan: Plan, tmp_path: Path) -> None:
    text = READ[suffix](export(plan, tmp_path / f"plan{suffix}"))
    assert f"Purpose: {ARABIC}" in text
    assert "Minutes: 10 to 20 minutes or so" in text
