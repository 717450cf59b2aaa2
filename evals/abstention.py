"""How well the advisor knows when to answer: the risk-coverage curve of its decision, and the area under it.

El-Yaniv and Wiener 2010, "On the Foundations of Noise-free Selective Classification": of a system that may abstain,
coverage is the share of questions that it answers, risk the share of those that it should not have answered. Answering
the surest questions first gives a curve; its area (AURC; Geifman and El-Yaniv 2017, "Selective Classification for Deep
Neural Networks") is the mean risk over all coverages, which no choice of a threshold can flatter.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from advisor.errors import EvaluationError
from advisor.settings import Settings

from .asking import CaseCallback, run_cases
from .cases import Case, faults
from .metrics import (
    RESAMPLES,
    SEED,
    Count,
    Estimate,
    Metric,
    Record,
    estimate,
    false_refusals,
    quote_recall,
    refusal_precision,
    refusal_recall,
)
from .sections import Plot, Section, Series, Table
from .temporary import temporary_settings
from .words import HALVES, interval

Numbers = npt.NDArray[np.float64]


def risks(confidence: Numbers, wrong: Numbers) -> Numbers:
    """Return the risk when the surest 1, 2, … n questions are answered.

    Questions of equal confidence come in no order, so each counts as wrong by the share of wrong ones among them.

    Args:
        confidence: How sure it is that the question is to be answered, shape (n,), in any order.
        wrong: 1 for a question whose answer is wrong, else 0, shape (n,).

    Returns:
        Shape (n,), each 0 to 1; the coverages are 1/n, 2/n, … 1.
    """
    _, tie, size = np.unique(-confidence, return_inverse=True, return_counts=True)
    expected = np.bincount(tie, weights=wrong, minlength=len(size)) / size
    return np.asarray(np.cumsum(expected[np.sort(tie)]) / np.arange(1, len(wrong) + 1))


def area(confidence: Numbers, wrong: Numbers) -> float:
    """Return the area under the risk-coverage curve: the mean of ``risks``, 0 to 1; the lower the better."""
    return float(risks(confidence, wrong).mean())


def abstention_section(records: Sequence[Record]) -> Section:
    """Measure when the advisor answers and when it refuses.

    Args:
        records: Answers; statements of the source documents are left out, as none of them must be refused.

    Returns:
        Curves and figures of both halves; ``figures`` holds those of the test half.
    """
    halves = {
        HALVES[split]: [record for record in records if record.case.split == split and _is_clear(record)]
        for split in ("test", "dev")
    }
    return _section(
        "When it answers and when it refuses",
        "For each question the advisor estimates the probability that the sources answer it. Answering the surest "
        "questions first, and ever more of them, gives the share of questions that are answered (coverage) and the "
        "share of those that should have been refused (risk). The area under that curve is the mean risk over all "
        "coverages; it is compared with the least that is possible, all questions to be answered coming first, and "
        "with an order by chance. The estimate was fitted on the development half, so only the test half tells how "
        "good it is. It is a bound where a closer look could not have changed the decision, and one of several grounds "
        "to refuse: the point at which the advisor decides can lie beside the curve. Questions for which either is "
        "accepted are left out.",
        {title: half for title, half in halves.items() if half},
        figures_of=HALVES["test"],
        prefix="abstention",
    )


class AskedPassage(BaseModel):
    """A line of a file of questions, each with a passage that may answer it (as in CLAPNQ, Rosenthal et al. 2024).

    Attributes:
        question: What is asked.
        passage: The passage, plain text.
        title: Title of the document that it is from.
        answerable: Whether the passage answers the question.
        gold_sentences: For each annotator, the sentences of the passage that answer it.
    """

    model_config = ConfigDict(frozen=True)

    question: str = Field(pattern=r"\S")
    passage: str = Field(pattern=r"\S")
    title: str = ""
    answerable: bool
    gold_sentences: tuple[tuple[str, ...], ...] = ()


def clapnq_section(path: Path | None, settings: Settings, *, on_case: CaseCallback | None = None) -> Section:
    """Measure the same on documents that have nothing to do with our own.

    All passages of the file become documents of one temporary index without the bundled knowledge, and each question is
    asked of all of them, as by a user with own documents. 300 questions take one to two minutes on two cores.

    Args:
        path: JSON lines, see ``AskedPassage``; nothing is measured if ``None``.
        settings: Settings of the advisor under evaluation. Its chat model isn't asked: it has no say in the decision.
        on_case: Progress callback.

    Returns:
        Curve and figures; text alone if nothing was measured.

    Raises:
        EvaluationError: The file can't be read, or isn't such a file.
    """
    title = "When it answers and when it refuses: documents about anything"
    if path is None:
        return Section(title, "Not measured: no file with questions and passages was given.")
    asked = _load(path)
    with temporary_settings(settings) as temporary:
        records = _asked_of_all(asked, temporary, on_case)
    return _section(
        title,
        f"{len(asked)} questions of {path.name}, asked of an index that holds all of its passages and nothing else. A "
        "question is to be answered if its own passage answers it; that another one does is neglected. An answer is "
        "wrong, too, if it cites no sentence that an annotator marked. If the few weights for such documents were "
        "fitted on this file (advisor.evals.training.answerability names it), these figures flatter.",
        {path.stem: records},
        figures_of=path.stem,
        prefix="clapnq",
    )


def _load(path: Path) -> list[AskedPassage]:
    try:
        lines = path.read_text(encoding="utf-8").rstrip().split("\n")  # a JSON string may hold other line ends
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"The questions in {path} can't be read: {' '.join(str(error).split())}.") from error
    asked = []
    for number, line in enumerate(lines, start=1):
        try:
            asked.append(AskedPassage.model_validate_json(line))
        except ValidationError as error:
            raise EvaluationError(f"{path}, line {number}: {faults(error, 'line')}. Mend it.") from error
    return asked


def _asked_of_all(
    asked: Sequence[AskedPassage], settings: Settings, on_case: CaseCallback | None
) -> tuple[Record, ...]:
    """Put all passages into the settings' index and ask all questions of it."""
    from advisor.assembly import build_advisor, open_knowledge  # heavy; not needed to find a fault in the file

    cases = [
        Case(
            id=f"passage-{number:05}",
            question=one.question,
            expect=("answered",) if one.answerable else ("insufficient_evidence",),
            quotes=tuple(dict.fromkeys(quote for quotes in one.gold_sentences for quote in quotes if quote.strip())),
        )
        for number, one in enumerate(asked)
    ]
    with open_knowledge(settings) as kb, tempfile.TemporaryDirectory(prefix="advisor-eval-") as documents:
        for case, one in zip(cases, asked, strict=True):
            text = f"# {one.title or case.id}\n\n{one.passage}\n"
            (Path(documents) / f"{case.id}.md").write_text(text, encoding="utf-8")
        kb.sync(documents)
        return run_cases(cases, build_advisor(settings, kb), kb, on_case=on_case)


def _is_clear(record: Record) -> bool:
    """Say whether a question must be answered or must be refused; for some, either is accepted."""
    return record.case.must_be_answered or record.case.must_be_refused


def _answered(record: Record) -> bool:
    return record.answer.status == "answered"


def _is_wrong(record: Record) -> bool:
    """Say whether the question must be refused, or an answer lacks a gold fact or every gold quote."""
    quoted = quote_recall(record)
    return (
        record.case.must_be_refused
        or not all(fact.stated_in(record.answer.text) for fact in record.case.facts)
        or (quoted is not None and not quoted.right)
    )


def _coverage(record: Record) -> Count:
    return Count(float(_answered(record)), 1)


def _risk(record: Record) -> Count | None:
    return Count(float(record.case.must_be_refused), 1) if _answered(record) else None


def _answer_risk(record: Record) -> Count | None:
    return Count(float(_is_wrong(record)), 1) if _answered(record) else None


_AT_THE_THRESHOLD = (
    Metric("coverage", "answered (coverage)", _coverage),
    Metric("risk", "of them, should have been refused (risk)", _risk),
    Metric("answer_risk", "of them, should have been refused, or lack what a right answer has", _answer_risk),
    Metric("refusal_precision", "refused, and rightly so (precision of refusing)", refusal_precision),
    Metric("refusal_recall", "must be refused, and not simply answered (recall of refusing)", refusal_recall),
    Metric("false_refusals", "must be answered, and not answered in full", false_refusals),
)


def _confidence(records: Sequence[Record]) -> Numbers:
    return np.array([record.answer.trace.answerability for record in records], float)


def _to_be_refused(records: Sequence[Record]) -> Numbers:
    return np.array([record.case.must_be_refused for record in records], float)


def _area(records: Sequence[Record]) -> Estimate:
    """Return the area under the risk-coverage curve with its 95 % percentile-bootstrap interval over questions."""
    confidence, refuse = _confidence(records), _to_be_refused(records)
    if len(records) < 2:
        return Estimate(area(confidence, refuse), None, None, len(records))
    from scipy.stats import bootstrap  # type: ignore[import-untyped,unused-ignore]  # slow to import

    found = bootstrap(
        (confidence, refuse),
        area,
        paired=True,
        vectorized=False,
        method="percentile",
        n_resamples=RESAMPLES,
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    return Estimate(area(confidence, refuse), float(found.low), float(found.high), len(records))


def _plot(title: str, records: Sequence[Record]) -> Plot:
    """Draw the decision's curve, that of the answers as far as there are any, and the point that was chosen."""
    answered = [record for record in records if _answered(record)]
    wrong = np.array([_is_wrong(record) for record in answered], float)
    chosen = (len(answered) / len(records), float(_to_be_refused(answered).mean()) if answered else 0.0)
    return Plot(
        f"Risk and coverage: {title[0].lower()}{title[1:]}",
        "coverage: share of questions that are answered",
        "risk: share of those that are wrong",
        (
            Series("should have been refused", _points(_confidence(records), _to_be_refused(records), len(records))),
            Series("or an answer that lacks a fact", _points(_confidence(answered), wrong, len(records))),
            Series("as the advisor decides", (chosen,)),
        ),
    )


def _points(confidence: Numbers, wrong: Numbers, questions: int) -> tuple[tuple[float, float], ...]:
    return tuple((number / questions, float(risk)) for number, risk in enumerate(risks(confidence, wrong), start=1))


def _section(title: str, text: str, groups: Mapping[str, Sequence[Record]], *, figures_of: str, prefix: str) -> Section:
    """Report on groups of questions; ``figures`` are those of one of them, their names after the prefix."""
    if not groups:
        return Section(title, "Not measured: no question must be answered or must be refused.")
    estimates = {
        name: {"risk_coverage_area": _area(records)}
        | {metric.name: estimate(metric, records) for metric in _AT_THE_THRESHOLD}
        for name, records in groups.items()
    }
    refuse = {name: _to_be_refused(records) for name, records in groups.items()}
    rows = [
        ("questions", *(str(len(records)) for records in groups.values())),
        ("of them must be refused", *(f"{wrong.sum():.0f}" for wrong in refuse.values())),
        ("area under the curve", *(interval(found["risk_coverage_area"]) for found in estimates.values())),
        ("least possible area", *(f"{area(-wrong, wrong):.3f}" for wrong in refuse.values())),
        ("area of an order by chance", *(f"{wrong.mean():.3f}" for wrong in refuse.values())),
    ]
    rows += [
        (metric.meaning, *(interval(found[metric.name]) for found in estimates.values()))
        for metric in _AT_THE_THRESHOLD
    ]
    return Section(
        title,
        text,
        (Table(("", *groups), tuple(rows), "Risk and coverage; in brackets 95 % bootstrap intervals over questions"),),
        tuple(_plot(name, records) for name, records in groups.items()),
        {
            f"{prefix}_{name}": found.value
            for name, found in estimates.get(figures_of, {}).items()
            if found.value is not None
        },
    )
