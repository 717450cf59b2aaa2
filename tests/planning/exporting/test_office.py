"""Word, Excel and calendar files, read back with their own libraries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from icalendar import Calendar
from lxml import etree
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from advisor.errors import PlanError
from advisor.planning.exporting import export
from advisor.planning.exporting.contents import STOPPED
from advisor.planning.exporting.xlsx import _form
from advisor.planning.plan import Column, Plan, Row, Section, Table
from tests.planning.exporting.conftest import ARABIC, FORMULA, HEBREW, QUOTES, SCRIPT, computed, yours


@pytest.fixture
def word(plan: Plan, tmp_path: Path) -> WordDocument:
    return Document(str(export(plan, tmp_path / "plan.docx")))


@pytest.fixture
def book(plan: Plan, tmp_path: Path) -> Workbook:
    return load_workbook(export(plan, tmp_path / "plan.xlsx"), rich_text=False)


def sheet(book: Workbook, name: str) -> Worksheet:
    found = book[name]
    assert isinstance(found, Worksheet)
    return found


def rows(sheet: Worksheet) -> list[Mapping[str, object]]:
    first, *others = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, first), row, strict=True)) for row in others]


# -- Word -----------------------------------------------------------------------------------------------------------


def test_word_has_headings_bullets_captions_and_tables(word: WordDocument, plan: Plan) -> None:
    styles = [(paragraph.style.name if paragraph.style else "", paragraph.text) for paragraph in word.paragraphs]
    assert styles[0] == ("Title", "Social media plan: a family | restaurant <in> Graz")
    assert styles[1] == ("Intense Quote", STOPPED)
    assert [text for style, text in styles if style == "Heading 1"][:3] == [s.title for s in plan.sections]
    assert ("Caption", "Calendar") in styles
    bullets = [text for style, text in styles if style == "List Bullet"]
    assert "Post once a week.[1][2]" in bullets
    assert "Answer every question.[2] (partly supported)" in bullets
    assert f"{SCRIPT} (yours)" in bullets
    assert f"{FORMULA} (yours)" in bullets
    assert "bell and esc (brief: offering)" in bullets
    shown = [table for section in plan.sections for table in section.tables if table.rows]
    assert [(len(t.rows), len(t.columns)) for t in word.tables] == [(len(t.rows) + 1, len(t.columns)) for t in shown]
    assert {table.style.name for table in word.tables if table.style} == {"Light Grid Accent 1"}
    assert all(table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None for table in word.tables)


def test_numbers_in_word_lead_to_the_evidence(word: WordDocument, cited: set[int]) -> None:
    body = word.element.body
    names = [str(b.get(qn("w:name"))) for b in body.iter(qn("w:bookmarkStart"))]
    assert len(names) == len(set(names))
    assert len(names) == len(list(body.iter(qn("w:bookmarkEnd"))))
    targets = {str(link.get(qn("w:anchor"))) for link in body.iter(qn("w:hyperlink"))}
    assert targets <= set(names)
    assert {int(t.removeprefix("evidence_")) for t in targets if t.startswith("evidence_")} == cited
    quotes = [p.text for p in word.paragraphs if p.style and p.style.name == "Quote"]
    assert [q.rpartition(" (")[0] for q in quotes] == list(QUOTES)
    assert quotes[1].endswith(f"(characters 200–{200 + len(QUOTES[1])}, page 7)")
    assert any(p.text.startswith("[1] Handbook 1") and "Ada Müller, 2019-05-01" in p.text for p in word.paragraphs)


def test_word_has_contents_that_it_brings_up_to_date(word: WordDocument) -> None:
    codes = [code.text for code in word.element.body.iter(qn("w:instrText"))]
    assert codes == [' TOC \\o "1-2" \\h \\z \\u ']
    kinds = [mark.get(qn("w:fldCharType")) for mark in word.element.body.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"]
    assert word.settings.element.find(qn("w:updateFields")) is not None


def test_a_header_never_stands_alone_at_the_end_of_a_page(word: WordDocument) -> None:
    """LibreOffice loses the rows below such a header."""
    for table in word.tables:
        rows = [
            [p.paragraph_format.keep_with_next for cell in row.cells for p in cell.paragraphs] for row in table.rows
        ]
        assert all(kept for row in rows[:-1] for kept in row)
        assert not any(rows[-1])


def test_a_long_table_may_go_over_pages(plan: Plan, tmp_path: Path) -> None:
    rows = tuple(Row(key=str(n), cells={"a": yours(f"field {n}")}) for n in range(60))
    long = Table(key="long", title="Long", columns=(Column(key="a", title="A"),), rows=rows)
    changed = plan.model_copy(update={"sections": (Section(key="s", title="S", tables=(long,)),)})
    (table,) = Document(str(export(changed, tmp_path / "plan.docx"))).tables
    kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows]
    assert kept == [True, True] + [None] * 59


def test_columns_in_word_have_room_for_their_longest_word_and_fit_the_page(word: WordDocument) -> None:
    for table in word.tables:
        widths = [column.width.mm for column in table.columns]
        assert sum(widths) == pytest.approx(170, abs=1)
        for at, width in enumerate(widths):
            words = [word for row in table.rows for word in row.cells[at].text.split()]
            assert width >= 1.5 * max(len(re.sub(r"(\[\d+\])+$", "", word)) for word in words)


def test_word_sets_hebrew_and_arabic_from_right_to_left(word: WordDocument) -> None:
    cells = [p for table in word.tables for row in table.rows for cell in row.cells for p in cell.paragraphs]
    for text in (HEBREW, ARABIC):
        found = [p for p in (*word.paragraphs, *cells) if text in p.text and p.text.startswith(text)]
        assert found
        for paragraph in found:
            properties = paragraph._p.pPr
            assert properties is not None
            assert properties.find(qn("w:bidi")) is not None
            assert any(run.find(f".//{qn('w:rtl')}") is not None for run in paragraph._p.iter(qn("w:r")))
    english = next(p for p in word.paragraphs if p.text.startswith("Post once"))
    assert english._p.pPr is None or english._p.pPr.find(qn("w:bidi")) is None


def test_word_knows_what_the_document_is(word: WordDocument) -> None:
    properties = word.core_properties
    assert properties.title == "Social media plan: a family | restaurant <in> Graz"
    assert properties.author == "Strategy Advisor"
    assert properties.created is not None
    assert properties.created.year > 2020


def test_a_long_name_of_a_business_fits_into_the_properties(plan: Plan, tmp_path: Path) -> None:
    long = plan.model_copy(update={"brief": plan.brief.model_copy(update={"business": "x" * 1000})})
    read = Document(str(export(long, tmp_path / "plan.docx")))
    assert len(read.core_properties.title) == 255
    load_workbook(export(long, tmp_path / "plan.xlsx"))


# -- Excel ----------------------------------------------------------------------------------------------------------


def test_the_workbook_has_a_sheet_for_each_table(book: Workbook) -> None:
    assert book.sheetnames == [
        "Overview",
        "Statements",
        "KPIs",
        "Calendar",
        "Pillars",
        "Budget",
        "Team",
        "Reviews",
        "What if this happens or that, i",
        "Evidence",
    ]
    assert sheet(book, "Overview")["A2"].value == STOPPED
    assert len(sheet(book, "Team").tables) == 2
    assert len(sheet(book, "Budget").tables) == 0
    names = [name for s in book.worksheets for name in s.tables]
    assert len(names) == len(set(names))


def test_headers_stay_and_tables_agree_with_their_cells(book: Workbook) -> None:
    for found in book.worksheets:
        assert found.freeze_panes == "A2"
        for table in found.tables.values():
            top = found[table.ref][0]
            assert [column.name for column in table.tableColumns] == [field.value for field in top]
            assert table.tableStyleInfo is not None


def test_dates_and_numbers_are_real_and_look_as_the_plan_says(book: Workbook) -> None:
    calendar = sheet(book, "Calendar")
    assert calendar["A2"].value == datetime(2027, 1, 4)
    assert calendar["A2"].number_format == "yyyy-mm-dd"
    assert (calendar["H2"].value, calendar["H2"].number_format) == (25, '0" minutes"')
    assert calendar["H5"].value == 15
    assert "“10 to 20 minutes or so”" in str(calendar["I5"].value)
    pillars = sheet(book, "Pillars")
    assert (pillars["B2"].value, pillars["B2"].number_format) == (0.6, '0" "%')
    kpis = sheet(book, "KPIs")
    assert (kpis["D2"].value, kpis["D2"].number_format) == (1500, '#,##0" guests"" [1]"')
    assert "Review: “by early March”, computed" in str(kpis["F2"].value)
    assert (sheet(book, "Team")["C6"].value, sheet(book, "Team")["C6"].number_format) == (50, '0"%"')


@pytest.mark.parametrize(
    ("text", "shown", "form"),
    [
        ("4 January 2027", datetime(2027, 1, 4), "yyyy-mm-dd"),
        ("To be measured by 2027-01-04", datetime(2027, 1, 4), '"To be measured by "yyyy-mm-dd'),
        ("To be set on 2027-01-04 from your own figures", "To be set on 2027-01-04 from your own figures", "General"),
    ],
)
def test_a_date_is_never_shown_without_the_words_around_it(
    text: str, shown: object, form: str, plan: Plan, tmp_path: Path
) -> None:
    row = Row(key="1", cells={"target": computed(text, date(2027, 1, 4))})
    table = Table(key="kpis", title="KPIs", columns=(Column(key="target", title="Target"),), rows=(row,))
    changed = plan.model_copy(update={"sections": (Section(key="s", title="S", tables=(table,)),)})
    field = sheet(load_workbook(export(changed, tmp_path / "plan.xlsx")), "KPIs")["A2"]
    assert (field.value, field.number_format) == (shown, form)


def test_numbers_fit_their_columns(book: Workbook) -> None:
    """Only texts are wrapped; a number or date that is wider than its column is shown as #### in Excel."""
    for found in book.worksheets:
        for field in (field for row in found.iter_rows() for field in row):
            if field.value is not None and not isinstance(field.value, str):
                shown = max(len(re.sub(r'"|\\', "", field.number_format)), len(str(field.value)[:10]))
                assert shown <= found.column_dimensions[field.column_letter].width


def test_columns_with_the_same_origin_are_named_together(book: Workbook) -> None:
    assert str(rows(sheet(book, "Calendar"))[0]["Origin"]) == (
        "Date: computed: every day; Platform, Pillar, Format, Action: yours; Hook: [2][3]; Owner: brief: people; "
        "Minutes: computed: 3 × 4"
    )


@pytest.mark.parametrize(
    ("value", "text", "form"),
    [
        (0.125, "12.5%", "0.0%"),
        (40.0, "40 %", '0" %"'),
        (600.0, "600 EUR of 900", '0" EUR of 900"'),
        (900.0, "600 EUR of 900", '"600 EUR of "0'),
        (1200.0, "1 200", "#,##0"),
        (-3.5, "−3.5", "0.0"),
        (7.0, "seven", ""),
        (7.0, 'the "7"', ""),
    ],
)
def test_a_number_is_formatted_as_it_is_written(value: float, text: str, form: str) -> None:
    assert _form(value, text) == form


def test_nothing_becomes_a_formula(book: Workbook) -> None:
    fields = [field for found in book.worksheets for row in found.iter_rows() for field in row]
    assert {field.data_type for field in fields} <= {"s", "n", "d"}
    risky = [field for field in fields if isinstance(field.value, str) and field.value[:1] in "=+-@" and field.value]
    assert {FORMULA, QUOTES[2], "@x", "- a dash first"} <= {str(field.value) for field in risky}
    assert all(field.quotePrefix for field in risky)


def test_the_parts_of_the_workbook_hold_no_formula(plan: Plan, tmp_path: Path) -> None:
    with ZipFile(BytesIO(export(plan, tmp_path / "plan.xlsx").read_bytes())) as parts:
        for name in parts.namelist():
            if name.endswith(".xml"):
                root = etree.fromstring(parts.read(name))
                if name.startswith("xl/worksheets/"):
                    assert list(root.iter("{*}f")) == []


def test_numbers_in_the_workbook_lead_to_the_evidence(book: Workbook, cited: set[int]) -> None:
    evidence = {entry["Number"]: entry for entry in rows(sheet(book, "Evidence"))}
    assert set(evidence) >= cited
    assert [entry["Quote"] for entry in evidence.values()] == list(QUOTES)
    assert (evidence[2]["From"], evidence[2]["To"], evidence[2]["Page"]) == (200, 200 + len(QUOTES[1]), 7)
    others = [found for found in book.worksheets if found.title not in ("Evidence", "Overview")]
    fields = [field for found in others for row in found.iter_rows() for field in row if field.value is not None]
    used = {int(number) for field in fields for number in re.findall(r"\[(\d)\]", str(field.value))}
    assert used == cited
    led = [field for field in fields if field.hyperlink]
    assert led
    for field in led:
        number = re.findall(r"\[(\d)\]", f"{field.value}{field.number_format}")[0]
        assert field.hyperlink.location == f"Evidence!A{int(number) + 1}"


def test_statements_and_origins_are_in_the_workbook(book: Workbook) -> None:
    statements = {entry["Statement"]: entry for entry in rows(sheet(book, "Statements"))}
    assert statements["Answer every question. [2]"]["Origin"] == "[2], partly supported"
    assert statements["Answer every question. [2]"]["What it does"] == "Why"
    assert statements["bell and esc"]["Origin"] == "brief: offering"
    assert statements[FORMULA]["Origin"] == "yours"
    first = rows(sheet(book, "Pillars"))[0]
    assert first["Origin"] == "Pillar: yours; Share: computed: 100 − 40; Purpose: [1]; Format: brief: people"


def test_the_mix_of_pillars_is_drawn(plan: Plan, tmp_path: Path) -> None:
    with ZipFile(export(plan, tmp_path / "plan.xlsx")) as parts:
        chart = parts.read("xl/charts/chart1.xml").decode()
    assert "'Pillars'!$B$2:$B$3" in chart
    assert "'Pillars'!$A$2:$A$3" in chart


# -- calendar -------------------------------------------------------------------------------------------------------


def events(path: Path) -> list[Mapping[str, str]]:
    calendar = Calendar.from_ical(path.read_bytes())
    return [
        {
            "uid": str(event["uid"]),
            "summary": str(event["summary"]),
            "description": str(event["description"]),
            "start": str(event["dtstart"].dt),
            "whole": str(event["dtend"].dt - event["dtstart"].dt == timedelta(days=1)),
            "kind": type(event["dtstart"].dt).__name__,
        }
        for event in calendar.walk("VEVENT")
    ]


def test_the_calendar_has_whole_days_for_posts_and_reviews(plan: Plan, tmp_path: Path) -> None:
    found = events(export(plan, tmp_path / "plan.ics"))
    assert [event["start"] for event in found] == ["2027-01-04", "2027-01-05", "2027-01-06", "2027-02-01"]
    assert {(event["whole"], event["kind"]) for event in found} == {("True", date.__name__)}
    assert found[0]["summary"] == "Instagram: What is in the pot, 4; a, b?"
    assert found[3]["summary"] == "Review: month"
    for wanted in ("Pillar: Kitchen 🍲", "Format: photo", f"Action: {FORMULA}", "Owner: Ann (brief: people)", STOPPED):
        assert wanted in found[0]["description"]
    assert "Agenda: Numbers" in found[3]["description"]


def test_numbers_in_an_event_are_explained_in_it(plan: Plan, tmp_path: Path) -> None:
    for event in events(export(plan, tmp_path / "plan.ics")):
        lines = event["description"].splitlines()
        explained = {line[:3] for line in lines if re.match(r"\[\d\] Handbook \d.*characters \d+–\d+.*“.*”", line)}
        assert set(re.findall(r"\[\d\]", event["description"])) == explained
        assert explained == ({"[2]", "[3]"} if event["summary"].startswith("Instagram") else set())


def test_events_keep_their_identifiers_when_texts_change(plan: Plan, tmp_path: Path) -> None:
    before = [event["uid"] for event in events(export(plan, tmp_path / "a.ics"))]
    section = plan.sections[1]
    rows = tuple(
        row.model_copy(update={"cells": {**row.cells, "hook": row.cells["hook"].model_copy(update={"text": "New"})}})
        for row in section.tables[1].rows
    )
    tables = (section.tables[0], section.tables[1].model_copy(update={"rows": rows}), section.tables[2])
    changed = section.model_copy(update={"tables": tables})
    after = plan.model_copy(update={"sections": (plan.sections[0], changed, plan.sections[2])})
    assert [event["uid"] for event in events(export(after, tmp_path / "b.ics"))] == before
    assert len(set(before)) == 4
    later = plan.model_copy(update={"start": date(2027, 1, 11)})
    assert not set(before) & {event["uid"] for event in events(export(later, tmp_path / "c.ics"))}


def test_a_plan_without_dates_makes_no_calendar(plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="no calendar and no reviews with dates"):
        export(plan.model_copy(update={"sections": plan.sections[:1]}), tmp_path / "plan.ics")
    assert list(tmp_path.iterdir()) == []
