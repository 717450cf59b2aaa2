"""The words and numbers of a report, the same in each of its forms."""

from __future__ import annotations

from datetime import datetime

from .metrics import Estimate

HALVES = {"dev": "Development half", "test": "Test half", "coverage": "Statements of the source documents"}
"""Titles of the halves."""

FAMILIES = {
    "answerable": "questions that the sources answer",
    "vague": "questions asked in loose, everyday words",
    "near_miss": "about something the sources mention, but they don't give what is asked",
    "out_of_domain": "about something else altogether",
    "follow_up": "can only be understood from the questions asked before",
    "disagreement": "the sources disagree",
    "injection": "the question gives orders to the advisor",
    "statement": "one thing that a source document says, asked as a person would",
}
"""What each family of questions is."""

NO_BREAK = "\N{NO-BREAK SPACE}"
"""Keeps a figure and its sign on one line."""

NOTHING = "–"
"""Stands where there is no value."""


def number(value: float | None) -> str:
    """Return a figure with three decimals; large ones, such as milliseconds, with fewer."""
    if value is None:
        return NOTHING
    return f"{value:.3f}" if abs(value) < 10 else f"{value:,.1f}" if abs(value) < 1000 else f"{value:,.0f}"


def signed(value: float) -> str:
    """Return a difference with its sign, a true minus; nought has none."""
    rounded = number(abs(value))
    if float(rounded.replace(",", "")) == 0:
        return rounded
    return ("−" if value < 0 else "+") + rounded


def interval(figure: Estimate) -> str:
    """Return a value with its interval: ``0.931 (0.89–0.96)``."""
    if figure.low is None or figure.high is None:
        return number(figure.value)
    return f"{number(figure.value)} ({figure.low:.2f}–{figure.high:.2f})"


def shares(figure: Estimate) -> tuple[str, str]:
    """Return a share with its interval, and of how many it is one, for two cells of a table."""
    return (interval(figure), str(figure.cases)) if figure.cases else (NOTHING, "0")


def spoken(family: str) -> str:
    """Return the name of a family for people: ``out of domain``."""
    return family.replace("_", " ")


def percent(value: float) -> str:
    """Return a share as ``93.1 %``, on one line; only exactly 0 and 1 are shown as ``0 %`` and ``100 %``."""
    if value in (0, 1):
        return f"{100 * value:.0f}{NO_BREAK}%"
    return f"{min(max(100 * value, 0.1), 99.9):.1f}{NO_BREAK}%"


def moment(iso: str) -> str:
    """Return an ISO 8601 time as ``2026-05-04 14:03 UTC``; what is no such time as it is."""
    try:
        time = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{time:%Y-%m-%d %H:%M} {time.tzname() or ''}".rstrip()
