"""What has changed since the last run, read from the report that it left in the folder.

Figures are compared half by half and family by family. Two 95 % intervals that don't overlap show a difference beyond
chance; that they overlap doesn't show that there is none (Schenker and Gentleman 2001, "On Judging the Significance of
Differences by Examining the Overlap Between Confidence Intervals").

Single cases are named only where they may be looked at: never those of the test half.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from .metrics import Estimate
from .words import HALVES

FORMAT = 2
"""The format of ``report.json``; a report in another format is not compared with."""

Format = Literal[2]


class Read(BaseModel):
    """Base of what is read back: frozen; further fields are left out; numbers are finite."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class PastGroup(Read):
    """Figures over some of the answers; see ``report.Group``."""

    split: str
    family: str
    figures: dict[str, Estimate]


class PastFailure(Read):
    """A case that went wrong; see ``report.Failure``."""

    id: str


class Snapshot(Read):
    """What a comparison needs of a report; the fields are those of ``report.json``.

    Attributes:
        format: The format of the file.
        date: When the run took place, ISO 8601.
        versions: Version by name of program.
        generator: What drafted the answers.
        verifier: What judged them.
        groups: Figures by half and family.
        figures: Figures of the sections; ``None`` where one was no number.
        failures: Failed cases, but for those of the test half.
        asked: By id, a digest of each case that was asked, but for those of the test half.
        questions: By half, a digest of all its cases.
    """

    format: Format
    date: str
    versions: dict[str, str]
    generator: str
    verifier: str
    groups: tuple[PastGroup, ...]
    figures: dict[str, float | None]
    failures: tuple[PastFailure, ...]
    asked: dict[str, str]
    questions: dict[str, str]


@dataclass(frozen=True)
class Change:
    """A figure then and now.

    Attributes:
        split: The half; empty for a section's figure.
        family: A family, or ``all``; empty for a section's figure.
        name: The metric, or the figure.
        then: The last run's; of a section's figure only the value is known.
        now: This run's.
    """

    split: str
    family: str
    name: str
    then: Estimate
    now: Estimate

    @property
    def difference(self) -> float:
        """Now minus then; 0 if one of them has no value."""
        return 0.0 if self.then.value is None or self.now.value is None else self.now.value - self.then.value

    @property
    def differs(self) -> bool:
        """Whether three decimals show a difference."""
        return abs(self.difference) >= 0.0005

    @property
    def overlap(self) -> bool | None:
        """Whether the intervals have a point in common; ``None`` if one of the figures has no interval."""
        if self.then.low is None or self.then.high is None or self.now.low is None or self.now.high is None:
            return None
        return self.then.low <= self.now.high and self.now.low <= self.then.high


@dataclass(frozen=True)
class Comparison:
    """This run beside the last one.

    Attributes:
        date: When the last run took place, ISO 8601; empty if nothing could be compared.
        trouble: Why nothing could be compared; empty if all is well.
        notes: What else is not the same: programs, questions; one sentence each.
        changes: All figures that both runs have.
        failing: Cases that failed now and not then; asked both times, and none of the test half.
        passing: Cases that failed then and not now.
    """

    date: str = ""
    trouble: str = ""
    notes: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    failing: tuple[str, ...] = ()
    passing: tuple[str, ...] = ()

    @property
    def beyond_chance(self) -> tuple[Change, ...]:
        """The figures whose intervals don't overlap."""
        return tuple(change for change in self.changes if change.overlap is False)


def compare_with_last(path: Path, now: Snapshot) -> Comparison | None:
    """Compare a run with the report that lies in a file.

    Args:
        path: The last run's ``report.json``.
        now: This run.

    Returns:
        The comparison; it says so if the file can't be read, is damaged or has another format. ``None`` if there is no
        such file.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        return _skipped(path, f"can't be read ({error.strerror or type(error).__name__})")
    try:
        return compare(Snapshot.model_validate_json(content), now)
    except ValidationError as error:
        if any(fault["loc"] == ("format",) for fault in error.errors()) and _is_report(content):
            return _skipped(path, "was written by another version, in another format")
        return _skipped(path, "is damaged")


def _skipped(path: Path, why: str) -> Comparison:
    return Comparison(trouble=f"The last report, {path}, {why}. Nothing is compared with it.")


def _is_report(content: bytes) -> bool:
    """Tell a report of another format from any other file; ``content`` is known to be JSON."""
    return "groups" in json.loads(content)


def compare(then: Snapshot, now: Snapshot) -> Comparison:
    """Compare two runs."""
    failed_then, failed_now = ({failure.id for failure in run.failures} for run in (then, now))
    both = {name for name, digest in now.asked.items() if then.asked.get(name) == digest}
    return Comparison(
        date=then.date,
        notes=tuple(_notes(then, now)),
        changes=tuple(_changes(then, now)),
        failing=tuple(sorted((failed_now - failed_then) & both)),
        passing=tuple(sorted((failed_then - failed_now) & both)),
    )


def _changes(then: Snapshot, now: Snapshot) -> Iterator[Change]:
    groups = {(group.split, group.family): group.figures for group in then.groups}
    for group in now.groups:
        before = groups.get((group.split, group.family), {})
        for name, figure in group.figures.items():
            if name in before and before[name].value is not None and figure.value is not None:
                yield Change(group.split, group.family, name, before[name], figure)
    for name, value in now.figures.items():
        known = then.figures.get(name)
        if known is not None and value is not None:
            yield Change("", "", name, _bare(known), _bare(value))


def _bare(value: float) -> Estimate:
    return Estimate(value, None, None, 0)


def _notes(then: Snapshot, now: Snapshot) -> Iterator[str]:
    made = {"Drafted by": (then.generator, now.generator), "Checked by": (then.verifier, now.verifier)}
    made |= {f"Version of {name}": (then.versions.get(name, ""), now.versions[name]) for name in now.versions}
    for what, (old, new) in made.items():
        if old != new:
            yield f"{what}: {old or 'unknown'} then, {new or 'unknown'} now."
    for half in dict.fromkeys((*now.questions, *then.questions)):
        title = HALVES.get(half, half)
        if half not in then.questions or half not in now.questions:
            yield f"{title}: asked {'now' if half in now.questions else 'then'} only."
        elif then.questions[half] != now.questions[half]:
            yield f"{title}: not the same questions as then; its figures differ for that reason, too."
