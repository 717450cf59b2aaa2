"""The report as one HTML file: no script, nothing from outside, light and dark as the reader's system is.

Whatever is shown is escaped by the template; the plots alone go in as they are, and are made here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from .contents import OUTCOMES, contents
from .headlines import basis, headlines, outcome, provenance, since_last
from .plots import Bar, Bound, interval_plot, line_plot
from .report import EvalResult, Failure
from .sections import Section, Table
from .words import HALVES

TEMPLATE = Path(__file__).with_name("report.html.j2")

_NUMBER = re.compile(r"[+\-−<>≤≥~]?\s?\d[\d.,]*(?:\s?(?:%|s|ms|MB|MiB|points?))?|–")
_LONG = 40
"""A table with more rows scrolls in a window of its own."""

_KINDS = {OUTCOMES[True]: "good", OUTCOMES[False]: "bad", OUTCOMES[None]: "open", "apart": "strong"}
_WITH_RANGE = re.compile(r"([+−-]?\d\S*) (\(.*\))")


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Attributes:
        text: What stands in it.
        rest: An interval in brackets after it; shown smaller.
        kind: Class names for the style.
    """

    text: str
    rest: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Grid:
    """A table as it is shown.

    Attributes:
        columns: Headings.
        rows: Rows.
        caption: What it shows.
        long: Whether it scrolls in a window of its own.
    """

    columns: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str
    long: bool


@dataclass(frozen=True)
class Drawing:
    """A plot as it is shown.

    Attributes:
        title: What it shows.
        svg: The ``svg`` element, safe to put into the page.
        wide: Whether it takes the whole width.
    """

    title: str
    svg: str
    wide: bool = False


@dataclass(frozen=True)
class Part:
    """A section as it is shown.

    Attributes:
        anchor: Its id in the page.
        title: Heading.
        paragraphs: Text.
        grids: Tables.
        drawings: Plots.
        failures: Failed cases; ``None`` if it isn't about them.
    """

    anchor: str
    title: str
    paragraphs: tuple[str, ...] = ()
    grids: tuple[Grid, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    failures: tuple[Failure, ...] | None = None


def to_html(result: EvalResult) -> str:
    """Return the report as a page: the outcome, then all sections with their plots, then the failures."""
    from jinja2 import Environment, StrictUndefined  # not needed for anything but this

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    word, why = outcome(result)
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        date=result.date[:10],
        outcome=word,
        why=why,
        basis=basis(result),
        headlines=headlines(result),
        since_last=since_last(result),
        provenance=provenance(result),
        parts=(*_sections(result), *_failures(result)),
    )


def _sections(result: EvalResult) -> tuple[Part, ...]:
    parts = [_part(section, f"section-{number}") for number, section in enumerate(contents(result), start=1)]
    parts.insert(len(result.opening) + 1, _overview(result))  # after the thresholds, before the figures in full
    return tuple(parts)


def _part(section: Section, anchor: str) -> Part:
    drawings = tuple(
        Drawing(plot.title, line_plot(plot, f"{anchor}-{number}")) for number, plot in enumerate(section.plots, start=1)
    )
    paragraphs = tuple(text for text in re.split(r"\n\s*\n", section.text) if text.strip())
    return Part(anchor, section.title, paragraphs, tuple(map(_grid, section.tables)), drawings)


def _overview(result: EvalResult) -> Part:
    """Draw the figures over all families, half beside half, with the bounds on those of the judged half."""
    overall = [group for group in result.groups if group.family == "all"]
    bars = [Bar(name, HALVES[group.split], figure) for group in overall for name, figure in group.figures.items()]
    bounds = [
        Bound(one.threshold.name, one.threshold.limit, "at most" if one.threshold.at_least is None else "at least")
        for one in result.judgements
        if one.threshold.metric is not None and one.threshold.split in (None, result.judged)
    ]
    title = "Figures at a glance"
    drawings = (Drawing("Shares of 0 to 1", interval_plot(bars, bounds, title, "glance"), wide=True),) if bars else ()
    text = (
        "Each figure over all families with its 95 % interval. An upright line is a bound; its flag points to where "
        "the figure is to be."
    )
    return Part("glance", title, (text,), drawings=drawings)


def _grid(table: Table) -> Grid:
    numeric = [
        all(_NUMBER.fullmatch(row[at]) or _WITH_RANGE.fullmatch(row[at]) or not row[at] for row in table.rows)
        for at in range(len(table.columns))
    ]
    return Grid(
        columns=tuple(Cell(text, kind="number" * number) for text, number in zip(table.columns, numeric, strict=True)),
        rows=tuple(tuple(_cell(text, number) for text, number in zip(row, numeric, strict=True)) for row in table.rows),
        caption=table.caption,
        long=len(table.rows) > _LONG,
    )


def _cell(text: str, number: bool) -> Cell:
    if number and (found := _WITH_RANGE.fullmatch(text)):
        return Cell(found[1], found[2], "number")
    return Cell(text, kind="number" if number else _KINDS.get(text, ""))


def _failures(result: EvalResult) -> tuple[Part, ...]:
    """Return the failures of each half but the test half."""
    return tuple(
        Part(
            f"failures-{split}",
            f"Failures: {HALVES[split].lower()}",
            failures=tuple(failure for failure in result.failures if failure.split == split),
        )
        for split in dict.fromkeys(group.split for group in result.groups if group.split != "test")
    )
