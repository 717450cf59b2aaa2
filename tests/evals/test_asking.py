from collections.abc import Sequence

import pytest

from advisor.domain import Answer, Evidence, Passage, Question, Source, Turn
from advisor.errors import EvaluationError
from advisor.evals.asking import run_cases
from advisor.evals.cases import Case
from tests.evals.answers import TEXTS, answer, citation, source, verdict


class Scripted:
    """An advisor that says one sentence to everything and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def ask(self, question: str, *, history: Sequence[Turn] = ()) -> Answer:
        self.asked.append((question, tuple(turn.question for turn in history)))
        said = answer(verdict("Bread sells itself.", citation("bakery", "Bread sells itself.")))
        return said.model_copy(update={"question": Question(text=question, history=tuple(history), resolved=question)})


class Shelf:
    """A knowledge base of two texts."""

    def sources(self) -> tuple[Source, ...]:
        return tuple(source(name) for name in TEXTS)

    def text(self, source_id: str) -> str:
        return TEXTS[source_id]

    def retrieve(self, question: Question, *, limit: int = 8) -> tuple[Evidence, ...]:
        found = []
        for rank, (name, text) in enumerate(TEXTS.items(), start=1):
            passage = Passage(id=name, source_id=name, text=text, start=0, end=len(text))
            found.append(Evidence(label=f"E{rank}", passage=passage, source=source(name), score=1 / rank))
        return tuple(found[:limit])


def follow_up(**fields: object) -> Case:
    return Case.model_validate(
        {
            "id": "f",
            "family": "follow_up",
            "question": "And then?",
            "history": ("First?", "Second?"),
            "expect": "answered",
        }
        | fields
    )


def test_history_is_really_asked() -> None:
    advisor = Scripted()
    run_cases([follow_up()], advisor, Shelf())
    assert advisor.asked == [("First?", ()), ("Second?", ("First?",)), ("And then?", ("First?", "Second?"))]


def test_gold_sources_go_by_id_and_file_name() -> None:
    seen: list[tuple[int, int, str]] = []
    (record,) = run_cases(
        [follow_up(sources=("bakery", "cafe.md"))],
        Scripted(),
        Shelf(),
        on_case=lambda done, total, case: seen.append((done, total, case.id)),
    )
    assert record.gold == {"bakery", "cafe"}
    assert record.retrieved == ("bakery", "cafe")
    assert record.texts == {"bakery": TEXTS["bakery"]}
    assert record.seconds > 0
    assert seen == [(0, 1, "f")]


def test_an_unknown_gold_source_is_named_before_anything_is_asked() -> None:
    advisor = Scripted()
    with pytest.raises(EvaluationError, match=r"Case f: the knowledge base has no source prices\.pdf"):
        run_cases([follow_up(sources=("prices.pdf",))], advisor, Shelf())
    assert advisor.asked == []
