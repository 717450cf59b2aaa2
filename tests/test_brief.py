"""A brief: what is refused, with which words, and what is worked out of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from advisor.brief import QUESTIONS, Brief, parse_brief, read_brief, told_brief
from advisor.errors import BriefError

NONSENSE = {
    "negative hours": ({"hours_per_week": -1}, "hours_per_week"),
    "more hours than a week has": ({"hours_per_week": 169}, "hours_per_week"),
    "hours in words": ({"hours_per_week": "many"}, "hours_per_week"),
    "a budget without a currency": ({"budget": 500}, "currency"),
    "a currency of four letters": ({"budget": 500, "currency": "EURO"}, "currency"),
    "an infinite budget": ({"budget": float("inf"), "currency": "EUR"}, "budget"),
    "a horizon before the start": ({"start": "2027-01-04", "horizon": "2026-12-01"}, "horizon"),
    "a horizon in words": ({"horizon": "soon"}, "horizon"),
    "a horizon of a century": ({"start": "2027-01-04", "horizon": "100 years"}, "horizon"),
    "a goal of two megabytes": ({"goal": "x" * 2_000_000}, "goal"),
    "an unknown field": ({"turnover": 3}, "turnover"),
    "no business": ({"business": " "}, "business"),
    "a country of three letters": ({"country": "AUT"}, "country"),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_refused_by_the_name_of_its_field(name: str) -> None:
    values, field = NONSENSE[name]
    with pytest.raises(BriefError, match=field) as error:
        parse_brief({"business": "a bakery", **values})
    assert len(str(error.value)) < 400


def test_a_brief_needs_no_more_than_the_business() -> None:
    brief = parse_brief({"business": "a bakery"})
    assert [question.field for question in brief.skipped] == [question.field for question in QUESTIONS[1:]]


def test_a_plan_begins_on_the_next_monday_and_covers_three_months() -> None:
    brief = Brief(business="a bakery")
    assert brief.begin(date(2026, 11, 23)) == date(2026, 11, 30)
    assert brief.end(date(2026, 11, 30)) == date(2027, 2, 27)


@pytest.mark.parametrize(
    ("horizon", "end"),
    [("6 weeks", "2027-01-10"), ("1 quarter", "2027-02-27"), ("1 year", "2027-11-29"), ("2027-03-31", "2027-03-31")],
)
def test_a_horizon_is_a_date_or_a_time(horizon: str, end: str) -> None:
    brief = parse_brief({"business": "a bakery", "start": "2026-11-30", "horizon": horizon})
    assert brief.end(date(2026, 11, 30)).isoformat() == end


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
def test_a_brief_is_read_from_a_file(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"brief{suffix}"
    file.write_text('{"business": "a bakery", "channels": ["website"], "budget": 300, "currency": "eur"}')
    assert read_brief(file) == Brief(business="a bakery", channels=("website",), budget=300, currency="EUR")


@pytest.mark.parametrize("content", ["- a\n- b\n", "business: [", "", "\x00"])
def test_a_file_that_is_no_brief_is_refused_by_its_name(tmp_path: Path, content: str) -> None:
    file = tmp_path / "brief.yaml"
    file.write_text(content)
    with pytest.raises(BriefError, match=r"brief\.yaml"):
        read_brief(file)


def test_a_file_that_is_not_there_or_far_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BriefError, match="none"):
        read_brief(tmp_path / "none.yaml")
    (tmp_path / "long.yaml").write_text("x" * 200_000)
    with pytest.raises(BriefError, match="at most"):
        read_brief(tmp_path / "long.yaml")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.field)
def test_the_example_of_each_question_is_an_answer_to_it(question) -> None:
    brief = parse_brief({"business": "a bakery", **question.filled(question.example)})
    assert getattr(brief, question.field)


def test_money_is_told_with_its_currency() -> None:
    budget = next(question for question in QUESTIONS if question.field == "budget")
    brief = parse_brief({"business": "a bakery", **budget.filled("1,200.50 eur")})
    assert (brief.budget, brief.currency) == (1200.5, "EUR")
    with pytest.raises(BriefError, match="currency"):
        parse_brief({"business": "a bakery", **budget.filled("1200")})


def test_each_question_can_be_skipped() -> None:
    brief = told_brief({})
    assert brief.skipped == QUESTIONS
    assert [question.answer(brief) for question in QUESTIONS] == [""] * len(QUESTIONS)


def test_an_answer_comes_back_in_words() -> None:
    answers = {
        "business": "a bakery",
        "channels": "website, Instagram",
        "hours_per_week": "2.5",
        "budget": "600 EUR",
        "horizon": "6 months",
    }
    told: dict[str, object] = {}
    for question in QUESTIONS:
        if question.field in answers:
            told |= question.filled(answers[question.field])
    brief = told_brief(told)
    assert {q.field: q.answer(brief) for q in QUESTIONS if q.answer(brief)} == answers
