"""From plans to HTML, without effects: each line and field with its origin, and what the linter found beside it.

As everywhere in the interface, nothing that a user, a model or a document wrote gets into the HTML without
``html.escape``. The markup has no white space between tags, so that the browser can update it in place.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import groupby

from advisor.domain import ROLE_HEADINGS, Citation, ClaimKind, Disagreement, Role, VerdictStatus
from advisor.planning.outline import OUTLINE
from advisor.planning.plan import Cell, Column, Finding, Plan, Row, Section, Table

from . import words
from .rendering import render_verdict_mark

_ICONS = {
    ClaimKind.FROM_BRIEF: "“",
    ClaimKind.COMPUTED: "=",
    ClaimKind.ASSUMPTION: "?",
    ClaimKind.YOURS: "✎",
}
_CHARTS = {"pillars": "share", "budget": "amount"}
"""Column of each table that is drawn as bars."""


def render_plan(plan: Plan, *, running: bool = False, places: Plan | None = None) -> str:
    """Return a plan as HTML.

    Args:
        plan: The plan, or a view of it.
        running: Whether it is still being drafted.
        places: The whole plan, if ``plan`` is a view in which sentences have other places.
    """
    own_places = places is None
    known = {citation.number: citation for citation in plan.citations}
    findings = plan.findings
    sections = "".join(_section(section, known, findings, editable=own_places) for section in plan.sections)
    rest = "" if running else f"{_disagreements(plan.disagreements)}{_gaps(plan.gaps)}{_elsewhere(plan)}"
    return (
        f'<div class="plan" data-state="{"running" if running else "drafted"}" data-label="{escape(words.NEW_TEXT)}" '
        f'data-saves="{escape(words.SAVE)}" data-cancels="{escape(words.CANCEL)}">'
        f"{_head(plan, running)}{sections}{rest}</div>"
    )


def render_failure(text: str) -> str:
    """Return why there is no plan."""
    return f'<div class="failure" role="alert"><p>{escape(text)}</p></div>'


def render_welcome() -> str:
    """Return what stands where the plan will be."""
    return f'<p class="hint">{escape(words.PLAN_EMPTY)}</p>'


def _head(plan: Plan, running: bool) -> str:
    done, latest = len(plan.sections), plan.sections[-1].title
    if running:
        status = words.PLAN_RUNNING.format(done=done, total=len(OUTLINE), title=latest)
    elif not plan.complete:
        status = words.PLAN_STOPPED.format(done=done)
    else:
        status = words.PLAN_DONE.format(withheld=plan.withheld)
    working = " working" if running else ""
    counts = "".join(
        f"<li>{_icon(kind)} {count} {escape(words.ORIGINS[kind])}</li>" for kind, count in plan.shares.items() if count
    )
    links = "".join(
        f'<li><button type="button" class="plain" data-jump="{escape(s.key)}">{escape(s.title)}</button></li>'
        for s in plan.sections
    )
    change = escape(words.CHANGE_LINES)
    changing = f'<button type="button" class="plain" data-changing aria-pressed="false">{change}</button>'
    return (
        f"<header><h2>{escape(words.PLAN_TITLE.format(business=plan.brief.business))}</h2>"
        f'<p class="stage{working}" role="status">{escape(status)}</p>'
        f'<p class="fit"><b>{escape(words.PLAN_FIT)}:</b> {escape(plan.fit.value)}</p>'
        f'<ul class="origins">{counts}</ul>'
        f"{'' if running else changing}"
        f'<details class="contents"><summary>{escape(words.PLAN_CONTENTS)}</summary><ul>{links}</ul></details></header>'
    )


def _section(section: Section, known: dict[int, Citation], findings: Iterable[Finding], *, editable: bool) -> str:
    numbered = list(enumerate(section.lines, 1))
    groups = []
    for heading, run in groupby(numbered, key=lambda entry: ROLE_HEADINGS[entry[1].role or Role.ANSWER]):
        items = "".join(
            f"<li>{_cell(cell, f'{section.key}/{number}' if editable else '', known)}</li>" for number, cell in run
        )
        groups.append(f"{f'<h4>{escape(heading)}</h4>' if heading else ''}<ul>{items}</ul>")
    tables = "".join(_table(table, known) for table in section.tables)
    here = {section.key, *(table.key for table in section.tables)}
    found = "".join(_finding(finding) for finding in findings if finding.place.partition("/")[0] in here)
    return (
        f'<section data-section="{escape(section.key)}"><h3 tabindex="-1">{escape(section.title)}</h3>'
        f"{''.join(groups)}{tables}{f'<ul class=findings>{found}</ul>' if found else ''}</section>"
    )


def _cell(cell: Cell, place: str, known: dict[int, Citation]) -> str:
    text = escape(cell.text)
    if not place:
        return f'<span class="cell">{text}</span>&nbsp;{_marks(cell, place, known)}'
    change = (
        f'<button type="button" class="change" data-change aria-label="{escape(words.CHANGE)}: {text}">'
        f"{_ICONS[ClaimKind.YOURS]}</button>"
    )
    return f'<span class="cell" data-place="{escape(place)}">{text}</span>{change}&nbsp;{_marks(cell, place, known)}'


def _marks(cell: Cell, place: str, known: dict[int, Citation]) -> str:
    """Return the chips of the citations, or the mark of another origin."""
    if cell.kind is ClaimKind.SOURCED:
        chips = "".join(_chip(known[number], place) for number in cell.cites if number in known)
        partly = render_verdict_mark(cell.status) if cell.status not in (None, VerdictStatus.SUPPORTED) else ""
        return f'<span class="marks">{chips}{partly}</span>'
    said = words.ORIGIN_MEANINGS[cell.kind]
    why = f"{said} {cell.basis}".strip() if cell.basis else said
    return (
        f'<span class="marks"><button type="button" class="origin origin-{cell.kind.value}" '
        f'data-why="{escape(why)}" title="{escape(why)}" aria-label="{escape(why)}">{_ICONS[cell.kind]}</button></span>'
    )


def _icon(kind: ClaimKind) -> str:
    if kind is ClaimKind.SOURCED:
        return '<span class="chip-sample" aria-hidden="true">1</span>'
    return f'<span class="origin origin-{kind.value}" aria-hidden="true">{_ICONS[kind]}</span>'


def _chip(citation: Citation, place: str) -> str:
    title = escape(citation.source.title)
    return (
        f'<button type="button" class="chip" data-number="{citation.number}" data-at="{escape(place)}" '
        f'title="{title}" aria-label="Citation {citation.number}: {title}">{citation.number}</button>'
    )


def _table(table: Table, known: dict[int, Citation]) -> str:
    if not table.rows:
        return ""
    heads = "".join(f'<th scope="col">{escape(column.title)}</th>' for column in table.columns)
    rows = "".join(
        f"<tr>{''.join(_field(table, row, column, known) for column in table.columns)}</tr>" for row in table.rows
    )
    title = escape(table.title)
    return (
        f'<div class="table-box" tabindex="0" role="region" aria-label="{title}">'
        f"<table><caption>{title}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        f"{_bars(table)}"
    )


def _field(table: Table, row: Row, column: Column, known: dict[int, Citation]) -> str:
    cell = row.cells.get(column.key)
    if cell is None:
        return "<td></td>"
    return f"<td>{_cell(cell, f'{table.key}/{row.key}/{column.key}', known)}</td>"


def _bars(table: Table) -> str:
    """Draw the numbers of a table as bars beside their names."""
    column = _CHARTS.get(table.key)
    if column is None:
        return ""
    drawn = []
    for row in table.rows:
        cell = row.cells.get(column)
        name = row.text(table.columns[0].key)
        if cell is not None and isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
            drawn.append((name, cell.text, float(cell.value)))
    most = max((value for _, _, value in drawn), default=0.0)
    if most <= 0:
        return ""
    bars = "".join(
        f'<li><span>{escape(name)}</span><span class="bar"><span style="width:{100 * value / most:.1f}%"></span></span>'
        f"<span>{escape(text)}</span></li>"
        for name, text, value in drawn
    )
    return f'<ul class="bars" aria-hidden="true">{bars}</ul>'


def _finding(finding: Finding) -> str:
    source = (
        f' <q>{escape(finding.citation.quote)}</q> <span class="about">{escape(finding.citation.source.title)}</span>'
        if finding.citation is not None
        else ""
    )
    return (
        f'<li class="severity-{finding.severity}"><span class="severity">{escape(words.SEVERITIES[finding.severity])} '
        f"{escape(finding.code)}</span> {escape(finding.message)} {escape(finding.advice)}{source}</li>"
    )


def _elsewhere(plan: Plan) -> str:
    """Return the findings whose place is not in the plan, or in this view of it."""
    here = {section.key for section in plan.sections}
    here |= {table.key for section in plan.sections for table in section.tables}
    found = "".join(_finding(finding) for finding in plan.findings if finding.place.partition("/")[0] not in here)
    return f"<section><h3>{escape(words.PLAN_FINDINGS)}</h3><ul class=findings>{found}</ul></section>" if found else ""


def _disagreements(found: tuple[Disagreement, ...]) -> str:
    if not found:
        return ""
    points = []
    for point in found:
        sides = "".join(
            f'<div class="side"><h4>{escape(side.position)}</h4><blockquote>{escape(side.citation.quote)}</blockquote>'
            f'<p class="about">{escape(side.citation.source.title)}&nbsp;{_chip(side.citation, "")}</p></div>'
            for side in point.sides
        )
        points.append(f'<h4>{escape(words.DISAGREE)} {escape(point.subject)}</h4><div class="sides">{sides}</div>')
    return f'<section class="disagreement"><h3>{escape(words.PLAN_DISAGREEMENTS)}</h3>{"".join(points)}</section>'


def _gaps(gaps: tuple[str, ...]) -> str:
    listed = "".join(f"<li>{escape(gap)}</li>" for gap in gaps)
    return f"<section><h3>{escape(words.PLAN_GAPS)}</h3><ul>{listed}</ul></section>" if listed else ""
