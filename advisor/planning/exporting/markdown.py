"""A plan as Markdown with footnotes.

The texts are other people's words: what would mean something in Markdown or HTML is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.planning.exporting.contents import (
    LEGEND,
    STOPPED,
    Grid,
    Line,
    Part,
    Reference,
    facts,
    heading,
    parts,
    references,
)
from advisor.planning.exporting.texts import one_line
from advisor.planning.plan import Plan

# $ begins a formula on some sites; an underscore within a word means nothing.
_INLINE = re.compile(r"[\\`*\[\]|~$<]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)")
_BLOCK = re.compile(r"[#>+=-]|\d+(?=[.)])")


def to_markdown(plan: Plan) -> bytes:
    """Return the plan as Markdown in UTF-8: tables as pipes, citations as footnotes with source, quote and offsets."""
    lines = [f"# {_escaped(heading(plan))}", ""]
    if not plan.complete:
        lines += [f"> **{STOPPED}**", ""]
    lines += [f"- {_escaped(label)}: {_escaped(text)}" for label, text in facts(plan)]
    lines += ["", LEGEND]
    for part in parts(plan):
        lines += _part(part)
    entries = references(plan)
    if entries:
        lines += ["", "## Evidence"]
    for entry in entries:
        lines += ["", _footnote(entry)]
    return ("\n".join(lines) + "\n").encode()


def _part(part: Part) -> Iterator[str]:
    yield from ("", f"## {_escaped(part.title)}")
    for group in part.groups:
        if group.heading:
            yield from ("", f"### {_escaped(group.heading)}")
        yield ""
        yield from (f"- {_line(line, _paragraph(line.text))}" for line in group.lines)
    for grid in part.grids:
        yield from _table(grid)


def _table(grid: Grid) -> Iterator[str]:
    yield from ("", f"**{_escaped(grid.title) or 'Table'}**", "")
    yield _row(grid.headings)
    yield f"|{'|'.join(' ---: ' if line.numeric else ' --- ' for line in grid.headings)}|"
    yield from map(_row, grid.rows)


def _row(lines: tuple[Line, ...]) -> str:
    return f"| {' | '.join(_line(line, _escaped(line.text)) for line in lines)} |"


def _line(line: Line, text: str) -> str:
    notes = "".join(f"[^{number}]" for number in line.cites)
    mark = f" *({_escaped(line.mark)})*" if line.mark else ""
    return f"{text}{notes}{mark}"


def _footnote(entry: Reference) -> str:
    return f"[^{entry.number}]: {_escaped(entry.source)}, {entry.place}: “{_escaped(entry.quote)}”"


def _escaped(text: str) -> str:
    """Return text as one line in which nothing is Markdown."""
    return _INLINE.sub(r"\\\g<0>", one_line(text))


def _paragraph(text: str) -> str:
    """Return text as one line that begins no heading, list or quote."""
    line = _escaped(text)
    found = _BLOCK.match(line)
    if found is None:
        return line
    return f"{found.group()}\\{line[found.end() :]}" if line[0].isdigit() else f"\\{line}"
