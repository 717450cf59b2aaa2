"""A plan: sections of lines and tables, in which each cell says where it comes from.

There is one form for all: the linter, the exports, the views by framework and the update read the same cells.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from advisor.brief import Brief
from advisor.domain import Citation, ClaimKind, Disagreement, Role, Value, VerdictStatus

FORMAT = 1
"""Version of the form in which plans are saved."""

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,6})?")

Severity = Literal["error", "warning", "hint"]


class Fit(StrEnum):
    """Whether social media marketing suits the business now."""

    YES = "yes"
    SMALL = "yes, but small"
    LISTEN_FIRST = "listen first"
    NOT_YET = "not yet"


class Cell(Value):
    """A sentence, or a field of a table, with its origin.

    Attributes:
        text: What it says.
        kind: Where it comes from. ``yours``: written or changed by hand.
        cites: Numbers of the citations that carry it (``Plan.citations``); only a sourced cell has any.
        status: The verifier's judgement of a sourced cell: supported or partial; ``None`` for others.
        score: Degree of support of a sourced cell, 0 to 1.
        basis: What else there is to know about the origin, one sentence or phrase. Of a computed cell the formula with
            its numbers; of one from the brief the field; of an assumption how to find out.
        value: The number or date that the text shows, if it shows one.
        role: What a sentence does; fields of tables have none.
        seal: Digest of text, origin and citations; tells a cell that was changed by hand.
    """

    text: str
    kind: ClaimKind = ClaimKind.YOURS
    cites: tuple[int, ...] = ()
    status: VerdictStatus | None = None
    score: float | None = None
    basis: str = ""
    value: date | float | None = None
    role: Role | None = None
    seal: str = ""

    @property
    def digest(self) -> str:
        """What ``seal`` is while nobody has changed the cell."""
        parts = (self.text, self.kind.value, ",".join(map(str, self.cites)), self.basis, str(self.value))
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]

    @classmethod
    def by_hand(cls, text: str, role: Role | None = None) -> Self:
        """Make a cell of what somebody wrote; a text that is a date (ISO 8601) or a number has its value, too."""
        value: date | float | None = float(text) if _NUMBER.fullmatch(text) else None
        if _DATE.fullmatch(text):
            with suppress(ValueError):
                value = date.fromisoformat(text)
        return cls(text=text, kind=ClaimKind.YOURS, role=role, value=value).sealed()

    def sealed(self) -> Self:
        """Return the cell with its seal."""
        return self.model_copy(update={"seal": self.digest})


class Column(Value):
    """A column of a table: the key of its cells, and its heading."""

    key: str
    title: str


class Row(Value):
    """A row of a table.

    Attributes:
        key: Its name in the table; stays the same from one draft to the next.
        cells: By key of the column; a column without a cell is empty.
    """

    key: str
    cells: Mapping[str, Cell]

    def text(self, column: str) -> str:
        """Return the text of a cell; empty without one."""
        cell = self.cells.get(column)
        return cell.text if cell is not None else ""


class Table(Value):
    """A table of a section.

    Attributes:
        key: Its name in the plan: ``objectives``, ``platforms``, ``pillars``, ``calendar``, ``kpis``, ``raci``, …
        title: Caption for people.
        columns: In reading order.
        rows: In reading order.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()


class Section(Value):
    """A section of the plan.

    Attributes:
        key: Its name: ``fit``, ``objectives``, …
        title: Heading for people.
        lines: Sentences, in reading order: first the statements, then reasons, steps, warnings and measures.
        tables: Its tables.
        inputs: Fields of the brief that it was drafted from; if none of them changes, it stands.
    """

    key: str
    title: str
    lines: tuple[Cell, ...] = ()
    tables: tuple[Table, ...] = ()
    inputs: tuple[str, ...] = ()

    def cells(self) -> Iterator[Cell]:
        """Yield each cell of its lines and tables."""
        yield from self.lines
        for table in self.tables:
            for row in table.rows:
                yield from row.cells.values()

    def mapped(self, change: Callable[[Cell], Cell]) -> Self:
        """Return the section with each cell changed."""
        tables = [
            table.model_copy(
                update={
                    "rows": tuple(
                        row.model_copy(update={"cells": {key: change(cell) for key, cell in row.cells.items()}})
                        for row in table.rows
                    )
                }
            )
            for table in self.tables
        ]
        return self.model_copy(update={"lines": tuple(map(change, self.lines)), "tables": tuple(tables)})


class Finding(Value):
    """What a rule found in a plan or a text.

    Attributes:
        code: Stable code of the rule: ``P103``.
        severity: ``error`` (the plan can't be worked with), ``warning`` or ``hint``.
        place: Where: ``kpis/2/owner`` is the cell in column ``owner`` of row ``2`` of table ``kpis``; ``fit`` is a
            section.
        message: What is wrong there, one sentence.
        advice: What to do about it, one sentence.
        citation: The sentence of a source that backs the rule, if there is one.
        start: In a text that is no plan: offset of the first character that the finding is about.
        end: Offset after the last one.
    """

    code: str
    severity: Severity
    place: str
    message: str
    advice: str = ""
    citation: Citation | None = None
    start: int | None = None
    end: int | None = None


class Plan(Value):
    """A strategy in which each line can be traced, checked and challenged.

    Attributes:
        brief: What it was drafted from.
        start: First day.
        end: Last day.
        fit: Whether social media marketing suits the business now.
        sections: In reading order.
        citations: All that is cited, numbered from 1 in order of appearance.
        withheld: How many drafted sentences failed the check and are not shown.
        disagreements: Points on which the sources disagree; their citations are among ``citations``.
        gaps: What the sources don't cover, one sentence each.
        findings: What the linter found.
        complete: Whether all sections are there; a plan that was stopped has those that were finished.
        generator: Name of the generator that drafted.
        verifier: Name of the verifier that judged.
        milliseconds: Wall-clock time by section.
        format: Version of this form.
    """

    brief: Brief
    start: date
    end: date
    fit: Fit
    sections: tuple[Section, ...] = ()
    citations: tuple[Citation, ...] = ()
    withheld: int = 0
    disagreements: tuple[Disagreement, ...] = ()
    gaps: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    complete: bool = True
    generator: str = ""
    verifier: str = ""
    milliseconds: Mapping[str, float] = Field(default_factory=dict)
    format: int = FORMAT

    @model_validator(mode="after")
    def _cites_what_is_there(self) -> Self:
        known = {citation.number for citation in self.citations}
        for place, cell in self.cells():
            if missing := [number for number in cell.cites if number not in known]:
                raise ValueError(f"{place} cites {missing[0]}, and there is no citation with that number")
        return self

    def export(self, path: Path | str) -> Path:
        """Write the plan to a file; its suffix chooses the format: .md, .docx, .xlsx, .ics, .json, .html or .yaml.

        Raises:
            PlanError: There is no such format, or the file can't be written.
        """
        # The formats know the plan, so it looks them up only when it is asked.
        exporting = import_module("advisor.planning.exporting")
        written: Path = exporting.export(self, path)
        return written

    def section(self, key: str) -> Section | None:
        """Return the section with a name."""
        return next((section for section in self.sections if section.key == key), None)

    def table(self, key: str) -> Table | None:
        """Return the table with a name, in whichever section it is."""
        return next((table for section in self.sections for table in section.tables if table.key == key), None)

    def rows(self, key: str) -> tuple[Row, ...]:
        """Return the rows of a table; none if it isn't there."""
        table = self.table(key)
        return table.rows if table is not None else ()

    def cells(self) -> Iterator[tuple[str, Cell]]:
        """Yield each cell with its place: ``fit/3`` (third line of a section) or ``kpis/2/owner``."""
        for section in self.sections:
            for number, line in enumerate(section.lines, 1):
                yield f"{section.key}/{number}", line
            for table in section.tables:
                for row in table.rows:
                    for column, cell in row.cells.items():
                        yield f"{table.key}/{row.key}/{column}", cell

    @property
    def assumptions(self) -> tuple[Cell, ...]:
        """All that is assumed, each once."""
        found = (cell for _, cell in self.cells() if cell.kind is ClaimKind.ASSUMPTION)
        return tuple({(cell.text, cell.basis): cell for cell in found}.values())

    @property
    def shares(self) -> dict[ClaimKind, int]:
        """Number of cells by origin."""
        kinds = [cell.kind for _, cell in self.cells()]
        return {kind: kinds.count(kind) for kind in ClaimKind}
