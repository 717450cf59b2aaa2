"""The verb ``plan``: from a brief to files, what it prints, its exit code; and plans of briefs that nobody prepared."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import pytest
import yaml
from icalendar import Calendar

from advisor.brief import parse_brief
from advisor.domain import ClaimKind
from advisor.knowledge_base import KnowledgeBase
from advisor.planner import Planner
from advisor.planning.exporting import FORMATS, schema
from advisor.planning.linter import lint
from advisor.planning.outline import OUTLINE
from advisor.planning.plan import Cell, Fit, Plan
from advisor.planning.saving import read_plan
from advisor.planning.schedule import MAKING
from tests.command_line import Run

from .conftest import TODAY

CAFE = {
    "business": "a small café in Leeds",
    "goal": "more guests in the afternoon",
    "hours_per_week": 3,
    "budget": 400,
    "currency": "GBP",
    "people": ["Mia"],
}
# Without a start, so that they can be drafted on any day.
DENTIST = {
    "business": "a dentist practice with two dentists",
    "offering": "check-ups, fillings, dental hygiene, care for anxious patients",
    "customers": "families of the district",
    "goal": "more appointments for dental hygiene",
    "channels": ["website", "Google listing"],
    "hours_per_week": 2,
    "budget": 900,
    "currency": "CHF",
    "horizon": "9 months",
    "people": ["Lea", "Noah"],
    "baselines": [{"metric": "hygiene appointments a month", "value": 60, "target": 80}],
}
YOGA = {
    "business": "a solo yoga teacher, self-employed",
    "offering": "classes in a rented studio and online",
    "customers": "office workers with stiff backs",
    "goal": "fuller morning classes",
    "channels": ["Instagram"],
    "hours_per_week": 5,
    "horizon": "6 months",
    "people": ["Ira"],
}
NEW = {"dentist": DENTIST, "yoga": YOGA}


def number(cell: Cell | None) -> float:
    value = cell.value if cell is not None else None
    assert isinstance(value, int | float)
    return float(value)


@pytest.fixture
def brief(tmp_path: Path) -> Path:
    path = tmp_path / "brief.yaml"
    path.write_text(yaml.safe_dump(CAFE, allow_unicode=True), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def cafe_plan(planner: Planner) -> Plan:
    """The plan of the café, drafted today."""
    *_, plan = planner.stream(parse_brief(CAFE), date.today())
    return plan


@pytest.fixture(scope="module")
def plans(planner: Planner, reference_plans: Mapping[str, Plan]) -> Mapping[str, Plan]:
    """The reference plans, and those of two businesses more."""
    found = dict(reference_plans)
    for name, told in NEW.items():
        *_, found[name] = planner.stream(parse_brief(told), TODAY)
    return found


# -- the command ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("bundled")
def test_a_brief_becomes_files_of_every_kind(run: Run, brief: Path, tmp_path: Path) -> None:
    files = {suffix: tmp_path / f"plan{suffix}" for suffix in FORMATS}
    ran = run("plan", brief, *(word for path in files.values() for word in ("--out", path)), "--json")
    assert ran.code == 0
    assert ran.err == ""
    printed = Plan.model_validate(ran.json)
    jsonschema.validate(ran.json, schema())
    assert printed.complete
    assert printed.brief == parse_brief(CAFE)
    assert [section.key for section in printed.sections] == [heading.key for heading in OUTLINE]
    assert read_plan(files[".yaml"]) == read_plan(files[".json"]) == printed
    assert "# Social media plan: a small café in Leeds" in files[".md"].read_text(encoding="utf-8")
    assert "<h1" in files[".html"].read_text(encoding="utf-8")
    assert all(files[suffix].read_bytes()[:2] == b"PK" for suffix in (".docx", ".xlsx"))
    days = [event["dtstart"].dt for event in Calendar.from_ical(files[".ics"].read_bytes()).walk("VEVENT")]
    assert len(days) == len(printed.rows("calendar")) + len(printed.rows("reviews"))
    assert all(printed.start <= day <= printed.end for day in days)


@pytest.mark.usefixtures("bundled")
def test_one_page_is_written_and_the_files_are_named(run: Run, brief: Path, tmp_path: Path) -> None:
    ran = run("plan", brief, "--view", "one-page", "--out", tmp_path / "page.md")
    assert ran.code == 0
    assert f"Written: {tmp_path / 'page.md'}" in ran.out
    assert "sections; cells: " in ran.out
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    titles = [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")]
    assert {"Objectives", "What to do next Monday"} <= set(titles)
    assert "KPIs" not in titles


@pytest.mark.usefixtures("bundled")
def test_what_is_asked_can_be_skipped_and_what_is_wrong_is_asked_again(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = ["a bakery in Porto", "", "", "more regulars", "website, Instagram", "-3", "4", "600", "600 EUR", ""]
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(answers) + "\n"))
    ran = run("plan", "--ask", "--json")
    assert ran.code == 0
    told = Plan.model_validate(ran.json).brief
    assert (told.business, told.goal, told.channels) == ("a bakery in Porto", "more regulars", ("website", "Instagram"))
    assert (told.hours_per_week, told.budget, told.currency) == (4, 600, "EUR")
    assert [question.field for question in told.skipped] == ["offering", "customers", "horizon"]
    assert ran.err.count("How many hours a week") == 2
    assert "a budget needs a currency" in ran.err
    assert "What kind of business" not in ran.out


@pytest.mark.usefixtures("bundled")
def test_an_update_shows_what_the_brief_changes(run: Run, cafe_plan: Plan, tmp_path: Path) -> None:
    saved = cafe_plan.export(tmp_path / "plan.yaml")
    changed = tmp_path / "changed.yaml"
    changed.write_text(yaml.safe_dump({**CAFE, "budget": 800}, allow_unicode=True), encoding="utf-8")
    ran = run("plan", "--update", saved, changed, "--out", saved)
    assert ran.code == 0
    old, new = cafe_plan.rows("budget")[0], read_plan(saved).rows("budget")[0]
    assert f"budget/{old.key}/amount:\n  - {old.text('amount')}\n  + {new.text('amount')}\n" in ran.out
    assert number(new.cells["amount"]) == 2 * number(old.cells["amount"])
    assert read_plan(saved).section("objectives") == cafe_plan.section("objectives")
    again = run("plan", "--update", saved, changed)
    assert again.code == 0
    assert "0 changes." in again.out


@pytest.mark.usefixtures("bundled")
def test_a_check_finds_sources_that_changed(run: Run, cafe_plan: Plan, tmp_path: Path) -> None:
    fine = run("plan", "--check", cafe_plan.export(tmp_path / "plan.yaml"))
    assert fine.code == 0
    assert "0 have lost their source." in fine.out
    first, *others = cafe_plan.citations
    gone = first.model_copy(update={"quote": "The source used to say this."})
    stale = cafe_plan.model_copy(update={"citations": (gone, *others)})
    used = {place for place, cell in stale.cells() if first.number in cell.cites}
    ran = run("plan", "--check", stale.export(tmp_path / "stale.yaml"), "--json")
    assert ran.code == (1 if used else 0)
    assert {one["place"] for one in ran.json["lost"]} == used
    assert all(one["quote"] == "The source used to say this." for one in ran.json["lost"])


@pytest.mark.usefixtures("bundled")
def test_a_check_names_what_the_linter_finds(run: Run, cafe_plan: Plan, tmp_path: Path) -> None:
    crippled = cafe_plan.model_copy(update={"sections": tuple(s for s in cafe_plan.sections if s.key != "reputation")})
    ran = run("plan", "--check", crippled.export(tmp_path / "plan.yaml"))
    assert ran.code == 1
    assert "error P113 crisis:" in ran.out


@pytest.mark.usefixtures("bundled")
@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"hours_per_week": -2}, "hours_per_week: "),
        ({"hours_per_week": 200}, "hours_per_week: "),
        ({"start": "2020-01-06", "horizon": "2020-06-30"}, "horizon: it ends on 2020-06-30"),
        ({"horizon": "ages"}, 'horizon: give a date (2027-06-30) or a time such as "6 months"'),
        ({"budget": 400, "currency": None}, "a budget needs a currency"),
        ({"goal": "more " * 400_000}, "bytes; a brief has at most 100,000"),
        ({"goal": "more " * 400}, "goal: "),
        ({"business": ""}, "business: "),
        ({"hours": 3}, "hours: "),
    ],
)
def test_a_brief_that_cannot_be_used_is_refused_in_one_line(
    run: Run, tmp_path: Path, told: Mapping[str, object], said: str
) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(yaml.safe_dump({**CAFE, **told}, allow_unicode=True), encoding="utf-8")
    ran = run("plan", path, "--out", tmp_path / "plan.yaml", "--out", tmp_path / "plan.docx")
    assert ran.code == 1
    assert ran.out == ""
    message = [line for line in ran.err.splitlines() if line.strip()]
    assert len(message) == 1
    assert said in message[0]
    assert len(message[0]) < 500
    assert not list(tmp_path.glob("plan.*"))


@pytest.mark.usefixtures("bundled")
def test_a_format_that_there_is_not_is_refused_before_anything_is_drafted(run: Run, brief: Path) -> None:
    ran = run("plan", brief, "--out", "plan.md", "--out", "plan.pdf")
    assert ran.code == 1
    assert ".md, .docx, .xlsx, .ics, .json, .html, .yaml" in ran.err
    assert not Path("plan.md").exists()


def test_nothing_to_draft_from_is_wrong_usage(run: Run) -> None:
    ran = run("plan")
    assert ran.code == 2
    assert "--ask" in ran.err


def test_the_schema_is_printed(run: Run) -> None:
    ran = run("plan", "--schema")
    assert ran.code == 0
    assert ran.json == json.loads(json.dumps(schema()))


# -- structure and origin -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NEW)
def test_a_new_brief_gets_a_plan_that_holds_together(
    name: str, plans: Mapping[str, Plan], bundled_kb: KnowledgeBase
) -> None:
    plan = plans[name]
    assert plan.complete
    assert plan.fit is not Fit.NOT_YET
    assert [section.key for section in plan.sections] == [heading.key for heading in OUTLINE]
    assert all(section.lines for section in plan.sections)
    assert [finding for finding in lint(plan, bundled_kb) if finding.severity == "error"] == []
    valid = {c.number for c in plan.citations if bundled_kb.text(c.source.id)[c.start : c.end] == c.quote}
    sourced = [cell for _, cell in plan.cells() if cell.kind is ClaimKind.SOURCED]
    assert len(sourced) > 100
    assert all(cell.cites and valid.issuperset(cell.cites) for cell in sourced)
    assert all(cell.basis and not cell.cites for _, cell in plan.cells() if cell.kind is not ClaimKind.SOURCED)
    assert sum(number(row.cells["share"]) for row in plan.rows("pillars")) == 100
    assert sum(number(row.cells["hours"]) for row in plan.rows("hours")) == plan.brief.hours_per_week
    assert sum(number(row.cells["amount"]) for row in plan.rows("budget")) == (plan.brief.budget or 0)


def test_a_plan_that_says_not_yet_has_the_sections_for_it(planner: Planner) -> None:
    told = {**DENTIST, "hours_per_week": 0}
    *_, plan = planner.stream(parse_brief(told), TODAY)
    assert plan.fit is Fit.NOT_YET
    assert [section.key for section in plan.sections] == [heading.key for heading in OUTLINE if heading.always]


def weeks(plan: Plan) -> Iterator[float]:
    """Yield the hours that the posts of each week take."""
    used: dict[date, float] = {}
    for row in plan.rows("calendar"):
        day = row.cells["date"].value
        assert isinstance(day, date)
        monday = day - timedelta(days=day.weekday())
        used[monday] = used.get(monday, 0) + number(row.cells["minutes"]) / 60
    yield from used.values()


def test_the_posts_of_each_week_fit_the_hours(plans: Mapping[str, Plan]) -> None:
    for plan in plans.values():
        making = next(row for row in plan.rows("hours") if row.text("activity") == MAKING)
        hours = number(making.cells["hours"])
        assert plan.rows("calendar")
        assert max(weeks(plan)) <= max(hours, 1)
        assert hours < (plan.brief.hours_per_week or 0)


def test_no_two_businesses_get_the_same(plans: Mapping[str, Plan]) -> None:
    def seen(key: str, *columns: str) -> set[tuple[str, ...]]:
        return {tuple(row.text(c) for row in plan.rows(key) for c in columns) for plan in plans.values()}

    assert len(seen("platforms", "platform", "decision")) == len(plans)
    # There is no guidance for dentists or teachers: these two share the pillars that suit any business.
    assert len(seen("pillars", "pillar", "share")) >= len(plans) - 1
    assert len(seen("kpis", "kpi", "target")) == len(plans)
    assert len(seen("calendar", "hook")) == len(plans)
    assert len({tuple(row.text("date") for row in plan.rows("calendar")) for plan in plans.values()}) >= 4
    assert {plan.fit for plan in plans.values()} == {Fit.YES, Fit.SMALL, Fit.LISTEN_FIRST}
