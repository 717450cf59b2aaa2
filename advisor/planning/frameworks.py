"""The same plan under other headings: SOSTAC, RACE, POST, and one page for owners. Nothing is drafted a second time."""

from __future__ import annotations

from collections.abc import Iterable

from advisor.domain import Role
from advisor.errors import PlanError
from advisor.planning.plan import Plan, Section, Table

FRAMEWORKS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "sostac": (
        ("Situation analysis", ("fit", "audience", "research")),
        ("Objectives", ("objectives",)),
        ("Strategy", ("mode", "voice", "platforms")),
        ("Tactics", ("pillars", "community", "reputation", "promotion", "integration")),
        ("Action", ("calendar", "team", "budget", "roadmap", "monday")),
        ("Control", ("kpis", "experiments", "risks")),
    ),
    "race": (
        ("Plan", ("fit", "objectives", "audience", "research", "mode", "voice", "team", "budget", "roadmap", "monday")),
        ("Reach", ("platforms", "promotion")),
        ("Act", ("pillars", "calendar")),
        ("Convert", ("integration", "kpis")),
        ("Engage", ("community", "reputation", "experiments", "risks")),
    ),
    "post": (
        ("People", ("fit", "audience", "research")),
        ("Objectives", ("objectives", "kpis")),
        (
            "Strategy",
            ("mode", "voice", "pillars", "community", "reputation", "promotion", "integration", "team", "budget"),
        ),
        ("Technology", ("platforms", "calendar", "experiments", "risks", "roadmap", "monday")),
    ),
}
"""Headings of each framework, and the sections that stand under them (PR Smith; Chaffey; Li and Bernoff)."""

ONE_PAGE = "one-page"
VIEWS = (*FRAMEWORKS, ONE_PAGE)
"""Names of all views."""

_PAGE: dict[str, tuple[tuple[str, ...], int]] = {
    "fit": ((), 2),
    "objectives": (("objectives",), 0),
    "audience": ((), 1),
    "platforms": (("platforms",), 0),
    "pillars": (("pillars",), 0),
    "calendar": (("calendar",), 0),
    "risks": (("stopping",), 0),
    "monday": ((), 3),
}
"""What the one page takes of a section: tables by key, and how many of its lines."""

_PAGE_COLUMNS = {
    "objectives": ("objective", "kpi", "baseline", "target", "due"),
    "platforms": ("platform", "decision", "why"),
    "pillars": ("pillar", "share", "format"),
    "calendar": ("date", "platform", "pillar", "hook"),
    "stopping": ("rule", "date", "decides"),
}


def view(plan: Plan, name: str) -> Plan:
    """Return the plan under the headings of a framework, or on one page.

    Args:
        plan: The plan.
        name: One of ``VIEWS``.

    Raises:
        PlanError: There is no such view.
    """
    if name == ONE_PAGE:
        return plan.model_copy(update={"sections": tuple(_page(plan))})
    if name not in FRAMEWORKS:
        raise PlanError(f"There is no view “{name}”. Choose one of: {', '.join(VIEWS)}.")
    parts = []
    for title, keys in FRAMEWORKS[name]:
        found = [section for key in keys if (section := plan.section(key)) is not None]
        if found:
            parts.append(
                Section(
                    key=title.lower().replace(" ", "-"),
                    title=title,
                    lines=tuple(line for section in found for line in section.lines),
                    tables=tuple(table for section in found for table in section.tables),
                    inputs=tuple(dict.fromkeys(field for section in found for field in section.inputs)),
                )
            )
    return plan.model_copy(update={"sections": tuple(parts)})


def _page(plan: Plan) -> Iterable[Section]:
    for section in plan.sections:
        if section.key not in _PAGE:
            continue
        tables, most = _PAGE[section.key]
        lines = [
            line for line in section.lines if line.role in (None, Role.ANSWER, Role.DO) and line.kind != "assumption"
        ]
        yield section.model_copy(
            update={
                "lines": tuple(lines[:most]),
                "tables": tuple(_narrow(table) for table in section.tables if table.key in tables),
            }
        )


def _narrow(table: Table) -> Table:
    wanted = _PAGE_COLUMNS[table.key]
    rows = [row for row in table.rows if table.key != "platforms" or row.text("decision") != "Later"]
    return table.model_copy(
        update={
            "columns": tuple(column for column in table.columns if column.key in wanted),
            "rows": tuple(
                row.model_copy(update={"cells": {key: cell for key, cell in row.cells.items() if key in wanted}})
                for row in (rows[:4] if table.key == "calendar" else rows)
            ),
        }
    )
