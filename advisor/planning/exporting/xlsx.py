"""A plan as a workbook: a sheet for each table, with real dates and numbers, and the evidence on the last one.

Nothing that somebody wrote becomes a formula: all texts are stored as strings, and those that a spreadsheet could take
for a formula are marked as text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from datetime import date
from io import BytesIO
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

from advisor.domain import Citation
from advisor.planning.exporting.contents import LEGEND, STOPPED, Line, columns, facts, heading, parts, shown
from advisor.planning.exporting.texts import clean, clipped, is_rtl, one_line
from advisor.planning.plan import Cell, Plan, Table

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as Field
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

SHEETS = {
    "objectives": "Objectives",
    "kpis": "KPIs",
    "calendar": "Calendar",
    "pillars": "Pillars",
    "platforms": "Platforms",
    "budget": "Budget",
    "raci": "Team",
    "hours": "Team",
    "risks": "Risks",
    "roadmap": "Roadmap",
}
"""Names of the sheets by key of the table, in order; any other table has a sheet of its own after them."""
OVERVIEW, STATEMENTS, EVIDENCE = "Overview", "Statements", "Evidence"
ORIGIN = "Origin"
"""Heading of the last column of each table, which says where the fields of a row are from."""
LONGEST_TEXT = 32_767
"""Most characters of a field in a workbook."""
DAY = "yyyy-mm-dd"

_RESERVED = (OVERVIEW, STATEMENTS, EVIDENCE, "History")
_LONGEST_NAME, _LONGEST_HEADING, _LONGEST_LITERAL = 31, 200, 80
_NARROWEST, _WIDEST = 11, 36
_PROSE = ("Statement", "Quote")
_WIDEST_OF_PROSE = 70
_LINE_HEIGHT = 15.0
"""Points of a line of the usual font; spreadsheets other than Excel don't make rows higher by themselves."""
_HEAD, _HEAD_FILL, _RULE = "FFFFFF", "1F4E79", "D5DBE3"
_FORMULA = ("=", "+", "-", "@")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_NUMBER = re.compile(r"[-−]?(?:\d{1,3}(?:[,\u00a0\u202f ]\d{3})+|\d+)(?:\.\d+)?")


class _Content(NamedTuple):
    """What is put into a field.

    Attributes:
        value: Text, number or date; ``None`` for an empty field.
        form: Number format; empty for texts.
        cites: Numbers of the citations, the first of which the field leads to.
    """

    value: str | float | date | None
    form: str = ""
    cites: tuple[int, ...] = ()


def to_xlsx(plan: Plan) -> bytes:
    """Return the plan as a workbook (OOXML)."""
    from openpyxl import Workbook

    book = Workbook()
    writer = _Writer(book, plan)
    writer.overview()
    writer.statements()
    for name, tables in _sheets(plan).items():
        writer.tables(name, tables)
    writer.evidence()
    book.properties.title = clipped(heading(plan), 255)
    book.properties.creator = book.properties.lastModifiedBy = "Strategy Advisor"
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


class _Writer:
    """Writes the sheets of a new workbook, one after the other."""

    def __init__(self, book: Workbook, plan: Plan) -> None:
        self._book = book
        self._plan = plan
        by_number = {citation.number: citation for citation in reversed(plan.citations)}
        self._citations = [by_number[number] for number in sorted(by_number)]
        self._rows = {citation.number: row for row, citation in enumerate(self._citations, 2)}
        self._tables = 0

    def overview(self) -> None:
        """Write what the reader must know first."""
        from openpyxl.styles import Font

        sheet = self._book.worksheets[0]
        sheet.title = OVERVIEW
        _for_paper(sheet)
        rows = [(heading(self._plan), ""), *facts(self._plan), ("How to read it", LEGEND)]
        if not self._plan.complete:
            rows.insert(1, (STOPPED, ""))
        for at, (label, text) in enumerate(rows, 1):
            self._put(sheet, at, 1, _Content(label)).font = Font(bold=True, size=14 if at == 1 else 11)
            self._put(sheet, at, 2, _Content(text or None))
        if not self._plan.complete:
            self._field(sheet, 2, 1).font = Font(bold=True, color="A3221C")
        for at in (1,) if self._plan.complete else (1, 2):
            sheet.merge_cells(start_row=at, end_row=at, start_column=1, end_column=2)
            sheet.row_dimensions[at].height = 36
        sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 32, 90
        sheet.freeze_panes = "A2"

    def statements(self) -> None:
        """Write all sentences, those of the closing parts too."""
        rows = [
            [_Content(part.title), _Content(group.heading or None), _text(line), _origin(line)]
            for part in parts(self._plan)
            for group in part.groups
            for line in group.lines
        ]
        if rows:
            sheet = self._sheet(STATEMENTS)
            self._table(sheet, 1, STATEMENTS, ["Section", "What it does", "Statement", ORIGIN], rows)

    def tables(self, name: str, tables: Sequence[Table]) -> None:
        """Write tables one below the other on a sheet; the first one's header stays in view."""
        from openpyxl.styles import Font

        sheet = self._sheet(name)
        for table in tables:
            top = 1
            if table is not tables[0]:
                top = sheet.max_row + 3
                self._put(sheet, top - 1, 1, _Content(table.title)).font = Font(bold=True)
            headings = [one_line(column.title) or column.key for column in columns(table)]
            self._table(sheet, top, table.key, [*headings, ORIGIN], _rows(table))
            if table.key == "pillars":
                _chart(sheet, table, top)

    def evidence(self) -> None:
        """Write all citations, a row each."""
        headings = ["Number", "Source", "Author", "Publisher", "Published", "Quote", "From", "To", "Page"]
        if self._citations:
            sheet = self._sheet(EVIDENCE)
            self._table(sheet, 1, EVIDENCE, headings, [_entry(citation) for citation in self._citations])

    def _sheet(self, name: str) -> Worksheet:
        sheet: Worksheet = self._book.create_sheet(name)
        sheet.freeze_panes = "A2"
        sheet.print_title_rows = "1:1"
        _for_paper(sheet)
        return sheet

    def _table(
        self, sheet: Worksheet, top: int, key: str, headings: Sequence[str], rows: Sequence[Sequence[_Content]]
    ) -> None:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.table import Table as ExcelTable
        from openpyxl.worksheet.table import TableStyleInfo

        headings = _distinct(headings)
        edge = Side(style="thin", color=_RULE)
        rule = Border(left=edge, right=edge, top=edge, bottom=edge)
        for at, title in enumerate(headings, 1):
            field = self._put(sheet, top, at, _Content(title))
            field.font = Font(bold=True, color=_HEAD)
            field.fill = PatternFill("solid", fgColor=_HEAD_FILL)
            field.alignment = Alignment(wrap_text=True, vertical="center")
        for at, title in enumerate(headings, 1):
            column = sheet.column_dimensions[get_column_letter(at)]
            widest = _WIDEST_OF_PROSE if title in _PROSE else _WIDEST
            column.width = max(column.width if top > 1 else 0, _width(title, [row[at - 1] for row in rows], widest))
        widths = [sheet.column_dimensions[get_column_letter(at)].width for at in range(1, len(headings) + 1)]
        sheet.row_dimensions[top].height = _LINE_HEIGHT * max(map(_lines, map(_Content, headings), widths))
        for number, row in enumerate(rows, top + 1):
            lines = [*map(_lines, row, widths)]
            sheet.row_dimensions[number].height = _LINE_HEIGHT * max(lines)
            for at, content in enumerate(row, 1):
                # LibreOffice doesn't wrap the text of a link.
                put = self._put(sheet, number, at, content if lines[at - 1] == 1 else content._replace(cites=()))
                put.border = rule  # not every program draws the table's own style
        if rows:  # a table without rows is an error to spreadsheets
            self._tables += 1
            name = f"Plan_{self._tables}_{re.sub(r'[^A-Za-z0-9]', '_', key)}"
            reach = f"A{top}:{get_column_letter(len(headings))}{top + len(rows)}"
            table = ExcelTable(displayName=clipped(name, 200), ref=reach)
            table.tableStyleInfo = TableStyleInfo(name="TableStyleMedium2", showRowStripes=True)
            sheet.add_table(table)

    def _put(self, sheet: Worksheet, row: int, column: int, content: _Content) -> Field:
        from openpyxl.styles import Alignment
        from openpyxl.worksheet.hyperlink import Hyperlink

        field = self._field(sheet, row, column)
        rtl = False
        if isinstance(content.value, str):
            text = clipped(clean(content.value), LONGEST_TEXT)
            rtl = is_rtl(text)
            field.value = text
            field.data_type = "s"  # or openpyxl makes formulas of "=…" and errors of "#N/A"
            if text.startswith(_FORMULA) or text != text.lstrip():
                field.quotePrefix = True
        else:
            field.value = content.value
        if content.form:
            field.number_format = content.form
        side = "left" if isinstance(content.value, date) else None
        field.alignment = Alignment(horizontal=side, wrap_text=True, vertical="top", readingOrder=2 if rtl else 0)
        if content.cites:
            target = f"{EVIDENCE}!A{self._rows[content.cites[0]]}"
            field.hyperlink = Hyperlink(ref=field.coordinate, location=target)
        return field

    def _field(self, sheet: Worksheet, row: int, column: int) -> Field:
        from openpyxl.cell.cell import Cell as Field

        field = sheet.cell(row=row, column=column)
        assert isinstance(field, Field)  # noqa: S101  # a merged field is never written to
        return field


def _for_paper(sheet: Worksheet) -> None:
    """Print as wide as a page, landscape."""
    from openpyxl.worksheet.page import PageMargins
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _sheets(plan: Plan) -> dict[str, list[Table]]:
    """Return the tables by name of their sheet."""
    grouped: dict[str, list[Table]] = {name: [] for name in SHEETS.values()}
    for section in plan.sections:
        for table in section.tables:
            if columns(table):
                name = SHEETS.get(table.key) or _free_name(table, (*_RESERVED, *grouped))
                grouped.setdefault(name, []).append(table)
    return {name: tables for name, tables in grouped.items() if tables}


def _free_name(table: Table, taken: Collection[str]) -> str:
    """Return a name that no other sheet has and that spreadsheets accept."""
    title = _NOT_IN_NAMES.sub(" ", one_line(table.title) or one_line(table.key))
    wanted = " ".join(title.split())[:_LONGEST_NAME].strip(" '") or "Table"
    lowered = {name.casefold() for name in taken}
    name, number = wanted, 1
    while name.casefold() in lowered:
        number += 1
        ending = f" {number}"
        name = wanted[: _LONGEST_NAME - len(ending)] + ending
    return name


def _rows(table: Table) -> list[list[_Content]]:
    """Return the rows of a table, with where their fields are from as the last column."""
    rows = []
    for row in table.rows:
        contents: list[_Content] = []
        origins: dict[str, list[str]] = {}
        for column in columns(table):
            cell = row.cells.get(column.key)
            line = shown(cell)
            content, remark = _content(cell, line)
            said = ", ".join(filter(None, (remark, line.origin)))
            contents.append(content)
            if said:
                origins.setdefault(said, []).append(one_line(column.title) or column.key)
        told = "; ".join(f"{', '.join(titles)}: {said}" for said, titles in origins.items())
        rows.append([*contents, _Content(told or None)])
    return rows


def _content(cell: Cell | None, line: Line) -> tuple[_Content, str]:
    """Return what a cell puts into its field, and what it says that the field can't show."""
    value = cell.value if cell is not None else None
    text = one_line(line.text)
    ending = f'" {line.numbers}"' if line.cites else ""
    if isinstance(value, date):
        if value.year < 1900:  # workbooks know no dates before that
            return _text(line), ""
        form = DAY if _is_just(value, text) else _dated(value, text)
        usual = DAY
    elif value is not None and math.isfinite(value):
        form, usual = _form(value, text), "#,##0.##"
    else:
        return _text(line), ""
    if (
        form and len(text) + len(line.numbers) > _WIDEST - 2
    ):  # a number isn't wrapped: in a column too narrow it becomes “####”
        return _text(line), ""
    return _Content(value, (form or usual) + ending, line.cites), "" if form or not text else f"“{text}”"


def _origin(line: Line) -> _Content:
    return _Content(line.origin or line.numbers or None, cites=line.cites)


def _text(line: Line) -> _Content:
    return _Content(" ".join(filter(None, (line.text, line.numbers))) or None, cites=line.cites)


def _is_just(day: date, text: str) -> bool:
    """Return whether a text says a date and nothing else."""
    written = {f"{day.day} {day:%B %Y}", f"{day.day} {day:%b %Y}", f"{day:%B} {day.day} {day.year}", f"{day:%d.%m.%Y}"}
    plain = one_line(text.replace(",", " "))
    named = plain.removeprefix(f"{day:%A} ").removeprefix(f"{day:%a} ")
    return named in {*written, day.isoformat()}


def _dated(day: date, text: str) -> str:
    """Return the date format that shows the words around a date, too; empty if the text hasn't got the date."""
    before, found, after = text.partition(day.isoformat())
    return _around(before, DAY, after) if found else ""


def _form(value: float, text: str) -> str:
    """Return the number format that shows a number as the text does, words around it included; empty if none does."""
    for found in _NUMBER.finditer(text):
        said = float(re.sub("[,\u00a0\u202f ]", "", found.group()).replace("−", "-"))
        percent = re.match(r"(\s*)%", text[found.end() :])
        before, after = text[: found.start()], text[found.end() :]
        _, _, decimals = found.group().partition(".")
        form = ("#,##0" if abs(said) >= 1000 else "0") + (f".{'0' * len(decimals)}" if decimals else "")
        tolerance = 0.5 * 10.0 ** -len(decimals)
        if percent and math.isclose(said, value * 100, abs_tol=tolerance) and not math.isclose(said, value):
            return _around(before, f"{form}{_quoted(percent[1])}%", after[percent.end() :])
        if math.isclose(said, value, abs_tol=tolerance * (1 if decimals else 1e-9)):
            return _around(before, form, after)
    return ""


def _around(before: str, form: str, after: str) -> str:
    usable = all(
        len(words) <= _LONGEST_LITERAL and words.isprintable() and '"' not in words for words in (before, after)
    )
    return f"{_quoted(before)}{form}{_quoted(after)}" if usable else ""


def _quoted(words: str) -> str:
    return f'"{words}"' if words else ""


def _entry(citation: Citation) -> list[_Content]:
    source = citation.source
    described = (source.title, source.author, source.publisher, source.published, citation.quote)
    places = (citation.start, citation.end, citation.page)
    return [
        _Content(citation.number, "0"),
        *(_Content(text or None) for text in described),
        *(_Content(place, "0") for place in places),
    ]


def _distinct(headings: Sequence[str]) -> list[str]:
    """Return headings of which no two are alike, as a table of a workbook needs them."""
    found: list[str] = []
    taken: set[str] = set()
    for at, wanted in enumerate(headings, 1):
        base = clipped(wanted, _LONGEST_HEADING) or f"Column {at}"
        title, number = base, 1
        while title.casefold() in taken:
            number += 1
            title = f"{base} {number}"
        taken.add(title.casefold())
        found.append(title)
    return found


def _width(title: str, contents: Sequence[_Content], widest: int) -> int:
    """Return the width of a column in characters."""
    lengths = [len(title) + 4, *(_length(content) for content in contents)]
    return min(max(_NARROWEST, *(length + 2 for length in lengths)), widest)


def _lines(content: _Content, width: float) -> int:
    """Return how many lines a field needs in a column of so many characters."""
    if not isinstance(content.value, str):
        return 1
    room = max(1, int(width) - 1)
    return sum(max(1, len(wrap(line, room))) for line in content.value.split("\n"))


def _length(content: _Content) -> int:
    if isinstance(content.value, str):
        return max(map(len, content.value.split("\n")))
    return max(len(content.form), 10) if content.value is not None else 0


def _chart(sheet: Worksheet, table: Table, top: int) -> None:
    """Draw the mix of pillars below their table, if each has a share."""
    from openpyxl.chart import BarChart
    from openpyxl.chart import Reference as Range

    keys = [column.key for column in table.columns]
    if "share" not in keys or not table.rows:
        return
    shares = [row.cells["share"].value if "share" in row.cells else None for row in table.rows]
    if not all(isinstance(share, float | int) for share in shares):
        return
    at, names = keys.index("share") + 1, keys.index("pillar") + 1 if "pillar" in keys else 1
    last = top + len(table.rows)
    chart = BarChart()
    chart.type = "bar"
    chart.title = clipped(one_line(table.title), 100) or "Pillars"
    chart.legend = None
    chart.x_axis.delete = chart.y_axis.delete = False  # openpyxl hides them otherwise
    chart.x_axis.scaling.orientation = "maxMin"  # the first row on top
    chart.y_axis.scaling.min = 0
    chart.add_data(Range(sheet, min_col=at, max_col=at, min_row=top, max_row=last), titles_from_data=True)
    chart.set_categories(Range(sheet, min_col=names, max_col=names, min_row=top + 1, max_row=last))
    sheet.add_chart(chart, f"A{last + 3}")
