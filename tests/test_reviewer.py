"""With a chat model, reviews suggest another wording and plans are written by it; both are checked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.messages import BaseMessage

from advisor import Advisor, Brief, Settings, build_advisor
from advisor.domain import ClaimKind, VerdictStatus
from advisor.knowledge_base import KnowledgeBase
from advisor.planning.outline import OUTLINE
from advisor.sentences import sentence_spans

from .generation.chat_models import QueueChatModel

POST = "Buy our rye bread now! 20% off until Sunday. Our rye bread rests for 24 hours before it goes into the oven."

RESTAURANT = Brief(business="a family restaurant in Graz", goal="more guests on weekdays")


@pytest.fixture
def model() -> QueueChatModel:
    return QueueChatModel(replies=[])


@pytest.fixture
def advisor(model: QueueChatModel, bundled_index: Path, bundled_kb: KnowledgeBase) -> Advisor:
    return build_advisor(Settings(data_dir=bundled_index), bundled_kb, model=model)


def test_a_suggestion_says_no_more_than_the_text(advisor: Advisor, model: QueueChatModel) -> None:
    model.replies.append(
        "Our rye bread rests for 24 hours before it goes into the oven. It won the Golden Loaf in 2019. "
        "Which bread do you miss on holiday?"
    )
    rewrite = advisor.review(POST).rewrite
    assert rewrite is not None
    assert rewrite.text == (
        "Our rye bread rests for 24 hours before it goes into the oven. Which bread do you miss on holiday?"
    )
    assert [verdict.claim.text for verdict in rewrite.withheld] == ["It won the Golden Loaf in 2019."]
    assert rewrite.cured == ("T201", "T207")
    assert rewrite.broken == ()
    assert rewrite.model == "chat:queue-1"


def test_an_invitation_brings_in_no_number_and_no_name(advisor: Advisor, model: QueueChatModel) -> None:
    model.replies.append(
        "Our rye bread rests for 24 hours before it goes into the oven. Come and see Hannah Miller at 9.30? Tell us."
    )
    rewrite = advisor.review(POST).rewrite
    assert rewrite is not None
    assert "Miller" not in rewrite.text
    assert rewrite.withheld[0].reasons == ("Your text doesn't have: 9.30, Hannah, Miller.",)


def test_the_model_is_told_what_was_found_and_sees_the_text_as_data(advisor: Advisor, model: QueueChatModel) -> None:
    model.replies.append("Our rye bread rests for 24 hours.")
    advisor.review(POST)
    (prompt,) = model.prompts
    assert re.search(r"<text-(\w{16})>\n" + re.escape(POST) + r"\n</text-\1>", prompt)
    assert "This reads as a pitch." in prompt


def test_nothing_is_suggested_where_nothing_holds_up(advisor: Advisor, model: QueueChatModel) -> None:
    model.replies.append("We won a prize in Paris. Really?")
    review = advisor.review(POST)
    assert review.rewrite is None
    assert "chat:queue-1" in review.notes[0]


def test_thoughts_are_no_output(advisor: Advisor, model: QueueChatModel) -> None:
    model.replies.append("<think>Our rye bread rests.</think>Our rye bread rests for 24 hours.")
    rewrite = advisor.review(POST).rewrite
    assert rewrite is not None
    assert rewrite.text == "Our rye bread rests for 24 hours."


def test_a_text_without_fault_calls_no_model(advisor: Advisor, model: QueueChatModel) -> None:
    assert advisor.review("Our rye rests for 24 hours. Which bread do you miss?").findings == ()
    assert model.prompts == []


def test_a_model_that_cannot_be_reached_costs_no_finding(advisor: Advisor, model: QueueChatModel) -> None:
    model.replies += [ConnectionError("refused")] * 3
    review = advisor.review(POST)
    assert {finding.code for finding in review.findings} == {"T201", "T207"}
    assert review.rewrite is None
    assert "queue-1" in review.notes[0]
    assert "reached" in review.notes[0]


class _WritingModel(QueueChatModel):
    """Says the first sentence of the first passage, and an invention."""

    def _parts(self, messages: list[BaseMessage]) -> Iterator[str]:
        self.prompts.append(str(messages[-1].text))
        passage = re.search(r"^\[E1\] (.+)$", self.prompts[-1], re.MULTILINE)
        assert passage is not None
        start, end = sentence_spans(passage[1])[0]
        lines = [
            {"role": "answer", "claim": passage[1][start:end], "evidence": ["E1"]},
            {"role": "do", "claim": "Spend 4,321 euros on balloons in Ulaanbaatar.", "evidence": ["E1"]},
        ]
        yield "\n".join(json.dumps(line) for line in lines)


class _LyingModel(QueueChatModel):
    """Says nothing that the evidence does."""

    def _parts(self, messages: list[BaseMessage]) -> Iterator[str]:
        yield json.dumps({"role": "answer", "claim": "Balloons fly to Ulaanbaatar on 4 May.", "evidence": ["E1"]})


def test_a_model_writes_each_section_in_one_call_and_is_checked(bundled_index: Path, bundled_kb: KnowledgeBase) -> None:
    model = _WritingModel(replies=[])
    advisor = build_advisor(Settings(data_dir=bundled_index), bundled_kb, model=model)
    *_, plan = advisor.stream_plan(RESTAURANT)
    assert 0 < len(model.prompts) <= len(OUTLINE)
    assert all(RESTAURANT.business in prompt for prompt in model.prompts)
    cells = [cell for _, cell in plan.cells()]
    assert not any("Ulaanbaatar" in cell.text for cell in cells)
    assert plan.withheld >= len(model.prompts)
    sourced = [cell for cell in cells if cell.kind is ClaimKind.SOURCED]
    assert all(cell.cites and cell.status in (VerdictStatus.SUPPORTED, VerdictStatus.PARTIAL) for cell in sourced)
    assert plan.generator.startswith("chat:queue-1 + extractive")
    assert [finding for finding in plan.findings if finding.severity == "error"] == []


def test_where_nothing_of_a_model_holds_up_the_sources_speak(
    bundled_advisor: Advisor, bundled_index: Path, bundled_kb: KnowledgeBase
) -> None:
    *_, plain = bundled_advisor.stream_plan(RESTAURANT)
    lying = build_advisor(Settings(data_dir=bundled_index), bundled_kb, model=_LyingModel(replies=[]))
    *_, plan = lying.stream_plan(RESTAURANT)
    assert [cell.text for _, cell in plan.cells()] == [cell.text for _, cell in plain.cells()]
    assert plan.withheld > plain.withheld
