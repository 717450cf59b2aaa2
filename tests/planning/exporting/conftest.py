"""One plan with everything that can be in one."""

from __future__ import annotations

from datetime import date

import pytest

from advisor.brief import Brief
from advisor.domain import Citation, ClaimKind, Disagreement, Role, Side, Source, VerdictStatus
from advisor.planning.plan import Cell, Column, Finding, Fit, Plan, Row, Section, Table

HEBREW = "פרסמו תמונה אחת | בשבוע 🎉"
ARABIC = "اسأل الزبائن عن رأيهم"
SCRIPT = "<script>alert('x')</script> & <b>bold</b>"
FORMULA = '=HYPERLINK("http://x")'
PIPES = "a | b\nsecond *line* [link](http://x) `code` [^9] $5 ~~no~~ &amp; \\"
CONTROL = "be\x07ll\x00 and\x1b esc"
QUOTES = (
    "Regular posts\nkeep a page alive.",
    "Customers | answer <questions> of 2 kinds.",
    "+1 is how some agree.",
    "Most small shops post too often.",
    "Most small shops post too seldom.",
)


def citation(number: int) -> Citation:
    source = Source(
        id=f"s{number}",
        title=f"Handbook {number} | <i>of</i> posts",
        kind="document",
        origin="handbook.md",
        author="Ada Müller",
        published="2019-05-01",
    )
    quote, start = QUOTES[number - 1], 100 * number
    return Citation(
        number=number,
        source=source,
        start=start,
        end=start + len(quote),
        quote=quote,
        passage_id="p",
        page=7 if number == 2 else None,
    )


def sourced(text: str, *cites: int, status: VerdictStatus = VerdictStatus.SUPPORTED, role: Role | None = None) -> Cell:
    return Cell(text=text, kind=ClaimKind.SOURCED, cites=cites, status=status, score=0.9, role=role).sealed()


def brief(text: str, field: str = "people") -> Cell:
    return Cell(text=text, kind=ClaimKind.FROM_BRIEF, basis=field).sealed()


def computed(text: str, value: date | float | None = None, basis: str = "3 × 4") -> Cell:
    return Cell(text=text, kind=ClaimKind.COMPUTED, basis=basis, value=value).sealed()


def assumed(text: str, value: date | float | None = None) -> Cell:
    return Cell(text=text, kind=ClaimKind.ASSUMPTION, basis="Count for two weeks.", value=value).sealed()


def yours(text: str) -> Cell:
    return Cell(text=text, kind=ClaimKind.YOURS).sealed()


def table(key: str, title: str, columns: str, *rows: tuple[Cell | None, ...]) -> Table:
    keys = columns.split()
    return Table(
        key=key,
        title=title,
        columns=tuple(Column(key=k, title=k.capitalize()) for k in keys),
        rows=tuple(
            Row(key=f"{key}-{n}", cells={k: cell for k, cell in zip(keys, row, strict=True) if cell is not None})
            for n, row in enumerate(rows, 1)
        ),
    )


def sections() -> tuple[Section, ...]:
    lines = (
        sourced("Post once a week.", 1, 2, role=Role.ANSWER),
        sourced("Answer every question.", 2, status=VerdictStatus.PARTIAL, role=Role.WHY),
        sourced(HEBREW, 1, role=Role.DO),
        yours(SCRIPT).model_copy(update={"role": Role.DO}),
        yours(FORMULA),
        assumed(PIPES),
        brief(CONTROL, "offering"),
        sourced("Was checked.", 1).model_copy(update={"text": "Was changed by hand."}),
        yours("- a dash first"),
        yours("1. a number first"),
    )
    pillars = table(
        "pillars",
        "Pillars of content",
        "pillar share purpose format",
        (yours("Kitchen 🍲"), computed("60 %", 0.6, "100 − 40"), sourced("Shows the work.", 1), brief("photo")),
        (yours("Guests"), computed("40 %", 0.4, "100 − 60"), assumed(ARABIC), brief("video")),
    )
    calendar = table(
        "calendar",
        "Calendar",
        "date platform pillar format hook action owner minutes",
        *(
            (
                computed(f"2027-01-0{day}", date(2027, 1, day), "every day"),
                yours("Instagram"),
                yours("Kitchen 🍲"),
                yours("photo"),
                sourced(f"What is in the pot, {day}; a, b?", 2, 3),
                yours(FORMULA),
                brief("Ann"),
                computed("25 minutes", 25.0),
            )
            for day in (4, 5, 6)
        ),
        (
            None,
            yours("Facebook"),
            None,
            None,
            yours("a post without a date"),
            None,
            None,
            assumed("10 to 20 minutes or so", 15.0),
        ),
    )
    kpis = table(
        "kpis",
        "KPIs",
        "objective kpi baseline target review",
        (
            brief("More guests", "goal"),
            sourced("Replies", 3),
            brief("1,200 guests", "baselines").model_copy(update={"value": 1200.0}),
            sourced("1,500 guests", 1).model_copy(update={"value": 1500.0}).sealed(),
            computed("by early March", date(2027, 3, 1)),
        ),
    )
    reviews = table(
        "reviews", "Reviews", "cadence date agenda", (yours("month"), computed("x", date(2027, 2, 1)), yours("Numbers"))
    )
    raci = table("raci", "Who does what", "task responsible accountable", (yours("Write"), brief("Ann"), brief("Bo")))
    hours = table("hours", "Hours", "activity hours share", (yours("Write"), computed("1.5", 1.5), computed("50%", 50)))
    strange = table(
        "odd", "What: if [this] happens / or that, in a very long title", "a a2", (yours("@x"), yours(HEBREW))
    )
    empty = table("budget", "Budget", "item amount share")
    return (
        Section(key="fit", title="Does it suit?", lines=lines),
        Section(key="content", title=HEBREW, tables=(pillars, calendar, reviews)),
        Section(key="work", title="Work <& people>", tables=(kpis, raci, hours, strange, empty)),
    )


@pytest.fixture
def plan() -> Plan:
    """A plan that was stopped, with cells of all origins and texts that mean something to each format."""
    sides = (Side(position="too often", citation=citation(4)), Side(position="too seldom", citation=citation(5)))
    return Plan(
        brief=Brief(business="a family | restaurant <in> Graz", goal="more guests"),
        start=date(2027, 1, 4),
        end=date(2027, 4, 3),
        fit=Fit.SMALL,
        sections=sections(),
        citations=tuple(citation(number) for number in range(1, 6)),
        withheld=2,
        disagreements=(Disagreement(subject="how often to post", sides=sides),),
        gaps=("What a photo costs isn't covered.",),
        findings=(
            Finding(
                code="P103",
                severity="warning",
                place="kpis/kpis-1/owner",
                message="It has no owner.",
                advice="Name one.",
                citation=citation(3).model_copy(update={"number": 0}),
            ),
        ),
        complete=False,
        generator="extractive",
        verifier="support",
    )


@pytest.fixture
def cited(plan: Plan) -> set[int]:
    """All numbers that are used."""
    return {number for _, cell in plan.cells() for number in cell.cites} | {4, 5}
