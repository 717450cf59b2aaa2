"""Changing a plan by hand: what the reader writes is the reader's own, and cites nothing."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.errors import PlanError
from advisor.planning.linter import lint
from advisor.planning.plan import Cell, Plan, Section, Table
from advisor.ports import Library

LONGEST = 2_000
"""Most characters of a cell."""


def edited(plan: Plan, place: str, text: str, library: Library | None = None) -> Plan:
    """Return the plan with a cell changed: it becomes ``yours``, its citations go, and the linter looks again.

    Args:
        plan: The plan.
        place: The cell, as ``Plan.cells`` names it: ``fit/3`` or ``kpis/2/owner``; an empty field of a table, too.
        text: What it says from now on; a sentence without text is removed.
        library: Where the sentences that back the linter's rules are quoted from.

    Raises:
        PlanError: There is no such cell, or the text is too long.
    """
    text = " ".join(text.split())
    if len(text) > LONGEST:
        raise PlanError(f"{place}: the text has {len(text):,} characters; a cell has at most {LONGEST:,}.")
    old = dict(plan.cells()).get(place)
    if old is None and place not in set(_empty(plan)):
        raise PlanError(f"The plan has no cell {place!r}.")
    if text == (old.text if old is not None else ""):
        return plan
    new = Cell.by_hand(text, old.role if old is not None else None)
    changed = plan.model_copy(update={"sections": tuple(_changed(section, place, new) for section in plan.sections)})
    cited = {number for _, cell in changed.cells() for number in cell.cites}
    cited |= {side.citation.number for found in plan.disagreements for side in found.sides}
    kept = tuple(citation for citation in plan.citations if citation.number in cited)
    changed = changed.model_copy(update={"citations": kept})
    return changed.model_copy(update={"findings": lint(changed, library)})


def _empty(plan: Plan) -> Iterator[str]:
    """Yield the places of the fields that have no cell yet."""
    for section in plan.sections:
        for table in section.tables:
            for row in table.rows:
                yield from (f"{table.key}/{row.key}/{c.key}" for c in table.columns if c.key not in row.cells)


def _changed(section: Section, place: str, new: Cell) -> Section:
    head, _, rest = place.partition("/")
    if head == section.key and "/" not in rest:
        at = int(rest) - 1
        lines = (*section.lines[:at], *((new,) if new.text else ()), *section.lines[at + 1 :])
        return section.model_copy(update={"lines": lines})
    return section.model_copy(update={"tables": tuple(_in_table(table, place, new) for table in section.tables)})


def _in_table(table: Table, place: str, new: Cell) -> Table:
    rows = []
    for row in table.rows:
        column = place.removeprefix(f"{table.key}/{row.key}/")
        fits = column in {known.key for known in table.columns} and column != place
        rows.append(row.model_copy(update={"cells": {**row.cells, column: new}}) if fits else row)
    return table.model_copy(update={"rows": tuple(rows)})
