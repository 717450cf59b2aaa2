"""What a report says first, in plain words: whether the bounds are kept, and the figures that matter most."""

from __future__ import annotations

from dataclasses import dataclass

from .metrics import Estimate
from .report import EvalResult, Group
from .words import HALVES, NO_BREAK, moment, number, percent

_SHARES = {
    "correctness": "of the questions with a known answer are answered with all its facts",
    "sentence_support": "of the sentences shown are backed by the quotes that they cite, as the checking model sees it",
    "span_exactness": "of the quotes shown stand in their source, character for character",
    "refusal_recall": "of the questions that the sources don't answer in full get no plain answer",
    "false_refusals": "of the questions that the sources answer are wrongly turned away",
}


@dataclass(frozen=True)
class Headline:
    """A figure, in words.

    Attributes:
        figure: The figure: ``93.1 %``.
        words: What it is a figure of; goes on from the figure.
        doubt: How far it can be trusted: the interval and the number of cases.
        bound: What was asked for and whether it is kept; empty if nothing was.
        kept: Whether no bound is missed.
    """

    figure: str
    words: str
    doubt: str
    bound: str = ""
    kept: bool = True

    def __str__(self) -> str:
        """For people, one line."""
        return f"{self.figure} {self.words} ({self.doubt}).{f' {self.bound}.' if self.bound else ''}"


def outcome(result: EvalResult) -> tuple[str, str]:
    """Return the outcome as a word, ``Passed``, ``Missed`` or ``Not judged``, and a sentence that says why."""
    kept = sum(judgement.passed is True for judgement in result.judgements)
    missed = [judgement for judgement in result.judgements if judgement.passed is False]
    unmeasured = len(result.judgements) - kept - len(missed)
    rest = ""
    if unmeasured:
        them = "it" if unmeasured == 1 else "them"
        rest = f" {_counted(unmeasured, 'bound', 'bounds')} could not be judged: nothing in this run measures {them}."
    if missed:
        told = "; ".join(f"{one.threshold} was asked for, {number(one.value)} was measured" for one in missed)
        return "Missed", f"{len(missed)} of {_counted(kept + len(missed), 'bound', 'bounds')} missed: {told}.{rest}"
    if kept:
        return "Passed", f"{'The one bound is' if kept == 1 else f'All {kept} bounds are'} kept.{rest}"
    return "Not judged", rest.strip() or "No bounds were given."


def headlines(result: EvalResult) -> tuple[Headline, ...]:
    """Return the figures that matter most, of the half that was judged; what wasn't measured is left out."""
    group = _judged(result)
    if group is None:
        return ()
    found = [
        Headline(percent(figure.value), words, doubt(figure), *_bound(result, name, group.split))
        for name, words in _SHARES.items()
        if (figure := group.figures.get(name)) and figure.value is not None
    ]
    if 95 in group.latency:
        asked = f"{_counted(group.cases, 'question', 'questions')}, on the machine of this run"
        found.append(Headline(f"{group.latency[95] / 1000:.1f} s", "is enough for 19 of 20 answers", asked))
    return tuple(found)


def _bound(result: EvalResult, metric: str, split: str) -> tuple[str, bool]:
    """Return what was asked of a metric in a half, and whether it is kept."""
    told, kept = [], True
    for one in result.judgements:
        if one.threshold.metric == metric and (one.threshold.split or result.judged) == split:
            side = "At most" if one.threshold.at_least is None else "At least"
            told.append(
                f"{side} {100 * one.threshold.limit:g}{NO_BREAK}% was asked for: {'kept' if one.passed else 'missed'}"
            )
            kept = kept and one.passed is True
    return ". ".join(told), kept


def basis(result: EvalResult) -> str:
    """Return a sentence that says what the headlines are measured on."""
    group = _judged(result)
    if group is None:
        return "No question was asked."
    asked = f"Measured on {_counted(group.cases, 'question', 'questions')} ({HALVES[group.split].lower()})"
    if group.split == "test":
        return f"{asked}. Nobody looks at its single results, so that nothing is tuned on them."
    return f"{asked}. The advisor was tuned on such questions: expect somewhat less of others."


def _judged(result: EvalResult) -> Group | None:
    overall = [group for group in result.groups if group.family == "all"]
    return next((group for group in overall if group.split == result.judged), next(iter(overall), None))


def provenance(result: EvalResult) -> tuple[tuple[str, str], ...]:
    """Return what was evaluated, when and on what, as labels and values."""
    overall = [group for group in result.groups if group.family == "all"]
    cases = ", ".join(f"{HALVES[group.split].lower()} {group.cases}" for group in overall)
    families = {group.family for group in result.groups} - {"all"}
    return (
        ("Date", moment(result.date) or "unknown"),
        *result.versions.items(),
        ("Drafted by", result.generator or "unknown"),
        ("Checked by", result.verifier or "unknown"),
        (
            "Questions",
            f"{sum(group.cases for group in overall)} in {_counted(len(families), 'family', 'families')}: {cases}",
        ),
    )


def since_last(result: EvalResult) -> str:
    """Return a sentence or two on what has changed since the last run."""
    found = result.comparison
    if found is None:
        return "There is no earlier report to compare with."
    if found.trouble:
        return found.trouble
    cases = [(found.failing, "fails", "fail"), (found.passing, "passes", "pass")]
    told = " and ".join(
        f"{_counted(len(names), 'case newly', 'cases newly')} {one if len(names) == 1 else more}"
        for names, one, more in cases
    )
    apart = len(found.beyond_chance)
    return (
        f"Since the last run ({moment(found.date) or 'of unknown date'}), {apart or 'none'} of "
        f"{len(found.changes)} figures {'has' if apart == 1 else 'have'} changed beyond chance; {told}."
    )


def _counted(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def doubt(figure: Estimate) -> str:
    """Return the 95 % interval in words.

    Where all cases or none are right, resampling them finds no other value. The exact interval of a share (Clopper and
    Pearson 1934) stands in.
    """
    cases = _counted(figure.cases, "case", "cases")
    if figure.value in (0, 1) and figure.cases:
        least = 0.025 ** (1 / figure.cases)
        likely = f"at least {percent(least)}" if figure.value else f"at most {percent(1 - least)}"
        return f"with other questions likely {likely}; {cases}"
    if figure.low is None or figure.high is None:
        return cases
    return f"with other questions likely {percent(figure.low)} to {percent(figure.high)}; {cases}"
