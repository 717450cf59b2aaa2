import math
from collections.abc import Sequence

import pytest

from advisor.domain import Answer, Disagreement, Side, VerdictStatus
from advisor.evals import metrics
from advisor.evals.cases import Case
from advisor.evals.metrics import Count, Estimate, Metric, estimate, latency_percentiles, wilson
from tests.evals.answers import answer, case, citation, record, verdict

SEVEN = citation("bakery", "Bakers answer 7 of 10 questions at night.")
GUESTS = citation("cafe", "Guests come back for the talk.", number=2)


def test_correctness_needs_every_fact_and_an_accepted_status() -> None:
    both = case(facts=[["bakers answer", "shops answer"], ["guests come back"]])
    full = answer(verdict("Bakers answer.", SEVEN), verdict("Guests come back.", GUESTS))
    half = answer(verdict("Shops answer.", SEVEN))
    assert metrics.correctness(record(both, full)) == (1, 1)
    assert metrics.correctness(record(both, half)) == (0, 1)
    assert metrics.fact_recall(record(both, half)) == (1, 2)
    assert metrics.correctness(record(both, full.model_copy(update={"status": "partial"}))) == (0, 1)
    assert metrics.correctness(record(case(), full)) is None


def test_correct_and_cited_needs_the_gold_source_too() -> None:
    told = answer(verdict("Bakers answer.", citation("bakery", "Bakers answer 7 of 10 questions at night.")))
    asked = case(facts=[["bakers answer"]])
    assert metrics.correct_and_cited(record(asked, told, gold=["bakery"])) == (1, 1)
    assert metrics.correct_and_cited(record(asked, told, gold=["cafe"])) == (0, 1)
    assert metrics.correct_and_cited(record(asked, told)) is None
    assert metrics.correct_and_cited(record(case(facts=[["bakers sleep"]]), told, gold=["bakery"])) == (0, 1)


def test_spans_must_be_the_stored_text() -> None:
    good = answer(verdict("Bakers answer.", SEVEN))
    shifted = answer(verdict("Bread.", citation("bakery", "Bread sells", shift=1)))
    assert metrics.span_exactness(record(case(), good)) == (1, 1)
    assert metrics.span_exactness(record(case(), shifted)) == (0, 1)
    assert metrics.sentence_support(record(case(), shifted)) == (0, 1)
    outside = SEVEN.model_copy(update={"end": 10_000})
    assert metrics.span_exactness(record(case(), answer(verdict("Bakers.", outside)))) == (0, 1)
    unknown = SEVEN.model_copy(update={"source": SEVEN.source.model_copy(update={"id": "gone"})})
    assert metrics.span_exactness(record(case(), answer(verdict("Bakers.", unknown)))) == (0, 1)
    assert metrics.span_exactness(record(case(), answer())) is None


def test_a_sentence_needs_support_a_citation_and_its_own_numbers() -> None:
    given = answer(
        verdict("Seven of 10 questions are answered.", SEVEN),
        verdict("Bakers answer 70 questions.", SEVEN),
        verdict("Bakers answer."),
        verdict("Bakers answer.", SEVEN, status=VerdictStatus.PARTIAL),
    )
    assert metrics.sentence_support(record(case(), given)) == (1, 4)


def test_an_answer_with_one_sentence_that_does_not_hold_is_a_hallucination() -> None:
    good, bad = verdict("Seven of 10 questions are answered.", SEVEN), verdict("Bakers answer 70 questions.", SEVEN)
    assert metrics.response_hallucination(record(case(), answer(good))) == (0, 1)
    assert metrics.response_hallucination(record(case(), answer(good, bad, bad))) == (1, 1)
    assert metrics.response_hallucination(record(case(), answer(status="insufficient_evidence"))) is None


def test_sides_of_a_disagreement_are_shown_sentences() -> None:
    wrong = citation("cafe", "Guests", shift=2)
    dispute = Disagreement(
        subject="guests", sides=(Side(position="yes", citation=GUESTS), Side(position="no", citation=wrong))
    )
    given = answer(verdict("Bakers answer.", SEVEN)).model_copy(update={"disagreements": (dispute,)})
    assert metrics.sentence_support(record(case(), given)) == (2, 3)
    assert metrics.response_hallucination(record(case(), given)) == (1, 1)


def test_a_disagreement_is_shown_by_two_sides_of_which_one_is_gold() -> None:
    disputed = case().model_copy(update={"family": "disagreement"})
    silent = answer(verdict("Bakers answer.", SEVEN))

    def showing(*sides: Side) -> Answer:
        return silent.model_copy(update={"disagreements": (Disagreement(subject="guests", sides=sides),)})

    yes, no = Side(position="yes", citation=GUESTS), Side(position="no", citation=SEVEN)
    assert metrics.disagreement_shown(record(disputed, showing(yes, no), gold=["cafe"])) == (1, 1)
    assert metrics.disagreement_shown(record(disputed, showing(yes, no))) == (1, 1)
    assert metrics.disagreement_shown(record(disputed, showing(yes, no), gold=["other"])) == (0, 1)
    assert metrics.disagreement_shown(record(disputed, showing(yes, yes), gold=["cafe"])) == (0, 1)
    assert metrics.disagreement_shown(record(disputed, silent, gold=["cafe"])) == (0, 1)
    assert metrics.disagreement_shown(record(case(), showing(yes, no), gold=["cafe"])) is None


def test_a_follow_up_is_resolved_by_its_facts_or_else_by_its_gold_sources() -> None:
    def follow_up(**fields: Sequence[Sequence[str]] | Sequence[str]) -> Case:
        return case(**fields).model_copy(update={"family": "follow_up", "history": ("Who?",)})  # type: ignore[arg-type]

    given = answer(verdict("Bakers answer.", SEVEN))
    assert metrics.follow_up_resolved(record(follow_up(facts=[["bakers answer"]]), given, gold=["cafe"])) == (1, 1)
    assert metrics.follow_up_resolved(record(follow_up(facts=[["bakers sleep"]]), given, gold=["bakery"])) == (0, 1)
    assert metrics.follow_up_resolved(record(follow_up(), given, gold=["bakery"])) == (1, 1)
    assert metrics.follow_up_resolved(record(follow_up(), given, gold=["cafe"])) == (0, 1)
    assert metrics.follow_up_resolved(record(follow_up(expect=["insufficient_evidence"]), given)) is None
    assert metrics.follow_up_resolved(record(case(facts=[["bakers answer"]]), given)) is None


def test_citations_against_gold() -> None:
    given = answer(verdict("Bakers answer.", SEVEN), verdict("Guests come back.", GUESTS))
    assert metrics.gold_source_precision(record(case(), given, gold=["cafe"])) == (1, 2)
    assert metrics.gold_source_recall(record(case(), given, gold=["cafe", "other"])) == (1, 1)
    assert metrics.gold_source_recall(record(case(), given, gold=["other"])) == (0, 1)
    assert metrics.gold_source_precision(record(case(), given)) is None
    assert metrics.quote_recall(record(case(quotes=["10 questions"]), given)) == (1, 1)
    assert metrics.quote_recall(record(case(quotes=["Bread"]), given)) == (0, 1)


@pytest.mark.parametrize(
    ("expect", "status", "recall", "precision", "false_refusal", "accuracy"),
    [
        (["answered"], "answered", None, None, 0, 1),
        (["answered"], "partial", None, None, 1, 0),
        (["answered"], "insufficient_evidence", None, 0, 1, 0),
        (["answered", "partial"], "partial", None, None, 0, 1),
        (["partial"], "answered", 0, None, None, 0),
        (["partial"], "insufficient_evidence", 1, 1, None, 0),
        (["insufficient_evidence"], "insufficient_evidence", 1, 1, None, 1),
        (["insufficient_evidence"], "partial", 1, None, None, 0),
        (["answered", "partial", "insufficient_evidence"], "insufficient_evidence", None, 1, None, 1),
    ],
)
def test_refusals(
    expect: list[str],
    status: str,
    recall: float | None,
    precision: float | None,
    false_refusal: float | None,
    accuracy: float,
) -> None:
    given = record(case(expect=expect), answer().model_copy(update={"status": status}))

    def right(count: Count | None) -> float | None:
        return None if count is None else count.right

    assert right(metrics.refusal_recall(given)) == recall
    assert right(metrics.refusal_precision(given)) == precision
    assert right(metrics.false_refusals(given)) == false_refusal
    assert right(metrics.status_accuracy(given)) == accuracy


def test_forbidden_words() -> None:
    given = answer(verdict("Bakers answer 7.", SEVEN), missing="Nothing on Spain.")
    assert metrics.forbidden_violations(record(case(forbidden=["spain"]), given)) == (1, 1)
    assert metrics.forbidden_violations(record(case(forbidden=["France", "8"]), given)) == (0, 1)
    assert metrics.forbidden_violations(record(case(), given)) is None


def test_retrieval() -> None:
    found = record(case(), answer(), gold=["a", "b"], retrieved=["x", "a", "a", "y", "z", "b"])
    assert metrics.RetrievalRecall(5)(found) == (0.5, 1)
    assert metrics.RetrievalRecall(1)(found) == (0, 1)
    assert metrics.RetrievalHit(5)(found) == (1, 1)
    count = metrics.RetrievalNdcg(6)(found)  # distinct sources: x a y z b
    assert count is not None
    expected = (1 / math.log2(3) + 1 / math.log2(6)) / (1 + 1 / math.log2(3))
    assert count.right == pytest.approx(expected)
    assert metrics.RetrievalNdcg(5)(record(case(), answer())) is None


def test_estimate_is_the_ratio_of_sums_and_the_same_each_time() -> None:
    metric = Metric("facts", "", metrics.fact_recall)
    one = record(case(facts=[["bakers answer"]]), answer(verdict("Bakers answer.", SEVEN)))
    none = record(case(facts=[["nothing"], ["nowhere"], ["never"]]), answer())
    first = estimate(metric, [one, none, one, one])
    assert first.value == pytest.approx(3 / 6)
    assert first.cases == 4
    assert first.low is not None
    assert first.high is not None
    assert 0 <= first.low < 0.5 < first.high <= 1
    assert estimate(metric, [one, none, one, one]) == first
    assert estimate(metric, [one]) == Estimate(1.0, None, None, 1)
    assert estimate(metric, [record(case(), answer())]) == Estimate(None, None, None, 0)
    assert estimate(metric, [one, one]) == Estimate(1.0, 1.0, 1.0, 2)


def test_interval_covers_what_a_binomial_does() -> None:
    metric = Metric("facts", "", metrics.fact_recall)
    good = record(case(facts=[["bakers answer"]]), answer(verdict("Bakers answer.", SEVEN)))
    bad = record(case(facts=[["nothing"]]), answer())
    figure = estimate(metric, [good] * 80 + [bad] * 20)
    assert figure.low == pytest.approx(0.8 - 1.96 * 0.04, abs=0.02)
    assert figure.high == pytest.approx(0.8 + 1.96 * 0.04, abs=0.02)


def test_latency_percentiles() -> None:
    timed = [record(case(), answer(), seconds=ms / 1000) for ms in (10, 20, 30)]
    assert latency_percentiles(timed, (50, 95)) == pytest.approx({50: 20.0, 95: 29.0})
    assert latency_percentiles([]) == {}


def test_wilson_intervals() -> None:
    all_right = wilson(20, 20)  # Wilson 1927: n / (n + z²)
    assert all_right.value == 1.0
    assert all_right.low == pytest.approx(20 / (20 + 1.959964**2), abs=1e-6)
    assert wilson(0, 0).value is None
