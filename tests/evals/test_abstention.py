import json
from pathlib import Path

import numpy as np
import pytest

from advisor.domain import AnswerStatus, Trace
from advisor.errors import EvaluationError
from advisor.evals.abstention import abstention_section, area, clapnq_section, risks
from advisor.evals.metrics import Record
from advisor.settings import Settings
from tests.evals.answers import answer, case, citation, record, verdict

SEVEN = citation("bakery", "Bakers answer 7 of 10 questions at night.")


def asked(
    name: str,
    confidence: float,
    *,
    status: AnswerStatus = "answered",
    refuse: bool = False,
    wrong: bool = False,
    split: str = "test",
) -> Record:
    """A question that must be answered (or refused), and what came of it; ``wrong``: its fact isn't stated."""
    facts = [] if refuse else [["bakers sleep" if wrong else "bakers answer"]]
    given = answer(verdict("Bakers answer.", SEVEN), status=status)
    expect = ["insufficient_evidence"] if refuse else ["answered"]
    traced = given.model_copy(update={"trace": Trace(answerability=confidence)})
    return record(case(name=name, split=split, expect=expect, facts=facts), traced)


def numbers(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array(values, float)


def test_risks_when_the_surest_are_answered_first() -> None:
    found = risks(numbers(0.2, 0.9, 0.5, 0.7), numbers(1, 0, 0, 1))  # by confidence: right, wrong, right, wrong
    assert found == pytest.approx([0, 1 / 2, 1 / 3, 2 / 4])
    assert area(numbers(0.2, 0.9, 0.5, 0.7), numbers(1, 0, 0, 1)) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_equal_confidence_is_no_order() -> None:
    for wrong in (numbers(1, 0, 0), numbers(0, 1, 0), numbers(0, 0, 1)):
        assert risks(numbers(0.5, 0.5, 0.5), wrong) == pytest.approx([1 / 3, 1 / 3, 1 / 3])
    assert risks(numbers(0.9, 0.5, 0.5), numbers(0, 0, 1)) == pytest.approx([0, 1 / 4, 1 / 3])


def test_the_area_is_least_in_the_best_order_and_the_base_rate_by_chance() -> None:
    rng = np.random.default_rng(0)
    wrong = (rng.random(2000) < 0.3).astype(float)
    best, worst = area(-wrong, wrong), area(wrong, wrong)
    rate = wrong.mean()
    # Geifman, Uziel and El-Yaniv 2019 give the least area for many questions in closed form.
    assert best == pytest.approx(rate + (1 - rate) * np.log(1 - rate), abs=2e-3)
    assert area(rng.random(2000), wrong) == pytest.approx(rate, abs=0.04)
    assert best < area(numbers(*(-wrong + rng.normal(size=2000))), wrong) < rate < worst


def test_figures_are_those_of_the_test_half() -> None:
    test = [
        asked("a", 0.9),
        asked("b", 0.8, wrong=True),
        asked("c", 0.7, refuse=True),
        asked("d", 0.6, status="insufficient_evidence"),
        asked("e", 0.1, refuse=True, status="insufficient_evidence"),
    ]
    dev = [asked("f", 0.5, split="dev"), asked("g", 0.4, refuse=True, split="dev")]
    either = record(case(name="h", split="test", expect=["answered", "insufficient_evidence"]), answer())
    section = abstention_section([*test, *dev, either])
    figures = dict(section.figures)
    assert figures.pop("abstention_risk_coverage_area") == pytest.approx((0 + 0 + 1 / 3 + 1 / 4 + 2 / 5) / 5)
    assert figures == pytest.approx(
        {
            "abstention_coverage": 3 / 5,
            "abstention_risk": 1 / 3,
            "abstention_answer_risk": 2 / 3,
            "abstention_refusal_precision": 1 / 2,
            "abstention_refusal_recall": 1 / 2,
            "abstention_false_refusals": 1 / 3,
        }
    )
    (table,) = section.tables
    assert table.columns == ("", "Test half", "Development half")
    assert table.rows[0] == ("questions", "5", "2")
    assert all(len(row) == len(table.columns) for row in table.rows)
    assert abstention_section(dev).figures == {}
    assert abstention_section([either]).tables == ()


def test_the_curve_of_answers_ends_where_the_advisor_decides() -> None:
    section = abstention_section(
        [
            asked("a", 0.9),
            asked("b", 0.8, wrong=True),
            asked("c", 0.7, refuse=True),
            asked("d", 0.2, refuse=True, status="insufficient_evidence"),
        ]
    )
    decision, answers, chosen = section.plots[0].series
    assert np.array(decision.points) == pytest.approx(np.array([(0.25, 0), (0.5, 0), (0.75, 1 / 3), (1, 1 / 2)]))
    assert np.array(answers.points) == pytest.approx(np.array([(0.25, 0), (0.5, 1 / 2), (0.75, 2 / 3)]))
    assert chosen.points == ((0.75, pytest.approx(1 / 3)),)


def test_an_advisor_that_answers_nothing() -> None:
    section = abstention_section([asked(name, 0.1, status="insufficient_evidence") for name in ("a", "b")])
    assert section.figures["abstention_coverage"] == 0
    assert "abstention_risk" not in section.figures
    assert section.plots[0].series[1].points == ()


def test_without_a_file_nothing_is_measured() -> None:
    section = clapnq_section(None, Settings())
    assert "Not measured" in section.text
    assert not section.figures


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "can't be read"),
        ("", "line 1"),
        ('{"question": "Why?", "passage": "So.", "answerable": true}\nnothing', "line 2"),
        ('{"question": "Why?", "answerable": true}', "line 1: passage"),
        ('{"question": " ", "passage": "So.", "answerable": true}', "line 1: question"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, content: str | None, message: str) -> None:
    path = tmp_path / "asked.jsonl"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(EvaluationError, match=message):
        clapnq_section(path, Settings())


@pytest.mark.slow
def test_documents_about_anything(tmp_path: Path, bundled_index: Path) -> None:
    opening = "The bakery opens at seven o'clock on weekdays."
    lines = [
        {
            "question": "When does the bakery open on weekdays?",
            "title": "The bakery",
            "passage": f"The bakery was founded in 1950. {opening} On Sundays the bakery stays closed.",
            "answerable": True,
            "gold_sentences": [[opening], []],
        },
        {
            "question": "Who was the first woman on the moon?",
            "title": "Rye bread",
            "passage": "Rye bread is made of rye flour. It rests for two days before it is sold.",
            "answerable": False,
        },
    ]
    path = tmp_path / "asked.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    section = clapnq_section(path, Settings(data_dir=bundled_index))
    assert section.figures["clapnq_coverage"] == 1 / 2
    assert section.figures["clapnq_answer_risk"] == 0
    assert section.figures["clapnq_risk_coverage_area"] == pytest.approx(1 / 4)
    assert section.figures["clapnq_refusal_recall"] == 1
