"""The report as Markdown: all but the plots.

Questions, answers and titles are other people's words: what would mean something in Markdown is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .contents import contents
from .headlines import basis, headlines, outcome, provenance, since_last
from .report import EvalResult, Failure
from .sections import Section, Table
from .words import HALVES

_INLINE = re.compile(r"[\\`*|~]|<(?=[A-Za-z/!?])|(?<![^\W_])_|_(?![^\W_])|\](?=[(:\[])|&(?=#?\w+;)")
_BLOCK = re.compile(r"[#>+=-]|\d+(?=[.)])")


def escaped(text: str) -> str:
    """Return text as one line in which nothing is Markdown; ``snake_case`` and ``[1]`` mean nothing and are kept."""
    return _INLINE.sub(r"\\\g<0>", " ".join(text.split()))


def paragraph(text: str) -> str:
    """Return text as one line that begins no heading, list or quote."""
    line = escaped(text)
    found = _BLOCK.match(line)
    if found is None:
        return line
    return f"{found.group()}\\{line[found.end() :]}" if line[0].isdigit() else f"\\{line}"


def to_markdown(result: EvalResult) -> str:
    """Return the report: the outcome, then all sections, then the failures (never of the test half)."""
    word, why = outcome(result)
    lines = ["# Evaluation", "", f"**{word}.** {escaped(why)}", "", escaped(basis(result)), ""]
    lines += [f"- {escaped(str(headline))}" for headline in headlines(result)]
    lines += ["", escaped(since_last(result)), ""]
    lines += [f"- {escaped(label)}: {escaped(value)}" for label, value in provenance(result)]
    for section in contents(result):
        lines += ["", *_section(section)]
    for split in dict.fromkeys(group.split for group in result.groups if group.split != "test"):
        lines += ["", f"## Failures: {HALVES[split].lower()}", ""]
        listed = [failure for failure in result.failures if failure.split == split]
        for failure in listed:
            lines += [*_failure(failure), ""]
        if not listed:
            lines.append("None.")
    return "\n".join(lines).rstrip() + "\n"


def _section(section: Section) -> Iterator[str]:
    yield f"## {escaped(section.title)}"
    for text in filter(str.strip, re.split(r"\n\s*\n", section.text)):
        yield from ("", paragraph(text))
    for table in section.tables:
        yield ""
        if table.caption:
            yield from (f"{paragraph(table.caption.rstrip('.'))}:", "")
        yield from _table(table)
    if section.plots:
        yield from ("", paragraph(f"Plots, in report.html: {'; '.join(plot.title for plot in section.plots)}."))


def _table(table: Table) -> list[str]:
    return [_row(table.columns), "|---" * len(table.columns) + "|", *(_row(row) for row in table.rows)]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(map(escaped, cells)) + " |"


def _failure(failure: Failure) -> Iterator[str]:
    yield from (f"### {failure.id}", "", f"Question: {escaped(failure.question)}", "", f"Status: {failure.status}", "")
    yield from (f"- {paragraph(fault)}" for fault in failure.faults)
    yield ""
    for line in failure.answer.splitlines():
        item = line.strip().startswith("- ")
        yield f"> {'- ' if item else ''}{paragraph(line.strip().removeprefix('- '))}".rstrip()
