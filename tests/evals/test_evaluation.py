"""The whole way, with the real advisor over documents of a user."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from advisor.errors import EvaluationError
from advisor.evals.__main__ import app
from advisor.evals.evaluation import Run, evaluate
from advisor.evals.report import summarise
from advisor.evals.report_files import write_report
from advisor.evals.sections import Section
from advisor.evals.thresholds import Threshold
from advisor.settings import Settings
from tests.evals.answers import answer, case, record

DOCUMENT = """# Opening hours of the bakery

The bakery opens at seven o'clock on weekdays. On Sundays the bakery stays closed.

# Bread

The rye bread rests for two days before it is sold.
"""
CASES = """
cases:
  - id: opening
    question: When does the bakery open on weekdays?
    expect: answered
    facts:
      - any: [opens seven weekdays]
    sources: [hours.md]
  - id: moon
    family: out_of_domain
    question: Who was the first woman on the moon?
    expect: insufficient_evidence
"""


@pytest.fixture
def bakery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "hours.md").write_text(DOCUMENT, encoding="utf-8")
    (tmp_path / "cases.yaml").write_text(CASES, encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_own_documents(bakery: Path) -> None:
    (bakery / "bounds.yaml").write_text("thresholds: [{metric: span_exactness, at_least: 1}]", encoding="utf-8")
    arguments = [
        "--cases",
        "cases.yaml",
        "--knowledge",
        "docs",
        "--report",
        "out",
        "--thresholds",
        "bounds.yaml",
        "--json",
    ]
    result = CliRunner(env={"ADVISOR_BUNDLED_KNOWLEDGE": "false"}).invoke(app, arguments)
    assert result.exit_code == 0, result.output
    content = json.loads(result.stdout)
    assert content == json.loads((bakery / "out" / "report.json").read_text(encoding="utf-8"))
    overall = content["groups"][0]
    assert overall["cases"] == 2
    assert overall["figures"]["span_exactness"]["value"] == 1.0
    assert overall["figures"]["retrieval_hit_at_5"]["value"] == 1.0
    assert overall["latency"]["95"] > 0
    assert not (bakery / ".advisor").exists()  # the evaluation's index is gone, the user's own is untouched


@pytest.mark.slow
def test_sections_are_made_of_the_run_and_figures_stand_beside_the_last(bakery: Path) -> None:
    def closing(run: Run) -> Section:
        return Section(
            "Sources", ", ".join(source.title for source in run.kb.sources()), figures={"asked": len(run.records)}
        )

    thresholds = bakery / "bounds.yaml"
    thresholds.write_text("thresholds: [{figure: asked, at_least: 2}, {figure: heard, at_most: 0}]", encoding="utf-8")
    earlier = summarise([record(case(name="opening"), answer(status="insufficient_evidence"))], [])
    write_report(earlier, bakery / "out")
    result = evaluate(
        Settings(bundled_knowledge=False, data_dir=bakery / "index"),
        cases=bakery / "cases.yaml",
        knowledge=bakery / "docs",
        thresholds=thresholds,
        report=bakery / "out",
        closing=[closing],
        date=datetime(2026, 5, 4, 14, 3, tzinfo=UTC),
    )
    assert [judgement.passed for judgement in result.judgements] == [True, None]
    assert result.closing[0].text == "Opening hours of the bakery"
    assert result.comparison is not None
    assert "Development half: not the same questions as then; its figures differ for that reason, too." in (
        result.comparison.notes
    )
    page = (bakery / "out" / "report.html").read_text(encoding="utf-8")
    assert "2026-05-04 14:03 UTC" in page
    assert "Opening hours of the bakery" in page


@pytest.mark.parametrize(("bound", "code", "word"), [(1.0, 0, "passed"), (0.0, 1, "MISSED")])
def test_the_exit_code_follows_the_thresholds(
    bakery: Path, monkeypatch: pytest.MonkeyPatch, bound: float, code: int, word: str
) -> None:
    refused = record(case(), answer(status="insufficient_evidence"))
    found = summarise([refused], [Threshold(metric="false_refusals", at_most=bound)])
    monkeypatch.setattr("advisor.evals.runner.evaluate", lambda *_, **__: found)
    result = CliRunner().invoke(app, ["--report", "out"])
    assert result.exit_code == code
    assert f"false_refusals <= {bound:g} on dev: 1.000 {word}" in result.stdout
    assert "report.html" in result.stdout


def test_an_error_is_one_line_and_exits_with_1(bakery: Path) -> None:
    (bakery / "cases.yaml").write_text("cases: []", encoding="utf-8")
    result = CliRunner().invoke(app, ["--cases", "cases.yaml"])
    assert result.exit_code == 1
    assert "Error: No cases in cases.yaml." in result.stderr


def test_wrong_usage_exits_with_2() -> None:
    assert CliRunner().invoke(app, ["--split", "train"]).exit_code == 2


def test_an_unknown_half_is_an_error() -> None:
    with pytest.raises(EvaluationError, match="no half 'train'"):
        evaluate(Settings(), split="train")


def test_own_documents_need_own_questions(bakery: Path) -> None:
    with pytest.raises(EvaluationError, match="--cases"):
        evaluate(Settings(), knowledge=bakery / "docs")


def test_an_empty_half_is_an_error(bakery: Path) -> None:
    with pytest.raises(EvaluationError, match="No case is in the half 'test'"):
        evaluate(Settings(), cases=bakery / "cases.yaml", split="test")
