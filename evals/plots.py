"""Plots as SVG that stands inside a page: its colours and its font are the page's, so it follows light and dark.

matplotlib draws in colours that stand for names; they are replaced by the page's CSS variables ``--ink``, ``--muted``,
``--line``, ``--card`` and ``--series-1`` to ``--series-6``. Same plot, same text, byte for byte.
"""

from __future__ import annotations

import io
import math
import re
import textwrap
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from xml.etree import ElementTree

from .metrics import Estimate
from .sections import Plot, Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS = {
    "#010101": "var(--ink)",
    "#020202": "var(--muted)",
    "#030303": "var(--line)",
    "#040404": "var(--card)",
    **{f"#0{number}0{number}0f": f"var(--series-{number})" for number in range(1, 7)},
}
_INK, _MUTED, _LINE, _CARD, *_SERIES = _COLOURS
_DASHES = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (7, 2, 1, 2)), (0, (3, 1, 1, 1, 1, 1)), (0, (9, 3)))
_MARKERS = ("o", "s", "^", "D", "v", "P")
_FEW = 20
"""So many points of a line are marked singly."""

_LETTERS = 66
"""So many letters fit side by side."""

_WIDTH = 5.0


@dataclass(frozen=True)
class Bar:
    """A figure of one group, to be drawn beside those of other groups.

    Attributes:
        row: Name of the figure.
        group: Name of the group.
        figure: The figure, 0 to 1.
    """

    row: str
    group: str
    figure: Estimate


@dataclass(frozen=True)
class Bound:
    """A bound on a figure.

    Attributes:
        row: Name of the figure.
        value: The bound, 0 to 1.
        side: Whether the figure is to be at least or at most that.
    """

    row: str
    value: float
    side: Literal["at least", "at most"]


def line_plot(plot: Plot, name: str) -> str:
    """Return a plot of lines as an ``svg`` element.

    A series of one point is a mark. Points that are no finite numbers are left out.

    Args:
        plot: What to draw.
        name: Begins the ids in the SVG; differs between the plots of a page.
    """
    series = [found for found in map(_finite, plot.series) if found.points]
    handles = len(series) + plot.diagonal
    longest = max((len(one.name) for one in series), default=0)
    columns = max(1, min(handles, _LETTERS // (longest + 9)))  # a handle takes the room of some nine letters
    lines = sum(1 + _wrapped(one.name).count("\n") for one in series) + plot.diagonal

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        if plot.diagonal:
            axes.plot([0, 1], [0, 1], color=_MUTED, linewidth=1, linestyle=(0, (2, 3)), label="both equal")
        for number, one in enumerate(series):
            _draw_series(axes, one, number)
        _set_limits(axes, series, plot)
        axes.set_xlabel(_wrapped(plot.x), loc="left")
        axes.set_title(_wrapped(plot.y))
        if handles > 1:
            figure.legend(loc="outside lower left", ncols=columns)

    legend = 0.22 * math.ceil(lines / columns) if handles > 1 else 0
    return _svg(draw, height=3.1 + legend, label=plot.title, name=name)


def interval_plot(bars: Sequence[Bar], bounds: Sequence[Bound], label: str, name: str) -> str:
    """Return figures with their intervals, one row for each figure, as an ``svg`` element.

    Args:
        bars: The figures of all groups; those without a value are left out.
        bounds: Bounds, drawn as lines in the figures' rows, with a flag that points to where the figure is to be.
        label: What it shows, for those who can't see it.
        name: Begins the ids in the SVG; differs between the plots of a page.
    """
    shown = [bar for bar in bars if bar.figure.value is not None]
    rows = list(dict.fromkeys(bar.row for bar in shown))
    groups = list(dict.fromkeys(bar.group for bar in shown))

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        for number, group in enumerate(groups):
            _draw_intervals(axes, [bar for bar in shown if bar.group == group], rows, number, len(groups))
        for side, marker in (("at least", 9), ("at most", 8)):  # matplotlib's flags to the right and to the left
            places = [
                (bound.value, rows.index(bound.row)) for bound in bounds if bound.side == side and bound.row in rows
            ]
            for value, row in places:
                axes.vlines(value, row - 0.42, row + 0.42, color=_INK, linewidth=1)
            if places:
                axes.plot(
                    [value for value, _ in places],
                    [row - 0.42 for _, row in places],
                    linestyle="none",
                    marker=marker,
                    markersize=6,
                    color=_INK,
                    label=f"to be {side}",
                )
        axes.set_yticks(range(len(rows)), rows)
        axes.set_ylim(len(rows) - 0.4, -0.7)
        axes.set_xlim(-0.02, 1.02)
        axes.grid(visible=False, axis="y")
        if groups:
            figure.legend(loc="outside lower left", ncols=3)

    return _svg(draw, height=0.9 + (0.12 + 0.08 * len(groups)) * len(rows), label=label, name=name, width=8.6)


def _draw_intervals(axes: Axes, bars: Sequence[Bar], rows: Sequence[str], number: int, of: int) -> None:
    places = [rows.index(bar.row) + (number - (of - 1) / 2) * 0.22 for bar in bars]
    values = [bar.figure.value or 0.0 for bar in bars]
    ends = [
        (value if bar.figure.low is None else bar.figure.low, value if bar.figure.high is None else bar.figure.high)
        for bar, value in zip(bars, values, strict=True)
    ]
    colour = _SERIES[number % len(_SERIES)]
    axes.hlines(places, [low for low, _ in ends], [high for _, high in ends], color=colour, linewidth=2)
    marker = _MARKERS[number % len(_MARKERS)]
    axes.plot(values, places, linestyle="none", marker=marker, markersize=5, color=colour, label=bars[0].group)


def _finite(series: Series) -> Series:
    return Series(series.name, tuple(point for point in series.points if all(map(math.isfinite, point))))


def _draw_series(axes: Axes, series: Series, number: int) -> None:
    single, few = len(series.points) == 1, len(series.points) <= _FEW
    axes.plot(
        [x for x, _ in series.points],
        [y for _, y in series.points],
        color=_SERIES[number % len(_SERIES)],
        linestyle="none" if single else _DASHES[number % len(_DASHES)],
        marker=_MARKERS[number % len(_MARKERS)] if few else "none",
        markersize=10 if single else 5.5,
        markeredgecolor=_CARD,
        markeredgewidth=1 if single else 0.6,
        label=_wrapped(series.name),
        zorder=4 if single else 3,
    )


def _set_limits(axes: Axes, series: Sequence[Series], plot: Plot) -> None:
    """Show shares from 0; up to 1 where the diagonal is drawn or a point comes near."""
    points = [point for one in series for point in one.points]
    for values, set_limits in (([x for x, _ in points], axes.set_xlim), ([y for _, y in points], axes.set_ylim)):
        most = max(values, default=1.0)
        shares = min(values, default=0.0) >= 0 and 0 < most <= 1
        if plot.diagonal or shares:
            top = 1.0 if plot.diagonal or most > 0.7 else 1.1 * most
            set_limits(-0.02 * top, 1.02 * top)


def _wrapped(text: str) -> str:
    """Return text in lines that fit; what can't be printed is left out."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    # An underscore at the beginning would keep a series out of the legend.
    return "\n".join(textwrap.wrap(printable, _LETTERS)).lstrip("_") or "–"


def _svg(draw: Callable[[Figure], None], *, height: float, label: str, name: str, width: float = _WIDTH) -> str:
    """Draw, and return what matplotlib wrote without all that a page doesn't need; sizes in inches."""
    from matplotlib.figure import Figure  # slow to import

    with _style():
        figure = Figure(figsize=(width, height), layout="constrained")
        draw(figure)
        written = io.StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None})
    root = ElementTree.fromstring(written.getvalue())  # noqa: S314  # written by matplotlib, not from outside
    return ElementTree.tostring(_fitted(root, label, name), encoding="unicode")


@contextmanager
def _style() -> Iterator[None]:
    """Apply the style, whatever the reader's own settings of matplotlib are, and take it back afterwards.

    A letter that the font lacks needs no warning: the page's font draws it.
    """
    import matplotlib as mpl

    with mpl.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        mpl.rcdefaults()
        mpl.rcParams.update(
            {
                "svg.hashsalt": "strategy-advisor",
                "svg.fonttype": "none",
                "text.parse_math": False,
                "font.family": "DejaVu Sans",  # comes with matplotlib: the same room for letters everywhere
                "font.size": 10,
                "text.color": _INK,
                "axes.edgecolor": _LINE,
                "axes.labelcolor": _MUTED,
                "axes.titlecolor": _MUTED,
                "axes.titlelocation": "left",
                "axes.titlesize": 10,
                "axes.facecolor": "none",
                "axes.grid": True,
                "axes.axisbelow": True,
                "axes.spines.top": False,
                "axes.spines.right": False,
                "axes.spines.left": False,
                "figure.facecolor": "none",
                "grid.color": _LINE,
                "grid.linewidth": 0.6,
                "xtick.color": _LINE,
                "ytick.color": _LINE,
                "xtick.labelcolor": _MUTED,
                "ytick.labelcolor": _MUTED,
                "ytick.left": False,
                "legend.frameon": False,
                "legend.handlelength": 2.6,
                "legend.borderaxespad": 0,
                "lines.linewidth": 1.8,
            }
        )
        yield


def _fitted(root: ElementTree.Element, label: str, name: str) -> ElementTree.Element:
    """Take out metadata, styles, fonts and namespaces; name colours and ids after the page."""
    for parent in root.iter():
        for child in list(parent):
            if child.tag.endswith(("}metadata", "}style")):
                parent.remove(child)
    used = {target for element in root.iter() for value in element.attrib.values() for target in _targets(value)}
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        for key, value in list(element.attrib.items()):
            del element.attrib[key]
            key = key.rpartition("}")[2]
            if key == "id" and value not in used:
                continue
            element.set(key, f"{name}-{value}" if key == "id" else _renamed(value, name))
    for size in ("width", "height", "version"):
        root.attrib.pop(size, None)
    root.set("role", "img")
    root.set("aria-label", label)
    return root


_TARGET = re.compile(r"(?<=url\(#)[^)]+|(?<=^#)[mp][0-9a-f]{6,}$")
_FONT_FAMILY = re.compile(r"\s*font-family: [^;]*;")


def _targets(value: str) -> list[str]:
    return _TARGET.findall(value)


def _renamed(value: str, name: str) -> str:
    value = _TARGET.sub(lambda found: f"{name}-{found.group()}", value)
    value = _FONT_FAMILY.sub("", value)
    return re.sub(r"#[0-9a-f]{6}\b", lambda found: _COLOURS.get(found.group(), found.group()), value)
