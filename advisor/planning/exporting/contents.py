"""What the formats for people show of a plan: the same lines in the same order, each with its origin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from advisor.domain import ROLE_HEADINGS, Citation, ClaimKind, Disagreement, Role, VerdictStatus
from advisor.planning.exporting.texts import clean, one_line
from advisor.planning.plan import Cell, Column, Finding, Plan, Section, Table

LEGEND = (
    "A number in brackets leads to the sentence of a source that carries the line; all of them are under “Evidence”. "
    "A mark in brackets says where any other line is from: the brief, a computation, an assumption, or you."
)
"""How to read the origin of a line."""
STOPPED = "This plan is not complete. It was stopped, and has only the sections that were finished."
"""What is said at the top of a plan that was stopped."""
COMMON = 3
"""Filled fields of a column from which on a mark that all of them share is set once, in the heading."""

_SUPPORT = {
    VerdictStatus.SUPPORTED: "",
    VerdictStatus.PARTIAL: "partly supported",
    VerdictStatus.UNSUPPORTED: "not supported",
    VerdictStatus.CONTRADICTED: "contradicted",
    None: "not checked",
}
_ORIGINS = {
    ClaimKind.SOURCED: "from sources",
    ClaimKind.FROM_BRIEF: "from the brief",
    ClaimKind.COMPUTED: "computed",
    ClaimKind.ASSUMPTION: "assumed",
    ClaimKind.YOURS: "yours",
}


class Line(NamedTuple):
    """A sentence, or a field of a table, as it is shown.

    Attributes:
        text: What it says; it has no control characters.
        cites: Numbers of the citations that carry it.
        mark: Where else it is from, or how far it is supported; empty if there is nothing to say.
        numeric: Whether it is a number.
    """

    text: str
    cites: tuple[int, ...] = ()
    mark: str = ""
    numeric: bool = False

    @property
    def numbers(self) -> str:
        """The numbers of the citations as they are shown: ``[1][3]``."""
        return "".join(f"[{number}]" for number in self.cites)

    @property
    def origin(self) -> str:
        """All that there is to say about where it is from: ``[1][3], partly supported``."""
        return ", ".join(filter(None, (self.numbers, self.mark)))

    def __str__(self) -> str:
        """The line in plain text."""
        return " ".join(filter(None, (self.text, self.numbers, self.mark and f"({self.mark})")))


class Group(NamedTuple):
    """Lines under a small heading, which may be empty."""

    heading: str
    lines: tuple[Line, ...]


class Grid(NamedTuple):
    """A table: caption, headings, and rows with a line for each heading (of empty text where there is nothing)."""

    title: str
    headings: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]


class Part(NamedTuple):
    """A part of the document.

    Attributes:
        anchor: Its name within the document: ``part_1``.
        title: Its heading.
        groups: Its sentences.
        grids: Its tables.
    """

    anchor: str
    title: str
    groups: tuple[Group, ...] = ()
    grids: tuple[Grid, ...] = ()


class Reference(NamedTuple):
    """An entry of the evidence.

    Attributes:
        number: The number of the citation.
        title: Title of the source.
        byline: Author, publisher and date, as far as they are known.
        quote: The exact words.
        place: Where they are in the source: ``characters 10–52, page 3``.
    """

    number: int
    title: str
    byline: str
    quote: str
    place: str

    @property
    def source(self) -> str:
        """Title, and by whom it is."""
        return ", ".join(filter(None, (self.title, self.byline)))


def heading(plan: Plan) -> str:
    """Return the title of the document."""
    return f"Social media plan: {one_line(plan.brief.business)}"


def facts(plan: Plan) -> tuple[tuple[str, str], ...]:
    """Return what the reader must know first, as label and text; what isn't known is left out."""
    shares = {kind: number for kind, number in plan.shares.items() if number}
    stated = [
        ("Goal", one_line(plan.brief.goal)),
        ("Time", f"{_day(plan.start)} to {_day(plan.end)}"),
        ("Suits the business now", plan.fit.value),
        ("Sentences and fields", ", ".join(f"{number} {_ORIGINS[kind]}" for kind, number in shares.items())),
        ("Not shown", _withheld(plan.withheld)),
        ("Drafted by", one_line(plan.generator)),
        ("Checked by", one_line(plan.verifier)),
    ]
    return tuple((label, text) for label, text in stated if text)


def parts(plan: Plan) -> tuple[Part, ...]:
    """Return the sections, then what the sources dispute or leave open, what the linter found, and what is assumed."""
    known = {citation.number: citation for citation in plan.citations}
    closing = (
        ("Where the sources disagree", tuple(_dispute(disagreement, known) for disagreement in plan.disagreements)),
        ("What the sources don't cover", _group(Line(clean(gap)) for gap in plan.gaps)),
        ("What to look at again", _group(_found(finding, known) for finding in plan.findings)),
        ("What is assumed, and how to find out", tuple(_assumptions(plan))),
    )
    found = [Part("", clean(section.title), _groups(section), _grids(section)) for section in plan.sections]
    found += [Part("", title, groups) for title, groups in closing if groups]
    return tuple(part._replace(anchor=f"part_{number}") for number, part in enumerate(found, 1))


def columns(table: Table) -> tuple[Column, ...]:
    """Return the columns of a table, and one more for each key of its cells that has none: no cell is left out."""
    known = {column.key for column in table.columns}
    others = dict.fromkeys(key for row in table.rows for key in row.cells if key not in known)
    return (*table.columns, *(Column(key=key, title=key.replace("_", " ").capitalize()) for key in others))


def references(plan: Plan) -> tuple[Reference, ...]:
    """Return the evidence by number, each number once."""
    ordered = sorted(plan.citations, key=lambda citation: citation.number)
    return tuple({citation.number: reference(citation) for citation in ordered}.values())


def reference(citation: Citation) -> Reference:
    """Return a citation as an entry of the evidence."""
    source = citation.source
    byline = ", ".join(one_line(part) for part in (source.author, source.publisher, source.published) if part)
    page = f", page {citation.page}" if citation.page is not None else ""
    place = f"characters {citation.start}–{citation.end}{page}"
    return Reference(citation.number, one_line(source.title), byline, clean(citation.quote), place)


def shown(cell: Cell | None) -> Line:
    """Return a cell as it is shown; a line of empty text without one."""
    if cell is None or not cell.text.strip():
        return Line("")
    return Line(clean(cell.text).strip(), cell.cites, _mark(cell), isinstance(cell.value, float | int))


def _mark(cell: Cell) -> str:
    if cell.seal and cell.seal != cell.digest and cell.kind is not ClaimKind.YOURS:
        return "yours: changed by hand, not checked again"
    basis = one_line(cell.basis)
    match cell.kind:
        case ClaimKind.SOURCED:
            return _SUPPORT[cell.status] if cell.cites else "no evidence"
        case ClaimKind.FROM_BRIEF:
            return f"brief: {basis.replace('_', ' ')}" if basis else "brief"  # the name of a field
        case ClaimKind.COMPUTED:
            return f"computed: {basis}" if basis else "computed"
        case ClaimKind.ASSUMPTION:
            return "assumption"  # how to find out is said once, in the list of assumptions
        case ClaimKind.YOURS:
            return "yours"


def _groups(section: Section) -> tuple[Group, ...]:
    """Return the sentences by what they do, in reading order."""
    runs = groupby(section.lines, key=lambda cell: ROLE_HEADINGS[cell.role or Role.ANSWER])
    found = (Group(title, tuple(line for cell in cells if (line := shown(cell)).text)) for title, cells in runs)
    return tuple(group for group in found if group.lines)


def _grids(section: Section) -> tuple[Grid, ...]:
    return tuple(_grid(table) for table in section.tables if table.rows and columns(table))


def _grid(table: Table) -> Grid:
    listed = columns(table)
    fields = [[shown(row.cells.get(column.key)) for row in table.rows] for column in listed]
    marks = [_common_mark(lines) for lines in fields]
    for at, mark in enumerate(marks):
        if mark:
            fields[at] = [line._replace(mark="") for line in fields[at]]
    numeric = [any(line.numeric for line in lines) for lines in fields]
    headings = tuple(
        Line(clean(column.title), mark=mark, numeric=number)
        for column, mark, number in zip(listed, marks, numeric, strict=True)
    )
    return Grid(clean(table.title), headings, tuple(zip(*fields, strict=True)))


def _common_mark(lines: Sequence[Line]) -> str:
    """Return the mark that all fields of a column share, if it would be repeated over and over."""
    filled = [line for line in lines if line.text]
    if len(filled) < COMMON or any(line.cites for line in filled) or len({line.mark for line in filled}) > 1:
        return ""
    return filled[0].mark


def _group(lines: Iterator[Line]) -> tuple[Group, ...]:
    listed = tuple(lines)
    return (Group("", listed),) if listed else ()


def _dispute(disagreement: Disagreement, known: Mapping[int, Citation]) -> Group:
    lines = []
    for side in disagreement.sides:
        cites, mark = _backing(side.citation, known)
        lines.append(Line(f"{clean(side.position)}: “{clean(side.citation.quote)}”", cites, mark))
    return Group(f"About {clean(disagreement.subject)}", tuple(lines))


def _found(finding: Finding, known: Mapping[int, Citation]) -> Line:
    cites, source = _backing(finding.citation, known) if finding.citation is not None else ((), "")
    mark = ", ".join(filter(None, (finding.severity, finding.code, one_line(finding.place), source)))
    return Line(clean(f"{finding.message} {finding.advice}").strip(), cites, mark)


def _backing(citation: Citation, known: Mapping[int, Citation]) -> tuple[tuple[int, ...], str]:
    """Return the number of a citation that the plan lists, or of any other one the source and its words."""
    if known.get(citation.number) == citation:
        return (citation.number,), ""
    entry = reference(citation)
    return (), f"{entry.source}: “{one_line(entry.quote)}”, {entry.place}"


def _assumptions(plan: Plan) -> Iterator[Group]:
    """Yield all that is assumed: first the sentences, then by table what its columns assume, alike things once."""
    sentences = [_assumed((line,)) for section in plan.sections for line in section.lines]
    yield from _group(line for line in sentences if line.text)
    for table in (table for section in plan.sections for table in section.tables):
        lines = []
        for column in columns(table):
            cells = [row.cells[column.key] for row in table.rows if column.key in row.cells]
            for basis in dict.fromkeys(cell.basis for cell in cells):
                line = _assumed([cell for cell in cells if cell.basis == basis])
                lines += [line._replace(text=f"{one_line(column.title)}: {line.text}")] if line.text else []
        if lines:
            yield Group(clean(table.title), tuple(lines))


def _assumed(cells: Sequence[Cell]) -> Line:
    """Return what cells of one basis assume, each text once; a line of empty text if nothing is assumed."""
    assumed = [cell for cell in cells if cell.kind is ClaimKind.ASSUMPTION]
    texts = dict.fromkeys(text for cell in assumed if (text := clean(cell.text).strip()))
    return Line("; ".join(texts), mark=one_line(assumed[0].basis) if texts else "")


def _withheld(number: int) -> str:
    if not number:
        return ""
    return f"{number} drafted {'sentence' if number == 1 else 'sentences'} that failed the check against the sources"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
