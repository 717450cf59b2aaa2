"""The HTML of plans: complete, each line with its origin, and never more than our own markup."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

import pytest
from bs4 import BeautifulSoup, Tag

from advisor.brief import Brief
from advisor.domain import ClaimKind, VerdictStatus
from advisor.planning.frameworks import VIEWS, view
from advisor.planning.plan import Cell, Column, Finding, Fit, Plan, Row, Section, Table
from advisor.ui import words
from advisor.ui.plan_page import judged, told
from advisor.ui.plan_rendering import render_plan
from tests.ui.scripted import GUIDE, HOSTILE, REPLIES, ScriptedAdvisor, cite

BRIEF = Brief(
    business="a family restaurant in Graz",
    goal="more guests from Tuesday to Thursday",
    hours_per_week=4,
    budget=600,
    currency="EUR",
)


@cache
def whole() -> Plan:
    return ScriptedAdvisor().plan(BRIEF)


@dataclass
class Shown:
    """A rendered plan, and how to look things up in it."""

    page: BeautifulSoup

    def all(self, selector: str) -> list[Tag]:
        return list(self.page.select(selector))

    def texts(self, selector: str) -> list[str]:
        return [found.get_text() for found in self.all(selector)]

    def section(self, key: str) -> Shown:
        (found,) = self.all(f'[data-section="{key}"]')
        return Shown(BeautifulSoup(str(found), "html.parser"))


def rendered(plan: Plan, *, running: bool = False, places: Plan | None = None) -> Shown:
    return Shown(BeautifulSoup(render_plan(plan, running=running, places=places), "html.parser"))


def of(*cells: Cell, findings: tuple[Finding, ...] = (), tables: tuple[Table, ...] = ()) -> Plan:
    """A plan of one section with these lines."""
    return Plan(
        brief=BRIEF,
        start=date(2027, 1, 4),
        end=date(2027, 4, 3),
        fit=Fit.YES,
        sections=(Section(key="fit", title="Situation", lines=cells, tables=tables),),
        citations=(cite(GUIDE, REPLIES, 1),),
        findings=findings,
    )


def test_every_cell_is_there_with_its_place_and_text() -> None:
    shown = {cell["data-place"]: cell.get_text() for cell in rendered(whole()).all(".cell")}
    assert shown == {place: cell.text for place, cell in whole().cells()}
    assert len(shown) > 100


def test_a_sourced_line_has_a_chip_for_each_citation_and_says_when_it_is_partly_supported() -> None:
    partly = Cell(text="Partly so.", kind=ClaimKind.SOURCED, cites=(1,), status=VerdictStatus.PARTIAL, score=0.5)
    fully = Cell(text="Wholly so.", kind=ClaimKind.SOURCED, cites=(1,), status=VerdictStatus.SUPPORTED, score=1)
    shown = rendered(of(fully, partly))
    lines = shown.all("section li")
    assert [chip["data-at"] for chip in shown.all("section li .chip")] == ["fit/1", "fit/2"]
    assert shown.all(".chip")[0]["aria-label"] == f"Citation 1: {GUIDE.title}"
    assert lines[0].select(".verdict") == []
    assert lines[1].select_one(".verdict").get_text() == "Partly supported"  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", [kind for kind in ClaimKind if kind is not ClaimKind.SOURCED])
def test_another_origin_is_told_by_a_sign_a_name_and_what_there_is_to_know(kind: ClaimKind) -> None:
    shown = rendered(of(Cell(text="A line.", kind=kind, basis="2 x <b>3</b> hours")))
    (mark,) = shown.all("section summary.origin")
    assert f"origin-{kind.value}" in mark["class"]
    assert mark["aria-label"] == words.ORIGINS[kind]
    assert len(mark.get_text()) == 1
    (basis,) = shown.all("section .basis")
    assert basis.get_text() == f"{words.ORIGIN_MEANINGS[kind]} 2 x <b>3</b> hours"
    assert shown.all(".chip") == []


def test_the_signs_of_the_origins_differ() -> None:
    cells = [Cell(text="A line.", kind=kind) for kind in ClaimKind if kind is not ClaimKind.SOURCED]
    signs = rendered(of(*cells)).texts("section summary.origin")
    assert len(set(signs)) == len(cells)


def test_the_legend_counts_the_origins() -> None:
    counted = [text.split(maxsplit=1)[1] for text in rendered(whole()).texts(".origins li")]
    assert counted == [f"{number} {words.ORIGINS[kind]}" for kind, number in whole().shares.items() if number]


def test_a_table_has_its_headings_and_an_empty_field_where_there_is_no_cell() -> None:
    columns = (Column(key="who", title="Who"), Column(key="when", title="When"))
    table = Table(key="raci", title="Tasks", columns=columns, rows=(Row(key="1", cells={"who": Cell(text="Ann")}),))
    shown = rendered(of(tables=(table,)))
    assert shown.texts("th[scope=col]") == ["Who", "When"]
    assert [len(field.select(".cell")) for field in shown.all("td")] == [1, 0]
    (box,) = shown.all(".table-box")
    assert (box["role"], box["aria-label"], box["tabindex"]) == ("region", "Tasks", "0")


def test_pillars_and_budget_are_drawn_in_proportion() -> None:
    shown = rendered(whole())
    for section, table, column in (("pillars", "pillars", "share"), ("budget", "budget", "amount")):
        values = [float(row.cells[column].value) for row in whole().rows(table)]  # type: ignore[arg-type]
        bars = shown.section(section).all(".bars .bar > span")
        widths = [float(re.fullmatch(r"width:([\d.]+)%", str(bar["style"]))[1]) for bar in bars]  # type: ignore[index]
        assert widths == pytest.approx([100 * value / max(values) for value in values], abs=0.05)
        texts = shown.section(section).texts(".bars li > span:last-child")
        assert texts == [row.text(column) for row in whole().rows(table)]


def test_findings_stand_in_the_section_they_concern_with_their_sentence() -> None:
    places = {finding.place.partition("/")[0] for finding in whole().findings}
    assert "kpis" in places
    shown = rendered(whole())
    here = shown.section("kpis").all(".findings li")
    concerned = [f for f in whole().findings if f.place.startswith("kpis/")]
    assert len(here) == len(concerned)
    for item, finding in zip(here, concerned, strict=True):
        assert finding.message in item.get_text()
        assert finding.citation is not None
        assert item.select_one("q").get_text() == finding.citation.quote  # type: ignore[union-attr]
        number = int(str(item.select_one("[data-finding]")["data-finding"]))  # type: ignore[index]
        assert whole().findings[number] == finding
    assert len(shown.all(".findings li")) == len(whole().findings)


def test_a_finding_about_what_is_missing_is_not_lost() -> None:
    finding = Finding(code="P113", severity="error", place="crisis", message="Nobody decides.", advice="Name one.")
    assert "Nobody decides. Name one." in rendered(of(findings=(finding,))).texts(".findings li")[0]


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_keeps_the_places_of_the_lines_and_all_findings(name: str) -> None:
    shown = rendered(view(whole(), name), places=whole())
    texts = {place: cell.text for place, cell in whole().cells()}
    cells = shown.all(".cell")
    assert len(cells) > 10
    assert all(texts[str(cell["data-place"])] == cell.get_text() for cell in cells)
    assert len(shown.all(".findings li")) == len(whole().findings)


def test_in_a_framework_a_finding_stands_under_the_heading_that_has_its_section() -> None:
    finding = Finding(code="P118", severity="warning", place="risks", message="It never stops.")
    plan = whole().model_copy(update={"findings": (finding,)})
    shown = rendered(view(plan, "sostac"), places=plan)
    assert "It never stops." in shown.section("control").texts(".findings li")[0]


def test_while_it_is_drafted_it_says_how_far_it_is_and_leaves_the_closing_parts_out() -> None:
    partial = whole().model_copy(update={"sections": whole().sections[:3], "complete": False})
    running, stopped = rendered(partial, running=True), rendered(partial)
    assert "Section 4 of 20: Listening and research" in running.texts("[role=status]")[0]
    assert running.all("[data-changing]:not(:disabled), .disagreement") == []
    assert stopped.texts("[role=status]") == [words.PLAN_STOPPED.format(done=3)]
    assert len(stopped.all(".disagreement .side")) == 2


def test_a_plan_that_advises_against_starting_counts_its_own_sections() -> None:
    short = ScriptedAdvisor().plan(BRIEF.model_copy(update={"hours_per_week": 0.5}))
    assert short.fit is Fit.NOT_YET
    first = short.model_copy(update={"sections": short.sections[:1]})
    assert f"2 of {len(short.sections)}" in rendered(first, running=True).texts("[role=status]")[0]


def test_nothing_in_a_plan_becomes_markup() -> None:
    cell = Cell(text=HOSTILE, kind=ClaimKind.ASSUMPTION, basis=HOSTILE)
    table = Table(
        key=HOSTILE,
        title=HOSTILE,
        columns=(Column(key=HOSTILE, title=HOSTILE),),
        rows=(Row(key=HOSTILE, cells={HOSTILE: cell}),),
    )
    finding = Finding(
        code=HOSTILE, severity="hint", place=HOSTILE, message=HOSTILE, advice=HOSTILE, citation=cite(GUIDE, REPLIES)
    )
    plan = of(cell, tables=(table,), findings=(finding,)).model_copy(
        update={"gaps": (HOSTILE,), "brief": Brief(business=HOSTILE)}
    )
    plan = plan.model_copy(
        update={"sections": tuple(s.model_copy(update={"key": HOSTILE, "title": HOSTILE}) for s in plan.sections)}
    )
    shown = rendered(plan)
    assert shown.all("script, img, a, b:not(.fit b)") == []
    assert {str(cell["data-place"]) for cell in shown.all(".cell")} == {
        f"{HOSTILE}/1",
        f"{HOSTILE}/{HOSTILE}/{HOSTILE}",
    }
    assert not [name for tag in shown.all("*") for name in tag.attrs if name.startswith("on")]
    assert shown.texts("h2") == [words.PLAN_TITLE.format(business=HOSTILE)]


def test_the_verdict_of_a_cell_is_what_was_judged() -> None:
    cell = Cell(
        text="So.", kind=ClaimKind.SOURCED, cites=(1,), status=VerdictStatus.PARTIAL, score=0.4, basis="Says less."
    )
    verdict = judged(of(cell, Cell(text="Mine.")), "fit/1")
    assert verdict is not None
    assert (verdict.claim.text, verdict.status, verdict.score, verdict.reasons) == (
        "So.",
        VerdictStatus.PARTIAL,
        0.4,
        ("Says less.",),
    )
    assert judged(of(cell, Cell(text="Mine.")), "fit/2") is None
    assert judged(of(cell), "nowhere/1") is None


def test_answers_become_a_brief_and_what_is_empty_was_skipped() -> None:
    brief = told(("a bakery", "", " ", "regulars", "website, Instagram", "3", "600 EUR", ""))
    assert (brief.business, brief.goal, brief.channels, brief.hours_per_week) == (
        "a bakery",
        "regulars",
        ("website", "Instagram"),
        3,
    )
    assert (brief.budget, brief.currency) == (600, "EUR")
    assert [question.field for question in brief.skipped] == ["offering", "customers", "horizon"]
