"""What stands in a report, in order, as sections: the same for Markdown and HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .comparison import Change, Comparison
from .metrics import RESAMPLES
from .report import EvalResult, Group
from .sections import Section, Table
from .words import FAMILIES, HALVES, NOTHING, interval, moment, number, signed, spoken

OUTCOMES = {True: "passed", False: "MISSED", None: "not measured"}
"""The outcome of a threshold, in a word."""


def contents(result: EvalResult) -> tuple[Section, ...]:
    """Return the report's sections: on the judge, thresholds, figures by half, others, changes, meanings."""
    halves = sorted(dict.fromkeys(group.split for group in result.groups), key=lambda split: split != result.judged)
    return (
        *result.opening,
        _thresholds(result),
        *(figures_of(split, [group for group in result.groups if group.split == split]) for split in halves),
        *result.closing,
        _changes(result.comparison),
        _questions(result),
        _meanings(result),
    )


def _thresholds(result: EvalResult) -> Section:
    text = (
        f"What the figures must reach. Where a threshold names no half, it is for the {HALVES[result.judged].lower()}. "
        "The value itself is judged, not an end of its interval."
    )
    rows = ((str(one.threshold), number(one.value), OUTCOMES[one.passed]) for one in result.judgements)
    return Section("Thresholds", text, (Table(("threshold", "measured", "result"), tuple(rows)),))


def figures_of(split: str, groups: Sequence[Group]) -> Section:
    """Return the figures of a half.

    Args:
        split: The half.
        groups: Its groups; the first one is over all families.
    """
    groups = groups[:1] if len(groups) == 2 else groups  # of a single family all figures would stand twice
    measured = [name for name in groups[0].figures if any(group.figures[name].cases for group in groups)]
    unmeasured = [name for name in groups[0].figures if name not in measured]
    rows = [(name, *(interval(group.figures[name]) for group in groups)) for name in measured]
    rows += [
        (f"latency p{percent}, ms", *(f"{group.latency[percent]:.0f}" for group in groups))
        for percent in groups[0].latency
    ]
    columns = ("", *(f"{spoken(group.family)} ({group.cases})" for group in groups))
    caption = "By family, with the number of cases; in brackets 95 % bootstrap intervals over cases"
    text = f"No question of this half measures: {', '.join(unmeasured)}." if unmeasured else ""
    return Section(HALVES[split], text, (Table(columns, tuple(rows), caption),))


def _changes(comparison: Comparison | None) -> Section:
    title = "Compared with the last run"
    if comparison is None:
        return Section(title, "There is no earlier report in this folder.")
    if comparison.trouble:
        return Section(title, comparison.trouble)
    changed = [change for change in comparison.changes if change.differs]
    text = [
        f"The last run: {moment(comparison.date) or 'at an unknown time'}. {len(changed)} of {len(comparison.changes)} "
        f"figures have changed. {len(comparison.beyond_chance)} of them did so beyond chance: their 95 % intervals are "
        "apart. That two intervals overlap doesn't show that nothing has changed.",
        *comparison.notes,
        _named("Newly failing", comparison.failing),
        _named("Newly passing", comparison.passing),
        "Only cases that were asked both times are named, and none of the test half.",
    ]
    tables = (
        _change_table("Figures of the sections", (change for change in changed if not change.split)),
        _change_table(
            "Figures over all families, the largest changes first",
            sorted((c for c in changed if c.family == "all"), key=_rank),
        ),
        _change_table(
            "Figures by family, the largest changes first",
            sorted((change for change in changed if change.family not in ("", "all")), key=_rank),
        ),
    )
    return Section(title, "\n\n".join(text), tuple(table for table in tables if table.rows))


def _rank(change: Change) -> tuple[bool, float]:
    """Order what is beyond chance first, then by size."""
    return change.overlap is not False, -abs(change.difference)


def _named(what: str, cases: Sequence[str]) -> str:
    named = ", ".join(cases)
    return f"{what}: {len(cases)} ({named})." if cases else f"{what}: none."


def _change_table(caption: str, changes: Iterable[Change]) -> Table:
    words = {True: "overlap", False: "apart", None: NOTHING}
    return Table(
        ("figure", "then", "now", "difference", "intervals"),
        tuple(
            (
                _name(change),
                interval(change.then),
                interval(change.now),
                signed(change.difference),
                words[change.overlap],
            )
            for change in changes
        ),
        caption,
    )


def _name(change: Change) -> str:
    where = [spoken(part) for part in (change.split, change.family) if part not in ("", "all")]
    return f"{change.name} ({', '.join(where)})" if where else change.name


def _questions(result: EvalResult) -> Section:
    """Count the cases by family and half."""
    counts = {(group.family, group.split): group.cases for group in result.groups}
    splits = tuple(dict.fromkeys(split for _, split in counts))
    rows = [
        (
            spoken(family),
            FAMILIES.get(family, "all families"),
            *(str(counts.get((family, split), 0)) for split in splits),
        )
        for family in (*(family for family in FAMILIES if any(name == family for name, _ in counts)), "all")
    ]
    text = (
        "The development half may be looked at and tuned on. Of the test half nobody sees more than the figures. The "
        "digests stand for the questions with their labels: equal digests, equal questions."
    )
    digests = "; ".join(f"{HALVES[split].lower()} {digest}" for split, digest in result.questions.items())
    columns = ("family", "what it is", *(HALVES[split].lower() for split in splits))
    return Section("Questions", f"{text}\n\nDigests: {digests or 'none'}.", (Table(columns, tuple(rows)),))


def _meanings(result: EvalResult) -> Section:
    return Section(
        "What the figures mean",
        "\n\n".join(_remarks()),
        (Table(("figure", "what it is"), tuple(result.meanings.items())),),
    )


def _remarks() -> Iterator[str]:
    yield (
        f"Intervals of figures by family are 95 % percentile-bootstrap intervals from {RESAMPLES} resamples of whole "
        "cases: sentences and citations of one answer stay together. They tell how much the figure would vary with "
        "other questions of the kind, not whether the labels are right."
    )
    yield (
        "Where all cases are right, or none, resampling finds nothing else, and the interval has no width. Of n cases "
        "without a failure, a rate of failures up to about 3.7 / n is still possible (Clopper and Pearson 1934)."
    )
    yield "No correction is made for looking at many figures at once: of a hundred intervals some five miss the truth."
