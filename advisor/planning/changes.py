"""What differs between two plans, and what a plan has lost when its sources changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from advisor.planning.plan import Cell, Plan, Row, Section, Table
from advisor.ports import Library


class Change(NamedTuple):
    """A place in which two plans differ.

    Attributes:
        place: A cell's place, or a section's for a line.
        before: The text of the old plan; empty if it is new.
        after: The text of the new plan; empty if it is gone.
    """

    place: str
    before: str
    after: str


class Lost(NamedTuple):
    """A cell whose source no longer says what it cites.

    Attributes:
        place: Its place.
        text: Its text.
        quote: The sentence that is gone.
        source: Title of the source.
    """

    place: str
    text: str
    quote: str
    source: str


def changes(old: Plan, new: Plan) -> tuple[Change, ...]:
    """Return where two plans differ: lines by their text, cells of tables by their place."""
    found: list[Change] = []
    keys = dict.fromkeys([section.key for plan in (old, new) for section in plan.sections])
    for key in keys:
        before, after = _lines(old.section(key)), _lines(new.section(key))
        found += [Change(key, text, "") for text in before if text not in after]
        found += [Change(key, "", text) for text in after if text not in before]
        was, now = dict(_cells(old.section(key))), dict(_cells(new.section(key)))
        for place in dict.fromkeys((*was, *now)):
            if was.get(place, "") != now.get(place, ""):
                found.append(Change(place, was.get(place, ""), now.get(place, "")))
    return tuple(found)


def lost(plan: Plan, library: Library) -> tuple[Lost, ...]:
    """Return the cells that rested on a sentence that its source no longer has, or on a source that is gone."""
    gone = {c.number: c for c in plan.citations if library.quote(c.source.id, c.quote) is None}
    return tuple(
        Lost(place, cell.text, gone[number].quote, gone[number].source.title)
        for place, cell in plan.cells()
        for number in cell.cites
        if number in gone
    )


def kept(drafted: Section, before: Section) -> Section:
    """Return a section that was drafted anew, with what is the reader's own in the old one."""
    own = tuple(line for line in before.lines if line.kind == "yours" and line.text not in _lines(drafted))
    old = {table.key: table for table in before.tables}
    tables = tuple(_kept(table, old[table.key]) if table.key in old else table for table in drafted.tables)
    return drafted.model_copy(update={"lines": (*drafted.lines, *own), "tables": tables})


def _kept(table: Table, before: Table) -> Table:
    own = {row.key: {c: cell for c, cell in row.cells.items() if cell.kind == "yours"} for row in before.rows}
    rows = [_with(row, own.get(row.key, {})) for row in table.rows]
    known = {row.key for row in rows}
    added = [row for row in before.rows if row.key not in known and own[row.key]]
    return table.model_copy(update={"rows": (*rows, *added)})


def _with(row: Row, own: dict[str, Cell]) -> Row:
    return row.model_copy(update={"cells": {**row.cells, **own}}) if own else row


def _lines(section: Section | None) -> list[str]:
    return [line.text for line in section.lines] if section is not None else []


def _cells(section: Section | None) -> Iterator[tuple[str, str]]:
    for table in section.tables if section is not None else ():
        for row in table.rows:
            for column, cell in row.cells.items():
                yield f"{table.key}/{row.key}/{column}", cell.text
