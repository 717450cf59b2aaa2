"""From plans to HTML, without effects: each line and field with its origin, and what the linter found beside it.

As everywhere in the interface, nothing that a user, a model or a document wrote gets into the HTML without
``html.escape``. The markup has no white space between tags, so that the browser can update it in place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from itertools import groupby

from advisor.domain import ROLE_HEADINGS, Citation, ClaimKind, Disagreement, Role, VerdictStatus
from advisor.planning.outline import OUTLINE
from advisor.planning.plan import Cell, Column, Finding, Fit, Plan, Row, Section, Table

from . import words
from .language import as_html, say
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
    whole = places or plan
    known = {citation.number: citation for citation in plan.citations}
    # A view has the lines of the whole plan, but under other headings.
    at = {id(line): f"{part.key}/{number}" for part in whole.sections for number, line in enumerate(part.lines, 1)}
    found = _by_section(plan, whole)
    sections = "".join(_section(section, known, at, found.get(section.key, ())) for section in plan.sections)
    rest = "" if running else f"{_disagreements(plan.disagreements)}{_gaps(plan.gaps)}{_elsewhere(found.get('', ()))}"
    return (
        f'<div class="plan" data-state="{"running" if running else "drafted"}" data-label="{as_html(words.NEW_TEXT)}" '
        f'data-saves="{as_html(words.SAVE)}" data-cancels="{as_html(words.CANCEL)}">'
        f"{_head(plan, running)}{sections}{rest}</div>"
    )


def render_failure(text: str) -> str:
    """Return why there is no plan."""
    return f'<div class="failure" role="alert"><p>{escape(text)}</p></div>'


def render_note(text: str) -> str:
    """Return what was done."""
    return f'<p class="stage" role="status">{escape(text)}</p>'


def render_begun() -> str:
    """Return what stands where the plan will be until its first section is there."""
    return f'<p class="stage working" role="status">{as_html(words.PLAN_BEGINS)}</p>'


def render_welcome() -> str:
    """Return what stands where the plan will be."""
    return f'<p class="hint">{as_html(words.PLAN_EMPTY)}</p>'


def _head(plan: Plan, running: bool) -> str:
    done = len(plan.sections)
    if running:
        titles = [heading.title for heading in OUTLINE if heading.always or plan.fit is not Fit.NOT_YET]
        number = min(done + 1, len(titles))
        status = say(words.PLAN_RUNNING).format(number=number, total=len(titles), title=titles[number - 1])
    elif not plan.complete:
        status = say(words.PLAN_STOPPED).format(done=done)
    else:
        status = f"{say(words.PLAN_DONE)} {_withheld(plan.withheld)}".strip()
    working = " working" if running else ""
    counts = "".join(
        f"<li>{_icon(kind)} {count} {as_html(words.ORIGINS[kind])}</li>" for kind, count in plan.shares.items() if count
    )
    links = "".join(
        f'<li><button type="button" class="plain" data-jump="{escape(s.key)}">{escape(s.title)}</button></li>'
        for s in plan.sections
    )
    change = as_html(words.CHANGE_LINES)
    # There from the beginning, so that nothing jumps at the end.
    state = "disabled" if running else 'aria-pressed="false"'
    changing = f'<button type="button" class="plain" data-changing {state}>{change}</button>'
    return (
        f"<header><h2>{escape(say(words.PLAN_TITLE).format(business=plan.brief.business))}</h2>"
        f'<p class="stage{working}" role="status">{escape(status)}</p>'
        f'<p class="fit"><b>{as_html(words.PLAN_FIT)}</b> {escape(plan.fit.value)}</p>'
        f'<ul class="origins">{counts}</ul>'
        f"{changing}"
        f'<details class="contents"><summary>{as_html(words.PLAN_CONTENTS)}</summary><ul>{links}</ul></details>'
        "</header>"
    )


def _by_section(plan: Plan, whole: Plan) -> dict[str, list[tuple[int, Finding]]]:
    """Return the findings, numbered, by the key of the section that shows their place; ``""`` if none does."""
    home = {key: section for section in whole.sections for key in (section.key, *(t.key for t in section.tables))}
    # A heading of a framework shows the lines of several sections of the plan.
    shows = {id(line): section.key for section in plan.sections for line in section.lines}
    tables = {table.key: section.key for section in plan.sections for table in section.tables}
    by_section: dict[str, list[tuple[int, Finding]]] = {}
    for number, finding in enumerate(plan.findings):
        head = finding.place.partition("/")[0]
        lines = home[head].lines if head in home else ()
        key = tables.get(head) or next((shows[id(line)] for line in lines if id(line) in shows), "")
        by_section.setdefault(key, []).append((number, finding))
    return by_section


def _withheld(number: int) -> str:
    if not number:
        return ""
    return say(words.PLAN_WITHHELD_ONE) if number == 1 else say(words.PLAN_WITHHELD).format(withheld=number)


def _section(
    section: Section, known: Mapping[int, Citation], at: Mapping[int, str], findings: Iterable[tuple[int, Finding]]
) -> str:
    groups = []
    for heading, run in groupby(section.lines, key=lambda line: ROLE_HEADINGS[line.role or Role.ANSWER]):
        items = "".join(f"<li>{_cell(cell, at.get(id(cell), ''), known)}</li>" for cell in run)
        groups.append(f"{f'<h4>{escape(heading)}</h4>' if heading else ''}<ul>{items}</ul>")
    tables = "".join(_table(table, known) for table in section.tables)
    found = "".join(_finding(number, finding) for number, finding in findings)
    return (
        f'<section data-section="{escape(section.key)}"><h3 tabindex="-1">{escape(section.title)}</h3>'
        f"{''.join(groups)}{tables}{f'<ul class=findings>{found}</ul>' if found else ''}</section>"
    )


def _cell(cell: Cell, place: str, known: Mapping[int, Citation]) -> str:
    return f"{_changeable(cell.text, place, cell.text)}&nbsp;{_marks(cell, place, known)}"


def _changeable(text: str, place: str, name: str) -> str:
    """Return a text with the button that changes it; ``name`` tells it from the others."""
    return (
        f'<span class="{"cell" if text else "blank"}" data-place="{escape(place)}">{escape(text)}</span>'
        f'<button type="button" class="change" data-change aria-label="{as_html(words.CHANGE)}: {escape(name)}">'
        f"{_ICONS[ClaimKind.YOURS]}</button>"
    )


def _marks(cell: Cell, place: str, known: Mapping[int, Citation]) -> str:
    """Return the chips of the citations, or the mark of another origin."""
    if cell.kind is ClaimKind.SOURCED:
        chips = "".join(_chip(known[number], place) for number in cell.cites if number in known)
        partly = render_verdict_mark(cell.status) if cell.status not in (None, VerdictStatus.SUPPORTED) else ""
        return f'<span class="marks">{chips}{partly}</span>'
    said = as_html(words.ORIGIN_MEANINGS[cell.kind])
    why = f"{said} {escape(cell.basis)}" if cell.basis else said
    # What was unfolded is found again by its place when the plan is shown anew.
    return (
        f'<span class="marks"><details class="why" data-of="{escape(place)}"><summary class="origin '
        f'origin-{cell.kind.value}" title="{why}" aria-label="{as_html(words.ORIGINS[cell.kind])}">'
        f'{_ICONS[cell.kind]}</summary><span class="basis">{why}</span></details></span>'
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


def _table(table: Table, known: Mapping[int, Citation]) -> str:
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


def _field(table: Table, row: Row, column: Column, known: Mapping[int, Citation]) -> str:
    cell = row.cells.get(column.key)
    place = f"{table.key}/{row.key}/{column.key}"
    if cell is None:
        return f"<td>{_changeable('', place, column.title)}</td>"
    return f"<td>{_cell(cell, place, known)}</td>"


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


def _finding(number: int, finding: Finding) -> str:
    source = ""
    if finding.citation is not None:
        title = escape(finding.citation.source.title)
        source = (
            f'<q>{escape(finding.citation.quote)}</q> <button type="button" class="plain" data-finding="{number}" '
            f'aria-label="{as_html(words.WHY_RULE)} {escape(finding.code)}: {title}">{as_html(words.WHY_RULE)}</button>'
        )
    return (
        f'<li class="severity-{finding.severity}"><span class="severity">{as_html(words.SEVERITIES[finding.severity])} '
        f"{escape(finding.code)}</span> {escape(finding.message)} {escape(finding.advice)} {source}</li>"
    )


def _elsewhere(findings: Iterable[tuple[int, Finding]]) -> str:
    """Return the findings whose place is not in the plan, or in this view of it."""
    found = "".join(_finding(number, finding) for number, finding in findings)
    return f"<section><h3>{as_html(words.PLAN_FINDINGS)}</h3><ul class=findings>{found}</ul></section>" if found else ""


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
        points.append(f'<h4>{as_html(words.DISAGREE)} {escape(point.subject)}</h4><div class="sides">{sides}</div>')
    return f'<section class="disagreement"><h3>{as_html(words.PLAN_DISAGREEMENTS)}</h3>{"".join(points)}</section>'


def _gaps(gaps: tuple[str, ...]) -> str:
    listed = "".join(f"<li>{escape(gap)}</li>" for gap in gaps)
    return f"<section><h3>{as_html(words.PLAN_GAPS)}</h3><ul>{listed}</ul></section>" if listed else ""
