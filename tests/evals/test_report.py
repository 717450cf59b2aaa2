import json
from pathlib import Path

import pytest

from advisor.errors import EvaluationError
from advisor.evals.report import summarise, to_markdown, write_report
from advisor.evals.thresholds import Threshold, load_thresholds
from tests.evals.answers import answer, case, citation, record, verdict

GOOD = answer(verdict("Bakers answer.", citation("bakery", "Bakers answer 7 of 10 questions at night.")))
REFUSED = answer(status="insufficient_evidence", missing="No source says so.")


def test_thresholds_judge_the_test_half() -> None:
    bound = [Threshold(metric="status_accuracy", at_least=1.0)]
    records = [record(case(name="d"), REFUSED), record(case(name="t", split="test"), GOOD)]
    result = summarise(records, bound)
    assert (result.judged, result.passed) == ("test", True)
    result = summarise(records[:1], bound)
    assert (result.judged, result.passed) == ("dev", False)


def test_failures_of_the_test_half_are_never_shown(tmp_path: Path) -> None:
    records = [
        record(case(name="dev-case", facts=[["nothing like it"]]), GOOD, gold=["cafe"]),
        record(case(name="test-case", split="test", facts=[["nothing like it"]]), REFUSED),
    ]
    result = summarise(records, [])
    assert [failed.id for failed in result.failures] == ["dev-case"]
    assert result.failures[0].faults == ("not stated: nothing like it", "cites none of cafe")
    for file in write_report(result, tmp_path / "new"):
        text = file.read_text(encoding="utf-8")
        assert "dev-case" in text
        assert "test-case" not in text
        assert "No source says so" not in text


def test_statements_have_bounds_of_their_own_and_their_misses_are_named(tmp_path: Path) -> None:
    bounds = [Threshold(metric="status_accuracy", at_least=1, split="coverage")]
    told, missed = record(case(name="t", split="test"), GOOD), record(case(name="s", split="coverage"), REFUSED)
    assert summarise([told], bounds).passed  # nothing of the kind was asked
    result = summarise([told, missed], bounds)
    assert (result.judged, result.passed) == ("test", False)
    text = to_markdown(result)
    assert "status_accuracy >= 1 (coverage) | 0.000 | MISSED" in text
    assert "## Failures: statements of the source documents\n\n### s" in text


def test_json_has_the_figures(tmp_path: Path) -> None:
    result = summarise([record(case(split="test"), GOOD)], [Threshold(metric="status_accuracy", at_least=0.5)])
    content = json.loads(write_report(result, tmp_path)[1].read_text(encoding="utf-8"))
    assert content["passed"] is True
    assert content["groups"][0]["figures"]["status_accuracy"]["value"] == 1.0
    assert content["judgements"][0]["threshold"]["metric"] == "status_accuracy"


def test_markdown_says_when_a_threshold_is_missed_or_not_measured() -> None:
    bounds = [Threshold(metric="status_accuracy", at_least=1), Threshold(metric="correctness", at_least=1)]
    text = to_markdown(summarise([record(case(split="test"), REFUSED)], bounds))
    assert "| status_accuracy >= 1 | 0.000 | MISSED |" in text
    assert "| correctness >= 1 | – | not measured |" in text


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(EvaluationError, match="No such metric: luck"):
        summarise([record(case(), GOOD)], [Threshold(metric="luck", at_least=1)])


def test_the_shipped_thresholds() -> None:
    bounds = {str(bound) for bound in load_thresholds()}
    assert bounds == {
        "correctness >= 0.9",
        "span_exactness >= 1",
        "sentence_support >= 0.98",
        "refusal_recall >= 0.9",
        "false_refusals <= 0.05",
        "forbidden_violations <= 0",
        "retrieval_hit_at_5 >= 0.95",
        "correct_and_cited >= 0.95 (coverage)",
    }


@pytest.mark.parametrize(
    "entry", ["{metric: a}", "{metric: a, at_least: 1, at_most: 1}", "{metric: a, at_least: 2}", "{at_least: 1}", "{}"]
)
def test_a_faulty_threshold_is_refused(tmp_path: Path, entry: str) -> None:
    file = tmp_path / "bounds.yaml"
    file.write_text(f"thresholds: [{entry}]", encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"bounds\.yaml"):
        load_thresholds(file)
