"""A plan as one page for the browser and the printer: no scripts, nothing loaded from elsewhere."""

from __future__ import annotations

from pathlib import Path

from advisor.planning.exporting.contents import LEGEND, STOPPED, Line, facts, heading, parts, references
from advisor.planning.plan import Plan

TEMPLATE = Path(__file__).with_name("plan.html.j2")
LONG = 24
"""Characters from which on a word may be broken in a table, or the table would be wider than the paper."""


def to_html(plan: Plan) -> bytes:
    """Return the plan as a page in UTF-8, with contents, and with evidence that links back to each use."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.tests["long"] = _is_long
    page = environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        title=heading(plan),
        stopped="" if plan.complete else STOPPED,
        facts=facts(plan),
        legend=LEGEND,
        parts=parts(plan),
        references=references(plan),
        uses=_Uses(),
    )
    return page.encode()


def _is_long(line: Line) -> bool:
    return any(len(word) >= LONG for word in f"{line.text} {line.mark}".split())


class _Uses:
    """The places where each citation is used; the template fills it from top to bottom."""

    def __init__(self) -> None:
        self._anchors: dict[int, list[str]] = {}

    def add(self, number: int) -> str:
        """Return the anchor of one more use."""
        anchors = self._anchors.setdefault(number, [])
        anchors.append(f"use_{number}_{len(anchors) + 1}")
        return anchors[-1]

    def of(self, number: int) -> tuple[str, ...]:
        """Return the anchors of all uses so far."""
        return tuple(self._anchors.get(number, ()))
