"""A plan as a Word document: headings, tables, and numbers that lead to the evidence at the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from advisor.planning.exporting.contents import (
    LEGEND,
    STOPPED,
    Grid,
    Line,
    Part,
    Reference,
    facts,
    heading,
    parts,
    references,
)
from advisor.planning.exporting.texts import clipped, is_rtl
from advisor.planning.plan import Plan

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.shared import Mm
    from docx.styles.style import CharacterStyle, ParagraphStyle
    from docx.table import Table, _Row
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

TABLE_STYLE = "Light Grid Accent 1"
GROUP_STYLE = "Plan Group"
CELL_STYLE = "Plan Field"
MARK_STYLE = "Plan Mark"
ENTRY_STYLE = "Plan Evidence"
CONTENTS_STYLE = "toc 1"
CONTENTS = 'TOC \\o "1-2" \\h \\z \\u'
"""The field of the table of contents: headings 1 and 2, with links."""
LONGEST_PROPERTY = 255
"""Most characters that a property of the file may have."""

_AFTER_BIDI = (
    "w:adjustRightInd",
    "w:snapToGrid",
    "w:spacing",
    "w:ind",
    "w:contextualSpacing",
    "w:mirrorIndents",
    "w:suppressOverlap",
    "w:jc",
    "w:textDirection",
    "w:textAlignment",
    "w:textboxTightWrap",
    "w:outlineLvl",
    "w:divId",
    "w:cnfStyle",
    "w:rPr",
    "w:sectPr",
    "w:pPrChange",
)
"""What the schema wants after ``w:bidi`` in the properties of a paragraph."""
_AFTER_UPDATE = (
    "w:hdrShapeDefaults",
    "w:footnotePr",
    "w:endnotePr",
    "w:compat",
    "w:docVars",
    "w:rsids",
    "m:mathPr",
    "w:themeFontLang",
    "w:clrSchemeMapping",
    "w:shapeDefaults",
    "w:decimalSymbol",
    "w:listSeparator",
)
"""What the schema wants after ``w:updateFields`` in the settings."""
_TEXT_MM = 170.0
"""Width of the text on the page."""
_CHARACTER_MM, _BOLD_MM, _MARK_MM, _NUMBER_MM = 1.7, 1.95, 1.45, 1.1
"""Widths of a character in a table: of its text, of a bold one, of one of a mark, of one of a citation's number."""
_PADDING_MM = 2.8
"""Width that a column has beside its text."""
_KEPT_ROWS = 12
"""Most rows of a table that is kept on one page."""


def to_docx(plan: Plan) -> bytes:
    """Return the plan as a Word document (OOXML).

    Word offers to fill in the page numbers of the contents when the document is opened.
    """
    from docx import Document

    writer = _Writer(Document())
    writer.prepare(plan)
    writer.opening(plan)
    listed, entries = parts(plan), references(plan)
    writer.contents(listed, entries)
    for part in listed:
        writer.part(part)
    writer.evidence(entries)
    stream = BytesIO()
    writer.document.save(stream)
    return stream.getvalue()


class _Writer:
    """Writes to a new document from top to bottom."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._bookmarks = 0
        self._ids: dict[str, str] = {}

    def prepare(self, plan: Plan) -> None:
        """Set the page, the styles, the footer and the properties."""
        from docx.shared import Mm

        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(20)
        section.top_margin = section.bottom_margin = Mm(20)
        _add_field(section.footer.paragraphs[0], "PAGE", "1")
        self._styles()
        self._properties(plan)
        update = _element("w:updateFields", {"w:val": "true"})
        self.document.settings.element.insert_element_before(update, *_AFTER_UPDATE)

    def _styles(self) -> None:
        from docx.enum.style import WD_STYLE_TYPE
        from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
        from docx.shared import Mm, Pt, RGBColor

        styles = self.document.styles
        styles["Normal"].font.name = "Calibri"
        group: ParagraphStyle = styles.add_style(GROUP_STYLE, WD_STYLE_TYPE.PARAGRAPH)
        group.base_style = styles["Normal"]
        group.font.bold = True
        group.paragraph_format.keep_with_next = True
        group.paragraph_format.space_after = Pt(2)
        field: ParagraphStyle = styles.add_style(CELL_STYLE, WD_STYLE_TYPE.PARAGRAPH)
        field.base_style = styles["Normal"]
        field.font.size = Pt(8)
        field.paragraph_format.space_after = Pt(0)
        entry: ParagraphStyle = styles.add_style(ENTRY_STYLE, WD_STYLE_TYPE.PARAGRAPH)
        entry.base_style = styles["Normal"]
        entry.font.size = Pt(9)
        entry.paragraph_format.keep_with_next = True
        entry.paragraph_format.space_after = Pt(0)
        quote: ParagraphStyle = styles["Quote"]
        quote.font.size = Pt(9)
        quote.paragraph_format.space_after = Pt(5)
        quote.paragraph_format.line_spacing = 1.0
        listed: ParagraphStyle = styles.add_style(CONTENTS_STYLE, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
        listed.base_style = styles["Normal"]
        listed.paragraph_format.space_after = Pt(1)
        listed.paragraph_format.tab_stops.add_tab_stop(Mm(_TEXT_MM), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        mark: CharacterStyle = styles.add_style(MARK_STYLE, WD_STYLE_TYPE.CHARACTER)
        mark.font.size = Pt(7)
        mark.font.italic = True
        mark.font.color.rgb = RGBColor(0x52, 0x5E, 0x6D)
        caption: ParagraphStyle = styles["Caption"]
        caption.paragraph_format.keep_with_next = True
        # Looked up once: python-docx goes through all styles at each use, which takes longer than all the rest.
        self._ids = {style.name: style.style_id for style in styles if style.name}

    def _properties(self, plan: Plan) -> None:
        properties = self.document.core_properties
        properties.title = clipped(heading(plan), LONGEST_PROPERTY)
        properties.subject = "Social media strategy"
        properties.author = properties.last_modified_by = "Strategy Advisor"
        properties.category = "Plan"
        properties.content_status = "Final" if plan.complete else "Not complete"
        properties.comments = ""
        properties.language = "en"
        properties.created = properties.modified = datetime.now(UTC).replace(tzinfo=None)

    def opening(self, plan: Plan) -> None:
        """Write the title and what the reader must know first."""
        self._paragraph(Line(heading(plan)), "Title")
        if not plan.complete:
            self._paragraph(Line(STOPPED), "Intense Quote")
        for label, text in facts(plan):
            paragraph = self._new(ENTRY_STYLE)
            paragraph.add_run(f"{label}: ").bold = True
            _add_text(paragraph, text)
        self._paragraph(Line(LEGEND), CELL_STYLE)

    def contents(self, listed: tuple[Part, ...], entries: tuple[Reference, ...]) -> None:
        """Write the contents as a field, whose result is what can be said without page numbers."""
        lines = [(part.anchor, part.title) for part in listed]
        lines += [("evidence", "Evidence")] if entries else []
        _add_text(self._new("TOC Heading"), "Contents")
        first = last = self._new(CONTENTS_STYLE)
        _begin_field(first, CONTENTS)
        for number, (anchor, title) in enumerate(lines):
            last = first if number == 0 else self._new(CONTENTS_STYLE)
            _direct(last, title)
            _link(last, _add_text(last, title), anchor)
        _end_field(last)

    def part(self, part: Part) -> None:
        """Write a part: its sentences as bullets, its tables with captions."""
        self._heading(part.title, part.anchor)
        for group in part.groups:
            if group.heading:
                self._paragraph(Line(group.heading), GROUP_STYLE)
            for line in group.lines:
                self._paragraph(line, "List Bullet")
        for grid in part.grids:
            self._paragraph(Line(grid.title), "Caption")
            self._table(grid)
            self._new(CELL_STYLE)  # or Word would join the table to the next one

    def evidence(self, entries: tuple[Reference, ...]) -> None:
        """Write the evidence by number, each entry where its numbers lead."""
        if entries:
            self._heading("Evidence", "evidence")
        for entry in entries:
            paragraph = self._new(ENTRY_STYLE)
            self._bookmark(paragraph, paragraph.add_run(f"[{entry.number}]"), f"evidence_{entry.number}")
            paragraph.add_run(" ")
            _add_text(paragraph, entry.title).bold = True
            if entry.byline:
                _add_text(paragraph, f", {entry.byline}")
            self._paragraph(Line(entry.quote, mark=entry.place), "Quote")

    def _heading(self, title: str, anchor: str) -> None:
        paragraph = self._new("Heading 1")
        _direct(paragraph, title)
        self._bookmark(paragraph, _add_text(paragraph, title), anchor)

    def _paragraph(self, line: Line, style: str) -> None:
        self._fill(self._new(style), line)

    def _new(self, style: str) -> Paragraph:
        """Add an empty paragraph at the end."""
        paragraph = self.document.add_paragraph()
        paragraph._p.style = self._ids[style]
        return paragraph

    def _fill(self, paragraph: Paragraph, line: Line) -> None:
        """Write a line with its numbers and its mark."""
        _direct(paragraph, line.text)
        _add_text(paragraph, line.text)
        for number in line.cites:
            run = paragraph.add_run(f"[{number}]")
            run.font.superscript = True
            _link(paragraph, run, f"evidence_{number}")
        if line.mark:
            _add_text(paragraph, f" ({line.mark})")._r.style = self._ids[MARK_STYLE]

    def _table(self, grid: Grid) -> None:
        from docx.shared import Mm

        table = self.document.add_table(rows=1, cols=len(grid.headings), style=TABLE_STYLE)
        table.autofit = False  # or LibreOffice makes all columns alike
        _narrow_margins(table)
        widths = [Mm(width) for width in _widths(grid)]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        # A header that stands alone at the end of a page is no use, and LibreOffice loses the rows below it.
        kept = len(grid.rows) - 1 if len(grid.rows) <= _KEPT_ROWS else 1
        self._row(table.rows[0], grid.headings, widths, keep=True)
        table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader", {"w:val": "true"}))
        for number, lines in enumerate(grid.rows):
            self._row(table.add_row(), lines, widths, keep=number < kept)

    def _row(self, row: _Row, lines: tuple[Line, ...], widths: Sequence[Mm], *, keep: bool) -> None:
        """Write a row; ``keep`` it on the page of the next one."""
        row._tr.get_or_add_trPr().append(_element("w:cantSplit", {"w:val": "true"}))
        for cell, line, width in zip(row.cells, lines, widths, strict=True):
            cell.width = width
            paragraph = cell.paragraphs[0]
            paragraph._p.style = self._ids[CELL_STYLE]
            if keep:
                paragraph.paragraph_format.keep_with_next = True
            self._fill(paragraph, line)

    def _bookmark(self, paragraph: Paragraph, run: Run, name: str) -> None:
        self._bookmarks += 1
        number = str(self._bookmarks)
        run._r.addprevious(_element("w:bookmarkStart", {"w:id": number, "w:name": name}))
        paragraph._p.append(_element("w:bookmarkEnd", {"w:id": number}))


def _widths(grid: Grid) -> list[float]:
    """Return the widths of a table's columns in millimetres: room for the longest word, the rest by length of text."""
    columns = list(zip(grid.headings, *grid.rows, strict=True))
    # The table's style sets the headings and the first column bold.
    bold = [[at == 0 or row == 0 for row in range(len(column))] for at, column in enumerate(columns)]
    least = [_PADDING_MM + max(map(_longest_word, *pair)) for pair in zip(columns, bold, strict=True)]
    scale = min(1.0, _TEXT_MM / sum(least))
    least = [width * scale for width in least]
    lengths = [sum(len(line.text) + len(line.mark) for line in column) + 1 for column in columns]
    left = _TEXT_MM - sum(least)
    return [width + left * length / sum(lengths) for width, length in zip(least, lengths, strict=True)]


def _longest_word(line: Line, bold: bool) -> float:
    """Return the width of the longest word of a field, in millimetres; its numbers hang on to the last one."""
    said = [len(word) * (_BOLD_MM if bold else _CHARACTER_MM) for word in line.text.split()]
    if said:
        said[-1] += len(line.numbers) * _NUMBER_MM
    marked = (len(word) * _MARK_MM for word in f"({line.mark})".split() if line.mark)
    return max((*said, *marked), default=0.0)


def _narrow_margins(table: Table) -> None:
    """Set the space beside the texts of a table."""
    from docx.shared import Mm

    margins = _element("w:tblCellMar", {})
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", {"w:w": str(round(Mm(_PADDING_MM / 2 - 0.2).twips)), "w:type": "dxa"}))
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription", "w:tblPrChange")


def _add_text(paragraph: Paragraph, text: str) -> Run:
    run = paragraph.add_run(text)
    if is_rtl(text):
        run.font.rtl = True
    return run


def _direct(paragraph: Paragraph, text: str) -> None:
    """Set the paragraph from right to left if its text is."""
    if is_rtl(text):
        paragraph._p.get_or_add_pPr().insert_element_before(_element("w:bidi", {}), *_AFTER_BIDI)


def _link(paragraph: Paragraph, run: Run, anchor: str) -> None:
    """Make a run lead to a bookmark."""
    link = _element("w:hyperlink", {"w:anchor": anchor, "w:history": "1"})
    paragraph._p.append(link)
    link.append(run._r)


def _add_field(paragraph: Paragraph, code: str, result: str) -> None:
    _begin_field(paragraph, code)
    paragraph.add_run(result)
    _end_field(paragraph)


def _begin_field(paragraph: Paragraph, code: str) -> None:
    paragraph.add_run()._r.append(_element("w:fldChar", {"w:fldCharType": "begin"}))
    instruction = _element("w:instrText", {"xml:space": "preserve"})
    instruction.text = f" {code} "
    paragraph.add_run()._r.append(instruction)
    paragraph.add_run()._r.append(_element("w:fldChar", {"w:fldCharType": "separate"}))


def _end_field(paragraph: Paragraph) -> None:
    paragraph.add_run()._r.append(_element("w:fldChar", {"w:fldCharType": "end"}))


def _element(name: str, attributes: dict[str, str]) -> BaseOxmlElement:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(name)
    for attribute, value in attributes.items():
        element.set(qn(attribute), value)
    return element
