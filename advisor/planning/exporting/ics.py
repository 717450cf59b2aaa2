"""The dates of a plan as a calendar file: what is published when, and the reviews."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from advisor.errors import PlanError
from advisor.planning.exporting.contents import STOPPED, Reference, columns, heading, references, shown
from advisor.planning.exporting.texts import clean, one_line
from advisor.planning.plan import Plan, Row, Table

if TYPE_CHECKING:
    from icalendar import Event

_MADE_BY = "-//Strategy Advisor//Plan//EN"
_DATE = "date"
_SUMMARIES = {"calendar": ("platform", "hook"), "reviews": ("cadence",)}
"""Tables with dates, and the columns that make the summary of an event."""


def to_ics(plan: Plan) -> bytes:
    """Return the dated rows of the tables ``calendar`` and ``reviews`` as all-day events (iCalendar, RFC 5545).

    The identifier of an event is a digest of business, start of the plan, table and key of the row; so a calendar that
    imports the next draft changes the events instead of doubling them.

    Raises:
        PlanError: No row has a date.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", _MADE_BY)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", heading(plan))
    if not plan.complete:
        calendar.add("x-wr-caldesc", STOPPED)
    evidence = {entry.number: entry for entry in references(plan)}
    for table, row, day in _dated(plan):
        calendar.add_component(_event(plan, table, row, day, evidence))
    if not calendar.subcomponents:
        raise PlanError("The plan has no calendar and no reviews with dates. Choose another format, or add dates.")
    content: bytes = calendar.to_ical()
    return content


def _dated(plan: Plan) -> Iterator[tuple[Table, Row, date]]:
    for key in _SUMMARIES:
        table = plan.table(key)
        for row in table.rows if table is not None else ():
            cell = row.cells.get(_DATE)
            if table is not None and cell is not None and isinstance(cell.value, date):
                yield table, row, cell.value


def _event(plan: Plan, table: Table, row: Row, day: date, evidence: dict[int, Reference]) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", _identifier(plan, table, row))
    event.add("dtstamp", datetime.now(UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", _summary(table, row))
    event.add("description", _description(plan, table, row, evidence))
    event.add("transp", "TRANSPARENT")  # a reminder that takes up nobody's day
    return event


def _identifier(plan: Plan, table: Table, row: Row) -> str:
    parts = (plan.brief.business, plan.start.isoformat(), table.key, row.key)
    return f"{hashlib.sha256(chr(31).join(parts).encode()).hexdigest()[:32]}@strategy-advisor"


def _summary(table: Table, row: Row) -> str:
    said = ": ".join(filter(None, (one_line(row.text(column)) for column in _SUMMARIES[table.key])))
    said = said or one_line(row.key)
    return f"Review: {said}" if table.key == "reviews" else said


def _description(plan: Plan, table: Table, row: Row, evidence: dict[int, Reference]) -> str:
    """Return all other fields with their origin, and below them the evidence of the row."""
    in_summary = _SUMMARIES[table.key]
    lines = [] if plan.complete else [STOPPED]
    cited: dict[int, None] = {}
    for column in columns(table):
        line = shown(row.cells.get(column.key))
        if not line.text or column.key == _DATE:
            continue
        cited |= dict.fromkeys(line.cites)
        if column.key not in in_summary or line.origin:
            lines.append(f"{one_line(column.title)}: {line}")
    for number in cited:
        entry = evidence[number]
        lines.append(f"[{number}] {entry.source}, {entry.place}: “{one_line(entry.quote)}”")
    return clean("\n".join(lines))
