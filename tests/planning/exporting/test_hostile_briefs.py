"""A brief full of what means something to a program: each export shows it, and none obeys it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml
from bs4 import BeautifulSoup
from docx import Document
from docx.oxml.ns import qn
from icalendar import Calendar
from lxml import etree
from markdown_it import MarkdownIt
from openpyxl import load_workbook

from advisor.brief import parse_brief
from advisor.planner import Planner
from advisor.planning.exporting import export
from advisor.planning.plan import Plan
from tests.planning.conftest import TODAY

HEBREW = "יותר אורחים בימי שלישי 🎉"
COMMAND = "=cmd|'/C calc'!A1"
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"
MARKDOWN = "# loud | **bold** [click](javascript:alert(1)) ![pixel](http://x.example/p.png) `x` [^1] $5"
EVENT = "no films\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:planted\r\nDTSTART:20270101"
HOSTILE = (HEBREW, COMMAND, SCRIPT, MARKDOWN, EVENT)

Write = Callable[[str], Path]


@pytest.fixture(scope="module")
def hostile(planner: Planner) -> Plan:
    """The plan of such a brief."""
    brief = parse_brief(
        {
            "business": f"a café {SCRIPT}",
            "customers": MARKDOWN,
            "goal": HEBREW,
            "hours_per_week": 4,
            "people": [COMMAND, f"@{SCRIPT}"],
            "constraints": [EVENT, "+1 for the terrace", "-2 on Mondays"],
            "baselines": [{"metric": COMMAND, "value": 22, "target": 30}],
            "start": "2027-01-11",
            "horizon": "6 months",
        }
    )
    *_, plan = planner.stream(brief, TODAY)
    return plan


@pytest.fixture
def written(hostile: Plan, tmp_path: Path) -> Write:
    return lambda suffix: export(hostile, tmp_path / f"plan{suffix}")


def flat(text: str) -> str:
    return " ".join(text.split())


def test_the_page_runs_and_loads_nothing(written: Write) -> None:
    page = BeautifulSoup(written(".html").read_text(encoding="utf-8"), "lxml")
    assert page.find(["script", "img", "iframe", "object", "link"]) is None
    assert all(str(link["href"]).startswith("#") for link in page.find_all("a"))
    assert not any(name.startswith("on") for tag in page.find_all(True) for name in tag.attrs)
    assert all(flat(text) in flat(page.get_text()) for text in HOSTILE)


def test_markdown_is_text_only(written: Write) -> None:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    page = BeautifulSoup(parser.render(written(".md").read_text(encoding="utf-8")), "lxml")
    assert page.find(["script", "img", "a", "code"]) is None
    assert [heading.get_text()[:5] for heading in page.find_all("h1")] == ["Socia"]
    assert all(flat(text) in flat(page.get_text()) for text in HOSTILE)


def test_the_workbook_computes_and_loads_nothing(written: Write) -> None:
    path = written(".xlsx")
    fields = [field for sheet in load_workbook(path).worksheets for row in sheet.iter_rows() for field in row]
    texts = [field for field in fields if isinstance(field.value, str)]
    assert {field.data_type for field in fields} <= {"s", "n", "d"}
    assert all(field.quotePrefix for field in texts if field.value[:1] in set("=+-@"))
    assert any(field.value == COMMAND for field in texts)
    assert all(any(flat(text) in flat(str(field.value)) for field in texts) for text in HOSTILE)
    with ZipFile(path) as parts:
        assert not any("externalLink" in name for name in parts.namelist())
        sheets = [etree.fromstring(parts.read(name)) for name in parts.namelist() if "worksheets/sheet" in name]
        assert not any(list(sheet.iter("{*}f")) for sheet in sheets)


def test_word_has_no_fields_or_links_of_others(written: Write) -> None:
    path = written(".docx")
    document = Document(str(path))
    said = flat(" ".join(str(text.text) for text in document.element.body.iter(qn("w:t"))))
    assert all(flat(text) in said for text in HOSTILE)
    codes = [str(code.text) for code in document.element.body.iter(qn("w:instrText"))]
    assert [code.split()[0] for code in codes] == ["TOC"]
    with ZipFile(path) as parts:
        relations = b"".join(parts.read(name) for name in parts.namelist() if name.endswith(".rels"))
    assert b'TargetMode="External"' not in relations
    hebrew = [run for paragraph in document.paragraphs for run in paragraph.runs if run.text == HEBREW]
    assert hebrew
    assert all(run.font.rtl for run in hebrew)


def test_no_event_can_be_planted(written: Write, hostile: Plan) -> None:
    content = written(".ics").read_bytes()
    events = list(Calendar.from_ical(content).walk("VEVENT"))
    dated = [row for key in ("calendar", "reviews") for row in hostile.rows(key) if "date" in row.cells]
    assert len(events) == len(dated)
    assert not any(str(event["summary"]) == "planted" for event in events)
    assert {type(event["dtstart"].dt) for event in events} == {date}
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert any(COMMAND in str(event["description"]) for event in events)


def test_data_comes_back_as_it_was(written: Write, hostile: Plan) -> None:
    assert Plan.model_validate(json.loads(written(".json").read_text(encoding="utf-8"))) == hostile
    assert Plan.model_validate(yaml.safe_load(written(".yaml").read_text(encoding="utf-8"))) == hostile


def test_the_brief_is_no_source(hostile: Plan) -> None:
    quotes = " ".join(citation.quote for citation in hostile.citations)
    assert not re.search(r"script|VEVENT|cmd", quotes)
