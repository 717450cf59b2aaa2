from pathlib import Path

import pytest

from advisor.errors import EvaluationError
from advisor.evals.cases import Case, load_cases, load_list

GOOD = """
cases:
  - id: a-1
    question: Why?
    expect: answered
    facts:
      - any: [because of that reason]
"""


def load(folder: Path, text: str) -> None:
    file = folder / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    load_cases([file])


def test_a_minimal_case_loads_with_defaults(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(GOOD, encoding="utf-8")
    (case,) = load_cases([tmp_path])
    assert (case.family, case.split, case.expect) == ("answerable", "dev", ("answered",))
    assert case.must_be_answered
    assert not case.must_be_refused


def test_several_accepted_statuses(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(GOOD.replace("answered", "[partial, insufficient_evidence]"), encoding="utf-8")
    (case,) = load_cases([tmp_path])
    assert case.must_be_refused
    assert not case.must_be_answered


STATEMENT = """
statements:
  - id: s-001
    origin: a.txt
    source: digest-a
    statement: Bakers answer at night.
    questions: ["When do bakers answer?", "Who answers at night?"]
    facts:
      - any: [answer at night]
"""


def test_a_statement_is_asked_by_each_of_its_questions(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(STATEMENT, encoding="utf-8")
    first, second = load_cases([tmp_path])
    assert (first.id, second.id) == ("s-001-a", "s-001-b")
    assert (first.question, second.question) == ("When do bakers answer?", "Who answers at night?")
    assert {(c.family, c.split, c.sources) for c in (first, second)} == {("statement", "coverage", ("digest-a",))}


def test_a_faulty_statement_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"mine\.yaml, statement s-001: questions"):
        load(tmp_path, STATEMENT.replace('["When do bakers answer?", "Who answers at night?"]', "[]"))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("    question: Why?", "    question: Why?\n    colour: red"), "colour"),
        (("    question: Why?\n", ""), "question"),
        (("question: Why?", "question: ' '"), "question"),
        (("question: Why?", "question: 2010"), "question"),
        (("expect: answered", "expect: yes"), "expect"),
        (("expect: answered", "expect: []"), "expect"),
        (("expect: answered", "expect: [answered, answered]"), "twice"),
        (("expect: answered", "expect: insufficient_evidence"), "can't have facts"),
        (("any: [because of that reason]", "any: []"), "facts.0.any"),
        (("any: [because of that reason]", "any: [2010]"), "facts.0.any"),
        (("any: [because of that reason]", "any: [of the]"), "no content word"),
        (("any: [because of that reason]", "all: [x]"), "facts.0.all"),
        (("question: Why?", "question: Why?\n    split: train"), "split"),
        (("question: Why?", "question: Why?\n    family: chat"), "family"),
        (("question: Why?", "question: Why?\n    family: follow_up"), "needs a history"),
        (("question: Why?", "question: Why?\n    history: ['What?']"), "only a follow_up"),
    ],
)
def test_a_faulty_case_is_named(tmp_path: Path, change: tuple[str, str], complaint: str) -> None:
    faulty = GOOD.replace(*change)
    assert faulty != GOOD
    with pytest.raises(EvaluationError) as caught:
        load(tmp_path, faulty)
    message = str(caught.value)
    assert "mine.yaml, case a-1" in message
    assert complaint in message


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("cases: [", "can't be read as YAML"),
        ("- id: a", "must hold one key"),
        ("cases: []\nnotes: x", "must hold one key"),
        ("cases: []", "No cases"),
        ("cases: [just text]", "case number 1"),
        (GOOD + GOOD.replace("\ncases:\n", ""), "a-1"),
    ],
)
def test_a_faulty_file_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        load(tmp_path, text)
    assert "mine.yaml" in str(caught.value)
    assert complaint in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"nowhere\.yaml doesn't exist"):
        load_cases([tmp_path / "nowhere.yaml"])


def test_an_id_may_not_stand_in_two_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(EvaluationError, match="twice"):
        load_cases([tmp_path])


@pytest.mark.parametrize(
    ("content", "told"),
    [("pairs: []", "must hold a list"), ("- {id: a}", "case a"), ("[", "can't be read")],
)
def test_a_wrong_list_is_refused(content: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(EvaluationError, match=told):
        load_list(Case, path)
