"""What a report consists of beside the figures by family: sections with text, tables, plots and figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """A table; its first column names the rows.

    Attributes:
        columns: Headings.
        rows: Cells, ready for people.
        caption: What it shows, one line.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


@dataclass(frozen=True)
class Series:
    """Points that belong together.

    Attributes:
        name: For the legend.
        points: ``(x, y)``, in order of x.
    """

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Plot:
    """A plot of lines.

    Attributes:
        title: What it shows.
        x: What is on the horizontal axis, with the unit.
        y: What is on the vertical axis, with the unit.
        series: The lines.
        diagonal: Whether to draw ``y = x`` for comparison.
    """

    title: str
    x: str
    y: str
    series: tuple[Series, ...]
    diagonal: bool = False


@dataclass(frozen=True)
class Section:
    """A part of the report.

    Attributes:
        title: Its heading.
        text: Paragraphs, divided by blank lines; plain text.
        tables: Tables, below the text.
        plots: Plots, below the tables; the HTML report alone shows them.
        figures: What thresholds can name, and what is compared with the last run.
    """

    title: str
    text: str = ""
    tables: tuple[Table, ...] = ()
    plots: tuple[Plot, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
